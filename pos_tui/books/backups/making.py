"""A backup: one file with the books as they stood at one moment, and the receipts of their sales.

It is made beside its name in small steps while the till sells, tried, and only then gets its name.
It is a SQLite file like the books, with two tables more; the journal's key is in it when asked for.
"""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import apsw
from msgspec import Struct

from pos_tui.books.beside import RECEIPTS
from pos_tui.books.connection import (
    CHECKSUM_BYTES,
    BooksError,
    as_books_error,
    checksums_vfs,
    first_damage,
    open_connection,
)
from pos_tui.books.journal import entries as journal
from pos_tui.books.journal.key import KEY_FILE
from pos_tui.books.saft.signing import SAFT_KEY_FILE
from pos_tui.files.owner import make_private_file, restrict_to_owner
from pos_tui.files.replacing import remove_file, replace_file
from pos_tui.reasons import Reason, ReasonError, because, reason_of

_PAGES = 64  # a step; 256 KB
_PAUSE_S = 0.005  # between two, so that whatever else the disk has to do comes in between
_RECEIPTS = 200  # a step
_CUT_OFF_S = 600.0
BACKUP_NOTE = "backup"
KEYS = (KEY_FILE, SAFT_KEY_FILE)
_ABOUT = (
    "CREATE TABLE backup_about (merchant TEXT NOT NULL, till TEXT NOT NULL, at TEXT NOT NULL,"
    " head TEXT NOT NULL);"
    " CREATE TABLE backup_files (name TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID"
)
_NAME = re.compile(r"books-(.+)-(\d{8}-\d{6})(-\d+)?\.db")


class BackupError(ReasonError):
    """A backup that was not made, or cannot be used; the earlier ones are as they were."""


class BackupStopped(Exception):
    """Whoever asked for a backup does not want it any more; nothing of it is left."""


class BackupFacts(Struct, frozen=True):
    """What a backup has in it: whose books, as of when (aware, ISO 8601), how far the journal is,
    its last sale, and how many receipts.
    """

    merchant: str
    till: str
    at: str
    head: str
    last_sale: int
    receipts: int
    has_key: bool


class Backup(Struct, frozen=True):
    """A backup that was made and tried: where it is, its size in bytes, what is in it."""

    path: Path
    size: int
    facts: BackupFacts


class TillName(Struct, frozen=True):
    """Which till's books they are."""

    merchant: str
    number: str


def make_backup(
    books: Path,
    folder: Path,
    till: TillName,
    at: datetime,
    *,
    with_key: bool = False,
    pause: Callable[[], None] = lambda: time.sleep(_PAUSE_S),
) -> Backup:
    """Back a till's books up into a folder that is there, while it sells; `at` is aware.

    `pause` is called between steps; BackupStopped raised there leaves nothing behind. Raises
    BackupError.
    """
    if not folder.is_dir():
        raise BackupError("backup.no_folder", folder=str(folder))
    made = _free_path(folder, till, at)
    part = made.with_name(f"{made.name}.{os.getpid()}.part")
    try:
        _remove_parts(folder, till)
        make_private_file(part)
        head = _copy_books(books, part, pause)
        _add_beside(books.parent, part, till, at, head, with_key, pause)
        facts = backup_facts(part)
        if facts.head != head:
            raise BackupError("backup.another_head", path=str(made))
        _to_disk(part)
        made = _free_path(folder, till, at)  # another program may have made one meanwhile
        replace_file(part, made)
        restrict_to_owner(made)
    except (apsw.Error, OSError, BooksError) as error:
        _remove(part)
        raise BackupError(_why_not(error, folder)) from error
    except BaseException:
        _remove(part)
        raise
    return Backup(made, made.stat().st_size, facts)


def note_backup(connection: apsw.Connection, at: datetime, backup: Backup, by: str) -> None:
    """Say in the journal that a backup was made, of how much of it, by whom ("" by itself)."""
    detail = f"{backup.path.name} {backup.facts.head.partition('-')[0]} {by}".rstrip()
    journal.append(
        connection, at.isoformat(), 0, journal.encode(journal.Noted(BACKUP_NOTE, detail))
    )


def backup_facts(path: Path) -> BackupFacts:
    """Read a backup from one end to the other; what is in it. Raises BackupError."""
    try:
        connection = apsw.Connection(
            str(path), flags=apsw.SQLITE_OPEN_READONLY, vfs=checksums_vfs()
        )
    except apsw.Error as error:
        raise BackupError("backup.unreadable", path=str(path), why=reason_of(error)) from error
    with closing(connection):
        damage = first_damage(connection)
        if damage is not None:
            raise BackupError("backup.unreadable", path=str(path), why=damage)
        try:
            row = connection.execute(
                "SELECT merchant, till, at, head FROM backup_about"
            ).fetchone() or ("", "", "", "")
            (last,) = connection.execute(
                "SELECT coalesce(max(number), 0) FROM sales"
            ).fetchone() or (0,)
            (receipts,) = connection.execute(
                "SELECT count(*) FROM backup_files WHERE name LIKE ?", (f"{RECEIPTS}/%",)
            ).fetchone() or (0,)
            key = connection.execute(
                "SELECT 1 FROM backup_files WHERE name = ?", (KEY_FILE,)
            ).fetchone()
            head = journal.head(connection)
        except apsw.Error as error:
            raise BackupError("backup.no_backup", path=str(path)) from error
    merchant, till, at, written = map(str, row)
    if str(head or "") != written:
        raise BackupError("backup.another_head", path=str(path))
    return BackupFacts(
        merchant, till, at, written, int(str(last)), int(str(receipts)), key is not None
    )


