"""The till's print jobs: put into the books, printed by their printers' queues, reported."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import apsw

from pos_tui.books import Books
from pos_tui.books.journal import entries as journal
from pos_tui.books.paper.jobs import (
    NewPrintJob,
    OpenPaper,
    PrintJob,
    PrintKind,
    PrintRole,
    count_open,
    give_job_up,
    interrupt_jobs,
    move_jobs,
    open_jobs,
    put_job,
)
from pos_tui.books.paper.not_printed import paper_name
from pos_tui.checkout import events
from pos_tui.devices.printers import NullPrinter, Printer
from pos_tui.reasons import Reason, because
from pos_tui.till.books_reader import books_reader
from pos_tui.till.paper.print_queue import PrintOutcome, PrintQueue, PrintTicket, QueueState

_STOP_WAITS_S = 5.0
_COPIED: dict[PrintKind, Literal["receipt", "z_report", "x_report", "voucher_slip"]] = {
    "receipt": "receipt",
    "z_report": "z_report",
    "x_report": "x_report",
    "voucher_slip": "voucher_slip",
}


class PrintSpool:
    """Whoever prints at a till does it here. A sale is complete whatever becomes of its paper.

    Events are emitted on the event loop that it was made on, or that a job was waited for on;
    without one nobody is told but the tickets.
    """

    def __init__(
        self,
        books: Books,
        clock: Callable[[], datetime],
        printer_of: Callable[[PrintRole], Printer],
        emit: Callable[[events.TillEvent], None],
        ask_after_hours: int,
    ) -> None:
        """`clock` gives aware times; what is wanted since more than `ask_after_hours` waits for
        somebody's word.
        """
        self._books = books
        self._clock = clock
        self._printer_of = printer_of
        self._emit = emit
        self._ask_after = timedelta(hours=ask_after_hours)
        self._loop = running_loop()
        self._queues: dict[PrintRole, PrintQueue] = {}
        self._states: dict[PrintRole, QueueState] = {}
        self._shown = events.PaperChanged("", 0, 0)
        self._trouble: events.PaperTrouble | None = None
        self._making = threading.Lock()

    @property
    def has_printer(self) -> bool:
        """Whether there is a receipt printer at all."""
        return self.has_printer_for("receipt")

    def has_printer_for(self, role: PrintRole) -> bool:
        """Whether there is a printer for this role: its own, or the receipt printer."""
        return not isinstance(self._printer_of(role), NullPrinter)

    @property
    def state(self) -> QueueState:
        """How it stands with the printers, as far as they were tried: the first that has trouble,
        and what is open at all of them.
        """
        states = [self._states[role] for role in sorted(self._states, reverse=True)]
        first = next((each for each in states if each.trouble), QueueState())
        # What is printed this very second is not shown as waiting.
        waiting = sum(each.open.waiting for each in states if each.trouble)
        offered = sum(each.open.offered for each in states)
        return QueueState(first.trouble, first.why, OpenPaper(waiting, offered))

    def oldest(self) -> datetime:
        """What is wanted since before that waits for somebody's word."""
        return self._clock() - self._ask_after

    # ---- beginning and end -------------------------------------------------------------------

    def interrupted(self) -> list[PrintJob]:
        """The open jobs as a stop left them, for the one program that has the till: what was being
        sent then may be on paper. Raises BooksError.
        """
        found = self._books.open_print_jobs()
        if any(each.state == "sending" for each in found):
            at, why = self._clock(), because("print_job.interrupted")
            self._books.write(lambda c: interrupt_jobs(c, at, why)).result()
            found = self._books.open_print_jobs()
        return found

    def begin(self, opened: Sequence[PrintJob]) -> None:
        """Print, from now on, what never went out; on the event loop. `opened`: the open jobs.

        Raises BooksError.
        """
        self._loop = asyncio.get_running_loop()
        printed_by: dict[PrintRole, list[PrintJob]] = {}
        for each in opened:
            printed_by.setdefault(self._role_of_printer(each.role), []).append(each)
        for old in sorted({each.role for each in opened}):
            role = self._role_of_printer(old)
            if role != old:
                self._books.write(lambda c: move_jobs(c, old, role)).result()  # noqa: B023
        for role, jobs in sorted(printed_by.items()):
            offered = sum(each.is_offered(self.oldest()) for each in jobs)
            self._states[role] = QueueState(open=OpenPaper(0, offered))
            if self.has_printer_for(role) and offered < len(jobs):
                self._queue(role).wake()
        self._report()

    def close(self) -> None:
        """Begin no other job, and wait a little for the one that is being sent."""
        for queue in self._queues.values():
            queue.stop(_STOP_WAITS_S)

    # ---- printing ----------------------------------------------------------------------------

    def ticket(self, role: PrintRole = "receipt", number: int = 0) -> PrintTicket:
        """A ticket for a job that is about to be put, or for the one of this number."""
        queue = self._queue(role)
        ticket = PrintTicket(queue.role, number)
        queue.add(ticket)
        return ticket

    def enter(self, connection: apsw.Connection, ticket: PrintTicket, new: NewPrintJob) -> None:
        """Put a job inside somebody's transaction; a copy is journalled in it. `release` it then,
        or `withdraw` the ticket.
        """
        ticket.number, ticket.copy = put_job(connection, new, ticket.role)
        if new.is_copy and new.kind in _COPIED:
            act = journal.CopyPrinted(_COPIED[new.kind], new.document, new.by, ticket.copy)
            journal.append(connection, self._clock().isoformat(), 0, journal.encode(act))

    def release(self, *tickets: PrintTicket) -> None:
        """The transaction of these jobs is with the books' writer: print them."""
        for ticket in tickets:
            ticket.is_put = True
        for role in {ticket.role for ticket in tickets}:
            self._queue(role).wake()

    def withdraw(self, *tickets: PrintTicket) -> None:
        """These jobs were not put after all."""
        for ticket in tickets:
            self._queue(ticket.role).drop(ticket)

    def put(
        self, news: Sequence[NewPrintJob], also: Callable[[apsw.Connection], object] | None = None
    ) -> list[PrintTicket]:
        """Put jobs, soon and all in one transaction with `also`; a disk that refuses is tried until
        it accepts them.
        """
        tickets = [self.ticket(each.role) for each in news]

        def job(connection: apsw.Connection) -> None:
            for ticket, new in zip(tickets, news, strict=True):
                self.enter(connection, ticket, new)
            if also is not None:
                also(connection)

        self._books.post(job)
        self.release(*tickets)
        return tickets

    def print_or_drop(self, new: NewPrintJob) -> PrintOutcome:
        """Print a job now or not at all: where it would wait, it is given up. Takes long.

        Raises BooksError.
        """
        ticket = self._put_now(new)
        outcome = ticket.outcome.result()
        if outcome.state != "waiting":
            return outcome
        at, number = self._clock(), ticket.number
        is_dropped = self._books.write(lambda c: give_job_up(c, number, at)).result()
        self.recount()
        return outcome if is_dropped else PrintOutcome("unsure", outcome.why)

    def put_and_wait(self, new: NewPrintJob) -> PrintOutcome:
        """Put a job, and wait for the first try to print it. Takes long. Raises BooksError."""
        return self._put_now(new).outcome.result()

    def _put_now(self, new: NewPrintJob) -> PrintTicket:
        ticket = self.ticket(new.role)
        try:
            self._books.write(lambda c: self.enter(c, ticket, new)).result()
        except BaseException:
            self.withdraw(ticket)
            raise
        self.release(ticket)
        return ticket

    async def outcome(self, ticket: PrintTicket) -> PrintOutcome:
        """What came of the first try to print a job."""
        self._loop = asyncio.get_running_loop()
        return await asyncio.wrap_future(ticket.outcome)

    def waiting(self, kind: PrintKind, document: int) -> list[PrintJob]:
        """The jobs of a paper that print by themselves once the printer can. Raises BooksError."""
        with books_reader(self._books) as reader:
            jobs = open_jobs(reader)
        return [
            each
            for each in jobs
            if (each.kind, each.document, each.state) == (kind, document, "waiting")
            and not each.is_offered(self.oldest())
        ]

    def wake(self) -> None:
        """There may be something to print: try at once."""
        for role in {"receipt", *self._queues}:
            self._queue(role).wake()

    def pulse(self, commands: bytes) -> None:
        """Send a few commands to the receipt printer at once, also without paper. Raises
        PrinterError.
        """
        self._queue("receipt").pulse(commands)

    def is_drawer_open(self) -> bool | None:
        """Whether the drawer is open; None where the printer does not tell. Takes long."""
        return self._queue("receipt").is_drawer_open()

    def recount(self) -> None:
        """Somebody has decided about open jobs: report how many there are. Raises BooksError."""
        roles = tuple(self._states)

        def count(connection: apsw.Connection) -> list[OpenPaper]:
            return [count_open(connection, role, self.oldest()) for role in roles]

        for role, opened in zip(roles, self._books.write(count).result(), strict=True):
            state = self._states[role]
            self._states[role] = QueueState(state.trouble, state.why, opened)
        self._report()

    # ---- inside ------------------------------------------------------------------------------

    def _queue(self, role: PrintRole) -> PrintQueue:
        """The queue of the printer for this role."""
        role = self._role_of_printer(role)
        printer = self._printer_of(role)
        with self._making:
            if role not in self._queues:
                self._queues[role] = PrintQueue(
                    role,
                    printer,
                    self._books,
                    self._clock,
                    self.oldest,
                    lambda state: self._changed(role, state),
                    self._unsure,
                )
            return self._queues[role]

    def _role_of_printer(self, role: PrintRole) -> PrintRole:
        """The role itself where it has a printer of its own, else that of the receipt printer."""
        is_own = role != "receipt" and self._printer_of(role) is not self._printer_of("receipt")
        return role if is_own else "receipt"

    def _changed(self, role: PrintRole, state: QueueState) -> None:
        """Report from a queue's thread what the screen shows of its printer."""
        self._states[role] = state
        now = self.state
        if now.trouble != self._trouble:
            self._trouble = now.trouble
            why = None if now.why is None else because("print_job.printer", why=now.why)
            self._tell(events.LinkChanged("printer", not now.trouble, why))
        self._report()

    def _report(self) -> None:
        state = self.state
        now = events.PaperChanged(state.trouble, state.open.waiting, state.open.offered)
        if now != self._shown:
            self._shown = now
            self._tell(now)

    def _unsure(self, job: PrintJob, why: Reason) -> None:
        notice = because("print_job.may_be_printed", paper=paper_name(job), why=why)
        self._tell(events.Notice(notice, "warning"))

    def _tell(self, event: events.TillEvent) -> None:
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # it is over
                loop.call_soon_threadsafe(self._emit, event)


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop of this thread; None where there is none."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
