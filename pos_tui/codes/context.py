"""What the meaning of a code depends on: the shop's region, platforms, layouts and templates."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from msgspec import Struct

from pos_tui.codes.payment import EMV_CPM, Application, PaymentFormat, PaymentFormats
from pos_tui.codes.restricted import USUAL_LENGTH, LabelLayout, LayoutError, parse_layout
from pos_tui.codes.templates import Template, parse_template
from pos_tui.money import Currency
from pos_tui.reasons import Reason, because
from pos_tui.settings import PaymentSettings, TillSettings

_REGION_OF_CURRENCY = {"CNY": "CN", "HKD": "HK", "JPY": "JP"}


class CodeContext(Struct, frozen=True):
    """The shop as far as codes go.

    `accepted` are the payment formats it accepts, `known` those of its regions that it does not;
    `region` is the first of those; `label_lengths` are those of its own labels that are no EAN-13;
    `separator` is what its scanners type for GS, empty where that is GS itself; `today` is the
    shop's date, and tells the century of a code's dates.
    """

    today: date
    currency: Currency
    region: str = ""
    platforms: frozenset[str] = frozenset()
    accepted: tuple[PaymentFormat, ...] = ()
    known: tuple[PaymentFormat, ...] = ()
    applications: tuple[Application, ...] = ()
    layouts: tuple[LabelLayout, ...] = ()
    label_lengths: frozenset[int] = frozenset()
    templates: tuple[Template, ...] = ()
    separator: str = ""


def context_of(settings: TillSettings, table: PaymentFormats, today: date) -> CodeContext:
    """The context that a till's settings and a table of payment formats make.

    Raises LayoutError or TemplateError for settings that cannot be used.
    """
    payments = settings.payments
    here = [each for each in _usable(settings, table) if _is_here(each, regions_of(settings))]
    accepted = accepted_formats(settings, table)
    layouts = layouts_of(settings)
    return CodeContext(
        today,
        settings.currency,
        next(iter(regions_of(settings)), ""),
        frozenset(payments.platforms),
        accepted,
        tuple(entry for entry in here if entry not in accepted),
        table.application,
        layouts,
        frozenset(each.length for each in layouts) - {USUAL_LENGTH},
        templates_of(settings),
        settings.scanner.separator,
    )


def regions_of(settings: TillSettings) -> tuple[str, ...]:
    """Where the shop is, as far as payment codes go: its settings say it, else its currency."""
    named = settings.payments.region
    if named:
        return (named,) if isinstance(named, str) else named
    currency = settings.shop.currency
    return (_REGION_OF_CURRENCY.get(currency, currency[:2]),)


def accepted_formats(settings: TillSettings, table: PaymentFormats) -> tuple[PaymentFormat, ...]:
    """The formats of the platforms that a shop accepts.

    Where it has named a platform that has none in its regions, they are those of all regions: a
    wallet abroad shows the codes that it shows at home.
    """
    platforms, regions = settings.payments.platforms, regions_of(settings)
    usable = _usable(settings, table)
    here = {each.platform for each in usable if _is_here(each, regions)}
    abroad = set() if platforms == PaymentSettings().platforms else set(platforms) - here
    return tuple(
        each
        for each in usable
        if each.platform in abroad
        or (_is_here(each, regions) and (each.platform in platforms or each.platform == EMV_CPM))
    )


def doubtful_platforms(settings: TillSettings, table: PaymentFormats) -> tuple[Reason, ...]:
    """Why no code can ever belong to a platform that is named: a typing mistake, perhaps."""
    names = tuple(sorted({entry.platform for entry in table.format} - {EMV_CPM}))
    by_application = {each.platform for each in table.application}
    found = {each.platform for each in accepted_formats(settings, table)} | by_application
    doubts = []
    platforms = settings.payments.platforms
    for platform in () if platforms == PaymentSettings().platforms else platforms:
        if platform in found:
            continue
        if platform in names:
            doubts.append(because("codes.weak_platform", platform=platform))
        else:
            doubts.append(because("codes.no_platform", platform=platform, platforms=names))
    return tuple(doubts)


def _usable(settings: TillSettings, table: PaymentFormats) -> list[PaymentFormat]:
    weak = settings.payments.weak_formats
    return [entry for entry in table.format if entry.confidence != "weak" or weak]


def _is_here(entry: PaymentFormat, regions: Collection[str]) -> bool:
    return "*" in entry.regions or not set(regions).isdisjoint(entry.regions)


def layouts_of(settings: TillSettings) -> tuple[LabelLayout, ...]:
    """The layouts of a till's settings. Raises LayoutError."""
    layouts = tuple(parse_layout(text) for text in settings.codes.layouts)
    for place, layout in enumerate(layouts):
        for other in layouts[:place]:
            if layout.length == other.length and layout.prefix.startswith(other.prefix):
                raise LayoutError("codes.layout_hidden", layout=layout.text, other=other.text)
    return layouts


def templates_of(settings: TillSettings) -> tuple[Template, ...]:
    """The templates of a till's settings. Raises TemplateError."""
    return tuple(parse_template(each.name, each.pattern) for each in settings.codes.template)
