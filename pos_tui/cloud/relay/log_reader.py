"""Reading transaction logs: complete lines from a logical offset, over all of a log's files."""

from __future__ import annotations

import logging
import os
import re
import sys
import zlib
from io import FileIO
from pathlib import Path

from msgspec import Struct

from pos_tui.files.replacing import open_shared
from pos_tui.messages import MessageError, decode_log_head

_log = logging.getLogger(__name__)
_CHUNK = 256 * 1024
_FEW = 8 * 1024  # what a single sale takes, and much faster had than a whole chunk
_CHECKSUMMED = 64
_LOG = re.compile(r"[\w.@+-]{1,100}")
_sync = getattr(os, "fdatasync", os.fsync)


class LogLine(Struct, frozen=True):
    """A complete line and the logical offset after it; the head of a file is a line too."""

    text: bytes
    end: int
    is_head: bool = False


class LogChangedError(Exception):
    """What was read of a file is not in it any more; `base` is where the file begins now."""

    def __init__(self, name: str, base: int) -> None:
        super().__init__(f"{name} was cut or exchanged by another hand; read again from {base}")
        self.base = base


class MissingFileError(Exception):
    """The next lines are in a file that is not there; what is there goes on at `upto`."""

    def __init__(self, name: str, since: int, upto: int) -> None:
        super().__init__(f"{name}: the file with offsets {since} to {upto} is not there")
        self.since, self.upto = since, upto


class _File(Struct):
    path: Path
    number: int
    base: int


