"""`pos-tui decode`: what a scan means, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pos_tui.commands.command import Subcommand, complain

if TYPE_CHECKING:
    import argparse

    from pos_tui.codes import ItemCode, Reading


_FOR_PROGRAMS = frozenset(("others", "reason", "doubt_reason"))


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pos_tui.wording.current import say

    parser.add_argument("code", help=say("cmd_decode.code_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_decode.json_help"))


def _run(options: argparse.Namespace) -> int:
    import msgspec

    from pos_tui.codes import PaymentCode, RefusedCode
    from pos_tui.codes.identify import identify
    from pos_tui.commands.paths import find_till, shop_clock
    from pos_tui.settings import SettingsError, settings_folder
    from pos_tui.till.decoder import checked_context, platform_doubts
    from pos_tui.wording.current import in_words

    settings, _ = find_till(options.settings, options.data)
    for doubt in platform_doubts(settings):  # the till starts; a technician's question is not over
        path = options.settings or settings_folder() / "till.toml"
        raise SettingsError("settings.of_file", path=str(path), why=doubt)
    context, troubles = checked_context(settings, shop_clock(settings)().date())
    for trouble in troubles:
        complain(in_words(trouble))
    found = identify(options.code.replace("\\x1d", "\x1d"), context)
    meaning = describe(found)
    if found.others:
        is_wallet = isinstance(found, PaymentCode | RefusedCode)
        meaning["others"] = [describe(other, is_wallet) for other in found.others]
    if options.json:
        print(msgspec.json.Encoder(decimal_format="number").encode(meaning).decode())
    else:
        show_meaning(meaning)
    return 0


def show_meaning(meaning: dict[str, Any]) -> None:
    """Print what `describe` gave, a line a field."""
    from pos_tui.text_width import pad
    from pos_tui.wording.current import say

    for key, value in meaning.items():
        if key not in _FOR_PROGRAMS:
            words = say(f"cmd_decode.kind_{value}") if key == "kind" else value
            print(f"{pad(say(f'cmd_decode.field_{key}'), 12)} {words}")
    for other in meaning.get("others", ()):
        print("\n" + say("cmd_decode.or_else"))
        show_meaning(other)


def describe(reading: Reading, is_beside_wallet: bool = False) -> dict[str, Any]:
    """One reading as the JSON object that programs read; payment codes are masked, also as house
    codes where the first reading is a wallet's (`is_beside_wallet`).

    Prices are in minor units, weights in kilograms, dates ISO 8601. `why` and `doubt` are in the
    language in use, `reason` and `doubt_reason` are their kinds.
    """
    from pos_tui.codes import ItemCode, PaymentCode, ReceiptCode, RefusedCode, VoucherCode
    from pos_tui.codes.masking import shown
    from pos_tui.codes.payment import mask_code
    from pos_tui.wording.current import in_words

    if isinstance(reading, VoucherCode):
        return {
            "kind": "voucher",
            "why": in_words(reading.why),
            "reason": reading.why.kind,
            "code": shown(reading.number, reading),
        }
    if isinstance(reading, ItemCode):
        return _item(reading, is_beside_wallet)
    if isinstance(reading, PaymentCode):
        return {
            "kind": "payment",
            "why": in_words(reading.why),
            "reason": reading.why.kind,
            "platform": reading.platform,
            "code": mask_code(reading.code),
        }
    if isinstance(reading, ReceiptCode):
        return {
            "kind": "receipt",
            "why": in_words(reading.why),
            "reason": reading.why.kind,
            "sale": reading.sale_no,
            "till": reading.till,
        }
    return {
        "kind": "refused" if isinstance(reading, RefusedCode) else "unknown",
        "why": in_words(reading.why),
        "reason": reading.why.kind,
    }


def _item(item: ItemCode, is_beside_wallet: bool) -> dict[str, Any]:
    from pos_tui.codes.payment import mask_code
    from pos_tui.wording.current import in_words, say

    house_code = item.house_code
    if house_code and item.like_payment and (item.doubt or is_beside_wallet):
        house_code = mask_code(house_code)
    why = in_words(item.why)
    if item.doubt is not None:
        why = say("codes.doubted", why=item.why, doubt=item.doubt)
    hour = None
    if item.expires_on is not None and item.expires_at is not None:
        hour = f"{item.expires_on.isoformat()}T{item.expires_at:%H:%M}"
    fields = {
        "gtin": item.gtin,
        "house_code": house_code,
        "name": item.name,
        "template": item.template,
        "price": item.price,
        "weight_kg": item.weight_kg,
        "count": item.count,
        "lot": item.lot,
        "produced_on": item.produced_on,
        "best_before": item.best_before,
        "expires_on": item.expires_on,
        "expires_at": hour,
        "shelf_life": None if item.shelf_life is None else " ".join(map(str, item.shelf_life)),
        "doubt": None if item.doubt is None else in_words(item.doubt),
        "doubt_reason": None if item.doubt is None else item.doubt.kind,
    }
    known = {key: value for key, value in fields.items() if value is not None}
    return {"kind": "item", "why": why, "reason": item.why.kind, **known}


DECODE = Subcommand(
    "decode",
    "cmd_decode.help",
    "pos-tui decode 5449000000996",
    _arguments,
    _run,
)
