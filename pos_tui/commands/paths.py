"""Where a command finds its till: settings, data folder, clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from msgspec.structs import replace

from pos_tui.settings import (
    CashSettings,
    CodeSettings,
    DiscountSettings,
    PaymentSettings,
    SettingsError,
    ShopSettings,
    TillSettings,
    data_folder,
    load_till_settings,
    settings_folder,
)
from pos_tui.wording.current import say

_DRAWER_REASONS = {
    "pay_in_reasons": ("change", "owner", "found"),
    "pay_out_reasons": ("supplies", "supplier", "postage", "owner"),
    "no_sale_reasons": ("change", "mistake", "to_count"),
}


def find_till(settings: Path | None, data: Path | None) -> tuple[TillSettings, Path]:
    """The till's settings and its data folder. Raises SettingsError.

    Each till of a machine has its own folder, named after its merchant and number.
    """
    loaded = load_till_settings(settings)
    if loaded.codes != CodeSettings() or loaded.payments != PaymentSettings():
        _check_codes(loaded, settings or settings_folder() / "till.toml")
    if settings is not None and loaded.receipt.layout:
        loaded = _with_layout_beside(loaded, settings)
    if data is None:
        data = data_folder() / f"till-{loaded.till.merchant}-{loaded.till.number}"
    return with_usual_words(loaded), data


def with_usual_words(settings: TillSettings) -> TillSettings:
    """The settings; what a shop has not set itself is in the language in use."""
    shop, discounts, cash = settings.shop, settings.discounts, settings.cash
    if shop.receipt_footer == ShopSettings().receipt_footer:
        shop = replace(shop, receipt_footer=say("usual.footer"))
    if discounts.reasons == DiscountSettings().reasons:
        discounts = replace(discounts, reasons=usual_discount_reasons())
    for field, kinds in _DRAWER_REASONS.items():
        if getattr(cash, field) == getattr(CashSettings(), field):
            words = tuple(say(f"usual.drawer_{kind}") for kind in kinds)
            cash = replace(cash, **{field: words})
    return replace(settings, shop=shop, discounts=discounts, cash=cash)


def usual_discount_reasons() -> tuple[str, ...]:
    """The reasons for a discount in a shop that has set none."""
    kinds = ("damaged", "short_date", "price_promise", "goodwill")
    return tuple(say(f"usual.discount_{kind}") for kind in kinds)


def find_shop(demo: bool, settings: Path | None, data: Path | None) -> tuple[TillSettings, Path]:
    """As `find_till`, or the demo shop's. Raises SettingsError."""
    if not demo:
        return find_till(settings, data)
    from pos_tui.demo.shop import demo_place, demo_settings

    return demo_settings(), data or demo_place()


def _with_layout_beside(loaded: TillSettings, path: Path) -> TillSettings:
    """The settings; a layout of the shop's own is the file beside the settings file at `path`."""
    from pos_tui.receipts.built_in_layouts import BUILT_IN

    name = loaded.receipt.layout
    if name in BUILT_IN:
        return loaded
    beside = str(path.absolute().parent / name)
    return replace(loaded, receipt=replace(loaded.receipt, layout=beside))


def _check_codes(settings: TillSettings, path: Path) -> None:
    """What the shop says of its codes must be understood before the first one is scanned."""
    from pos_tui.till.decoder import load_context

    try:
        load_context(settings, datetime.now().astimezone().date())
    except SettingsError as error:
        raise SettingsError("settings.of_file", path=str(path), why=error.reason) from error


def shop_clock(settings: TillSettings) -> Callable[[], datetime]:
    """A clock that gives aware times in the shop's time zone. Raises SettingsError."""
    zone: tzinfo | None = None
    if settings.shop.time_zone:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            zone = ZoneInfo(settings.shop.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            name = settings.shop.time_zone
            raise SettingsError("settings.no_time_zone", name=name) from error
    if zone is None:
        return lambda: datetime.now().astimezone()
    return lambda: datetime.now(zone)
