"""Opening the books: one SQLite file, WAL, a checksum on each page, commits on disk at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import apsw
import msgspec

from pos_tui.books.journal.key import read_key
from pos_tui.books.owner_only import make_till_folder
from pos_tui.files.owner import make_private_file, restrict_to_owner
from pos_tui.reasons import Reason, ReasonError, because, plain, reason_of

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_PRAGMAS = (
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("foreign_keys", "on"),
    ("temp_store", "memory"),
    ("cache_size", -1000),  # in KB; as many again would be full by the evening
)
_WAIT_S = 0.001
_MOST_WAITS = 5_000
CHECKSUM_BYTES = 8  # kept free at the end of each page; the number is cksumvfs's
SCHEMA_VERSION = 19
"""How many migrations there are: those themselves are only loaded where one is missing."""
_CHECKSUMS_SINCE = 4  # the version of the tables from which each page has one
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table'"


class BooksError(ReasonError):
    """The books cannot be used; its reason says what is safe and what to do."""


class AlreadyFinishedError(BooksError):
    """The sale is paid or void already; nothing was written over it."""


class TenderRefusedError(BooksError):
    """A tender does not pay: what it draws on has changed; nothing was written."""


class DamagedBooksError(BooksError):
    """A page of the books cannot be read, or the file is no books at all."""


class BooksConnection(apsw.Connection):
    """A connection that has the till's key for its journal; empty where there is none."""

    journal_key: bytes = b""


def journal_key_of(connection: apsw.Connection) -> bytes:
    """The till's key for the journal, as it was when the connection was opened."""
    return connection.journal_key if isinstance(connection, BooksConnection) else b""


def open_connection(path: Path) -> BooksConnection:
    """A connection to the books with their pragmas set. Raises BooksError."""
    try:
        make_till_folder(path.parent)
        if not path.exists():
            make_private_file(path)
        is_new = path.stat().st_size == 0
        connection = BooksConnection(str(path), vfs=checksums_vfs())
        connection.journal_key = read_key(path.parent)
        connection.set_busy_handler(_wait_a_moment)
        if is_new:
            connection.reserve_bytes(reserve=CHECKSUM_BYTES)
        # One by one: a statement that returns a row ends what execute runs.
        for name, value in _PRAGMAS:
            connection.pragma(name, value)
        restrict_to_owner(*(path.with_name(path.name + end) for end in ("", "-wal", "-shm")))
    except (apsw.Error, OSError) as error:
        if is_damage(error):
            raise DamagedBooksError(_damaged(error)) from error
        raise BooksError("books.cannot_open", path=str(path), why=reason_of(error)) from error
    return connection


def _wait_a_moment(times: int) -> bool:
    """Whether to try once more for what another program is writing, after a thousandth of a second.

    SQLite's own waits grow to a tenth: who writes often in short turns would be met too late.
    """
    time.sleep(_WAIT_S)
    return times < _MOST_WAITS


def migrate(connection: apsw.Connection) -> None:
    """Bring the tables up to this program's version. Raises BooksError for books of a later one."""
    try:
        version = connection.pragma("user_version")
        assert isinstance(version, int)
        if version > SCHEMA_VERSION:
            raise BooksError("books.later_version")
        if version >= _CHECKSUMS_SINCE and not _has_checksums(connection):
            raise DamagedBooksError(_damaged("page 1"))
        if version < SCHEMA_VERSION:
            _apply_migrations(connection, version)
        if not _has_checksums(connection):
            _add_checksums(connection)
        missing = TABLES_OF_BOOKS - {str(name) for (name,) in connection.execute(_TABLES)}
        if missing:
            raise DamagedBooksError("books.tables_missing", names=tuple(sorted(missing)))
    except (apsw.Error, OSError) as error:
        if is_damage(error):
            raise DamagedBooksError(_damaged(error)) from error
        raise BooksError("books.unusable", why=plain(str(error))) from error


def _apply_migrations(connection: apsw.Connection, version: int) -> None:
    from pos_tui.books.schema import MIGRATIONS

    for step, change in enumerate(MIGRATIONS[version:], version + 1):
        with connection:
            if callable(change):
                change(connection)
            else:
                connection.execute(change)
            connection.pragma("user_version", step)


