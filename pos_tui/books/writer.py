"""The one thread that writes the books: what waits together is committed together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeVar

import apsw

from pos_tui.books.connection import (
    BooksError,
    as_books_error,
    is_damage,
    open_connection,
    reason_for,
)
from pos_tui.reasons import Reason, because, reason_of

_Result = TypeVar("_Result")
_Job = tuple[Callable[[apsw.Connection], object], "Future[object] | None"]
_BATCH = 256
_RETRY_S = 1.0
_DISK_ERRORS = (
    apsw.FullError,
    apsw.IOError,
    apsw.CantOpenError,
    apsw.BusyError,
    apsw.ReadOnlyError,
)


class Writer:
    """Runs jobs on the books' write connection, in order, each batch one transaction.

    `post` never waits and is never lost while the program runs: when the disk refuses, posted jobs
    are kept and tried again, and `on_trouble` is called from the writer's thread (None: over).
    """

    def __init__(self, path: Path) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._kept: list[_Job] = []
        self._troubled = False
        self._last_error = BooksError("books.unusable", why="")
        self.on_trouble: Callable[[Reason | None], None] = lambda _reason: None
        self._path = path
        self._opened: apsw.Connection | None = None
        self._thread = threading.Thread(target=self._run, name="books-writer", daemon=True)
        self._started = threading.Lock()

    def post(self, job: Callable[[apsw.Connection], object]) -> None:
        """Write this soon; do not wait for it."""
        self._put((job, None))

    def submit(self, job: Callable[[apsw.Connection], _Result]) -> Future[_Result]:
        """Write this; the future is done once it is on disk, or carries BooksError."""
        future: Future[_Result] = Future()
        future.set_running_or_notify_cancel()  # whoever stops waiting does not undo the job
        self._put((job, future))  # type: ignore[arg-type]
        return future

    def close(self) -> None:
        """Write what waits, then close the connection."""
        if self._thread.ident is not None:
            self._jobs.put(None)
            self._thread.join()
        if self._opened is not None:
            self._opened.close()

    def _put(self, job: _Job) -> None:
        """Hand a job to the thread, which is there from the first one on."""
        self._jobs.put(job)
        if self._thread.ident is None:
            with self._started:
                if self._thread.ident is None:
                    self._thread.start()

    def _connection(self) -> apsw.Connection:
        if self._opened is None:
            self._opened = open_connection(self._path)
        return self._opened

    def _run(self) -> None:
        ending = False
        while not ending or self._kept:
            batch, ending = self._next_batch(ending)
            if batch and not self._commit(batch):
                self._set_aside(batch)
                if ending:
                    return

    def _next_batch(self, ending: bool) -> tuple[list[_Job], bool]:
        batch, self._kept = self._kept, []
        try:
            job = self._jobs.get(timeout=_RETRY_S) if batch else self._jobs.get()
            while job is not None:
                batch.append(job)
                if len(batch) >= _BATCH:
                    return batch, ending
                job = self._jobs.get_nowait()
        except Empty:
            return batch, ending
        return batch, True

    def _commit(self, batch: list[_Job]) -> bool:
        """Run a batch in one transaction; False when the disk refused the whole of it."""
        results: list[tuple[Future[object] | None, object, Exception | None]] = []
        connection: apsw.Connection | None = None
        try:
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            for job, future in batch:
                if future is None and not self._troubled:
                    job(connection)
                elif future is not None and len(batch) == 1:
                    results.append((future, job(connection), None))
                else:
                    results.append((future, *_in_savepoint(connection, job)))
            connection.execute("COMMIT")
        except Exception as error:
            if connection is not None and connection.in_transaction:
                connection.execute("ROLLBACK")
            return self._failed(batch, error)
        self._notify(None)
        for future, result, problem in results:
            if future is None:
                if problem is not None:
                    # It was tried before, alone: whatever it is, it must not stop the rest.
                    self.on_trouble(because("books.entry_lost", why=reason_of(problem)))
            elif problem is None:
                future.set_result(result)
            else:
                future.set_exception(problem)
        return True

    def _failed(self, batch: list[_Job], error: Exception) -> bool:
        """A job alone in its batch has its own mistake; anything else is the disk's."""
        future = batch[0][1]
        if len(batch) == 1 and future is not None and not _is_disks(error):
            future.set_exception(_own_error(error))
            return True
        self._notify(reason_for(error))
        return False

    def _set_aside(self, batch: list[_Job]) -> None:
        """After a refusal: jobs that someone waits for fail now, posted ones are kept."""
        for job, future in batch:
            if future is None:
                self._kept.append((job, None))
            else:
                future.set_exception(self._last_error)

    def _notify(self, trouble: Reason | None) -> None:
        if trouble is not None:
            self._last_error = BooksError(trouble)
        if (trouble is not None) != self._troubled:
            self._troubled = trouble is not None
            self.on_trouble(trouble)


def _is_disks(error: Exception) -> bool:
    """Whether it is the disk that refused, or is damaged, not one job that was wrong."""
    return isinstance(error, _DISK_ERRORS) or is_damage(error)


def _own_error(error: Exception) -> Exception:
    return as_books_error(error) if isinstance(error, apsw.Error) else error


def _in_savepoint(
    connection: apsw.Connection, job: Callable[[apsw.Connection], object]
) -> tuple[object, Exception | None]:
    """Run one job so that its own mistake does not undo its neighbours."""
    connection.execute("SAVEPOINT one")
    try:
        result = job(connection)
    except Exception as error:
        if _is_disks(error) or not connection.in_transaction:
            raise  # SQLite has undone the whole batch
        connection.execute("ROLLBACK TO one; RELEASE one")
        return None, _own_error(error)
    connection.execute("RELEASE one")
    return result, None
