"""What was changed of products: kept for the shop to look at, and journalled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import apsw
from msgspec import Struct

from pos_tui.books.journal import entries as journal


class ProductChange(Struct, frozen=True):
    """One field of a product that was changed: when (aware), from what to what, by whom.

    Amounts stand in minor units.
    """

    at: datetime
    field: str
    before: str
    after: str
    by: str


def write_changes(
    connection: apsw.Connection,
    at: datetime,
    product_id: int,
    code: str,
    changes: Sequence[journal.FieldChange],
    by: str,
) -> None:
    """Keep and journal changes of a product, in the caller's transaction."""
    if not changes:
        return
    when = at.isoformat()
    connection.executemany(
        "INSERT INTO product_changes (product_id, at, field, before, after, by)"
        " VALUES (?,?,?,?,?,?)",
        [(product_id, when, each.field, each.before, each.after, by) for each in changes],
    )
    act = journal.ProductChanged(product_id, code, tuple(changes), by)
    journal.append(connection, when, 0, journal.encode(act))


def changes_of(reader: apsw.Connection, product_id: int, most: int = 500) -> list[ProductChange]:
    """The changes of a product, the latest first."""
    rows = reader.execute(
        "SELECT at, field, before, after, by FROM product_changes WHERE product_id = ?"
        " ORDER BY seq DESC LIMIT ?",
        (product_id, most),
    )
    return [
        ProductChange(datetime.fromisoformat(str(at)), *(str(each) for each in rest))
        for at, *rest in rows
    ]
