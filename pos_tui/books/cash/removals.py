"""What only a shift's journal says: lines taken off, quantities lowered, voids, copies."""

from __future__ import annotations

from decimal import Decimal

import apsw
import msgspec
from msgspec import Struct

from pos_tui.receipts.shift_report import CountedSum

_KINDS = ("line", "remove", "note", "copy")


class JournalCounts(Struct, frozen=True):
    """Before payment: lines taken off, quantities lowered, whole sales voided; copies of receipts;
    how many rows could not be read.
    """

    removed: CountedSum
    lowered: CountedSum
    voids: CountedSum
    copies: CountedSum
    unread: int = 0


class _Line(Struct):
    number: int
    quantity: Decimal
    actual: int


class _Act(Struct):
    """As much of any act as is counted here; the rest of a row is not even looked at."""

    line: _Line | None = None
    number: int = 0
    what: str = ""
    of: str = ""


_ACT = msgspec.json.Decoder(_Act)
_Lines = dict[int, _Line]


def count_journal(reader: apsw.Connection, after: int) -> JournalCounts:
    """Count the journal's rows after this one. A line that was taken off and came back by undoing
    counts as if it had stayed.
    """
    sales: dict[int, _Lines] = {}
    removed: dict[tuple[int, int], int] = {}
    lowered: list[int] = []
    voids: list[int] = []
    copies: list[int] = []
    unread = 0
    rows = reader.execute(
        "SELECT sale_no, kind, CAST(body AS BLOB) FROM journal WHERE seq > ?"
        " AND kind IN (?,?,?,?) ORDER BY seq",
        (after, *_KINDS),
    )
    for sale, kind, body in rows:
        sale_no = int(str(sale))
        try:
            act = _ACT.decode(body if isinstance(body, bytes) else str(body).encode())
        except (msgspec.MsgspecError, UnicodeDecodeError):
            unread += 1
            continue
        if sale_no and sale_no not in sales:
            sales[sale_no] = _began_with(reader, sale_no, after)
        lines = sales.get(sale_no, {})
        if kind == "line" and act.line is not None:
            removed.pop((sale_no, act.line.number), None)
            before = lines.get(act.line.number)
            if before is not None and act.line.quantity < before.quantity:
                lowered.append(before.actual - act.line.actual)
            lines[act.line.number] = act.line
        elif kind == "remove":
            gone = lines.pop(act.number, None)
            removed[sale_no, act.number] = 0 if gone is None else gone.actual
        elif kind == "note" and act.what == "void":
            voids.append(sum(each.actual for each in lines.values()))
        elif kind == "copy" and act.of == "receipt":
            copies.append(_total(reader, act.number))
    return JournalCounts(
        CountedSum("lines_removed", len(removed), sum(removed.values())),
        CountedSum("quantities_lowered", len(lowered), sum(lowered)),
        CountedSum("voids", len(voids), sum(voids)),
        CountedSum("copies", len(copies), sum(copies)),
        unread,
    )


def _began_with(reader: apsw.Connection, sale_no: int, after: int) -> _Lines:
    """A sale's lines as they stood after a row of the journal."""
    lines: _Lines = {}
    rows = reader.execute(
        "SELECT kind, CAST(body AS BLOB) FROM journal WHERE sale_no = ? AND seq <= ?"
        " AND kind IN ('line', 'remove') ORDER BY seq",
        (sale_no, after),
    )
    for kind, body in rows:
        try:
            act = _ACT.decode(body if isinstance(body, bytes) else str(body).encode())
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        if act.line is not None:
            lines[act.line.number] = act.line
        elif kind == "remove":
            lines.pop(act.number, None)
    return lines


def _total(reader: apsw.Connection, sale_no: int) -> int:
    row = reader.execute("SELECT total FROM sales WHERE number = ?", (sale_no,)).fetchone()
    return 0 if row is None or row[0] is None else int(str(row[0]))
