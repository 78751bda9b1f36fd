"""Processes that get a part of one core and so much memory: Linux control groups, v1 and v2."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.cost import CannotMeasure

_ROOT = Path("/sys/fs/cgroup")
_PERIOD_US = 100_000
_PATIENCE_S = 10.0
_numbers = itertools.count(1)


class ControlGroup:
    """A group of processes with limits; whoever joins it stays in it, with all that it starts."""

    def __init__(self, folders: dict[str, Path], is_v2: bool) -> None:
        self._folders, self._is_v2 = folders, is_v2

    def join(self, pid: int) -> None:
        """Put a process into it."""
        for folder in set(self._folders.values()):
            (folder / "cgroup.procs").write_text(str(pid))

    def peak_memory_mb(self) -> float:
        """The most memory that was charged to it so far, in MB (10⁶ bytes), files read included."""
        name = "memory.peak" if self._is_v2 else "memory.max_usage_in_bytes"
        try:
            return int((self._folders["memory"] / name).read_text()) / 1e6
        except OSError as error:
            raise CannotMeasure(f"this kernel keeps no {name}") from error

    def kills(self) -> int:
        """How many of its processes the kernel has ended for want of memory."""
        name = "memory.events" if self._is_v2 else "memory.oom_control"
        for line in (self._folders["memory"] / name).read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
        raise CannotMeasure(f"this kernel counts no oom_kill in {name}")

    def limit(self, cpu: float, memory_mb: float) -> None:
        """Let it have this part of one core, and so much memory with no swap."""
        quota, most = int(cpu * _PERIOD_US), int(memory_mb * 1e6)
        processor, memory = self._folders["cpu"], self._folders["memory"]
        if self._is_v2:
            (processor / "cpu.max").write_text(f"{quota} {_PERIOD_US}")
            (memory / "memory.max").write_text(str(most))
            with contextlib.suppress(OSError):  # a kernel without swap has no such file
                (memory / "memory.swap.max").write_text("0")
            return
        (processor / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
        (processor / "cpu.cfs_quota_us").write_text(str(quota))
        (memory / "memory.limit_in_bytes").write_text(str(most))
        with contextlib.suppress(OSError):
            (memory / "memory.memsw.limit_in_bytes").write_text(str(most))

    def end(self) -> None:
        """End whatever is still in it, and remove it."""
        until = time.monotonic() + _PATIENCE_S
        while pids := self._pids():
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if time.monotonic() > until:
                raise CannotMeasure(f"these processes do not end: {pids}")
            time.sleep(0.02)
        for folder in set(self._folders.values()):
            folder.rmdir()

    def _pids(self) -> list[int]:
        return [
            int(line)
            for folder in set(self._folders.values())
            for line in (folder / "cgroup.procs").read_text().split()
        ]


@contextlib.contextmanager
def control_group(cpu: float, memory_mb: float) -> Iterator[ControlGroup]:
    """A group with this part of one core and so much memory; nothing of it is left afterwards.

    Raises CannotMeasure where this user may make none.
    """
    name = f"pos-bench-{os.getpid()}-{next(_numbers)}"
    is_v2 = (_ROOT / "cgroup.controllers").exists()
    folders = {each: _ROOT / name if is_v2 else _ROOT / each / name for each in ("cpu", "memory")}
    try:
        if is_v2:
            with contextlib.suppress(OSError):  # they are on already, or mkdir says what is wrong
                (_ROOT / "cgroup.subtree_control").write_text("+cpu +memory")
        for folder in set(folders.values()):
            folder.mkdir()
    except OSError as error:
        for folder in set(folders.values()):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise CannotMeasure(f"no control group can be made here ({error.strerror})") from error
    group = ControlGroup(folders, is_v2)
    try:
        try:
            group.limit(cpu, memory_mb)
        except OSError as error:
            raise CannotMeasure(f"a control group has no limits here ({error})") from error
        yield group
    finally:
        group.end()