def backups_in(folder: Path, till: TillName) -> list[tuple[datetime, Path]]:
    """A till's backups in a folder and when, by its clock, they were made; the latest last.

    Raises OSError.
    """
    found = []
    for path in folder.iterdir():
        name = _NAME.fullmatch(path.name)
        if name is not None and name[1] == _stem(till):
            found.append((datetime.strptime(name[2], "%Y%m%d-%H%M%S"), path))  # noqa: DTZ007
    return sorted(found)


def remove_old_backups(folder: Path, till: TillName, today: date, keep_days: int) -> int:
    """Remove a till's backups that are older than so many days, never its last; how many.

    Raises OSError.
    """
    first = today - timedelta(days=keep_days)
    old = [path for at, path in backups_in(folder, till)[:-1] if at.date() < first]
    for path in old:
        remove_file(path)
    return len(old)


# ---- the parts of one ----------------------------------------------------------------------------


def _copy_books(books: Path, part: Path, pause: Callable[[], None]) -> str:
    """Copy the books as they stand at one moment; how far the journal is in them."""
    with closing(open_connection(books)) as source, closing(_writing(part)) as target:
        # One reading from begin to end: a copy that saw other changes would begin again and again.
        source.execute("BEGIN")
        head = str(journal.head(source) or "")
        with target.backup("main", source, "main") as copying:
            while not copying.done:
                copying.step(_PAGES)
                pause()
        source.execute("COMMIT")
    return head


def _add_beside(
    data: Path, part: Path, till: TillName, at: datetime, head: str, with_key: bool,
    pause: Callable[[], None],
) -> None:  # fmt: skip
    """Add what the books do not have: whose they are, the receipts, the key where it is asked."""
    with closing(_writing(part)) as target:
        target.execute(_ABOUT)
        target.execute(
            "INSERT INTO backup_about VALUES (?,?,?,?)",
            (till.merchant, till.number, at.isoformat(), head),
        )
        if with_key:
            keys = [(name, (data / name).read_bytes()) for name in KEYS if (data / name).exists()]
            target.executemany("INSERT INTO backup_files VALUES (?,?)", keys)
        paid = target.execute("SELECT number FROM sales WHERE state = 'paid' ORDER BY number")
        numbers = [int(str(number)) for (number,) in paid]
        for begin in range(0, len(numbers), _RECEIPTS):
            rows = list(_receipts(data / RECEIPTS, numbers[begin : begin + _RECEIPTS]))
            with target:
                target.executemany("INSERT OR REPLACE INTO backup_files VALUES (?,?)", rows)
            pause()


def _receipts(folder: Path, numbers: list[int]) -> Iterator[tuple[str, bytes]]:
    for number in numbers:
        name = f"{number:06d}.json"
        try:
            yield f"{RECEIPTS}/{name}", zlib.compress((folder / name).read_bytes())
        except OSError:
            continue  # what a sale was stands in the books too


def _writing(part: Path) -> apsw.Connection:
    """The copy while it is made: nobody else has it, and a half one is thrown away.

    It begins as a file of its own, whose first page says that each page gets a checksum: what the
    books have not yet written into their own file, their write-ahead log, has none.
    """
    connection = apsw.Connection(str(part), vfs=checksums_vfs())
    is_new = part.stat().st_size == 0
    if is_new:
        connection.reserve_bytes(reserve=CHECKSUM_BYTES)
    for name, value in (("journal_mode", "off"), ("synchronous", "off"), ("cache_size", -1000)):
        connection.pragma(name, value)
    if is_new:
        connection.execute("CREATE TABLE first_page (one); DROP TABLE first_page")
    return connection


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _why_not(error: Exception, folder: Path) -> Reason:
    if isinstance(error, BackupError):
        return error.reason
    if isinstance(error, apsw.FullError) or getattr(error, "errno", 0) == 28:
        return because("backup.no_room", folder=str(folder))
    why = as_books_error(error).reason if isinstance(error, apsw.Error) else reason_of(error)
    return because("backup.not_made", folder=str(folder), why=why)


def _stem(till: TillName) -> str:
    return f"{till.merchant}-{till.number}"


def _free_path(folder: Path, till: TillName, at: datetime) -> Path:
    name = f"books-{_stem(till)}-{at:%Y%m%d-%H%M%S}"
    counts = ("", *(f"-{number}" for number in range(2, 1000)))
    paths = (folder / f"{name}{count}.db" for count in counts)
    return next(path for path in paths if not path.exists())


def _remove_parts(folder: Path, till: TillName) -> None:
    """Remove what backups that were cut off have left; one that is being made is younger."""
    for path in folder.glob(f"books-{_stem(till)}-*.db.*.part*"):
        if time.time() - path.stat().st_mtime > _CUT_OFF_S:
            remove_file(path)


def _remove(part: Path) -> None:
    for end in ("", "-journal", "-wal", "-shm"):
        try:
            remove_file(part.with_name(part.name + end))
        except OSError:  # the stick is gone, and the file with it
            return
