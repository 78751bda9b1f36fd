"""A printer of Windows, by its driver's queue: the spooler gets the bytes as they are (RAW)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Protocol

from pos_tui.devices.printers.printer import (
    Delivery,
    PrinterError,
    PrinterStatus,
    PrinterTrouble,
)
from pos_tui.devices.printers.printer_status import first_trouble
from pos_tui.reasons import plain

# PRINTER_STATUS_… of winspool.h.
_PAUSED, _ERROR, _PAPER_JAM, _PAPER_OUT = 0x1, 0x2, 0x8, 0x10
_PAPER_PROBLEM, _OFFLINE, _NOT_AVAILABLE = 0x40, 0x80, 0x1000
_USER_INTERVENTION, _DOOR_OPEN, _SERVER_OFFLINE = 0x100000, 0x400000, 0x2000000
_WORKS_OFFLINE = 0x400  # PRINTER_ATTRIBUTE_WORK_OFFLINE
_TITLE = "pos-tui"


class Spooler(Protocol):
    """What is used of an open printer of Windows' spooler; each call raises OSError."""

    def begin(self, title: str) -> None:
        """Begin a RAW document with one page."""

    def write(self, data: bytes) -> int:
        """Hand over bytes; how many were taken."""

    def end(self) -> None:
        """End the document: now the spooler prints it."""

    def abort(self) -> None:
        """Throw the document away."""

    def status(self) -> tuple[int, int]:
        """PRINTER_STATUS_… and PRINTER_ATTRIBUTE_… as the driver gives them."""

    def close(self) -> None:
        """Give the printer back."""


class SpoolerOpener(Protocol):
    """Opens the printer of a name."""

    def __call__(self, queue: str, /) -> Spooler:
        """Raises OSError where there is no such printer."""


def spooler_troubles(status: int, attributes: int) -> tuple[PrinterTrouble, ...]:
    """What keeps a printer from printing, by the bits of Windows; few drivers say much."""
    found: dict[PrinterTrouble, int] = {
        "cover_open": status & _DOOR_OPEN,
        "out_of_paper": status & (_PAPER_OUT | _PAPER_PROBLEM),
        "cutter": status & _PAPER_JAM,
        "error": status & (_ERROR | _USER_INTERVENTION),
        "off_line": status & (_PAUSED | _OFFLINE | _NOT_AVAILABLE | _SERVER_OFFLINE)
        or attributes & _WORKS_OFFLINE,
    }
    return tuple(trouble for trouble, bits in found.items() if bits)


class SpoolerPrinter:
    """Hands each job to a queue of Windows' spooler, whole."""

    def __init__(self, queue: str, open_spooler: SpoolerOpener) -> None:
        self._queue, self._open = queue, open_spooler

    def print(self, job: bytes, number: int = 0) -> Delivery:
        """Queue the job; the spooler has it then. What it says of the printer counts before."""
        self._queue_job(job, f"{_TITLE} {number:04d}" if number else _TITLE)
        return "sent"

    def pulse(self, commands: bytes) -> None:
        """Queue the commands, where they are obeyed now and not at some later time."""
        self._queue_job(commands, _TITLE)

    def status(self) -> PrinterStatus:
        """How it is as far as its driver says."""
        with self._opened() as spooler:
            return PrinterStatus(True, troubles=spooler_troubles(*spooler.status()))

    def _queue_job(self, job: bytes, title: str) -> None:
        has_part = False
        status = self.status()
        if status.troubles:
            raise PrinterError("printer.not_printed", why=first_trouble(status))
        with self._opened() as spooler:
            spooler.begin(title)
            try:
                while job:
                    taken = spooler.write(job)
                    if not taken:
                        raise OSError("nothing was taken")
                    has_part = True
                    job = job[taken:]
                spooler.end()
            except OSError as error:
                with contextlib.suppress(OSError):
                    spooler.abort()
                raise PrinterError(
                    "printer.queue_refused",
                    is_unsure=has_part,  # a spooler may print while it is written to
                    queue=self._queue,
                    why=plain(error.strerror or str(error)),
                ) from error

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Spooler]:
        try:
            with contextlib.closing(self._open(self._queue)) as spooler:
                yield spooler
        except OSError as error:
            why = plain(error.strerror or str(error))
            raise PrinterError("printer.queue_refused", queue=self._queue, why=why) from error
