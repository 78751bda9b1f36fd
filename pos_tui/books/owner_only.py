"""The till's files are its owner's: folders 0700, files 0600, also those that were wider before.

Windows keeps files under a user's profile to that user by itself, so nothing is done there.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_FOLDER, _FILE, _OTHERS = 0o700, 0o600, 0o077
_OURS = ("books.", "till.", "journal.key", "receipts", "faults.log", "cache")


def make_folder(folder: Path) -> None:
    """Make a folder for its owner only. Raises OSError."""
    folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)


def make_till_folder(folder: Path) -> None:
    """Make a till's folder, or narrow the one that it had before, with what is in it.

    A folder that has other things in it and no books yet is left as it is: somebody else's, perhaps
    the machine's own. The till's files in it are for their owner all the same. Raises OSError.
    """
    make_folder(folder)
    if os.name == "nt" or not folder.stat().st_mode & _OTHERS:
        return
    names = {path.name for path in folder.iterdir()}
    ours = {n for n in names if n.startswith(_OURS) or n.endswith(".rejects.csv")}
    if ours == names or "books.db" in names:
        for_the_owner(folder, *(folder / name for name in ours))
        for name in ("receipts", "cache"):
            for place, folders, files in os.walk(folder / name):
                for_the_owner(*(Path(place) / each for each in (*folders, *files)))


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


def write_for_owner(
    path: Path, content: bytes, *, exclusive: bool = False, sync: bool = True
) -> None:
    """Write a small file for its owner, and see it onto the disk unless that does not matter.

    Raises OSError; FileExistsError when `exclusive` and there is one already.
    """
    flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if exclusive else os.O_TRUNC)
    with os.fdopen(os.open(path, flags, _FILE), "wb") as file:
        file.write(content)
        file.flush()
        if sync:
            os.fsync(file.fileno())
