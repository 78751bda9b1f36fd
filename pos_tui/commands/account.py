"""`pos-tui account`: what customers owe, how much each may, and statements."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.till.money.accounts import ShopAccounts


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pathlib import Path

    parser.add_argument("act", choices=("list", "show", "limit"), help=say("cmd_account.act_help"))
    # Named as the program gathers words that stand after an option.
    parser.add_argument(
        "scans", metavar=say("cmd_account.word"), nargs="*", help=say("cmd_account.words_help")
    )
    parser.add_argument(
        "--as",
        dest="form",
        choices=("text", "csv"),
        default="text",
        help=say("cmd_account.as_help"),
    )
    file = say("cmd_label.file")
    parser.add_argument("--out", type=Path, metavar=file, help=say("cmd_account.out_help"))
    parser.add_argument("--json", action="store_true", help=say("commands.json_lines_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_receipt.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.commands.shop_money import shop_money
    from pos_tui.reasons import ReasonError
    from pos_tui.settings import SettingsError
    from pos_tui.till.money.accounts import ShopAccounts

    if len(options.scans) != {"list": 0, "show": 1, "limit": 2}[options.act]:
        return complain(say(f"cmd_account.how_{options.act}"))
    try:
        with shop_money(options) as (context, _):
            accounts = ShopAccounts(context)
            if options.act == "list":
                return _list(accounts, options.json)
            if options.act == "show":
                return _show(accounts, options)
            print(in_words(accounts.set_limit(*options.scans)))
            return 0
    except SettingsError:
        raise
    except ReasonError as error:
        return complain(in_words(error.reason))


def _list(accounts: ShopAccounts, as_json: bool) -> int:
    from pos_tui.money import format_amount

    rows = accounts.rows()
    if as_json:
        import msgspec

        for each in rows:
            print(msgspec.json.encode(each).decode())
        return 0
    if not rows:
        print(say("accounts_page.empty"))
    for each in rows:
        since = "" if each.since is None else each.since.date().isoformat()
        limit = "–" if each.limit is None else format_amount(each.limit, accounts.currency)
        owes = format_amount(each.owes, accounts.currency)
        print(f"{each.code:20} {owes:>12} {limit:>12} {since:10}  {each.name}")
    return 0


def _show(accounts: ShopAccounts, options: argparse.Namespace) -> int:
    from pos_tui.till.goods.stock import write_whole

    code = options.scans[0]
    if options.json:
        import msgspec

        for each in accounts.statement(code):
            print(msgspec.json.encode(each).decode())
        return 0
    content = accounts.csv(code) if options.form == "csv" else _as_text(accounts, code).encode()
    if options.out is not None:
        write_whole(options.out, content)
        print(say("cmd_voucher.written", file=str(options.out)), file=sys.stderr)
    elif options.form == "csv":
        sys.stdout.buffer.write(content)
    else:
        print(content.decode(), end="")
    return 0


def _as_text(accounts: ShopAccounts, code: str) -> str:
    """A statement in columns, ended by what is owed."""
    from pos_tui.money import format_amount

    account, currency = accounts.account(code), accounts.currency
    lines = [f"{account.code}  {account.name}"]
    for each in accounts.statement(code):
        amount, owes = (format_amount(n, currency) for n in (each.amount, each.owes))
        lines.append(f"{each.at:%Y-%m-%d %H:%M}  {each.sale_no:06d} {amount:>12} {owes:>12}")
    owes = format_amount(account.owes, currency)
    lines.append(say("accounts_page.statement", name=account.name, owes=owes))
    return "".join(f"{line}\n" for line in lines)


ACCOUNT = Subcommand(
    "account",
    "cmd_account.help",
    "pos-tui account limit M-1001 200",
    _arguments,
    _run,
)
