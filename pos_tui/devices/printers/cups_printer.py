"""A printer of CUPS, through a queue that hands on the bytes as they are."""

from __future__ import annotations

import os
import subprocess

from pos_tui.devices.printers.printer import Delivery, PrinterError, PrinterStatus
from pos_tui.reasons import plain

_LONGEST_WHY = 200
_TITLE = "pos-tui"


class CupsPrinter:
    """Hands each job to a queue of CUPS. What becomes of it there, CUPS keeps to itself."""

    def __init__(self, queue: str, timeout_s: float) -> None:
        self._queue, self._timeout_s = queue, timeout_s

    def print(self, job: bytes, number: int = 0) -> Delivery:
        """Queue the job; CUPS has it then, and prints it when the printer is there."""
        self._queue_job(job, f"{_TITLE} {number:04d}" if number else _TITLE)
        return "sent"

    def pulse(self, commands: bytes) -> None:
        """Queue the commands, where they are obeyed now and not at some later time."""
        self._queue_job(commands, _TITLE)

    def status(self) -> PrinterStatus:
        """Whether the queue goes on; of the printer itself nothing is known."""
        words = self._run("lpstat", "-p", self._queue).split()
        return PrinterStatus(True, troubles=("off_line",) if "disabled" in words else ())

    def _queue_job(self, job: bytes, title: str) -> None:
        if self.status().troubles:
            raise PrinterError("printer.queue_stopped", queue=self._queue)
        self._run("lp", "-d", self._queue, "-o", "raw", "-t", title, job=job)

    def _run(self, *command: str, job: bytes = b"") -> str:
        """What a program of CUPS writes. Raises PrinterError."""
        try:
            done = subprocess.run(
                command,
                input=job,
                capture_output=True,
                timeout=self._timeout_s,
                check=False,
                env={**os.environ, "LC_ALL": "C"},
            )
        except FileNotFoundError as error:
            raise PrinterError("printer.no_cups", program=command[0]) from error
        except subprocess.TimeoutExpired as error:
            raise PrinterError(
                "printer.queue_slow", is_unsure=bool(job), queue=self._queue
            ) from error
        except OSError as error:
            why = plain(error.strerror or str(error))
            raise PrinterError("printer.queue_refused", queue=self._queue, why=why) from error
        if done.returncode:
            why = plain(done.stderr.decode("utf-8", "replace").strip()[:_LONGEST_WHY])
            raise PrinterError("printer.queue_refused", queue=self._queue, why=why)
        return done.stdout.decode("utf-8", "replace")
