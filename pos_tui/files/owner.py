"""Files and folders for their owner only: 0600 and 0700, on Windows an access list.

The till's books, keys and receipts and the servers' keys and logs are all made here.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos_tui.files.access_lists import AccessLists

OWNER = 0o700
OWNER_AND_GROUP = 0o750
"""For a relay that runs as a user of its own and may read no more than the logs."""
_FILE, _OTHERS = 0o600, 0o077
_BINARY: int = getattr(os, "O_BINARY", 0)


def make_private_folder(folder: Path, mode: int = OWNER) -> None:
    """Make a folder with these rights; one that is there keeps what its operator gave it.

    On Windows a folder for a group gets what its own folder gives on. Raises OSError.
    """
    is_new = not folder.exists()
    folder.mkdir(mode, parents=True, exist_ok=True)
    if is_new and mode == OWNER:
        _restrict_new(folder)


def make_private_file(path: Path) -> None:
    """See that a file is its owner's only, and that it is there. Raises OSError."""
    os.close(open_private(path, os.O_WRONLY | os.O_CREAT))
    restrict_to_owner(path)


def open_private(path: Path, flags: int) -> int:
    """Open a file as os.open does; if that makes it, it is its owner's only. Raises OSError."""
    is_new = not path.exists()
    handle = os.open(path, flags | _BINARY, _FILE)
    if is_new:
        _restrict_new(path)
    return handle


def write_for_owner(
    path: Path, content: bytes, *, exclusive: bool = False, sync: bool = True
) -> None:
    """Write a small file for its owner, and see it onto the disk unless that does not matter.

    Raises OSError; FileExistsError when `exclusive` and there is one already.
    """
    flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if exclusive else os.O_TRUNC)
    with os.fdopen(open_private(path, flags), "wb") as file:
        file.write(content)
        file.flush()
        if sync:
            os.fsync(file.fileno())


def restrict_to_owner(*paths: Path) -> None:
    """Take from files and folders, if they are there and ours, what others may do with them."""
    lists = _access_lists()
    for path in paths:
        # Whoever cannot narrow a file is not its owner, and is told so when it cannot be written.
        with contextlib.suppress(OSError):
            if lists is not None:
                from pos_tui.files.access_lists import restrict

                restrict(lists, path)
                continue
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & _OTHERS:
                path.chmod(mode & ~_OTHERS)


def is_owners_only(path: Path) -> bool:
    """Whether others may do nothing with a file or folder. Raises OSError."""
    lists = _access_lists()
    if lists is not None:
        from pos_tui.files.access_lists import is_kept_from_others

        return is_kept_from_others(lists, path)
    return not path.stat().st_mode & _OTHERS


def _restrict_new(path: Path) -> None:
    """What mkdir and open have done already, where there are modes."""
    if _access_lists() is not None:
        restrict_to_owner(path)


def _access_lists() -> AccessLists | None:
    """The system's access lists, where rights are lists and not modes."""
    if sys.platform == "win32":
        from pos_tui.files.access_lists import windows_access_lists

        return windows_access_lists()
    else:  # noqa: RET505 - mypy follows a platform's branches, not what is after a return
        return None
