"""Which paid sales' receipts are still to be made: noted with the payment, struck out as the print
job is put.
"""

from __future__ import annotations

from datetime import datetime

import apsw


def note_receipt_due(connection: apsw.Connection, sale_no: int, at: datetime) -> None:
    """A sale's receipt is to be printed; in the transaction that pays the sale."""
    connection.execute("INSERT OR REPLACE INTO paper VALUES (?, ?)", (sale_no, at.isoformat()))


def drop_receipt_due(connection: apsw.Connection, sale_no: int) -> None:
    """A sale's receipt is a print job now, in the same transaction."""
    connection.execute("DELETE FROM paper WHERE sale_no = ?", (sale_no,))


def receipts_due(reader: apsw.Connection) -> list[int]:
    """The paid sales whose receipts are not print jobs yet, the earliest first.

    None in books of a version that did not note it.
    """
    query = "SELECT 1 FROM sqlite_schema WHERE name = 'paper'"
    if reader.execute(query).fetchone() is None:
        return []
    rows = reader.execute("SELECT sale_no FROM paper ORDER BY sale_no")
    return [int(str(number)) for (number,) in rows]
