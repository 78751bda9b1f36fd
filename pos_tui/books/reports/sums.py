"""The sums that reports are made of: a file beside the books, made from them as reports are asked.

It is a cache: damaged or of other books, it is made anew. No sale waits for it: what was sold since
is added when somebody asks. Sums are by accounting day, those of products by month and
year too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import apsw

from pos_tui.books.connection import BooksError, reason_for
from pos_tui.books.reports.facts import (
    COLUMNS,
    COSTS_OF_PAID,
    GROUPED,
    clear_facts,
    gather_facts,
    prepare_facts,
    sum_facts,
)
from pos_tui.books.reports.figures import FIGURES
from pos_tui.files.owner import make_private_file
from pos_tui.files.replacing import remove_file
from pos_tui.reasons import Reason, because

FILE_NAME = "reports.db"
_VERSION = 3
_SALES = 5_000  # numbers of sales a transaction
_MOVEMENTS = 20_000
_LONGEST_GAP = 1_000  # in the numbers of sales; what is behind a longer one begins a new count
_BUSY_MS = 5_000
_TABLES = f"""
    CREATE TABLE sums (
        by TEXT NOT NULL, day TEXT NOT NULL, key NOT NULL, sub NOT NULL,
        {", ".join(f"{name} INTEGER NOT NULL" for name in FIGURES)},
        PRIMARY KEY (by, day, key, sub)
    ) WITHOUT ROWID;
    CREATE TABLE days (                    -- when a day's sales were, and where their movements are
        day TEXT PRIMARY KEY,
        first_at REAL, last_at REAL, first_movement INTEGER, last_movement INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE waiting (number INTEGER PRIMARY KEY); -- sales up to the last that are not yet paid
    CREATE TABLE state (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        last_sale INTEGER NOT NULL,        -- sales up to this number are in, but for those waiting
        last_movement INTEGER NOT NULL,
        day_ends_at INTEGER NOT NULL,
        head INTEGER NOT NULL,             -- a row of the books' journal, and its hash
        hash BLOB NOT NULL
    );
"""
_ADDED = ", ".join(f"{name} = {name} + excluded.{name}" for name in FIGURES)
_DAYS_OF_SALES = """
    INSERT INTO {into} SELECT day, min(at), max(at), NULL, NULL FROM chosen WHERE true GROUP BY day
    ON CONFLICT (day) DO UPDATE SET first_at = min(coalesce(first_at, excluded.first_at),
        excluded.first_at), last_at = max(coalesce(last_at, excluded.last_at), excluded.last_at)
"""
_DAYS_OF_MOVEMENTS = """
    INSERT INTO {into} SELECT s.day, NULL, NULL, min(m.seq), max(m.seq)
    FROM books.movements m CROSS JOIN paid_sales s ON s.number = m.sale_no
    WHERE m.seq > ? AND m.seq <= ? AND m.kind IN ('sold', 'returned') AND m.sale_no > 0
    GROUP BY s.day
    ON CONFLICT (day) DO UPDATE SET
        first_movement = min(coalesce(first_movement, excluded.first_movement),
                             excluded.first_movement),
        last_movement = max(coalesce(last_movement, excluded.last_movement), excluded.last_movement)
"""
_CHOOSE = "INSERT INTO chosen SELECT number, day, hour, cashier, at, total, tender FROM paid_sales "


@contextmanager
def open_sums(books: Path, day_ends_at: int) -> Iterator[apsw.Connection]:
    """A connection to the sums beside these books, with the books attached to read; in memory where
    no file can be written. Raises BooksError.
    """
    connection = _opened(books, day_ends_at)
    try:
        yield connection
    except apsw.Error as error:
        raise BooksError(reason_for(error)) from error
    finally:
        with suppress(apsw.Error):
            connection.close(True)


def update_sums(
    connection: apsw.Connection,
    is_stopped: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> bool:
    """Add what was sold since, some thousand sales a transaction; False where it was stopped.

    `progress` gets how many sales of how many are in. Raises apsw.Error.
    """
    while not is_stopped():
        with connection:
            connection.execute("UPDATE main.state SET one = 1")  # one program at a time
            done, last, moved, last_moved = _add_next(connection)
        if done >= last and moved >= last_moved:
            return True
        progress(done, last)
    return False


def add_rest(connection: apsw.Connection) -> None:
    """Add what was sold since, in the transaction in which a report is then read."""
    connection.execute("UPDATE main.state SET one = 1")
    is_whole = False
    while not is_whole:
        done, last, moved, last_moved = _add_next(connection)
        is_whole = done >= last and moved >= last_moved


def wrong_report_sums(
    connection: apsw.Connection, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> list[Reason]:
    """What in the sums is not what the books' rows add up to. Raises apsw.Error."""
    with connection:
        last_sale, last_movement = _state(connection)
        connection.execute(
            "CREATE TEMP TABLE again AS SELECT * FROM main.sums WHERE 0;"
            " CREATE UNIQUE INDEX temp.again_key ON again(by, day, key, sub);"
            " CREATE TEMP TABLE days_again AS SELECT * FROM main.days WHERE 0;"
            " CREATE UNIQUE INDEX temp.days_again_key ON days_again(day)"
        )
        for first in range(0, last_sale, _SALES):
            until = min(first + _SALES, last_sale)
            _add_sales(
                connection,
                "temp.again",
                "temp.days_again",
                "WHERE number > ? AND number <= ? AND number NOT IN (SELECT number FROM waiting)",
                (first, until),
            )
            progress(until, last_sale)
        for first in range(0, last_movement, _MOVEMENTS):
            until = min(first + _MOVEMENTS, last_movement)
            _add_costs(connection, "temp.again", "temp.days_again", first, until)
        found = connection.execute(
            "SELECT by, day, key FROM ("
            " SELECT * FROM (SELECT * FROM main.sums EXCEPT SELECT * FROM temp.again)"
            " UNION ALL SELECT * FROM (SELECT * FROM temp.again EXCEPT SELECT * FROM main.sums))"
            " GROUP BY by, day, key ORDER BY by, day, key"
        ).fetchall()
        days = connection.execute(
            "SELECT day FROM (SELECT * FROM (SELECT * FROM main.days EXCEPT"
            " SELECT * FROM temp.days_again) UNION ALL SELECT * FROM (SELECT * FROM temp.days_again"
            " EXCEPT SELECT * FROM main.days)) GROUP BY day ORDER BY day"
        ).fetchall()
        connection.execute("DROP TABLE temp.again; DROP TABLE temp.days_again")
    wrong = [
        because("report_check.sum_differs", by=str(by), day=str(day), row=str(key))
        for by, day, key in found
    ]
    return wrong + [because("report_check.day_differs", day=str(day)) for (day,) in days]


def report_differences(books: Path, day_ends_at: int) -> list[Reason]:
    """What in the file of sums is not what was sold; nothing where there is none. Raises
    BooksError.
    """
    if not books.with_name(FILE_NAME).exists():
        return []
    with open_sums(books, day_ends_at) as connection:
        return wrong_report_sums(connection)


def forget_sums(books: Path) -> None:
    """Remove the file of sums; the next report makes it anew. Raises OSError."""
    path = books.with_name(FILE_NAME)
    for end in ("", "-wal", "-shm"):
        remove_file(path.with_name(path.name + end))


def _opened(books: Path, day_ends_at: int) -> apsw.Connection:
    path = books.with_name(FILE_NAME)
    try:
        return _open(path, books, day_ends_at)
    except (apsw.CorruptError, apsw.NotADBError, apsw.SQLError, apsw.ConstraintError):
        with suppress(OSError):
            forget_sums(books)
    except (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.FullError, OSError):
        pass
    except apsw.Error as error:
        raise BooksError(reason_for(error)) from error
    try:
        return _open(None, books, day_ends_at)
    except apsw.Error as error:
        raise BooksError(reason_for(error)) from error


def _open(path: Path | None, books: Path, day_ends_at: int) -> apsw.Connection:
    """The sums in a file, or in memory, of these books."""
    if path is not None and not path.exists():
        make_private_file(path)
    connection = apsw.Connection(
        ":memory:" if path is None else str(path),
        flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI,
    )
    try:
        connection.set_busy_timeout(_BUSY_MS)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "off")  # it can be made anew
        connection.pragma("cache_size", -4_000)
        name = quote(str(books.resolve()))
        connection.execute("ATTACH ? AS books", (f"file:{name}?mode=rw&vfs=cksmvfs",))
        connection.execute("PRAGMA books.cache_size = -4000")
        with connection:
            is_of_books = _is_of(connection, day_ends_at)
        if not is_of_books:
            with connection:
                connection.pragma("application_id", 0)  # written first: one program at a time
                if not _is_of(connection, day_ends_at):
                    _begin(connection, day_ends_at)
        prepare_facts(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_of(connection: apsw.Connection, day_ends_at: int) -> bool:
    """Whether the sums are of these books, as they are: not of others, nor of later ones that were
    put back.
    """
    if connection.pragma("user_version") != _VERSION:
        return False
    row = connection.execute(
        "SELECT s.day_ends_at, s.head, j.hash = s.hash FROM main.state s"
        " LEFT JOIN books.journal j ON j.seq = s.head"
    ).fetchone()
    return row is not None and row[0] == day_ends_at and (row[1] == 0 or row[2] == 1)


def _begin(connection: apsw.Connection, day_ends_at: int) -> None:
    for table in ("sums", "days", "waiting", "state"):
        connection.execute(f"DROP TABLE IF EXISTS main.{table}")
    connection.execute(_TABLES)
    connection.execute("INSERT INTO main.state VALUES (1, 0, 0, ?, 0, x'')", (day_ends_at,))
    connection.pragma("user_version", _VERSION)


def _state(connection: apsw.Connection) -> tuple[int, int]:
    row = connection.execute("SELECT last_sale, last_movement FROM main.state").fetchone()
    sale, movement = row or (0, 0)
    assert isinstance(sale, int)
    assert isinstance(movement, int)
    return sale, movement


def _add_next(connection: apsw.Connection) -> tuple[int, int, int, int]:
    """Add the next sales and movements; how far each is, and how far the books are."""
    done, moved = _state(connection)
    (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM books.sales").fetchone() or (
        0,
    )
    (last_moved,) = connection.execute(
        "SELECT coalesce(max(seq), 0) FROM books.movements"
    ).fetchone() or (0,)
    assert isinstance(last, int)
    assert isinstance(last_moved, int)
    _add_waiting(connection)
    if done < last:
        done = _add_numbers(connection, done, last)
    until = min(moved + _MOVEMENTS, last_moved)
    if moved < until:
        _add_costs(connection, "main.sums", "main.days", moved, until)
    connection.execute(
        "UPDATE main.state SET last_sale = ?, last_movement = ?,"
        " head = coalesce((SELECT max(seq) FROM books.journal), 0)",
        (done, until),
    )
    connection.execute(
        "UPDATE main.state SET hash ="
        " coalesce((SELECT j.hash FROM books.journal j WHERE j.seq = main.state.head), x'')"
    )
    return done, last, until, last_moved


def _add_waiting(connection: apsw.Connection) -> None:
    """Add the sales that had waited and are paid."""
    ended = connection.execute(
        "SELECT w.number FROM main.waiting w CROSS JOIN books.sales s ON s.number = w.number"
        " WHERE s.state IN ('paid', 'void')"
    ).fetchall()
    if ended:
        connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS ended (number INTEGER PRIMARY KEY);"
            " DELETE FROM temp.ended"
        )
        connection.executemany("INSERT INTO temp.ended VALUES (?)", ended)
        only = "WHERE number IN (SELECT number FROM temp.ended)"
        _add_sales(connection, "main.sums", "main.days", only, ())
        connection.execute(
            "DELETE FROM main.waiting WHERE number IN (SELECT number FROM temp.ended)"
        )


