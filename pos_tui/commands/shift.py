"""`pos-tui shift`: the drawer's shifts: opened, money in and out, counted and closed, X and Z."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.books.cash.drawer_acts import CashMove
    from pos_tui.till.money.cash_count import CashSoFar
    from pos_tui.till.money.drawer import DrawerDone, ShopDrawer

_ACTS = (
    "status", "open", "close", "hand-over", "pay-in", "pay-out", "drop", "no-sale", "x", "z", "why",
)  # fmt: skip
# The fewest and the most words behind an act.
_WORDS = {
    "pay-in": (2, 99),
    "pay-out": (2, 99),
    "drop": (1, 1),
    "no-sale": (1, 99),
    "z": (1, 1),
    "why": (1, 1),
}


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=_ACTS, help=say("cmd_shift.act_help"))
    parser.add_argument(
        "words", nargs="*", metavar=say("cmd_shift.words"), help=say("cmd_shift.words_help")
    )
    count = say("cmd_shift.count")
    parser.add_argument("--count", action="append", metavar=count, help=say("cmd_shift.count_help"))
    amount, name = say("cmd_shift.amount"), say("cmd_shift.name")
    parser.add_argument("--left", metavar=amount, help=say("cmd_shift.left_help"))
    parser.add_argument("--to", default="", metavar=name, help=say("cmd_shift.to_help"))
    parser.add_argument("--by", default="", metavar=name, help=say("cmd_shift.by_help"))
    parser.add_argument("--day", metavar=say("cmd_shift.day"), help=say("cmd_shift.day_help"))
    parser.add_argument(
        "--as", dest="form", choices=("text", "json", "escpos"), help=say("cmd_shift.as_help")
    )
    parser.add_argument("--json", action="store_true", help=say("cmd_shift.json_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_shift.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books
    from pos_tui.commands.paths import find_shop, shop_clock
    from pos_tui.commands.shop_money import command_spool
    from pos_tui.reasons import ReasonError
    from pos_tui.settings import SettingsError
    from pos_tui.till.money.drawer import ShopDrawer
    from pos_tui.till.paper.drawer_opener import DrawerOpener
    from pos_tui.wording.current import current

    fewest, most = _WORDS.get(options.act, (0, 0))
    if not fewest <= len(options.words) <= most:
        return complain(say("cmd_shift.words_wrong", act=options.act))
    settings, data = find_shop(options.demo, options.settings, options.data)
    by = options.by or settings.till.cashier
    try:
        with closing(Books(data)) as books:
            books.day_ends_at = settings.cash.day_ends_at
            clock = shop_clock(settings)
            with closing(command_spool(settings, data, books, clock)) as spool:
                opener = DrawerOpener(spool, lambda _: None, settings)
                drawer = ShopDrawer(settings, books, clock, spool, opener, current().language)
                return _act(options, drawer, by)
    except SettingsError:
        raise
    except ReasonError as error:
        return complain(in_words(error.reason))


def _act(options: argparse.Namespace, drawer: ShopDrawer, by: str) -> int:
    words = options.words
    match options.act:
        case "status":
            return _status(drawer, as_json=options.json)
        case "open":
            return _open(options, drawer, by)
        case "close" | "hand-over":
            return _close(options, drawer, by)
        case "pay-in" | "pay-out":
            kind: CashMove = "pay_in" if options.act == "pay-in" else "pay_out"
            amount = drawer.read_amount(words[0])
            reason, _ = drawer.read_reason(kind, " ".join(words[1:]))
            return _moved(drawer.move(kind, amount, reason, by))
        case "drop":
            return _moved(drawer.move("drop", drawer.read_amount(words[0]), "", by))
        case "no-sale":
            reason, _ = drawer.read_reason("no_sale", " ".join(words))
            return _moved(drawer.move("no_sale", 0, reason, by))
        case "x":
            return _x(options, drawer, by)
    if not words[0].isdecimal():
        return complain(say("cmd_shift.z_number", act=options.act))
    if options.act == "why":
        return _why(drawer, int(words[0]), as_json=options.json)
    return _z(options, drawer, int(words[0]))


def _status(drawer: ShopDrawer, *, as_json: bool) -> int:
    import msgspec

    from pos_tui.money import format_amount

    status = drawer.status()
    shift = status.shift
    if as_json:
        print(msgspec.json.encode(status).decode())
        return 0
    left = format_amount(status.proposed, drawer.currency)
    if shift is None:
        print(say("drawer_page.none_open", left=left))
        return 0
    values: dict[str, str | int] = {
        "number": shift.number,
        "day": shift.day.isoformat(),
        "at": f"{shift.opened_at:%H:%M}",
    }
    if not shift.opened_by and not status.has_float:
        print(say("drawer_page.opened_itself", **values))
    else:
        print(say("drawer_page.open_now", name=status.opened_by, **values))
    if status.wants_drop:
        print(say("drawer_page.wants_drop"))
    return 0


def _counted(options: argparse.Namespace, drawer: ShopDrawer) -> CashSoFar | None:
    """What --count says, a line each; None where nobody counted. Raises CashCountError."""
    from pos_tui.till.money.cash_count import CashSoFar

    if not options.count:
        return None
    counted = CashSoFar()
    for line in options.count:
        for each in line.split("+"):
            counted = drawer.counted_with(counted, each)
    return counted


def _open(options: argparse.Namespace, drawer: ShopDrawer, by: str) -> int:
    from datetime import date

    import msgspec

    from pos_tui.money import format_amount

    day = None
    if options.day:
        try:
            day = date.fromisoformat(options.day)
        except ValueError:
            return complain(say("cmd_shift.wrong_day"))
    counted = _counted(options, drawer)
    proposed = drawer.status().proposed
    shift = drawer.open(by, counted, day)
    if options.json:
        print(msgspec.json.encode(shift).decode())
        return 0
    amount = format_amount(proposed if counted is None else counted.total, drawer.currency)
    print(say("drawer_page.opened", number=shift.number, amount=amount))
    return 0


def _close(options: argparse.Namespace, drawer: ShopDrawer, by: str) -> int:
    import msgspec

    counted = _counted(options, drawer)
    if options.act == "hand-over":
        if not options.to:
            return complain(say("drawer_page.name_needed"))
        z, _, trouble = drawer.hand_over(by, counted, options.to)
    else:
        left = None if options.left is None else drawer.amount_left(options.left)
        z, trouble = drawer.close(by, counted, left)
    if options.json:
        print(msgspec.json.encode(z.report).decode())
    else:
        print(z.text.decode(), end="")
    if trouble is not None:
        print(say("drawer_page.not_printed", why=trouble), file=sys.stderr)
    return 0


def _moved(done: DrawerDone) -> int:
    from pos_tui.till.money.drawer import done_with_key

    print(in_words(done_with_key(done)))
    if done.not_printed is not None:
        print(say("drawer_page.not_printed", why=done.not_printed), file=sys.stderr)
    return 0


def _x(options: argparse.Namespace, drawer: ShopDrawer, by: str) -> int:
    import msgspec

    from pos_tui.receipts.layout import lines_as_text

    report, lines = drawer.x_report(by)
    if options.json or options.form == "json":
        print(msgspec.json.encode(report).decode())
    elif options.form == "escpos":
        sys.stdout.buffer.write(drawer.job_of(lines))
    else:
        print(lines_as_text(lines), end="")
    return 0


def _why(drawer: ShopDrawer, number: int, *, as_json: bool) -> int:
    import msgspec

    said = [in_words(each) for each in drawer.explain(number)]
    print(
        msgspec.json.encode({"shift": number, "why": said}).decode() if as_json else "\n".join(said)
    )
    return 0


def _z(options: argparse.Namespace, drawer: ShopDrawer, number: int) -> int:
    import msgspec

    z = drawer.z_report(number)
    if options.json or options.form == "json":
        print(msgspec.json.encode(z.report).decode())
    elif options.form == "escpos":
        sys.stdout.buffer.write(z.job)
    else:
        print(z.text.decode(), end="")
    return 0


SHIFT = Subcommand(
    "shift",
    "cmd_shift.help",
    "pos-tui shift close --count 3x50 --count 2x20 --left 100",
    _arguments,
    _run,
)
