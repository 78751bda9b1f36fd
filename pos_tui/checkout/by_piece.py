"""Whether goods are sold by the piece: half a can cannot be sold, half a kilogram can."""

from __future__ import annotations

import re
from decimal import Decimal

from pos_tui.codes.restricted import is_restricted

# Weight, volume, length, area, time: what a quantity with decimals can be one of.
_MEASURED = frozenset((
    "kg", "g", "gr", "mg", "t", "lb", "lbs", "oz", "st", "kilo", "kilogram", "kilograms",
    "gram", "grams", "pound", "pounds", "ounce", "ounces", "l", "lt", "ltr", "ml", "cl",
    "dl", "gal", "qt", "pt", "floz", "litre", "litres", "liter", "liters", "gallon", "m",
    "cm", "mm", "km", "ft", "in", "yd", "metre", "metres", "meter", "meters", "foot",
    "feet", "inch", "yard", "yards", "m2", "m²", "sqm", "sqft", "cm2", "cm²", "ha", "m3",
    "m³", "cbm", "h", "hr", "hrs", "hour", "hours", "min", "公斤", "千克", "克", "斤", "市斤", "两",
    "钱", "吨", "磅", "升", "公升", "毫升", "米", "公尺", "厘米", "毫米", "公里", "尺", "寸", "丈",
    "平方米", "平米",
    "平方", "亩", "立方米", "立方", "方", "小时", "分钟", "キロ", "グラム", "リットル", "メートル",
))  # fmt: skip
_AMOUNT = re.compile(r"^[\s\d.,]+|[\s.]+$")
_VARIABLE_MEASURE = "9"  # the first digit of a GTIN-14 of goods that are weighed or measured


def is_by_piece(unit: str, code: str) -> bool:
    """Whether goods with this unit and item code are sold in whole pieces only.

    Without a unit a maker's bar code says it: what is behind one is packed.
    """
    last = unit.rpartition("/")[2]
    plain = _AMOUNT.sub("", last.strip().casefold()).replace(" ", "")
    if plain:
        return plain not in _MEASURED
    is_gtin = len(code) == 14 and code.isdigit()
    return is_gtin and code[0] != _VARIABLE_MEASURE and not is_restricted(code[1:])


def is_whole(quantity: Decimal) -> bool:
    """Whether a quantity is one of whole pieces."""
    return quantity == quantity.to_integral_value()
