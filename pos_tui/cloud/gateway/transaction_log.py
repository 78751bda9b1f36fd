"""The transaction log: one file after another, many lines to one fsync, whole after any crash."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import queue
import re
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pos_tui.cloud.gateway.log_lock import lock_log
from pos_tui.files.owner import OWNER_AND_GROUP, make_private_folder
from pos_tui.files.replacing import remove_file
from pos_tui.messages import (
    AcknowledgementNote,
    MessageError,
    TransactionLogEntry,
    TransactionLogHead,
    decode_log_entry,
    decode_log_head,
    encode_log_line,
    signed_entry,
)

_log = logging.getLogger(__name__)
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
_sync = getattr(os, "fdatasync", os.fsync)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_ORDER_NO = re.compile(rb'"order_no":"([^"\\]+)"')

_Record = TransactionLogEntry | AcknowledgementNote
_Line = tuple[_Record, tuple[str, ...] | None, asyncio.Future[None]]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class TransactionLog:
    """One worker's log, `<worker>.<number>.log`; logical offsets run on from file to file."""

    def __init__(
        self,
        folder: Path,
        worker: str,
        rotate_bytes: int,
        keys: Callable[[str], Sequence[bytes]],
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        """`keys` are what a merchant's tills believe now, none for one that is not known."""
        self._folder = folder
        self.worker = worker
        self._rotate_bytes = rotate_bytes
        self._keys = keys
        self._now = now
        self._file = -1
        self._number = 0
        self._base = 0
        self._head_size = 0
        self._size = 0
        self._day = date.min
        self._begin_anew = False
        self._doubted: set[tuple[str, str]] = set()
        make_private_folder(folder, OWNER_AND_GROUP)
        self._lock = lock_log(folder, worker)
        try:
            self._reopen()
        except OSError as error:
            self._close_file()
            if error.errno not in _FULL:
                self._lock.release()
                raise
            # Tills can ask about their orders meanwhile; each payment's line is tried again.
            _log.error("the disk of %s is full, so no payment is confirmed: %s", folder, error)
        self._queue: queue.SimpleQueue[_Line | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_on, name="log", daemon=True)
        self._thread.start()

    async def append(
        self, entry: _Record, *, unless_held_in: tuple[str, ...] | None = None
    ) -> None:
        """Append one line; returns once it is on the disk. Raises OSError when it is not.

        `unless_held_in` looks first whether this log, or one of the named ones in the same folder,
        has the order already.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put((entry, unless_held_in, done))
        await done

    async def holds(self, merchant: str, order_no: str) -> bool:
        """Whether this log has the order's line on the disk; writes nothing."""
        return await asyncio.to_thread(self._holds, (merchant, order_no))

    def close(self) -> None:
        """Write what was asked for, then close the file."""
        self._queue.put(None)
        self._thread.join()
        self._close_file()
        self._lock.release()

    # ---- the files -------------------------------------------------------------------------

    def _files(self, of: str = "") -> list[Path]:
        named: list[tuple[int, Path]] = []
        for path in self._folder.glob("*.log"):
            worker, _, number = path.name.removesuffix(".log").rpartition(".")
            if worker == (of or self.worker) and number.isascii() and number.isdecimal():
                named.append((int(number), path))
        return [path for _, path in sorted(named)]

    def _reopen(self) -> None:
        """Go on with the last file; a line that a crash tore is closed off, never joined."""
        files = self._files()
        if not files:
            self._begin(1, 0)
            return
        last = files[-1]
        self._number = int(last.name.removesuffix(".log").rpartition(".")[2])
        self._size = last.stat().st_size
        with last.open("rb") as file:
            first = file.readline()
            file.seek(max(0, self._size - 1))
            whole = file.read(1) == b"\n"
        if not first.endswith(b"\n"):
            # Nobody reads a file before its head is whole, so this one can start again.
            base = self._end_of(files[-2]) if len(files) > 1 else 0
            remove_file(last)
            self._begin(self._number, base)
            return
        try:
            head = decode_log_head(first)
        except MessageError as error:
            _log.error("%s: %s; the log goes on in a new file", last, error)
            base = self._end_of(files[-2]) if len(files) > 1 else 0
            self._begin(self._number + 1, base + self._size)
            return
        self._base, self._day, self._head_size = head.base, head.opened_at.date(), len(first)
        self._file = os.open(last, _FLAGS, 0o640)
        if not whole:
            _log.warning("%s: the last line was torn by a crash", last)
            self._write(b"\n")
        # What a killed writer left in the cache must be on the disk before anyone relies on it.
        _sync(self._file)

    def _end_of(self, path: Path) -> int:
        with path.open("rb") as file:
            first = file.readline()
        try:
            return decode_log_head(first).base + path.stat().st_size
        except MessageError:
            files = self._files()
            before = files.index(path) - 1
            return (self._end_of(files[before]) if before >= 0 else 0) + path.stat().st_size

    def _begin(self, number: int, base: int) -> None:
        opened_at = self._now().astimezone(UTC)
        head = encode_log_line(TransactionLogHead(log=self.worker, base=base, opened_at=opened_at))
        path = self._folder / f"{self.worker}.{number:06}.log"
        self._file = os.open(path, _FLAGS | os.O_EXCL, 0o640)
        self._number, self._base, self._day = number, base, opened_at.date()
        self._size, self._head_size = 0, len(head)
        self._write(head)
        _sync(self._file)
        _sync_folder(self._folder)

    def _rotate_if_due(self) -> None:
        full = self._size >= self._rotate_bytes
        another_day = self._now().astimezone(UTC).date() > self._day
        if self._size > self._head_size and (full or another_day):
            # What another hand has added counts too: the next file's lines begin behind it.
            self._size = os.fstat(self._file).st_size
            self._close_file()
            self._begin(self._number + 1, self._base + self._size)

    def _close_file(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    # ---- the lines -------------------------------------------------------------------------

    def _write_on(self) -> None:
        going = True
        while going:
            group = [self._queue.get()]
            while len(group) < 1024 and not self._queue.empty():
                group.append(self._queue.get())
            going = None not in group
            lines = [item for item in group if item is not None]
            problem: Exception | None = None
            try:
                self._append_group(lines)
            except Exception as error:
                problem = error
                _log.exception("the transaction log cannot be written")
                # How far the write got is not known, and what the system has kept of it may never
                # reach the disk: the next lines go into a new file, these ones once more.
                self._doubted |= _orders(lines)
                self._begin_anew = True
                self._close_file()
            for _, _, done in lines:
                with contextlib.suppress(RuntimeError):  # nobody waits any more
                    done.get_loop().call_soon_threadsafe(_resolve, done, problem)

    def _append_group(self, lines: list[_Line]) -> None:
        if not lines:
            return
        if self._file < 0:
            self._reopen()
        if self._begin_anew:
            self._close_file()
            self._begin(self._number + 1, self._base + self._size)
            self._begin_anew = False
        self._rotate_if_due()
        doubtful = [line for line in lines if line[1] is not None]
        logs = {self.worker, *(log for _, named, _ in doubtful for log in named or ())}
        held = self._held(_orders(doubtful), logs)
        held -= self._doubted
        text = b"".join(
            self._encoded(entry)
            for entry, _, _ in lines
            if isinstance(entry, AcknowledgementNote)
            or (entry.merchant, entry.order_no) not in held
        )
        if text:
            self._write(text)
        _sync(self._file)
        self._doubted -= _orders(lines)

    def _encoded(self, entry: _Record) -> bytes:
        if isinstance(entry, AcknowledgementNote):
            return encode_log_line(entry)
        keys = self._keys(entry.merchant)
        if not keys:
            _log.error(
                "%s %s: its merchant is not known any more, so no till will believe its line",
                *(entry.merchant, entry.order_no),
            )
        return encode_log_line(entry, keys)

    def _write(self, text: bytes) -> None:
        rest = memoryview(text)
        while rest:
            written = os.write(self._file, rest)
            self._size += written
            rest = rest[written:]

    def _held(self, wanted: set[tuple[str, str]], logs: set[str]) -> set[tuple[str, str]]:
        """Those of the wanted orders that the last two files of these logs have a line about.

        A line that is not signed, or by another hand, gives its till nothing, so it does not count.
        """
        numbers = {order_no.encode() for _, order_no in wanted}
        held: set[tuple[str, str]] = set()
        paths = [path for log in sorted(logs) for path in self._files(log)[-2:]]
        for path in paths if wanted else ():
            with path.open("rb") as file:
                for line in file:
                    named = _ORDER_NO.search(line)
                    if named and named[1] in numbers:
                        with contextlib.suppress(MessageError):
                            found = decode_log_entry(line)
                            if self._is_ours(found):
                                held.add((found.merchant, found.order_no))
        return held & wanted

    def _holds(self, order: tuple[str, str]) -> bool:
        if not self._held({order}, {self.worker}) - self._doubted:
            return False
        for path in self._files()[-2:]:  # a killed writer may have left the line in the cache
            with path.open("rb+") as file:
                _sync(file.fileno())
        return True

    def _is_ours(self, found: TransactionLogEntry) -> bool:
        keys = self._keys(found.merchant)
        signatures = (found.signature, found.signature_before)
        return not keys or signed_entry(found, keys[:1]).signature in signatures


def _orders(lines: list[_Line]) -> set[tuple[str, str]]:
    return {(e.merchant, e.order_no) for e, _, _ in lines if isinstance(e, TransactionLogEntry)}


def _resolve(done: asyncio.Future[Any], problem: Exception | None) -> None:
    if done.done():
        return
    if problem is None:
        done.set_result(None)
    else:
        done.set_exception(problem)


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows keeps the entry with the file
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
