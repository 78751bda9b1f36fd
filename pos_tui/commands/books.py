"""`pos-tui books`: whether stock, ledger, journal and sales agree; the books as double entry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    import apsw

    from pos_tui.books import Books
    from pos_tui.reasons import Reason
    from pos_tui.settings import TillSettings

_DIFFERENT = 1


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act", choices=("verify", "ledger", "saft", "prove"), help=say("cmd_books.act_help")
    )
    parser.add_argument(
        "file", nargs="?", metavar=say("commands.file"), help=say("cmd_books.file_help")
    )
    parser.add_argument(
        "--as",
        dest="form",
        choices=("beancount", "hledger", "csv"),
        help=say("cmd_books.as_help"),
    )
    parser.add_argument(
        "--from", dest="first", metavar=say("cmd_books.day"), help=say("cmd_books.from_help")
    )
    parser.add_argument(
        "--to", dest="last", metavar=say("cmd_books.day"), help=say("cmd_books.to_help")
    )
    parser.add_argument("--xsd", metavar=say("commands.file"), help=say("cmd_books.xsd_help"))
    parser.add_argument("--repair", action="store_true", help=say("cmd_books.repair_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_books.json_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_books.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.books.books import FILE_NAME
    from pos_tui.commands.paths import find_shop

    settings, data = find_shop(options.demo, options.settings, options.data)
    if not (data / FILE_NAME).exists():
        return complain(say("commands.no_books", folder=str(data)))
    if options.act == "ledger":
        from pos_tui.commands.books_files import write_ledger

        return write_ledger(options, settings, data / FILE_NAME)
    if options.act == "saft":
        from pos_tui.commands.books_saft import write_saft

        return write_saft(options, settings, data / FILE_NAME)
    if options.act == "prove":
        from pos_tui.commands.books_prove import prove

        return prove(options, settings, data / FILE_NAME)
    if options.file is not None:
        return complain(say("cmd_books.which_file"))
    return _verify(options, settings, data)


def _verify(options: argparse.Namespace, settings: TillSettings, data: Path) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.connection import open_connection
    from pos_tui.books.ledger.verify import DOUBTS, count_entries, ledger_differences
    from pos_tui.books.reports.sums import report_differences
    from pos_tui.books.stock.on_hand import last_movement
    from pos_tui.books.stock.verify import stock_differences
    from pos_tui.commands.paths import shop_clock

    repaired = 0
    try:
        with closing(Books(data)) as books:
            books.day_ends_at = settings.cash.day_ends_at
            if options.repair:
                repaired = _sum_again(books, shop_clock(settings)())
            with closing(open_connection(books.path)) as reader:
                found = [*stock_differences(reader), *ledger_differences(reader)]
                counts = last_movement(reader), count_entries(reader)
            found += report_differences(books.path, books.day_ends_at)
    except BooksError as error:
        return complain(in_words(error.reason))
    doubts = [reason for reason in found if reason.kind in DOUBTS]
    found = [reason for reason in found if reason.kind not in DOUBTS]
    if options.json:
        _print_json(found, doubts, counts, repaired)
        return _DIFFERENT if found else 0
    for reason in (*found, *doubts):
        print(in_words(reason), file=sys.stderr)
    if repaired:
        print(say("cmd_books.repaired", count=repaired))
    if found:
        return complain(say(_what_now(found), count=len(found)), _DIFFERENT)
    print(say("cmd_books.whole", count=counts[0]))
    print(say("cmd_books.ledger_whole", count=counts[1]))
    return 0


def _what_now(found: list[Reason]) -> str:
    """The kind of sentence that says what to do about differences."""
    kinds = {reason.kind for reason in found}
    if not kinds.isdisjoint(("stock_check.sum_differs", "ledger_check.sum_differs")):
        return "cmd_books.differs_in_sums"
    if any(kind.startswith("ledger_check.") for kind in kinds):
        return "cmd_books.differs_in_money"
    return "cmd_books.differs"


def _sum_again(books: Books, at: datetime) -> int:
    """Make the sums that differ from movements and postings again; returns how many did."""
    from pos_tui.books.journal import entries as journal
    from pos_tui.books.ledger.posting import sum_ledger_again, wrong_sums
    from pos_tui.books.reports.sums import forget_sums, report_differences
    from pos_tui.books.stock.on_hand import mismatches, sum_again

    def job(connection: apsw.Connection) -> int:
        count = len(mismatches(connection))
        if count:
            sum_again(connection)
            note = journal.encode(journal.Noted("stock resummed", str(count)))
            journal.append(connection, at.isoformat(), 0, note)
        in_ledger = len(wrong_sums(connection))
        if in_ledger:
            sum_ledger_again(connection)
            note = journal.encode(journal.Noted("ledger resummed", str(in_ledger)))
            journal.append(connection, at.isoformat(), 0, note)
        return count + in_ledger

    wrong = len(report_differences(books.path, books.day_ends_at))
    if wrong:
        forget_sums(books.path)
    return books.write(job).result() + wrong


def _print_json(
    found: list[Reason], doubts: list[Reason], counts: tuple[int, int], repaired: int
) -> None:
    import msgspec

    def listed(reasons: list[Reason]) -> list[dict[str, str]]:
        return [{"kind": each.kind.partition(".")[2], "say": in_words(each)} for each in reasons]

    line = {
        "differences": listed(found),
        "doubts": listed(doubts),
        "movements": counts[0],
        "entries": counts[1],
        "repaired": repaired,
    }
    print(msgspec.json.encode(line).decode())


BOOKS = Subcommand(
    "books",
    "cmd_books.help",
    "pos-tui books verify",
    _arguments,
    _run,
)
