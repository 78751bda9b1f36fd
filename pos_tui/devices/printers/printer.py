"""Where a print job goes: a network printer, a file, or nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pos_tui.settings import PrinterSettings


class PrinterError(Exception):
    """A job that was not printed; its text is a sentence that says what to do."""


class Printer(Protocol):
    """A printer takes the bytes of one job, whole; it is called from a worker thread."""

    def print(self, job: bytes) -> bool:
        """Print the job; True when the printer itself says that it is ready and has it.

        False when the job went out but the printer does not tell. Raises PrinterError when the
        job is known not to be on paper.
        """


class NullPrinter:
    """No printer: takes every job and does nothing."""

    def print(self, job: bytes) -> bool:
        """Take the job."""
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
                f"The printer file {self._path} cannot be written ({error.strerror})."
                " The sale is complete; print the receipt again once that is mended."
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

        from pos_tui.devices.printers.escpos_jobs import load_escpos, trouble_of

        load_escpos()
        from escpos.printer import Network

        printer = Network(self._host, self._port, timeout=self._timeout_s, profile="default")
        try:
            printer.open()
            before = None if self._mute else trouble_of(printer)
            if before:
                raise PrinterError(f"{before} The sale is complete; print its receipt again then.")
            self._mute = self._mute or before is None
            printer._raw(job)
            after = None if self._mute else trouble_of(printer)
            if after:
                raise PrinterError(f"{after} The receipt may be cut short; print it again then.")
        except (OSError, DeviceNotFoundError) as error:
            raise PrinterError(
                f"The printer {self._host}:{self._port} does not answer. The sale is complete;"
                " check the printer's power and cable, then print the receipt again."
            ) from error
        finally:
            printer.close()
        return after is not None


def make_printer(settings: PrinterSettings) -> Printer:
    """The printer that the settings name."""
    if settings.kind == "network":
        return NetworkPrinter(settings.host, settings.port, settings.timeout_s)
    if settings.kind == "file":
        return FilePrinter(Path(settings.path))
    return NullPrinter()
