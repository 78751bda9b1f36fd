"""`pos-tui import`: a shop's goods from another till's export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain

if TYPE_CHECKING:
    import argparse


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a CSV file with a header line")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="which column holds code, name, price, unit, size, category, initials, offer, lot,"
        " shelf_life_days, produced_on, expires_on, on_hand or updated_at, where its name does not"
        " tell",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be taken in")
    parser.add_argument("--json", action="store_true", help="the last line as one JSON object")


def _run(options: argparse.Namespace) -> int:
    import msgspec

    from pos_tui.books import Books, BooksError
    from pos_tui.books.catalogue.goods_file import (
        IntakeError,
        read_goods,
        take_in_goods,
        write_rejects,
    )
    from pos_tui.books.catalogue.products import TakenIn
    from pos_tui.commands.paths import find_till, shop_clock
    from pos_tui.till.decoder import checked_context
    from pos_tui.wording.current import in_words

    settings, data = find_till(options.settings, options.data)
    now = shop_clock(settings)()
    context, troubles = checked_context(settings, now.date())
    for trouble in troubles:
        complain(in_words(trouble))
    columns = dict(pair.partition("=")[::2] for pair in options.map)
    try:
        goods = read_goods(options.file, context, columns)
        rejects = write_rejects(goods.rejects, data, options.file.stem)
        if options.dry_run:
            taken = TakenIn(len(goods.rows), 0)
        else:
            books = Books(data)
            taken = books.write(lambda connection: take_in_goods(connection, goods, now)).result()
            books.close()
    except (IntakeError, BooksError) as error:
        return complain(str(error))
    for reject in goods.rejects[:20]:
        print(f"line {reject.line}: {reject.reason}", file=sys.stderr)
    if len(goods.rejects) > 20:
        print(f"… and {len(goods.rejects) - 20} more; all are in {rejects}", file=sys.stderr)
    if options.json:
        result = {
            "accepted": taken.accepted,
            "refused": len(goods.rejects),
            "unchanged": taken.unchanged,
            "rejects": str(rejects or ""),
        }
        print(msgspec.json.encode(result).decode())
    else:
        would = "would be " if options.dry_run else ""
        print(
            f"{taken.accepted} products {would}taken in, {taken.unchanged} unchanged,"
            f" {len(goods.rejects)} rows refused{f' (see {rejects})' if rejects else ''}."
        )
    return 0


IMPORT = Command(
    "import",
    "Take products in from a CSV file; good rows are kept, refused ones listed with their reason.",
    "pos-tui import old-till.csv --map price=SALEPRICE",
    _arguments,
    _run,
)
