"""What of GS1 data a sale depends on: the product, its weight, price and count, its dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal

from pos_tui.codes.bounds import beyond_bounds
from pos_tui.codes.dates import gs1_date
from pos_tui.codes.gs1_fields import DATE_FIELDS, Element
from pos_tui.codes.gtin import has_check_digit
from pos_tui.money import Currency, round_half_up

Facts = tuple[tuple[str, str], ...]
"""The fields that matter to a sale, in order: application identifiers and their data."""

PRICES = frozenset(("392", "393"))
_POUND_KG = Decimal("0.45359237")
_GRAM = Decimal("0.001")
_OF_THE_SALE = frozenset(("01", "11", "15", "16", "17", "30", "7003"))
_OF_CONTENTS = frozenset(("02", "37"))
_CHECKED = frozenset(
    ("00", "01", "02", "03", "402", "410", "411", "412", "413", "414", "415", "416", "417")
)


def fact_key(ai: str) -> str | None:
    """What a field says of a sale: fields with the same key say the same thing; None: nothing."""
    if ai in _OF_THE_SALE or ai in _OF_CONTENTS:
        return ai
    if len(ai) == 4 and ai[:3] in {"310", "320"}:
        return ai[:3]
    return "price" if len(ai) == 4 and ai[:3] in PRICES else None


def facts_of(elements: Iterable[Element]) -> Facts:
    """The facts in these fields; what a carton holds counts only where nothing else is named."""
    facts = sorted({(e.ai, e.value) for e in elements if fact_key(e.ai) is not None})
    if any(ai == "01" for ai, _ in facts):
        facts = [(ai, value) for ai, value in facts if ai not in _OF_CONTENTS]
    return tuple(facts)


def makes_sense(element: Element, today: date, currency: Currency) -> bool:
    """Whether a field's data can be: check digits, real dates, amounts within bounds."""
    ai, value = element.ai, element.value
    if ai in _CHECKED:
        return has_check_digit(value)
    if ai in DATE_FIELDS:
        return gs1_date(value, today) is not None
    if ai == "7003":
        return gs1_date(value[:6], today) is not None and hour_of(value[6:10]) is not None
    if ai in {"30", "37"}:
        return int(value) > 0 and beyond_bounds(None, None, int(value)) is None
    key = fact_key(ai)
    if key == "price":
        price = price_of(element, currency)
        return price > 0 and beyond_bounds(price, None, None) is None
    if key is not None:
        weight = weight_of(element)
        return weight > 0 and beyond_bounds(None, weight, None) is None
    return True


def price_of(element: Element, currency: Currency) -> int:
    """The amount of AI 392n or 393n in minor units, whatever its currency."""
    amount = Decimal(element.groups[-1]).scaleb(-int(element.ai[3]))
    return round_half_up(amount.scaleb(currency.exponent))


def has_price_in_full(element: Element, currency: Currency) -> bool:
    """Whether the amount of AI 392n or 393n needs no more decimals than the currency has."""
    digits, decimals = element.groups[-1], int(element.ai[3])
    more = decimals - currency.exponent
    return more <= 0 or digits[-more:].strip("0") == ""


def weight_of(element: Element) -> Decimal:
    """The net weight of AI 310n (kilograms) or 320n (pounds) in kilograms."""
    weight = Decimal(element.value).scaleb(-int(element.ai[3]))
    return weight if element.ai[:3] == "310" else (weight * _POUND_KG).quantize(_GRAM)


def hour_of(digits: str) -> time | None:
    """The hour of hhmm; None when there is no such hour."""
    hours, minutes = int(digits[:2] or 99), int(digits[2:4] or 0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None
