"""Prices that begin at a date: the look-up uses them from then on, and they become the price."""

from __future__ import annotations

from datetime import UTC, datetime

import apsw
from msgspec import Struct

from pos_tui.books.catalogue.product_changes import write_changes
from pos_tui.books.journal.entries import FieldChange

# The first price that is to begin stands with the product too, where the look-up finds it.
_SET_NEXT = (
    "UPDATE products SET (next_starts, next_price) = (SELECT coalesce(min(starts), 0),"
    " coalesce(price, 0) FROM dated_prices WHERE product_id = ?1 AND begun = 0) WHERE id = ?1"
)


class DatedPrice(Struct, frozen=True):
    """A price (minor units) that begins at a moment (aware)."""

    starts: datetime
    price: int


def dated_prices(reader: apsw.Connection, product_id: int) -> tuple[DatedPrice, ...]:
    """The prices of a product that have not begun, or only just now; times in UTC."""
    rows = reader.execute(
        "SELECT starts, price FROM dated_prices WHERE product_id = ? AND begun = 0 ORDER BY starts",
        (product_id,),
    )
    return tuple(
        DatedPrice(datetime.fromtimestamp(int(str(starts)), UTC), int(str(price)))
        for starts, price in rows
    )


def set_dated_price(
    connection: apsw.Connection, product_id: int, starts: datetime, price: int | None, by: str
) -> FieldChange | None:
    """Set the price that begins at a moment; None: none begins then. What that changed."""
    moment = int(starts.timestamp())
    row = connection.execute(
        "SELECT price FROM dated_prices WHERE product_id = ? AND starts = ? AND begun = 0",
        (product_id, moment),
    ).fetchone()
    before = None if row is None else int(str(row[0]))
    if before == price:
        return None
    connection.execute(
        "DELETE FROM dated_prices WHERE product_id = ? AND starts = ? AND begun = 0",
        (product_id, moment),
    )
    if price is not None:
        connection.execute(
            "INSERT INTO dated_prices (product_id, starts, price, by) VALUES (?,?,?,?)",
            (product_id, moment, price, by),
        )
    connection.execute(_SET_NEXT, (product_id,))
    texts = ("" if each is None else f"{each} {starts.isoformat()}" for each in (before, price))
    return FieldChange("dated_price", *texts)


def are_prices_due(reader: apsw.Connection, at: datetime) -> bool:
    """Whether a price has begun at an aware moment that does not stand with its product yet."""
    found = reader.execute(
        "SELECT 1 FROM dated_prices WHERE begun = 0 AND starts <= ? LIMIT 1", (int(at.timestamp()),)
    )
    return found.fetchone() is not None


def begin_prices(connection: apsw.Connection, at: datetime) -> None:
    """Prices that have begun become their products' prices, in the caller's transaction.

    What each cost before stays in its changes.
    """
    rows = connection.execute(
        "SELECT d.seq, d.product_id, d.starts, d.price, d.by, coalesce(m.code, '')"
        " FROM dated_prices d LEFT JOIN item_codes m"
        "   ON m.product_id = d.product_id AND m.alternative = 0"
        " WHERE d.begun = 0 AND d.starts <= ? ORDER BY d.starts, d.seq",
        (int(at.timestamp()),),
    ).fetchall()
    for seq, product_id, starts, price, by, code in rows:
        connection.execute("UPDATE dated_prices SET begun = 1 WHERE seq = ?", (seq,))
        (before,) = connection.execute(
            "SELECT price FROM products WHERE id = ?", (product_id,)
        ).fetchone() or (price,)
        connection.execute("UPDATE products SET price = ? WHERE id = ?", (price, product_id))
        connection.execute(_SET_NEXT, (product_id,))
        began = datetime.fromtimestamp(int(str(starts)), at.tzinfo)
        change = FieldChange("price", str(before or ""), str(price or ""))
        if before != price:
            write_changes(connection, began, int(str(product_id)), str(code), (change,), str(by))
