"""What a till needs of its machine: versions, room and speed of the disk, lock, clock, terminal."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

import apsw

from pos_tui.books.books import FILE_NAME
from pos_tui.books.connection import open_connection
from pos_tui.books.journal.entries import latest
from pos_tui.books.lock import lock_holder
from pos_tui.diagnostics.checks import Check
from pos_tui.reasons import because

_LITTLE = 200_000_000  # bytes: weeks of a shop
_NOTHING = 20_000_000
_SLOW_MS = 50.0  # what a cashier would notice after each payment
_WRITES = 5
_TOLERANCE = timedelta(minutes=5)
_LEAST = (60, 20)  # cells


def versions() -> str:
    """Which versions run here, of the program and of what matters most below it."""
    return ", ".join(
        (
            f"pos-tui {importlib.metadata.version('pos-tui')}",
            f"Python {platform.python_version()}",
            f"SQLite {apsw.sqlite_lib_version()}",
            f"Textual {importlib.metadata.version('textual')}",
        )
    )


def check_program() -> list[Check]:
    """Which versions run here."""
    say = because("machine_check.versions", versions=versions())
    return [Check("program", "", "ok", platform.machine(), say)]


def check_disk(folder: Path) -> list[Check]:
    """How much room there is for the data, and how long the disk takes to keep something."""
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    free = shutil.disk_usage(there).free
    figure = f"{free / 1_000_000_000:.1f} GB"
    do = because("machine_check.do_make_room", folder=str(folder))
    if free < _NOTHING:
        say = because("machine_check.no_room", folder=str(folder))
        return [Check("disk", "", "broken", figure, say, do)]
    if free < _LITTLE:
        say = because("machine_check.little_room", folder=str(folder))
        return [Check("disk", "", "warning", figure, say, do)]
    took = _write_ms(there)
    figure = f"{figure}, {took:.1f} ms"
    if took > _SLOW_MS:
        say, do = because("machine_check.slow_disk"), because("machine_check.do_slow_disk")
        return [Check("disk", "", "warning", figure, say, do)]
    return [Check("disk", "", "ok", figure, because("machine_check.disk", folder=str(folder)))]


def _write_ms(folder: Path) -> float:
    """How long a small write takes until it is on the disk, in ms; the middle of a few."""
    taken = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(_WRITES):
            began = time.perf_counter()
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def check_lock(folder: Path) -> list[Check]:
    """Whether a till works in the folder now."""
    if not folder.is_dir():
        say = because("machine_check.no_folder", folder=str(folder))
        return [Check("lock", "", "skipped", "", say)]
    holder = lock_holder(folder)
    if holder is None:
        return [Check("lock", "", "ok", "", because("machine_check.no_till_runs"))]
    return [Check("lock", "", "ok", str(holder or ""), because("machine_check.till_runs"))]


def check_clock(folder: Path, now: datetime) -> list[Check]:
    """Whether the clock has gone back behind what is in the books; `now` is aware."""
    path = folder / FILE_NAME
    if not path.exists():
        return []
    with closing(open_connection(path)) as connection:
        last = latest(connection)
    if last is None or last - now <= _TOLERANCE:
        say = because("machine_check.clock_after_books")
        return [Check("clock", "", "ok", f"{now:%Y-%m-%d %H:%M}", say)]
    say = because("machine_check.clock_behind_books", last=last.astimezone(now.tzinfo))
    do = because("check.do_set_clocks")
    return [Check("clock", "", "broken", f"{now:%Y-%m-%d %H:%M}", say, do)]


def check_terminal(
    out: TextIO = sys.stdout,
    environment: Mapping[str, str] = os.environ,
    size: Callable[[], tuple[int, int]] = shutil.get_terminal_size,
) -> list[Check]:
    """Whether the terminal that this runs in shows all of the till."""
    if not out.isatty():
        return [Check("terminal", "", "skipped", "", because("machine_check.no_terminal"))]
    columns, rows = size()
    kind = environment.get("TERM", "") or (environment.get("WT_SESSION", "") and "Windows Terminal")
    figure = f"{columns}x{rows} {kind}".strip()
    if columns < _LEAST[0] or rows < _LEAST[1]:
        say = because("machine_check.small_terminal", columns=_LEAST[0], rows=_LEAST[1])
        do = because("machine_check.do_enlarge")
        return [Check("terminal", "", "broken", figure, say, do)]
    encoding = out.encoding.lower().replace("-", "")
    if encoding != "utf8":
        say = because("machine_check.no_utf8", encoding=out.encoding)
        do = because("machine_check.do_utf8")
        return [Check("terminal", "", "warning", figure, say, do)]
    return [Check("terminal", "", "ok", figure, because("machine_check.terminal"))]
