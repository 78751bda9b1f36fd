"""Lists of goods that want something done: reordered, sold soon, counted, dated, given up."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import apsw
from msgspec.structs import replace

from pos_tui.books.journal import entries as journal
from pos_tui.books.movement import from_thousandths
from pos_tui.books.stock.expiring import expiring_goods
from pos_tui.books.stock.listed import (
    JOIN,
    MAIN,
    PRODUCT,
    WHOLE,
    ListedGoods,
    last_before,
    listed_goods,
    worth,
)
from pos_tui.books.stock.on_hand import OnHand

StockList = Literal["low", "reorder", "expiring", "below_zero", "dead", "undated"]
STOCK_LISTS: tuple[StockList, ...] = (
    "low", "reorder", "expiring", "below_zero", "dead", "undated",
)  # fmt: skip
USUAL_DAYS: dict[StockList, int] = {
    "low": 7, "reorder": 14, "expiring": 7, "below_zero": 0, "dead": 90, "undated": 28,
}  # fmt: skip
"""What each list looks at where nobody says: days of cover, to the date, without a sale."""

COUNTED_DAYS = 28  # so far back sales count for what is sold in a day
_LEAST_DAYS = 7  # of a product that came yesterday, one day's sales say little

_SOLD = (
    "SELECT product_id, -sum(quantity) FROM movements"
    " WHERE seq > ? AND kind IN ('sold', 'returned') GROUP BY product_id"
)
_BY_IDS = (
    f"SELECT {PRODUCT} FROM products p {MAIN}"  # noqa: S608
    " WHERE p.id IN (SELECT value FROM json_each(?))"
)
# The smallest case that has a code: more than is needed is ordered as little as can be.
_PIECES = (
    "SELECT product_id, min(pieces) FROM item_codes WHERE pieces > 1"
    " AND product_id IN (SELECT value FROM json_each(?)) GROUP BY product_id"
)
_ON_HAND = "SELECT product_id, sum(quantity) FROM stock_on_hand GROUP BY product_id"
_ARE_OLD = (
    "SELECT value FROM json_each(?1) WHERE EXISTS (SELECT 1 FROM movements"
    " WHERE product_id = value AND kind <> 'sold' AND seq <= ?2)"
)
_FIRST = "SELECT min(at) FROM movements WHERE product_id = ? AND kind <> 'sold'"
_BELOW_ZERO = (
    f"SELECT {PRODUCT}, s.lot, s.quantity, s.is_known FROM stock_on_hand s"  # noqa: S608
    f" {JOIN} s.product_id {MAIN} WHERE s.quantity < 0 ORDER BY s.is_known DESC, s.quantity"
)
_THERE = (
    f"SELECT {PRODUCT}, s.quantity, s.cost, s.uncosted FROM (SELECT product_id,"  # noqa: S608
    " sum(quantity) AS quantity, sum(cost) AS cost, sum(uncosted) AS uncosted FROM stock_on_hand"
    " GROUP BY product_id HAVING sum(quantity) > 0) s"
    f" {JOIN} s.product_id {MAIN} ORDER BY p.name"
)
# What came lately is not dead, however much of it was there before.
_ALIVE = (
    "SELECT DISTINCT product_id FROM movements WHERE seq > ?"
    " AND kind IN ('sold', 'returned', 'received', 'taken_over')"
)
_LAST_SOLD = (
    "SELECT product_id, max(at) FROM movements WHERE seq <= ?1 AND kind = 'sold'"
    " AND +product_id IN (SELECT value FROM json_each(?2)) GROUP BY product_id"
)
_UNDATED = (
    f"SELECT {PRODUCT}, v.quantity, (SELECT coalesce(sum(quantity), 0) FROM stock_on_hand s"  # noqa: S608
    " WHERE s.product_id = p.id AND s.lot = '') FROM (SELECT product_id, -sum(quantity) AS quantity"
    " FROM movements WHERE seq > ? AND kind IN ('sold', 'returned')"
    " AND lot = '' GROUP BY product_id HAVING sum(quantity) < 0) v"
    f" {JOIN} v.product_id {MAIN} WHERE p.shelf_life_days > 0 OR p.shelf_life <> ''"
    " OR EXISTS (SELECT 1 FROM lots l WHERE l.product_id = p.id) ORDER BY v.quantity DESC, p.name"
)
_HISTORY = (
    "SELECT seq, at, kind, reason, lot, quantity, cost, document, sale_no, by FROM movements"
    " WHERE +product_id = ? ORDER BY seq DESC LIMIT ?"
)


class PastMovement(NamedTuple):
    """A movement as a history shows it; `after` is what there was of the product then."""

    seq: int
    at: datetime
    kind: str
    reason: str
    lot: str
    quantity: int
    cost: int | None
    document: str
    sale_no: int
    by: str
    after: int


def goods_on_list(
    reader: apsw.Connection, which: StockList, now: datetime, days: int | None = None
) -> list[ListedGoods]:
    """The goods on a list; `now` is aware, in the shop's zone; `days` as in USUAL_DAYS."""
    days = USUAL_DAYS[which] if days is None else days
    match which:
        case "low":
            return sorted(_low(reader, now, days), key=_soonest_out)
        case "reorder":
            return sorted(_to_order(reader, now, days), key=lambda row: (row.supplier, row.name))
        case "expiring":
            return list(expiring_goods(reader, now.date(), days))
        case "below_zero":
            return list(_below_zero(reader))
        case "dead":
            return list(_dead(reader, last_before(reader, now - timedelta(days=days))))
        case "undated":
            return list(_undated(reader, last_before(reader, now - timedelta(days=days))))


