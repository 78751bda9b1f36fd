"""How much a label can say: beyond it a price, a weight or a count is a misread, not a figure."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

Measure = Literal["price", "weight", "count"]

DEAREST = 10**9
"""Minor units of the highest price that a label is believed."""
MOST_PIECES = 9999
"""The highest count, as it can be typed."""
HEAVIEST_KG = Decimal("9999.999")
"""The highest weight in kilograms, as it can be typed."""


def beyond_bounds(
    price: int | None, weight_kg: Decimal | None, count: Decimal | int | None
) -> Measure | None:
    """Which of a label's figures is more than can be; None where all can. Price: minor units."""
    if price is not None and price > DEAREST:
        return "price"
    if weight_kg is not None and weight_kg > HEAVIEST_KG:
        return "weight"
    return "count" if count is not None and count > MOST_PIECES else None
