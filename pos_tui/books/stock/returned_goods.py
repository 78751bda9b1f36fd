"""Goods that came back: to the lots they left, at the cost they left with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import apsw

from pos_tui.books.movement import Movement, MovementKind
from pos_tui.books.stock.movements import MovingStock
from pos_tui.checkout.returns import GoodsFate, ReturnLine, running_part

_SOLD = (
    "SELECT lot, -quantity, -cost FROM movements WHERE sale_no = ? AND line = ? AND product_id = ?"
    " AND sale_no > 0 AND kind = 'sold' ORDER BY seq"
)
_THEN: dict[GoodsFate, MovementKind] = {"to_check": "put_aside", "written_off": "written_off"}
_REASON = "returned"


class _Part(NamedTuple):
    lot: str
    quantity: int
    cost: int | None


def stock_returned(
    connection: apsw.Connection, at: datetime, by: str, sale_no: int, returns: Sequence[ReturnLine]
) -> None:
    """Put goods that came back in a sale back into the stock, in the caller's transaction.

    What is not for the shelf goes on from there, aside or written off, at the same cost.
    """
    stock = MovingStock(connection)
    for line in returns:
        if line.kind != "goods":
            continue  # nobody counts the deposits of goods, and money is no stock
        for part in _parts(connection, line):
            came = Movement(
                line.product_id, part.lot, part.quantity, "returned", part.cost, line=line.number
            )
            stock.move(came)
            if line.fate != "to_shelf":
                cost = None if part.cost is None else -part.cost
                stock.move(
                    Movement(
                        line.product_id,
                        part.lot,
                        -part.quantity,
                        _THEN[line.fate],
                        cost,
                        _REASON,
                        line=line.number,
                    )
                )
    stock.write(at, by, sale_no)


def _parts(connection: apsw.Connection, line: ReturnLine) -> Iterator[_Part]:
    """The lots that the goods had left from; those that come back first are of the first lot."""
    rows = connection.execute(_SOLD, (line.sale_no, line.line, line.product_id)).fetchall()
    skip, left = line.before, line.quantity
    for lot, sold, cost in rows if line.sale_no else ():
        quantity = int(str(sold))
        here = min(max(quantity - skip, 0), left)
        if here:
            part = None if cost is None else running_part(int(str(cost)), quantity, skip, here)
            yield _Part(str(lot), here, part)
        left -= here
        skip = max(skip - quantity, 0)
    if left:
        yield _Part("", left, None)
