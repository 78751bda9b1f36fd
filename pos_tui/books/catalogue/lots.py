"""What stands on the shelves: lots and their dates, and what of them is put aside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import apsw

from pos_tui.checkout.expiry import DateKind, Lot

StockMovement = Literal["written_off", "to_check", "counted"]


def lots_on_hand(reader: apsw.Connection, product_id: int) -> list[Lot]:
    """The lots of a product that the shop still has, in order of expiry.

    Where none is left by the count, the last one counts on: a piece that is there after all is
    one of it, or of a lot that was never booked.
    """
    rows = list(
        reader.execute(
            "SELECT id, lot, expires_on, produced_on, kind, on_hand FROM lots"
            " WHERE product_id = ? ORDER BY expires_on",
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


def receive_lot(
    connection: apsw.Connection,
    product_id: int,
    lot: str,
    expires_on: date,
    produced_on: date | None = None,
    on_hand: int = 1,
    kind: DateKind = "use_by",
) -> None:
    """Receive a lot; one that the books know already gets the new dates and count."""
    connection.execute(
        "INSERT INTO lots (product_id, lot, produced_on, expires_on, on_hand, kind)"
        " VALUES (?,?,?,?,?,?)"
        " ON CONFLICT (product_id, lot) DO UPDATE SET produced_on = excluded.produced_on,"
        " expires_on = excluded.expires_on, on_hand = excluded.on_hand, kind = excluded.kind",
        (
            product_id,
            lot,
            None if produced_on is None else produced_on.isoformat(),
            expires_on.isoformat(),
            on_hand,
            kind,
        ),
    )


def count_stock(
    connection: apsw.Connection, counted: Iterable[tuple[str, str, Decimal]], at: datetime
) -> None:
    """Note how much there is of products' lots ("": without a date), unless it is known.

    `counted` are item code, lot and quantity in the product's unit: goods by weight have decimals.
    """
    connection.executemany(
        "INSERT INTO stock_movements (at, product_id, lot, quantity, kind, sale_no, by)"
        " SELECT ?1, c.product_id, ?3, ?4, 'counted', 0, '' FROM item_codes c WHERE c.code = ?2"
        " AND ?4 IS NOT (SELECT m.quantity FROM stock_movements m WHERE m.kind = 'counted'"
        " AND m.product_id = c.product_id AND m.lot = ?3 ORDER BY m.seq DESC LIMIT 1)",
        ((at.isoformat(), code, lot, f"{each.normalize():f}") for code, lot, each in counted),
    )


def put_aside(
    connection: apsw.Connection,
    product_id: int,
    lot: str,
    quantity: Decimal,
    movement: StockMovement,
    sale_no: int,
    by: str,
    at: datetime,
) -> None:
    """Note goods that were put aside because of their date; the lot has so many fewer on hand."""
    connection.execute(
        "INSERT INTO stock_movements (at, product_id, lot, quantity, kind, sale_no, by)"
        " VALUES (?,?,?,?,?,?,?)",
        (at.isoformat(), product_id, lot, str(quantity), movement, sale_no, by),
    )
    connection.execute(
        "UPDATE lots SET on_hand = max(on_hand - ?, 0) WHERE product_id = ? AND lot = ?",
        (int(quantity.to_integral_value(rounding="ROUND_CEILING")), product_id, lot),
    )
