"""`pos-tui restore`: a backup in the place of the till's books."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain, why_refused
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.books.backups.making import BackupFacts
    from pos_tui.books.backups.restoring import Restored

_WITH_LOSSES = 1


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar=say("commands.file"), help=say("cmd_restore.file_help"))
    parser.add_argument("--even-if-newer", action="store_true", help=say("cmd_restore.newer_help"))
    parser.add_argument("--of-another-till", action="store_true", help=say("cmd_restore.till_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_restore.json_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.books.backups.making import BackupError, backup_facts
    from pos_tui.books.backups.restoring import compare_with_present, restore_backup
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.lock import TillLock
    from pos_tui.commands.paths import find_till, shop_clock

    settings, data = find_till(options.settings, options.data)
    backup, books = Path(options.file), data / FILE_NAME
    if not backup.is_file():
        return complain(say("cmd_restore.no_file", path=options.file))
    try:
        facts = backup_facts(backup)
        here = (settings.till.merchant, settings.till.number)
        if (facts.merchant, facts.till) != here and not options.of_another_till:
            names = {"merchant": facts.merchant, "till": facts.till}
            return complain(say("cmd_restore.another_till", **names))
        lock = TillLock(data)
        try:
            present = compare_with_present(backup, facts, books)
            if (
                present is not None
                and present.is_whole
                and (present.lost_sales or not present.is_earlier)
                and not options.even_if_newer
            ):
                kind = "cmd_restore.newer" if present.is_earlier else "cmd_restore.others"
                return complain(say(kind, count=len(present.lost_sales), path=str(books)))
            done = restore_backup(backup, facts, books, shop_clock(settings)())
        finally:
            lock.release()
    except BackupError as error:
        return complain(in_words(error.reason))
    except OSError as error:
        return complain(say("cmd_restore.unreadable", path=str(backup), why=why_refused(error)))
    lost = () if present is None else present.lost_sales
    if options.json:
        _print_json(facts, done, lost)
    else:
        _print(facts, done, lost, books)
    return _WITH_LOSSES if lost else 0


def _print(facts: BackupFacts, done: Restored, lost: tuple[int, ...], books: Path) -> None:
    from datetime import datetime

    at = datetime.fromisoformat(facts.at)
    row = facts.head.partition("-")[0] or "0"
    print(say("cmd_restore.done", path=str(books), at=at, row=row, sale=facts.last_sale))
    if done.kept_as is not None:
        print(say("cmd_restore.kept", path=str(done.kept_as)))
    if lost:
        numbers = {"count": len(lost), "first": lost[0], "last": lost[-1]}
        print(say("cmd_restore.lost", **numbers))
    print(say("cmd_restore.receipts", count=done.receipts))
    if done.key in {"missing", "another"}:
        print(say("cmd_restore.no_key"))
    print(say("cmd_restore.now"))


def _print_json(facts: BackupFacts, done: Restored, lost: tuple[int, ...]) -> None:
    import msgspec

    line = {
        "at": facts.at,
        "head": facts.head,
        "last_sale": facts.last_sale,
        "kept_as": str(done.kept_as or ""),
        "receipts": done.receipts,
        "key": done.key,
        "lost_sales": lost,
    }
    print(msgspec.json.encode(line).decode())


RESTORE = Subcommand(
    "restore",
    "cmd_restore.help",
    "pos-tui restore /media/stick/books-M001-01-20261129-040000.db",
    _arguments,
    _run,
)
