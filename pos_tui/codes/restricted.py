"""Restricted-circulation numbers: a shop's own labels with a price, weight or count inside."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from pos_tui.codes.gtin import check_digit, has_check_digit, is_digits
from pos_tui.codes.reading import ItemCode, RefusedCode
from pos_tui.reasons import ReasonError, because

Measure = Literal["price", "weight", "count"]
_MEASURES: dict[str, Measure] = {"P": "price", "W": "weight", "N": "count"}
_GRAMS = 3  # decimals of a kilogram
_SHAPE = re.compile(r"(?P<prefix>(?:2\d|0[24])\d*)I+V?(?:P+|W+|N+)V?C")

# The weighted products of GS1 General Specifications, section 7.9.2.
_TWO_MINUS = (0, 2, 4, 6, 8, 9, 1, 3, 5, 7)
_THREE = (0, 3, 6, 9, 2, 5, 8, 1, 4, 7)
_FIVE_PLUS = (0, 5, 1, 6, 2, 7, 3, 8, 4, 9)
_FIVE_MINUS = (0, 5, 9, 4, 8, 3, 7, 2, 6, 1)


class LayoutError(ReasonError):
    """A layout that cannot be used; its reason says why."""


class LabelLayout(Struct, frozen=True):
    """Where a label's item number and its measure stand among the 13 digits."""

    text: str
    prefix: str
    measure: Measure
    item: slice
    value: slice
    verifier: int | None


def parse_layout(text: str) -> LabelLayout:
    """A layout like "21IIIIIPPPPPC": prefix, I item, P price, W grams, N count, V and C checks.

    V is the check digit of a 4- or 5-digit measure (GS1 General Specifications 7.9.3 and 7.9.4),
    C the number's own. Raises LayoutError.
    """
    match = _SHAPE.fullmatch(text)
    if match is None or len(text) != 13 or text.count("V") > 1:
        raise LayoutError("codes.no_layout", layout=text)
    letter = next(letter for letter in _MEASURES if letter in text)
    value = slice(text.index(letter), text.rindex(letter) + 1)
    if "V" in text and value.stop - value.start not in {4, 5}:
        raise LayoutError("codes.layout_check_digit", layout=text, letter=letter)
    return LabelLayout(
        text,
        match["prefix"],
        _MEASURES[letter],
        slice(text.index("I"), text.rindex("I") + 1),
        value,
        text.index("V") if "V" in text else None,
    )


def measure_check_digit(digits: str) -> str:
    """The check digit of a 4- or 5-digit measure (GS1 General Specifications 7.9.3, 7.9.4)."""
    values = [int(digit) for digit in digits]
    if len(values) == 4:
        tables = (_TWO_MINUS, _TWO_MINUS, _THREE, _FIVE_MINUS)
        total = sum(table[value] for table, value in zip(tables, values, strict=True))
        return str(total * 3 % 10)
    tables_5 = (_FIVE_PLUS, _TWO_MINUS, _FIVE_MINUS, _FIVE_PLUS, _TWO_MINUS)
    total = sum(table[value] for table, value in zip(tables_5, values, strict=True))
    return str(_FIVE_MINUS.index(-total % 10))


def is_restricted(digits: str) -> bool:
    """Whether 12 or 13 digits are of a range that a shop or region gives out itself."""
    return digits.zfill(13)[:2] in {"02", "04"} or digits.zfill(13)[0] == "2"


def read_restricted(digits: str, layouts: tuple[LabelLayout, ...]) -> ItemCode | RefusedCode | None:
    """What a label of 12 or 13 digits says by the first layout that fits; None when none does.

    Prices are in minor units as they stand on the label. A wrong price check digit is refused: a
    misread price must not be sold.
    """
    if len(digits) not in {12, 13} or not is_digits(digits):
        return None
    number = digits.zfill(13)
    layout = next((each for each in layouts if number.startswith(each.prefix)), None)
    if layout is None or not has_check_digit(number):
        return None
    item, measured = number[layout.item], number[layout.value]
    measure = because(f"codes.measure_{layout.measure}")
    if layout.verifier is not None and number[layout.verifier] != measure_check_digit(measured):
        return RefusedCode(digits, because("codes.measure_misread", measure=measure))
    value = int(measured)
    if value == 0:
        return RefusedCode(digits, because("codes.measure_zero", measure=measure))
    without_measure = number[: layout.value.start] + "0" * (12 - layout.value.start)
    return ItemCode(
        (without_measure + check_digit(without_measure)).zfill(14),
        because("codes.own_label", layout=layout.text, item=item, measure=measure, value=measured),
        house_code=item,
        aliases=(number[: layout.item.stop], item, item.lstrip("0") or item),
        price=value if layout.measure == "price" else None,
        weight_kg=Decimal(value).scaleb(-_GRAMS) if layout.measure == "weight" else None,
        count=value if layout.measure == "count" else None,
    )
