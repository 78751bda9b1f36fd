"""`pos-tui books ledger`: the ledger as a file for ledger programs, or for the accountant."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import complain, why_refused
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.settings import TillSettings

_BY_NAME = {".csv": "csv", ".hledger": "hledger", ".journal": "hledger", ".ledger": "hledger"}


def write_ledger(options: argparse.Namespace, settings: TillSettings, books: Path) -> int:
    """Write the whole ledger to the file that was asked for; returns the exit code."""
    from contextlib import closing

    from pos_tui.books import BooksError
    from pos_tui.books.connection import open_connection
    from pos_tui.books.ledger.accounting_csv import accounting_rows, write_accounting_csv
    from pos_tui.books.ledger.beancount import beancount_of_ledger
    from pos_tui.books.ledger.hledger import hledger_of_ledger

    if options.file is None:
        return complain(say("cmd_books.which_file"))
    form = options.form or _BY_NAME.get(Path(options.file).suffix.lower(), "beancount")
    period = {"first": options.first, "last": options.last}
    for day in period.values():
        if day is not None and not is_day(day):
            return complain(say("cmd_books.no_day", text=day))
    if form != "csv" and any(period.values()):
        return complain(say("cmd_books.no_period"))
    try:
        with closing(open_connection(books)) as reader, reader:  # as it stands at one moment
            if form == "csv":
                given = {name: day for name, day in period.items() if day is not None}
                rows = accounting_rows(reader, settings.currency, **given)
                if options.file == "-":
                    write_accounting_csv(sys.stdout, rows)
                    return 0
                with FileBeside(Path(options.file), "utf-8-sig") as beside:
                    count = write_accounting_csv(beside.file, rows)
                print(say("cmd_books.csv_written", count=count, path=options.file))
                return 0
            dialect = hledger_of_ledger if form == "hledger" else beancount_of_ledger
            lines = dialect(reader, settings.currency)
            if options.file == "-":
                sys.stdout.writelines(f"{line}\n" for line in lines)
                return 0
            write_lines(Path(options.file), lines)
    except BooksError as error:
        return complain(in_words(error.reason))
    except OSError as error:
        why = why_refused(error)
        return complain(say("cmd_export.unwritable", path=options.file, why=why))
    kind = "hledger_written" if form == "hledger" else "ledger_written"
    print(say(f"cmd_books.{kind}", path=options.file))
    return 0


def is_day(text: str) -> bool:
    """Whether this is a day as ISO 8601 writes it: 2026-11-29."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines to a file that has its name once it is whole. Raises OSError."""
    with FileBeside(path, "utf-8") as beside:
        beside.file.writelines(f"{line}\n" for line in lines)


class FileBeside:
    """A file that is written beside and gets its name at the end: what was there stays until then.

    Raises OSError.
    """

    def __init__(self, path: Path, encoding: str) -> None:
        self._path = path
        self._beside = path.with_name(f"{path.name}.new")
        self.file = self._beside.open("w", encoding=encoding, newline="")

    def __enter__(self) -> FileBeside:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        from pos_tui.files.replacing import remove_file, replace_file

        self.file.close()
        if kind is None:
            replace_file(self._beside, self._path)
        else:
            remove_file(self._beside)
