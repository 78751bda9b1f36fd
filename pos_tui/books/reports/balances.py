"""What was in the drawer and the safe, and what the stock was worth, at a moment."""

from __future__ import annotations

from datetime import datetime

import apsw
from msgspec import Struct

from pos_tui.books.ledger.accounts import DRAWER, SAFE, STOCK

# Shifts that had ended are summed; of one that was open, and between two, each entry is asked.
_WHOLE = """
    SELECT coalesce(sum(s.debit - s.credit), 0) FROM books.accounts a
    JOIN books.ledger_sums s ON s.account = a.id JOIN books.shifts h ON h.number = s.shift
    WHERE a.name = ?1 AND julianday(h.closed_at) <= julianday(?2)
"""
_SINGLE = """
    SELECT coalesce(sum(p.amount), 0) FROM books.accounts a, (
        SELECT 0 AS number UNION ALL SELECT number FROM books.shifts
        WHERE julianday(opened_at) <= julianday(?2)
            AND (closed_at IS NULL OR julianday(closed_at) > julianday(?2))
    ) h CROSS JOIN books.ledger_entries e ON e.shift = h.number
    CROSS JOIN books.postings p ON p.entry = e.number AND p.account = a.id
    WHERE a.name = ?1 AND julianday(e.at) <= julianday(?2)
"""
_NOW = """
    SELECT coalesce(sum(s.debit - s.credit), 0) FROM books.accounts a
    JOIN books.ledger_sums s ON s.account = a.id WHERE a.name = ?1
"""


class Balances(Struct, frozen=True):
    """What was where, in minor units; the stock at cost."""

    drawer: int = 0
    safe: int = 0
    stock: int = 0


def balances_at(connection: apsw.Connection, at: datetime | None) -> Balances:
    """The balances at an aware moment (None: now), of books that are attached as `books`."""

    def balance(account: str) -> int:
        if at is None:
            return _asked(connection, _NOW, (account,))
        when = (account, at.isoformat())
        return _asked(connection, _WHOLE, when) + _asked(connection, _SINGLE, when)

    return Balances(balance(DRAWER), balance(SAFE), balance(STOCK))


def _asked(connection: apsw.Connection, query: str, bound: tuple[str, ...]) -> int:
    (amount,) = connection.execute(query, bound).fetchone() or (0,)
    assert isinstance(amount, int)
    return amount
