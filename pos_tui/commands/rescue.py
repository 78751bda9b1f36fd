"""`pos-tui rescue`: readable books in the place of damaged ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

_WITH_LOSSES = 1


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--even-if-whole", action="store_true", help=say("cmd_rescue.even_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.books.beside import receipt_numbers, sales_not_in_books
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.connection import BooksError, first_damage, migrate, open_connection
    from pos_tui.books.lock import TillLock
    from pos_tui.books.rescue import rescue
    from pos_tui.commands.paths import find_till, shop_clock

    settings, data = find_till(options.settings, options.data)
    path = data / FILE_NAME
    if not path.exists() and not receipt_numbers(data):
        return complain(say("commands.no_books", folder=str(data)))
    lock = TillLock(data)
    try:
        try:
            connection = open_connection(path)
            try:
                migrate(connection)
                damage = first_damage(connection, thorough=True)
                is_whole = damage is None and sales_not_in_books(connection, data) is None
            finally:
                connection.close()
        except BooksError as error:
            is_whole = False
            if error.reason.kind == "books.later_version":
                raise
        if is_whole and not options.even_if_whole:
            print(say("cmd_rescue.whole", path=str(path)))
            return 0
        found = rescue(path, shop_clock(settings)())
    finally:
        lock.release()
    for name in ("products", "item_codes", "offers", "sales", "orders", "journal"):
        print(say("cmd_rescue.kept", table=say(f"rescue.{name}"), count=found.rows[name]))
    for loss in found.losses:
        print(in_words(loss))
    print(say("cmd_rescue.done", path=str(path), before=str(found.kept_as)))
    return _WITH_LOSSES if found.losses else 0


RESCUE = Subcommand(
    "rescue",
    "cmd_rescue.help",
    "pos-tui rescue",
    _arguments,
    _run,
)
