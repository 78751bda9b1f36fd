"""Receipts and voucher slips on paper: the first print, and copies with their numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Literal

from pos_tui.books.paper.jobs import NewPrintJob, PrintJob
from pos_tui.books.sales.paper import drop_receipt_due
from pos_tui.books.vouchers.vouchers import Voucher
from pos_tui.checkout import events
from pos_tui.payments.steps import RECEIPT_STEPS, PaymentSteps
from pos_tui.reasons import because, reason_of
from pos_tui.receipts.data import ReceiptData, decode_receipt
from pos_tui.receipts.layout import PaperMarks
from pos_tui.receipts.text import as_text
from pos_tui.till.context import TillContext
from pos_tui.till.paper.open_papers import OpenPapers, receipt_job
from pos_tui.till.paper.print_queue import PrintOutcome, PrintTicket

_PRINTED: dict[str, Literal["printed", "sent", "waiting", "unsure"]] = {
    "confirmed": "printed",
    "sent": "sent",
    "waiting": "waiting",
    "unsure": "unsure",
}


class ReceiptPrinting:
    """Puts a sale's papers into the spool, and reports what came of the first try."""

    def __init__(self, context: TillContext, papers: OpenPapers) -> None:
        self._context = context
        self._settings = context.settings.printer
        self._papers = papers
        self._spool = papers.spool

    @property
    def has_printer(self) -> bool:
        """Whether there is a receipt printer."""
        return self._spool.has_printer

    async def print_first(
        self, receipt: ReceiptData, steps: PaymentSteps, vouchers: Sequence[Voucher] = ()
    ) -> None:
        """Print a sale's receipt, and a slip of each voucher that it sold, for the first time."""
        if not self.has_printer:
            await self._report(receipt, steps, None)
            return
        number = receipt.sale_no
        try:
            jobs = await asyncio.to_thread(self._first_jobs, receipt, vouchers)
        except Exception as error:
            # Whatever a receipt trips over, the sale it belongs to is complete.
            why = because("receipt_file.not_printed", why=reason_of(error))
            self._context.emit(events.Notice(why, "error"))
            await self._report(receipt, steps, PrintOutcome("waiting", why))
            return
        tickets = self._spool.put(jobs, lambda c: drop_receipt_due(c, number))
        await self._follow(receipt, steps, tickets[0])
        for slip in tickets[1:]:
            await self._spool.outcome(slip)

    async def print_copy(self, sale_no: int) -> None:
        """Print a receipt once more, as a copy with its number. Raises OSError where it has no data
        file.
        """
        receipt = await asyncio.to_thread(self._receipt, sale_no)
        steps = _steps_of(sale_no)
        if not self.has_printer:
            await self._report(receipt, steps, None)
            return
        at, by = self._context.clock.now(), self._context.who()
        make = await asyncio.to_thread(self._maker, receipt)
        job = NewPrintJob("receipt", sale_no, make, at, by, is_copy=True)
        (ticket,) = self._spool.put([job])
        await self._follow(receipt, steps, ticket)

    async def print_again(self, job: PrintJob) -> None:
        """Print a receipt's open job now: somebody wants it. Raises ReasonError, OSError."""
        receipt = await asyncio.to_thread(self._receipt, job.document)
        ticket = await asyncio.to_thread(self._papers.send_again, job.number)
        await self._follow(receipt, _steps_of(job.document), ticket)

    # ---- inside ------------------------------------------------------------------------------

    def _first_jobs(self, receipt: ReceiptData, vouchers: Sequence[Voucher]) -> list[NewPrintJob]:
        at, by, context = receipt.at, receipt.cashier, self._context
        jobs = [NewPrintJob("receipt", receipt.sale_no, self._maker(receipt), at, by)]
        if vouchers:
            from pos_tui.till.money.voucher_slips import slip_maker

            for voucher in vouchers:
                make = slip_maker(voucher, context.settings, context.language)
                jobs.append(NewPrintJob("voucher_slip", voucher.id, make, at, by))
        return jobs

    def _receipt(self, sale_no: int) -> ReceiptData:
        return decode_receipt(self._context.receipt_path(sale_no).read_bytes())

    def _maker(self, receipt: ReceiptData) -> Callable[[int], bytes]:
        """What makes the bytes of a copy; those of the first print are made here, not in the
        books' thread.
        """
        design = self._papers.design.read()
        first = receipt_job(receipt, self._settings, PaperMarks(), design)

        def make(copy: int) -> bytes:
            if not copy:
                return first
            return receipt_job(receipt, self._settings, PaperMarks(copy), design)

        return make

    async def _follow(self, receipt: ReceiptData, steps: PaymentSteps, ticket: PrintTicket) -> None:
        await self._report(receipt, steps, await self._spool.outcome(ticket))

    async def _report(
        self, receipt: ReceiptData, steps: PaymentSteps, outcome: PrintOutcome | None
    ) -> None:
        if outcome is None or outcome.is_printed:
            steps.reach(99, self._context.clock.now())
        else:
            steps.fail()  # why stands in its own place: the change is not to be written over
        number = receipt.sale_no
        design = await asyncio.to_thread(self._papers.design.read)
        if trouble := self._papers.design.take_trouble():
            self._context.emit(events.Notice(trouble, "error"))
        text = as_text(receipt, self._settings.columns, design)
        printed = "none" if outcome is None else _PRINTED[outcome.state]
        path = str(self._context.receipt_path(number))
        self._context.emit(events.ReceiptMade(number, path, text, printed))
        self._context.emit(events.PaymentChanged(steps.view(), "", number))


def _steps_of(sale_no: int) -> PaymentSteps:
    return PaymentSteps(because("payment.title_receipt", number=sale_no), RECEIPT_STEPS)
