"""One line's price: unit price, quantity and offers → the amount, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from pos_tui.money import round_half_up
from pos_tui.pricing.offers import Offer

NO_OFFERS: tuple[Offer, ...] = ()


class PricedLine(Struct, frozen=True):
    """A line's amounts in minor units: before and after its offer, and which offer it was."""

    gross: int
    actual: int
    offer: Offer | None = None

    @property
    def saved(self) -> int:
        """What the offer takes off, in minor units; never negative."""
        return self.gross - self.actual


def price_line(
    unit_price: int, quantity: Decimal, offers: Sequence[Offer], moment: datetime
) -> PricedLine:
    """The line's price under the one offer that is best for the customer at this moment.

    Rounds half up, once, per line. An offer that saves nothing is not applied; of two that save
    the same the older (lower id) is.
    """
    gross = round_half_up(unit_price * quantity)
    best, best_offer = gross, None
    for offer in offers:
        if not offer.holds_at(moment):
            continue
        actual = offer.actual(unit_price, quantity)
        if actual is None or actual > best:
            continue
        if actual < best or (best_offer is not None and offer.id < best_offer.id):
            best, best_offer = actual, offer
    return PricedLine(gross, best, best_offer)
