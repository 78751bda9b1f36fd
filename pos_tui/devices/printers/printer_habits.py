"""Which printers answer what: remembered, so that a mute one is not waited for at each job."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from pos_tui.files.owner import write_for_owner

_FILE_NAME = "printers.json"
Habit = Literal["unknown", "answers", "mute"]


class PrinterHabits(Struct):
    """Whether a printer answers questions for its status, and says when a job is on paper; and
    whether it may hold a part of a job that broke off, also when the till was killed then.
    """

    status: Habit = "unknown"
    printed: Habit = "unknown"
    may_hold_a_part: bool = False


class HabitsFile:
    """The habits of a till's printers, by address, in a file of its data; without one in memory.

    A file that cannot be read or written does not matter: the printers are tried again.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._path = None if folder is None else folder / _FILE_NAME
        self._lock = threading.Lock()
        self._habits = self._read()

    def of(self, address: str) -> PrinterHabits:
        """What is known of the printer there."""
        with self._lock:
            return msgspec.structs.replace(self._habits.get(address, PrinterHabits()))

    def keep(self, address: str, habits: PrinterHabits) -> None:
        """Remember what is known now."""
        with self._lock:
            if self._habits.get(address) == habits:
                return
            if self._path is not None:
                self._habits |= self._read()  # the till's other printer keeps its own there
            self._habits[address] = msgspec.structs.replace(habits)
            if self._path is not None:
                with contextlib.suppress(OSError):
                    write_for_owner(self._path, msgspec.json.encode(self._habits), sync=False)

    def _read(self) -> dict[str, PrinterHabits]:
        if self._path is not None:
            with contextlib.suppress(OSError, ValueError):
                return msgspec.json.decode(self._path.read_bytes(), type=dict[str, PrinterHabits])
        return {}
