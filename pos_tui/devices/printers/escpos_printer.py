"""An ESC/POS printer over any way to it: asked before a job, and after it what became of it."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from contextlib import closing

from msgspec import Struct, field

from pos_tui.devices.printers import escpos_commands, printer_status
from pos_tui.devices.printers.printer import Delivery, PrinterError, PrinterStatus
from pos_tui.devices.printers.printer_answers import (
    AnswerReader,
    BuffersCleared,
    PrintedMark,
    PrinterAnswer,
    StatusByte,
)
from pos_tui.devices.printers.printer_habits import HabitsFile
from pos_tui.devices.printers.printer_status import DrawerLevel, first_trouble, status_of
from pos_tui.devices.printers.printer_stream import PrinterStream
from pos_tui.reasons import Reason, because
from pos_tui.settings.printer_models import PrinterModel

_BYTES_A_LINE = 1000  # of a picture: as much as prints in the time of a line of text
_LAST_NUMBER = 999
_CLEARED_IN_ONE_GO = frozenset(("cutter", "error"))


class PrinterWaits(Struct, frozen=True):
    """How long a printer is waited for, in seconds."""

    status: float = 1.5
    printed: float = 2.0
    line: float = 0.03
    cleared: float = 1.0

    def for_job(self, job: bytes) -> float:
        """How long a job takes at most."""
        return self.printed + self.line * (job.count(b"\n") + len(job) // _BYTES_A_LINE)


class PrinterManner(Struct, frozen=True):
    """How one printer is dealt with; `address` is what its habits are remembered by."""

    model: PrinterModel = PrinterModel()
    drawer_open_at: DrawerLevel = "unknown"
    asks_when_printed: bool = True
    waits: PrinterWaits = PrinterWaits()
    address: str = ""
    habits: HabitsFile = field(default_factory=HabitsFile)


class EscPosPrinter:
    """An ESC/POS printer; each job goes out on a way that is opened for it, one at a time."""

    def __init__(
        self, connect: Callable[[], PrinterStream], away: Reason, manner: PrinterManner | None
    ) -> None:
        """`connect` opens the way or raises PrinterError; `away` is why one that was open broke."""
        self._connect = connect
        self._away = away
        self._manner = manner or PrinterManner()
        self._habits = self._manner.habits.of(self._manner.address)
        self._silences = 0
        self._unanswered: set[int] = set()
        self._own_numbers = itertools.cycle(range(1, _LAST_NUMBER + 1))
        self._lock = threading.Lock()

    def print(self, job: bytes, number: int = 0) -> Delivery:
        """Send the job once the printer is ready, then wait until it says that it is on paper.

        A printer that does not say so is asked for its state after the job instead.
        """
        if not self._manner.model.has_cutter:
            job = job.removesuffix(escpos_commands.FULL_CUT)
        mark = f"{number:04d}" if number else f"A{next(self._own_numbers):03d}"
        with self._lock, closing(self._connect()) as stream:
            talk = _Talk(stream)
            before = self._get_ready(talk)
            wants_mark = stream.can_answer and self._asks_when_printed()
            sent = job + escpos_commands.say_when_printed(mark) if wants_mark else job
            self._habits.may_hold_a_part = True
            self._remember(talk)
            try:
                self._send(talk, sent)
                delivery = self._outcome(talk, mark if wants_mark else "", job, before)
                self._habits.may_hold_a_part = False
            except OSError as error:
                raise PrinterError("printer.broke_off", is_unsure=True) from error
            finally:
                self._remember(talk)
            return delivery

    def pulse(self, commands: bytes) -> None:
        """Open the drawer by the command for it, in real time where the printer cannot print."""
        with self._lock, closing(self._connect()) as stream:
            talk = _Talk(stream)
            try:
                # The drawer waits for no printer that may be mute.
                answers = self._habits.status == "answers"
                if answers and self._ask(talk, is_whole=False).troubles:
                    commands = escpos_commands.open_drawer_at_once(commands)
                talk.send(commands)
            except OSError as error:
                raise PrinterError(self._away) from error

    def status(self) -> PrinterStatus:
        """How it is now."""
        with self._lock, closing(self._connect()) as stream:
            talk = _Talk(stream)
            try:
                return self._ask(talk, is_whole=True)
            except OSError as error:
                raise PrinterError(self._away) from error
            finally:
                self._remember(talk)

    # ---- before a job, the job, after it ---------------------------------------------------------

    def _get_ready(self, talk: _Talk) -> PrinterStatus:
        try:
            talk.leave_out_old(self._manner.waits.status)
            status = self._ask(talk, is_whole=False)
            if not status.answers and self._habits.status == "answers":
                status = self._ask(talk, is_whole=False)
            if not _CLEARED_IN_ONE_GO.isdisjoint(status.troubles):
                talk.send(escpos_commands.RECOVER)
                status = self._ask(talk, is_whole=False)
            if self._habits.may_hold_a_part and not status.troubles:
                talk.send(escpos_commands.CLEAR_BUFFERS)
                if talk.can_answer and self._habits.status == "answers":
                    talk.wait_for(BuffersCleared(), self._manner.waits.cleared)
                self._habits.may_hold_a_part = False
        except OSError as error:
            raise PrinterError(self._away) from error
        if status.troubles:
            raise PrinterError("printer.not_printed", why=first_trouble(status))
        if not status.answers and self._habits.status == "answers" and talk.can_answer:
            raise PrinterError("printer.not_printed", why=because("printer.silent"))
        return status

    def _send(self, talk: _Talk, job: bytes) -> None:
        try:
            talk.send(job)
        except OSError as error:
            if not talk.has_sent:
                self._habits.may_hold_a_part = False
                raise PrinterError(self._away) from error
            is_stuck = isinstance(error, TimeoutError)
            kind = "printer.stuck" if is_stuck else "printer.broke_off"
            raise PrinterError(kind, is_unsure=True) from error

    def _outcome(self, talk: _Talk, mark: str, job: bytes, before: PrinterStatus) -> Delivery:
        """What became of a job that went out whole; without a mark nothing was asked for."""
        limit = self._manner.waits.for_job(job)
        if mark and talk.wait_for(PrintedMark(mark), limit):
            self._habits.printed = "answers"
            return "confirmed"
        after = self._ask(talk, is_whole=False)
        if after.troubles:
            why = first_trouble(after)
            raise PrinterError("printer.cut_short", is_unsure=True, why=why)
        if before.answers and not after.answers:
            raise PrinterError("printer.fell_silent", is_unsure=True)
        if mark and (talk.late_marks or self._habits.printed == "answers"):
            if talk.wait_for(PrintedMark(mark), 2 * limit):
                return "confirmed"
            raise PrinterError("printer.not_confirmed", is_unsure=True)
        if mark:
            self._habits.printed = "mute"
        return "confirmed" if after.answers else "sent"

    # ---- what the printer answers ----------------------------------------------------------------

    def _asks_when_printed(self) -> bool:
        manner = self._manner
        can = manner.asks_when_printed and manner.model.tells_printed
        return can and self._habits.printed != "mute"

    def _ask(self, talk: _Talk, *, is_whole: bool) -> PrinterStatus:
        """Its status; where all is well and nobody wants the whole, by two of the questions.

        A printer that never answered is not asked for ever.
        """
        if not talk.can_answer or self._habits.status == "mute":
            return PrinterStatus()
        answers: dict[int, int] = {}
        for about in (printer_status.ABOUT_PRINTER, printer_status.ABOUT_PAPER):
            self._ask_one(talk, about, answers)
            if not answers:
                self._silences += 1
                if self._silences > 1 and self._habits.status == "unknown":
                    self._habits.status = "mute"
                return PrinterStatus()
        self._silences = 0
        self._habits.status = "answers"
        if is_whole or status_of(answers).troubles:
            for about in (printer_status.ABOUT_OFF_LINE, printer_status.ABOUT_ERROR):
                self._ask_one(talk, about, answers)
        return status_of(answers, self._manner.drawer_open_at)

    def _ask_one(self, talk: _Talk, about: int, answers: dict[int, int]) -> None:
        if about in self._unanswered:
            return
        found = talk.ask(about, self._manner.waits.status)
        if found is not None:
            answers[about] = found
        elif answers:  # it answers others: some printers know two of the four
            self._unanswered.add(about)

    def _remember(self, talk: _Talk) -> None:
        if talk.late_marks:
            self._habits.printed = "answers"
        self._manner.habits.keep(self._manner.address, self._habits)


class _Talk:
    """Questions and answers on one open way."""

    def __init__(self, stream: PrinterStream) -> None:
        self._stream = stream
        self._reader = AnswerReader()
        self.can_answer = stream.can_answer
        self.has_sent = False
        self.late_marks = 0
        self._unasked: list[PrinterAnswer] = []  # what came while something else was waited for

    def send(self, data: bytes) -> None:
        """Hand all of it over; `has_sent` says after a failure whether any of it went out."""
        self.has_sent = False
        while data:
            data = data[self._stream.send(data) :]
            self.has_sent = True

    def leave_out_old(self, seconds: float) -> None:
        """What came before anything was asked is no answer. Whatever never ends is no printer."""
        end = time.monotonic() + seconds
        while self.can_answer and time.monotonic() < end and (data := self._stream.receive(0)):
            self._note(self._reader.feed(data))
        self._unasked.clear()

    def ask(self, about: int, seconds: float) -> int | None:
        """The byte that answers a question for the status, or None when it does not come."""
        self.send(escpos_commands.ask_status(about))
        end = time.monotonic() + seconds
        while (answers := self._next(end)) is not None:
            for answer in answers:
                if isinstance(answer, StatusByte):
                    return answer.bits
        return None

    def wait_for(self, wanted: PrinterAnswer, seconds: float) -> bool:
        """Whether this answer comes within the time."""
        end = time.monotonic() + seconds
        while wanted not in self._unasked:
            if self._next(end) is None:
                return False
        return True

    def _next(self, end: float) -> list[PrinterAnswer] | None:
        """What came next, None when the time is over."""
        left = end - time.monotonic()
        if left <= 0 or not self.can_answer:
            return None
        answers = self._reader.feed(self._stream.receive(left))
        self._note(answers)
        return answers

    def _note(self, answers: list[PrinterAnswer]) -> None:
        self._unasked += [answer for answer in answers if not isinstance(answer, StatusByte)]
        self.late_marks += sum(isinstance(answer, PrintedMark) for answer in answers)
