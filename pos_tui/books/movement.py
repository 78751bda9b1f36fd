"""A movement of goods: what came or went, of which lot, why, and what it cost."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from msgspec import Struct

MovementKind = Literal[
    "taken_over",
    "received",
    "sold",
    "returned",
    "written_off",
    "moved",
    "counted",
    "repacked",
    "put_aside",
    "revalued",
]

NOT_COUNTED = "not_counted"  # the reason of a lot that is there, though nobody knows how much
OPENING = "opening"  # of the first number that the books get of goods: they were there before
VALUED = "valued"  # of a cost that somebody states for goods that are there


class Movement(Struct, frozen=True, omit_defaults=True):
    """Goods that came (above zero) or went (below), of a product's lot; lot "" where it is unknown.

    `quantity` is in thousandths of the product's unit, `cost` in minor units for all of it with
    the quantity's sign, None where it is not known. `counted`: how much there was at a count, in
    thousandths. `line` is that of the sale. "revalued" moves no goods: what was sold before it had
    come gets the cost of what came, or, with the reason VALUED, what is there gets a cost.
    """

    product_id: int
    lot: str
    quantity: int
    kind: MovementKind
    cost: int | None = None
    reason: str = ""
    document: str = ""
    line: int = 0
    counted: int | None = None


def thousandths(quantity: Decimal) -> int:
    """A quantity in whole thousandths, half up: 0.842 kg is 842, two pieces are 2000."""
    return int((quantity * 1000).quantize(Decimal(1), ROUND_HALF_UP))


def from_thousandths(quantity: int) -> Decimal:
    """A quantity in the product's unit, without zeros at its end: 842 is 0.842, 2000 is 2."""
    whole, rest = divmod(abs(quantity), 1000)
    text = f"{'-' if quantity < 0 else ''}{whole}.{rest:03}".rstrip("0").rstrip(".")
    return Decimal(text)
