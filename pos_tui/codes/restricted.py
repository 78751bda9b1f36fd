"""Restricted-circulation numbers: a shop's own labels with a price, weight or count inside."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from pos_tui.codes.bounds import Measure, beyond_bounds
from pos_tui.codes.gtin import check_digit, has_check_digit, is_digits
from pos_tui.codes.reading import ItemCode, RefusedCode
from pos_tui.money import Currency, round_half_up
from pos_tui.reasons import Reason, ReasonError, because

USUAL_LENGTH = 13
_MEASURES: dict[str, Measure] = {"P": "price", "W": "weight", "N": "count"}
_GRAMS = 3  # decimals of a kilogram
_SHORTEST_OTHER = 15  # shorter ones are makers' numbers
_LONGEST = 40
_LAYOUT = re.compile(r"(?P<prefix>\d{2,})(?P<fields>[IPWNVX.]+)C", re.ASCII)
_RESTRICTED = re.compile(r"2\d|0[24]", re.ASCII)
_FIELD = re.compile(r"I+|P+(?:\.P+)?|W+(?:\.W+)?|N+|V|X+")

# The weighted products of GS1 General Specifications, section 7.9.2.
_TWO_MINUS = (0, 2, 4, 6, 8, 9, 1, 3, 5, 7)
_THREE = (0, 3, 6, 9, 2, 5, 8, 1, 4, 7)
_FIVE_PLUS = (0, 5, 1, 6, 2, 7, 3, 8, 4, 9)
_FIVE_MINUS = (0, 5, 9, 4, 8, 3, 7, 2, 6, 1)


class LayoutError(ReasonError):
    """A layout that cannot be used; its reason says why."""


class MeasureField(Struct, frozen=True):
    """One measure of a label: its digits, how many are decimals (None: the usual), its check."""

    measure: Measure
    digits: slice
    decimals: int | None
    verifier: int | None


class LabelLayout(Struct, frozen=True):
    """Where a label's item number and its measures stand among its digits."""

    text: str
    prefix: str
    length: int
    item: slice
    fields: tuple[MeasureField, ...]

    def fits(self, number: str) -> bool:
        """Whether a number has this layout's length, its prefix and a right last digit."""
        return (
            len(number) == self.length
            and number.startswith(self.prefix)
            and has_check_digit(number)
        )


def looks_like_layout(text: str) -> bool:
    """Whether text is meant as a layout, right or wrong, rather than as a template's pattern."""
    return re.fullmatch(r"\d+[IPWNVXC.]{4,}", text) is not None


def parse_layout(text: str) -> LabelLayout:
    """A layout like "21IIIIIPPPPPC": prefix, I item, P price, W weight, N count, V and C checks.

    Prices are in minor units and weights in grams, unless a point says where the decimals begin:
    "26IIIIIPPP.PPWW.WWWC". X is anything. V is the check digit of the 4- or 5-digit measure beside
    it (GS1 General Specifications 7.9.3 and 7.9.4), C that of the whole number, of EAN's kind.
    Raises LayoutError.
    """
    match = _LAYOUT.fullmatch(text)
    places: list[tuple[str, slice]] = []
    at = 0 if match is None else len(match["prefix"])
    for field in _FIELD.findall("" if match is None else match["fields"]):
        begin, at = at, at + len(field.replace(".", ""))
        places.append((field, slice(begin, at)))
    letters = [field[0] for field, _ in places if field[0] in "IPWN"]
    if (
        match is None
        or "".join(field for field, _ in places) != match["fields"]
        or letters.count("I") != 1
        or len(letters) < 2
        or len(set(letters)) != len(letters)
        or text.count("V") > 1
        or not _is_length(match["prefix"], at + 1)
    ):
        raise LayoutError("codes.no_layout", layout=text)
    verifiers = {place.start for field, place in places if field == "V"}
    fields = tuple(
        _measure_field(text, field, place, verifiers)
        for field, place in places
        if field[0] in _MEASURES
    )
    if verifiers and not any(field.verifier is not None for field in fields):
        raise LayoutError("codes.no_layout", layout=text)
    item = next(place for field, place in places if field[0] == "I")
    return LabelLayout(text, match["prefix"], at + 1, item, fields)


def _is_length(prefix: str, length: int) -> bool:
    if length == USUAL_LENGTH:
        return _RESTRICTED.match(prefix) is not None
    return _SHORTEST_OTHER <= length <= _LONGEST


def _measure_field(text: str, field: str, place: slice, verifiers: set[int]) -> MeasureField:
    _, point, decimals = field.partition(".")
    beside = verifiers & {place.start - 1, place.stop}
    if beside and place.stop - place.start not in {4, 5}:
        raise LayoutError("codes.layout_check_digit", layout=text, letter=field[0])
    return MeasureField(
        _MEASURES[field[0]],
        place,
        len(decimals) if point else None,
        beside.pop() if beside else None,
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


def read_restricted(
    digits: str, layouts: tuple[LabelLayout, ...], currency: Currency
) -> ItemCode | RefusedCode | None:
    """What a shop's own label says by the first layout that fits; None when none does.

    Twelve digits are thirteen with a zero before them. A wrong check digit of a measure is refused:
    a misread price must not be sold.
    """
    if not is_digits(digits):
        return None
    number = digits.zfill(USUAL_LENGTH) if len(digits) == USUAL_LENGTH - 1 else digits
    layout = next((each for each in layouts if each.fits(number)), None)
    if layout is None:
        return None
    found: dict[Measure, Decimal] = {}
    said: list[Reason] = []
    for field in layout.fields:
        written = number[field.digits]
        measure = because(f"codes.measure_{field.measure}")
        if field.verifier is not None and number[field.verifier] != measure_check_digit(written):
            return RefusedCode(digits, because("codes.measure_misread", measure=measure))
        if int(written) == 0:
            return RefusedCode(digits, because("codes.measure_zero", measure=measure))
        found[field.measure] = _amount(field, written, currency)
        said.append(because("codes.measured", measure=measure, value=written))
    price = round_half_up(found["price"]) if "price" in found else None
    beyond = beyond_bounds(price, found.get("weight"), found.get("count"))
    if beyond is not None:
        measure = because(f"codes.measure_{beyond}")
        return RefusedCode(digits, because("codes.measure_too_much", measure=measure))
    return _label(number, layout, said, price, found)


def _amount(field: MeasureField, written: str, currency: Currency) -> Decimal:
    """Minor units, kilograms or pieces."""
    value = Decimal(written)
    if field.measure == "weight":
        return value.scaleb(-(_GRAMS if field.decimals is None else field.decimals))
    if field.measure == "price" and field.decimals is not None:
        return value.scaleb(currency.exponent - field.decimals)
    return value


def _label(
    number: str,
    layout: LabelLayout,
    said: list[Reason],
    price: int | None,
    found: dict[Measure, Decimal],
) -> ItemCode:
    item, prefix = number[layout.item], layout.prefix
    before = "0" * (layout.item.start - len(prefix))
    without_measure = (prefix + before + item).ljust(layout.length - 1, "0")
    key = without_measure + check_digit(without_measure)
    return ItemCode(
        key.zfill(14) if layout.length == USUAL_LENGTH else key,
        because("codes.own_label", layout=layout.text, item=item, measures=tuple(said)),
        house_code=item,
        aliases=(prefix + item, item, item.lstrip("0") or item),
        price=price,
        weight_kg=found.get("weight"),
        count=int(found["count"]) if "count" in found else None,
    )
