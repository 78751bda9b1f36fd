"""Lists of goods that want something done: reordered, sold soon, counted, dated, given up."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

import apsw
from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books.journal import entries as journal
from pos_tui.books.movement import from_thousandths
from pos_tui.books.stock.movements import unit_cost
from pos_tui.books.stock.on_hand import OnHand
from pos_tui.checkout.expiry import DateKind
from pos_tui.money import prorate

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
_WHOLE = 1000

_PRODUCT = "p.id, m.code, p.name, p.unit, p.size, p.supplier, p.minimum"
_JOIN = "JOIN products p ON p.id ="
_MAIN = "JOIN item_codes m ON m.product_id = p.id AND m.alternative = 0"
_SOLD = (
    "SELECT product_id, -sum(quantity) FROM movements INDEXED BY movements_sold"
    " WHERE kind IN ('sold', 'returned') AND at >= ? GROUP BY product_id"
)
_BY_ID = f"SELECT {_PRODUCT} FROM products p {_MAIN} WHERE p.id = ?"  # noqa: S608
_ON_HAND = "SELECT product_id, sum(quantity) FROM stock_on_hand GROUP BY product_id"
# Movements stand in the order of their time: an index says where a day begins among them.
_BEFORE = (
    "SELECT seq FROM movements INDEXED BY movements_sold"
    " WHERE kind IN ('sold', 'returned') AND at < ? ORDER BY at DESC LIMIT 1"
)
_IS_OLD = "SELECT 1 FROM movements WHERE product_id = ? AND seq <= ? LIMIT 1"
_FIRST = "SELECT min(at) FROM movements INDEXED BY movements_of_product WHERE product_id = ?"
_EXPIRING = (
    f"SELECT {_PRODUCT}, l.lot, l.expires_on, l.kind, s.cost, s.quantity, s.uncosted"  # noqa: S608
    " FROM lots l JOIN stock_on_hand s ON s.product_id = l.product_id AND s.lot = l.lot"
    f" {_JOIN} l.product_id {_MAIN} WHERE l.expires_on <= ? AND (s.quantity > 0 OR s.is_known = 0)"
    " ORDER BY l.expires_on, p.name, l.lot"
)
_LOTS = "SELECT lot, quantity FROM stock_on_hand WHERE product_id = ? AND quantity <> 0"
_BELOW_ZERO = (
    f"SELECT {_PRODUCT}, s.lot, s.quantity, s.is_known FROM stock_on_hand s"  # noqa: S608
    f" {_JOIN} s.product_id {_MAIN} WHERE s.quantity < 0 ORDER BY s.is_known DESC, s.quantity"
)
_THERE = (
    f"SELECT {_PRODUCT}, s.quantity, s.cost, s.uncosted FROM (SELECT product_id,"  # noqa: S608
    " sum(quantity) AS quantity, sum(cost) AS cost, sum(uncosted) AS uncosted FROM stock_on_hand"
    " GROUP BY product_id HAVING sum(quantity) > 0) s"
    f" {_JOIN} s.product_id {_MAIN} ORDER BY p.name"
)
# What came lately is not dead, however much of it was there before.
_ALIVE = (
    "SELECT DISTINCT product_id FROM movements WHERE seq > ? AND at >= ?"
    " AND kind IN ('sold', 'returned', 'received', 'taken_over')"
)
_LAST_SOLD = (
    "SELECT max(at) FROM movements INDEXED BY movements_of_product"
    " WHERE product_id = ? AND kind = 'sold'"
)
_UNDATED = (
    f"SELECT {_PRODUCT}, v.quantity, (SELECT coalesce(sum(quantity), 0) FROM stock_on_hand s"  # noqa: S608
    " WHERE s.product_id = p.id AND s.lot = '') FROM (SELECT product_id, -sum(quantity) AS quantity"
    " FROM movements INDEXED BY movements_sold WHERE kind IN ('sold', 'returned') AND at >= ?"
    " AND lot = '' GROUP BY product_id HAVING sum(quantity) < 0) v"
    f" {_JOIN} v.product_id {_MAIN} WHERE p.shelf_life_days > 0 OR p.shelf_life <> ''"
    " OR EXISTS (SELECT 1 FROM lots l WHERE l.product_id = p.id) ORDER BY v.quantity DESC, p.name"
)
_HISTORY = (
    "SELECT seq, at, kind, reason, lot, quantity, cost, document, sale_no, by FROM movements"
    " WHERE product_id = ? ORDER BY seq DESC LIMIT ?"
)


class ListedGoods(Struct, frozen=True, kw_only=True):
    """A row of a list. Quantities are thousandths of the unit, amounts minor units.

    `sold` is what was sold in the days that the list looks at, `cover` for how many days what is on
    hand lasts (None: nothing is sold), `order` what is to be ordered. `left` is what is really left
    of the lot, None where nobody ever counted; `value` what that, or what is on hand, has cost.
    """

    product_id: int
    code: str
    name: str
    unit: str
    size: str
    supplier: str
    minimum: int
    on_hand: int = 0
    is_known: bool = True
    sold: int = 0
    cover: int | None = None
    order: int = 0
    lot: str = ""
    expires_on: date | None = None
    date_kind: DateKind = "use_by"
    days_left: int | None = None
    left: int | None = None
    value: int | None = None
    last_sold: date | None = None


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
    since = (now - timedelta(days=days)).isoformat()
    match which:
        case "low":
            return sorted(_low(reader, now, days), key=_soonest_out)
        case "reorder":
            return sorted(_to_order(reader, now, days), key=lambda row: (row.supplier, row.name))
        case "expiring":
            return list(_expiring(reader, now.date(), days))
        case "below_zero":
            return list(_below_zero(reader))
        case "dead":
            return list(_dead(reader, since))
        case "undated":
            return list(_undated(reader, since))


def history(reader: apsw.Connection, product_id: int, most: int = 500) -> list[PastMovement]:
    """The last movements of a product, the latest first."""
    row = reader.execute(
        "SELECT coalesce(sum(quantity), 0) FROM stock_on_hand WHERE product_id = ?", (product_id,)
    ).fetchone()
    there = 0 if row is None else int(str(row[0]))
    found = []
    for seq, at, *rest in reader.execute(_HISTORY, (product_id, most)):
        moved = PastMovement(seq, datetime.fromisoformat(str(at)), *rest, there)  # type: ignore[arg-type]
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

    for row, window in _moving(reader, now, short):
        missing = short(row.on_hand, row.minimum, row.sold, window)
        yield replace(row, order=-(-missing // _WHOLE) * _WHOLE)


def _moving(
    reader: apsw.Connection, now: datetime, wanted: Callable[[int, int, int, int], object]
) -> Iterator[tuple[ListedGoods, int]]:
    """Those of the products with sales or a minimum that are wanted.

    `wanted` judges what is on hand, the minimum, what is sold, in so many days; the fewer days, the
    more it wants. With each, over how many days its sales count.
    """
    since = (now - timedelta(days=COUNTED_DAYS)).isoformat()
    sold = _numbers(reader, _SOLD, (since,))
    minimum = _numbers(reader, "SELECT id, minimum FROM products WHERE minimum > 0")
    on_hand = _numbers(reader, _ON_HAND)
    before = _last_before(reader, since)
    for product_id in sorted(sold.keys() | minimum.keys()):
        there, count = on_hand.get(product_id, 0), max(sold.get(product_id, 0), 0)
        least = minimum.get(product_id, 0)
        if not wanted(there, least, count, _LEAST_DAYS):
            continue
        window = _days_there(reader, product_id, before, now)
        if not wanted(there, least, count, window):
            continue
        for product in reader.execute(_BY_ID, (product_id,)):
            cover = _cover(there, count, window) if count else None
            yield _listed(product, on_hand=there, sold=count, cover=cover), window


def _cover(on_hand: int, sold: int, window: int) -> int:
    return max(on_hand, 0) * window // sold


def _numbers(reader: apsw.Connection, query: str, values: tuple[str, ...] = ()) -> dict[int, int]:
    return {int(str(key)): int(str(number)) for key, number in reader.execute(query, values)}


def _days_there(reader: apsw.Connection, product_id: int, before: int, now: datetime) -> int:
    """Over how many days the sales of a product count: a new one has not been there for all."""
    if reader.execute(_IS_OLD, (product_id, before)).fetchone() is not None:
        return COUNTED_DAYS
    (first,) = reader.execute(_FIRST, (product_id,)).fetchone() or (None,)
    if first is None:
        return COUNTED_DAYS
    days = (now - datetime.fromisoformat(str(first))).days + 1
    return max(_LEAST_DAYS, min(days, COUNTED_DAYS))


def _last_before(reader: apsw.Connection, since: str) -> int:
    """The last sale's movement before a moment; 0 where there is none."""
    row = reader.execute(_BEFORE, (since,)).fetchone()
    return 0 if row is None else int(str(row[0]))


