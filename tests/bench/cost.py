"""What a program costs: user instructions where the kernel counts them, else CPU time; memory."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import time
from functools import cache
from pathlib import Path

_PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241}
_FIRST_ATTRIBUTE_SIZE = 64
_COUNT_INSTRUCTIONS = 1
_INHERIT, _NO_KERNEL, _NO_HYPERVISOR = 1 << 1, 1 << 5, 1 << 6


class CannotMeasure(Exception):
    """A measurement could not be made; its text says why."""


class Meter:
    """Counts what one process uses, all of its threads together, those that ended included.

    Make it before the process starts its program, so that no thread escapes it.
    """

    def __init__(self, pid: int) -> None:
        self._clock = (~pid << 3) | 2  # Linux: the CPU clock of another process
        self._counter = _open_counter(pid) if counts_instructions() else None

    def read(self) -> float:
        """Millions of user instructions so far, or milliseconds of CPU; `unit` says which."""
        if self._counter is not None:
            (count,) = struct.unpack("Q", os.read(self._counter, 8))
            return float(count) / 1e6
        try:
            return time.clock_gettime(self._clock) * 1e3
        except OSError as error:
            raise CannotMeasure("the program has ended by itself") from error

    def close(self) -> None:
        """Let the counter go."""
        if self._counter is not None:
            os.close(self._counter)
            self._counter = None


@cache
def counts_instructions() -> bool:
    """Whether this kernel counts user instructions for us."""
    counter = _open_counter(os.getpid())
    if counter is not None:
        os.close(counter)
    return counter is not None


def unit() -> str:
    """What a meter reads, for a table."""
    return "M instr" if counts_instructions() else "ms CPU"


def explain_unit() -> str:
    """What a meter reads, in a sentence."""
    if counts_instructions():
        return "Cost is user instructions of all threads (perf_event_open)."
    return "Cost is CPU time of all threads; this kernel counts no instructions."


def memory_mb(pid: int) -> float:
    """Resident memory of a process in MB (10⁶ bytes)."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    raise CannotMeasure("the program has ended by itself")


def _open_counter(pid: int) -> int | None:
    number = _PERF_EVENT_OPEN.get(platform.machine())
    if number is None:
        return None
    attribute = struct.pack(
        "IIQQQQQQQ",
        0,  # a hardware event
        _FIRST_ATTRIBUTE_SIZE,
        _COUNT_INSTRUCTIONS,
        0,
        0,
        0,
        _INHERIT | _NO_KERNEL | _NO_HYPERVISOR,
        0,
        0,
    )
    descriptor = ctypes.CDLL(None).syscall(number, attribute, pid, -1, -1, 0)
    return descriptor if descriptor >= 0 else None
