"""What a scale says at one moment: a weight, or why there is none."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from pos_tui.reasons import Reason

ReadingState = Literal["stable", "moving", "over", "under", "negative", "no_answer", "bad_data"]
"""Only a stable reading has a weight that may be sold: zero or more. Under: below the scale's own
zero, it gives no number; negative: it gives one.
"""

GRAMS_OF: dict[str, Decimal] = {
    "kg": Decimal(1000),
    "g": Decimal(1),
    "mg": Decimal("0.001"),
    "t": Decimal(1_000_000),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}
"""Grams of one of each unit that a scale may speak of; exact."""


class ScaleReading(Struct, frozen=True):
    """One answer of a scale; `at` is when it was asked, in seconds of a clock that only rises.

    `grams` is exact, also where the scale weighs in pounds, and there with stable and negative
    readings, and with moving ones where the scale gives it. `is_net`: a tare that was set at the
    scale itself is taken off. `why`: what is behind no answer or bad data.
    """

    state: ReadingState
    at: float = 0.0
    grams: Decimal | None = None
    is_net: bool = False
    why: Reason | None = None

    @property
    def is_zero(self) -> bool:
        """Whether nothing lies on the scale, and it is at rest."""
        return self.state == "stable" and not self.grams
