"""Books from before the movements: their counts and lots become movements, "taken over"."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import apsw

from pos_tui.books.movement import NOT_COUNTED, thousandths
from pos_tui.books.stock.on_hand import sum_again

_LONG_AGO = "1970-01-01T00:00:00+00:00"


def take_over_stock(connection: apsw.Connection) -> None:
    """A migration: what the books said of each lot is its first movement, of no known cost.

    What was counted counts, less what was put aside since; a lot that nobody counted is there.
    """
    (at,) = connection.execute("SELECT at FROM latest_time").fetchone() or (_LONG_AGO,)
    there: dict[tuple[int, str], tuple[int, str]] = {}
    for product_id, lot, on_hand in connection.execute(
        "SELECT product_id, lot, on_hand FROM lots ORDER BY id"
    ):
        pieces = int(str(on_hand))
        # One piece is what was noted where a file gave no number.
        there[int(str(product_id)), str(lot)] = (
            (1000 * pieces, "") if pieces != 1 else (0, NOT_COUNTED)
        )
    noted: dict[tuple[int, str], int] = {}
    for product_id, lot, quantity, kind in connection.execute(
        "SELECT product_id, lot, quantity, kind FROM stock_movements ORDER BY seq"
    ):
        key = (int(str(product_id)), str(lot))
        try:
            moved = thousandths(Decimal(str(quantity)))
        except InvalidOperation:
            continue
        if kind == "counted":
            noted[key] = moved
        elif key in noted:
            noted[key] = max(noted[key] - moved, 0)
    there |= {key: (quantity, "") for key, quantity in noted.items()}
    connection.executemany(
        "INSERT INTO movements (at, product_id, lot, quantity, kind, reason, counted)"
        " VALUES (?,?,?,?,'taken_over',?,?)",
        (
            (at, product_id, lot, quantity, reason, noted.get((product_id, lot)))
            for (product_id, lot), (quantity, reason) in there.items()
        ),
    )
    connection.execute("DROP TABLE stock_movements")
    connection.execute("ALTER TABLE lots DROP COLUMN on_hand")
    sum_again(connection)
