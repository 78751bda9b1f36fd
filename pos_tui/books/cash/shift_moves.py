"""What moved cash in a shift, or could have: its acts, as the ledger has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

import apsw

from pos_tui.books.cash.explaining import DrawerMove, DrawerMoveKind
from pos_tui.books.ledger.accounts import CARD, DRAWER

_OF_SHIFT = (
    "SELECT e.number, e.at, e.kind, e.sale_no, e.document, a.name, p.amount FROM ledger_entries e"
    " JOIN postings p ON p.entry = e.number JOIN accounts a ON a.id = p.account"
    " WHERE e.shift = ? AND e.kind NOT IN ('goods', 'late', 'payout') ORDER BY e.number, p.leg"
)
_OF_DRAWER: dict[str, DrawerMoveKind] = {
    "pay_in": "pay_in",
    "pay_out": "pay_out",
    "drop": "drop",
}
_AT_OPENING = "float"  # only how much more it was: the count itself is an act of the drawer
_AT_CLOSING = "counted"
_CUSTOMERS = "Assets:Customers:"
_OTHER = ("Assets:Clearing:", _CUSTOMERS)


def drawer_moves(reader: apsw.Connection, shift: int) -> tuple[DrawerMove, ...]:
    """The acts of a shift that moved cash, or were booked to other tenders, in their order, until
    the drawer was counted.
    """
    found: list[DrawerMove] = []
    for _, group in groupby(reader.execute(_OF_SHIFT, (shift,)), key=lambda row: row[0]):
        rows = list(group)
        if rows[0][2] == _AT_CLOSING:
            break
        if rows[0][2] != _AT_OPENING:
            found += _acts_of_entry(rows)
    return tuple(found)


def _acts_of_entry(rows: list[tuple[apsw.SQLiteValue, ...]]) -> Iterator[DrawerMove]:
    _, at, kind, sale_no, document, *_ = rows[0]
    number = int(str(sale_no)) or _number(str(document))
    when = datetime.fromisoformat(str(at))
    cash = [int(str(row[6])) for row in rows if row[5] == DRAWER]
    if str(kind) in _OF_DRAWER:
        yield DrawerMove(_OF_DRAWER[str(kind)], number, abs(sum(cash)), when)
        return
    given, change = sum(each for each in cash if each > 0), -sum(each for each in cash if each < 0)
    if given > change:
        yield DrawerMove("cash_sale", number, given - change, when, given, change)
    elif change > given:
        yield DrawerMove("cash_refund", number, change - given, when)
    for row in rows:
        name, amount = str(row[5]), int(str(row[6]))
        # What is paid of a debt is a credit of its account in a sale, and no refund; a void that
        # undoes it is no sale.
        is_settled = name.startswith(_CUSTOMERS) and (
            (kind == "sale" and amount < 0) or (kind == "void" and amount > 0)
        )
        if (name == CARD or name.startswith(_OTHER)) and not is_settled:
            yield DrawerMove(
                "other_sale" if amount > 0 else "other_refund", number, abs(amount), when
            )


def _number(document: str) -> int:
    digits = "".join(each for each in document if each.isdecimal())
    return int(digits or 0)
