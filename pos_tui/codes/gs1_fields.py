"""The fields of GS1 element strings: where each begins and ends when no separator is lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pos_tui.codes.gtin import is_digits

SEPARATOR = "\x1d"
"""GS, which stands for FNC1 between fields."""

DATE_FIELDS = frozenset(("11", "12", "13", "15", "16", "17"))

_NO_QUANTITY = re.compile(r"\[[^\]]*\]|\(\?:")
_VARIES = re.compile(r"\{\d+,\d+\}|[?*+]")


class Element(NamedTuple):
    """One element string: its application identifier, its data, and the groups of the data."""

    ai: str
    value: str
    groups: tuple[str, ...]


class FieldShape(NamedTuple):
    """What an application identifier's data may look like; `varies`: its length is not fixed."""

    ai: str
    pattern: re.Pattern[str]
    varies: bool

    def element(self, text: str, begin: int, end: int, *, whole: bool) -> Element | None:
        """The field at this place of text, up to `end` or (`whole`) to just there."""
        find = self.pattern.fullmatch if whole else self.pattern.match
        match = find(text, begin, end)
        if match is None or not any(match.groups()):
            return None
        groups = tuple(group for group in match.groups() if group is not None)
        return Element(self.ai, "".join(groups), groups)


class PlacedField(NamedTuple):
    """A field where it stands; `is_no_date` marks six digits of a date that is none."""

    begin: int
    element: Element
    varies: bool
    is_no_date: bool = False


class Fields(NamedTuple):
    """The fields of a message, and the place from which it cannot be read (None: to its end)."""

    fields: tuple[PlacedField, ...]
    unread: int | None

    @property
    def elements(self) -> tuple[Element, ...]:
        """The fields without their places."""
        return tuple(field.element for field in self.fields)


def field_shape(text: str, begin: int = 0) -> FieldShape | None:
    """The shape of the field that begins at this place; None where no AI that is known does.

    What an application identifier's data may look like is biip's table of GS1's own.
    """
    head = text[begin : begin + 4]
    return _shape(head) if is_digits(head[:2]) else None


def read_fields(text: str) -> Fields:
    """The fields of concatenated element strings, each variable one up to the next separator."""
    fields: list[PlacedField] = []
    at, size = 0, len(text)
    while at < size:
        if text[at] == SEPARATOR:
            at += 1
            continue
        end = text.find(SEPARATOR, at)
        field = _field(text, at, size if end < 0 else end)
        if field is None:
            return Fields(tuple(fields), at)
        fields.append(field)
        at += len(field.element.ai) + len(field.element.value)
        if field.varies and at < size and text[at] != SEPARATOR:
            return Fields(tuple(fields), at)
    return Fields(tuple(fields), None)


def read_pair(ai: str, data: str) -> Element | None:
    """The field of an application identifier and its data, as brackets and links give them."""
    shape = field_shape(ai)
    if shape is None or shape.ai != ai:
        return None
    text = ai + data
    return shape.element(text, 0, len(text), whole=True)


def _field(text: str, begin: int, end: int) -> PlacedField | None:
    shape = field_shape(text, begin)
    if shape is None:
        return None
    element = shape.element(text, begin, end, whole=False)
    if element is not None:
        return PlacedField(begin, element, shape.varies)
    digits = text[begin + 2 : begin + 8]
    if shape.ai in DATE_FIELDS and begin + 8 <= end and is_digits(digits):
        return PlacedField(
            begin, Element(shape.ai, digits, (digits,)), varies=False, is_no_date=True
        )
    return None


@lru_cache(maxsize=4096)
def _shape(head: str) -> FieldShape | None:
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    try:
        found = GS1ApplicationIdentifier.extract(head)
    except ParseError:
        return None
    plain = found.pattern.removeprefix("^").removesuffix("$")
    varies = _VARIES.search(_NO_QUANTITY.sub("", plain)) is not None
    return FieldShape(found.ai, re.compile(plain, re.ASCII), varies)


def joined(elements: Sequence[Element]) -> dict[str, list[str]]:
    """The different data of each application identifier."""
    values: dict[str, list[str]] = {}
    for element in elements:
        found = values.setdefault(element.ai, [])
        if element.value not in found:
            found.append(element.value)
    return values
