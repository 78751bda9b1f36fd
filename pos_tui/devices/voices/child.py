"""A program that makes sound for the till: one at a time, watched, and stopped at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress

from pos_tui.reasons import Reason, because, plain

_ENDED_S = 5.0  # what was killed may hang in a driver of the system


class Child:
    """Runs one program at a time; `stop` ends it from any other thread, and keeps others from
    running until `resume`. Neither ever waits.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()

    def run(self, arguments: Sequence[str] | str, timeout_s: float) -> Reason | None:
        """Run a program to its end; what went wrong, or None when nothing did.

        What it prints stays off the screen. A program that was stopped is nothing wrong.
        """
        # A file, not a pipe: what the program leaves running would keep a pipe open.
        with tempfile.TemporaryFile() as complaints:
            if self._stopped.is_set():
                return None
            try:
                process = subprocess.Popen(
                    arguments,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=complaints,
                    start_new_session=True,  # so that what it starts is ended with it
                    creationflags=_NO_WINDOW,
                )
            except OSError as error:
                return plain(error.strerror or str(error))
            except ValueError as error:
                return plain(str(error))
            with self._lock:
                self._process = process
                if (
                    self._stopped.is_set()
                ):  # meanwhile: who stops does not wait until a program has begun
                    _end(process)
            try:
                status = process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                with self._lock:
                    _end(process)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_ENDED_S)
                return None if self._stopped.is_set() else _too_slow(timeout_s)
            finally:
                with self._lock:
                    self._process = None
            if status == 0 or self._stopped.is_set():
                return None
            complaints.seek(0)
            lines = complaints.read().decode(errors="replace").split("\n")
            last = next((line.strip() for line in reversed(lines) if line.strip()), "")
            return plain(last) if last else because("voice.program_status", status=status)

    def stop(self) -> None:
        """End what runs, and run nothing more until `resume`."""
        with self._lock:
            self._stopped.set()
            if self._process is not None:
                _end(self._process)

    def resume(self) -> None:
        """Run what comes next."""
        self._stopped.clear()


def _too_slow(timeout_s: float) -> Reason:
    return because("voice.program_too_slow", seconds=round(timeout_s))


if sys.platform == "win32":
    _NO_WINDOW = subprocess.CREATE_NO_WINDOW

    def _end(process: subprocess.Popen[bytes]) -> None:
        process.kill()

else:
    _NO_WINDOW = 0

    def _end(process: subprocess.Popen[bytes]) -> None:
        if process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
