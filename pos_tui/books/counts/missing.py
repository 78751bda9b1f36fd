"""Goods of a counted category that the books have, and that nobody has counted."""

from __future__ import annotations

from typing import NamedTuple

import apsw

from pos_tui.books.counts.entries import counted_lots
from pos_tui.books.counts.stock_takes import find_count


class NotCounted(NamedTuple):
    """A product of which there should be something, in thousandths."""

    product_id: int
    name: str
    quantity: int


def not_counted(reader: apsw.Connection, number: int) -> list[NotCounted]:
    """The goods of the category that a count is of which the books have and the count has not.

    None where its place is no category. Raises CountError where there is no such count.
    """
    place = find_count(reader, number).place
    if not place:
        return []
    counted = {each.product_id for each in counted_lots(reader, number)}
    rows = reader.execute(
        "SELECT p.id, p.name, sum(s.quantity) FROM products p"
        " JOIN stock_on_hand s ON s.product_id = p.id WHERE p.category = ? COLLATE NOCASE"
        " GROUP BY p.id HAVING sum(s.quantity) <> 0 ORDER BY p.name",
        (place,),
    )
    found = [NotCounted(int(str(row[0])), str(row[1]), int(str(row[2]))) for row in rows]
    return [each for each in found if each.product_id not in counted]
