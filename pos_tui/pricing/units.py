"""Pieces on the counter as offers take them: equal ones in piles, savings exact in integers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from pos_tui.pricing.offers import (
    BUNDLES,
    EVERYTHING,
    STACKABLE,
    AmountOff,
    BuyGet,
    Goods,
    MealDeal,
    NearExpiry,
    Offer,
    PercentOff,
    SpecialPrice,
    Tiers,
    is_on,
)

UNIT = 10**6  # a whole piece, and a whole (100 %)
EXACT = UNIT * UNIT  # a minor unit: price x size x part never leaves the integers
_PER_CENT = UNIT // 100


def part_of(percent: Decimal) -> int:
    """A percentage (four decimals at most) as an integer of which UNIT is 100 %."""
    return int(percent * _PER_CENT)


class Pile:
    """Equal pieces of one line: `count` of them, each `size` of a whole one (UNIT).

    `places` are those of the offers that may take them. `base` is what each saves under
    `base_offer`, the best of the offers that need no choice.
    """

    __slots__ = ("base", "base_offer", "code", "count", "good_until", "line", "places", "price",
                 "size", "terms", "tie")  # fmt: skip

    def __init__(
        self,
        line: int,
        goods: Goods,
        terms: frozenset[str],
        size: int,
        count: int,
        places: Collection[int] = (),
    ) -> None:
        self.line = line
        self.code = goods.code
        self.price = goods.unit_price
        self.terms = terms
        self.places = places
        self.good_until = goods.good_until
        self.size = size
        self.count = count
        self.tie = (-goods.unit_price, goods.code, -size, str(goods.good_until), goods.lot)
        self.base = 0
        self.base_offer: Rule | None = None

    @property
    def value(self) -> int:
        """What one piece costs without any offer, exact."""
        return self.price * self.size * UNIT

    @property
    def otherwise(self) -> int:
        """What one piece costs when no bundle takes it, exact."""
        return self.price * self.size * UNIT - self.base


def piles_of(line: int, goods: Goods, terms: frozenset[str], places: Collection[int]) -> list[Pile]:
    """A line's pieces: its whole ones, and the fraction that a measured line leaves over."""
    whole = int(goods.quantity)
    rest = int((goods.quantity - whole) * UNIT)
    piles = [Pile(line, goods, terms, UNIT, whole, places)] if whole else []
    if rest:
        piles.append(Pile(line, goods, terms, rest, 1, places))
    return piles


class Rule:
    """An open offer, prepared for pricing. `place` is its rank among equals: priority, then id."""

    __slots__ = ("but", "gives", "group", "is_bundle", "is_coupled", "is_stacked", "left", "offer",
                 "on", "part", "place", "priority", "same_item")  # fmt: skip

    def __init__(self, offer: Offer, place: int) -> None:
        self.offer = offer
        self.place = place
        self.gives = offer.gives
        self.on = offer.on
        self.but = offer.but
        self.priority = offer.priority
        self.group = offer.group
        self.left = offer.left
        self.same_item = offer.same_item
        self.is_bundle = isinstance(offer.gives, BUNDLES)
        self.part = part_of(getattr(offer.gives, "percent", None) or Decimal(0))
        # What it gives on one line depends on other lines:
        self.is_coupled = (
            self.is_bundle
            or isinstance(offer.gives, Tiers)
            or self.left is not None
            or bool(offer.group or offer.min_quantity or offer.min_amount)
        )
        # It comes on top of others instead of being one to choose from:
        self.is_stacked = offer.stackable and isinstance(offer.gives, STACKABLE)

    def includes(self, terms: frozenset[str]) -> bool:
        """Whether goods with these terms may be part of it."""
        gives = self.gives
        if isinstance(gives, MealDeal):
            return any(is_on(group, self.but, terms) for group in gives.groups)
        if is_on(self.on, self.but, terms):
            return True
        return isinstance(gives, BuyGet) and is_on(gives.get_on, self.but, terms)

    def saving(self, pile: Pile, today: date, count: int) -> int:
        """What one piece saves, exact; for tiers when `count` (in UNIT) of them are bought."""
        gives = self.gives
        if isinstance(gives, PercentOff):
            return pile.price * pile.size * self.part
        if isinstance(gives, AmountOff):
            return min(gives.amount, pile.price) * pile.size * UNIT
        if isinstance(gives, SpecialPrice):
            return max(pile.price - gives.price, 0) * pile.size * UNIT
        if isinstance(gives, NearExpiry):
            return pile.price * pile.size * part_near_expiry(gives, pile.good_until, today)
        assert isinstance(gives, Tiers)
        reached = [step for step in gives.steps if step.count * UNIT <= count]
        if not reached:
            return 0
        step = reached[-1]
        if step.price is not None:
            return max(pile.price - step.price, 0) * pile.size * UNIT
        return pile.price * pile.size * part_of(step.percent or Decimal(0))


class OfferPart(NamedTuple):
    """So much (UNIT: a piece) of a line under one offer, and what that saves, exact."""

    rule: Rule
    line: int
    quantity: int
    saving: int


def part_near_expiry(gives: NearExpiry, good_until: date | None, today: date) -> int:
    """The part (of UNIT) that goes off goods with this last good day; 0 far from it or past it."""
    if good_until is None or good_until < today:
        return 0
    days = (good_until - today).days
    steps = [step for step in gives.steps if step.days >= days]
    return part_of(min(steps, key=lambda step: step.days).percent) if steps else 0


def terms_named(offer: Offer) -> Iterable[str]:
    """Every term under which goods can come to an offer."""
    if isinstance(offer.gives, MealDeal):
        return {term for group in offer.gives.groups for term in group}
    if isinstance(offer.gives, BuyGet) and offer.gives.get_on:
        return {*offer.on, *offer.gives.get_on}
    return offer.on or (EVERYTHING,)


def codes_named(offer: Offer) -> set[str]:
    """The item codes that an offer names, to take them or to leave them out."""
    named = (*terms_named(offer), *offer.but)
    return {term.removeprefix("product:") for term in named if term.startswith("product:")}