def _add_numbers(connection: apsw.Connection, done: int, last: int) -> int:
    """Add the next sales by their numbers; those that are not yet paid wait. Returns how far."""
    (first,) = connection.execute(
        "SELECT min(number) FROM books.sales WHERE number > ?", (done,)
    ).fetchone() or (last,)
    assert isinstance(first, int)
    if first - done > _LONGEST_GAP:
        done = first - 1
    until = min(done + _SALES, last)
    _add_sales(
        connection, "main.sums", "main.days", "WHERE number > ? AND number <= ?", (done, until)
    )
    final = {
        number
        for (number,) in connection.execute(
            "SELECT number FROM books.sales WHERE number > ? AND number <= ?"
            " AND state IN ('paid', 'void')",
            (done, until),
        )
    }
    waiting = [(number,) for number in range(done + 1, until + 1) if number not in final]
    if waiting:
        connection.executemany("INSERT OR IGNORE INTO main.waiting VALUES (?)", waiting)
    return until


def _add_sales(
    connection: apsw.Connection,
    sums: str,
    days: str,
    only: str,
    bindings: tuple[int, ...],
) -> None:
    """Add some sales to the sums, without the costs of their goods."""
    clear_facts(connection)
    connection.execute(_CHOOSE + only, bindings)
    gather_facts(connection)
    _add_groups(connection, sums)
    connection.execute(_DAYS_OF_SALES.format(into=days))


def _add_costs(connection: apsw.Connection, sums: str, days: str, after: int, until: int) -> None:
    """Add what the goods of sales cost, by the movements of a range."""
    clear_facts(connection)
    connection.execute(COSTS_OF_PAID, (after, until))
    _add_groups(connection, sums)
    connection.execute(_DAYS_OF_MOVEMENTS.format(into=days), (after, until))


def _add_groups(connection: apsw.Connection, sums: str) -> None:
    sum_facts(connection)
    for by, grouped in GROUPED.items():
        connection.execute(
            f"INSERT INTO {sums} (by, {', '.join(COLUMNS)}) SELECT '{by}', * FROM ({grouped})"
            f" WHERE true ON CONFLICT (by, day, key, sub) DO UPDATE SET {_ADDED}"
        )
