"""`pos-tui voucher`: the shop's own vouchers, listed, issued, shown, written back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.till.context import TillContext
    from pos_tui.till.money.vouchers import ShopVouchers, VoucherRow


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pathlib import Path

    parser.add_argument(
        "act", choices=("list", "issue", "show", "write-back"), help=say("cmd_voucher.act_help")
    )
    word = say("cmd_voucher.word")
    parser.add_argument("word", nargs="?", default="", metavar=word, help=say("cmd_voucher.words"))
    parser.add_argument("--reason", default="", metavar=word, help=say("cmd_voucher.reason_help"))
    parser.add_argument("--months", type=int, metavar="N", help=say("cmd_voucher.months_help"))
    parser.add_argument("--expired", action="store_true", help=say("cmd_voucher.expired_help"))
    parser.add_argument(
        "--as",
        dest="form",
        choices=("text", "png", "escpos"),
        default="text",
        help=say("cmd_voucher.as_help"),
    )
    file = say("cmd_label.file")
    parser.add_argument("--out", type=Path, metavar=file, help=say("cmd_voucher.out_help"))
    parser.add_argument("--json", action="store_true", help=say("commands.json_lines_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_receipt.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.commands.shop_money import shop_money
    from pos_tui.reasons import ReasonError
    from pos_tui.settings import SettingsError
    from pos_tui.till.money.vouchers import ShopVouchers

    if options.act != "list" and not options.word:
        return complain(say("cmd_voucher.which"))
    if options.months is not None and not 0 <= options.months <= 600:
        return complain(say("cmd_voucher.months_range"))
    try:
        with shop_money(options) as (context, spool):
            return _act(options, ShopVouchers(context, spool), context)
    except SettingsError:
        raise
    except ReasonError as error:
        return complain(in_words(error.reason))


def _act(options: argparse.Namespace, vouchers: ShopVouchers, context: TillContext) -> int:
    if options.act == "list":
        return _list(vouchers, vouchers.expired() if options.expired else vouchers.rows(), options)
    if options.act == "issue":
        issued = vouchers.issue(options.word, options.reason, options.months)
        return _show(str(issued.id), vouchers, context, options)
    if options.act == "show":
        return _show(options.word, vouchers, context, options)
    print(in_words(vouchers.write_back(vouchers.find(options.word).id)))
    return 0


def _list(vouchers: ShopVouchers, rows: list[VoucherRow], options: argparse.Namespace) -> int:
    from pos_tui.money import format_amount

    if options.json:
        import msgspec

        for each in rows:
            print(msgspec.json.encode(each).decode())
        return 0
    if not rows:
        print(say("vouchers_page.empty"))
    for each in rows:
        left = format_amount(each.left, vouchers.currency)
        until = "" if each.expires_on is None else each.expires_on.isoformat()
        state = say(f"cmd_voucher.state_{each.state}")
        issued = f"{each.id:>6}  {each.shown}  {each.issued_on}"
        print(f"{issued}  {left:>12}  {until:10}  {state}".rstrip())
    return 0


def _show(
    word: str, vouchers: ShopVouchers, context: TillContext, options: argparse.Namespace
) -> int:
    from pos_tui.till.goods.stock import write_whole
    from pos_tui.till.money.voucher_slips import slip_job, slip_picture, slip_text

    found = vouchers.find(word)
    if options.json:
        import msgspec

        print(msgspec.json.encode(vouchers.row_of(str(found.id))).decode())
        return 0
    settings, language = context.settings, context.language
    content: bytes
    if options.form == "png":
        content = slip_picture(found, settings, language)
    elif options.form == "escpos":
        content = slip_job(found, settings, language)
    else:
        content = slip_text(found, settings, language).encode()
    if options.out is not None:
        write_whole(options.out, content)
        print(say("cmd_voucher.written", file=str(options.out)), file=sys.stderr)
    elif options.form == "text":
        print(content.decode(), end="")
        print(in_words(vouchers.history(found.id)), file=sys.stderr)
    else:
        sys.stdout.buffer.write(content)
    return 0


VOUCHER = Subcommand(
    "voucher",
    "cmd_voucher.help",
    "pos-tui voucher issue 20 --reason goodwill --as png --out voucher.png",
    _arguments,
    _run,
)
