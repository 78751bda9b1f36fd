"""Stock as a file of goods states it: brought into the books, with its cost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import apsw
from msgspec.structs import replace

from pos_tui.books.movement import NOT_COUNTED, OPENING, VALUED, Movement, thousandths
from pos_tui.books.stock.listed import last_before
from pos_tui.books.stock.movements import MovingStock
from pos_tui.books.stock.on_hand import OnHand, last_movement
from pos_tui.money import round_half_up

_SINCE = (
    "SELECT product_id, lot, sum(quantity) FROM movements WHERE seq > ? GROUP BY product_id, lot"
)
_BY_CODES = "SELECT code, product_id FROM item_codes WHERE code IN (SELECT value FROM json_each(?))"
_COUNTED = (
    "SELECT counted, seq FROM movements WHERE product_id = ? AND lot = ? AND kind <> 'sold'"
    " AND counted IS NOT NULL ORDER BY seq DESC LIMIT 1"
)
_HAD_A_NUMBER = (
    "SELECT 1 FROM movements WHERE product_id = ? AND kind <> 'sold'"
    " AND kind <> 'revalued' AND reason <> ? AND at <> ? LIMIT 1"
)
_MOMENT = timedelta(microseconds=1)


class StatedStock(NamedTuple):
    """How much a file says there is of a product's lot ("": of no lot), in the product's unit.

    `cost` is what one unit costs, in minor units and parts of them; `at` when it was so, aware;
    None: it is so now.
    """

    code: str
    lot: str
    quantity: Decimal
    cost: Decimal | None = None
    at: datetime | None = None


class StockFromFile:
    """Brings the stock to what one file says, a part of its rows in each transaction."""

    def __init__(self) -> None:
        self._since: dict[datetime, _Since] = {}

    def count(self, connection: apsw.Connection, rows: Iterable[StatedStock], at: datetime) -> int:
        """Count these rows, in the caller's transaction; returns how many lots were not so.

        What was so at a moment is compared with that moment: what was sold since is sold. Where the
        lot was counted after it, the count holds. A number without a moment that the last count of
        the lot had too says nothing new: goods have been sold since. A cost counts for goods that
        come by the row, and for those whose cost is not known.
        """
        rows = list(rows)
        ids = _products(connection, (row.code for row in rows))
        stock = MovingStock(connection)
        stock.look_up_all(set(ids.values()))
        for each in self._since.values():
            each.go_on(connection)
        changed = sum(
            self._count(connection, stock, ids[row.code], row, at)
            for row in rows
            if row.code in ids
        )
        stock.write(at, "")
        for each in self._since.values():
            each.leave_out(connection)
        return changed

    def _count(
        self,
        connection: apsw.Connection,
        stock: MovingStock,
        product_id: int,
        row: StatedStock,
        at: datetime,
    ) -> bool:
        lot, there = row.lot, thousandths(row.quantity)
        here = stock.there(product_id).get(lot)
        has_moved = here is not None
        here = here or OnHand(lot)
        stock.there(product_id)[lot] = here
        difference: int | None
        if row.at is None:
            last = _last_count(connection, product_id, lot) if has_moved else None
            is_old = last is not None and last[0] == there
            difference = None if is_old else there - here.quantity
        else:
            since = self._since.get(row.at)
            if since is None:
                since = self._since[row.at] = _Since(connection, row.at)
            then = here.quantity - since.moved.get((product_id, lot), 0)
            difference = there - then
            if not difference and (here.is_known or (not lot and not there)):
                difference = None
            elif (last := _last_count(connection, product_id, lot)) is not None:
                difference = None if last[1] > since.seq else difference
        is_changed = False
        if difference is not None:
            is_changed = difference != 0 or not here.is_known
            cost = None
            if row.cost is not None and difference > 0:
                cost = _cost(row.cost, difference)
            is_first = _is_first(connection, product_id, stock.there(product_id), at)
            reason = OPENING if is_first else ""
            stock.move(
                Movement(product_id, lot, difference, "counted", cost, reason, counted=there)
            )
            here = stock.there(product_id)[lot]
        unknown = min(here.uncosted, here.quantity)
        if row.cost is not None and unknown > 0:
            without = Movement(product_id, lot, -unknown, "revalued", reason=VALUED)
            stock.move(without)
            stock.move(replace(without, quantity=unknown, cost=_cost(row.cost, unknown)))
            is_changed = True
        return is_changed


class _Since:
    """What has moved since a moment, but for what the file itself has moved."""

    def __init__(self, connection: apsw.Connection, at: datetime) -> None:
        self.seq = self._seen = last_before(connection, at + _MOMENT)
        self.moved: dict[tuple[int, str], int] = {}
        self.go_on(connection)

    def go_on(self, connection: apsw.Connection) -> None:
        for product_id, lot, quantity in connection.execute(_SINCE, (self._seen,)):
            key = int(str(product_id)), str(lot)
            self.moved[key] = self.moved.get(key, 0) + int(str(quantity))
        self._seen = last_movement(connection)

    def leave_out(self, connection: apsw.Connection) -> None:
        self._seen = last_movement(connection)


def _products(connection: apsw.Connection, codes: Iterable[str]) -> dict[str, int]:
    """The products' numbers by their codes."""
    return {
        str(code): int(str(product_id))
        for code, product_id in connection.execute(_BY_CODES, (json.dumps(list(codes)),))
    }


def _last_count(connection: apsw.Connection, product_id: int, lot: str) -> tuple[int, int] | None:
    """What the last count of a lot came to, and the number of its movement."""
    row = connection.execute(_COUNTED, (product_id, lot)).fetchone()
    return None if row is None else (int(str(row[0])), int(str(row[1])))


def _is_first(
    connection: apsw.Connection, product_id: int, there: Mapping[str, OnHand], at: datetime
) -> bool:
    """Whether the books had no number of a product's stock until the import of this moment."""
    if not any(each.is_known for each in there.values()):
        return True
    found = connection.execute(_HAD_A_NUMBER, (product_id, NOT_COUNTED, at.isoformat()))
    return found.fetchone() is None


def _cost(of_one: Decimal, quantity: int) -> int:
    return round_half_up(of_one * quantity / 1000)
