"""Opening the books: one SQLite file, WAL, every commit on disk before it counts."""

from __future__ import annotations

from pathlib import Path

import apsw

from pos_tui.books.schema import MIGRATIONS
from pos_tui.reasons import Reason, ReasonError, because, plain

_PRAGMAS = (
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("foreign_keys", "on"),
    ("temp_store", "memory"),
)


class BooksError(ReasonError):
    """The books cannot be used; its reason says what is safe and what to do."""


class AlreadyFinishedError(BooksError):
    """The sale is paid or void already; nothing was written over it."""


def open_connection(path: Path) -> apsw.Connection:
    """A connection to the books with their pragmas set. Raises BooksError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = apsw.Connection(str(path))
        connection.set_busy_timeout(5000)
        # One by one: a statement that returns a row ends what execute runs.
        for name, value in _PRAGMAS:
            connection.pragma(name, value)
    except (apsw.Error, OSError) as error:
        raise BooksError("books.cannot_open", path=str(path), why=plain(str(error))) from error
    return connection


def migrate(connection: apsw.Connection) -> None:
    """Bring the tables up to this program's version. Raises BooksError for books of a later one."""
    try:
        version = connection.pragma("user_version")
        assert isinstance(version, int)
        if version > len(MIGRATIONS):
            raise BooksError("books.later_version")
        for step in range(version, len(MIGRATIONS)):
            with connection:
                connection.execute(MIGRATIONS[step])
                connection.pragma("user_version", step + 1)
    except apsw.Error as error:
        raise BooksError("books.unusable", why=plain(str(error))) from error


def reason_for(error: Exception) -> Reason:
    """Why the disk, or SQLite, refused a change; the reason that a BooksError has already."""
    if isinstance(error, BooksError):
        return error.reason
    if isinstance(error, apsw.FullError):
        return because("books.disk_full")
    if isinstance(error, apsw.IOError | apsw.ReadOnlyError | apsw.CantOpenError):
        return because("books.disk_refuses", why=plain(str(error)))
    return because("books.change_refused", why=plain(str(error)))
