"""What a printer is: it gets the bytes of a job, whole; and the one that is none."""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct

from pos_tui.reasons import Reason, ReasonError, ReasonValue

Delivery = Literal["confirmed", "sent"]
"""Confirmed: the printer itself said that the job is on paper, or that it is ready and has it."""
PrinterTrouble = Literal["out_of_paper", "cover_open", "cutter", "off_line", "error"]
PaperState = Literal["there", "near_end", "out", "unknown"]


class PrinterError(ReasonError):
    """A job that was not printed; its reason says what to do."""

    def __init__(self, why: Reason | str, /, *, is_unsure: bool = False, **values: ReasonValue):
        """`is_unsure`: some of the job went out, so it may be on paper, whole or in part."""
        super().__init__(why, **values)
        self.is_unsure = is_unsure


class PrinterStatus(Struct, frozen=True):
    """What a printer says of itself; one that does not answer says nothing.

    `is_drawer_open` None: it cannot tell, or was not asked.
    """

    answers: bool = False
    paper: PaperState = "unknown"
    troubles: tuple[PrinterTrouble, ...] = ()
    is_drawer_open: bool | None = None


class Printer(Protocol):
    """A printer gets the bytes of one job, whole; it is called from a worker thread."""

    def print(self, job: bytes, number: int = 0) -> Delivery:
        """Print the job; `number` (1-9999) is what a printer that can says when it is on paper.

        Raises PrinterError when the job is known not to be on paper, or only may be.
        """

    def pulse(self, commands: bytes) -> None:
        """Send a few commands at once, also while there is no paper. Raises PrinterError."""

    def status(self) -> PrinterStatus:
        """How it is now. Raises PrinterError where there is no way to it."""


class NullPrinter:
    """No printer: accepts every job and does nothing."""

    def print(self, job: bytes, number: int = 0) -> Delivery:
        """Accept the job."""
        return "confirmed"

    def pulse(self, commands: bytes) -> None:
        """Accept the commands."""

    def status(self) -> PrinterStatus:
        """Nothing is known."""
        return PrinterStatus()