def history(reader: apsw.Connection, product_id: int, most: int = 500) -> list[PastMovement]:
    """The last movements of a product, the latest first."""
    row = reader.execute(
        "SELECT coalesce(sum(quantity), 0) FROM stock_on_hand WHERE product_id = ?", (product_id,)
    ).fetchone()
    there = 0 if row is None else int(str(row[0]))
    found = []
    for seq, at, *rest in reader.execute(_HISTORY, (product_id, most)):
        moved = PastMovement._make((seq, datetime.fromisoformat(str(at)), *rest, there))
        found.append(moved)
        there -= moved.quantity
    return found


def set_minimum(
    connection: apsw.Connection, product_id: int, minimum: int, at: datetime, by: str
) -> bool:
    """Set how much of a product there should be at least, in thousandths; 0 for none.

    False where there is no such product.
    """
    connection.execute("UPDATE products SET minimum = ? WHERE id = ?", (minimum, product_id))
    if not connection.changes():
        return False
    row = connection.execute(
        "SELECT code FROM item_codes WHERE product_id = ? AND alternative = 0", (product_id,)
    ).fetchone()
    code = str(product_id) if row is None else row[0]
    note = journal.Noted("minimum", f"{code} {from_thousandths(minimum)} {by}".strip())
    journal.append(connection, at.isoformat(), 0, journal.encode(note))
    return True


# ---- low, to order -------------------------------------------------------------------------------


def _soonest_out(row: ListedGoods) -> tuple[float, str]:
    return (math.inf if row.cover is None else row.cover), row.name


def _low(reader: apsw.Connection, now: datetime, days: int) -> Iterator[ListedGoods]:
    def is_low(on_hand: int, minimum: int, sold: int, window: int) -> bool:
        return on_hand < minimum or (sold > 0 and _cover(on_hand, sold, window) < days)

    for row, _ in _moving(reader, now, is_low):
        yield row


