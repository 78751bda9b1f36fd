"""SQLite in a file: direct reads, one writing thread, many pieces of work to one commit."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import queue
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import apsw

from pos_tui.cloud.gateway.database.dialect import SQLITE, Value
from pos_tui.cloud.gateway.database.interface import DatabaseUnavailable, Row, Work
from pos_tui.files.owner import (
    make_private_file,
    make_private_folder,
    restrict_to_owner,
)
from pos_tui.reasons import plain

_T = TypeVar("_T")

_LARGEST_GROUP = 256
_Job = tuple[Work[Any], asyncio.Future[Any]]


class SqliteDatabase:
    """One file; several processes of one machine may have it open."""

    dialect = SQLITE

    def __init__(self, path: Path, migrations: Sequence[str]) -> None:
        """Raises DatabaseUnavailable."""
        try:
            make_private_folder(path.parent)
            make_private_file(path)
            for name in ("-wal", "-shm"):  # those of an older gateway
                restrict_to_owner(path.with_name(path.name + name))
            self._reader = _open(path)
            _migrate(self._reader, migrations)
            self._writer = _open(path)
        except (apsw.Error, OSError) as error:
            raise DatabaseUnavailable(
                "database.cannot_open", path=str(path), why=plain(str(error))
            ) from error
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_on, name="orders", daemon=True)
        self._thread.start()

    async def read(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """The rows of one question."""
        try:
            return self._reader.execute(sql, _by_number(values)).fetchall()
        except apsw.Error as error:
            raise DatabaseUnavailable(plain(str(error))) from error

    async def change(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """One statement that changes something."""
        return await self.write(_one(sql, tuple(values)))

    async def write(self, work: Work[_T]) -> _T:
        """A piece of work in the next group; returns once the group is on the disk."""
        done: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        self._queue.put((work, done))
        return await done

    async def close(self) -> None:
        """Finish what was asked for, then close the file."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        self._reader.close()
        self._writer.close()

    def _write_on(self) -> None:
        going = True
        while going:
            group = [self._queue.get()]
            while len(group) < _LARGEST_GROUP and not self._queue.empty():
                group.append(self._queue.get())
            going = None not in group
            jobs = [job for job in group if job is not None]
            if jobs:
                self._write_group(jobs)

    def _write_group(self, jobs: list[_Job]) -> None:
        outcomes: list[tuple[asyncio.Future[Any], object, Exception | None]] = []
        try:
            # At once the only writer: a reader that became one could be refused.
            self._writer.execute("BEGIN IMMEDIATE")
            with contextlib.ExitStack() as undo:
                undo.callback(_roll_back, self._writer)
                for work, done in jobs:
                    try:
                        with self._writer:  # a savepoint: one that fails leaves the others whole
                            outcomes.append((done, self._run(work), None))
                    except apsw.Error as error:
                        outcomes.append((done, None, DatabaseUnavailable(plain(str(error)))))
                    except Exception as error:
                        outcomes.append((done, None, error))
                self._writer.execute("COMMIT")
                undo.pop_all()
        except apsw.Error as error:
            outcomes = [(done, None, DatabaseUnavailable(plain(str(error)))) for _, done in jobs]
        for done, value, problem in outcomes:
            with contextlib.suppress(RuntimeError):  # nobody waits any more: the loop is closed
                done.get_loop().call_soon_threadsafe(_resolve, done, value, problem)

    def _run(self, work: Work[_T]) -> _T:
        try:
            sql, values = next(work)
            while True:
                rows = self._writer.execute(sql, _by_number(values)).fetchall()
                sql, values = work.send(rows)
        except StopIteration as end:
            value: _T = end.value
            return value


def _one(sql: str, values: tuple[Value, ...]) -> Work[list[Row]]:
    rows = yield sql, values
    return rows


def _open(path: Path) -> apsw.Connection:
    db = apsw.Connection(str(path))
    db.set_busy_timeout(10_000)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    # Its two files stay when it is closed: they could not be made anew while the disk is full.
    keep = ctypes.c_int(1)
    db.file_control("main", apsw.SQLITE_FCNTL_PERSIST_WAL, ctypes.addressof(keep))
    return db


def _migrate(db: apsw.Connection, migrations: Sequence[str]) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        version = db.pragma("user_version")
        for number, script in enumerate(migrations[version:], version + 1):
            db.execute(script)
            db.pragma("user_version", number)
        db.execute("COMMIT")
    except BaseException:
        _roll_back(db)
        raise


def _roll_back(db: apsw.Connection) -> None:
    """End a transaction; SQLite has ended it already where the disk is full."""
    if db.in_transaction:
        db.execute("ROLLBACK")


def _by_number(values: Sequence[Value]) -> dict[str, Value]:
    """The values by their marks' names; SQLite would number marks by where they stand first."""
    return {str(number): value for number, value in enumerate(values, 1)}


def _resolve(done: asyncio.Future[Any], value: object, problem: Exception | None) -> None:
    if done.done():
        return
    if problem is None:
        done.set_result(value)
    else:
        done.set_exception(problem)
