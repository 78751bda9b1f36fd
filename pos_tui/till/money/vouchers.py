"""The shop's own vouchers at a till: which there are, their slips, and what expired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import apsw
from msgspec import Struct

from pos_tui.books.paper.jobs import NewPrintJob
from pos_tui.books.vouchers.vouchers import (
    Voucher,
    VoucherError,
    VoucherState,
    expired_vouchers,
    find_voucher,
    issue_for_nothing,
    list_vouchers,
    movements_of_voucher,
    voucher_of_id,
    write_voucher_back,
)
from pos_tui.checkout.expiry import expires_on
from pos_tui.codes.reading import RefusedCode, VoucherCode
from pos_tui.codes.voucher import read_voucher, shown_voucher
from pos_tui.money import AmountError, Currency, format_amount, parse_amount
from pos_tui.reasons import Reason, because, reason_of
from pos_tui.till.books_reader import books_reader
from pos_tui.till.context import TillContext
from pos_tui.till.paper.print_queue import not_on_paper
from pos_tui.till.paper.spool import PrintSpool

_Found = TypeVar("_Found")
_LONGEST_REASON = 40
_MOST_MOVEMENTS = 5


class VoucherRow(Struct, frozen=True):
    """A voucher as lists show it: never its number, only what may be shown of it; minor units."""

    id: int
    shown: str
    amount: int
    left: int
    issued_on: date
    expires_on: date | None
    state: VoucherState
    sale_no: int
    reason: str


class ShopVouchers:
    """Lists vouchers, issues them, prints their slips, and writes back what nobody spent."""

    def __init__(self, context: TillContext, spool: PrintSpool) -> None:
        self._context = context
        self._books = context.books
        self._spool = spool

    @property
    def currency(self) -> Currency:
        """The shop's currency."""
        return self._context.settings.currency

    def rows(self) -> list[VoucherRow]:
        """The vouchers on which something is left, the latest first, then the others. Raises
        BooksError.
        """
        return [self._row(each) for each in self._read(list_vouchers)]

    def expired(self) -> list[VoucherRow]:
        """Those that expired with something left on them, the earliest first. Raises BooksError."""
        today = self._today()
        return [self._row(each) for each in self._read(lambda c: expired_vouchers(c, today))]

    def find(self, text: str) -> Voucher:
        """The voucher with this number, or the one of this id. Raises VoucherError, BooksError."""
        read = read_voucher(text)
        if isinstance(read, RefusedCode):
            raise VoucherError(read.why)
        plain = text.strip()
        if isinstance(read, VoucherCode):
            number = read.number
            found = self._read(lambda c: find_voucher(c, number))
            shown = shown_voucher(number)
        else:
            is_id = plain.isascii() and plain.isdigit() and len(plain) < 16
            found = self._read(lambda c: voucher_of_id(c, int(plain))) if is_id else None
            shown = plain[:16]
        if found is None:
            raise VoucherError("voucher.not_known", number=shown)
        return found

    def row_of(self, text: str) -> VoucherRow:
        """The voucher with this number, as lists show it. Raises VoucherError, BooksError."""
        return self._row(self.find(text))

    def history(self, voucher: int) -> Reason:
        """What came onto a voucher last and went off it, in a sentence. Raises BooksError."""
        moved = self._read(lambda c: movements_of_voucher(c, voucher))[-_MOST_MOVEMENTS:]
        parts = tuple(
            because(
                f"voucher.was_{each.what}",
                amount=format_amount(abs(each.amount), self.currency),
                day=each.at.date(),
                number=each.sale_no,
            )
            for each in moved
        )
        return because("voucher.history", parts=parts)

    def print_slip(self, voucher: int) -> Reason:
        """Print a voucher's slip again, as a copy; what is to be said of that. Takes long.

        Raises VoucherError, BooksError.
        """
        from pos_tui.till.money.voucher_slips import slip_maker

        if not self._spool.has_printer:
            raise VoucherError("voucher.no_printer")
        found, context = self.find(str(voucher)), self._context
        make = slip_maker(found, context.settings, context.language)
        at, by = context.clock.now(), context.who()
        outcome = self._spool.put_and_wait(
            NewPrintJob("voucher_slip", found.id, make, at, by, is_copy=True)
        )
        if not outcome.is_printed:
            return not_on_paper(outcome)
        return because("voucher.slip_printed", number=found.shown)

    def write_back(self, voucher: int) -> Reason:
        """What is left on an expired voucher becomes income. Raises VoucherError, BooksError."""
        now, by, today = self._context.clock.now(), self._context.who(), self._today()
        amount = self._books.write(
            lambda c: write_voucher_back(c, now, by, voucher, today)
        ).result()
        return because("voucher.written_back", amount=format_amount(amount, self.currency))

    def issue(self, text: str, reason: str, months: int | None = None) -> Voucher:
        """Issue a voucher that nobody pays for over an amount as typed, for a reason, good for so
        many months (None: as the settings say; 0: for ever). Raises VoucherError, BooksError.
        """
        try:
            amount = parse_amount(text.strip(), self.currency)
        except AmountError as error:
            raise VoucherError(reason_of(error)) from error
        why = " ".join(reason.split())[:_LONGEST_REASON]
        if not why:
            raise VoucherError("voucher.why_issued")
        at, by, today = self._context.clock.now(), self._context.who(), self._today()
        for_months = self._context.settings.vouchers.months if months is None else months
        last_day = expires_on(today, for_months, "months") if for_months else None
        randomness = self._context.randomness
        return self._books.write(
            lambda c: issue_for_nothing(c, at, by, amount, last_day, randomness, why)
        ).result()

    def _today(self) -> date:
        return self._context.clock.for_dates().date()

    def _row(self, voucher: Voucher) -> VoucherRow:
        return VoucherRow(
            voucher.id,
            voucher.shown,
            voucher.amount,
            voucher.left,
            voucher.issued_at.date(),
            voucher.expires_on,
            voucher.state(self._today()),
            voucher.sale_no,
            voucher.reason,
        )

    def _read(self, look: Callable[[apsw.Connection], _Found]) -> _Found:
        with books_reader(self._books) as reader:
            return look(reader)
