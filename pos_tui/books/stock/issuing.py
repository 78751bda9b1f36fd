"""Goods issued other than by a sale: written off, moved elsewhere, repacked as another product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

import apsw
from msgspec import Struct

from pos_tui.books.movement import Movement
from pos_tui.books.stock.lots import put_lot
from pos_tui.books.stock.movements import MovingStock, move_stock
from pos_tui.books.stock.on_hand import lots_there
from pos_tui.issue_reasons import MOVED, IssueReason
from pos_tui.money import allocate

_PIECE = 1000  # thousandths
_LAST = (
    "SELECT m.at, coalesce(p.name, ''), m.lot, m.quantity, m.cost, m.kind, m.reason, m.document"
    " FROM movements m LEFT JOIN products p ON p.id = m.product_id"
    " WHERE m.kind IN ('written_off', 'moved', 'repacked') ORDER BY m.seq DESC LIMIT ?"
)


class IssuedGoods(Struct, frozen=True):
    """A movement of goods that were issued: thousandths, minor units (None: not known)."""

    at: datetime
    name: str
    lot: str
    quantity: int
    cost: int | None
    kind: str
    reason: str
    document: str


def issue_goods(
    connection: apsw.Connection,
    at: datetime,
    by: str,
    product_id: int,
    lots: Iterable[tuple[str, int]],
    reason: IssueReason,
    document: str = "",
) -> tuple[Movement, ...]:
    """Take goods out of the stock, from these lots (thousandths each), in the caller's transaction.

    "moved" where they go to another shop or back to the supplier, else "written_off"; `document`
    is where they went, or why in words. Returns the movements with their costs.
    """
    kind: Literal["moved", "written_off"] = "moved" if reason in MOVED else "written_off"
    wanted = (
        Movement(product_id, lot, -quantity, kind, reason=reason, document=document)
        for lot, quantity in lots
    )
    return move_stock(connection, at, by, wanted)


def repack_goods(
    connection: apsw.Connection,
    at: datetime,
    by: str,
    product_id: int,
    lots: Iterable[tuple[str, int]],
    into: int,
    quantity: int,
) -> tuple[Movement, ...]:
    """Make so much (thousandths) of product `into` out of goods of these lots.

    What comes has the lots, the dates and, to the last unit, the cost of what went. In the
    caller's transaction; returns all movements with their costs.
    """
    stock = MovingStock(connection)
    for lot, left in lots:
        stock.move(Movement(product_id, lot, -left, "repacked"))
    gone = stock.write(at, by)
    for lot, thousandths, cost in _repacked(gone, quantity):
        _carry_date(connection, product_id, into, lot)
        stock.move(Movement(into, lot, thousandths, "repacked", cost))
    return gone + stock.write(at, by)


def lots_to_issue(reader: apsw.Connection, product_id: int, quantity: int) -> list[tuple[str, int]]:
    """From which lots goods go (thousandths each): the earliest date first, expired ones too.

    What is more than all lots have is of no known lot.
    """
    dated = sorted(
        (each.expires_on or date.max, each.lot, each.quantity)
        for each in lots_there(reader, product_id).values()
        if each.quantity > 0
    )
    left, taken = quantity, dict[str, int]()
    for _, lot, there in dated:
        if left > 0:
            taken[lot] = min(left, there)
            left -= taken[lot]
    if left > 0:
        taken[""] = taken.get("", 0) + left
    return list(taken.items())


def last_issued(reader: apsw.Connection, most: int) -> list[IssuedGoods]:
    """What was issued last, the latest first."""
    return [
        IssuedGoods(
            datetime.fromisoformat(str(at)),
            str(name),
            str(lot),
            quantity,
            cost,
            str(kind),
            str(reason),
            str(document),
        )
        for at, name, lot, quantity, cost, kind, reason, document in reader.execute(_LAST, (most,))
    ]


def _repacked(gone: Sequence[Movement], quantity: int) -> list[tuple[str, int, int | None]]:
    """Lot, thousandths and cost of what comes, for what has gone; pieces stay whole."""
    unit = _PIECE if quantity % _PIECE == 0 else 1
    shares = [part * unit for part in allocate(quantity // unit, [-each.quantity for each in gone])]
    costs = [None if each.cost is None else -each.cost for each in gone]
    largest = max(range(len(gone)), key=lambda place: shares[place])
    for place, cost in enumerate(costs):
        if cost and not shares[place]:  # so few pieces that none stands for these goods
            costs[largest] = (costs[largest] or 0) + cost
    return [
        (each.lot, share, cost)
        for each, share, cost in zip(gone, shares, costs, strict=True)
        if share
    ]


def _carry_date(connection: apsw.Connection, product_id: int, into: int, lot: str) -> None:
    row = connection.execute(
        "SELECT expires_on, produced_on, kind FROM lots WHERE product_id = ? AND lot = ?",
        (product_id, lot),
    ).fetchone()
    if row is not None:
        expires, produced, kind = row
        put_lot(
            connection,
            into,
            lot,
            date.fromisoformat(str(expires)),
            None if produced is None else date.fromisoformat(str(produced)),
            kind,
        )
