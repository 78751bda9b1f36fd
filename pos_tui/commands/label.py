"""`pos-tui label`: a label for a shelf, or for goods with their lot and last good day."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from datetime import date

    from pos_tui.checkout.expiry import DateKind


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pathlib import Path

    parser.add_argument("code", metavar=say("cmd_label.code"), help=say("cmd_label.code_help"))
    day = say("cmd_label.day")
    parser.add_argument("--expires", metavar=day, help=say("cmd_label.expires_help"))
    parser.add_argument(
        "--lot", default="", metavar=say("cmd_label.lot"), help=say("cmd_label.lot_help")
    )
    parser.add_argument(
        "--best-before", action="store_true", help=say("cmd_label.best_before_help")
    )
    parser.add_argument("--copies", type=int, default=1, metavar="N", help=say("cmd_label.copies"))
    parser.add_argument(
        "--as", dest="form", choices=("png", "escpos"), default="png", help=say("cmd_label.as_help")
    )
    where = parser.add_mutually_exclusive_group(required=True)
    file = say("cmd_label.file")
    where.add_argument("--out", type=Path, metavar=file, help=say("cmd_label.out_help"))
    where.add_argument("--print", action="store_true", help=say("cmd_label.print_help"))
    parser.add_argument("--font", type=Path, metavar=file, help=say("cmd_label.font_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_label.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.commands.paths import find_shop, shop_clock
    from pos_tui.commands.shop_money import command_spool
    from pos_tui.commands.stock import product_finder
    from pos_tui.devices.printers import PrinterError
    from pos_tui.till.goods.labels import LabelError, ShopLabels
    from pos_tui.till.goods.stock import OrderFileError
    from pos_tui.wording.current import current

    try:
        expires_on = _day(options.expires)
    except ValueError:
        return complain(say("cmd_label.no_day", text=options.expires))
    settings, data = find_shop(options.demo, options.settings, options.data)
    if not (data / FILE_NAME).exists():
        return complain(say("commands.no_books", folder=str(data)))
    if options.print and settings.printer_of("labels").kind == "none":
        return complain(say("cmd_label.no_printer"))
    try:
        clock = shop_clock(settings)
        with (
            closing(Books(data)) as books,
            closing(command_spool(settings, data, books, clock)) as spool,
        ):
            product = product_finder(settings, books)(options.code)
            if product is None:
                return complain(say("cmd_stock.no_product", code=options.code))
            labels = ShopLabels(
                settings,
                books,
                clock,
                spool,
                settings.shop.language or current().language,
                lambda: settings.till.cashier,
            )
            kind: DateKind = "best_before" if options.best_before else "use_by"
            draft = labels.draft(product, options.copies, expires_on, options.lot, kind)
            if options.print:
                print(in_words(labels.print(draft)))
                return 0
            labels.write(draft, options.out, options.form, options.font)
    except (BooksError, LabelError, PrinterError, OrderFileError) as error:
        return complain(in_words(error.reason))
    print(say("cmd_label.written", file=str(options.out)), file=sys.stderr)
    return 0


def _day(text: str | None) -> date | None:
    """A day as it is typed. Raises ValueError."""
    from datetime import date

    return None if text is None else date.fromisoformat(text)


LABEL = Subcommand(
    "label",
    "cmd_label.help",
    "pos-tui label 4061458000024 --expires 2026-12-01 --as png --out label.png",
    _arguments,
    _run,
)
