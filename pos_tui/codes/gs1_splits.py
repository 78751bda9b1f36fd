"""Lost separators: whether a field of variable length has taken in what comes after it.

A scanner that sends no GS runs its fields together: 3922 2850 15261203 is a price of 28.50 with a
date, or one of 2,850,152,612.03. Every way to cut the string into known fields is looked at; what
only one of them makes sense of is read so, and what two do is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from pos_tui.codes.gs1_facts import Facts, fact_key, facts_of, makes_sense, price_of
from pos_tui.codes.gs1_fields import (
    DATE_FIELDS,
    SEPARATOR,
    Element,
    Fields,
    field_shape,
    read_fields,
)
from pos_tui.codes.gtin import has_check_digit
from pos_tui.money import Currency

_LONGEST = 400
_MOST_READINGS = 64
_HIDDEN = re.compile(
    r"0[12]\d{14}|1[1567]\d{6}|7003\d{10}|3[07]\d|3[12]0[0-5]\d{6}|39[23]\d\d", re.ASCII
)
_SECOND_LABEL = re.compile(r"(?=01(\d{14}))", re.ASCII)
_MEASURED = frozenset(("30", "310", "320", "price"))
_USUAL_TEXTS = frozenset(("10", "21", "240", "241"))
_SHORTEST_SPLIT = 4  # one digit, an application identifier, one character of its own

Cuts = Mapping[Facts, tuple[Element, ...]]


def may_hide_fields(fields: Fields) -> bool:
    """Whether a field of variable length could hold another that a sale depends on."""
    if fields.unread is not None:
        return True
    for field in fields.fields:
        if not field.varies:
            continue
        element = field.element
        if fact_key(element.ai) is not None:
            if len(element.groups[-1]) >= _SHORTEST_SPLIT:
                return True
        elif _HIDDEN.search(element.value, 1):
            return True
    return False


def holds_second_label(text: str, fields: Fields) -> bool:
    """Whether another label's product number stands where none can: two labels ran together."""
    places = [field.element.value for field in fields.fields if field.varies]
    if fields.unread is not None:
        places.append(text[fields.unread :])
    return any(
        has_check_digit(match[1]) for place in places for match in _SECOND_LABEL.finditer(place)
    )


def hides_measure(text: str, fields: Fields, today: date, currency: Currency) -> bool:
    """Whether a date that is none may have lost digits to, or taken some of, a measure after it.

    172612 3922 2850 reads as the date 261239 and something else; the price is not to be missed.
    """
    for field in fields.fields:
        if field.element.ai not in DATE_FIELDS or makes_sense(field.element, today, currency):
            continue
        for begin in range(field.begin + 2, min(field.begin + 12, len(text))):
            rest = read_fields(text[begin:])
            if rest.unread is None and any(
                fact_key(each.ai) in _MEASURED and makes_sense(each, today, currency)
                for each in rest.elements
                if begin != field.begin + 8
            ):
                return True
    return False


def possible_cuts(
    text: str, fields: Fields, today: date, currency: Currency
) -> tuple[tuple[Element, ...], ...]:
    """The ways to cut text into fields that differ in what is sold; exactly one is certain.

    None at all where no way makes sense, or where there are too many to tell.
    """
    no_dates = {
        field.begin
        for field in fields.fields
        if _is_date(field.element) and not makes_sense(field.element, today, currency)
    }
    cuts = _cuts(text, no_dates, today, currency)
    if cuts is None:
        return ()
    plain = fields.elements
    if fields.unread is not None or not all(_is_possible(each, today, currency) for each in plain):
        return tuple(cuts.values())
    mine = facts_of(plain)
    others = [
        cut for facts, cut in cuts.items() if facts != mine and _is_likely(cut, plain, currency)
    ]
    return (plain, *others)


