"""What was counted, one row an Enter, and what all of them together say of each lot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import apsw
from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books.counts.stock_takes import CountError, open_count
from pos_tui.books.journal import entries as journal
from pos_tui.books.journal.entries import CountAct, GoodsCounted
from pos_tui.books.stock.on_hand import last_movement
from pos_tui.checkout.expiry import DateKind

_COLUMNS = (
    "seq, product_id, lot, expires_on, date_kind, quantity, act, run, by, at, movement, is_posted"
)


class CountEntry(Struct, frozen=True):
    """Something counted, in thousandths; lot "" where none was named.

    `act`: "add" adds it, "set" puts it in place of what its run has so far, "replace" in place of
    all that was counted of this lot, "withdraw" takes its run back. A run is what one person counts
    in one place without a break; it has the number of its first entry, 0 in that entry itself.
    """

    product_id: int
    lot: str
    quantity: int
    act: CountAct = "add"
    run: int = 0
    expires_on: date | None = None
    date_kind: DateKind = "use_by"


class CountedRun(Struct, frozen=True):
    """What one person counted in one place, in thousandths; between which movements, until when."""

    run: int
    quantity: int
    first: int
    last: int
    by: str
    at: datetime


class CountedLot(Struct, frozen=True):
    """What was counted of a product's lot ("": of the product, without a lot), run by run.

    `replaced` are the quantities that a recount took the place of; `last_entry` is the number of
    the last row about it.
    """

    product_id: int
    lot: str
    runs: tuple[CountedRun, ...]
    replaced: tuple[int, ...] = ()
    expires_on: date | None = None
    date_kind: DateKind = "use_by"
    is_posted: bool = False
    last_entry: int = 0

    @property
    def quantity(self) -> int:
        """How much was counted, in thousandths."""
        return sum(run.quantity for run in self.runs)

    @property
    def first(self) -> int:
        """The number of the last movement before anything of it was counted."""
        return min(run.first for run in self.runs)

    @property
    def last(self) -> int:
        """The number of the last movement before the last of it was counted."""
        return max(run.last for run in self.runs)


def put_entry(
    connection: apsw.Connection, at: datetime, by: str, number: int, entry: CountEntry
) -> int:
    """Write down what was counted, at the movement that is the last one now, journalled.

    Returns the row's number. Raises CountError where the count is over, or has posted the product.
    """
    open_count(connection, number)
    posted = connection.execute(
        "SELECT 1 FROM count_entries WHERE count_id = ? AND product_id = ? AND is_posted LIMIT 1",
        (number, entry.product_id),
    )
    if posted.fetchone() is not None:
        raise CountError("count.posted_already", number=number)
    movement = last_movement(connection)
    expires_on = None if entry.expires_on is None else entry.expires_on.isoformat()
    connection.execute(
        "INSERT INTO count_entries (count_id, product_id, lot, expires_on, date_kind, quantity,"
        " act, run, by, at, movement) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            number, entry.product_id, entry.lot, expires_on, entry.date_kind, entry.quantity,
            entry.act, entry.run, by, at.isoformat(), movement,
        ),
    )  # fmt: skip
    row = connection.last_insert_rowid()
    act = GoodsCounted(
        number, entry.product_id, entry.lot, entry.quantity, entry.act, movement, by,
        entry.run, entry.expires_on,
    )  # fmt: skip
    journal.append(connection, at.isoformat(), 0, journal.encode(act))
    return row


def counted_lots(
    reader: apsw.Connection, number: int, product_id: int | None = None
) -> list[CountedLot]:
    """What a count has of each lot, in the order in which it was last counted; or of a product."""
    query = f"SELECT {_COLUMNS} FROM count_entries WHERE count_id = ?"  # noqa: S608
    values = [number]
    if product_id is not None:
        query += " AND product_id = ?"
        values.append(product_id)
    return _folded(reader.execute(f"{query} ORDER BY seq", values))


def counted_lot(
    reader: apsw.Connection, number: int, product_id: int, lot: str
) -> CountedLot | None:
    """What a count has of one lot; None where nothing was counted of it."""
    for each in counted_lots(reader, number, product_id):
        if each.lot == lot:
            return each
    return None


def mark_posted(connection: apsw.Connection, number: int, product_id: int) -> None:
    """Note that a product's differences are posted."""
    connection.execute(
        "UPDATE count_entries SET is_posted = 1 WHERE count_id = ? AND product_id = ?",
        (number, product_id),
    )


def _folded(rows: Iterable[tuple[apsw.SQLiteValue, ...]]) -> list[CountedLot]:
    runs: dict[tuple[int, str], dict[int, CountedRun]] = {}
    before_replaced: dict[int, dict[int, CountedRun]] = {}
    found: dict[tuple[int, str], CountedLot] = {}
    for row in rows:
        seq, product_id, lot, expires_on, kind, quantity, act, run, by, at, movement, posted = row
        assert isinstance(seq, int)
        assert isinstance(product_id, int)
        assert isinstance(quantity, int)
        assert isinstance(run, int)
        assert isinstance(movement, int)
        key = product_id, str(lot)
        of_lot = runs.setdefault(key, {})
        here = found.pop(key, None) or CountedLot(product_id, str(lot), ())
        if act == "replace":
            before_replaced[seq] = dict(of_lot)
            here = replace(here, replaced=(*here.replaced, _total(of_lot)))
            of_lot.clear()
        elif act == "withdraw":
            of_lot.pop(run, None)
            if run in before_replaced:
                of_lot.update(before_replaced.pop(run))
                here = replace(here, replaced=here.replaced[:-1])
        if act != "withdraw":
            before = of_lot.get(run)
            added = 0 if before is None or act != "add" else before.quantity
            of_lot[run or seq] = CountedRun(
                run or seq,
                quantity + added,
                movement if before is None else before.first,
                movement,
                str(by),
                datetime.fromisoformat(str(at)),
            )
        if expires_on is not None:
            day = date.fromisoformat(str(expires_on))
            here = replace(here, expires_on=day, date_kind=kind)
        found[key] = replace(
            here, runs=tuple(of_lot.values()), is_posted=bool(posted), last_entry=seq
        )
    return [each for each in found.values() if each.runs]


def _total(runs: dict[int, CountedRun]) -> int:
    return sum(run.quantity for run in runs.values())
