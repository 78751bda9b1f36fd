"""Log lines that cannot be published: kept beside the data with the reason, each line once."""

from __future__ import annotations

import base64
import contextlib
import logging
import os
from pathlib import Path

import msgspec
from msgspec import Struct

from pos_tui.cloud.relay.log_reader import LogLine

_log = logging.getLogger(__name__)


class QuarantinedLine(Struct, frozen=True):
    """A line that was set aside: the logical offset after it, why, and its bytes."""

    end: int
    why: str
    line_base64: str


class Quarantine:
    """One log's file of lines that were set aside.

    A second reading finds the same lines again; they are distinguished by place and content, for a
    log that was cut has other lines at the same places.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: set[tuple[int, str]] = set()

    def reload(self) -> None:
        """Take in what was set aside before, by this relay or another. Raises OSError."""
        self._held = {(line.end, line.line_base64) for line in read_quarantine(self._path)}

    def holds(self, line: LogLine) -> bool:
        """Whether this line was set aside already."""
        return (line.end, _text(line)) in self._held

    def add(self, line: LogLine, why: str) -> None:
        """Set a line aside, unless it is there already. Raises OSError when the disk refuses."""
        if self.holds(line):
            return
        _log.error("%s: a line is set aside in %s: %s", self._path.stem, self._path.name, why)
        record = msgspec.json.encode(QuarantinedLine(line.end, why, _text(line)))
        with open(self._path, "a+b", opener=_private) as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":  # a crash has torn what was written last
                    file.write(b"\n")
            file.write(record + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._held.add((line.end, _text(line)))


def quarantine_path(data: Path, log: str) -> Path:
    """Where a log's lines are set aside."""
    return data / f"{log}.quarantine"


def read_quarantine(path: Path) -> list[QuarantinedLine]:
    """The lines that were set aside."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        # One that a crash has torn is set aside again.
        with contextlib.suppress(msgspec.MsgspecError):
            found.append(msgspec.json.decode(line, type=QuarantinedLine))
    return found


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o640)


def _text(line: LogLine) -> str:
    return base64.b64encode(line.text).decode()
