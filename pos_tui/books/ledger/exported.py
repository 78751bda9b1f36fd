"""The whole ledger as ledger programs read it: entries with their goods, names, what must be there.

An entry of goods has its stock leg from the movements themselves, so that a movement and an entry
that differ do not balance. What must be there at a day's end is from the sums beside the postings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from heapq import merge
from itertools import groupby

import apsw
from msgspec import Struct

from pos_tui.books.ledger import accounts
from pos_tui.plain_text import plain_text

UNITS = "Assets:Goods:Units"
"""How much there is, in a commodity a product: lots are pools at an average cost."""
UNITS_FROM = "Equity:Goods:Units"
_ENTRIES = (
    "SELECT e.journal, e.day, e.number, e.at, e.kind, e.document, e.by, e.sale_no, e.shift,"
    " a.name, p.amount FROM ledger_entries e JOIN postings p ON p.entry = e.number"
    " LEFT JOIN accounts a ON a.id = p.account ORDER BY e.day, e.journal, e.number, p.leg"
)
# An entry of goods is journalled right after its movements.
_MOVED = (
    "SELECT m.journal, coalesce(e.day, substr(m.at, 1, 10)) AS day, e.number, m.at, m.kind,"
    " m.document, m.by, m.sale_no, m.product_id, m.lot, m.quantity, m.cost, coalesce(c.code, '')"
    " FROM movements m"
    " LEFT JOIN ledger_entries e ON e.journal = m.journal + 1 AND e.kind = 'goods'"
    "  AND m.journal > 0"
    " LEFT JOIN item_codes c ON c.product_id = m.product_id AND c.alternative = 0"
    " ORDER BY day, m.journal, m.at, m.seq"
)
_ON_HAND = (
    "SELECT s.product_id, coalesce(c.code, ''), sum(s.quantity) FROM stock_on_hand s"
    " LEFT JOIN item_codes c ON c.product_id = s.product_id AND c.alternative = 0"
    " GROUP BY s.product_id ORDER BY s.product_id"
)
_BY_DAY = (
    "SELECT s.day, sum(s.debit - s.credit) FROM ledger_sums s JOIN accounts a ON a.id = s.account"
    " WHERE a.name = ? GROUP BY s.day ORDER BY s.day"
)


class ExportedEntry(Struct, frozen=True):
    """One entry: its accounting day (ISO), its number (0: goods of no known cost, which post
    nothing), postings in minor units, and units that moved: commodity, thousandths, lot.
    """

    day: str
    row: int
    number: int
    kind: str
    document: str
    by: str
    sale_no: int
    shift: int
    postings: tuple[tuple[str, int], ...]
    units: tuple[tuple[str, int, str], ...] = ()

    @property
    def title(self) -> str:
        """What it is and about what."""
        if self.document.startswith(self.kind):
            return self.document
        return f"{self.kind} {self.document}".strip()


class LedgerNames:
    """What ledger programs call each account, the same each time.

    Their alphabet is letters, digits and hyphens, a capital or a digit first; letters that have no
    case, as Chinese has none, stand as they are.
    """

    def __init__(self, reader: apsw.Connection) -> None:
        """The accounts of these books; of two that would be called alike the later one gets its
        number at the end.
        """
        self.of: dict[str, str] = {}
        used: set[str] = {UNITS, UNITS_FROM}
        for id_, account in reader.execute("SELECT id, name FROM accounts ORDER BY id"):
            name = ":".join(_component(each) for each in str(account).split(":"))
            if name in used:
                name = f"{name}-{id_}"
            used.add(name)
            self.of[str(account)] = name
        # Goods that cost something and were sold before anything was posted to the stock.
        if accounts.STOCK not in self.of and _has_costs(reader):
            self.of[accounts.STOCK] = accounts.STOCK


def exported_entries(reader: apsw.Connection) -> Iterator[ExportedEntry]:
    """Every entry, and goods that moved without one, by accounting day and as they came."""
    for _, here in groupby(
        merge(_entries(reader), _moved(reader), key=lambda each: (each.day, each.row)),
        key=lambda each: (each.day, each.row, each.number),
    ):
        first, *others = here
        yield first if not others else _joined(first, others)


def drawer_by_day(reader: apsw.Connection) -> dict[str, int]:
    """What the drawer had at the end of each accounting day, in minor units, by the sums."""
    found, there = {}, 0
    for day, amount in reader.execute(_BY_DAY, (accounts.DRAWER,)):
        there += int(str(amount))
        found[str(day)] = there
    return found


def balances_at_the_end(reader: apsw.Connection) -> dict[str, int]:
    """What each account has come to, in minor units: by the sums, the stock by what is on hand."""
    found = {
        str(name): int(str(amount))
        for name, amount in reader.execute(
            "SELECT a.name, sum(s.debit - s.credit) FROM ledger_sums s"
            " JOIN accounts a ON a.id = s.account GROUP BY a.name ORDER BY a.name"
        )
    }
    (worth,) = reader.execute("SELECT coalesce(sum(cost), 0) FROM stock_on_hand").fetchone() or (0,)
    if accounts.STOCK in found or worth:
        found[accounts.STOCK] = int(str(worth))
    return found


def units_at_the_end(reader: apsw.Connection) -> Iterator[tuple[str, int]]:
    """How much there is of each commodity, in thousandths."""
    for product_id, code, quantity in reader.execute(_ON_HAND):
        yield commodity_of(str(code), int(str(product_id))), int(str(quantity))


def _has_costs(reader: apsw.Connection) -> bool:
    return reader.execute("SELECT 1 FROM movements WHERE cost <> 0 LIMIT 1").fetchone() is not None


def commodities(reader: apsw.Connection) -> list[str]:
    """Every commodity of which something ever moved or is there."""
    rows = reader.execute(
        "SELECT p.id, coalesce(c.code, '') FROM (SELECT product_id AS id FROM movements"
        " UNION SELECT product_id FROM stock_on_hand) p"
        " LEFT JOIN item_codes c ON c.product_id = p.id AND c.alternative = 0 ORDER BY p.id"
    )
    return [commodity_of(str(code), int(str(id_))) for id_, code in rows]


def commodity_of(code: str, product_id: int) -> str:
    """A product's commodity: at most 24 of A-Z 0-9 ' . _ -, beginning with a letter."""
    name = re.sub(r"[^A-Z0-9]", "-", code.upper())
    if not code or len(name) > 20 or name != code.upper() or not name[-1].isalnum():
        return f"ID{product_id}"
    return f"P{name}"


def _component(text: str) -> str:
    text = unicodedata.normalize("NFC", plain_text(text))
    name = "".join(each if each.isalnum() else "-" for each in text).strip("-") or "X"
    return name[0].upper() + name[1:] if name[0].isascii() else name


def _entries(reader: apsw.Connection) -> Iterator[ExportedEntry]:
    for (row, day, number), legs in groupby(
        reader.execute(_ENTRIES), key=lambda leg: (int(str(leg[0])), str(leg[1]), int(str(leg[2])))
    ):
        rows = list(legs)
        _, _, _, _, kind, document, by, sale_no, shift, _, _ = rows[0]
        yield ExportedEntry(
            day, row - 1 if kind == "goods" else row, number, str(kind), str(document), str(by),
            int(str(sale_no)), int(str(shift)),
            tuple((str(account), int(str(amount))) for *_, account, amount in rows),
        )  # fmt: skip


def _moved(reader: apsw.Connection) -> Iterator[ExportedEntry]:
    """What moved together, with the cost of all of it where an entry says so too."""
    for (row, day, number, _, kind), group in groupby(reader.execute(_MOVED), key=_together):
        rows = list(group)
        *_, document, by, sale_no, _, _, _, _, _ = rows[0]
        cost = sum(int(str(each[11] or 0)) for each in rows)
        units = tuple(
            (commodity_of(str(code), int(str(product_id))), int(str(quantity)), str(lot))
            for *_, product_id, lot, quantity, _, code in rows
            if quantity
        )
        if units or number:
            yield ExportedEntry(
                day, row, number, str(kind), str(document), str(by), int(str(sale_no)), 0,
                ((accounts.STOCK, cost),) if number and cost else (), units,
            )  # fmt: skip


def _together(row: tuple[apsw.SQLiteValue, ...]) -> tuple[int, str, int, str, str]:
    """What movements of one act have in common: row, day, entry's number, time, kind."""
    journal, day, number, at, kind, *_ = row
    return int(str(journal)), str(day), int(str(number or 0)), str(at), str(kind)


def _joined(first: ExportedEntry, others: list[ExportedEntry]) -> ExportedEntry:
    """An entry of goods with its movements, whose cost stands in the place of the stock's leg."""
    groups = (first, *others)
    shift = max(each.shift for each in groups)
    has_movements = any(each.kind != "goods" for each in groups)
    postings = [
        leg
        for each in groups
        for leg in each.postings
        if not (has_movements and each.kind == "goods" and leg[0] == accounts.STOCK)
    ]
    moved = next((each for each in groups if each.kind != "goods"), first)
    return ExportedEntry(
        first.day, first.row, first.number, moved.kind, moved.document, moved.by, moved.sale_no,
        shift, tuple(postings), tuple(unit for each in groups for unit in each.units),
    )  # fmt: skip
