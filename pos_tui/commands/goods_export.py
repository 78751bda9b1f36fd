"""`pos-tui export`: the shop's goods as a file that imports again unchanged."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain, why_refused
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.books import Books
    from pos_tui.money import Currency

_FORMS = ("csv", "xlsx")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar=say("commands.file"), help=say("cmd_export.file_help"))
    parser.add_argument("--as", dest="form", choices=_FORMS, help=say("cmd_export.as_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_export.json_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.catalogue.goods_file.errors import GoodsFileError
    from pos_tui.commands.paths import find_till

    settings, data = find_till(options.settings, options.data)
    if not (data / FILE_NAME).exists():
        return complain(say("cmd_export.no_books", folder=str(data)))
    form = options.form or Path(options.file).suffix.lower().lstrip(".")
    if options.file == "-":
        form = options.form or "csv"
    if form not in _FORMS or (options.file == "-" and form != "csv"):
        return complain(say("cmd_export.which_form", file=options.file))
    try:
        with closing(Books(data)) as books:
            if options.file == "-":
                return _to_stdout(books, settings.currency)
            count = _write(books, Path(options.file), form, settings.currency)
    except (BooksError, GoodsFileError) as error:
        return complain(in_words(error.reason))
    except OSError as error:
        why = why_refused(error)
        return complain(say("cmd_export.unwritable", path=options.file, why=why))
    if options.json:
        import msgspec

        print(msgspec.json.encode({"products": count, "file": options.file}).decode())
    else:
        print(say("cmd_export.done", count=count, path=options.file))
    return 0


def _write(books: Books, path: Path, form: str, currency: Currency) -> int:
    """Write a file beside, then give it its name: what was there stays until it is whole."""
    from pos_tui.books.catalogue.goods_file.writing import write_goods_csv, write_goods_workbook
    from pos_tui.files.replacing import remove_file, replace_file

    beside = path.with_name(f"{path.name}.new")
    try:
        with books.goods_rows(currency) as rows:
            if form == "xlsx":
                count = write_goods_workbook(beside, rows)
            else:
                with beside.open("w", encoding="utf-8-sig", newline="") as file:
                    count = write_goods_csv(file, rows)
        replace_file(beside, path)
    finally:
        remove_file(beside)
    return count


def _to_stdout(books: Books, currency: Currency) -> int:
    from pos_tui.books.catalogue.goods_file.writing import write_goods_csv

    with books.goods_rows(currency) as rows:
        write_goods_csv(sys.stdout, rows)
    return 0


EXPORT = Subcommand(
    "export",
    "cmd_export.help",
    "pos-tui export goods.xlsx",
    _arguments,
    _run,
)