# ---- expiring ------------------------------------------------------------------------------------


def _expiring(reader: apsw.Connection, today: date, days: int) -> Iterator[ListedGoods]:
    """What is really left of a lot is never more than there is of the product.

    What was sold from no known lot, or from one that was used up, came out of a lot that is
    there: out of the latest, so that what expires first is warned of longest.
    """
    until = (today + timedelta(days=days)).isoformat()
    available: dict[int, int] = {}
    rows = reader.execute(_EXPIRING, (until,)).fetchall()
    for *product, lot, expires_on, kind, cost, quantity, uncosted in rows:
        day = date.fromisoformat(str(expires_on))
        row = _listed(
            product, lot=lot, date_kind=kind, expires_on=day, days_left=(day - today).days
        )
        here = OnHand(row.lot, int(str(quantity)), int(str(cost)), int(str(uncosted)))
        if row.product_id not in available:
            available[row.product_id] = _available(reader, row.product_id)
        left = min(here.quantity, available[row.product_id])
        if here.quantity <= 0:  # nobody ever counted it
            yield replace(row, is_known=False)
        elif left > 0:
            available[row.product_id] -= left
            yield replace(
                row, on_hand=here.quantity, left=left, value=_worth(reader, row, here, left)
            )


def _available(reader: apsw.Connection, product_id: int) -> int:
    """How much there can be of all lots of a product together."""
    there = {str(lot): int(str(quantity)) for lot, quantity in reader.execute(_LOTS, (product_id,))}
    return sum(each for each in there.values() if each > 0) - _sold_past_them(
        reader, product_id, there
    )


