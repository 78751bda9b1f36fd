"""The papers of the drawer: its acts' slips and reports, put with the acts that they are of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import apsw

from pos_tui.books import Books
from pos_tui.books.paper.jobs import NewPrintJob, PrintKind
from pos_tui.reasons import Reason, because, reason_of
from pos_tui.receipts.words import words_in
from pos_tui.settings import PrinterSettings
from pos_tui.till.paper.open_papers import note_above
from pos_tui.till.paper.print_queue import not_on_paper
from pos_tui.till.paper.spool import PrintSpool

_Done = TypeVar("_Done")


class DrawerPapers:
    """Prints for the drawer. What the books say is done, whatever becomes of its paper."""

    def __init__(
        self,
        books: Books,
        spool: PrintSpool,
        clock: Callable[[], datetime],
        printer: PrinterSettings,
        language: str,
    ) -> None:
        self._books = books
        self._spool = spool
        self._clock = clock
        self._printer = printer
        self._language = language

    def do_and_print(
        self,
        job: Callable[[apsw.Connection], _Done],
        paper: Callable[[_Done], NewPrintJob],
        before: Callable[[], None] = lambda: None,
    ) -> tuple[_Done, Reason | None]:
        """Do something in the books, its paper in the same transaction, then print that.

        `before` runs between the two. Returns what was done, and why the paper is not printed.
        Raises what the job raises, BooksError.
        """
        if not self._spool.has_printer:
            done = self._books.write(job).result()
            before()
            return done, None
        ticket = self._spool.ticket()
        not_put: list[Reason] = []

        def both(connection: apsw.Connection) -> _Done:
            done = job(connection)
            connection.execute("SAVEPOINT paper")
            try:
                self._spool.enter(connection, ticket, paper(done))
            except Exception as error:  # no paper undoes what it is of
                if not connection.in_transaction:
                    raise
                connection.execute("ROLLBACK TO paper")
                not_put.append(reason_of(error))
            connection.execute("RELEASE paper")
            return done

        try:
            done = self._books.write(both).result()
        except BaseException:
            self._spool.withdraw(ticket)
            raise
        before()
        if not_put:
            self._spool.withdraw(ticket)
            return done, not_put[-1]
        self._spool.release(ticket)
        outcome = ticket.outcome.result()
        return done, None if outcome.is_printed else not_on_paper(outcome)

    def print_wanted(
        self, kind: PrintKind, number: int, job: bytes, by: str, *, is_copy: bool
    ) -> Reason | None:
        """Print what somebody wants, a copy under a line that says which; why it is not printed.

        One that waits for the printer is tried again, and gets no copy. Raises BooksError.
        """
        if not self._spool.has_printer:
            return because("drawer_page.no_printer")
        # The first print of an X is none of the earlier ones of its shift.
        for job_of_it in self._spool.waiting(kind, number) if is_copy else ():
            ticket = self._spool.ticket(job_of_it.role, job_of_it.number)
            self._spool.release(ticket)
            outcome = ticket.outcome.result()
            return None if outcome.is_printed else not_on_paper(outcome)
        at, words = self._clock(), words_in(self._language)

        def make(copy: int) -> bytes:
            if not copy:
                return job
            line = words("shift_report.copy", number=copy, at=f"{at:%Y-%m-%d %H:%M}")
            return note_above(line, self._printer) + job

        outcome = self._spool.put_and_wait(NewPrintJob(kind, number, make, at, by, is_copy))
        return None if outcome.is_printed else not_on_paper(outcome)
