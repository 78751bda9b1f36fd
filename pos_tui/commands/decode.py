"""`pos-tui decode`: what a scan means, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pos_tui.commands.command import Command

if TYPE_CHECKING:
    import argparse


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", help="the scan, as the scanner gave it")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _run(options: argparse.Namespace) -> int:
    import msgspec

    from pos_tui.codes import identify
    from pos_tui.commands.places import find_till

    settings, _ = find_till(options.settings, options.data)
    meaning = describe(identify(options.code, settings.payments.platforms))
    if options.json:
        print(msgspec.json.encode(meaning).decode())
    else:
        for key, value in meaning.items():
            print(f"{key:12} {value}")
    return 0


def describe(found: object) -> dict[str, Any]:
    """What was identified, as the JSON object that programs read; payment codes are masked."""
    from pos_tui.codes import ItemCode, PaymentCode, Refused, Unknown
    from pos_tui.codes.payment import mask_code

    if isinstance(found, PaymentCode):
        return {
            "kind": "payment",
            "why": found.why,
            "platform": found.platform,
            "code": mask_code(found.code),
        }
    if isinstance(found, ItemCode):
        why = found.why if found.doubt is None else f"{found.why}: {found.doubt}"
        meaning: dict[str, Any] = {"kind": "item", "why": why}
        if found.gtin:
            meaning["gtin"] = found.gtin
        if found.house_code:
            meaning["house_code"] = found.house_code
        return meaning
    assert isinstance(found, Refused | Unknown)
    return {"kind": "refused" if isinstance(found, Refused) else "unknown", "why": found.why}


DECODE = Command(
    "decode",
    "What a scan means to the till, and why.",
    "pos-tui decode 5449000000996",
    _arguments,
    _run,
)
