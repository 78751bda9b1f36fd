"""What a scan means in this shop: read by its settings, and found in its books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from msgspec.structs import replace

from pos_tui.books import Books, Product
from pos_tui.codes.context import (
    CodeContext,
    accepted_formats,
    context_of,
    doubtful_platforms,
    layouts_of,
    templates_of,
)
from pos_tui.codes.identify import identify
from pos_tui.codes.payment import FormatsError, PaymentFormats, parse_formats
from pos_tui.codes.reading import ItemCode, Reading, RefusedCode
from pos_tui.codes.restricted import LayoutError
from pos_tui.codes.templates import Template, TemplateError
from pos_tui.reasons import Reason, because, reason_of
from pos_tui.settings import SettingsError, TillSettings, payment_formats_text


def load_context(settings: TillSettings, today: date) -> CodeContext:
    """What codes mean by these settings on this day. Raises SettingsError."""
    return _context(settings, _load_formats(settings), today)


def checked_templates(settings: TillSettings) -> tuple[tuple[Template, ...], tuple[Reason, ...]]:
    """The templates that can be used, and why each of the others cannot. Raises SettingsError."""
    if not settings.codes.template:
        return (), ()
    from pos_tui.codes.clashes import usable

    try:
        templates = templates_of(settings)
    except TemplateError as error:
        raise SettingsError(
            "codes.in_setting", setting="codes.template", why=error.reason
        ) from error
    return usable(templates, _load_formats(settings).format, settings.codes.layouts)


def checked_context(settings: TillSettings, today: date) -> tuple[CodeContext, tuple[Reason, ...]]:
    """As `load_context`, without the templates that clash; and why for each of those.

    What is wrong with the platforms' names is said, too: a till starts, whatever is named.
    """
    good, clashes = checked_templates(settings)
    context = load_context(settings, today)
    return replace(context, templates=good), (
        *(because("till.template_not_used", why=each) for each in clashes),
        *platform_doubts(settings),
    )


def platform_doubts(settings: TillSettings) -> tuple[Reason, ...]:
    """What is wrong with the platforms that the settings name. Raises SettingsError."""
    return tuple(
        because("codes.in_setting", setting="payments.platforms", why=why)
        for why in doubtful_platforms(settings, _load_formats(settings))
    )


def clash_of(template: Template, settings: TillSettings) -> Reason | None:
    """Why a template cannot be added to those that the settings have; None when it can.

    Raises TemplateError when one of those cannot be used.
    """
    from pos_tui.codes.clashes import find_clash

    return find_clash(
        template,
        templates_of(settings),
        _load_formats(settings).format,
        settings.codes.layouts,
    )


def code_overlaps(settings: TillSettings, layouts: Sequence[str]) -> tuple[Reason, ...]:
    """Where the shop's payment codes and item codes, labels of these layouts too, can be the same.

    Raises SettingsError.
    """
    from pos_tui.codes.clashes import overlaps

    return tuple(overlaps(accepted_formats(settings, _load_formats(settings)), layouts))


def layout_trouble(layout: str, settings: TillSettings) -> Reason | None:
    """Why a layout cannot be added to those that the settings have; None when it can."""
    codes = replace(settings.codes, layouts=(*settings.codes.layouts, layout))
    try:
        layouts_of(replace(settings, codes=codes))
    except LayoutError as error:
        return error.reason
    return None


def _load_formats(settings: TillSettings) -> PaymentFormats:
    path = settings.payments.formats_file
    try:
        return parse_formats(payment_formats_text(path))
    except FormatsError as error:
        raise SettingsError(
            "codes.in_setting", setting=str(path or "payments"), why=error.reason
        ) from error


def _context(settings: TillSettings, table: PaymentFormats, today: date) -> CodeContext:
    try:
        return context_of(settings, table, today)
    except LayoutError as error:
        raise SettingsError(
            "codes.layout_in_setting", setting="codes.layouts", why=error.reason
        ) from error
    except TemplateError as error:
        raise SettingsError(
            "codes.in_setting", setting="codes.template", why=error.reason
        ) from error


class Decoder:
    """Reads codes in the shop's context, which changes with the day and with the formats' file."""

    def __init__(self, settings: TillSettings, books: Books, context: CodeContext) -> None:
        self._settings = settings
        self._books = books
        self._file = settings.payments.formats_file
        self._changed_at = _changed_at(self._file)
        self._context = context

    def read(self, text: str, today: date) -> Reading:
        """What text is, with its other readings."""
        if today != self._context.today:
            self._context = replace(self._context, today=today)
        return identify(text, self._context)

    def find(self, reading: Reading, now: datetime) -> tuple[ItemCode, Product] | None:
        """The first reading that names a product in the books, and the product as it is now."""
        for item in _items(reading):
            for key in (item.key, *item.aliases):
                product = self._books.product(key, now)
                if product is not None:
                    return item, product
        return None

    def find_uncertain(self, reading: Reading) -> tuple[tuple[ItemCode, ...], Product] | None:
        """The readings of a code of which none is certain, and the product they all name."""
        items = tuple(_uncertain(reading))
        product = self._books.product(items[0].key) if items else None
        return None if product is None else (items, product)

    def refresh(self) -> Reason | None:
        """Read the shop's own file of payment formats again if it changed.

        Returns why where it, or a template beside it, cannot be used.
        """
        if self._file is None or _changed_at(self._file) == self._changed_at:
            return None
        self._changed_at = _changed_at(self._file)
        try:
            self._context, troubles = checked_context(self._settings, self._context.today)
        except SettingsError as error:
            return because("till.formats_kept", why=reason_of(error))
        return because("till.all_of", why=troubles) if troubles else None


def _items(reading: Reading) -> Iterator[ItemCode]:
    uncertain = set(map(id, _uncertain(reading)))
    for each in (reading, *reading.others):
        if isinstance(each, ItemCode) and id(each) not in uncertain:
            yield each


def _uncertain(reading: Reading) -> Iterator[ItemCode]:
    """What a refused code may say of its product; nothing of it is sold."""
    if isinstance(reading, RefusedCode):
        for each in reading.others:
            if isinstance(each, ItemCode) and each.gtin == reading.text:
                yield each


def _changed_at(path: Path | None) -> float:
    try:
        return path.stat().st_mtime if path else 0.0
    except OSError:
        return 0.0
