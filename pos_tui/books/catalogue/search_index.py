"""The index by which goods are found as they are typed: a file beside the books, made from them.

It holds each run of three characters of a product's name, initials, pinyin, size and codes. It is a
cache: damaged or of other books, it is made anew. The books note which products changed since.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import apsw

from pos_tui.files.owner import make_private_file
from pos_tui.files.replacing import remove_file

FILE_NAME = "search.db"
FIELD_END = (
    "\x02"  # stands before each field and behind the last: a name's beginning is found by it
)
_VERSION = 1
_CHUNK = 5_000  # products a transaction
_BUSY_MS = 2_000
_TABLES = """
    CREATE VIRTUAL TABLE grams USING fts5(
        words, tokenize='trigram remove_diacritics 1', content='', contentless_delete=1, detail=none
    );
    CREATE VIRTUAL TABLE known_grams USING fts5vocab(grams, 'row');
    CREATE TABLE state (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        file INTEGER NOT NULL,             -- the inode of the books' file
        last_product INTEGER NOT NULL,     -- products up to this id are in
        last_change INTEGER NOT NULL       -- and so are changes up to this number
    );
    INSERT INTO state VALUES (1, 0, 0, 0);
    PRAGMA user_version = 1;
"""
_WORDS = """
    INSERT INTO grams (rowid, words)
    SELECT p.id, ?1 || p.name || ?1 || p.initials || ?1 || p.pinyin || ?1 || p.size || ?1
        || coalesce((SELECT group_concat(ltrim(c.code, '0'), ?1) FROM books.item_codes c
                     WHERE c.product_id = p.id), '') || ?1 || ?1
    FROM books.products p WHERE
"""


def open_index(folder: Path) -> apsw.Connection | None:
    """The index beside the books in this folder, to read; None where there is none of use."""
    path = folder / FILE_NAME
    if not path.exists():
        return None
    try:
        index = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        index.set_busy_timeout(_BUSY_MS)
        if index.pragma("user_version") != _VERSION:
            index.close()
            return None
    except apsw.Error:
        return None
    return index


def indexed(index: apsw.Connection, books: Path) -> tuple[int, int]:
    """The id up to which products are in the index, and the number up to which changes are.

    Both are 0 where the index belongs to other books. Raises apsw.Error.
    """
    file, product, change = index.execute(
        "SELECT file, last_product, last_change FROM state"
    ).fetchone() or (0, 0, 0)
    assert isinstance(product, int)
    assert isinstance(change, int)
    return (product, change) if file == _file_number(books) else (0, 0)


def update_index(
    books: Path,
    is_stopped: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> None:
    """Bring the index up to the books, a few thousand products at a time. Raises apsw.Error.

    The books are only read. `progress` gets how many products of how many are in.
    """
    path = books.with_name(FILE_NAME)
    try:
        _update(path, books, is_stopped, progress)
    except (apsw.CorruptError, apsw.NotADBError, apsw.SQLError):
        _remove(path)
        _update(path, books, is_stopped, progress)


def _update(
    path: Path, books: Path, is_stopped: Callable[[], bool], progress: Callable[[int, int], None]
) -> None:
    index = _opened(path, books)
    try:
        while not is_stopped():
            # Its own transaction each time: two programs may do this work at once.
            with index:
                index.execute("UPDATE state SET one = 1")
                done, last = _next_products(index)
                if done == last and not _next_changes(index):
                    break
            progress(done, last)
    finally:
        index.close()


def _opened(path: Path, books: Path) -> apsw.Connection:
    if not path.exists():
        make_private_file(path)
    index = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI)
    try:
        index.set_busy_timeout(_BUSY_MS)
        index.pragma("journal_mode", "wal")
        index.pragma("synchronous", "off")  # it can be made anew
        index.pragma("cache_size", -8_000)
        number = _file_number(books)
        with index:
            is_right = index.pragma("user_version") == _VERSION
            if is_right:
                is_right = indexed(index, books) != (0, 0)
            if not is_right:
                for table in ("grams", "known_grams", "state"):
                    index.execute(f"DROP TABLE IF EXISTS {table}")
                index.execute(_TABLES)
                index.execute("UPDATE state SET file = ?", (number,))
        name = quote(str(books.resolve()))
        index.execute("ATTACH ? AS books", (f"file:{name}?mode=rw&vfs=cksmvfs",))
        index.execute("PRAGMA books.cache_size = -2000")
        _forget_if_put_back(index)
    except BaseException:
        index.close()
        raise
    return index


def _forget_if_put_back(index: apsw.Connection) -> None:
    """Begin again where the books have fewer products than the index: they were put back."""
    (last,) = index.execute("SELECT coalesce(max(id), 0) FROM books.products").fetchone() or (0,)
    (known,) = index.execute("SELECT last_product FROM state").fetchone() or (0,)
    assert isinstance(last, int)
    assert isinstance(known, int)
    if known > last:
        with index:
            index.execute("INSERT INTO grams (grams) VALUES ('delete-all')")
            index.execute("UPDATE state SET last_product = 0, last_change = 0")


def _next_products(index: apsw.Connection) -> tuple[int, int]:
    """Add the next new products; returns the last id that is in, and the last that there is."""
    (done,) = index.execute("SELECT last_product FROM state").fetchone() or (0,)
    (last,) = index.execute("SELECT coalesce(max(id), 0) FROM books.products").fetchone() or (0,)
    assert isinstance(done, int)
    assert isinstance(last, int)
    until = min(done + _CHUNK, last)
    if until > done:
        index.execute(f"{_WORDS} p.id > ?2 AND p.id <= ?3", (FIELD_END, done, until))
        index.execute("UPDATE state SET last_product = ?", (until,))
    return until, last


def _next_changes(index: apsw.Connection) -> bool:
    """Take in the next changed products; False where there are none."""
    changes = list(
        index.execute(
            "SELECT seq, product_id FROM books.search_changes"
            " WHERE seq > (SELECT last_change FROM state) ORDER BY seq LIMIT ?",
            (_CHUNK,),
        )
    )
    for product in dict.fromkeys(product for _, product in changes):
        index.execute("DELETE FROM grams WHERE rowid = ?", (product,))
        index.execute(f"{_WORDS} p.id = ?2", (FIELD_END, product))
    if changes:
        index.execute("UPDATE state SET last_change = ?", (changes[-1][0],))
    return bool(changes)


def _file_number(books: Path) -> int:
    number = books.stat().st_ino
    return number - (1 << 64) if number >= 1 << 63 else number  # SQLite's numbers have a sign


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        remove_file(path.with_name(path.name + end))
