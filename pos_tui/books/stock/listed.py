"""A row of a list of goods, and what the lists' queries share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import apsw
from msgspec import Struct

from pos_tui.books.stock.movements import unit_cost
from pos_tui.books.stock.on_hand import OnHand
from pos_tui.checkout.expiry import DateKind
from pos_tui.money import prorate

WHOLE = 1000
PRODUCT = "p.id, m.code, p.name, p.unit, p.size, p.supplier, p.minimum"
JOIN = "JOIN products p ON p.id ="
MAIN = "JOIN item_codes m ON m.product_id = p.id AND m.alternative = 0"


class ListedGoods(Struct, frozen=True, kw_only=True):
    """A row of a list. Quantities are thousandths of the unit, amounts minor units.

    `sold` is what was sold in the days that the list looks at, `cover` for how many days what is on
    hand lasts (None: nothing is sold), `order` what is to be ordered: whole cases of `pieces` where
    the product comes in cases (else 1). `left` is what is really left
    of the lot, None where nobody ever counted; `value` what that, or what is on hand, has cost.
    """

    product_id: int
    code: str
    name: str
    unit: str
    size: str
    supplier: str
    minimum: int
    on_hand: int = 0
    is_known: bool = True
    sold: int = 0
    cover: int | None = None
    order: int = 0
    pieces: int = 1
    lot: str = ""
    expires_on: date | None = None
    date_kind: DateKind = "use_by"
    days_left: int | None = None
    left: int | None = None
    value: int | None = None
    last_sold: date | None = None

    @property
    def cases(self) -> int:
        """How many cases are to be ordered; 0 for goods that do not come in cases."""
        return self.order // (WHOLE * self.pieces) if self.pieces > 1 else 0


def listed_goods(product: Iterable[object], **more: object) -> ListedGoods:
    """A row of the columns PRODUCT, with what else is known."""
    names = ("product_id", "code", "name", "unit", "size", "supplier", "minimum")
    return ListedGoods(**dict(zip(names, product, strict=True)), **more)  # type: ignore[arg-type]


def worth(reader: apsw.Connection, row: ListedGoods, here: OnHand, quantity: int) -> int | None:
    """What so much of what is there has cost, in minor units; None where nothing is known."""
    if here.costed > 0 and here.cost >= 0:
        return prorate(here.cost, quantity, here.costed)
    cost = unit_cost(reader, row.product_id, row.lot)
    return None if cost is None else prorate(cost, quantity, WHOLE)


def last_before(reader: apsw.Connection, moment: datetime) -> int:
    """The number of the last movement before an aware moment; 0 where there is none.

    Movements stand in the order of their time, so that no index needs to say where a day begins.
    """
    (above,) = reader.execute("SELECT coalesce(max(seq), 0) FROM movements").fetchone() or (0,)
    low, high = 0, int(str(above))
    while low < high:
        middle = (low + high + 1) // 2
        row = reader.execute(
            "SELECT at FROM movements WHERE seq <= ? ORDER BY seq DESC LIMIT 1", (middle,)
        ).fetchone()
        if row is None or datetime.fromisoformat(str(row[0])) < moment:
            low = middle
        else:
            high = middle - 1
    return low
