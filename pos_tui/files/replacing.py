"""Replacing a file in one step, also while another program is looking at the old one.

On Windows a file that a virus scanner, a backup or a spreadsheet has open cannot be replaced,
renamed or removed. Most let go after a moment, so a few tries are made.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path

_WAITS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4) if sys.platform == "win32" else ()


class FileInUse(PermissionError):
    """Another program has the file open, or it may not be written; the old one is as it was."""


def replace_file(new: Path, path: Path) -> None:
    """Give a new file the name of an old one, in one step. Raises FileInUse and OSError."""
    _with_tries(lambda: new.replace(path), path)


def rename_file(path: Path, to: Path) -> None:
    """Give a file a name that none has yet. Raises FileExistsError, FileInUse and OSError.

    Unlike on Windows, elsewhere a file of that name is replaced.
    """
    _with_tries(lambda: path.rename(to), path)


def remove_file(path: Path) -> None:
    """Remove a file if it is there. Raises FileInUse and OSError."""
    _with_tries(lambda: path.unlink(missing_ok=True), path)


def open_shared(path: Path) -> FileIO:
    """Open a file for reading, and for syncing it onto the disk, so that others may remove it.

    Raises OSError.
    """
    if sys.platform == "win32":
        return _open_on_windows(path)
    else:  # noqa: RET505 - mypy follows a platform's branches, not what is after a return
        return FileIO(path, "r")


def _with_tries(act: Callable[[], object], path: Path) -> None:
    for seconds in _WAITS_S:
        try:
            act()
            return
        except PermissionError:
            time.sleep(seconds)
    try:
        act()
    except PermissionError as error:
        raise FileInUse(error.errno, error.strerror, str(path)) from error


if sys.platform == "win32":
    _READ_AND_WRITE = 0x80000000 | 0x40000000  # Windows syncs only for those who may write
    _ALL_SHARED = 0x1 | 0x2 | 0x4
    _EXISTING, _NORMAL = 3, 0x80

    def _open_on_windows(path: Path) -> FileIO:
        import _winapi
        import msvcrt
        import os

        handle = _winapi.CreateFile(
            str(path), _READ_AND_WRITE, _ALL_SHARED, 0, _EXISTING, _NORMAL, 0
        )
        try:
            return FileIO(msvcrt.open_osfhandle(handle, os.O_RDWR), "r")
        except OSError:
            _winapi.CloseHandle(handle)
            raise
