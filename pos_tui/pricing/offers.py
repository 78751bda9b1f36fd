"""Offers: percent off, amount off, special price, n for a price; when they hold, what they give."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec
from msgspec import Struct

from pos_tui.money import (
    AmountError,
    Currency,
    format_amount,
    parse_amount,
    round_half_up,
)

OfferKind = Literal["percent_off", "amount_off", "special_price", "n_for_price"]

_HUNDRED = Decimal(100)


class OfferError(ValueError):
    """An offer that cannot be meant; its text is a sentence for whoever set it."""


class Offer(Struct, frozen=True, kw_only=True):
    """A set offer on a product.

    `value`: percent for percent_off; minor units per unit for amount_off and special_price; minor
    units for the bundle of `bundle` units for n_for_price. `starts` and `ends` are aware; an offer
    holds from starts up to, not at, ends.
    """

    id: int
    name: str
    kind: OfferKind
    value: Decimal
    bundle: int = 1
    starts: datetime | None = None
    ends: datetime | None = None

    def holds_at(self, moment: datetime) -> bool:
        """Whether the offer is in force at this aware moment."""
        if self.starts is not None and moment < self.starts:
            return False
        return self.ends is None or moment < self.ends

    def actual(self, unit_price: int, quantity: Decimal) -> int | None:
        """What the line costs under this offer, in minor units; None when it does not reach it."""
        if self.kind == "percent_off":
            return round_half_up(unit_price * quantity * (_HUNDRED - self.value) / _HUNDRED)
        if self.kind == "amount_off":
            return round_half_up(max(Decimal(0), unit_price - self.value) * quantity)
        if self.kind == "special_price":
            return round_half_up(self.value * quantity)
        bundles = int(quantity // self.bundle)
        if bundles == 0:
            return None
        rest = quantity - bundles * self.bundle
        return round_half_up(bundles * self.value + rest * unit_price)


def check_offer(offer: Offer) -> Offer:
    """The offer itself, when it can be meant; raises OfferError when it cannot."""
    if offer.value < 0:
        raise OfferError(f"“{offer.name}”: its value is below zero.")
    if offer.kind == "percent_off" and offer.value > _HUNDRED:
        raise OfferError(f"“{offer.name}”: more than 100 % off would pay the customer.")
    if offer.kind == "n_for_price" and offer.bundle < 2:
        raise OfferError(f"“{offer.name}”: n for a price needs at least 2 pieces.")
    if offer.starts and offer.ends and offer.ends <= offer.starts:
        raise OfferError(f"“{offer.name}”: it ends before it starts.")
    return offer


_WRITTEN: tuple[tuple[OfferKind, re.Pattern[str]], ...] = (
    ("percent_off", re.compile(r"[-−]\s*(?P<value>[\d.]+)\s*%")),
    ("amount_off", re.compile(r"[-−]\s*(?P<value>[\d.]+)")),
    ("special_price", re.compile(r"=\s*(?P<value>[\d.]+)")),
    ("n_for_price", re.compile(r"(?P<bundle>\d{1,3})\s*(?:for|=)\s*(?P<value>[\d.]+)")),
)


def parse_offer(text: str, currency: Currency) -> Offer:
    """An offer as people write it: "-10%", "-3.00", "=4.50" (special price), "2 for 6.00".

    Its name is what the list and the receipt show. Raises OfferError.
    """
    for kind, written in _WRITTEN:
        match = written.fullmatch(text.strip())
        if match is None:
            continue
        try:
            value = Decimal(match["value"])
            if kind != "percent_off":
                value = Decimal(parse_amount(match["value"], currency))
        except (InvalidOperation, AmountError) as error:
            raise OfferError(f"“{text}” is no offer: {match['value']} is no number.") from error
        bundle = int(match["bundle"]) if kind == "n_for_price" else 1
        offer = Offer(id=0, name="", kind=kind, value=value, bundle=bundle)
        return check_offer(msgspec.structs.replace(offer, name=offer_label(offer, currency)))
    raise OfferError(f"“{text}” is no offer; write it like -10%, -3.00, =4.50 or 2 for 6.00.")


def offer_label(offer: Offer, currency: Currency) -> str:
    """The offer in a few characters for a narrow column: "−10 %", "2 for 6"."""
    if offer.kind == "percent_off":
        return f"−{offer.value.normalize():f} %"
    amount = format_amount(int(offer.value), currency)
    if offer.value % 10**currency.exponent == 0:
        amount = amount.partition(".")[0]
    if offer.kind == "amount_off":
        return f"−{amount}"
    if offer.kind == "special_price":
        return f"now {amount}"
    return f"{offer.bundle} for {amount}"
