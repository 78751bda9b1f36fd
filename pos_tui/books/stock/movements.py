"""Moving goods: the one place that writes stock. Each movement is journalled, the sums follow."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import datetime

import apsw
import msgspec

from pos_tui.books.journal import entries as journal
from pos_tui.books.ledger.of_goods import postings_of_goods
from pos_tui.books.ledger.posting import Entry, post
from pos_tui.books.movement import Movement
from pos_tui.books.stock.costing import Paid, average, costed, leaving
from pos_tui.books.stock.on_hand import OnHand, add_to_sums, lots_of_products, lots_there, on_hand
from pos_tui.books.stock.rows import insert_rows
from pos_tui.money import prorate

_INSERT = (
    "INSERT INTO movements (at, sale_no, by, journal, product_id, lot, quantity, cost, kind,"
    " reason, document, line, counted) VALUES "
)
_ROW = "(?1,?2,?3,?4,?,?,?,?,?,?,?,?,?)"
_PAID_LAST = (
    "SELECT cost, quantity FROM movements INDEXED BY movements_paid WHERE product_id = ?"
    " AND cost IS NOT NULL AND quantity > 0 AND kind <> 'revalued' ORDER BY seq DESC LIMIT 1"
)


class MovingStock:
    """The stock while one transaction moves it: what there is, movement after movement."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._there: dict[int, dict[str, OnHand]] = {}
        self._moved: list[Movement] = []

    def look_up(self, product_ids: Set[int]) -> None:
        """Look up what there is of several products at once."""
        self._there |= lots_of_products(self._connection, product_ids - self._there.keys())

    def look_up_all(self, product_ids: Set[int]) -> None:
        """Look up every lot that ever was, of several products at once."""
        self._there |= lots_of_products(self._connection, product_ids, used_up=True)

    def there(self, product_id: int) -> dict[str, OnHand]:
        """What there is of a product by lot, just now; lots that are used up may be missing."""
        found = self._there.get(product_id)
        if found is None:
            self.look_up({product_id})
            found = self._there[product_id]
        return found

    def move(self, wanted: Movement) -> None:
        """Move goods; where `cost` of what leaves is None it is worked out."""
        there = self.there(wanted.product_id)
        if wanted.lot not in there:
            there[wanted.lot] = on_hand(self._connection, wanted.product_id, wanted.lot)
        for moved in costed(wanted, there, lambda: paid_last(self._connection, wanted.product_id)):
            there[moved.lot] = there[moved.lot].after(moved)
            self._moved.append(moved)

    def sell(self, product_id: int, lot: str, quantity: int, line: int) -> None:
        """Take sold goods of a lot out, in thousandths, with what they cost."""
        if quantity <= 0:
            self.move(Movement(product_id, lot, -quantity, "sold", line=line))
            return
        there = self.there(product_id)
        here = there.get(lot)
        if here is None:
            here = on_hand(self._connection, product_id, lot)
        there[lot] = here
        for part, cost in leaving(
            lot, quantity, there, lambda: paid_last(self._connection, product_id)
        ):
            moved = Movement(product_id, lot, -part, "sold", cost, line=line)
            there[lot] = here = here.after(moved)
            self._moved.append(moved)

    def write(self, at: datetime, by: str, sale_no: int = 0) -> tuple[Movement, ...]:
        """Write what has moved, in the caller's transaction; returns it as it was written."""
        moved = tuple(self._moved)
        if not moved:
            return ()
        when = at.isoformat()
        body = journal.encode(journal.StockMoved(moved, by))
        journal.append(self._connection, when, sale_no, body)
        row = self._connection.last_insert_rowid()
        rows = [
            (
                each.product_id, each.lot, each.quantity, each.cost, each.kind, each.reason,
                each.document, each.line, each.counted,
            )
            for each in moved
        ]  # fmt: skip
        insert_rows(self._connection, _INSERT, _ROW, rows, (when, sale_no, by, row))
        add_to_sums(self._connection, self._moved)
        self._moved = []
        post(self._connection, at, by, Entry("goods", postings_of_goods(moved), sale_no))
        return moved


def move_stock(
    connection: apsw.Connection,
    at: datetime,
    by: str,
    wanted: Iterable[Movement],
    sale_no: int = 0,
) -> tuple[Movement, ...]:
    """Move goods, in the caller's transaction; returns the movements as they were written."""
    stock = MovingStock(connection)
    for each in wanted:
        stock.move(each)
    return stock.write(at, by, sale_no)


def journal_taken_over(connection: apsw.Connection, at: datetime) -> None:
    """Journal the movements that were taken over from before the journal had them."""
    while True:
        rows = connection.execute(
            "SELECT seq, product_id, lot, quantity, reason, counted FROM movements"
            " WHERE journal = 0 ORDER BY seq LIMIT 500"
        ).fetchall()
        if not rows:
            return
        names = ("product_id", "lot", "quantity", "reason", "counted")
        taken = ({"kind": "taken_over"} | dict(zip(names, row[1:], strict=True)) for row in rows)
        moved = tuple(msgspec.convert(each, Movement) for each in taken)
        journal.append(connection, at.isoformat(), 0, journal.encode(journal.StockMoved(moved)))
        row = connection.last_insert_rowid()
        connection.executemany(
            "UPDATE movements SET journal = ? WHERE seq = ?", ((row, each[0]) for each in rows)
        )


def paid_last(reader: apsw.Connection, product_id: int) -> Paid | None:
    """What was paid for a product when it last came with a known cost."""
    row = reader.execute(_PAID_LAST, (product_id,)).fetchone()
    return None if row is None else (int(str(row[0])), int(str(row[1])))


def unit_cost(reader: apsw.Connection, product_id: int, lot: str = "") -> int | None:
    """What one unit of a product's lot costs, in minor units; None where nothing is known."""
    there = lots_there(reader, product_id)
    paid = average(lot, there, lambda: paid_last(reader, product_id))
    return None if paid is None else prorate(paid[0], 1000, paid[1])
