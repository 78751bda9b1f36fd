"""`pos-tui clearing`: what platforms owe by day, their bills, and what came to the bank."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.reasons import ReasonError
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import date

    from pos_tui.money import Currency
    from pos_tui.till.money.clearing import ClearingDay, ShopClearing

_USUAL_DAYS = 31
_DIFFERS = 3


class _WrongInputError(ReasonError):
    """What was typed cannot be done."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    # Named as the program gathers words that stand after an option.
    parser.add_argument(
        "scans", metavar=say("cmd_clearing.word"), nargs="*", help=say("cmd_clearing.help_of")
    )
    parser.add_argument("--platform", default="", help=say("cmd_clearing.platform_help"))
    amount, number = say("cmd_clearing.amount"), say("cmd_clearing.number")
    parser.add_argument("--fee", metavar=amount, default="0", help=say("cmd_clearing.fee_help"))
    parser.add_argument(
        "--document", metavar=number, default="", help=say("cmd_clearing.document_help")
    )
    day = say("cmd_report.date")
    parser.add_argument("--from", dest="first", metavar=day, help=say("cmd_clearing.from_help"))
    parser.add_argument("--to", dest="last", metavar=day, help=say("cmd_clearing.to_help"))
    parser.add_argument("--json", action="store_true", help=say("commands.json_lines_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_report.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books
    from pos_tui.books.books import FILE_NAME
    from pos_tui.commands.paths import find_shop, shop_clock
    from pos_tui.till.money.clearing import ShopClearing

    settings, data = find_shop(options.demo, options.settings, options.data)
    if not (data / FILE_NAME).exists():
        return complain(say("commands.no_books", folder=str(data)))
    currency = settings.currency
    words: list[str] = list(options.scans)
    try:
        with closing(Books(data)) as books:
            books.day_ends_at = settings.cash.day_ends_at
            clearing = ShopClearing(
                books, currency.code, shop_clock(settings), lambda: settings.till.cashier
            )
            if not words:
                return _list(clearing, options, currency)
            if words[0] == "bill" and len(words) == 2:
                return _bill(clearing, Path(words[1]), options.platform, currency)
            if words[0] == "payout" and len(words) == 3:
                return _payout(clearing, words[1], words[2], options, currency)
    except ReasonError as error:
        return complain(in_words(error.reason))
    return complain(say("cmd_clearing.which"))


def _list(clearing: ShopClearing, options: argparse.Namespace, currency: Currency) -> int:
    """List the days; those that differ from their bills make the exit code another."""
    from datetime import timedelta

    last = _day(options.last) or clearing.today()
    first = _day(options.first) or last - timedelta(days=_USUAL_DAYS - 1)
    days = clearing.days(first, last)
    if options.json:
        _print_json(days)
    elif not days:
        print(say("clearing.empty"))
    else:
        _print_table(days, currency)
    return _DIFFERS if any(each.difference for each in days) else 0


def _bill(clearing: ShopClearing, path: Path, platform: str, currency: Currency) -> int:
    from pos_tui.money import format_amount

    bills = clearing.read_bills(path, platform)
    differs = False
    for bill in bills:
        (found,) = (
            each for each in clearing.days(bill.day, bill.day) if each.platform == bill.platform
        )
        difference = found.difference or 0
        differs = differs or bool(difference)
        kind = "cmd_clearing.bill_differs" if difference else "cmd_clearing.bill_agrees"
        print(
            say(
                kind,
                platform=bill.platform,
                day=bill.day,
                bill=format_amount(bill.paid - bill.refunded, currency),
                ours=format_amount(found.taken - found.given_back, currency),
                difference=format_amount(difference, currency),
            )
        )
    return _DIFFERS if differs else 0


def _payout(
    clearing: ShopClearing,
    platform: str,
    amount: str,
    options: argparse.Namespace,
    currency: Currency,
) -> int:
    from pos_tui.money import parse_amount

    paid, fee = parse_amount(amount, currency), parse_amount(options.fee, currency)
    clearing.pay_out(platform, paid, fee, options.document)
    print(say("clearing.booked", platform=platform, document=options.document))
    return 0


def _day(text: str | None) -> date | None:
    from datetime import date

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _WrongInputError("cmd_report.not_a_date", text=text) from error


def _print_json(days: Sequence[ClearingDay]) -> None:
    import msgspec

    for each in days:
        line = msgspec.structs.asdict(each) | {"difference": each.difference}
        print(msgspec.json.encode(line).decode())


def _print_table(days: Sequence[ClearingDay], currency: Currency) -> None:
    from pos_tui.text_width import pad, pad_left, width_of
    from pos_tui.tui.pages.clearing_words import clearing_cells, clearing_titles

    titles, rows = clearing_titles(), [clearing_cells(each, currency) for each in days]
    widths = [max(map(width_of, column)) for column in zip(titles, *rows, strict=True)]
    for cells in (titles, *rows):
        parts = [pad(cells[0], widths[0]), pad(cells[1], widths[1])]
        parts += [pad_left(c, w) for c, w in zip(cells[2:], widths[2:], strict=True)]
        print("  ".join(parts).rstrip())


CLEARING = Subcommand(
    "clearing",
    "cmd_clearing.help",
    "pos-tui clearing payout wechat 1843.20 --fee 11.06 --document 20261128-1",
    _arguments,
    _run,
)
