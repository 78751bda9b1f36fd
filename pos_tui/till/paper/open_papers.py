"""What is not on paper: shown, printed again where somebody wants that, or given up."""

from __future__ import annotations

from datetime import datetime

import apsw
import msgspec
from msgspec import Struct

from pos_tui.books.journal import entries as journal
from pos_tui.books.paper.jobs import (
    PrintJob,
    find_open_job,
    give_job_up,
    open_jobs,
    send_again,
)
from pos_tui.books.paper.not_printed import paper_name
from pos_tui.devices.printers.escpos_jobs import JobStyle, compose
from pos_tui.reasons import Reason, ReasonError
from pos_tui.receipts.data import ReceiptData, decode_receipt
from pos_tui.receipts.layout import PaperMarks, lay_out
from pos_tui.receipts.paper_rows import centred_rows
from pos_tui.receipts.receipt_design import ReceiptDesign
from pos_tui.receipts.words import words_in
from pos_tui.settings import PrinterSettings
from pos_tui.till.books_reader import books_reader
from pos_tui.till.context import TillContext
from pos_tui.till.paper.print_queue import PrintOutcome, PrintTicket
from pos_tui.till.paper.spool import PrintSpool
from pos_tui.till.shop_design import ShopDesign


class PaperError(ReasonError):
    """Something about a paper that cannot be done; its reason says why."""


class PaperRow(Struct, frozen=True):
    """A paper that is not printed: which one, which copy (0: the first print), how it stands, since
    when it is wanted (local), and what the printer said.
    """

    number: int
    kind: str
    name: Reason
    copy: int
    state: str
    wanted_at: datetime
    why: Reason | None = None

    @property
    def is_offered(self) -> bool:
        """Whether it waits for somebody's word."""
        return self.state in {"unsure", "old"}


class OpenPapers:
    """The print jobs that are not over. All of it waits for the disk: it runs beside the screen."""

    def __init__(self, context: TillContext, spool: PrintSpool) -> None:
        self._context = context
        self._books = context.books
        self.design = ShopDesign(context.settings, context.data)
        self.spool = spool

    def jobs(self) -> list[PrintJob]:
        """The jobs, the earliest first, without their bytes. Raises BooksError."""
        with books_reader(self._books) as reader:
            return open_jobs(reader)

    def rows(self) -> list[PaperRow]:
        """The jobs as a page shows them. Raises BooksError."""
        zone = self._context.clock.now().tzinfo
        return [
            PaperRow(
                job.number,
                job.kind,
                paper_name(job),
                job.copy,
                "old" if job.state == "waiting" and self.is_offered(job) else job.state,
                job.wanted_at.astimezone(zone),
                job.why,
            )
            for job in self.jobs()
        ]

    def trouble(self) -> Reason | None:
        """What is wrong with the printer and what to do about it, as far as it was tried."""
        return self.spool.state.why

    def is_offered(self, job: PrintJob) -> bool:
        """Whether a job waits for somebody's word."""
        return job.is_offered(self.spool.oldest())

    def print_now(self, number: int) -> PrintOutcome:
        """Have a job printed now; what came of the first try. Takes long.

        Raises PaperError, BooksError.
        """
        if not self.spool.has_printer_for(self._find(number).role):
            raise PaperError("drawer_page.no_printer")
        return self.send_again(number).outcome.result()

    def send_again(self, number: int) -> PrintTicket:
        """Have a job printed now; where some of it may be on paper already, the print says so.

        Raises PaperError, BooksError.
        """
        job = self._find(number)
        content = self._late(job) if job.state == "unsure" else job.job
        at = self._context.clock.now()
        body = self._decision(job, "printed_again")
        ticket = self.spool.ticket(job.role, number)

        def send(connection: apsw.Connection) -> bool:
            is_open = send_again(connection, number, at, content)
            if is_open:
                journal.append(connection, at.isoformat(), 0, body)
            return is_open

        try:
            if not self._books.write(send).result():
                raise PaperError("print_job.not_open")
        except BaseException:
            self.spool.withdraw(ticket)
            raise
        self.spool.release(ticket)
        return ticket

    def give_up(self, number: int) -> None:
        """A job is not printed any more. Raises PaperError, BooksError."""
        job = self._find(number)
        at = self._context.clock.now()
        body = self._decision(job, "given_up")

        def give_up(connection: apsw.Connection) -> bool:
            is_open = give_job_up(connection, number, at)
            if is_open:
                journal.append(connection, at.isoformat(), 0, body)
            return is_open

        if not self._books.write(give_up).result():
            raise PaperError("print_job.not_open")
        self.spool.recount()

    def _find(self, number: int) -> PrintJob:
        with books_reader(self._books) as reader:
            job = find_open_job(reader, number)
        if job is None or job.state == "sending":
            raise PaperError("print_job.not_open")
        return job

    def _decision(self, job: PrintJob, then: journal.PaperDecision) -> bytes:
        by = self._context.who()
        act = journal.PaperDecided(job.number, job.kind, job.document, then, by)
        return journal.encode(act)

    def _late(self, job: PrintJob) -> bytes:
        """The job again, with a line that says that there may be another print of it."""
        settings = self._context.settings.printer
        if job.kind == "receipt":
            try:
                content = self._context.receipt_path(job.document).read_bytes()
                receipt = decode_receipt(content)
            except (OSError, UnicodeDecodeError, msgspec.MsgspecError):
                if not job.job:
                    raise PaperError("print_job.no_data", paper=paper_name(job)) from None
            else:
                marks = PaperMarks(copy=job.copy, is_late=True)
                return receipt_job(receipt, settings, marks, self.design.read())
        line = words_in(self._context.language)("receipt.printed_late")
        return note_above(line, settings) + job.job


def note_above(text: str, printer: PrinterSettings) -> bytes:
    """The printer's bytes of a note that stands above another job, on the same paper."""
    lines: list[tuple[str, JobStyle]] = [
        (row, "bold") for row in centred_rows(text, printer.columns)
    ]
    return compose(lines, printer, cut=False)


def receipt_job(
    receipt: ReceiptData, printer: PrinterSettings, marks: PaperMarks, design: ReceiptDesign
) -> bytes:
    """The printer's bytes of a receipt in this design, with these marks on it."""
    lines = lay_out(receipt, printer.columns, marks, design)
    return compose([(line.text, line.style) for line in lines], printer)
