"""The ledger as an hledger journal: the same entries, names and assertions as for beancount.

https://hledger.org/1.25/hledger.html#journal-format
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

import apsw

from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.exported import (
    UNITS,
    UNITS_FROM,
    ExportedEntry,
    LedgerNames,
    balances_at_the_end,
    commodities,
    drawer_by_day,
    exported_entries,
    units_at_the_end,
)
from pos_tui.books.movement import from_thousandths
from pos_tui.money import Currency, format_amount
from pos_tui.plain_text import plain_text

_NOT_IN_A_TITLE = re.compile(r"[;|]")


def hledger_of_ledger(reader: apsw.Connection, currency: Currency) -> Iterator[str]:
    """The lines of the file, the same for the same books; `hledger check --strict` judges it."""
    names = LedgerNames(reader)
    yield "decimal-mark ."
    # An amount of money has all its decimals, and a decimal mark also where it has none.
    sample = format_amount(1000 * 10**currency.exponent, currency)
    yield f"commodity {sample if currency.exponent else sample + '.'} {currency.code}"
    for commodity in commodities(reader):
        yield f'commodity 1000.000 "{commodity}"'
    for account in (UNITS, UNITS_FROM):
        yield f"account {account}"
    for account, name in names.of.items():
        yield f"account {name}" + ("" if name == account else f"  ; {_title(account)}")
    drawer, in_drawer = names.of.get(accounts.DRAWER, ""), drawer_by_day(reader)
    last = "1970-01-01"
    for day, entries in groupby(exported_entries(reader), key=lambda each: each.day):
        last = day
        for entry in entries:
            yield ""
            yield from _transaction(entry, names, currency)
        if day in in_drawer:
            yield ""
            yield f"{day} * closing"
            amount = format_amount(in_drawer[day], currency)
            yield _assertion(drawer, amount, currency.code)
    yield ""
    yield f"{last} * closing"
    for account, there in balances_at_the_end(reader).items():
        if account in names.of:
            yield _assertion(names.of[account], format_amount(there, currency), currency.code)
    for commodity, quantity in units_at_the_end(reader):
        yield _assertion(UNITS, str(from_thousandths(quantity)), f'"{commodity}"')


def _transaction(entry: ExportedEntry, names: LedgerNames, currency: Currency) -> Iterator[str]:
    sale = f" sale {entry.sale_no:06}" if entry.sale_no else ""
    by = _title(entry.by) or "-"
    yield f"{entry.day} * {by} | {_title(entry.title)}{sale}  ; {_tags(entry)}"
    for account, amount in entry.postings:
        name = names.of.get(account, account)
        yield f"    {name}  {format_amount(amount, currency)} {currency.code}"
    for commodity, quantity, lot in entry.units:
        units = from_thousandths(quantity)
        yield f'    {UNITS}  {units} "{commodity}"' + (f"  ; lot:{_value(lot)}" if lot else "")
        yield f'    {UNITS_FROM}  {-units} "{commodity}"'


def _tags(entry: ExportedEntry) -> str:
    numbers: Iterable[tuple[str, int]] = (
        ("entry", entry.number), ("journal", entry.row), ("shift", entry.shift)
    )  # fmt: skip
    return ", ".join(f"{key}:{value}" for key, value in numbers if value)


def _assertion(account: str, amount: str, commodity: str) -> str:
    return f"    {account}  0 {commodity} = {amount} {commodity}"


def _title(text: str) -> str:
    return _NOT_IN_A_TITLE.sub("-", " ".join(plain_text(text).split()))


def _value(text: str) -> str:
    return re.sub(r"[,;\]]", "-", plain_text(text))