def _sold_past_them(reader: apsw.Connection, product_id: int, there: dict[str, int]) -> int:
    """What left lots below zero since the lots that are there had come."""
    below = {lot: -quantity for lot, quantity in there.items() if quantity < 0}
    if not below:
        return 0
    firsts = [
        reader.execute(
            "SELECT min(seq) FROM movements WHERE product_id = ? AND lot = ? AND quantity > 0",
            (product_id, lot),
        ).fetchone()
        for lot, quantity in there.items()
        if quantity > 0
    ]
    first = min((int(str(row[0])) for row in firsts if row and row[0] is not None), default=0)
    past = 0
    for lot, short in below.items():
        (moved,) = reader.execute(
            "SELECT coalesce(sum(quantity), 0) FROM movements"
            " WHERE product_id = ? AND lot = ? AND seq > ?",
            (product_id, lot, first),
        ).fetchone() or (0,)
        past += min(short, max(-int(str(moved)), 0))
    return past


def _worth(reader: apsw.Connection, row: ListedGoods, here: OnHand, quantity: int) -> int | None:
    """What so much of what is there has cost, in minor units; None where nothing is known."""
    if here.costed > 0 and here.cost >= 0:
        return prorate(here.cost, quantity, here.costed)
    cost = unit_cost(reader, row.product_id, row.lot)
    return None if cost is None else prorate(cost, quantity, _WHOLE)


# ---- below zero, dead, undated -------------------------------------------------------------------


def _below_zero(reader: apsw.Connection) -> Iterator[ListedGoods]:
    for *product, lot, quantity, is_known in reader.execute(_BELOW_ZERO):
        yield _listed(product, lot=str(lot), on_hand=int(str(quantity)), is_known=bool(is_known))


def _dead(reader: apsw.Connection, since: str) -> Iterator[ListedGoods]:
    alive = set(reader.execute(_ALIVE, (_last_before(reader, since), since)))
    for *product, quantity, cost, uncosted in reader.execute(_THERE).fetchall():
        if (product[0],) in alive:
            continue
        here = OnHand("", int(str(quantity)), int(str(cost)), int(str(uncosted)))
        row = _listed(product, on_hand=here.quantity)
        value = _worth(reader, row, here, here.quantity)
        (last,) = reader.execute(_LAST_SOLD, (row.product_id,)).fetchone() or (None,)
        sold_on = None if last is None else datetime.fromisoformat(str(last)).date()
        yield replace(row, value=value, last_sold=sold_on)


def _undated(reader: apsw.Connection, since: str) -> Iterator[ListedGoods]:
    for *product, sold, on_hand in reader.execute(_UNDATED, (since,)):
        yield _listed(product, sold=int(str(sold)), on_hand=int(str(on_hand)))


def _listed(product: Iterable[object], **more: object) -> ListedGoods:
    names = ("product_id", "code", "name", "unit", "size", "supplier", "minimum")
    return ListedGoods(**dict(zip(names, product, strict=True)), **more)  # type: ignore[arg-type]
