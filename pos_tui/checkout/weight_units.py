"""Goods that are sold by weight: which units are weights, and how much of one is so many grams."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_POUND = Decimal("453.59237")
_GRAMS = {
    **dict.fromkeys(("kg", "kilo", "kilogram", "kilograms", "公斤", "千克", "キロ"), Decimal(1000)),
    **dict.fromkeys(("g", "gr", "gram", "grams", "克", "グラム"), Decimal(1)),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds", "磅"), _POUND),
    **dict.fromkeys(("oz", "ounce", "ounces"), _POUND / 16),
    **dict.fromkeys(("斤", "市斤"), Decimal(500)),
    **dict.fromkeys(("两",), Decimal(50)),
    **dict.fromkeys(("100g", "100克"), Decimal(100)),
}
_SMALLEST = Decimal("0.001")


def grams_of(unit: str) -> Decimal | None:
    """The grams in one of a unit as the books have it ("kg", "元/kg"); None where it is no weight.

    An amount in it, as in 500 g, is what a pack holds, which is not weighed; prices of 100 g are.
    """
    last = unit.rpartition("/")[2]
    return _GRAMS.get("".join(last.split()).casefold().rstrip("."))


def quantity_of_weight(grams: Decimal, unit: str) -> Decimal:
    """How much of a unit that is a weight these grams are, in thousandths of it, half up."""
    one = grams_of(unit)
    assert one is not None, unit
    return (grams / one).quantize(_SMALLEST, ROUND_HALF_UP)
