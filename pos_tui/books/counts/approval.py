"""Approving a count: its differences become movements, in one transaction and once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import apsw
from msgspec import Struct

from pos_tui.books.counts.differences import correcting_movements, lots_named, on_hand_then
from pos_tui.books.counts.entries import CountedLot, counted_lots, mark_posted
from pos_tui.books.counts.stock_takes import CountError, close_count, note, open_count
from pos_tui.books.movement import Movement
from pos_tui.books.stock.lots import put_lot
from pos_tui.books.stock.movements import MovingStock
from pos_tui.books.stock.on_hand import on_hand


class ApprovedCount(Struct, frozen=True):
    """What an approval posted: of how many products, by which movements; how many are left."""

    products: int
    moved: tuple[Movement, ...]
    left: int


def approve_count(
    connection: apsw.Connection,
    at: datetime,
    by: str,
    number: int,
    products: Collection[int] | None = None,
    earlier: Collection[int] = (),
    seen: int | None = None,
) -> ApprovedCount:
    """Post a count's differences, of all products or of these, in the caller's transaction.

    `earlier` as in `count_differences`. `seen` is the last entry that whoever approves has seen: of
    what was counted after it nothing is posted. Once all is posted the count is approved and over.
    Raises CountError.
    """
    take = open_count(connection, number)
    lots = [each for each in counted_lots(connection, number) if not each.is_posted]
    chosen = [each for each in lots if products is None or each.product_id in products]
    if not chosen:
        raise CountError("count.nothing_to_approve", number=number, name=take.name)
    if seen is not None and any(each.last_entry > seen for each in chosen):
        raise CountError("count.counted_since", number=number, name=take.name)
    named = lots_named(lots)
    stock = MovingStock(connection)
    # A product without a lot is all but its named lots: those come first.
    for each in sorted(chosen, key=lambda each: (each.product_id, not each.lot)):
        _post(connection, stock, each, named.get(each.product_id, frozenset()),
              take.document, each.product_id in earlier)  # fmt: skip
    moved = stock.write(at, by)
    posted = {each.product_id for each in chosen}
    for product_id in posted:
        mark_posted(connection, number, product_id)
    left = len({each.product_id for each in lots} - posted)
    note(connection, at, "count approved", f"{number} {take.name} {by}: {len(posted)}, {left} left")
    if not left:
        close_count(connection, at, by, number, "approved")
    return ApprovedCount(len(posted), moved, left)


def _post(
    connection: apsw.Connection,
    stock: MovingStock,
    counted: CountedLot,
    named: Collection[str],
    document: str,
    is_earlier: bool,
) -> None:
    product_id = counted.product_id
    if counted.expires_on is not None and counted.lot:
        known = on_hand(connection, product_id, counted.lot).expires_on
        if known is None:
            put_lot(connection, product_id, counted.lot, counted.expires_on, kind=counted.date_kind)
    moment = counted.first if is_earlier else counted.last
    difference = counted.quantity - on_hand_then(connection, counted, named, moment)
    there = stock.there(product_id).values()
    for each in correcting_movements(counted, named, there, difference, document):
        stock.move(each)
