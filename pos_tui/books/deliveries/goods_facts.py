"""What the books know of goods that come again: what was paid last, the dates of their lots."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import apsw
from msgspec import Struct

from pos_tui.checkout.expiry import DateKind

# The index of what paid_last looks up: of goods sold every day there are very many movements.
_CAME_LAST = (
    "SELECT m.cost, m.quantity, EXISTS (SELECT 1 FROM lots l WHERE l.product_id = m.product_id"
    " AND l.lot = m.lot) FROM movements m INDEXED BY movements_paid WHERE m.product_id = ?"
    " AND m.cost IS NOT NULL AND m.quantity > 0 AND m.kind <> 'revalued'"
    " ORDER BY m.seq DESC LIMIT 1"
)


class GoodsFacts(Struct, frozen=True):
    """What was paid when the goods came last (minor units, for how many thousandths), whether
    they came without a date then, and the last good day of each lot.
    """

    paid: tuple[int, int] | None = None
    came_undated: bool = False
    lots: Mapping[str, tuple[date, DateKind]] = {}


def goods_facts(reader: apsw.Connection, product_id: int, draft: int = 0) -> GoodsFacts:
    """What the books know of a product that comes again; lines of this draft count too."""
    lots: dict[str, tuple[date, DateKind]] = {
        str(lot): (date.fromisoformat(str(expires)), kind)
        for lot, expires, kind in reader.execute(
            "SELECT lot, expires_on, kind FROM lots WHERE product_id = ?1 UNION ALL"
            " SELECT lot, expires_on, kind FROM delivery_lines WHERE delivery = ?2"
            " AND product_id = ?1 AND lot <> '' AND expires_on IS NOT NULL",
            (product_id, draft),
        )
    }
    row = reader.execute(
        "SELECT cost, quantity, expires_on IS NOT NULL FROM delivery_lines"
        " WHERE delivery = ? AND product_id = ? ORDER BY line DESC LIMIT 1",
        (draft, product_id),
    ).fetchone()
    row = row or reader.execute(_CAME_LAST, (product_id,)).fetchone()
    if row is None:
        return GoodsFacts(lots=lots)
    cost, quantity, is_dated = (int(str(each)) for each in row)
    return GoodsFacts((cost, quantity), not is_dated, lots)
