"""Where a print job goes: a network printer, a file, or nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pos_tui.reasons import ReasonError, because, plain
from pos_tui.settings import PrinterSettings

_TROUBLES = ("out_of_paper", "off_line")


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


class FilePrinter:
    """Appends jobs to a file or a device node."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def print(self, job: bytes) -> bool:
        """Append the job to the file."""
        try:
            with self._path.open("ab") as file:
                file.write(job)
        except OSError as error:
            raise PrinterError(
                "printer.file_unwritable", path=str(self._path), why=plain(str(error.strerror))
            ) from error
        return True


class NetworkPrinter:
    """An ESC/POS printer on the network (raw port 9100), asked for its state around each job.

    A connection is made for each job: a printer that was switched off and on swallows the first
    bytes of an old one in silence.
    """

    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        self._host, self._port, self._timeout_s = host, port, timeout_s
        self._mute = False

    def print(self, job: bytes) -> bool:
        """Send the job in one write, between two looks at the printer's state."""
        from escpos.exceptions import DeviceNotFoundError

        from pos_tui.devices.printers.escpos_jobs import load_escpos, state_of

        load_escpos()
        from escpos.printer import Network

        printer = Network(self._host, self._port, timeout=self._timeout_s, profile="default")
        try:
            printer.open()
            before = "silent" if self._mute else state_of(printer)
            if before in _TROUBLES:
                raise PrinterError("printer.not_printed", why=because(f"printer.{before}"))
            self._mute = before == "silent"
            printer._raw(job)
            after = "silent" if self._mute else state_of(printer)
            if after in _TROUBLES:
                raise PrinterError("printer.cut_short", why=because(f"printer.{after}"))
        except (OSError, DeviceNotFoundError) as error:
            raise PrinterError("printer.no_answer", host=self._host, port=self._port) from error
        finally:
            printer.close()
        return after != "silent"


def make_printer(settings: PrinterSettings) -> Printer:
    """The printer that the settings name."""
    if settings.kind == "network":
        return NetworkPrinter(settings.host, settings.port, settings.timeout_s)
    if settings.kind == "file":
        return FilePrinter(Path(settings.path))
    return NullPrinter()
