"""The ledger as a beancount file: money and goods balanced, what there is asserted at its end.

https://beancount.github.io/docs/beancount_language_syntax.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import apsw

from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.exported import (
    UNITS,
    UNITS_FROM,
    ExportedEntry,
    LedgerNames,
    balances_at_the_end,
    drawer_by_day,
    exported_entries,
    units_at_the_end,
)
from pos_tui.books.movement import from_thousandths
from pos_tui.money import Currency, format_amount
from pos_tui.plain_text import plain_text

_OPENED = "1970-01-01"


def beancount_of_ledger(reader: apsw.Connection, currency: Currency) -> Iterator[str]:
    """The lines of the file, the same for the same books; a transaction's day is the accounting
    day.
    """
    names = LedgerNames(reader)
    yield f'option "operating_currency" "{currency.code}"'
    for account in (UNITS, UNITS_FROM):
        yield f"{_OPENED} open {account}"
    for account, name in names.of.items():
        yield f"{_OPENED} open {name}"
        if name != account:
            yield f'  name: "{_text(account)}"'
    last = _OPENED
    for entry in exported_entries(reader):
        last = max(last, entry.day)
        yield ""
        yield from _transaction(entry, names, currency)
    end = date.fromisoformat(last) + timedelta(days=1)
    yield ""
    drawer = names.of.get(accounts.DRAWER, "")
    for day, amount in drawer_by_day(reader).items():
        following = date.fromisoformat(day) + timedelta(days=1)
        yield _balance(following, drawer, format_amount(amount, currency), currency.code)
    for account, amount in balances_at_the_end(reader).items():
        if account in names.of and account != accounts.DRAWER:
            written = format_amount(amount, currency)
            yield _balance(end, names.of[account], written, currency.code)
    for commodity, quantity in units_at_the_end(reader):
        yield _balance(end, UNITS, str(from_thousandths(quantity)), commodity)


def _transaction(entry: ExportedEntry, names: LedgerNames, currency: Currency) -> Iterator[str]:
    link = f" ^sale-{entry.sale_no:06}" if entry.sale_no else ""
    yield f'{entry.day} * "{_text(entry.by)}" "{_text(entry.title)}"{link}'
    for key, value in (("entry", entry.number), ("journal", entry.row), ("shift", entry.shift)):
        if value:
            yield f"  {key}: {value}"
    for account, amount in entry.postings:
        name = names.of.get(account, account)
        yield f"  {name}  {format_amount(amount, currency)} {currency.code}"
    for commodity, quantity, lot in entry.units:
        units = from_thousandths(quantity)
        yield f"  {UNITS}  {units} {commodity}"
        if lot:
            yield f'    lot: "{_text(lot)}"'
        yield f"  {UNITS_FROM}  {-units} {commodity}"


def _balance(day: date, account: str, amount: str, commodity: str) -> str:
    return f"{day} balance {account}  {amount} ~ 0 {commodity}"


def _text(text: str) -> str:
    return plain_text(text).replace("\\", "\\\\").replace('"', '\\"')
