"""`pos-tui import`: a shop's goods from another till's export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain, report_rejects
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar=say("commands.file"), help=say("cmd_import.file_help")
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar=say("cmd_import.map"),
        help=say("cmd_import.map_help"),
    )
    parser.add_argument("--dry-run", action="store_true", help=say("cmd_import.dry_run_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_import.json_help"))


def _run(options: argparse.Namespace) -> int:
    import msgspec

    from pos_tui.books import Books, BooksError
    from pos_tui.books.catalogue.goods_file import (
        GoodsFileError,
        import_goods,
        read_goods,
    )
    from pos_tui.books.catalogue.products import ImportCounts
    from pos_tui.commands.paths import find_till, shop_clock
    from pos_tui.tables.errors import TableError
    from pos_tui.tables.rejects import write_rejects
    from pos_tui.till.decoder import checked_context

    settings, data = find_till(options.settings, options.data)
    now = shop_clock(settings)()
    context, troubles = checked_context(settings, now.date())
    for trouble in troubles:
        complain(in_words(trouble))
    columns = dict(pair.partition("=")[::2] for pair in options.map)
    try:
        goods = read_goods(options.file, context, columns)
        rejects = write_rejects(goods.rejects, data, options.file.stem, in_words)
        if options.dry_run:
            imported = ImportCounts(len(goods.rows), 0)
        else:
            books = Books(data)
            imported = books.write(lambda connection: import_goods(connection, goods, now)).result()
            books.close()
    except (GoodsFileError, TableError, BooksError) as error:
        return complain(in_words(error.reason))
    report_rejects(goods.rejects, rejects)
    if options.json:
        result = {
            "accepted": imported.accepted,
            "refused": len(goods.rejects),
            "unchanged": imported.unchanged,
            "rejects": str(rejects or ""),
        }
        print(msgspec.json.encode(result).decode())
    else:
        kind = "cmd_import.would" if options.dry_run else "cmd_import.done"
        print(
            say(
                f"{kind}_with_rejects" if rejects else kind,
                count=imported.accepted,
                unchanged=imported.unchanged,
                refused=len(goods.rejects),
                path=str(rejects),
            )
        )
    return 0


IMPORT = Subcommand(
    "import",
    "cmd_import.help",
    "pos-tui import old-till.csv --map price=SALEPRICE",
    _arguments,
    _run,
)
