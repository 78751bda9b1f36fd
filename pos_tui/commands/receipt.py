"""`pos-tui receipt`: any receipt again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain

if TYPE_CHECKING:
    import argparse


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sale", type=int, metavar="SALE", help="the sale's number")
    parser.add_argument(
        "--as",
        dest="form",
        choices=("text", "json", "escpos"),
        default="text",
        help="text, the receipt data file, or the printer's bytes",
    )
    parser.add_argument("--demo", action="store_true", help="a receipt of the demo shop")


def _run(options: argparse.Namespace) -> int:
    from pos_tui.commands.paths import find_shop
    from pos_tui.receipts.data import decode_receipt
    from pos_tui.receipts.layout import lay_out
    from pos_tui.receipts.text import as_text

    settings, data = find_shop(options.demo, options.settings, options.data)
    path = data / "receipts" / f"{options.sale:06d}.json"
    try:
        content = path.read_bytes()
    except OSError:
        return complain(f"there is no receipt of sale {options.sale} in {path.parent}.")
    if options.form == "json":
        sys.stdout.buffer.write(content)
        return 0
    receipt = decode_receipt(content)
    if options.form == "text":
        print(as_text(receipt, settings.printer.columns), end="")
        return 0
    from pos_tui.devices.printers.escpos_jobs import compose, load_escpos

    load_escpos(str(data / "cache"))
    lines = [(line.text, line.style) for line in lay_out(receipt, settings.printer.columns)]
    sys.stdout.buffer.write(compose(lines, settings.printer.encoding))
    return 0


RECEIPT = Command(
    "receipt",
    "A receipt again, as text, as its data file, or as the printer's bytes.",
    "pos-tui receipt 148 --as escpos > /dev/usb/lp0",
    _arguments,
    _run,
)
