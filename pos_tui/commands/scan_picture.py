"""`pos-tui scan-picture`: the codes in photographs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_tui.commands.command import WRONG_INPUT, Subcommand, complain
from pos_tui.wording.current import in_words

if TYPE_CHECKING:
    import argparse

    from pos_tui.devices.scanners.picture import Picture

NOTHING_FOUND = 3


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pos_tui.wording.current import say

    files = say("cmd_scan_picture.file")
    text = say("cmd_scan_picture.files_help")
    parser.add_argument("files", nargs="+", type=Path, metavar=files, help=text)
    parser.add_argument("--json", action="store_true", help=say("cmd_scan_picture.json_help"))


def _run(options: argparse.Namespace) -> int:
    import msgspec

    from pos_tui.codes.identify import identify
    from pos_tui.commands.decode import describe
    from pos_tui.commands.paths import find_till, shop_clock
    from pos_tui.devices.scanners.picture import PictureError, read_picture
    from pos_tui.devices.scanners.scanned_text import shop_encoding
    from pos_tui.till.decoder import checked_context
    from pos_tui.wording.current import in_words

    settings, _ = find_till(options.settings, options.data)
    context, troubles = checked_context(settings, shop_clock(settings)().date())
    for trouble in troubles:
        complain(in_words(trouble))
    encoding = shop_encoding(settings.shop.language, settings.shop.currency)
    outcome = 0
    for path in options.files:
        try:
            picture = read_picture(path, encoding)
        except PictureError as error:
            outcome = complain(in_words(error.reason), WRONG_INPUT)
            continue
        found = [
            {"symbology": code.symbology, **describe(identify(code.text, context))}
            for code in picture.codes
        ]
        outcome = outcome or (0 if found else NOTHING_FOUND)
        if options.json:
            missed = [
                {"symbology": each.symbology, "why": in_words(each.why), "reason": each.why.kind}
                for each in picture.doubtful
            ]
            line = {"file": str(path), "codes": found, "missed": missed}
            print(msgspec.json.Encoder(decimal_format="number").encode(line).decode())
        else:
            _print(path, found, picture)
    return outcome


def _print(path: Path, found: list[dict[str, Any]], picture: Picture) -> None:
    from pos_tui.text_width import pad
    from pos_tui.wording.current import say

    seen = len(picture.doubtful)
    print(say("cmd_scan_picture.found", path=str(path), found=len(found), seen=seen))
    for meaning in found:
        code = meaning.get("gtin") or meaning.get("house_code") or meaning.get("code", "")
        kind = pad(say(f"cmd_decode.kind_{meaning['kind']}"), 8)
        print(f"  ✓ {kind} {code:20} {meaning['symbology']}: {meaning['why']}")
    for each in picture.doubtful:
        print(f"  ! {in_words(each.why)}")


SCAN_PICTURE = Subcommand(
    "scan-picture",
    "cmd_scan_picture.help",
    "pos-tui scan-picture shelf.jpg",
    _arguments,
    _run,
)
