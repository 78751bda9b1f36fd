"""What platforms owe the shop, at one till: their days, their bills, what came to the bank."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from pos_tui.books import Books
from pos_tui.books.ledger.clearing import (
    ClearingDay,
    PayoutRefusedError,
    PlatformBill,
    book_payout,
    clearing_days,
    keep_bill,
)
from pos_tui.reasons import ReasonError, plain
from pos_tui.till.books_reader import books_reader

if TYPE_CHECKING:
    import apsw

__all__ = ("BillFileError", "ClearingDay", "PayoutRefusedError", "PlatformBill", "ShopClearing")

_MOST_BYTES = 50_000_000


class BillFileError(ReasonError):
    """A file is not what `pos-tui reconcile --json` writes; its reason says why."""


class _Total(Struct):
    currency: str
    paid_there: int
    refunded_there: int


class _Channel(Struct):
    channel: str
    day: date
    problem: str | None = None
    totals: list[_Total] = []
    differences: list[object] = []


class _Reconciled(Struct):
    day: date
    channels: list[_Channel]


class ShopClearing:
    """Reads what platforms owe, and writes down what they say and pay, in any thread."""

    def __init__(
        self, books: Books, currency: str, clock: Callable[[], datetime], by: Callable[[], str]
    ) -> None:
        """`clock` gives aware times in the shop's zone; `by` who is at the till."""
        self._books = books
        self._currency = currency
        self._clock = clock
        self._by = by

    def today(self) -> date:
        """The day, by the shop's clock."""
        return self._clock().date()

    def days(self, first: date, last: date) -> list[ClearingDay]:
        """Each platform's days, the latest first. Raises BooksError."""
        with books_reader(self._books) as reader:
            return clearing_days(reader, first, last)

    def read_bills(self, path: Path, platform: str = "") -> list[PlatformBill]:
        """Keep the bills of a file that `pos-tui reconcile --json` wrote, one JSON object a line.

        `platform` is whose they are, where the channel is called otherwise. What cannot be read is
        kept of none. Raises BillFileError and BooksError.
        """
        bills = self._bills_of(path, platform)
        now, by = self._clock(), self._by()

        def job(connection: apsw.Connection) -> None:
            for bill in bills:
                keep_bill(connection, now, by, bill)

        self._books.write(job).result()
        return bills

    def pay_out(self, platform: str, amount: int, fee: int, document: str) -> None:
        """Book what a platform paid to the bank, and what it kept of it (minor units).

        Raises PayoutRefusedError and BooksError.
        """
        now, by = self._clock(), self._by()
        self._books.write(
            lambda connection: book_payout(
                connection, now, by, platform.strip(), amount, fee, document.strip()
            )
        ).result()

    def _bills_of(self, path: Path, platform: str) -> list[PlatformBill]:
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise BillFileError("clearing.not_a_file", path=str(path))
            content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        except OSError as error:
            why = plain(error.strerror or "")
            raise BillFileError("clearing.unreadable", path=str(path), why=why) from error
        try:
            decoder = msgspec.json.Decoder(_Reconciled)
            days = [decoder.decode(line) for line in content.splitlines() if line.strip()]
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise BillFileError("clearing.not_a_file", path=str(path)) from error
        channels = [channel for day in days for channel in day.channels]
        if not channels:
            raise BillFileError("clearing.not_a_file", path=str(path))
        return [self._bill_of(channel, platform) for channel in channels]

    def _bill_of(self, channel: _Channel, platform: str) -> PlatformBill:
        name = platform or channel.channel.removesuffix("_v2")
        if channel.problem:
            raise BillFileError(
                "clearing.no_bill", platform=name, day=channel.day, why=plain(channel.problem)
            )
        others = [each.currency for each in channel.totals if each.currency != self._currency]
        if others:
            raise BillFileError(
                "clearing.other_currency", platform=name, currency=others[0], ours=self._currency
            )
        return PlatformBill(
            name,
            channel.day,
            sum(each.paid_there for each in channel.totals),
            sum(each.refunded_there for each in channel.totals),
            len(channel.differences),
        )