def is_of_usual_fields(cut: Sequence[Element], currency: Currency) -> bool:
    """Whether a cut has only fields that labels in shops have, so that it may be believed."""
    price = _price(cut, currency)
    return (price is None or price >= _least(currency)) and all(
        (each.ai in _USUAL_TEXTS and len(each.value) > 1) or fact_key(each.ai) is not None
        for each in cut
    )


def _least(currency: Currency) -> int:
    """The lowest price in minor units that a label with a measure is likely to have."""
    return int(10 ** max(1, currency.exponent))


def _is_date(element: Element) -> bool:
    return element.ai in DATE_FIELDS or element.ai == "7003"


def _is_possible(element: Element, today: date, currency: Currency) -> bool:
    """Whether data that took nothing in can be; no date and a label of 0 have their own answers."""
    is_nothing = fact_key(element.ai) is not None and not element.groups[-1].strip("0")
    return is_nothing or _is_date(element) or makes_sense(element, today, currency)


def _is_likely(cut: Collection[Element], plain: Collection[Element], currency: Currency) -> bool:
    """Whether a cut is worth a doubt: 121.05 is no price of 0.12 with a lot of “5”."""
    least = _least(currency)
    before = _price(plain, currency)
    now = _price(cut, currency)
    if before is None or now is None or before >= least * 10_000:
        return True
    return now == before or now >= least


def _price(elements: Collection[Element], currency: Currency) -> int | None:
    prices = [price_of(each, currency) for each in elements if fact_key(each.ai) == "price"]
    return prices[0] if prices else None


def _cuts(text: str, no_dates: Collection[int], today: date, currency: Currency) -> Cuts | None:
    """Every way to cut text into fields that make sense, by its facts; None: too many to tell.

    Of those with the same facts it is the one with the longest fields. From the end to the
    beginning: what can follow a place is known when a field that ends there is looked at.
    """
    size = len(text)
    if size > _LONGEST:
        return None
    after: list[dict[Facts, tuple[Element, ...]]] = [{} for _ in range(size + 1)]
    after[size] = {(): ()}
    end = size
    for begin in range(size - 1, -1, -1):
        if text[begin] == SEPARATOR:
            after[begin] = after[begin + 1]
            end = begin
            continue
        here = after[begin]
        for element in _fields_at(text, begin, end, after, begin in no_dates):
            at = begin + len(element.ai) + len(element.value)
            if begin not in no_dates and not makes_sense(element, today, currency):
                continue
            for facts, following in after[at].items():
                joined = _joined(element, facts)
                if joined is not None:
                    here.setdefault(joined, (element, *following))
        if len(here) > _MOST_READINGS:
            return None
    cuts: dict[Facts, tuple[Element, ...]] = {}
    for cut in after[0].values():
        cuts.setdefault(facts_of(cut), cut)
    return cuts


def _fields_at(
    text: str, begin: int, end: int, after: Sequence[object], is_no_date: bool
) -> Iterator[Element]:
    """The fields that can begin at a place and have something after them, the longest first."""
    shape = field_shape(text, begin)
    if shape is None:
        return
    longest = shape.element(text, begin, end, whole=False)
    if longest is None:
        if is_no_date:
            digits = text[begin + 2 : begin + 8]
            yield Element(shape.ai, digits, (digits,))
        return
    yield longest
    if not shape.varies:
        return
    head = begin + len(shape.ai)
    for stop in range(head + len(longest.value) - 1, head, -1):
        if after[stop]:
            shorter = shape.element(text, begin, stop, whole=True)
            if shorter is not None:
                yield shorter


def _joined(element: Element, facts: Facts) -> Facts | None:
    """The facts with this field before them; None where they would say one thing in two ways."""
    key = fact_key(element.ai)
    if key is None:
        return facts
    mine = (element.ai, element.value)
    if mine in facts and element.ai != "01":
        return facts
    if any(fact_key(ai) == key for ai, _ in facts):
        return None
    return (mine, *facts)
