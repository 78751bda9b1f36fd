"""`pos-tui journal verify`: whether the journal is as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("verify",), help=say("cmd_journal.what_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.books import BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.connection import open_connection
    from pos_tui.books.journal.entries import count_rows, first_broken_row
    from pos_tui.commands.paths import find_till

    _, data = find_till(options.settings, options.data)
    if not (data / FILE_NAME).exists():
        return complain(say("commands.no_books", folder=str(data)))
    try:
        connection = open_connection(data / FILE_NAME)
    except BooksError as error:
        return complain(in_words(error.reason))
    broken = first_broken_row(connection)
    if broken is not None:
        return complain(say("cmd_journal.broken", row=broken), 1)
    print(say("cmd_journal.whole", count=count_rows(connection)))
    connection.close()
    return 0


JOURNAL = Subcommand(
    "journal",
    "cmd_journal.help",
    "pos-tui journal verify",
    _arguments,
    _run,
)
