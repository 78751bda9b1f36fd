"""Faults of this program, kept in a file for the technician, without any customer's code."""

from __future__ import annotations

import contextlib
import os
import re
import traceback
from datetime import datetime
from pathlib import Path

from pos_tui.files.owner import open_private
from pos_tui.files.replacing import replace_file

_FILE = "faults.log"
_LARGEST = 1_000_000
_CODE = re.compile(r"\d{10,}")


def keep_fault(folder: Path, at: datetime, error: BaseException) -> None:
    """Add where an error came from to the till's file of faults; no trouble with it is raised."""
    places = "".join(traceback.format_tb(error.__traceback__))
    what = _CODE.sub("…", "".join(traceback.format_exception_only(error)))
    text = f"{at.isoformat(timespec='seconds')}\n{places}{what}\n"
    path = folder / _FILE
    with contextlib.suppress(OSError):
        if path.exists() and path.stat().st_size > _LARGEST:
            replace_file(path, path.with_suffix(".log.1"))
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with os.fdopen(open_private(path, flags), "a", encoding="utf-8") as file:
            file.write(text)
