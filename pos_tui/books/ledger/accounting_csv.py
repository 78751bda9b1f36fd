"""The ledger for the accountant: a row a posting, as a CSV file that a spreadsheet opens."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

import apsw

from pos_tui.money import Currency, format_amount
from pos_tui.tables.rejects import spreadsheet_text

HEADER = ("date", "entry", "account", "debit", "credit", "text", "sale", "shift", "by", "at")
_ROWS = (
    "SELECT e.day, e.number, a.name, p.amount, e.kind, e.document, e.sale_no, e.shift, e.by, e.at"
    " FROM ledger_entries e JOIN postings p ON p.entry = e.number"
    " LEFT JOIN accounts a ON a.id = p.account"
    " WHERE e.day BETWEEN ? AND ? ORDER BY e.number, p.leg"
)


def accounting_rows(
    reader: apsw.Connection, currency: Currency, first: str = "0000", last: str = "9999-99"
) -> Iterator[tuple[str, ...]]:
    """The cells of each posting, none of them a formula; days (ISO) are accounting days."""
    for day, number, account, amount, kind, document, sale_no, shift, by, at in reader.execute(
        _ROWS, (first, last)
    ):
        minor = int(str(amount))
        written = format_amount(abs(minor), currency)
        yield (
            str(day),
            str(number),
            spreadsheet_text(str(account or "")),
            written if minor > 0 else "",
            written if minor < 0 else "",
            spreadsheet_text(f"{kind} {document}".strip()),
            str(sale_no) if sale_no else "",
            str(shift) if shift else "",
            spreadsheet_text(str(by)),
            str(at),
        )


def write_accounting_csv(file: TextIO, rows: Iterator[tuple[str, ...]]) -> int:
    """Write rows below their header; returns how many. Raises OSError."""
    writer = csv.writer(file)
    writer.writerow(HEADER)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    return count
