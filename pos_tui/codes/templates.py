"""The shop's own templates: where name, price, shelf life or weight stand in a code's data."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from msgspec import Struct

from pos_tui.codes.bounds import beyond_bounds
from pos_tui.codes.dates import gs1_date
from pos_tui.codes.masking import beginning
from pos_tui.codes.reading import ItemCode, RefusedCode, joined_doubts, shelf_life_of
from pos_tui.money import Currency, round_half_up
from pos_tui.reasons import Reason, ReasonError, because, plain

# What each field looks like where the template does not say it more closely.
FIELDS = {
    "name": r"[^\W\d_][^;,|/\t]{0,39}",
    "code": r"[0-9A-Za-z\-]{1,24}",
    "price": r"\d{1,6}(?:\.\d{1,2})?",
    "weight": r"\d{1,3}(?:\.\d{1,3})?",
    "count": r"\d{1,4}",
    "lot": r"[0-9A-Za-z\-]{1,20}",
    "shelf_life": r"\d{1,4}[dwmy]?",
    "produced_on": r"\d{4}-\d\d-\d\d|\d{8}|\d{6}",
    "expires_on": r"\d{4}-\d\d-\d\d|\d{8}|\d{6}",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_REPEATED_REPEAT = re.compile(r"(?<!\\)[+*}]\)(?:[+*]|\{\d*,)")
_ANYTHING = re.compile(r"(?<!\\)\.(?:[+*]|\{)")
_LONGEST = 256


class TemplateError(ReasonError):
    """A template that cannot be used; its reason says why."""


class Template(Struct, frozen=True):
    """A named template; `expression` is its pattern with the placeholders put in."""

    name: str
    expression: str
    pattern: re.Pattern[str]


def parse_template(name: str, text: str) -> Template:
    """A template from a regular expression with named groups, or with placeholders for them.

    `{name};{price};{shelf_life}` stands for groups of those names; `(?P<price>\\d{4})` says one
    more closely. Prices are in major units, weights in kilograms, a shelf life in days or with d,
    w, m or y. Raises TemplateError.
    """

    def group(match: re.Match[str]) -> str:
        if match[1].isdigit():
            return match[0]
        if match[1] not in FIELDS:
            raise TemplateError(
                "codes.template_field", template=name, field=match[1], fields=tuple(FIELDS)
            )
        return f"(?P<{match[1]}>{FIELDS[match[1]]})"

    expression = _PLACEHOLDER.sub(group, text)
    try:
        pattern = re.compile(expression)
    except re.error as error:
        why = plain(str(error))
        raise TemplateError(
            "codes.template_expression", template=name, text=text, why=why
        ) from error
    if _REPEATED_REPEAT.search(expression) or _ANYTHING.search(expression):
        raise TemplateError("codes.template_too_open", template=name, example="[A-Z]{1,20}")
    unknown = set(pattern.groupindex) - set(FIELDS)
    if unknown:
        raise TemplateError(
            "codes.template_field",
            template=name, field=tuple(sorted(unknown)), fields=tuple(FIELDS),
        )  # fmt: skip
    if not {"name", "code"} & set(pattern.groupindex):
        raise TemplateError("codes.template_without_item", template=name)
    return Template(name, expression, pattern)


def read_template(
    text: str, template: Template, currency: Currency, today: date
) -> ItemCode | RefusedCode | None:
    """What text says by a template; None when the template does not fit."""
    match = template.pattern.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    try:
        return _reading(match, template, currency, today)
    except (ValueError, ArithmeticError):
        return RefusedCode(beginning(text), because("codes.template_data", template=template.name))


def _reading(
    match: re.Match[str], template: Template, currency: Currency, today: date
) -> ItemCode | RefusedCode:
    field = {name: value for name, value in match.groupdict().items() if value}
    price, weight, count = (_number(field.get(name)) for name in ("price", "weight", "count"))
    doubts: list[Reason] = []
    if 0 in {price, weight, count}:
        why = because("codes.template_of_nothing", template=template.name)
        return RefusedCode(beginning(match[0]), why)
    minor = None if price is None else round_half_up(price.scaleb(currency.exponent))
    beyond = beyond_bounds(minor, weight, count)
    if beyond is not None:
        measure = because(f"codes.measure_{beyond}")
        return RefusedCode(beginning(match[0]), because("codes.measure_too_much", measure=measure))
    code, name = field.get("code"), field.get("name")
    return ItemCode(
        (code or template_key(template.name, name or "")).upper(),
        because("codes.template", template=template.name),
        house_code=code,
        name=name,
        template=template.name,
        price=minor,
        weight_kg=weight,
        count=None if count is None else int(count),
        lot=field.get("lot"),
        produced_on=_date(field.get("produced_on"), today, doubts),
        expires_on=_date(field.get("expires_on"), today, doubts),
        shelf_life=shelf_life_of(field["shelf_life"]) if "shelf_life" in field else None,
        doubt=joined_doubts(doubts),
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text.replace(",", "."))


def template_key(template: str, name: str) -> str:
    """What the books know an item by whose code has a name and no number."""
    return f"{template}:{' '.join(name.split())}".upper()


def _date(text: str | None, today: date, doubts: list[Reason]) -> date | None:
    if text is None:
        return None
    digits = text.replace("-", "")
    try:
        found = gs1_date(digits, today) if len(digits) == 6 else date.fromisoformat(digits)
    except ValueError:
        found = None
    if found is None:
        doubts.append(because("codes.template_date", data=text))
    return found
