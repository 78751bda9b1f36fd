"""The drawer at the till: shifts, money in and out beside sales, X and Z reports, slips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar

import apsw
from msgspec import Struct

from pos_tui.books import Books
from pos_tui.books.cash.closing import (
    ClosingOrder,
    PrintedReport,
    ShiftError,
    ZReport,
    close_shift,
    find_z_report,
    hand_over,
    open_shift,
    z_report_numbers,
)
from pos_tui.books.cash.drawer_acts import (
    CashMove,
    DrawerAct,
    acts_of_shift,
    float_proposed,
    move_cash,
)
from pos_tui.books.cash.figures import damaged_parts, shift_report
from pos_tui.books.journal import entries as journal
from pos_tui.books.journal.entries import JournalHead
from pos_tui.books.ledger.accounts import DRAWER
from pos_tui.books.ledger.posting import balance
from pos_tui.books.paper.jobs import NewPrintJob
from pos_tui.books.shift import Shift, accounting_day, current_shift
from pos_tui.devices.printers import PrinterError
from pos_tui.devices.printers.escpos_jobs import compose
from pos_tui.plain_text import plain_text
from pos_tui.reasons import Reason, because
from pos_tui.receipts.layout import PrintLine, lines_as_text
from pos_tui.receipts.paper_code import paper_code
from pos_tui.receipts.shift_report import ReportShop, ShiftReport
from pos_tui.receipts.shift_report_layout import (
    DrawerSlip,
    lay_out_report,
    lay_out_slip,
)
from pos_tui.settings import TillSettings
from pos_tui.till.books_reader import books_reader
from pos_tui.till.money.cash_count import CashSoFar, counted_with, read_cash
from pos_tui.till.money.drawer_papers import DrawerPapers
from pos_tui.till.paper.drawer_opener import DrawerOpener
from pos_tui.till.paper.spool import PrintSpool

_Done = TypeVar("_Done")
_LONGEST_REASON = 60


class DrawerStatus(Struct, frozen=True):
    """How it stands with the drawer: the shift that is open, None between two; what its float
    should be (minor units), whether it was counted and how much it was, who has opened it or
    counted that, and whether a drop to the safe is due.
    """

    shift: Shift | None
    proposed: int
    has_float: bool
    opening_float: int = 0
    opened_by: str = ""
    wants_drop: bool = False


class DrawerDone(Struct, frozen=True):
    """What an act came to: what was done; why its paper was not printed, and why the drawer did
    not open; None where it was, or there is no printer.
    """

    done: Reason
    not_printed: Reason | None = None
    not_opened: Reason | None = None


def done_with_key(done: DrawerDone) -> Reason:
    """What was done, and that the drawer needs its key where it did not open; the printer's trouble
    is left to the paper, where that has the same.
    """
    if done.not_opened is None:
        return done.done
    if done.not_printed is not None:
        return because("drawer_page.drawer_shut", done=done.done)
    return because("drawer_page.drawer_shut_because", done=done.done, why=done.not_opened)


class ShopDrawer:
    """What is done with the drawer. All acts wait for disk and paper: they run beside the screen.

    What the books say is done before anything is printed; paper stops nothing.
    """

    def __init__(
        self,
        settings: TillSettings,
        books: Books,
        clock: Callable[[], datetime],
        spool: PrintSpool,
        opener: DrawerOpener,
        language: str,
    ) -> None:
        """`clock` gives aware times in the shop's zone; papers are in `language`."""
        self.settings = settings
        self.currency = settings.currency
        self._books = books
        self._clock = clock
        self._papers = DrawerPapers(books, spool, clock, settings.printer, language)
        self._opener = opener
        self._language = language
        self._printed_xs: set[tuple[int, str]] = set()

    # ---- looking -----------------------------------------------------------------------------

    def status(self) -> DrawerStatus:
        """How it stands with the drawer now. Raises BooksError."""
        with books_reader(self._books) as reader:
            shift = current_shift(reader)
            above = self.settings.cash.drop_above * 10**self.currency.exponent
            proposed = float_proposed(reader)
            acts = [] if shift is None else list(acts_of_shift(reader, shift.number))
            counted = next((each for each in acts if each.kind == "float"), None)
            opened_by = "" if shift is None else shift.opened_by
            return DrawerStatus(
                shift,
                proposed,
                counted is not None,
                proposed if counted is None else counted.amount,
                opened_by or ("" if counted is None else counted.by),
                bool(above) and balance(reader, DRAWER) > above,
            )

    def reasons(self, kind: CashMove) -> tuple[str, ...]:
        """The shop's reasons for an act of the drawer."""
        cash = self.settings.cash
        return {
            "pay_in": cash.pay_in_reasons,
            "pay_out": cash.pay_out_reasons,
            "no_sale": cash.no_sale_reasons,
            "drop": (),
        }[kind]

    def z_numbers(self, most: int = 100) -> list[tuple[int, str]]:
        """The latest Z reports and when they were (ISO 8601). Raises BooksError."""
        with books_reader(self._books) as reader:
            return z_report_numbers(reader, most)

    def z_report(self, number: int) -> ZReport:
        """A Z report as it was printed. Raises ShiftError where there is none, BooksError."""
        with books_reader(self._books) as reader:
            found = find_z_report(reader, number)
        if found is None:
            raise ShiftError("shift.no_such_z", number=number)
        return found

    def expected(self) -> int:
        """What should be in the drawer now, in minor units; for whoever has counted. Raises
        BooksError.
        """
        with books_reader(self._books) as reader:
            return balance(reader, DRAWER)

    # ---- what is typed -----------------------------------------------------------------------

    def counted_with(self, so_far: CashSoFar, text: str) -> CashSoFar:
        """A count with one more line. Raises CashCountError."""
        return counted_with(so_far, text, self.currency, self.settings.denominations)

    def read_amount(self, text: str) -> int:
        """An amount of cash above zero, as typed. Raises CashCountError."""
        amount = read_cash(text, self.currency) if text.strip() else 0
        if not amount:
            raise ShiftError("shift.nothing")
        return amount

    def amount_left(self, text: str) -> int:
        """What stays in the drawer, as typed; it may be nothing. Raises CashCountError."""
        return read_cash(text, self.currency)

    def read_reason(self, kind: CashMove, text: str) -> tuple[str, bool]:
        """A reason by its number in the list, or in words; whether it is one of the list.

        Raises ShiftError where there is none.
        """
        listed = self.reasons(kind)
        text = plain_text(text).strip()[:_LONGEST_REASON]
        if text.isdecimal() and 1 <= int(text) <= len(listed):
            return listed[int(text) - 1], True
        if not text or text.isdecimal():
            raise ShiftError("shift.reason_needed", count=len(listed))
        return text, text in listed

    # ---- acts --------------------------------------------------------------------------------

    def open(self, by: str, counted: CashSoFar | None = None, day: date | None = None) -> Shift:
        """Open a shift with its float; the accounting day is that of the hour where none is given.

        Raises ShiftError, BooksError.
        """
        count = None if counted is None else counted.as_count()
        at = self._clock()
        hour = self._books.day_ends_at
        on = day or accounting_day(at, hour)
        return self._do(lambda connection: open_shift(connection, at, by, on, count, hour))

    def move(
        self, kind: CashMove, amount: int, reason: str, by: str, approved_by: str = ""
    ) -> DrawerDone:
        """Pay in, pay out, drop to the safe (minor units), or open the drawer without a sale.

        The drawer opens, and a slip to sign is printed. Raises BooksError.
        """
        at, hour = self._clock(), self._books.day_ends_at
        approved_by = "" if approved_by == by else approved_by
        listed, shop = reason in self.reasons(kind), self.shop()

        def job(connection: apsw.Connection) -> DrawerAct:
            return move_cash(
                connection, at, kind, amount, reason, by,
                approved_by=approved_by, listed=listed, day_ends_at=hour,
            )  # fmt: skip

        def slip_of(act: DrawerAct) -> NewPrintJob:
            slip = DrawerSlip(
                kind=kind,
                number=act.number,
                amount=amount,
                at=at,
                reason=reason,
                by=by,
                approved_by=approved_by,
            )
            lines = lay_out_slip(slip, shop, self.settings.printer.columns)
            return NewPrintJob("drawer_slip", act.number, lambda _: self.job_of(lines), at, by)

        not_opened: Reason | None = None
        not_printed: Reason | None = None

        def open_drawer() -> None:
            nonlocal not_opened
            not_opened = self.open_now()

        if kind == "no_sale":
            act = self._do(job)
            open_drawer()
        else:
            act, not_printed = self._papers.do_and_print(job, slip_of, open_drawer)
        money = self._money(amount)
        done = because(f"shift.done_{kind}", amount=money, number=act.number)
        if kind == "no_sale" and not_opened is not None:
            done = because("shift.noted_no_sale", number=act.number)
        return DrawerDone(done, not_printed, not_opened)

    def close(
        self,
        by: str,
        counted: CashSoFar | None,
        left: int | None = None,
        approved_by: str = "",
    ) -> tuple[ZReport, Reason | None]:
        """Close the shift that is open; its Z, and why that was not printed.

        `counted` None: nobody counted. `left` (minor units) stays as the next float, the rest goes
        to the safe. Raises ShiftError, BooksError.
        """
        at, shop = self._clock(), self.shop()
        order = self._order(by, counted, left, approved_by)
        return self._papers.do_and_print(
            lambda connection: close_shift(connection, at, order, shop, self._render),
            lambda z: self._first_z(z, at, by),
        )

    def hand_over(
        self, by: str, counted: CashSoFar | None, to: str, approved_by: str = ""
    ) -> tuple[ZReport, Shift, Reason | None]:
        """Close the shift and open the next one, somebody else's, with one count.

        Raises ShiftError, BooksError.
        """
        order = self._order(by, counted, None, approved_by)
        at, shop = self._clock(), self.shop()
        hour = self._books.day_ends_at
        day = accounting_day(at, hour)
        (z, shift), trouble = self._papers.do_and_print(
            lambda connection: hand_over(connection, at, order, to, day, shop, self._render, hour),
            lambda done: self._first_z(done[0], at, by),
        )
        return z, shift, trouble

    def x_report(
        self, by: str, *, with_expected: bool = True
    ) -> tuple[ShiftReport, list[PrintLine]]:
        """The report of the open shift as it stands: figures, and how it is laid out.

        Without what is expected in the drawer for who is to count it blind. Raises ShiftError,
        BooksError.
        """
        at, shop = self._clock(), self.shop()

        with books_reader(self._books) as reader:
            shift = current_shift(reader)
            if shift is None:
                raise ShiftError("shift.none_open")
            report = shift_report(reader, shift, "x", at, by, shop)
        act = journal.encode(journal.ReportTaken(shift.number, by))
        self._do(lambda connection: journal.append(connection, at.isoformat(), 0, act))
        columns = self.settings.printer.columns
        return report, lay_out_report(report, columns, with_expected=with_expected)

    def explain(self, number: int) -> tuple[Reason, ...]:
        """What explains that a closing was off: mistakes that come to exactly the difference, the
        most probable first. Raises ShiftError, BooksError.
        """
        from pos_tui.till.money.explanations import explanations_of

        report = self.z_report(number).report
        if report.drawer.counted is None:
            return (because("explanation.not_counted_at_all"),)
        if not report.drawer.difference:
            return (because("explanation.agrees"),)
        with books_reader(self._books) as reader:
            found = explanations_of(reader, report, self.settings.denominations, self.currency)
        amount = self._money(report.drawer.difference)
        if not found:
            return (because("explanation.nothing", amount=amount),)
        rows = (because("explanation.row", place=n, what=each) for n, each in enumerate(found, 1))
        return because("explanation.head", amount=amount), *rows

    def symbol_rows(self, number: int, *, on_dark: bool = False) -> tuple[str, ...]:
        """The QR code of a Z report as rows of half blocks; none where the library is not there.

        On a dark screen the letters are what is light. Raises ShiftError, BooksError.
        """
        from pos_tui.devices.printers.label_symbols import draw_symbol
        from pos_tui.devices.printers.symbol_blocks import half_blocks

        code = self.code_of(number)
        try:
            dots = draw_symbol("qr", code.replace(" ", ""))
        except PrinterError:
            return ()
        return half_blocks(dots, on_dark=on_dark)

    def code_of(self, number: int) -> str:
        """The code on a Z report: forty digits. Raises ShiftError, BooksError."""
        z = self.z_report(number)
        with books_reader(self._books) as reader:
            row = reader.execute("SELECT hash FROM journal WHERE seq = ?", (z.journal,)).fetchone()
        hashed = b"" if row is None or not isinstance(row[0], bytes) else row[0]
        return paper_code(z.journal, hashed)

    def print_x(self, report: ShiftReport, lines: Sequence[PrintLine], by: str) -> Reason | None:
        """Print an X report, its second print as a copy; why it is not printed."""
        x = (report.shift, report.at)
        is_copy = x in self._printed_xs
        self._printed_xs.add(x)
        job = self.job_of(lines)
        return self._papers.print_wanted("x_report", report.shift, job, by, is_copy=is_copy)

    def print_again(self, number: int, by: str) -> Reason | None:
        """Print a Z once more, as it was, under a line that says which copy it is; why it is not
        printed.

        Raises ShiftError, BooksError.
        """
        z = self.z_report(number)
        job = z.job or self.job_of(_as_lines(z.text))
        return self._papers.print_wanted("z_report", number, job, by, is_copy=True)

    def open_now(self) -> Reason | None:
        """Open the drawer where the printer does that; why it did not."""
        return self._opener.open_now()

    # ---- inside ------------------------------------------------------------------------------

    def shop(self) -> ReportShop:
        """The shop as its reports name it."""
        settings = self.settings
        return ReportShop(
            name=settings.shop.name,
            address=settings.shop.address,
            merchant=settings.till.merchant,
            till=settings.till.number,
            currency=self.currency.code,
            exponent=self.currency.exponent,
            language=self._language,
            percents={name: str(rate) for name, rate in settings.tax.rates.items()},
        )

    def _order(
        self, by: str, counted: CashSoFar | None, left: int | None, approved_by: str
    ) -> ClosingOrder:
        """How the shift is to be closed, without what lies on damaged pages."""
        with books_reader(self._books) as reader:
            shift, damaged = current_shift(reader), frozenset[str]()
            if shift is not None:
                damaged = damaged_parts(reader, shift, self._clock(), self.shop())
        count = None if counted is None else counted.as_count()
        return ClosingOrder(by, count, left, "" if approved_by == by else approved_by, damaged)

    def _render(self, report: ShiftReport, head: JournalHead) -> PrintedReport:
        code = paper_code(head.row, bytes.fromhex(head.hash))
        lines = lay_out_report(report, self.settings.printer.columns, head.row, code)
        lines.append(PrintLine(code.replace(" ", ""), "qr"))
        return PrintedReport(lines_as_text(lines).encode(), self.job_of(lines))

    def job_of(self, lines: Sequence[PrintLine]) -> bytes:
        """The printer's bytes of these lines."""
        rows = [(line.text, line.style) for line in lines]
        return compose(rows, self.settings.printer)

    def _first_z(self, z: ZReport, at: datetime, by: str) -> NewPrintJob:
        return NewPrintJob("z_report", z.report.shift, lambda _: z.job, at, by)

    def _do(self, job: Callable[[apsw.Connection], _Done]) -> _Done:
        return self._books.write(job).result()

    def _money(self, amount: int) -> str:
        from pos_tui.money import format_amount

        return format_amount(amount, self.currency)


def _as_lines(text: bytes) -> list[PrintLine]:
    return [PrintLine(row) for row in text.decode().splitlines()]
