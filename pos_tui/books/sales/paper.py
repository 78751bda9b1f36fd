"""Which receipts are not known to have been printed: noted with the payment, struck out after."""

from __future__ import annotations

from datetime import datetime

import apsw


def note_unprinted(connection: apsw.Connection, sale_no: int, at: datetime) -> None:
    """A sale's receipt is to be printed; in the transaction that pays the sale."""
    connection.execute("INSERT OR REPLACE INTO paper VALUES (?, ?)", (sale_no, at.isoformat()))


def note_printed(connection: apsw.Connection, sale_no: int) -> None:
    """A sale's receipt has gone to the printer."""
    connection.execute("DELETE FROM paper WHERE sale_no = ?", (sale_no,))


def unprinted_sales(reader: apsw.Connection) -> list[int]:
    """The sales whose receipts are not known to have been printed, the earliest first.

    None in books of a version that did not note it.
    """
    query = "SELECT 1 FROM sqlite_schema WHERE name = 'paper'"
    if reader.execute(query).fetchone() is None:
        return []
    rows = reader.execute("SELECT sale_no FROM paper ORDER BY sale_no")
    return [int(str(number)) for (number,) in rows]
