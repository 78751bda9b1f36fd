"""Files and folders for their owner, where the system has such rights (Windows has others)."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path

OWNER = 0o700
OWNER_AND_GROUP = 0o750
"""For a relay that runs as a user of its own and may read no more than the logs."""


def make_private_folder(folder: Path, mode: int = OWNER) -> None:
    """Make a folder with these rights; one that is there keeps what its operator gave it.

    Raises OSError.
    """
    folder.mkdir(mode, parents=True, exist_ok=True)


def make_private_file(path: Path) -> None:
    """See that a file is its owner's only, and that it is there. Raises OSError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    restrict_to_owner(path)


def restrict_to_owner(path: Path) -> None:
    """Take from a file or folder, if it is there and ours, what others may do with it."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # another user's: its rights are not ours to change
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            path.chmod(mode & ~0o077)
