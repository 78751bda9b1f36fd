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


class Child:
    """Runs one program at a time; `stop` ends it from any other thread, for good."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def run(self, arguments: Sequence[str] | str, timeout_s: float) -> str:
        """Run a program to its end and tell what went wrong; empty when nothing did.

        What it prints stays off the screen. A program that was stopped is nothing wrong.
        """
        # A file, not a pipe: what the program leaves running would keep a pipe open.
        with tempfile.TemporaryFile() as complaints:
            with self._lock:
                if self._stopped:
                    return ""
                try:
                    process = self._process = subprocess.Popen(
                        arguments,
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        stderr=complaints,
                        start_new_session=True,  # so that what it starts is ended with it
                        creationflags=_NO_WINDOW,
                    )
                except OSError as error:
                    return error.strerror or str(error)
                except ValueError as error:
                    return str(error)
            try:
                status = process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                with self._lock:
                    _end(process)
                process.wait()
                return "" if self._stopped else f"it did not end within {timeout_s:.0f} seconds"
            finally:
                with self._lock:
                    self._process = None
            if status == 0 or self._stopped:
                return ""
            complaints.seek(0)
            lines = complaints.read().decode(errors="replace").split("\n")
            return next(
                (line.strip() for line in reversed(lines) if line.strip()),
                f"it ended with status {status}",
            )

    def stop(self) -> None:
        """End what runs, and run nothing more."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                _end(self._process)


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
