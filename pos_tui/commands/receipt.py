"""`pos-tui receipt`: any receipt again, a sample of how they look, or whether one is genuine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import current, in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.receipts.data import ReceiptData
    from pos_tui.receipts.print_lines import PrintLine
    from pos_tui.receipts.receipt_design import ReceiptDesign
    from pos_tui.settings import TillSettings

ReceiptForm = Literal["text", "json", "escpos", "png", "svg", "speech", "receiptline"]
_FORMS: tuple[ReceiptForm, ...] = (
    "text", "json", "escpos", "png", "svg", "speech", "receiptline",
)  # fmt: skip
_VERIFY, _KEY = "verify", "key"


def _arguments(parser: argparse.ArgumentParser) -> None:
    sale, text = say("cmd_receipt.sale"), say("cmd_receipt.sale_help")
    parser.add_argument("sale", nargs="?", default="", metavar=sale, help=text)
    photo = say("cmd_receipt.photo")
    parser.add_argument("photo", nargs="?", metavar=photo, help=say("cmd_receipt.photo_help"))
    form, usual = say("cmd_receipt.as_help"), "text"
    parser.add_argument("--as", dest="form", choices=_FORMS, default=usual, help=form)
    parser.add_argument("--preview", action="store_true", help=say("cmd_receipt.preview_help"))
    file = say("cmd_receipt.file")
    parser.add_argument("--out", type=Path, metavar=file, help=say("cmd_receipt.out_help"))
    parser.add_argument("--font", type=Path, metavar=file, help=say("cmd_receipt.font_help"))
    parser.add_argument("--key", type=Path, metavar=file, help=say("cmd_receipt.key_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_receipt.json_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_receipt.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.commands.paths import find_shop

    settings, data = find_shop(options.demo, options.settings, options.data)
    if options.sale == _VERIFY:
        from pos_tui.commands.receipt_verify import run_verify

        return run_verify(options.photo, options.key, settings, data, as_json=options.json)
    if options.sale == _KEY:
        from pos_tui.commands.receipt_verify import run_key

        return run_key(data)
    if options.preview:
        return _preview(settings, data, options)
    if not options.sale:
        from pos_tui.commands.not_printed import list_not_printed

        return list_not_printed(settings, data, as_json=options.json)
    if not options.sale.isdecimal():
        return complain(say("cmd_receipt.which", text=options.sale))
    path = data / "receipts" / f"{int(options.sale):06d}.json"
    try:
        content = path.read_bytes()
    except OSError:
        sale, folder = int(options.sale), str(path.parent)
        return complain(say("cmd_receipt.no_receipt", sale=sale, folder=folder))
    if options.form == "json" or options.json:
        return _write(content, options.out)
    return _again(content, path, settings, data, options)


def _again(
    content: bytes, path: Path, settings: TillSettings, data: Path, options: argparse.Namespace
) -> int:
    import msgspec

    from pos_tui.receipts.data import decode_receipt

    try:
        receipt = decode_receipt(content)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return complain(say("cmd_receipt.damaged", path=str(path)))
    return _written(receipt, _design(settings, data), settings, options)


def _preview(settings: TillSettings, data: Path, options: argparse.Namespace) -> int:
    from pos_tui.commands.paths import shop_clock
    from pos_tui.receipts.sample_receipt import sample_receipt
    from pos_tui.receipts.terminal_preview import preview

    language = settings.shop.language or current().language
    now = shop_clock(settings)()
    sample = sample_receipt(settings.shop, settings.till, settings.currency, now, language)
    design = _design(settings, data)
    if options.form != "text":
        return _written(sample, design, settings, options)
    columns = settings.printer.columns
    text = preview(_lines(sample, columns, design), columns, language)
    return _write(text.encode(), options.out)


def _design(settings: TillSettings, data: Path) -> ReceiptDesign:
    from pos_tui.till.shop_design import ShopDesign

    shop = ShopDesign(settings, data)
    design = shop.read()
    if trouble := shop.take_trouble():
        complain(in_words(trouble))
    return design


def _lines(receipt: ReceiptData, columns: int, design: ReceiptDesign) -> list[PrintLine]:
    from pos_tui.receipts.layout import lay_out

    return lay_out(receipt, columns, design=design)


def _written(
    receipt: ReceiptData,
    design: ReceiptDesign,
    settings: TillSettings,
    options: argparse.Namespace,
) -> int:
    from pos_tui.devices.printers import PrinterError

    try:
        content = _in_form(receipt, design, settings, options)
    except PrinterError as error:
        return complain(in_words(error.reason))
    return _write(content, options.out)


def _in_form(
    receipt: ReceiptData,
    design: ReceiptDesign,
    settings: TillSettings,
    options: argparse.Namespace,
) -> bytes:
    """The receipt as it was asked for. Raises PrinterError."""
    from msgspec.structs import replace

    columns, form = settings.printer.columns, options.form
    lines = _lines(receipt, columns, design)
    rows = [(line.text, line.style) for line in lines]
    if form == "escpos":
        from pos_tui.devices.printers.escpos_jobs import compose

        return compose(rows, settings.printer)
    if form == "png":
        from pos_tui.devices.printers.paper_png import paper_png

        printer = settings.printer
        if options.font is not None:
            printer = replace(printer, font=str(options.font))
        return paper_png(rows, printer)
    if form == "svg":
        from pos_tui.devices.printers.paper_svg import paper_svg

        return paper_svg(rows, columns).encode()
    if form == "receiptline":
        from pos_tui.receipts.receiptline import as_receiptline

        return as_receiptline(lines).encode()
    if form == "speech":
        from pos_tui.receipts.speech import say_receipt

        return f"{say_receipt(receipt, receipt.language)}\n".encode()
    if form == "json":
        from pos_tui.receipts.data import encode_receipt

        return encode_receipt(receipt)
    from pos_tui.receipts.text import as_text

    return as_text(receipt, columns, design).encode()


def _write(content: bytes, path: Path | None) -> int:
    if path is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return 0
    try:
        path.write_bytes(content)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return complain(say("cmd_receipt.not_written", path=str(path), why=why))
    return 0


RECEIPT = Subcommand(
    "receipt",
    "cmd_receipt.help",
    "pos-tui receipt 148 --as png --out receipt.png",
    _arguments,
    _run,
)
