"""`pos-tui journal verify`: whether the journal is as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain

if TYPE_CHECKING:
    import argparse


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("verify",), help="follow the chain from its first row on")


def _run(options: argparse.Namespace) -> int:
    from pos_tui.books import BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.connection import open_connection
    from pos_tui.books.journal.entries import count_rows, first_broken_row
    from pos_tui.commands.paths import find_till

    _, data = find_till(options.settings, options.data)
    if not (data / FILE_NAME).exists():
        return complain(f"there are no books in {data}.")
    try:
        connection = open_connection(data / FILE_NAME)
    except BooksError as error:
        return complain(str(error))
    broken = first_broken_row(connection)
    if broken is not None:
        return complain(f"row {broken} of the journal is not as it was written.", 1)
    print(f"{count_rows(connection)} rows, each as it was written.")
    connection.close()
    return 0


JOURNAL = Command(
    "journal",
    "Whether the journal is as it was written: each row is chained to the one before.",
    "pos-tui journal verify",
    _arguments,
    _run,
)
