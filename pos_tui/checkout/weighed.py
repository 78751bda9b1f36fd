"""Goods that are being weighed, as the till shows them while they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from pos_tui.reasons import Reason

WeighingState = Literal[
    "asked", "put_on", "moving", "steady", "take_off", "too_light", "over", "under", "negative",
    "no_answer", "bad_data",
]  # fmt: skip
"""Where a weighing is: the scale was asked; nothing lies on it; what does moves, or lies still for
a moment; it lies there since before, and may be what was weighed last; it is no more than its
tare; or there is no weight.
"""


class WeighingView(Struct, frozen=True):
    """One product that is on the scale now, or is to come there.

    `number` is another for each weighing. `quantity` is what it would be sold as, in its `unit`,
    its `tare` (grams) taken off; None where the scale gives no weight above that. `is_net`: the
    scale itself has taken a tare off, and the product's is not. `why` is what is wrong with a scale
    that gives none.
    """

    number: int
    name: str
    unit: str
    tare: int = 0
    state: WeighingState = "asked"
    quantity: Decimal | None = None
    is_net: bool = False
    why: Reason | None = None
