"""The till's files are its owner's: folders 0700, files 0600, also those that were wider before.

Windows keeps files under a user's profile to that user by itself, so nothing is done there.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_FOLDER, _FILE, _OTHERS = 0o700, 0o600, 0o077


def make_folder(folder: Path) -> None:
    """Make a folder for its owner only, or narrow one that was open to others, with all that is
    in it. Raises OSError.
    """
    folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    if os.name != "nt" and folder.stat().st_mode & _OTHERS:
        _narrow_tree(folder)


def for_the_owner(*paths: Path) -> None:
    """Take what others may do from these files and folders, where this user may do that."""
    if os.name == "nt":
        return
    for path in paths:
        # Whoever cannot narrow a file is not its owner, and is told so when it cannot be written.
        with contextlib.suppress(OSError):
            mode = path.stat().st_mode
            if mode & _OTHERS:
                path.chmod(mode & 0o7777 & ~_OTHERS)


def _narrow_tree(folder: Path) -> None:
    for_the_owner(folder)
    for place, folders, files in os.walk(folder):
        for_the_owner(*(Path(place) / name for name in (*folders, *files)))


def write_for_owner(path: Path, content: bytes, *, exclusive: bool = False) -> None:
    """Write a small file for its owner and see it onto the disk.

    Raises OSError; FileExistsError when `exclusive` and there is one already.
    """
    flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if exclusive else os.O_TRUNC)
    with os.fdopen(os.open(path, flags, _FILE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
