"""One program at a time: a till's data folder belongs to whoever opened it first."""

from __future__ import annotations

import os
from pathlib import Path

import apsw

from pos_tui.books.connection import BooksError
from pos_tui.books.owner_only import make_till_folder
from pos_tui.files.owner import make_private_file, write_for_owner
from pos_tui.reasons import reason_of


class TillLock:
    """Holds a data folder until it is released or the process ends, however it ends.

    The lock is SQLite's own on a small file, so that it works the same on every platform.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder. Raises BooksError when another program has it."""
        owner = folder / "till.pid"
        try:
            make_till_folder(folder)
            lock = folder / "till.lock"
            make_private_file(lock)
            self._connection = apsw.Connection(str(lock))
            self._connection.execute("BEGIN EXCLUSIVE")
            write_for_owner(owner, str(os.getpid()).encode(), sync=False)
        except apsw.BusyError as error:
            process = _process(owner)
            kind = "books.till_runs" if process is None else "books.till_runs_as"
            raise BooksError(kind, folder=str(folder), process=process or 0) from error
        except (apsw.Error, OSError) as error:
            why = reason_of(error)
            raise BooksError("books.folder_unusable", folder=str(folder), why=why) from error

    def release(self) -> None:
        """Let the folder go."""
        self._connection.close()


def lock_holder(folder: Path) -> int | None:
    """The process that has a data folder now, 0 where it is not known which; None: nobody has it.

    Raises apsw.Error and OSError.
    """
    lock = folder / "till.lock"
    if not lock.exists():
        return None
    connection = apsw.Connection(str(lock), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    except apsw.BusyError:
        return _process(folder / "till.pid") or 0
    finally:
        connection.close()
    return None


def _process(owner: Path) -> int | None:
    try:
        return int(owner.read_text())
    except (OSError, ValueError):
        return None
