"""Values of till.toml that have the right type and still cannot be meant, with their keys."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import urlsplit

from pos_tui.money import is_currency
from pos_tui.plain_text import is_plain
from pos_tui.reasons import Reason, because, plain
from pos_tui.settings.scanners import SerialDevice
from pos_tui.settings.till import PrinterSettings, TillSettings

_USUAL_ENCODINGS = ("auto", "gb18030", "cp437", "cp858", "utf-8", "ascii")
_LONGEST_TEXT, _LONGEST_NAME = 500, 120
_MOST_TAX_DECIMALS = 4

Wrong = Iterator[tuple[str, Reason]]


def wrong_values(settings: TillSettings) -> Wrong:
    """Each (key, what is wrong and what is expected) of a till's settings."""
    yield from _wrong_shop(settings)
    yield from _wrong_texts(settings)
    yield from _wrong_connections(settings)
    yield from _wrong_tax(settings)
    yield from _wrong_devices(settings)


def _wrong_shop(settings: TillSettings) -> Wrong:
    shop = settings.shop
    if not is_currency(shop.currency):
        yield "shop.currency", because("settings.no_currency", name=shop.currency)
    if shop.time_zone and not _is_time_zone(shop.time_zone):
        yield "shop.time_zone", because("settings.no_zone", name=shop.time_zone)


def _wrong_texts(settings: TillSettings) -> Wrong:
    shop = settings.shop
    texts = {
        "shop.name": (shop.name, _LONGEST_NAME),
        "shop.address": (shop.address, _LONGEST_TEXT),
        "shop.receipt_footer": (shop.receipt_footer, _LONGEST_TEXT),
        "till.cashier": (settings.till.cashier, _LONGEST_NAME),
        "gateway.key": (settings.gateway.key, _LONGEST_TEXT),
        "voice.command": (settings.voice.command, _LONGEST_TEXT),
        "screen.theme": (settings.screen.theme, _LONGEST_TEXT),
    }
    for key, printer in _printers(settings):
        texts |= {f"{key}.host": (printer.host, _LONGEST_TEXT)}
        texts |= {f"{key}.path": (printer.path, 4 * _LONGEST_TEXT)}
        texts |= {f"{key}.queue": (printer.queue, _LONGEST_TEXT)}
    several = {
        "discounts.reasons": settings.discounts.reasons,
        "tax.rates": tuple(settings.tax.rates),
        "codes.layouts": settings.codes.layouts,
        "payments.platforms": settings.payments.platforms,
        "codes.template.name": tuple(each.name for each in settings.codes.template),
    }
    for key, (text, most) in texts.items():
        if not is_plain(" ".join(text.split())):  # an address or a footer may have several lines
            yield key, because("settings.not_plain")
        elif len(text) > most:
            yield key, because("settings.too_long", most=most)
    for key, values in several.items():
        if not all(map(is_plain, values)):
            yield key, because("settings.not_plain")


def _wrong_connections(settings: TillSettings) -> Wrong:
    gateway = settings.gateway
    if gateway.url and not gateway.key:
        yield "gateway.url", because("settings.gateway_key_needed")
    if gateway.url and not is_web_address(gateway.url):
        yield "gateway.url", because("settings.write_web_address")


def _wrong_tax(settings: TillSettings) -> Wrong:
    tax = settings.tax
    for name, percent in tax.rates.items():
        if not _is_percentage(percent):
            yield f"tax.rates.{name}", because("settings.no_percentage", percent=str(percent))
    if tax.mode != "none" and tax.default not in tax.rates:
        yield "tax.default", because("settings.no_tax_rate", name=tax.default)


def _wrong_command(command: str) -> Wrong:
    import shlex

    try:
        shlex.split(command)
    except ValueError as error:
        yield "voice.command", because("settings.no_command", why=plain(str(error)))


def _wrong_devices(settings: TillSettings) -> Wrong:
    voice = settings.voice
    for key, printer in _printers(settings):
        yield from _wrong_printer(key, printer)
    if voice.kind == "command" and not voice.command:
        yield "voice.command", because("settings.voice_command_needed")
    if voice.command:
        yield from _wrong_command(voice.command)
    for device in settings.scanner.device:
        if isinstance(device, SerialDevice) and not is_code_page(device.encoding):
            yield (
                "scanner.device.encoding",
                because("settings.no_encoding", name=device.encoding),
            )


def _printers(settings: TillSettings) -> Iterator[tuple[str, PrinterSettings]]:
    yield "printer", settings.printer
    for printer in settings.printer_for:
        yield "printer_for", printer


def _wrong_printer(key: str, printer: PrinterSettings) -> Wrong:
    if printer.kind == "network" and not printer.host:
        yield f"{key}.host", because("settings.printer_host_needed")
    if printer.kind == "serial" and not printer.path:
        yield f"{key}.path", because("settings.printer_port_needed")
    if printer.kind == "file" and not printer.path:
        yield f"{key}.path", because("settings.printer_path_needed")
    if printer.kind in {"cups", "windows"} and not printer.queue:
        yield f"{key}.queue", because("settings.printer_queue_needed")
    if not is_code_page(printer.encoding):
        yield f"{key}.encoding", because("settings.no_encoding", name=printer.encoding)


def is_web_address(url: str) -> bool:
    """Whether this is an http(s) address with a host."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return known and url.isprintable() and not any(each.isspace() for each in url)


def is_code_page(name: str) -> bool:
    """Whether a printer can be set to this encoding: ASCII in it is ASCII, and no letter steers."""
    if name in _USUAL_ENCODINGS:  # to look one up is to load it
        return True
    try:
        if "A~0".encode(name) != b"A~0":
            return False
        letters = "中é€あк".encode(name, "ignore")
    except (LookupError, ValueError, TypeError):
        return False
    return (
        codecs.lookup(name).name != "utf-7"
        and all(byte >= 0x30 for byte in letters)
        and (not letters or any(byte >= 0x80 for byte in letters))
    )


def _is_percentage(percent: Decimal) -> bool:
    if not percent.is_finite() or not 0 <= percent <= 100:
        return False
    return -int(percent.as_tuple().exponent) <= _MOST_TAX_DECIMALS


def _is_time_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True
