"""What happened at the till beside its transactions, folded from the journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import apsw
import msgspec
from msgspec import Struct

from pos_tui.books.saft.codes import EVENTS, Code

_NOTED = {"paid": "paid", "held": "held", "recalled": "recalled", "void": "void",
          "backup": "backup"}  # fmt: skip
_OF_TAG = {"sign_on": "sign_on", "sign_off": "sign_off", "x_report": "x_report", "copy": "copy",
           "approval": "approval"}  # fmt: skip
_OF_DRAWER = {"no_sale": "no_sale", "drop": "drop", "pay_in": "pay_in", "pay_out": "pay_out"}
_POSTED = {"drop": "drop", "pay_in": "pay_in", "pay_out": "pay_out", "return": "returned"}
_TAGS = ("note", "line", "remove", "product", "posted", "drawer", *_OF_TAG)
_AS_OTHER = frozenset(("clock", "rescued", "restored", "journal key", "stock resummed",
                       "ledger resummed"))  # fmt: skip


class TillEvent(Struct, frozen=True):
    """One event: the journal's row that tells of it, `at` local and aware; `amount` in minor units
    of a line that was taken off, or of a sale that was voided.
    """

    row: int
    name: str
    at: datetime
    sale_no: int = 0
    by: str = ""
    text: str = ""
    amount: int = 0

    @property
    def code(self) -> Code:
        """Which official event it is."""
        return EVENTS[self.name]


class _Body(Struct):
    """What events need of an act's body, whichever act it is."""

    type: str
    what: str | dict[str, object] = ""
    detail: str = ""
    by: str = ""
    entry: str = ""
    act: str = ""
    of: str = ""
    permission: str = ""
    approved_by: str = ""
    reason: str = ""
    document: str = ""
    code: str = ""
    changes: tuple[dict[str, str], ...] = ()
    number: object = 0
    line: object = None


def till_events(reader: apsw.Connection) -> Iterator[TillEvent]:
    """Every event that the journal tells of, in order; rows that cannot be read are left out."""
    decoder = msgspec.json.Decoder(_Body, strict=False)
    lines: dict[int, dict[int, int]] = {}
    has_drawer = _has_drawer_acts(reader)
    places = ",".join("?" * len(_TAGS))
    for row, at, sale_no, body in reader.execute(
        f"SELECT seq, at, sale_no, CAST(body AS BLOB) FROM journal WHERE kind IN ({places})"  # noqa: S608
        " ORDER BY seq",
        _TAGS,
    ):
        try:
            act = decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        sale = int(str(sale_no))
        if act.type == "line":
            number, amount = _line(act.line)
            lines.setdefault(sale, {})[number] = amount
            continue
        name, text, amount = _named(act, lines.get(sale, {}), has_drawer=has_drawer)
        if act.type == "remove":
            lines.get(sale, {}).pop(int(str(act.number)), None)
        elif name in {"paid", "void"}:
            lines.pop(sale, None)
        if name:
            by = act.detail if name in {"held", "recalled"} else act.by
            yield TillEvent(
                int(str(row)), name, datetime.fromisoformat(str(at)), sale, by, text, amount
            )


def _named(act: _Body, lines: dict[int, int], *, has_drawer: bool) -> tuple[str, str, int]:
    """An event's name ("": it is none), its text, its amount."""
    if act.type == "remove":
        number = int(str(act.number))
        return "line_removed", f"line {number}", lines.get(number, 0)
    if act.type == "note":
        what = str(act.what)
        if what in _AS_OTHER:
            return "other", f"{what} {act.detail}".strip(), 0
        name = _NOTED.get(what, "")
        if name == "void" and not lines:
            return "", "", 0
        return name, "", sum(lines.values()) if name == "void" else 0
    if act.type == "product":
        prices = [each for each in act.changes if each.get("field") == "price"]
        if not prices or not prices[0].get("before"):
            return "", "", 0
        change = prices[0]
        return "price", f"{act.code} {change.get('before')} -> {change.get('after')}", 0
    if act.type == "posted":
        # Where the drawer's own acts are journalled, they tell of it. What goes back before the
        # last tender of a refund is an entry of that tender.
        is_known = act.document if act.entry == "return" else has_drawer
        return "" if is_known else _POSTED.get(act.entry, ""), act.document, 0
    if act.type == "drawer":
        return _OF_DRAWER.get(act.act, ""), act.reason, 0
    if act.type == "approval":
        return "approval", f"{act.permission} {act.approved_by}".strip(), 0
    if act.type == "copy" and act.of != "receipt":
        return "", "", 0  # the official event is of receipts
    return _OF_TAG.get(act.type, ""), act.of, 0


def _line(line: object) -> tuple[int, int]:
    """A line's number and what it costs, of its body."""
    if not isinstance(line, dict):
        return 0, 0
    return int(line.get("number", 0)), int(line.get("actual", 0) or line.get("gross", 0))


def _has_drawer_acts(reader: apsw.Connection) -> bool:
    found = reader.execute("SELECT 1 FROM journal WHERE kind = 'drawer' LIMIT 1").fetchone()
    return found is not None
