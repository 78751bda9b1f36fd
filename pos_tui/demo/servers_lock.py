"""One demo's servers at a time in a folder: the next ones wait until the last ones are gone."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path


class ServersLock:
    """Held by the process that watches over the servers, and on POSIX by each of them.

    So it is free when the last of them has ended, however they ended.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` is the servers' own. Raises OSError."""
        self._file = os.open(folder / "servers.lock", os.O_RDWR | os.O_CREAT, 0o600)

    @property
    def inherited(self) -> tuple[int, ...]:
        """The files that a server keeps open; none on Windows, where the job ends all at once."""
        return () if sys.platform == "win32" else (self._file,)

    def acquire(self, seconds: float, is_over: Callable[[], bool]) -> bool:
        """Wait so long at most, and no longer than `is_over` says; whether it is held."""
        until = time.monotonic() + seconds
        while not self._try():
            if time.monotonic() > until or is_over():
                return False
            time.sleep(0.02)
        return True

    def _try(self) -> bool:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(self._file, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
