"""A lock file that one process holds for as long as it lives, so that a log has one writer."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from pathlib import Path


class HeldByAnother(OSError):
    """Another process holds the lock; its text says which file and what to do."""


class OneWriter:
    """Holds the lock; the system lets it go with the process, however that ends."""

    def __init__(self, path: Path) -> None:
        """Raises HeldByAnother."""
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
        try:
            _lock(self._handle)
        except OSError as error:
            os.close(self._handle)
            raise HeldByAnother(
                f"{path}: another gateway writes this log. Give each its own log.worker."
            ) from error

    def close(self) -> None:
        """Let others have it."""
        os.close(self._handle)


def gateway_id(folder: Path) -> str:
    """A name for a folder that no other machine's has, however alike they are; made once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "gateway.id"
    with contextlib.suppress(FileExistsError), path.open("x", encoding="ascii") as file:
        file.write(secrets.token_hex(8))
    return path.read_text(encoding="ascii").strip() or "nameless"


if sys.platform == "win32":

    def _lock(handle: int) -> None:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:

    def _lock(handle: int) -> None:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
