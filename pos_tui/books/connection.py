"""Opening the books: one SQLite file, WAL, every commit on disk before it counts."""

from __future__ import annotations

from pathlib import Path

import apsw

from pos_tui.books.schema import MIGRATIONS

_PRAGMAS = (
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("foreign_keys", "on"),
    ("temp_store", "memory"),
)


class BooksError(Exception):
    """The books cannot be used; its text is a sentence that says what is safe and what to do."""


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
        raise BooksError(f"The shop's books {path} cannot be opened: {error}.") from error
    return connection


def migrate(connection: apsw.Connection) -> None:
    """Bring the tables up to this program's version. Raises BooksError for books of a later one."""
    try:
        version = connection.pragma("user_version")
        assert isinstance(version, int)
        if version > len(MIGRATIONS):
            raise BooksError(
                "These books were written by a later version of this program; nothing was changed."
                " Update the program, then start it again."
            )
        for step in range(version, len(MIGRATIONS)):
            with connection:
                connection.execute(MIGRATIONS[step])
                connection.pragma("user_version", step + 1)
    except apsw.Error as error:
        raise BooksError(f"The shop's books cannot be used: {error}.") from error


def why(error: Exception) -> str:
    """A disk's trouble as a sentence for the cashier."""
    if isinstance(error, apsw.FullError):
        return "The disk is full. Sales cannot be written down until there is room again."
    if isinstance(error, apsw.IOError | apsw.ReadOnlyError | apsw.CantOpenError):
        return f"The disk does not take what the till writes ({error})."
    return f"The books refused a change: {error}."