def _to_order(reader: apsw.Connection, now: datetime, days: int) -> Iterator[ListedGoods]:
    def short(on_hand: int, minimum: int, sold: int, window: int) -> int:
        """What is below zero counts as nothing: that is a count that is missing, not a debt."""
        return max(max(minimum, -(-sold * days // window)) - max(on_hand, 0), 0)

    found = list(_moving(reader, now, short))
    pieces = _numbers(reader, _PIECES, (str([row.product_id for row, _ in found]),))
    for row, window in found:
        missing = short(row.on_hand, row.minimum, row.sold, window)
        in_case = pieces.get(row.product_id, 1)
        case = WHOLE * in_case
        yield replace(row, order=-(-missing // case) * case, pieces=in_case)


def _moving(
    reader: apsw.Connection, now: datetime, wanted: Callable[[int, int, int, int], object]
) -> Iterator[tuple[ListedGoods, int]]:
    """Those of the products with sales or a minimum that are wanted.

    `wanted` judges what is on hand, the minimum, what is sold, in so many days; the fewer days, the
    more it wants. With each, over how many days its sales count.
    """
    before = last_before(reader, now - timedelta(days=COUNTED_DAYS))
    sold = _numbers(reader, _SOLD, (before,))
    minimum = _numbers(reader, "SELECT id, minimum FROM products WHERE minimum > 0")
    on_hand = _numbers(reader, _ON_HAND)

    def figures(product_id: int) -> tuple[int, int, int]:
        return (
            on_hand.get(product_id, 0),
            minimum.get(product_id, 0),
            max(sold.get(product_id, 0), 0),
        )

    ids = [each for each in sold.keys() | minimum.keys() if wanted(*figures(each), _LEAST_DAYS)]
    old = {each for (each,) in reader.execute(_ARE_OLD, (str(ids), before))}
    for product in reader.execute(_BY_IDS, (str(ids),)).fetchall():
        product_id = int(str(product[0]))
        there, least, count = figures(product_id)
        window = COUNTED_DAYS if product_id in old else _days_there(reader, product_id, now)
        if wanted(there, least, count, window):
            cover = _cover(there, count, window) if count else None
            yield listed_goods(product, on_hand=there, sold=count, cover=cover), window


def _cover(on_hand: int, sold: int, window: int) -> int:
    return max(on_hand, 0) * window // sold


def _numbers(
    reader: apsw.Connection, query: str, values: tuple[int | str, ...] = ()
) -> dict[int, int]:
    return {int(str(key)): int(str(number)) for key, number in reader.execute(query, values)}


def _days_there(reader: apsw.Connection, product_id: int, now: datetime) -> int:
    """Over how many days the sales of a new product count: it has not been there for all."""
    (first,) = reader.execute(_FIRST, (product_id,)).fetchone() or (None,)
    if first is None:
        return COUNTED_DAYS
    days = (now - datetime.fromisoformat(str(first))).days + 1
    return max(_LEAST_DAYS, min(days, COUNTED_DAYS))


# ---- below zero, dead, undated -------------------------------------------------------------------


def _below_zero(reader: apsw.Connection) -> Iterator[ListedGoods]:
    for *product, lot, quantity, is_known in reader.execute(_BELOW_ZERO):
        yield listed_goods(
            product, lot=str(lot), on_hand=int(str(quantity)), is_known=bool(is_known)
        )


def _dead(reader: apsw.Connection, before: int) -> Iterator[ListedGoods]:
    alive = set(reader.execute(_ALIVE, (before,)))
    rows = [row for row in reader.execute(_THERE).fetchall() if row[:1] not in alive]
    ids = str([row[0] for row in rows])
    last = dict(reader.execute(_LAST_SOLD, (before, ids))) if rows else {}
    for *product, quantity, cost, uncosted in rows:
        here = OnHand("", int(str(quantity)), int(str(cost)), int(str(uncosted)))
        row = listed_goods(product, on_hand=here.quantity)
        at = last.get(row.product_id)
        sold_on = None if at is None else datetime.fromisoformat(str(at)).date()
        yield replace(row, value=worth(reader, row, here, here.quantity), last_sold=sold_on)


def _undated(reader: apsw.Connection, before: int) -> Iterator[ListedGoods]:
    for *product, sold, on_hand in reader.execute(_UNDATED, (before,)):
        yield listed_goods(product, sold=int(str(sold)), on_hand=int(str(on_hand)))
