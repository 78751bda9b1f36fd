"""`pos-tui receipt`: any receipt again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import say

if TYPE_CHECKING:
    import argparse


def _arguments(parser: argparse.ArgumentParser) -> None:
    sale, text = say("cmd_receipt.sale"), say("cmd_receipt.sale_help")
    parser.add_argument("sale", type=int, nargs="?", metavar=sale, help=text)
    parser.add_argument(
        "--as",
        dest="form",
        choices=("text", "json", "escpos"),
        default="text",
        help=say("cmd_receipt.as_help"),
    )
    parser.add_argument("--json", action="store_true", help=say("cmd_receipt.json_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_receipt.demo_help"))


def _run(options: argparse.Namespace) -> int:
    import msgspec

    from pos_tui.commands.paths import find_shop
    from pos_tui.receipts.data import decode_receipt
    from pos_tui.receipts.layout import lay_out
    from pos_tui.receipts.text import as_text

    settings, data = find_shop(options.demo, options.settings, options.data)
    if options.sale is None:
        from pos_tui.commands.not_printed import list_not_printed

        return list_not_printed(settings, data, as_json=options.json)
    path = data / "receipts" / f"{options.sale:06d}.json"
    try:
        content = path.read_bytes()
    except OSError:
        return complain(say("cmd_receipt.no_receipt", sale=options.sale, folder=str(path.parent)))
    if options.form == "json" or options.json:
        sys.stdout.buffer.write(content)
        return 0
    try:
        receipt = decode_receipt(content)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return complain(say("cmd_receipt.damaged", path=str(path)))
    if options.form == "text":
        print(as_text(receipt, settings.printer.columns), end="")
        return 0
    from pos_tui.devices.printers.escpos_jobs import compose

    lines = [(line.text, line.style) for line in lay_out(receipt, settings.printer.columns)]
    sys.stdout.buffer.write(compose(lines, settings.printer.encoding))
    return 0


RECEIPT = Subcommand(
    "receipt",
    "cmd_receipt.help",
    "pos-tui receipt 148 --as escpos > /dev/usb/lp0",
    _arguments,
    _run,
)
