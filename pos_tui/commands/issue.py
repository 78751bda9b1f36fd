"""`pos-tui issue`: goods that go without being sold."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.issue_reasons import REASONS, WITH_WORDS
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.commands.goods_books import GoodsBooks


def _arguments(parser: argparse.ArgumentParser) -> None:
    code = say("cmd_issue.code")
    parser.add_argument("code", metavar=code, help=say("cmd_issue.code_help"))
    parser.add_argument(
        "quantity", metavar=say("cmd_issue.quantity"), help=say("cmd_issue.quantity_help")
    )
    reasons = [each.replace("_", "-") for each in REASONS]
    parser.add_argument(
        "--reason", required=True, choices=reasons, help=say("cmd_issue.reason_help")
    )
    words = say("cmd_issue.words")
    parser.add_argument("--note", default="", metavar=words, help=say("cmd_issue.note_help"))
    parser.add_argument("--lot", default="", metavar=words, help=say("cmd_issue.lot_help"))
    parser.add_argument("--into", default="", metavar=code, help=say("cmd_issue.into_help"))
    parser.add_argument(
        "--pieces",
        default="",
        metavar=say("cmd_issue.quantity"),
        help=say("cmd_issue.pieces_help"),
    )
    parser.add_argument("--json", action="store_true", help=say("cmd_issue.json_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.commands.goods_books import goods_books
    from pos_tui.reasons import ReasonError
    from pos_tui.settings import SettingsError

    reason = options.reason.replace("-", "_")
    if reason in WITH_WORDS and not options.note.strip():
        return complain(say("cmd_issue.note_needed", reason=options.reason))
    if (reason == "repacked") != bool(options.into and options.pieces):
        return complain(say("cmd_issue.into_needed"))
    try:
        with goods_books(options) as goods:
            return _issue(options, goods, reason)
    except SettingsError:
        raise
    except ReasonError as error:
        return complain(in_words(error.reason))


def _issue(options: argparse.Namespace, goods: GoodsBooks, reason: str) -> int:
    import msgspec
    from msgspec.structs import replace

    from pos_tui.money import format_amount
    from pos_tui.till.goods.delivery_entry import read_quantity
    from pos_tui.till.goods.issues import ShopIssues
    from pos_tui.till.quantity import quantity_in_units

    issues = ShopIssues(
        goods.books,
        goods.settings,
        goods.clock,
        goods.read,
        goods.find,
        lambda: goods.settings.till.cashier,
    )
    entry = issues.begin(options.code)
    entry = replace(
        entry,
        quantity=read_quantity(options.quantity),
        lot=options.lot or entry.lot or "",
        reason=next(each for each in REASONS if each == reason),
    )
    lots = [each.lot for each in entry.lots]
    if options.lot and options.lot not in lots:
        return complain(say("cmd_issue.no_such_lot", lot=options.lot, lots=tuple(lots)))
    if options.into:
        entry = issues.repacked_as(entry, options.into)
        entry = replace(entry, into_quantity=read_quantity(options.pieces))
    elif options.note:
        entry = issues.answered(replace(entry, words=None), options.note)
    over = (entry.quantity or 0) > entry.on_hand
    done = issues.issue(entry)
    if options.json:
        result = {
            "product": entry.product.code,
            "quantity": quantity_in_units(done.quantity),
            "cost": done.cost,
            "lots": done.lots,
            "reason": reason,
        }
        print(msgspec.json.encode(result).decode())
    else:
        cost = say("goods_out.cost_not_known")
        if done.cost is not None:
            cost = format_amount(done.cost, issues.currency)
        quantity, name = quantity_in_units(done.quantity), entry.product.name
        why = say(f"goods_out.reason_{reason}")
        print(say("goods_out.issued", name=name, quantity=quantity, why=why, cost=cost))
    if over:
        left = quantity_in_units(entry.on_hand)
        print(say("cmd_issue.more_than_there", on_hand=left), file=sys.stderr)
    return 0


ISSUE = Subcommand(
    "issue",
    "cmd_issue.help",
    "pos-tui issue 4061458000024 2 --reason broken",
    _arguments,
    _run,
)
