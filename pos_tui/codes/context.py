"""What the meaning of a code depends on: the shop's region, platforms, layouts and templates."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from msgspec import Struct

from pos_tui.codes.payment import EMV_CPM, Application, PaymentFormat, PaymentFormats
from pos_tui.codes.restricted import LabelLayout, LayoutError, parse_layout
from pos_tui.codes.templates import Template, parse_template
from pos_tui.money import Currency
from pos_tui.reasons import ReasonError
from pos_tui.settings import PaymentSettings, TillSettings

_REGION_OF_CURRENCY = {"CNY": "CN", "HKD": "HK", "JPY": "JP"}


class ContextError(ReasonError):
    """Settings about payments that contradict each other; its reason says how."""


class CodeContext(Struct, frozen=True):
    """The shop as far as codes go.

    `accepted` are the payment formats it accepts, `known` those of its region that it does not;
    `today` is the shop's date, and tells the century of a code's dates.
    """

    today: date
    currency: Currency
    region: str = ""
    platforms: frozenset[str] = frozenset()
    accepted: tuple[PaymentFormat, ...] = ()
    known: tuple[PaymentFormat, ...] = ()
    applications: tuple[Application, ...] = ()
    layouts: tuple[LabelLayout, ...] = ()
    templates: tuple[Template, ...] = ()


def context_of(settings: TillSettings, table: PaymentFormats, today: date) -> CodeContext:
    """The context that a till's settings and a table of payment formats make.

    Raises LayoutError, TemplateError or ContextError for settings that cannot be used.
    """
    payments = settings.payments
    formats = [
        entry for entry in table.format if entry.confidence != "weak" or payments.weak_formats
    ]
    region = payments.region or _REGION_OF_CURRENCY.get(
        settings.shop.currency, settings.shop.currency[:2]
    )
    here = [entry for entry in formats if {"*", region} & set(entry.regions)]
    accepted = _of_platforms(here, payments.platforms)
    _check_platforms(payments.platforms, here, table, region)
    return CodeContext(
        today,
        settings.currency,
        region,
        frozenset(payments.platforms),
        accepted,
        tuple(entry for entry in here if entry not in accepted),
        table.application,
        layouts_of(settings),
        templates_of(settings),
    )


def layouts_of(settings: TillSettings) -> tuple[LabelLayout, ...]:
    """The layouts of a till's settings. Raises LayoutError."""
    layouts = tuple(parse_layout(text) for text in settings.codes.layouts)
    for place, layout in enumerate(layouts):
        for other in layouts[:place]:
            if layout.prefix.startswith(other.prefix):
                raise LayoutError("codes.layout_hidden", layout=layout.text, other=other.text)
    return layouts


def templates_of(settings: TillSettings) -> tuple[Template, ...]:
    """The templates of a till's settings. Raises TemplateError."""
    return tuple(parse_template(each.name, each.pattern) for each in settings.codes.template)


def _check_platforms(
    platforms: Collection[str],
    here: Iterable[PaymentFormat],
    table: PaymentFormats,
    region: str,
) -> None:
    """Raises ContextError for a platform to which no code could ever belong: a typing mistake."""
    if platforms == PaymentSettings().platforms:
        return  # nobody has chosen them
    by_application = {each.platform for each in table.application}
    known = {each.platform for each in here} | by_application
    for platform in platforms:
        if platform in known:
            continue
        if all(entry.platform != platform for entry in table.format):
            names = tuple(sorted({entry.platform for entry in table.format} - {EMV_CPM}))
            raise ContextError("codes.no_platform", platform=platform, platforms=names)
        raise ContextError("codes.no_format_here", platform=platform, region=region)


def _of_platforms(
    formats: Iterable[PaymentFormat], platforms: Collection[str]
) -> tuple[PaymentFormat, ...]:
    return tuple(each for each in formats if each.platform in platforms or each.platform == EMV_CPM)
