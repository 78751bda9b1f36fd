"""`pos-tui receive`: a delivery from a supplier's file, booked whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import (
    Subcommand,
    add_table_arguments,
    complain,
    report_rejects,
)
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.commands.goods_books import GoodsBooks
    from pos_tui.money import Currency
    from pos_tui.till.goods.delivery_entry import LineEntry


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar=say("commands.file"), help=say("cmd_receive.file_help")
    )
    name, amount = say("cmd_receive.name"), say("cmd_receive.amount")
    parser.add_argument(
        "--supplier", default="", metavar=name, help=say("cmd_receive.supplier_help")
    )
    parser.add_argument(
        "--document", default="", metavar=name, help=say("cmd_receive.document_help")
    )
    parser.add_argument(
        "--total", required=True, metavar=amount, help=say("cmd_receive.total_help")
    )
    parser.add_argument(
        "--accept-difference", action="store_true", help=say("cmd_receive.difference_help")
    )
    parser.add_argument("--dry-run", action="store_true", help=say("cmd_receive.dry_run_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_receive.json_help"))
    add_table_arguments(parser)


def _run(options: argparse.Namespace) -> int:
    from pos_tui.commands.goods_books import goods_books
    from pos_tui.reasons import ReasonError
    from pos_tui.settings import SettingsError

    try:
        with goods_books(options) as goods:
            return _receive(options, goods)
    except SettingsError:
        raise
    except ReasonError as error:
        return complain(in_words(error.reason))


def _receive(options: argparse.Namespace, goods: GoodsBooks) -> int:
    from pos_tui.money import format_amount
    from pos_tui.tables.rejects import write_rejects
    from pos_tui.till.goods.deliveries import DeliveryHead, ShopDeliveries

    settings = goods.settings
    deliveries = ShopDeliveries(
        goods.books,
        settings,
        goods.clock,
        goods.read,
        goods.find,
        lambda: settings.till.cashier,
    )
    head = DeliveryHead(options.supplier, options.document, deliveries.read_total(options.total))
    deliveries.check(head)
    file = deliveries.read_file(
        options.file,
        encoding=options.encoding,
        sheet=options.sheet,
        dates=options.dates,
        language=settings.shop.language,
    )
    rejects = write_rejects(file.rejects, goods.data, options.file.stem, in_words)
    report_rejects(file.rejects, rejects)
    for row, entry in file.entries:
        for doubt in deliveries.doubts(entry):
            print(say("cmd_receive.doubt", line=row, why=doubt), file=sys.stderr)
    entries = [entry for _, entry in file.entries]
    cost = sum(entry.line.cost for entry in entries)
    difference = cost - (head.total or 0)
    if options.dry_run and not options.json:
        _show(entries, deliveries.currency)
    if file.rejects:
        _report(options, 0, entries, difference, len(file.rejects))
        return complain(say("cmd_receive.refused", count=len(file.rejects)))
    if difference and not options.accept_difference:
        _report(options, 0, entries, difference, 0)
        kind = "cmd_receive.more" if difference > 0 else "cmd_receive.less"
        return complain(
            say(
                kind,
                cost=format_amount(cost, deliveries.currency),
                total=format_amount(head.total or 0, deliveries.currency),
                difference=format_amount(abs(difference), deliveries.currency),
            )
        )
    booked = None
    if not options.dry_run:
        lines = [entry.line for entry in entries]
        booked = deliveries.book_at_once(head, lines, difference)
    number = 0 if booked is None else booked.number
    _report(options, number, entries, difference, 0)
    if options.json:
        return 0
    kind = "cmd_receive.would" if options.dry_run else "cmd_receive.done"
    amount = format_amount(cost, deliveries.currency)
    print(say(kind, number=number, count=len(entries), cost=amount))
    for each in () if booked is None else booked.learnt:
        print(say(f"goods_in.learnt_{each.unit}", name=each.name, count=each.count))
    return 0


def _show(entries: list[LineEntry], currency: Currency) -> None:
    """The lines as they would be booked."""
    from pos_tui.money import format_amount
    from pos_tui.text_width import pad
    from pos_tui.till.quantity import quantity_in_units

    for line in (entry.line for entry in entries):
        day = "" if line.expires_on is None else line.expires_on.isoformat()
        amount = format_amount(line.cost, currency)
        quantity = quantity_in_units(line.quantity)
        text = f"  {pad(line.name, 28)} {quantity:>8} {amount:>10}  {day:10}  {line.lot}"
        print(text.rstrip())


def _report(
    options: argparse.Namespace,
    number: int,
    entries: list[LineEntry],
    difference: int,
    refused: int,
) -> None:
    """The result for a program: amounts in minor units, delivery 0 where nothing was booked."""
    import msgspec

    if not options.json:
        return
    cost = sum(entry.line.cost for entry in entries)
    result = {
        "delivery": number,
        "lines": len(entries),
        "cost": cost,
        "total": cost - difference,
        "difference": difference,
        "refused": refused,
    }
    print(msgspec.json.encode(result).decode())


RECEIVE = Subcommand(
    "receive",
    "cmd_receive.help",
    "pos-tui receive delivery.csv --supplier Dairy --document A-1001 --total 480.00",
    _arguments,
    _run,
)
