"""All that a till prints, and its drawer: made with the first paper, printed again, closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pos_tui.checkout import events
from pos_tui.reasons import Reason, because
from pos_tui.till.context import TillContext

if TYPE_CHECKING:
    from pos_tui.books.paper.jobs import PrintJob, PrintRole
    from pos_tui.devices.printers import Printer
    from pos_tui.till.paper.drawer_opener import DrawerOpener
    from pos_tui.till.paper.open_papers import OpenPapers
    from pos_tui.till.paper.receipts import ReceiptPrinting

_MOST_NAMED = 3


class TillPapers:
    """The papers of one till; nothing of it is loaded before there is something to print."""

    def __init__(
        self,
        context: TillContext,
        printer: Printer | None,
        run: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        """`printer` stands in for those of the settings; `run` does what waits for paper."""
        self._context = context
        self._stand_in = printer
        self._run = run

    @cached_property
    def open(self) -> OpenPapers:
        """What is not on paper, and the spool that prints it."""
        from pos_tui.till.paper.open_papers import OpenPapers
        from pos_tui.till.paper.spool import PrintSpool

        context = self._context
        hours = context.settings.printer.ask_after_hours
        now, emit = context.clock.now, context.emit
        spool = PrintSpool(context.books, now, self._printer_of, emit, hours)
        return OpenPapers(context, spool)

    @cached_property
    def receipts(self) -> ReceiptPrinting:
        """Receipts and slips of vouchers."""
        from pos_tui.till.paper.receipts import ReceiptPrinting

        return ReceiptPrinting(self._context, self.open)

    @cached_property
    def drawer(self) -> DrawerOpener:
        """What opens the drawer."""
        from pos_tui.till.paper.drawer_opener import DrawerOpener

        return DrawerOpener(self.open.spool, self._context.emit, self._context.settings)

    def look(self) -> None:
        """Say what may not be on paper since the till stopped. Raises BooksError."""
        if not self._context.books.open_print_jobs():
            return
        offered = [each for each in self.open.spool.interrupted() if self.open.is_offered(each)]
        if offered:
            from pos_tui.books.paper.not_printed import paper_name

            names = tuple(paper_name(each) for each in offered[:_MOST_NAMED])
            why = because("print_job.offered", count=len(offered), papers=names)
            self._notify(why, "warning")

    def begin(self) -> None:
        """Print what never went out. Raises BooksError."""
        if opened := self._context.books.open_print_jobs():
            self.open.spool.begin(opened)

    def print_again(self) -> None:
        """Print a receipt that may not be on paper; where all are, a copy of the latest. Raises
        BooksError.
        """
        path_of, books = self._context.receipt_path, self._context.books
        receipts: list[PrintJob] = [
            each
            for each in books.open_print_jobs()
            if each.kind == "receipt" and path_of(each.document).exists()
        ]
        receipts = receipts if self.open.spool.has_printer else []
        offered = next(filter(self.open.is_offered, receipts), None)
        sale_no = next(iter(books.last_paid_numbers(1)), 0)
        if offered is not None:
            self._run(self.receipts.print_again(offered))
        elif not path_of(sale_no).exists():
            self._notify(because("till.no_receipt"))
        elif self.open.spool.state.trouble and receipts:
            self.open.spool.wake()
            self._notify(because("print_job.waits_still", count=len(receipts)))
        else:
            self._run(self.receipts.print_copy(sale_no))

    async def close(self) -> None:
        """Print nothing more; what is not printed stays in the books."""
        if "open" in self.__dict__:
            await asyncio.to_thread(self.open.spool.close)
        if "drawer" in self.__dict__:
            self.drawer.close()

    def _printer_of(self, role: PrintRole) -> Printer:
        return self._stand_in or self._printers(role)

    @cached_property
    def _printers(self) -> Callable[[PrintRole], Printer]:
        from pos_tui.till.paper.printers import printers_of

        return printers_of(self._context.settings, self._context.data)

    def _notify(self, why: Reason, tone: events.Tone = "info") -> None:
        self._context.emit(events.Notice(why, tone))
