"""What pricing gives: amounts of lines and of the basket, and which offer took what off."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

MANUAL = -1


class Applied(Struct, frozen=True):
    """An offer on a line: to how much of it, and what it takes off in minor units."""

    offer_id: int
    name: str
    quantity: Decimal
    saved: int


class PricedLine(Struct, frozen=True):
    """A line's amounts in minor units, before and after its offers; not yet of the basket's."""

    gross: int
    actual: int
    applied: tuple[Applied, ...] = ()

    @property
    def saved(self) -> int:
        """What its offers take off, in minor units; never negative."""
        return self.gross - self.actual

    @property
    def label(self) -> str:
        """The names of its offers."""
        return " + ".join(dict.fromkeys(each.name for each in self.applied))


class BasketDiscount(Struct, frozen=True):
    """What an offer takes off the basket, in minor units."""

    offer_id: int
    name: str
    amount: int


class Discount(Struct, frozen=True):
    """A discount that a person gives: percent, an amount in minor units, or a price for each.

    `reason`, who gave it, and who allowed it where the cashier alone may not, go to the journal.
    """

    kind: Literal["percent", "amount", "price"]
    value: Decimal
    reason: str
    by: str
    approved_by: str = ""

    @property
    def name(self) -> str:
        """What the list and the receipt show."""
        return self.reason
