"""`pos-tui decode`: what a scan means, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pos_tui.commands.command import Command, complain

if TYPE_CHECKING:
    import argparse

    from pos_tui.codes import ItemCode, Reading


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "code", help=r"the scan, as the scanner gave it; \x1d stands for the separator GS"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _run(options: argparse.Namespace) -> int:
    import msgspec

    from pos_tui.codes import PaymentCode, Refused
    from pos_tui.codes.identify import identify
    from pos_tui.commands.paths import find_till, shop_clock
    from pos_tui.till.decoder import checked_context
    from pos_tui.wording.current import in_words

    settings, _ = find_till(options.settings, options.data)
    context, troubles = checked_context(settings, shop_clock(settings)().date())
    for trouble in troubles:
        complain(in_words(trouble))
    found = identify(options.code.replace("\\x1d", "\x1d"), context)
    meaning = describe(found)
    if found.others:
        is_wallet = isinstance(found, PaymentCode | Refused)
        meaning["others"] = [describe(other, is_wallet) for other in found.others]
    if options.json:
        print(msgspec.json.Encoder(decimal_format="number").encode(meaning).decode())
    else:
        show(meaning)
    return 0


def show(meaning: dict[str, Any]) -> None:
    """Print what `describe` gave, a line a field."""
    for key, value in meaning.items():
        if key != "others":
            print(f"{key:12} {value}")
    for other in meaning.get("others", ()):
        print("\nor else:")
        show(other)


def describe(reading: Reading, is_beside_wallet: bool = False) -> dict[str, Any]:
    """One reading as the JSON object that programs read; payment codes are masked, also as house
    codes where the first reading is a wallet's (`is_beside_wallet`).

    Prices are in minor units, weights in kilograms, dates ISO 8601.
    """
    from pos_tui.codes import ItemCode, PaymentCode, Refused
    from pos_tui.codes.payment import mask_code

    if isinstance(reading, ItemCode):
        return _item(reading, is_beside_wallet)
    if isinstance(reading, PaymentCode):
        return {
            "kind": "payment",
            "why": reading.why,
            "platform": reading.platform,
            "code": mask_code(reading.code),
        }
    return {"kind": "refused" if isinstance(reading, Refused) else "unknown", "why": reading.why}


def _item(item: ItemCode, is_beside_wallet: bool) -> dict[str, Any]:
    from pos_tui.codes.payment import mask_code

    house_code = item.house_code
    if house_code and item.like_payment and (item.doubt or is_beside_wallet):
        house_code = mask_code(house_code)
    why = item.why if item.doubt is None else f"{item.why}: {item.doubt}"
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
        "doubt": item.doubt,
    }
    known = {key: value for key, value in fields.items() if value is not None}
    return {"kind": "item", "why": why, **known}


DECODE = Command(
    "decode",
    "What a scan means to the till, and why.",
    "pos-tui decode 5449000000996",
    _arguments,
    _run,
)
