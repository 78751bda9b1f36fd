"""`pos-tui books`: whether stock, movements and journal agree; the goods as double entry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain, why_refused
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    import apsw

    from pos_tui.books import Books
    from pos_tui.money import Currency
    from pos_tui.reasons import Reason

_DIFFERENT = 1


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=("verify", "ledger"), help=say("cmd_books.act_help"))
    parser.add_argument(
        "file", nargs="?", metavar=say("commands.file"), help=say("cmd_books.file_help")
    )
    parser.add_argument("--repair", action="store_true", help=say("cmd_books.repair_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_books.json_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_books.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.connection import open_connection
    from pos_tui.books.reports.sums import report_differences
    from pos_tui.books.stock.on_hand import last_movement
    from pos_tui.books.stock.verify import stock_differences
    from pos_tui.commands.paths import find_shop, shop_clock

    settings, data = find_shop(options.demo, options.settings, options.data)
    if not (data / FILE_NAME).exists():
        return complain(say("commands.no_books", folder=str(data)))
    if (options.file is not None) != (options.act == "ledger"):
        return complain(say("cmd_books.which_file"))
    if options.file is not None:
        return _write_ledger(data / FILE_NAME, options.file, settings.currency)
    repaired = 0
    try:
        with closing(Books(data)) as books:
            if options.repair:
                repaired = _sum_again(books, shop_clock(settings)())
            with closing(open_connection(books.path)) as reader:
                found = stock_differences(reader)
                count = last_movement(reader)
            found += report_differences(books.path, books.day_ends_at)
    except BooksError as error:
        return complain(in_words(error.reason))
    if options.json:
        _print_json(found, count, repaired)
        return _DIFFERENT if found else 0
    for reason in found:
        print(in_words(reason), file=sys.stderr)
    if repaired:
        print(say("cmd_books.repaired", count=repaired))
    if found:
        sums = any(reason.kind.endswith((".sum_differs", ".day_differs")) for reason in found)
        kind = "cmd_books.differs_in_sums" if sums else "cmd_books.differs"
        return complain(say(kind, count=len(found)), _DIFFERENT)
    print(say("cmd_books.whole", count=count))
    return 0


def _write_ledger(books: Path, name: str, currency: Currency) -> int:
    """Write the goods for beancount to a file, or to stdout where it is called "-"."""
    from contextlib import closing

    from pos_tui.books import BooksError
    from pos_tui.books.connection import open_connection
    from pos_tui.books.ledger.beancount import beancount_of_goods
    from pos_tui.files.replacing import replace_file

    try:
        with closing(open_connection(books)) as reader:
            lines = [f"{line}\n" for line in beancount_of_goods(reader, currency)]
    except BooksError as error:
        return complain(in_words(error.reason))
    if name == "-":
        sys.stdout.writelines(lines)
        return 0
    path = Path(name)
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.write_text("".join(lines), encoding="utf-8", newline="\n")
        replace_file(beside, path)
    except OSError as error:
        return complain(say("cmd_export.unwritable", path=name, why=why_refused(error)))
    print(say("cmd_books.ledger_written", path=name))
    return 0


def _sum_again(books: Books, at: datetime) -> int:
    """Make the sums that differ from their movements again; returns how many did."""
    from pos_tui.books.journal import entries as journal
    from pos_tui.books.reports.sums import forget_sums, report_differences
    from pos_tui.books.stock.on_hand import mismatches, sum_again

    def job(connection: apsw.Connection) -> int:
        count = len(mismatches(connection))
        if count:
            sum_again(connection)
            note = journal.encode(journal.Noted("stock resummed", str(count)))
            journal.append(connection, at.isoformat(), 0, note)
        return count

    wrong = len(report_differences(books.path, books.day_ends_at))
    if wrong:
        forget_sums(books.path)
    return books.write(job).result() + wrong


def _print_json(found: list[Reason], count: int, repaired: int) -> None:
    import msgspec

    differences = [{"kind": each.kind.partition(".")[2], "say": in_words(each)} for each in found]
    line = {"differences": differences, "movements": count, "repaired": repaired}
    print(msgspec.json.encode(line).decode())


BOOKS = Subcommand(
    "books",
    "cmd_books.help",
    "pos-tui books verify",
    _arguments,
    _run,
)
