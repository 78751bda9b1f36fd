"""The lots of a product and their dates: which are there, which one a sale takes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

import apsw

from pos_tui.checkout.expiry import DateKind, Lot

_NO_LOT = frozenset(("",))

if TYPE_CHECKING:
    from pos_tui.books.stock.movements import MovingStock


class SoldGoods(NamedTuple):
    """What a sale's line takes out of the stock; `lot` as scanned, else ""; in thousandths."""

    line: int
    product_id: int
    lot: str
    quantity: int


def lots_on_hand(reader: apsw.Connection, product_id: int) -> list[Lot]:
    """The lots of a product that the shop still has, in order of expiry.

    A lot that was never counted is there. Where none is left by the count, the last one counts on:
    a piece that is there after all is one of it, or of a lot that was never booked.
    """
    rows = list(
        reader.execute(
            "SELECT l.id, l.lot, l.expires_on, l.produced_on, l.kind,"
            " s.quantity > 0 OR coalesce(s.is_known, 0) = 0 FROM lots l LEFT JOIN stock_on_hand s"
            " ON s.product_id = l.product_id AND s.lot = l.lot"
            " WHERE l.product_id = ? ORDER BY l.expires_on",
            (product_id,),
        )
    )
    return [
        Lot(
            id,
            product_id,
            lot,
            date.fromisoformat(expires),
            None if produced is None else date.fromisoformat(produced),
            kind,
        )
        for id, lot, expires, produced, kind, _ in [row for row in rows if row[5]] or rows[-1:]
    ]


def put_lot(
    connection: apsw.Connection,
    product_id: int,
    lot: str,
    expires_on: date,
    produced_on: date | None = None,
    kind: DateKind = "use_by",
) -> None:
    """Note a lot and its dates; one that the books know already gets the new dates."""
    connection.execute(
        "INSERT INTO lots (product_id, lot, produced_on, expires_on, kind) VALUES (?,?,?,?,?)"
        " ON CONFLICT (product_id, lot) DO UPDATE SET produced_on = excluded.produced_on,"
        " expires_on = excluded.expires_on, kind = excluded.kind",
        (
            product_id,
            lot,
            None if produced_on is None else produced_on.isoformat(),
            expires_on.isoformat(),
            kind,
        ),
    )
    connection.execute(
        "INSERT OR IGNORE INTO stock_on_hand VALUES (?, ?, 0, 0, 0, 0)", (product_id, lot)
    )


def sell_stock(
    connection: apsw.Connection,
    at: datetime,
    by: str,
    sale_no: int,
    goods: Collection[SoldGoods],
    refused: frozenset[DateKind],
) -> None:
    """Take a sale's goods out of the stock, in the caller's transaction.

    From the lot that was scanned; else from the one that expires first of those not past their
    date (of the kinds in `refused`), one after another as long as they last; then from what has no
    date as long as it lasts; else from no lot.
    """
    from pos_tui.books.stock.movements import MovingStock

    stock = MovingStock(connection)
    stock.look_up({sold.product_id for sold in goods})
    today = at.date()
    for sold in goods:
        for lot, quantity in _lots_for(stock, sold, today, refused):
            stock.sell(sold.product_id, lot, quantity, sold.line)
    stock.write(at, by, sale_no)


def _lots_for(
    stock: MovingStock, sold: SoldGoods, today: date, refused: frozenset[DateKind]
) -> list[tuple[str, int]]:
    if sold.lot:
        return [(sold.lot, sold.quantity)]
    there = stock.there(sold.product_id)
    if not there or there.keys() == _NO_LOT:
        return [("", sold.quantity)]
    in_turn = sorted(
        (each.expires_on or date.max, each.lot, each)
        for each in there.values()
        if each.expires_on is None or each.expires_on >= today or each.date_kind not in refused
    )
    left = sold.quantity
    taken: dict[str, int] = {}
    for last_day, lot, here in in_turn:
        is_endless = not here.is_known and last_day < date.max
        if left and (is_endless or here.quantity > 0):
            from_here = left if is_endless else min(left, here.quantity)
            taken[lot] = from_here
            left -= from_here
    if left:
        left += taken.pop("", 0)
        taken[""] = left
    return list(taken.items())
