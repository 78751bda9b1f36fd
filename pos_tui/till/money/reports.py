"""The shop's reports at one till: asked by period, by what, and as they were at a moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from pos_tui.books import Books
from pos_tui.books.reports.figures import NO_DETAIL, REPORT_BYS, Figures, ReportBy, RowKey
from pos_tui.books.reports.periods import PERIOD_LENGTHS, PeriodLength, ReportPeriod, period_of
from pos_tui.books.reports.query import USUAL_BY, Compared, Report, ReportReader, ReportRow
from pos_tui.books.reports.sales_listed import ListedSale, sales_of_day
from pos_tui.books.sales.sales import explanation
from pos_tui.books.shift import accounting_day, current_shift
from pos_tui.reasons import ReasonError
from pos_tui.receipts.data import decode_receipt
from pos_tui.receipts.receipt_design import USUAL_DESIGN
from pos_tui.receipts.text import as_text
from pos_tui.till.books_reader import books_reader
from pos_tui.till.shop_design import ShopDesign

if TYPE_CHECKING:
    from pos_tui.checkout.explained import ExplainedSale

__all__ = (
    "NO_DETAIL", "PERIOD_LENGTHS", "REPORT_BYS", "USUAL_BY", "Compared", "Figures", "ListedSale",
    "PeriodLength", "ReceiptMissing", "Report", "ReportBy", "ReportPeriod", "ReportRow", "RowKey",
    "ShopReports", "period_of",
)  # fmt: skip


class ReceiptMissing(ReasonError):
    """A sale has no receipt that can be read; its reason says so."""


class ShopReports:
    """Asks the books for reports, in any thread."""

    def __init__(
        self,
        books: Books,
        clock: Callable[[], datetime],
        columns: int = 42,
        design: ShopDesign | None = None,
    ) -> None:
        """`clock` gives aware times in the shop's zone; receipts are `columns` wide and have this
        `design`.
        """
        self._books = books
        self._clock = clock
        self._columns = columns
        self._design = design

    def now(self) -> datetime:
        """The moment, by the shop's clock."""
        return self._clock()

    def today(self) -> date:
        """The accounting day: that of the shift that somebody opened, else by the clock.

        Raises BooksError.
        """
        with books_reader(self._books) as reader:
            shift = current_shift(reader)
        if shift is None or not shift.opened_by:
            return self.day_of(self._clock())
        return shift.day

    def day_of(self, moment: datetime) -> date:
        """The accounting day that an aware moment lies in by the clock."""
        return accounting_day(moment, self._books.day_ends_at)

    def report(
        self,
        period: ReportPeriod,
        by: ReportBy | None = None,
        at: datetime | None = None,
        category: RowKey | None = None,
    ) -> Report:
        """The report of a period, as it would have been `at` an aware moment.

        `category` keeps its products only, where rows are products. Raises BooksError.
        """
        return self._reader.report(period, by, at, category)

    def weekdays(
        self, period: ReportPeriod, at: datetime | None = None
    ) -> dict[tuple[int, int], Figures]:
        """What each hour (0 to 23) of each weekday (Monday is 0) came to. Raises BooksError."""
        return self._reader.hours_of_weekdays(period, at)

    def sales(self, day: date, at: datetime | None = None) -> list[ListedSale]:
        """The sales of an accounting day, up to an aware moment. Raises BooksError."""
        with books_reader(self._books) as reader:
            return sales_of_day(reader, day, self._books.day_ends_at, at)

    def receipt(self, number: int) -> list[str]:
        """The rows of a sale's receipt. Raises ReceiptMissing."""
        path = self._books.path.parent / "receipts" / f"{number:06d}.json"
        try:
            receipt = decode_receipt(path.read_bytes())
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ReceiptMissing("report_page.no_receipt", number=number) from error
        design = USUAL_DESIGN if self._design is None else self._design.read()
        return as_text(receipt, self._columns, design).splitlines()

    def explained(self, number: int) -> ExplainedSale | None:
        """Why a sale cost what it did; None where it was not kept. Raises BooksError."""
        with books_reader(self._books) as reader:
            return explanation(reader, number)

    @property
    def _reader(self) -> ReportReader:
        return ReportReader(self._books.path, self._books.day_ends_at)
