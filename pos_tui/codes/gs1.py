"""GS1 element strings and GS1 Digital Link: a GTIN with its lot, dates, weight, price or count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from pos_tui.codes.dates import gs1_date
from pos_tui.codes.gtin import gtin_of, has_check_digit, is_digits
from pos_tui.codes.reading import ItemCode, RefusedCode, UnknownCode, joined_doubts
from pos_tui.money import Currency, round_half_up
from pos_tui.reasons import Reason, because

if TYPE_CHECKING:
    from biip import ParseConfig

SEPARATOR = "\x1d"
_BRACKETED = re.compile(r"\((\d{2,4})\)")
_STARTS_WITH_GTIN = re.compile(r"(?:1[1-7]\d{6}){0,3}0[12](\d{14})", re.ASCII)
_DATES = frozenset(("11", "12", "13", "15", "16", "17"))
_SWALLOWED_DATE = re.compile(r"(.+?)(1[157])(\d{6})", re.ASCII)
_MEASURES = "3"  # application identifiers of measures, prices and counts begin with it
_POUND_KG = Decimal("0.45359237")
_GRAM = Decimal("0.001")
_NAMES = {
    "01": "gtin", "02": "contents", "10": "lot", "11": "produced_on", "15": "best_before",
    "16": "sell_by", "17": "use_by", "21": "serial", "30": "count", "37": "count",
    "7003": "use_by_hour", "310": "net_weight", "320": "net_weight", "392": "price",
    "393": "price",
}  # fmt: skip


Understood = ItemCode | RefusedCode | UnknownCode


class Element(NamedTuple):
    """One element string: its application identifier, its data, and the groups of the data."""

    ai: str
    value: str
    groups: tuple[str, ...]


class _Message(NamedTuple):
    elements: tuple[Element, ...]
    doubts: tuple[Reason, ...]
    is_measure_lost: bool = False


def looks_like_element_strings(text: str) -> bool:
    """Whether text without a symbology identifier starts like element strings with a GTIN."""
    if SEPARATOR in text or _BRACKETED.match(text):
        return True
    match = _STARTS_WITH_GTIN.match(text)
    return match is not None and has_check_digit(match[1])


def read_element_strings(text: str, today: date, currency: Currency) -> Understood | None:
    """What element strings say, with GS (or brackets typed) between them.

    GS1 General Specifications, sections 3 and 7.8. Data that is wrong is a doubt, and the rest is
    kept; without a GTIN it is no item, and without any element string None.
    """
    bracketed = _BRACKETED.match(text) is not None
    message = _bracketed(text) if bracketed else _concatenated(text.strip(SEPARATOR))
    if not message.elements:
        return None
    found = _reading(message, today, currency, "codes.gs1_elements")
    if bracketed or not isinstance(found, ItemCode) or SEPARATOR in text:
        return found
    return _with_what_the_lot_swallowed(found, message, today, currency)


def read_digital_link(text: str, today: date, currency: Currency) -> Understood | None:
    """What a GS1 Digital Link URI says (GS1 Digital Link Standard: URI Syntax); None for others."""
    from urllib.parse import parse_qsl

    from biip import ParseError
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    path, _, query = text.partition("#")[0].partition("?")
    try:
        link = GS1DigitalLinkURI.parse(path, config=_config())
    except (ParseError, ValueError):
        return None
    elements = [
        Element(each.ai.ai, each.value, tuple(each.pattern_groups)) for each in link.element_strings
    ]
    pairs = [(ai, value) for ai, value in parse_qsl(query) if is_digits(ai)]
    attributes = _pairs(pairs)
    message = _Message((*elements, *attributes.elements), attributes.doubts)
    return _reading(message, today, currency, "codes.gs1_link")


def _name(ai: str) -> Reason:
    """What an application identifier stands for, in a word or two."""
    return because(f"codes.ai_{_NAMES.get(ai) or _NAMES.get(ai[:3], 'data')}")


@cache
def _config() -> ParseConfig:
    from biip import ParseConfig

    return ParseConfig(gs1_element_strings_verify_date=False)


def _element(text: str, whole: bool) -> tuple[Element, int] | None:
    """The element string at the start of text (or the whole of it), and its length.

    What an application identifier's data may look like is biip's table of GS1's own.
    """
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    try:
        ai = GS1ApplicationIdentifier.extract(text)
    except ParseError:
        return None
    pattern = ai.pattern if whole else ai.pattern.removesuffix("$")
    match = re.match(pattern, text.partition(SEPARATOR)[0])
    if match is None or not any(match.groups()):
        return None
    groups = tuple(group for group in match.groups() if group is not None)
    return Element(ai.ai, "".join(groups), groups), match.end()


def _bracketed(text: str) -> _Message:
    pieces = _BRACKETED.split(text)[1:]
    return _pairs([(ai, data.strip()) for ai, data in zip(pieces[::2], pieces[1::2], strict=True)])


def _pairs(pairs: Sequence[tuple[str, str]]) -> _Message:
    elements: list[Element] = []
    doubts: list[Reason] = []
    measure_lost = False
    for ai, written in pairs:
        short_gtin = ai in {"01", "02"} and len(written) in {8, 12, 13} and is_digits(written)
        data = written.zfill(14) if short_gtin else written  # as people type it
        found = _element(ai + data, whole=True)
        if found is None or found[0].ai != ai:
            measure_lost = measure_lost or ai[0] == _MEASURES
            doubts.append(because("codes.ai_cannot_be", ai=ai, name=_name(ai), data=data[:24]))
        else:
            elements.append(found[0])
    return _Message(tuple(elements), tuple(doubts), measure_lost)


def _concatenated(text: str) -> _Message:
    elements: list[Element] = []
    doubts: list[Reason] = []
    measure_lost = False
    rest = text
    while rest:
        found = _element(rest, whole=False)
        if found is not None:
            elements.append(found[0])
            rest = rest[found[1] :]
            if elements[-1].ai in {"10", "21"} and rest and not rest.startswith(SEPARATOR):
                doubts.append(because("codes.ai_too_long", ai=elements[-1].ai))
        elif rest[:2] in _DATES and is_digits(rest[2:8]) and len(rest) >= 8:
            doubts.append(_no_date(rest[:2], rest[2:8]))
            rest = rest[8:]
        else:
            doubts.append(because("codes.end_unreadable"))
            measure_lost = rest[0] == _MEASURES
            break
        rest = rest.lstrip(SEPARATOR)
    return _Message(tuple(elements), tuple(doubts), measure_lost)


def _reading(message: _Message, today: date, currency: Currency, kind: str) -> Understood:
    data: dict[str, Element] = {}
    for element in message.elements:
        data.setdefault(element.ai, element)
    number = data.get("01") or data.get("02")
    if number is None:
        return UnknownCode("", because("codes.gs1_without_gtin"))
    gtin = gtin_of(number.value)
    if gtin is None:
        return UnknownCode("", because("codes.gs1_wrong_gtin"))
    if message.is_measure_lost:
        return RefusedCode(gtin, because("codes.gs1_damaged"))
    doubts = list(message.doubts)
    price = _price(data, currency)
    if isinstance(price, Reason):
        return RefusedCode(gtin, price)
    elements = tuple(because("codes.ai", ai=e.ai, name=_name(e.ai)) for e in message.elements)
    dates = {ai: _date(data.get(ai), today, doubts) for ai in ("11", "15", "16", "17")}
    expires_on, expires_at = dates["17"] or dates["16"], None
    if hour := data.get("7003"):
        day, expires_at = gs1_date(hour.value[:6], today), _hour(hour.value[6:10])
        expires_on = day or expires_on
        if day is None:
            expires_at = None
            doubts.append(_no_date("7003", hour.value))
        elif expires_at is None:
            doubts.append(because("codes.no_such_hour", ai="7003", data=hour.value[6:10]))
    count = data.get("30") or (None if "01" in data else data.get("37"))
    item = ItemCode(
        gtin,
        because(kind, elements=elements),
        gtin=gtin,
        price=price,
        weight_kg=_weight(data),
        count=int(count.value) if count else None,
        lot=data["10"].value if "10" in data else None,
        produced_on=dates["11"],
        best_before=dates["15"],
        expires_on=expires_on,
        expires_at=expires_at,
        doubt=joined_doubts(doubts),
    )
    return _without_nothing(item)


def _without_nothing(item: ItemCode) -> ItemCode | RefusedCode:
    """A label that says 0 kg, 0 pieces or a price of 0 was made by mistake."""
    if item.weight_kg == 0 or item.count == 0 or item.price == 0:
        return RefusedCode(item.gtin or item.key, because("codes.label_of_nothing"))
    return item


def _date(element: Element | None, today: date, doubts: list[Reason]) -> date | None:
    if element is None:
        return None
    found = gs1_date(element.value, today)
    if found is None:
        doubts.append(_no_date(element.ai, element.value))
    return found


def _no_date(ai: str, data: str) -> Reason:
    return because("codes.ai_no_date", ai=ai, name=_name(ai), data=data)


def _hour(digits: str) -> time | None:
    hours, minutes = int(digits[:2] or 99), int(digits[2:4] or 0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def _weight(data: dict[str, Element]) -> Decimal | None:
    """Net weight in kilograms (AI 310n kilograms, 320n pounds)."""
    for ai, element in data.items():
        if ai[:3] in {"310", "320"} and len(ai) == 4:
            weight = Decimal(element.value).scaleb(-int(ai[3]))
            return weight if ai[:3] == "310" else (weight * _POUND_KG).quantize(_GRAM)
    return None


def _price(data: dict[str, Element], currency: Currency) -> int | Reason | None:
    """The price of the item in minor units (AI 392n, 393n), or why it is none of this shop."""
    for ai, element in data.items():
        if len(ai) != 4 or ai[:3] not in {"392", "393"}:
            continue
        amount = Decimal(element.groups[-1]).scaleb(-int(ai[3]))
        numeric = element.groups[0] if ai[:3] == "393" else currency.numeric
        if numeric != currency.numeric:
            return because("codes.other_currency", number=numeric)
        return round_half_up(amount.scaleb(currency.exponent))
    return None


def _with_what_the_lot_swallowed(
    item: ItemCode, message: _Message, today: date, currency: Currency
) -> ItemCode:
    """Without a separator a lot takes in the date after it; that reading stands beside this."""
    last = message.elements[-1]
    match = _SWALLOWED_DATE.fullmatch(last.value) if last.ai in {"10", "21"} else None
    if match is None or gs1_date(match[3], today) is None:
        return item
    split = (
        *message.elements[:-1],
        Element(last.ai, match[1], (match[1],)),
        Element(match[2], match[3], (match[3],)),
    )
    other = _reading(_Message(split, message.doubts), today, currency, "codes.gs1_separated")
    doubt = because("codes.date_swallowed", name=_name(last.ai))
    doubts = [doubt] if item.doubt is None else [item.doubt, doubt]
    return replace(item, doubt=joined_doubts(doubts), others=(other,))
