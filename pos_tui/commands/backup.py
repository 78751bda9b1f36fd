"""`pos-tui backup`: the till's books and receipts into one file, while it sells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from pos_tui.books.backups.making import Backup

_NOT_MADE = 1


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", metavar=say("cmd_backup.folder"), help=say("cmd_backup.folder_help")
    )
    parser.add_argument("--with-key", action="store_true", help=say("cmd_backup.key_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_backup.json_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_books.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.books.backups.making import (
        BackupError,
        TillName,
        make_backup,
        remove_old_backups,
    )
    from pos_tui.books.books import FILE_NAME
    from pos_tui.commands.paths import find_shop, shop_clock

    settings, data = find_shop(options.demo, options.settings, options.data)
    books = data / FILE_NAME
    if not books.exists():
        return complain(say("commands.no_books", folder=str(data)))
    if not (options.folder or settings.backup.folder):
        return complain(say("cmd_backup.which_folder"))
    folder = Path(options.folder or settings.backup.folder).expanduser().absolute()
    till = TillName(settings.till.merchant, settings.till.number)
    at = shop_clock(settings)()
    with_key = options.with_key or settings.backup.with_key
    try:
        made = make_backup(books, folder, till, at, with_key=with_key)
        _keep(data, books, at, made)
        removed = remove_old_backups(folder, till, at.date(), settings.backup.keep_days)
    except BackupError as error:
        return complain(in_words(error.reason), _NOT_MADE)
    if options.json:
        _print_json(made, removed)
        return 0
    print(say("cmd_backup.done", path=str(made.path), size=f"{made.size / 1_000_000:.1f} MB"))
    row = made.facts.head.partition("-")[0] or "0"
    receipts = made.facts.receipts
    print(say("cmd_backup.has", row=row, sale=made.facts.last_sale, receipts=receipts))
    print(say("cmd_backup.with_key" if made.facts.has_key else "cmd_backup.without_key"))
    if removed:
        print(say("cmd_backup.removed", count=removed, days=settings.backup.keep_days))
    return 0


def _keep(data: Path, books: Path, at: datetime, made: Backup) -> None:
    """Note it in the journal and beside the books; it is good whether or not that is possible."""
    from contextlib import closing, suppress

    import apsw

    from pos_tui.books import BooksError
    from pos_tui.books.backups.making import note_backup
    from pos_tui.books.backups.state import BackupState, keep_backup_state
    from pos_tui.books.connection import open_connection

    with suppress(OSError, BooksError, apsw.Error):
        keep_backup_state(data, BackupState(at, str(made.path), made.facts.last_sale))
        with closing(open_connection(books)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            note_backup(connection, at, made, "")
            connection.execute("COMMIT")


def _print_json(made: Backup, removed: int) -> None:
    import msgspec

    facts = msgspec.structs.asdict(made.facts)
    line = {"file": str(made.path), "bytes": made.size, "removed": removed, **facts}
    print(msgspec.json.encode(line).decode())


BACKUP = Subcommand(
    "backup",
    "cmd_backup.help",
    "pos-tui backup /media/stick",
    _arguments,
    _run,
)
