"""Goods that the books have and a count has not: of its category, and other lots of what it has."""

from __future__ import annotations

from typing import NamedTuple

import apsw

from pos_tui.books.counts.differences import lots_named, names_of
from pos_tui.books.counts.entries import counted_lots
from pos_tui.books.counts.stock_takes import find_count

_OF_CATEGORY = (
    "SELECT p.id, p.name, sum(s.quantity) FROM products p"
    " JOIN stock_on_hand s ON s.product_id = p.id WHERE p.category = ? COLLATE NOCASE"
    " GROUP BY p.id HAVING sum(s.quantity) <> 0 ORDER BY p.name"
)


class NotCounted(NamedTuple):
    """A product of which there should be something, in thousandths.

    `other_lots`: some of its lots were counted, and this is of the others.
    """

    product_id: int
    name: str
    quantity: int
    other_lots: bool = False


def not_counted(reader: apsw.Connection, number: int) -> list[NotCounted]:
    """What the books have and a count has not, by name.

    Other lots of goods that were counted by their lots only; and where the count's place is a
    category, its goods. Raises CountError where there is no such count.
    """
    place = find_count(reader, number).place
    lots = counted_lots(reader, number)
    counted = {each.product_id for each in lots}
    whole = {each.product_id for each in lots if not each.lot or each.is_posted}
    found = []
    names = names_of(reader, counted - whole)
    for product_id, named in lots_named(lots).items():
        if product_id in whole:
            continue
        rest = sum(
            int(str(quantity))
            for lot, quantity in reader.execute(
                "SELECT lot, quantity FROM stock_on_hand WHERE product_id = ?", (product_id,)
            )
            if lot not in named
        )
        if rest:
            found.append(NotCounted(product_id, names[product_id].name, rest, other_lots=True))
    for row in reader.execute(_OF_CATEGORY, (place,)) if place else ():
        if row[0] not in counted:
            found.append(NotCounted(int(str(row[0])), str(row[1]), int(str(row[2]))))
    return sorted(found, key=lambda each: (each.name, each.product_id))