def first_damage(connection: apsw.Connection, *, thorough: bool = False) -> Reason | None:
    """What is wrong with the file, read from one end to the other; None when all is well.

    Quick: every page's checksum and the order of its rows. Thorough: indexes and references too.
    """
    try:
        check = "integrity_check(1)" if thorough else "quick_check(1)"
        (found,) = connection.execute(f"PRAGMA {check}").fetchone() or ("",)
        if found == "ok" and thorough:
            missing = connection.execute("PRAGMA foreign_key_check").fetchone()
            found = "ok" if missing is None else f"{missing[0]} row {missing[1]}"
    except apsw.InterruptError:
        return None  # whoever asked does not want to know any more
    except apsw.Error as error:
        return reason_for(error)
    return None if found == "ok" else _damaged(str(found))


def readable(act: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """What reads the books: whatever SQLite says, or a row holds, becomes a BooksError."""

    @wraps(act)
    def read(*arguments: _Parameters.args, **named: _Parameters.kwargs) -> _Result:
        try:
            return act(*arguments, **named)
        except (apsw.Error, msgspec.MsgspecError, ValueError, AssertionError) as error:
            raise as_books_error(error) from error

    return read


def as_books_error(error: Exception) -> BooksError:
    """What SQLite, or a row that cannot be read, raised, as this room's own error."""
    if isinstance(error, BooksError):
        return error
    kind = BooksError if isinstance(error, apsw.Error) and not is_damage(error) else None
    return (kind or DamagedBooksError)(reason_for(error))


def reason_for(error: Exception) -> Reason:
    """Why the disk, or SQLite, refused a change; the reason that a BooksError has already."""
    if isinstance(error, BooksError):
        return error.reason
    if isinstance(error, apsw.FullError):
        return because("books.disk_full")
    if is_damage(error) or not isinstance(error, apsw.Error):
        return _damaged(error)
    what, _, name = str(error).rpartition(": ")
    if isinstance(error, apsw.SQLError) and what.endswith(" table"):  # there is no such one
        return because("books.tables_missing", names=(name,))
    if isinstance(error, apsw.IOError | apsw.ReadOnlyError | apsw.CantOpenError):
        return because("books.disk_refuses", why=plain(str(error)))
    return because("books.change_refused", why=plain(str(error)))


def is_damage(error: Exception) -> bool:
    """Whether an error means that a page cannot be read, or holds what nobody wrote."""
    if isinstance(error, apsw.IOError):
        return getattr(error, "extendedresult", 0) == int(apsw.SQLITE_IOERR_DATA)
    return isinstance(
        error, DamagedBooksError | apsw.CorruptError | apsw.NotADBError | apsw.FormatError
    )


def _damaged(error: Exception | str) -> Reason:
    return because("books.damaged", why=plain(str(error)))


def _has_checksums(connection: apsw.Connection) -> bool:
    # Not by opening the file: to close it again would drop all locks that this process has on it.
    return connection.reserve_bytes() == CHECKSUM_BYTES


def _add_checksums(connection: apsw.Connection) -> None:
    """Books of an earlier version are written anew, once, with room for a checksum a page."""
    connection.pragma("journal_mode", "delete")
    connection.reserve_bytes(reserve=CHECKSUM_BYTES)
    connection.execute("VACUUM")
    connection.pragma("journal_mode", "wal")


@cache
def checksums_vfs() -> str:
    """The way to files that writes a checksum on each page and looks at it when it is read."""
    with_it = apsw.Connection(":memory:")
    try:
        # apsw.sqlite_extra would find it too, after importing what takes twenty times as long.
        with_it.enable_load_extension(True)
        beside = Path(apsw.__file__).with_name("sqlite_extra_binaries") / "cksumvfs"
        with_it.load_extension(str(beside))
    except apsw.Error:
        from apsw import sqlite_extra

        sqlite_extra.load(with_it, "cksumvfs")
    finally:
        with_it.close()
    return "cksmvfs"


TABLES_OF_BOOKS = frozenset(
    (
        "products", "item_codes", "offers", "lots", "sales", "orders", "journal",
        "stream_positions", "staff", "customers", "movements", "stock_on_hand", "latest_time",
        "explanations", "journal_keys", "paper", "suppliers", "deliveries", "delivery_lines",
        "dated_prices", "product_changes", "counts", "count_entries", "search_changes",
        "shifts", "accounts", "ledger_entries", "postings", "ledger_sums", "sold_lines",
        "sold_offers", "wrong_pins", "badge_salt", "drawer_acts", "z_reports", "returned_lines",
        "return_claims", "late_money", "vouchers", "voucher_movements", "clearing_bills",
        "payouts", "print_jobs",
    )
)  # fmt: skip
