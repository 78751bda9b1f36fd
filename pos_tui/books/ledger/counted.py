"""How much happened: sales, shifts, deliveries and entries, of a day or of all books."""

from __future__ import annotations

import apsw
from msgspec import Struct

from pos_tui.books.connection import readable

_QUERIES = (
    "SELECT count(DISTINCT sale_no) FROM ledger_entries WHERE kind = 'sale'",
    "SELECT count(*) FROM shifts WHERE 1",
    "SELECT count(*) FROM deliveries WHERE booked_at IS NOT NULL",
    "SELECT count(*) FROM ledger_entries WHERE 1",
)
_DAYS = ("day", "day", "substr(booked_at, 1, 10)", "day")


class HowMuch(Struct, frozen=True):
    """Numbers of sales, shifts, booked deliveries and entries of the ledger."""

    sales: int
    shifts: int
    deliveries: int
    entries: int


@readable
def how_much(reader: apsw.Connection, day: str | None = None) -> HowMuch:
    """How much happened on an accounting day (ISO); without one, altogether. Raises BooksError."""
    found = []
    for query, column in zip(_QUERIES, _DAYS, strict=True):
        of_day = query if day is None else f"{query} AND {column} = ?"
        (count,) = reader.execute(of_day, () if day is None else (day,)).fetchone() or (0,)
        found.append(int(str(count)))
    return HowMuch(*found)