class LogReader:
    """One log: its files in order, and a place in them.

    What `read` gave is on the disk for good after `sync`, and may be published only then.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.offset = 0
        self.checksum: int | None = None
        self.folder = folder
        self._files: list[_File] = []
        self._open: tuple[Path, FileIO] | None = None
        self._refused: set[Path] = set()

    def seek(self, offset: int, before: int | None = None) -> None:
        """Go on reading from a logical offset; `before` is the checksum of the line before it."""
        self.offset, self.checksum = offset, before

    def refresh(self, listed: dict[int, Path] | None = None) -> None:
        """Look for new files; one counts as soon as its first line is whole.

        `listed` are this log's files by number, for whoever has listed the folder already.
        """
        known = {file.number for file in self._files}
        found = logs_in(self.folder).get(self.name, {}) if listed is None else listed
        newest = max(found, default=0)
        if any(number not in found for number in range(min(found, default=0), newest)):
            # A file made while the folder was being listed can be missed, the one after it seen.
            found = found | logs_in(self.folder).get(self.name, {})
        for number in sorted(found.keys() - known):
            path = found[number]
            try:
                with path.open("rb") as file:
                    first = file.readline()
            except FileNotFoundError:
                continue
            if not first.endswith(b"\n"):
                break
            try:
                head = decode_log_head(first)
                base = head.base
                if head.log != self.name:
                    self._refuse(path, head.log)
                    continue
            except MessageError as error:
                base = self._end_before(number)
                _log.error("%s: %s; it is read on from %d", path, error, base)
            self._files.append(_File(path, number, base))
        held = self._open[0] if self._open else None
        # What is gone can be read to its end by whoever has it open.
        self._files = sorted(
            (file for file in self._files if file.number in found or file.path == held),
            key=lambda file: file.number,
        )

    def knows(self, file: str) -> bool:
        """Whether this file's lines are among those that are read."""
        return any(known.path.name == file for known in self._files)

    def begin(self) -> int:
        """The logical offset of the first line that is there."""
        return self._files[0].base if self._files else 0

    def end(self) -> int:
        """The logical offset of the log's end as the files are now."""
        return self._end_before(sys.maxsize)

    def holds(self, since: int, upto: int) -> int | None:
        """The first offset from `since` on, and before `upto`, that a file has; None if none."""
        for file in self._files:
            first = max(since, file.base)
            if first < min(upto, self._end_of(file)):
                return first
        return None

    def has_files(self) -> bool:
        """Whether there is anything of this log."""
        return bool(self._files)

    def checksum_at(self, offset: int) -> int | None:
        """The checksum of the line before an offset; None where there is none any more."""
        before = [file for file in self._files if file.base < offset]
        if not before:
            return None
        file = before[-1]
        back = min(_CHECKSUMMED, offset - file.base)
        try:
            with file.path.open("rb") as opened:
                opened.seek(offset - file.base - back)
                tail = opened.read(back)
        except FileNotFoundError:
            return None
        return line_checksum(tail) if len(tail) == back else None

    def read(self) -> list[LogLine]:
        """The next complete lines, or none; a half-written last line waits.

        Raises LogChangedError, MissingFileError and OSError.
        """
        if not self._files:
            return []
        file, following = self._place()
        handle = self._handle(file.path)
        back = min(_CHECKSUMMED, self.offset - file.base)
        handle.seek(self.offset - file.base - back)
        read = handle.read(back + _FEW)
        if len(read) == back + _FEW:
            read += handle.read(_CHUNK - _FEW)
        before, chunk = read[:back], read[back:]
        if back and (
            len(before) < back
            or (self.checksum is not None and line_checksum(before) != self.checksum)
        ):
            raise LogChangedError(file.path.name, file.base)
        cut = chunk.rfind(b"\n") + 1
        if not cut and len(chunk) == _CHUNK:
            cut = _CHUNK  # no line is this long: whatever it is, it must not stop the log
        if cut:
            return self._lines(file, chunk[:cut])
        if self._is_exchanged(file.path, handle):
            self.close()
            return self.read()
        if following is None:
            return []
        if following.number > file.number + 1 and following.base > self.offset + len(chunk):
            raise MissingFileError(self.name, self.offset, following.base)
        # The writer has left this file for good, so what is not a line now never will be.
        self.seek(following.base)
        return [LogLine(chunk, self.offset)] if chunk else []

    def sync(self) -> None:
        """Wait until what was read is on the disk, so that no power cut takes it back.

        The writer waits for the same, so this takes hardly longer. Raises OSError.
        """
        if self._open:
            _sync(self._open[1].fileno())

    def close(self) -> None:
        """Let go of the file."""
        if self._open:
            self._open[1].close()
            self._open = None

    def _refuse(self, path: Path, log: str) -> None:
        if path not in self._refused:
            self._refused.add(path)
            _log.error("%s is a file of the log %s under another name; it is not read", path, log)

    def _end_before(self, number: int) -> int:
        before = [file for file in self._files if file.number < number]
        return max(map(self._end_of, before), default=0)

    @staticmethod
    def _end_of(file: _File) -> int:
        try:
            return file.base + file.path.stat().st_size
        except FileNotFoundError:
            return file.base

    def _place(self) -> tuple[_File, _File | None]:
        """The file that holds the offset, and the one after it."""
        at = 0
        for index, file in enumerate(self._files):
            if file.base <= self.offset:
                at = index
        file = self._files[at]
        if self.offset < file.base:
            if self.offset or file.number > 1:
                raise MissingFileError(self.name, self.offset, file.base)
            self.offset = file.base
        return file, self._files[at + 1] if at + 1 < len(self._files) else None

    def _lines(self, file: _File, chunk: bytes) -> list[LogLine]:
        lines: list[LogLine] = []
        *whole, rest = chunk.split(b"\n")
        for text in [*(part + b"\n" for part in whole), *([rest] if rest else [])]:
            is_head = self.offset == file.base and _is_head(text)
            self.offset += len(text)
            lines.append(LogLine(text, self.offset, is_head))
        self.checksum = line_checksum(lines[-1].text)
        return lines

    def _handle(self, path: Path) -> FileIO:
        if self._open is None or self._open[0] != path:
            self.close()
            self._open = (path, open_shared(path))
        return self._open[1]

    @staticmethod
    def _is_exchanged(path: Path, handle: FileIO) -> bool:
        """Whether the name leads to another file than the one that is open."""
        try:
            return not os.path.samestat(path.stat(), os.fstat(handle.fileno()))
        except FileNotFoundError:
            return False


def _is_head(line: bytes) -> bool:
    try:
        decode_log_head(line)
    except MessageError:
        return False
    return True


def line_checksum(tail: bytes) -> int:
    """What a line is known again by: the CRC-32 of its end (64 bytes at most)."""
    tail = tail[-_CHECKSUMMED:]
    return zlib.crc32(tail[tail[:-1].rfind(b"\n") + 1 :])


def logs_in(folder: Path) -> dict[str, dict[int, Path]]:
    """The logs that have files in a folder: by name, and then by the files' numbers."""
    found: dict[str, dict[int, Path]] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                log, _, number = entry.name.removesuffix(".log").rpartition(".")
                is_log = entry.name.endswith(".log") and number.isascii() and number.isdecimal()
                if is_log and _LOG.fullmatch(log) and entry.is_file():
                    found.setdefault(log, {})[int(number)] = folder / entry.name
    except FileNotFoundError:
        pass
    return found
