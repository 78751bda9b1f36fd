"""What a printer is: it gets the bytes of a job, whole; and the one that is none."""

from __future__ import annotations

from typing import Protocol

from pos_tui.reasons import ReasonError


class PrinterError(ReasonError):
    """A job that was not printed; its reason says what to do."""


class Printer(Protocol):
    """A printer gets the bytes of one job, whole; it is called from a worker thread."""

    def print(self, job: bytes) -> bool:
        """Print the job; True when the printer itself says that it is ready and has it.

        False when the job went out but the printer does not answer. Raises PrinterError when the
        job is known not to be on paper.
        """


class NullPrinter:
    """No printer: accepts every job and does nothing."""

    def print(self, job: bytes) -> bool:
        """Accept the job."""
        return True
