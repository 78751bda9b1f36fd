"""Customers' accounts at a till: who owes what since when, limits, statements."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import apsw
from msgspec import Struct

from pos_tui.books.people.accounts import (
    CustomerAccount,
    StatementRow,
    customers_with_account,
    find_account,
    set_account_limit,
    statement,
)
from pos_tui.books.people.customers import CustomerError
from pos_tui.money import AmountError, Currency, format_amount, parse_amount
from pos_tui.reasons import Reason, because, reason_of
from pos_tui.till.books_reader import books_reader
from pos_tui.till.context import TillContext
from pos_tui.till.goods.stock import make_folder, write_whole

_Found = TypeVar("_Found")
NO_LIMIT_TYPED = "-"


class AccountRow(Struct, frozen=True):
    """A customer's account as lists show it; minor units; `limit` None: no account any more."""

    code: str
    name: str
    limit: int | None
    owes: int
    since: datetime | None


class ShopAccounts:
    """Lists what customers owe, sets how much each may, and writes statements."""

    def __init__(self, context: TillContext) -> None:
        self._context = context
        self._books = context.books

    @property
    def currency(self) -> Currency:
        """The shop's currency."""
        return self._context.settings.currency

    def rows(self) -> list[AccountRow]:
        """Who owes something, since longest first, then the others with an account. Raises
        BooksError.
        """
        return [_row(each) for each in self._read(customers_with_account)]

    def account(self, code: str) -> AccountRow:
        """The account of the customer with this code. Raises CustomerError, BooksError."""
        return _row(self._account(code))

    def statement(self, code: str) -> list[StatementRow]:
        """What was put on a customer's account and paid of it, in order. Raises CustomerError,
        BooksError.
        """
        found = self._account(code)
        return self._read(lambda c: statement(c, found.code))

    def set_limit(self, code: str, typed: str) -> Reason:
        """Set how much a customer may owe, in major units as typed; "-": no account any more.

        Gives what is to be said of it. Raises CustomerError, BooksError.
        """
        limit: int | None = None
        if typed.strip() != NO_LIMIT_TYPED:
            try:
                limit = parse_amount(typed.strip(), self.currency)
            except AmountError as error:
                raise CustomerError(reason_of(error)) from error
            if limit < 0:
                raise CustomerError("account.limit_below_zero")
        at, by = self._context.clock.now(), self._context.who()
        self._books.write(lambda c: set_account_limit(c, at, by, code, limit)).result()
        found = self._account(code)
        if limit is None:
            return because("account.closed", name=found.name)
        return because(
            "account.limit_set", name=found.name, limit=format_amount(limit, self.currency)
        )

    def csv(self, code: str) -> bytes:
        """A statement as CSV: day and time, sale, amount, owed then, by whom. Raises CustomerError,
        BooksError.
        """
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\r\n")
        rows.writerow(("at", "sale", "amount", "owes", "by"))
        for each in self.statement(code):
            amount, owes = (format_amount(n, self.currency) for n in (each.amount, each.owes))
            rows.writerow((each.at.isoformat(), each.sale_no, amount, owes, each.by))
        return text.getvalue().encode("utf-8-sig")

    def write_statement(self, code: str) -> Path:
        """Write a statement into the till's folder; where it is. Raises CustomerError, BooksError,
        and OrderFileError where that cannot be written.
        """
        content, folder = self.csv(code), self._context.data / "statements"
        make_folder(folder)
        name = "".join(each if each.isalnum() else "_" for each in code.upper())
        path = folder / f"{name}-{self._context.clock.now():%Y%m%d}.csv"
        write_whole(path, content)
        return path

    def _account(self, code: str) -> CustomerAccount:
        found = self._read(lambda c: find_account(c, code))
        if found is None:
            raise CustomerError("customers.unknown", code=code.strip()[:40])
        return found

    def _read(self, look: Callable[[apsw.Connection], _Found]) -> _Found:
        with books_reader(self._books) as reader:
            return look(reader)


def _row(account: CustomerAccount) -> AccountRow:
    return AccountRow(account.code, account.name, account.limit, account.owes, account.since)
