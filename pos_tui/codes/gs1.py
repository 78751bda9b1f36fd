"""GS1 element strings: a GTIN with its lot, dates, weight, price or count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal

from pos_tui.codes.bounds import beyond_bounds
from pos_tui.codes.dates import gs1_date
from pos_tui.codes.gs1_facts import (
    PRICES,
    fact_key,
    has_price_in_full,
    hour_of,
    price_of,
    weight_of,
)
from pos_tui.codes.gs1_fields import (
    SEPARATOR,
    Element,
    Fields,
    field_shape,
    joined,
    read_fields,
    read_pair,
)
from pos_tui.codes.gs1_splits import (
    hides_measure,
    holds_second_label,
    is_of_usual_fields,
    may_hide_fields,
    possible_cuts,
)
from pos_tui.codes.gtin import gtin_of, has_check_digit, is_digits
from pos_tui.codes.reading import ItemCode, RefusedCode, UnknownCode, joined_doubts
from pos_tui.codes.separators import holds_field_behind_mark, stand_in_of
from pos_tui.money import Currency
from pos_tui.reasons import Reason, because

_BRACKETED = re.compile(r"\((\d{2,4})\)", re.ASCII)
_HALF_BRACKETED = re.compile(r"\(\d{2,4}|\d{2,4}\)", re.ASCII)
_STARTS_WITH_GTIN = re.compile(r"(?:1[1-7]\d{6}){0,3}0[12](\d{14})", re.ASCII)
_NO_GTIN = "0" * 14
_MEASURES = "3"  # application identifiers of measures, prices and counts begin with it
_MOST_READINGS = 4
_MOST_APART = Decimal("0.02")  # of a weight in kilograms and the same in pounds
_SAID_ONCE = frozenset(("01", "310", "320", "price"))
_OF_A_SALE = ("gtin", "price", "weight_kg", "count", "produced_on", "best_before", "expires_on")
_NAMES = {
    "01": "gtin", "02": "contents", "10": "lot", "11": "produced_on", "15": "best_before",
    "16": "sell_by", "17": "use_by", "21": "serial", "30": "count", "37": "count",
    "7003": "use_by_hour", "310": "net_weight", "320": "net_weight", "392": "price",
    "393": "price",
}  # fmt: skip


Understood = ItemCode | RefusedCode | UnknownCode


def looks_like_element_strings(text: str) -> bool:
    """Whether text without a symbology identifier starts like element strings with a GTIN."""
    return SEPARATOR in text or _BRACKETED.match(text) is not None or starts_with_gtin(text)


def starts_with_gtin(text: str) -> bool:
    """Whether text starts with (01) or (02), perhaps after dates, and a right product number."""
    match = _STARTS_WITH_GTIN.match(text.lstrip(SEPARATOR))
    return match is not None and has_check_digit(match[1])


def read_element_strings(text: str, today: date, currency: Currency) -> Understood | None:
    """What element strings say, with GS (or brackets typed) between them.

    GS1 General Specifications, sections 3 and 7.8. A date that is none is a doubt, and the rest is
    kept; where a weight, price, count or date could be lost it is refused. Without a GTIN it is no
    item, and without any element string None.
    """
    if _BRACKETED.match(text) is not None:
        return read_pairs(_typed_pairs(text), today, currency, "codes.gs1_elements")
    text = text.strip(SEPARATOR)
    fields = read_fields(text)
    if not fields.fields:
        return None
    return _concatenated(text, fields, today, currency)


def _typed_pairs(text: str) -> list[tuple[str, str]]:
    """The data after each bracket, without the blanks that people type between all of them.

    A blank at one measure alone may stand for one of its digits, and stays.
    """
    pieces = _BRACKETED.split(text)[1:]
    pairs = list(zip(pieces[::2], pieces[1::2], strict=True))
    is_uneven = any(data == data.strip() for _, data in pairs[:-1]) or pairs[-1][1][-1:] == " "
    return [(ai, data if is_uneven and ai[0] == _MEASURES else data.strip()) for ai, data in pairs]


def read_pairs(
    pairs: Sequence[tuple[str, str]], today: date, currency: Currency, kind: str
) -> Understood | None:
    """What application identifiers with their data say; `kind` is what gave them apart.

    A GTIN may be written with 8, 12 or 13 digits, too. None without any that can be read.
    """
    elements: list[Element] = []
    doubts: list[Reason] = []
    is_damaged = False
    is_joined = any(holds_field_behind_mark(written) for _, written in pairs)
    for ai, written in pairs:
        is_short = ai in {"01", "02"} and len(written) in {8, 12, 13} and is_digits(written)
        element = read_pair(ai, written.zfill(14) if is_short else written)
        if element is None:
            is_half = _HALF_BRACKETED.search(written) is not None
            is_damaged = is_damaged or is_half or not _may_be_dropped(ai)
            doubts.append(because("codes.ai_cannot_be", ai=ai, name=_name(ai), data=written[:24]))
        else:
            is_damaged = is_damaged or _HALF_BRACKETED.search(written) is not None
            elements.append(element)
    if not elements:
        return None
    found = _gtin(elements)
    if isinstance(found, UnknownCode):
        return found
    if is_joined:
        return RefusedCode(found, because("codes.separator_lost"))
    if is_damaged:
        return RefusedCode(found, because("codes.gs1_damaged"))
    return _reading(elements, doubts, today, currency, kind)


def _name(ai: str) -> Reason:
    """What an application identifier stands for, in a word or two."""
    return because(f"codes.ai_{_NAMES.get(ai) or _NAMES.get(ai[:3], 'data')}")


def _may_be_dropped(ai: str) -> bool:
    """Whether goods may be sold, with a word about it, although this field cannot be read."""
    shape = field_shape(ai)
    return (
        shape is not None and shape.ai == ai and ai[0] != _MEASURES and ai not in {"01", "02", "03"}
    )


def _concatenated(text: str, fields: Fields, today: date, currency: Currency) -> Understood:
    if holds_second_label(text, fields):
        return UnknownCode("", because("codes.two_in_one"))
    elements = fields.elements
    found = _gtin(elements)
    if isinstance(found, UnknownCode):
        unread = fields.unread is not None and found.why.kind == "codes.gs1_without_gtin"
        return UnknownCode("", because("codes.gs1_unreadable")) if unread else found
    if hides_measure(text, fields, today, currency):
        return RefusedCode(found, because("codes.gs1_damaged"))
    if not may_hide_fields(fields):
        return _reading(elements, [], today, currency, "codes.gs1_elements")
    cuts = possible_cuts(text, fields, today, currency)
    reading: Understood | None = None
    if len(cuts) == 1 and cuts[0] == elements:
        reading = _reading(elements, [], today, currency, "codes.gs1_elements")
    elif len(cuts) == 1 and is_of_usual_fields(cuts[0], currency) and SEPARATOR not in text:
        reading = _reading(cuts[0], [], today, currency, "codes.gs1_separated")
    mark = stand_in_of(text, today, currency)
    if mark is not None:
        meant = read_element_strings(text.replace(mark, SEPARATOR), today, currency)
        if isinstance(meant, ItemCode) and not (reading and _sells_alike(reading, meant)):
            why = because("codes.separator_stand_in", separator=mark)
            return RefusedCode(found, why, (meant,))
    if reading is not None:
        return reading
    readings = (_reading(each, [], today, currency, "codes.gs1_separated") for each in cuts)
    others = tuple(each for each in readings if isinstance(each, ItemCode))[:_MOST_READINGS]
    why = because("codes.separator_lost" if cuts else "codes.gs1_damaged")
    return RefusedCode(found, why, others)


def _sells_alike(one: Understood, other: ItemCode) -> bool:
    """Whether two readings differ in nothing that a sale depends on."""
    return isinstance(one, ItemCode) and all(
        getattr(one, name) == getattr(other, name) for name in _OF_A_SALE
    )


def _gtin(elements: Sequence[Element]) -> str | UnknownCode:
    """The product that these fields are about, or why they are about none."""
    values = joined(elements)
    if any(len(each) > 1 for each in values.values()) or _says_twice(elements):
        return UnknownCode("", because("codes.two_in_one"))
    number = values.get("01") or values.get("02")
    if number is None:
        return UnknownCode("", because("codes.gs1_without_gtin"))
    gtin = gtin_of(number[0])
    if gtin is None or gtin == _NO_GTIN:
        return UnknownCode("", because("codes.gs1_wrong_gtin"))
    return gtin


def _says_twice(elements: Sequence[Element]) -> bool:
    """Whether one thing is said in two fields: two labels ran together, or one was read twice."""
    keys = [each.ai if each.ai == "01" else fact_key(each.ai) for each in elements]
    measures = [key for key in keys if key in _SAID_ONCE]
    return len(measures) != len(set(measures))


def _reading(
    elements: Sequence[Element], doubts: list[Reason], today: date, currency: Currency, kind: str
) -> Understood:
    found = _gtin(elements)
    if isinstance(found, UnknownCode):
        return found
    data = {element.ai: element for element in elements}
    if _is_out_of_place(data, today):
        return RefusedCode(found, because("codes.gs1_damaged"))
    price, weight = _price(data, currency), _weight(data)
    if isinstance(price, Reason):
        return RefusedCode(found, price)
    if isinstance(weight, Reason):
        return RefusedCode(found, weight)
    count = data.get("30") or (None if "01" in data else data.get("37"))
    pieces = int(count.value) if count else None
    if 0 in {weight, pieces, price}:
        return RefusedCode(found, because("codes.label_of_nothing"))
    beyond = beyond_bounds(price, weight, pieces)
    if beyond is not None:
        measure = because(f"codes.measure_{beyond}")
        return RefusedCode(found, because("codes.measure_too_much", measure=measure))
    if not all(
        has_price_in_full(each, currency) for each in elements if fact_key(each.ai) == "price"
    ):
        return RefusedCode(found, because("codes.price_decimals", currency=currency.code))
    names = tuple(because("codes.ai", ai=e.ai, name=_name(e.ai)) for e in elements)
    expires_on, expires_at = _expiry(data, today, doubts)
    return ItemCode(
        found,
        because(kind, elements=names),
        gtin=found,
        price=price,
        weight_kg=weight,
        count=pieces,
        lot=data["10"].value if "10" in data else None,
        produced_on=_date(data.get("11"), today, doubts),
        best_before=_date(data.get("15"), today, doubts),
        expires_on=expires_on,
        expires_at=expires_at,
        doubt=joined_doubts(doubts),
    )


def _is_out_of_place(data: dict[str, Element], today: date) -> bool:
    """Whether there is a field that no label of goods has: another one that was misread.

    A due date (12) is a bill's, a count of contents (37) goes with the contents (02).
    """
    packed_on = data.get("13")
    return (
        "12" in data
        or ("37" in data and "01" in data and "02" not in data)
        or (packed_on is not None and gs1_date(packed_on.value, today) is None)
    )


def _expiry(
    data: dict[str, Element], today: date, doubts: list[Reason]
) -> tuple[date | None, time | None]:
    """The last good day, and its hour: of days that contradict each other the earliest."""
    days = [_date(data.get(ai), today, doubts) for ai in ("16", "17")]
    hour = data.get("7003")
    if hour is None:
        return min((day for day in days if day is not None), default=None), None
    day, at = gs1_date(hour.value[:6], today), hour_of(hour.value[6:10])
    if day is None:
        doubts.append(_no_date("7003", hour.value))
    elif at is None:
        doubts.append(because("codes.no_such_hour", ai="7003", data=hour.value[6:10]))
    first = min((each for each in (*days, day) if each is not None), default=None)
    return first, at if day is not None and first == day else None


def _date(element: Element | None, today: date, doubts: list[Reason]) -> date | None:
    if element is None:
        return None
    found = gs1_date(element.value, today)
    if found is None:
        doubts.append(_no_date(element.ai, element.value))
    return found


def _no_date(ai: str, data: str) -> Reason:
    return because("codes.ai_no_date", ai=ai, name=_name(ai), data=data)


def _weight(data: dict[str, Element]) -> Decimal | Reason | None:
    """Net weight in kilograms, or why the weights in it are none."""
    weights = [weight_of(each) for ai, each in data.items() if fact_key(ai) in {"310", "320"}]
    if len(weights) > 1 and abs(weights[0] - weights[1]) > _MOST_APART * max(weights):
        return because("codes.gs1_damaged")
    return weights[0] if weights else None


def _price(data: dict[str, Element], currency: Currency) -> int | Reason | None:
    """The price of the item in minor units (AI 392n, 393n), or why it is none of this shop."""
    for ai, element in data.items():
        if len(ai) != 4 or ai[:3] not in PRICES:
            continue
        numeric = element.groups[0] if ai[:3] == "393" else currency.numeric
        if numeric != currency.numeric:
            return because("codes.other_currency", number=numeric)
        return price_of(element, currency)
    return None
