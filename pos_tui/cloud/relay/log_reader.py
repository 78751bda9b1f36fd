"""Reading transaction logs: complete lines from a logical offset, over all of a log's files."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

from msgspec import Struct

from pos_tui.messages import MessageError, decode_log_head

_log = logging.getLogger(__name__)
_CHUNK = 256 * 1024
_sync = getattr(os, "fdatasync", os.fsync)
# Windows flushes a file only for those who may write to it.
_MODE = "r+" if sys.platform == "win32" else "r"


class LogLine(Struct, frozen=True):
    """A complete line and the logical offset after it; the head of a file is a line too."""

    text: bytes
    end: int
    is_head: bool = False


class _File(Struct):
    path: Path
    number: int
    base: int


class LogReader:
    """One log: its files in order, and a place in them.

    What `read` gives is on the disk: no power cut takes it back once it is published.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.offset = 0
        self._folder = folder
        self._files: list[_File] = []
        self._open: tuple[Path, FileIO] | None = None

    def seek(self, offset: int) -> None:
        """Go on reading from a logical offset."""
        self.offset = offset

    def refresh(self) -> None:
        """Look for new files; one counts as soon as its first line is whole."""
        known = {file.number for file in self._files}
        found = dict(_numbered(self._folder, self.name))
        newest = max(found, default=0)
        if any(number not in found for number in range(min(found, default=0), newest)):
            # A file made while the folder was being listed can be missed, the one after it seen.
            found |= dict(_numbered(self._folder, self.name))
        for number in sorted(found.keys() - known):
            path = found[number]
            with path.open("rb") as file:
                first = file.readline()
            if not first.endswith(b"\n"):
                break
            try:
                base = decode_log_head(first).base
            except MessageError as error:
                base = self.end()
                _log.error("%s: %s; it is read on from %d", path, error, base)
            self._files.append(_File(path, number, base))
        self._files = sorted(
            (file for file in self._files if file.number in found), key=lambda file: file.number
        )

    def end(self) -> int:
        """The logical offset of the log's end as the files are now."""
        if not self._files:
            return 0
        last = self._files[-1]
        return last.base + last.path.stat().st_size

    def read(self) -> list[LogLine]:
        """The next complete lines, or none; a half-written last line waits."""
        if not self._files:
            return []
        file, following = self._place()
        handle = self._handle(file.path)
        handle.seek(self.offset - file.base)
        chunk = handle.read(_CHUNK)
        cut = chunk.rfind(b"\n") + 1
        if not cut and len(chunk) == _CHUNK:
            cut = _CHUNK  # no line is this long: whatever it is, it must not stop the log
        if cut:
            _sync(handle.fileno())
            return self._lines(file, chunk[:cut])
        if following is None:
            return []
        # The writer has left this file for good, so what is not a line now never will be.
        self.offset = following.base
        return [LogLine(chunk, self.offset)]

    def close(self) -> None:
        """Let go of the file."""
        if self._open:
            self._open[1].close()
            self._open = None

    def _place(self) -> tuple[_File, _File | None]:
        """The file that holds the offset, and the one after it."""
        at = 0
        for index, file in enumerate(self._files):
            if file.base <= self.offset:
                at = index
        file = self._files[at]
        if self.offset < file.base:
            if self.offset:
                _log.error("%s: what lies before offset %d is gone", self.name, file.base)
            self.offset = file.base
        return file, self._files[at + 1] if at + 1 < len(self._files) else None

    def _lines(self, file: _File, chunk: bytes) -> list[LogLine]:
        lines: list[LogLine] = []
        *whole, rest = chunk.split(b"\n")
        for text in [*(part + b"\n" for part in whole), *([rest] if rest else [])]:
            is_head = self.offset == file.base
            self.offset += len(text)
            lines.append(LogLine(text, self.offset, is_head))
        return lines

    def _handle(self, path: Path) -> FileIO:
        if self._open is None or self._open[0] != path:
            self.close()
            self._open = (path, FileIO(path, _MODE))
        return self._open[1]


def log_names(folder: Path) -> set[str]:
    """The logs that have files in a folder."""
    return {path.name.removesuffix(".log").rpartition(".")[0] for path in _log_files(folder)}


def _numbered(folder: Path, name: str) -> Iterator[tuple[int, Path]]:
    for path in _log_files(folder):
        log, _, number = path.name.removesuffix(".log").rpartition(".")
        if log == name:
            yield int(number), path


def _log_files(folder: Path) -> Iterator[Path]:
    for path in folder.glob("*.log"):
        log, _, number = path.name.removesuffix(".log").rpartition(".")
        if log and number.isdigit():
            yield path
