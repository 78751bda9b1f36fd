"""What goods cost by the kilogram, litre or metre, where their size says how much is in them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, NamedTuple

from pos_tui.money import round_half_up

Measure = Literal["kg", "l", "m"]

_UNITS: dict[str, tuple[Measure, Decimal]] = {
    "kg": ("kg", Decimal(1)), "g": ("kg", Decimal("0.001")), "gr": ("kg", Decimal("0.001")),
    "mg": ("kg", Decimal("0.000001")), "公斤": ("kg", Decimal(1)), "千克": ("kg", Decimal(1)),
    "斤": ("kg", Decimal("0.5")), "两": ("kg", Decimal("0.05")), "克": ("kg", Decimal("0.001")),
    "l": ("l", Decimal(1)), "lt": ("l", Decimal(1)), "cl": ("l", Decimal("0.01")),
    "dl": ("l", Decimal("0.1")), "ml": ("l", Decimal("0.001")), "升": ("l", Decimal(1)),
    "公升": ("l", Decimal(1)), "毫升": ("l", Decimal("0.001")), "m": ("m", Decimal(1)),
    "cm": ("m", Decimal("0.01")), "米": ("m", Decimal(1)), "厘米": ("m", Decimal("0.01")),
}  # fmt: skip
_SIZE = re.compile(
    r"(?:(?<![\d.,])(\d{1,3})\s*[x×*]\s*)?(?<![\d.,])(\d{1,6}(?:[.,]\d{1,3})?)\s*([a-z]+|[一-鿿]+)"
    r"(?:\s*[x×*]\s*(\d{1,3})(?!\d))?[\s.)）]*$",
    re.ASCII | re.IGNORECASE,
)


class UnitPrice(NamedTuple):
    """An amount, in minor units, for one kilogram, litre or metre."""

    amount: int
    per: Measure


def unit_price(price: int, *sizes: str) -> UnitPrice | None:
    """The price by measure of the first size that says one at its end: "500 ml", "6 x 330ml".

    `price` in minor units; None where no size says how much there is.
    """
    for size in sizes:
        found = _SIZE.search(size.strip())
        if found is None or found[3].lower() not in _UNITS or not price:
            continue
        per, factor = _UNITS[found[3].lower()]
        many = int(found[1] or 1) * int(found[4] or 1)
        measure = Decimal(found[2].replace(",", ".")) * factor * many
        if measure > 0:
            return UnitPrice(round_half_up(price / measure), per)
    return None
