"""Lots that expire soon: what is really left of each, and what it has cost."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

import apsw
from msgspec.structs import replace

from pos_tui.books.stock.listed import JOIN, MAIN, PRODUCT, ListedGoods, listed_goods, worth
from pos_tui.books.stock.on_hand import OnHand

_EXPIRING = (
    f"SELECT {PRODUCT}, l.lot, l.expires_on, l.kind, s.cost, s.quantity, s.uncosted"  # noqa: S608
    " FROM lots l JOIN stock_on_hand s ON s.product_id = l.product_id AND s.lot = l.lot"
    f" {JOIN} l.product_id {MAIN} WHERE l.expires_on <= ? AND (s.quantity > 0 OR s.is_known = 0)"
    " ORDER BY l.expires_on, p.name, l.lot"
)
_LOTS = (
    "SELECT product_id, lot, quantity FROM stock_on_hand"
    " WHERE product_id IN (SELECT value FROM json_each(?)) AND quantity <> 0"
)
_CAME = (
    "SELECT min(seq) FROM movements WHERE product_id = ? AND lot = ? AND kind <> 'sold'"
    " AND quantity > 0"
)
_SINCE = (
    "SELECT seq, product_id, lot, quantity FROM movements"
    " WHERE seq > ?1 AND +product_id IN (SELECT value FROM json_each(?2))"
)


def expiring_goods(reader: apsw.Connection, today: date, days: int) -> Iterator[ListedGoods]:
    """The lots that expire within so many days of today, or have, the earliest first.

    What is really left of a lot is never more than there is of the product. What was sold from no
    known lot, or from one that was used up, came out of a lot that is there: out of the latest, so
    that what expires first is warned of longest.
    """
    until = (today + timedelta(days=days)).isoformat()
    rows = reader.execute(_EXPIRING, (until,)).fetchall()
    available = _available(reader, {int(str(row[0])) for row in rows})
    for *product, lot, expires_on, kind, cost, quantity, uncosted in rows:
        day = date.fromisoformat(str(expires_on))
        row = listed_goods(
            product, lot=lot, date_kind=kind, expires_on=day, days_left=(day - today).days
        )
        here = OnHand(row.lot, int(str(quantity)), int(str(cost)), int(str(uncosted)))
        left = min(here.quantity, available.get(row.product_id, 0))
        if here.quantity <= 0:  # nobody ever counted it
            yield replace(row, is_known=False)
        elif left > 0:
            available[row.product_id] -= left
            value = worth(reader, row, here, left)
            yield replace(row, on_hand=here.quantity, left=left, value=value)


def _available(reader: apsw.Connection, products: Collection[int]) -> dict[int, int]:
    """How much there can be of all lots of each product together."""
    there: dict[int, dict[str, int]] = {}
    for product_id, lot, quantity in reader.execute(_LOTS, (str(list(products)),)):
        there.setdefault(int(str(product_id)), {})[str(lot)] = int(str(quantity))
    past = _sold_past_them(reader, there)
    return {
        product_id: sum(each for each in lots.values() if each > 0) - past.get(product_id, 0)
        for product_id, lots in there.items()
    }


def _sold_past_them(reader: apsw.Connection, there: dict[int, dict[str, int]]) -> dict[int, int]:
    """What left lots below zero since the lots that are there had come, by product."""
    came: dict[int, int] = {}
    for product_id, lots in there.items():
        if min(lots.values()) < 0:
            firsts = (
                reader.execute(_CAME, (product_id, lot)).fetchone()
                for lot, quantity in lots.items()
                if quantity > 0
            )
            known = [int(str(row[0])) for row in firsts if row and row[0] is not None]
            came[product_id] = min(known, default=0)
    if not came:
        return {}
    went: dict[tuple[int, str], int] = {}
    since = reader.execute(_SINCE, (min(came.values()), str(list(came))))
    for seq, product_id, lot, quantity in since:
        if seq > came[product_id]:
            key = product_id, lot
            went[key] = went.get(key, 0) - quantity
    past: dict[int, int] = {}
    for product_id in came:
        for lot, quantity in there[product_id].items():
            if quantity < 0:
                gone = min(-quantity, max(went.get((product_id, lot), 0), 0))
                past[product_id] = past.get(product_id, 0) + gone
    return past
