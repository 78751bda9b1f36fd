"""The shop's stock takes: begun, listed, voided. Each has a number, which its movements name."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import apsw
from msgspec import Struct

from pos_tui.books.connection import BooksError
from pos_tui.books.journal import entries as journal

CountState = Literal["open", "approved", "void"]
LONGEST_NAME = 40
_COLUMNS = "c.id, c.name, c.place, c.begun_at, c.begun_by, c.state, c.closed_at, c.closed_by"
_ROWS = (
    f"SELECT {_COLUMNS},"  # noqa: S608
    " (SELECT count(*) FROM count_entries e WHERE e.count_id = c.id),"
    " (SELECT count(DISTINCT e.product_id) FROM count_entries e WHERE e.count_id = c.id)"
    " FROM counts c"
)
_ALONE = f"SELECT {_COLUMNS}, 0, 0 FROM counts c WHERE c.id = ?"  # noqa: S608


class CountError(BooksError):
    """What was asked of a stock take cannot be done; nothing was changed."""


class StockTake(Struct, frozen=True):
    """A count of goods: of which shelf or category, begun by whom, and what became of it.

    Times are aware. `entries` is how often something was noted in it, `products` of how many.
    """

    number: int
    name: str
    place: str
    begun_at: datetime
    begun_by: str
    state: CountState = "open"
    closed_at: datetime | None = None
    closed_by: str = ""
    entries: int = 0
    products: int = 0

    @property
    def document(self) -> str:
        """What its movements name as their document."""
        return f"count {self.number}"


def begin_count(
    connection: apsw.Connection, at: datetime, by: str, name: str, place: str = ""
) -> StockTake:
    """Begin a count, journalled. Raises CountError where one of that name is open."""
    name, place = " ".join(name.split()), " ".join(place.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise CountError("count.name_form", longest=LONGEST_NAME)
    if len(place) > LONGEST_NAME or not place.isprintable():
        raise CountError("count.place_form", longest=LONGEST_NAME)
    same = connection.execute("SELECT id FROM counts WHERE name = ? AND state = 'open'", (name,))
    if (row := same.fetchone()) is not None:
        raise CountError("count.name_open", name=name, number=int(str(row[0])))
    connection.execute(
        "INSERT INTO counts (name, place, begun_at, begun_by) VALUES (?,?,?,?)",
        (name, place, at.isoformat(), by),
    )
    begun = StockTake(connection.last_insert_rowid(), name, place, at, by)
    note(connection, at, "count begun", f"{begun.number} {name} {place} {by}")
    return begun


def find_count(reader: apsw.Connection, number: int) -> StockTake:
    """The count with this number, without how much was noted. Raises CountError where none is."""
    row = reader.execute(_ALONE, (number,)).fetchone()
    if row is None:
        raise CountError("count.not_there", number=number)
    return _stock_take(row)


def open_count(reader: apsw.Connection, number: int) -> StockTake:
    """A count that is still open. Raises CountError where it is not."""
    found = find_count(reader, number)
    if found.state != "open":
        kind = "count.is_void" if found.state == "void" else "count.is_approved"
        raise CountError(kind, number=number, name=found.name)
    return found


def counts_in(reader: apsw.Connection, limit: int = 200) -> list[StockTake]:
    """The counts, those that are open first, the latest first."""
    rows = reader.execute(f"{_ROWS} ORDER BY c.state <> 'open', c.id DESC LIMIT ?", (limit,))
    return [_stock_take(row) for row in rows]


def void_count(connection: apsw.Connection, at: datetime, by: str, number: int) -> StockTake:
    """Void an open count: what of it was not approved is never posted. Raises CountError."""
    found = open_count(connection, number)
    close_count(connection, at, by, number, "void")
    note(connection, at, "count void", f"{number} {found.name} {by}")
    return found


def close_count(
    connection: apsw.Connection, at: datetime, by: str, number: int, state: CountState
) -> None:
    """Note that a count is over, by whom and how."""
    connection.execute(
        "UPDATE counts SET state = ?, closed_at = ?, closed_by = ? WHERE id = ?",
        (state, at.isoformat(), by, number),
    )


def note(connection: apsw.Connection, at: datetime, what: str, detail: str) -> None:
    """Journal an act on a count as a whole."""
    body = journal.encode(journal.Noted(what, " ".join(detail.split())))
    journal.append(connection, at.isoformat(), 0, body)


def _stock_take(row: tuple[apsw.SQLiteValue, ...]) -> StockTake:
    number, name, place, begun_at, begun_by, state, closed_at, closed_by, entries, products = row
    return StockTake(
        int(str(number)),
        str(name),
        str(place),
        datetime.fromisoformat(str(begun_at)),
        str(begun_by),
        state,  # type: ignore[arg-type]
        None if closed_at is None else datetime.fromisoformat(str(closed_at)),
        str(closed_by),
        int(str(entries)),
        int(str(products)),
    )
