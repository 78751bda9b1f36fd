"""`pos-tui layout`: the layouts of receipts that there are, one to begin with, one to check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import current, in_words, say

if TYPE_CHECKING:
    import argparse

_FEWEST, _MOST = 20, 96


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=("list", "show", "check"), help=say("cmd_layout.act_help"))
    name = say("cmd_layout.name")
    parser.add_argument("name", nargs="?", default="", metavar=name, help=say("cmd_layout.which"))
    parser.add_argument("--columns", type=int, metavar="N", help=say("cmd_layout.columns_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_layout.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.receipts.built_in_layouts import BUILT_IN

    names = ", ".join(BUILT_IN)
    if options.act == "list":
        for each in BUILT_IN:
            print(each)
        return 0
    if options.act == "show":
        if not options.name:
            return complain(say("cmd_layout.which_one", names=names))
        if options.name not in BUILT_IN:
            return complain(say("cmd_layout.no_layout", name=options.name, names=names))
        print(BUILT_IN[options.name], end="")
        return 0
    return _check(options)


def _check(options: argparse.Namespace) -> int:
    from pathlib import Path

    from pos_tui.books.journal.key import read_key
    from pos_tui.commands.paths import find_shop, shop_clock
    from pos_tui.receipts.layout import lay_out
    from pos_tui.receipts.receipt_design import ReceiptDesign
    from pos_tui.receipts.sample_receipt import sample_receipt
    from pos_tui.receipts.sealed_receipt import receipt_key
    from pos_tui.receipts.terminal_preview import preview
    from pos_tui.settings import SettingsError
    from pos_tui.till.shop_design import load_layout

    settings, data = find_shop(options.demo, options.settings, options.data)
    columns = options.columns or settings.printer.columns
    if not _FEWEST <= columns <= _MOST:
        return complain(say("cmd_layout.wrong_columns", fewest=_FEWEST, most=_MOST))
    name = options.name or settings.receipt.layout
    if not name:
        return complain(say("cmd_layout.none_set"))
    try:
        # As typed, a path is meant from here; in till.toml, from where that stands.
        is_here = options.name and Path(options.name).exists()
        layout = load_layout(str(Path(name).absolute()) if is_here else name)
    except SettingsError as error:
        return complain(in_words(error.reason))
    language = settings.shop.language or current().language
    now = shop_clock(settings)()
    sample = sample_receipt(settings.shop, settings.till, settings.currency, now, language)
    design = ReceiptDesign(layout, settings.receipt.qr, receipt_key(read_key(data)))
    lines = lay_out(sample, columns, design=design)
    print(preview(lines, columns, language), end="")
    print(say("cmd_layout.good", name=name, count=len(layout.block)))
    return 0


LAYOUT = Subcommand(
    "layout",
    "cmd_layout.help",
    "pos-tui layout check mine.toml --columns 32",
    _arguments,
    _run,
)
