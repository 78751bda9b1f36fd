"""Putting a backup in the place of a till's books, which are kept beside; what is lost since."""

from __future__ import annotations

import zlib
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Literal

import apsw
from msgspec import Struct

from pos_tui.books.backups.making import BackupError, BackupFacts
from pos_tui.books.beside import RECEIPTS, is_head_known, receipt_numbers
from pos_tui.books.connection import (
    BooksConnection,
    BooksError,
    as_books_error,
    checksums_vfs,
    first_damage,
    migrate,
    open_connection,
)
from pos_tui.books.journal import entries as journal
from pos_tui.books.journal.key import KEY_FILE, key_id, read_key
from pos_tui.books.owner_only import make_till_folder
from pos_tui.books.paper.jobs import doubt_jobs
from pos_tui.books.saft.signing import SAFT_KEY_FILE
from pos_tui.files.owner import make_private_file, make_private_folder, write_for_owner
from pos_tui.files.replacing import remove_file, rename_file
from pos_tui.reasons import because, reason_of

RESTORE_NOTE = "restored"
_PAID = "SELECT number FROM sales WHERE state = 'paid'"
_PAGES = 1000

KeyState = Literal["is_here", "put_back", "missing", "another", "not_in_use"]


class Present(Struct, frozen=True):
    """The books that a backup would take the place of: whether they can be read, whether the
    backup is an earlier state of them, and the paid sales that it does not have.
    """

    is_whole: bool
    is_earlier: bool
    lost_sales: tuple[int, ...]


class Restored(Struct, frozen=True):
    """What came of it: where the earlier books are now (None: there were none), how many receipts
    came back, and how it stands with the journal's key.
    """

    kept_as: Path | None
    receipts: int
    key: KeyState


def compare_with_present(backup: Path, facts: BackupFacts, books: Path) -> Present | None:
    """What the books here, or their receipts, have that a backup does not; None for no books here.

    Raises OSError.
    """
    receipts = receipt_numbers(books.parent)
    if not books.exists() and not receipts:
        return None
    with closing(_reading(backup)) as reader:
        known = {int(str(number)) for (number,) in reader.execute(_PAID)}
    is_whole, is_earlier, paid = books.exists(), True, set(receipts)
    if is_whole:
        try:
            with closing(open_connection(books)) as reader:
                is_whole = first_damage(reader) is None
                is_earlier = is_head_known(reader, facts.head)
                paid |= {int(str(number)) for (number,) in reader.execute(_PAID)}
        except (BooksError, apsw.Error):
            is_whole = False
    return Present(is_whole, is_earlier, tuple(sorted(paid - known)))


def restore_backup(backup: Path, facts: BackupFacts, books: Path, at: datetime) -> Restored:
    """Put a backup in the place of the books; nobody else may have them open. Raises BackupError.

    Receipts that are here stay: they show which numbers were used after the backup.
    """
    data = books.parent
    made = books.with_name(f"{books.name}.restored")
    try:
        make_till_folder(data)
        _remove(made)
        make_private_file(made)
        with closing(_reading(backup)) as source, closing(_plain(made)) as target:
            with target.backup("main", source, "main") as copying:
                while not copying.done:
                    copying.step(_PAGES)
            receipts = _put_receipts(target, data)
            key = _put_key(target, data)
            _put_saft_key(target, data)
            target.execute("DROP TABLE backup_about; DROP TABLE backup_files")
        with closing(open_connection(made)) as target:
            migrate(target)
            _note(target, at, backup, facts)
            damage = first_damage(target)
            if damage is not None:
                raise BackupError(damage)
            target.pragma("journal_mode", "delete")
        kept_as = _keep(books, at)
        rename_file(made, books)
    except (apsw.Error, OSError, BooksError) as error:
        _remove(made)
        if isinstance(error, BooksError):
            raise BackupError(error.reason) from error
        why = as_books_error(error).reason if isinstance(error, apsw.Error) else reason_of(error)
        raise BackupError("backup.not_restored", path=str(backup), why=why) from error
    return Restored(kept_as, receipts, key)


def _reading(backup: Path) -> apsw.Connection:
    return apsw.Connection(str(backup), flags=apsw.SQLITE_OPEN_READONLY, vfs=checksums_vfs())


def _plain(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path), vfs=checksums_vfs())
    connection.pragma("journal_mode", "off")
    connection.pragma("synchronous", "full")
    return connection


def _note(target: BooksConnection, at: datetime, backup: Path, facts: BackupFacts) -> None:
    note = journal.Noted(RESTORE_NOTE, f"{backup.name} {facts.head.partition('-')[0]}")
    with target:
        journal.append(target, at.isoformat(), 0, journal.encode(note))
        doubt_jobs(target, at, because("print_job.restored"))


def _put_receipts(target: apsw.Connection, data: Path) -> int:
    """Put receipts back that are not here; how many."""
    make_private_folder(data / RECEIPTS)
    count = 0
    for name, content in target.execute(
        "SELECT name, content FROM backup_files WHERE name LIKE ?", (f"{RECEIPTS}/%",)
    ):
        path = data / RECEIPTS / Path(str(name)).name
        if not path.exists():
            write_for_owner(path, zlib.decompress(_bytes(content)), sync=False)
            count += 1
    return count


def _put_key(target: apsw.Connection, data: Path) -> KeyState:
    """See that the key by which the journal is chained is in the till's folder."""
    row = target.execute("SELECT key_id FROM journal_keys ORDER BY seq DESC LIMIT 1").fetchone()
    if row is None:
        return "not_in_use"
    here = read_key(data)
    if here and key_id(here) == row[0]:
        return "is_here"
    kept = target.execute("SELECT content FROM backup_files WHERE name = ?", (KEY_FILE,)).fetchone()
    if kept is None:
        return "another" if here else "missing"
    if here:
        rename_file(data / KEY_FILE, _free(data / f"{KEY_FILE}.before"))
    write_for_owner(data / KEY_FILE, _bytes(kept[0]))
    return "put_back"


def _put_saft_key(target: apsw.Connection, data: Path) -> None:
    """Put the key of the SAF-T signatures back where there is none."""
    kept = target.execute(
        "SELECT content FROM backup_files WHERE name = ?", (SAFT_KEY_FILE,)
    ).fetchone()
    if kept is not None and not (data / SAFT_KEY_FILE).exists():
        write_for_owner(data / SAFT_KEY_FILE, _bytes(kept[0]))


def _keep(books: Path, at: datetime) -> Path | None:
    """Give the books that are here another name; None where there are none."""
    kept_as = _free(books.with_name(f"{books.stem}.before-{at:%Y%m%d-%H%M%S}{books.suffix}"))
    found = False
    for end in ("", "-wal", "-shm"):
        source = books.with_name(books.name + end)
        if source.exists():
            rename_file(source, kept_as.with_name(kept_as.name + end))
            found = True
    return kept_as if found else None


def _free(path: Path) -> Path:
    names = ("", *(f"-{number}" for number in range(2, 1000)))
    paths = (path.with_name(f"{path.stem}{name}{path.suffix}") for name in names)
    return next(each for each in paths if not each.exists())


def _bytes(value: apsw.SQLiteValue) -> bytes:
    assert isinstance(value, bytes)
    return value


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        remove_file(path.with_name(path.name + end))
