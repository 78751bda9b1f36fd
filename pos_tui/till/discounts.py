"""Discounts by hand: read as they are typed, and how much of them a cashier may give alone."""

from __future__ import annotations

import re
from decimal import Decimal

from pos_tui.money import AmountError, Currency, parse_amount
from pos_tui.pricing import Discount

_PERCENT = re.compile(r"[-−]?\s*(\d{1,3}(?:[.,]\d{1,2})?)\s*%", re.ASCII)


class DiscountError(ValueError):
    """A discount that cannot be given; its text is a sentence for the cashier."""


def read_discount(text: str, reason: str, by: str, currency: Currency) -> Discount | None:
    """A discount as typed: "10%", "2.00", "=3.00" (the price of each); "0" for none.

    Raises DiscountError.
    """
    text = text.strip()
    percent = _PERCENT.fullmatch(text)
    if percent is not None:
        value = Decimal(percent[1].replace(",", "."))
        if value > 100:
            raise DiscountError("More than 100 % off would pay the customer.")
        return Discount("percent", value, reason, by) if value else None
    price = text.startswith("=")
    try:
        amount = parse_amount(text.lstrip("=-− "), currency)
    except AmountError as error:
        raise DiscountError(f"“{text}” is no discount; type it like 10%, 2.00 or =3.00.") from error
    if price:
        return Discount("price", Decimal(amount), reason, by)
    return Discount("amount", Decimal(amount), reason, by) if amount else None


def percent_off(before: int, after: int) -> Decimal:
    """How many percent of an amount a discount takes off, for comparing with what is allowed."""
    return Decimal(before - after) * 100 / before if before else Decimal(0)
