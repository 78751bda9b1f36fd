"""One printer's jobs in their order, printed by a thread that is there while there are any."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

import apsw
from msgspec import Struct

from pos_tui.books import Books, BooksError
from pos_tui.books.paper.jobs import (
    OpenPaper,
    PrintJob,
    PrintRole,
    claim_next,
    count_open,
    end_job,
    keep_job,
)
from pos_tui.checkout.events import PaperTrouble
from pos_tui.devices.printers import Printer, PrinterError
from pos_tui.reasons import Reason, because, reason_of

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0
_PULSE_WAITS_S = 5.0
_MOST_JOB_NUMBERS = 9999


class PrintOutcome(Struct, frozen=True):
    """What came of trying to print a job, and `why` it is not known to be on paper.

    waiting: it prints by itself once the printer can. unsure: it may be printed, or a part of it.
    """

    state: Literal["confirmed", "sent", "waiting", "unsure"]
    why: Reason | None = None

    @property
    def is_printed(self) -> bool:
        """Whether the printer has it, as far as it says."""
        return self.state in {"confirmed", "sent"}


_STOPPED = PrintOutcome("waiting", because("print_job.stopped"))


def not_on_paper(outcome: PrintOutcome) -> Reason:
    """What is to be said of a job that is not known to be printed."""
    kind = "print_job.waits" if outcome.state == "waiting" else "print_job.unsure"
    return because(kind, why=outcome.why or because("print_job.is_old"))


class PrintTicket:
    """A job on its way to paper: its number once it has one, and what came of the first try."""

    def __init__(self, role: PrintRole, number: int = 0) -> None:
        self.role = role
        self.number = number
        self.copy = 0
        self.is_put = bool(number)
        self.outcome: Future[PrintOutcome] = Future()
        self.outcome.set_running_or_notify_cancel()  # whoever stops waiting does not undo the job


class QueueState(Struct, frozen=True):
    """How it stands with one printer: what is wrong with it ("": nothing), why, what is open."""

    trouble: PaperTrouble = ""
    why: Reason | None = None
    open: OpenPaper = OpenPaper(0, 0)


class PrintQueue:
    """Prints what waits; while the printer cannot, it tries again after growing pauses."""

    def __init__(
        self,
        role: PrintRole,
        printer: Printer,
        books: Books,
        clock: Callable[[], datetime],
        oldest: Callable[[], datetime],
        changed: Callable[[QueueState], None],
        unsure: Callable[[PrintJob, Reason], None],
        first_pause_s: float = _FIRST_PAUSE_S,
    ) -> None:
        """Jobs that are wanted since before `oldest` are left alone. `changed` and `unsure` are
        called from the queue's thread.
        """
        self.role = role
        self.state = QueueState()
        self._printer = printer
        self._books = books
        self._clock = clock
        self._oldest = oldest
        self._changed = changed
        self._unsure = unsure
        self._first_pause_s = first_pause_s
        self._condition = threading.Condition()
        self._wire = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wakes = 0
        self._is_stopped = False
        self._tickets: list[PrintTicket] = []

    def add(self, ticket: PrintTicket) -> None:
        """Tell this ticket what comes of its job."""
        with self._condition:
            self._tickets.append(ticket)

    def drop(self, ticket: PrintTicket) -> None:
        """Its job was not put after all."""
        with self._condition:
            if ticket in self._tickets:
                self._tickets.remove(ticket)

    def wake(self) -> None:
        """There may be something to print: try at once."""
        with self._condition:
            self._wakes += 1
            is_stopped = self._is_stopped
            if self._thread is None and not is_stopped:
                name = f"printer-{self.role}"
                self._thread = threading.Thread(target=self._run, name=name, daemon=True)
                self._thread.start()
            self._condition.notify_all()
        if is_stopped:
            self._resolve(self._all_tickets(), _STOPPED)

    def stop(self, wait_s: float) -> None:
        """Begin no other job; wait so long (seconds) for the one that is being sent. Who waits for
        a job waits no longer.
        """
        with self._condition:
            self._is_stopped = True
            self._condition.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(wait_s)
        self._resolve(self._all_tickets(), _STOPPED)

    def pulse(self, commands: bytes) -> None:
        """Send a few commands apart from all jobs, and before those that wait. Raises PrinterError.

        A job that is being sent is waited for, but not for long: it may be stuck, and a drawer must
        not open when nobody expects it any more.
        """
        with self._own_wire(_PULSE_WAITS_S):
            self._printer.pulse(commands)

    def is_drawer_open(self) -> bool | None:
        """Whether the drawer is open; None where the printer does not tell."""
        try:
            with self._own_wire(_PULSE_WAITS_S):
                return self._printer.status().is_drawer_open
        except PrinterError:
            return None

    # ---- the thread --------------------------------------------------------------------------

    def _run(self) -> None:
        pause_s = self._first_pause_s
        is_well = True
        while True:
            with self._condition:
                seen = self._wakes
            is_well = self._print_all() if is_well or self._is_ready() else False
            with self._condition:
                if self._is_stopped or (is_well and self._wakes == seen):
                    self._thread = None
                    return
                if is_well:
                    pause_s = self._first_pause_s
                    continue
                is_woken = self._condition.wait_for(
                    lambda: self._is_stopped or self._wakes != seen,  # noqa: B023 - of this turn
                    pause_s,
                )
            if not is_woken:  # what is to be printed meanwhile says nothing of the printer
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _print_all(self) -> bool:
        """Print what waits; False as soon as the printer, or the books, cannot."""
        while not self._is_stopped:
            with self._condition:
                put = [each for each in self._tickets if each.is_put]
            at, oldest = self._clock(), self._oldest()
            try:
                job, opened = self._books.write(
                    lambda c: (claim_next(c, self.role, at, oldest), self._count(c))  # noqa: B023
                ).result()
                if job is None:
                    self._show("", None, opened)
                    self._resolve(put, PrintOutcome("waiting", because("print_job.is_old")))
                    return True
                is_well = self._print(job)
            except Exception as error:  # the books', or a row of theirs that cannot be read
                self._resolve(self._all_tickets(), PrintOutcome("waiting", reason_of(error)))
                return False
            if not is_well:
                return False
        return True

    def _print(self, job: PrintJob) -> bool:
        """Print a claimed job and write down what came of it; whether the printer can go on."""
        number = 1 + (job.number - 1) % _MOST_JOB_NUMBERS
        try:
            with self._own_wire():
                delivery = self._printer.print(job.job, number)
        except PrinterError as error:
            state: Literal["waiting", "unsure"] = "unsure" if error.is_unsure else "waiting"
            return self._not_printed(job, state, error.reason)
        except Exception as error:  # whatever it trips over, some of the job may have gone out
            return self._not_printed(
                job, "unsure", because("print_job.fault", why=reason_of(error))
            )
        at = self._clock()

        def end(connection: apsw.Connection) -> OpenPaper:
            end_job(connection, job.number, at, delivery)
            return self._count(connection)

        opened = self._books.write(end).result()
        self._show("", None, opened)
        self._resolve(self._of(job.number), PrintOutcome(delivery))
        return True

    def _not_printed(self, job: PrintJob, state: Literal["waiting", "unsure"], why: Reason) -> bool:
        at = self._clock()

        def keep(connection: apsw.Connection) -> OpenPaper:
            keep_job(connection, job.number, at, state, why)
            return self._count(connection)

        opened = self._books.write(keep).result()
        trouble, _ = self._look()
        if state == "waiting":
            trouble = trouble or "error"
        self._show(trouble, why if trouble else None, opened)
        outcome = PrintOutcome(state, why)
        if state == "unsure":
            self._unsure(job, why)
            self._resolve(self._of(job.number), outcome)
        if trouble:
            self._resolve(self._all_tickets(), PrintOutcome("waiting", why))
        return not trouble

    def _is_ready(self) -> bool:
        """Whether a printer that could not print can now, as far as it says."""
        trouble, why = self._look()
        if trouble:
            opened = self.state.open
            with contextlib.suppress(BooksError):
                opened = self._books.write(self._count).result()
            self._show(trouble, why, opened)
            self._resolve(self._all_tickets(), PrintOutcome("waiting", why))
        return not trouble

    def _look(self) -> tuple[PaperTrouble, Reason | None]:
        """What is wrong with the printer as it says; ("", None) for nothing, or it is mute."""
        try:
            with self._own_wire():
                status = self._printer.status()
        except PrinterError as error:
            return "away", error.reason
        except Exception as error:
            return "error", reason_of(error)
        if not status.troubles:
            return "", None
        return status.troubles[0], because(f"printer.{status.troubles[0]}")

    def _show(self, trouble: PaperTrouble, why: Reason | None, opened: OpenPaper) -> None:
        if trouble and trouble == self.state.trouble:
            why = self.state.why  # it is said once
        self.state = QueueState(trouble, why, opened)
        self._changed(self.state)

    def _count(self, connection: apsw.Connection) -> OpenPaper:
        return count_open(connection, self.role, self._oldest())

    @contextmanager
    def _own_wire(self, wait_s: float = -1) -> Iterator[None]:
        """The printer for oneself. Raises PrinterError when others have it for so many seconds."""
        if not self._wire.acquire(timeout=wait_s):
            raise PrinterError("printer.busy")
        try:
            yield
        finally:
            self._wire.release()

    # ---- tickets -----------------------------------------------------------------------------

    def _of(self, number: int) -> list[PrintTicket]:
        with self._condition:
            return [each for each in self._tickets if each.number == number]

    def _all_tickets(self) -> list[PrintTicket]:
        with self._condition:
            return list(self._tickets)

    def _resolve(self, tickets: list[PrintTicket], outcome: PrintOutcome) -> None:
        with self._condition:
            mine = [each for each in tickets if each in self._tickets]
            self._tickets = [each for each in self._tickets if each not in mine]
        for ticket in mine:
            ticket.outcome.set_result(outcome)
