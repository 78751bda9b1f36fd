"""Our own table, which an operator can make from any bank's file: CSV, or a workbook.

kind,order_no,refund_no,platform_ref,amount,time
payment,M001-01-000123,,2026112122001,47.70,2026-11-21T09:30:00+08:00
refund,M001-01-000123,R000123,2026112122001,7.70,2026-11-21T10:00:00+08:00

In any order of columns; a column `currency` may be added. Amounts in the currency's units with a
decimal point, never negative; a time without an offset is China's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pos_tui.cloud.platforms.bills import (
    CHINA,
    BadRow,
    Bill,
    BillLine,
    BillUnreadable,
    RowError,
    gather,
    read_amount,
    read_number,
)
from pos_tui.tables.errors import NoHeaderError, TableError
from pos_tui.tables.separated import read_separated
from pos_tui.tables.table import Table
from pos_tui.tables.workbook import read_workbook

COLUMNS = ("kind", "order_no", "refund_no", "platform_ref", "amount", "time")
_CURRENCY = "currency"


def parse(text: str, day: date, currency: str) -> Bill:
    """The bill in a text; a row's currency is its own, else the given. Raises BillUnreadable."""
    try:
        return _bill(read_separated(text, "", "", _names_the_columns, exact=True), currency)
    except TableError as error:
        raise _unreadable(error) from error


def parse_workbook(content: bytes, currency: str) -> Bill:
    """The bill on a sheet of a workbook, likewise. Raises BillUnreadable."""
    try:
        return _bill(read_workbook(content, "", _names_the_columns), currency)
    except TableError as error:
        raise _unreadable(error) from error


def _names(cells: Sequence[str]) -> list[str]:
    return [cell.strip(" \"'").lower() for cell in cells]


def _names_the_columns(cells: Sequence[str]) -> bool:
    return set(COLUMNS) <= set(_names(cells))


def _unreadable(error: TableError) -> BillUnreadable:
    if isinstance(error, NoHeaderError) or error.reason.kind == "tables.empty":
        names = _names(error.header) if isinstance(error, NoHeaderError) else []
        missing = tuple(name for name in COLUMNS if name not in names)
        return BillUnreadable("bill.columns_missing", columns=",".join(COLUMNS), missing=missing)
    return BillUnreadable("bill.workbook_unreadable")


def _bill(table: Table, currency: str) -> Bill:
    names = _names(table.header)
    wanted = [name for name in (*COLUMNS, _CURRENCY) if name in names]
    twice = [name for name in wanted if names.count(name) > 1]
    if twice:  # which of two amounts is the amount, nobody can tell
        raise BillUnreadable("bill.columns_twice", columns=tuple(twice))
    places = {name: names.index(name) for name in wanted}

    def read(number: int, cells: Sequence[str]) -> BillLine:
        row = {name: cells[place].strip() for name, place in places.items()}
        return _line(number, row, currency)

    good, bad = gather(((row.line, row.cells) for row in table.rows), read)
    bad += [BadRow(row.line, row.why) for row in table.rejects]
    return Bill(tuple(good), tuple(sorted(bad, key=lambda each: each.line)))


def _line(number: int, row: dict[str, str], currency: str) -> BillLine:
    kind = row["kind"].lower()
    if kind not in {"payment", "refund"}:
        raise RowError("bill.row_kind", kind=row["kind"])
    currency = row.get(_CURRENCY, "").upper() or currency
    return BillLine(
        kind="payment" if kind == "payment" else "refund",
        order_no=read_number(row["order_no"], "order_no"),
        refund_no=read_number(row["refund_no"], "refund_no") if kind == "refund" else "",
        platform_ref=read_number(row["platform_ref"], "platform_ref"),
        amount=read_amount(row["amount"], currency),
        currency=currency,
        time=_time(row["time"]),
        line=number,
    )


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise RowError("bill.row_time", text=text) from error
    if "T" not in text and " " not in text:
        raise RowError("bill.row_no_time_of_day", text=text)
    return time if time.tzinfo else time.replace(tzinfo=CHINA)
