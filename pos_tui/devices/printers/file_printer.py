"""A file that keeps what was printed."""

from __future__ import annotations

from pathlib import Path

from pos_tui.devices.printers.printer import Delivery, PrinterError, PrinterStatus
from pos_tui.reasons import plain


class FilePrinter:
    """Appends jobs to a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def print(self, job: bytes, number: int = 0) -> Delivery:
        """Append the job to the file."""
        try:
            with self._path.open("ab") as file:
                file.write(job)
        except OSError as error:
            raise PrinterError(
                "printer.file_unwritable", path=str(self._path), why=plain(str(error.strerror))
            ) from error
        return "confirmed"

    def pulse(self, commands: bytes) -> None:
        """Append the commands to the file."""
        self.print(commands)

    def status(self) -> PrinterStatus:
        """Nothing is known of what is behind a file."""
        return PrinterStatus()
