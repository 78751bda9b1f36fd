"""`pos-tui import`: a shop's goods from another till's export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain, report_rejects
from pos_tui.standard_streams import is_terminal
from pos_tui.windows_console import follows_escapes
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from pos_tui.books.catalogue.goods_file.layouts import FileChoices
    from pos_tui.books.catalogue.goods_file.reading import GoodsFile
    from pos_tui.books.catalogue.product_import import ImportCounts
    from pos_tui.books.catalogue.products import ProductRow
    from pos_tui.money import Currency

_ORDERS = ("ymd", "dmy", "mdy")
_FIRST = 5
_SOME = 50  # what belongs to the first rows stands among the first of its kind
_NAME_WIDTH = 28
_BAR = 24  # characters


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
    codes = ("as-written", "without-check-digit")
    parser.add_argument("--codes", choices=codes, default="", help=say("cmd_import.codes_help"))
    parser.add_argument("--dates", choices=_ORDERS, help=say("cmd_import.dates_help"))
    sheet, text = say("cmd_import.sheet"), say("cmd_import.sheet_help")
    parser.add_argument("--sheet", default="", metavar=sheet, help=text)
    text = say("cmd_import.encoding_help")
    parser.add_argument("--encoding", default="", metavar=sheet, help=text)
    parser.add_argument("--dry-run", action="store_true", help=say("cmd_import.dry_run_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_import.json_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.catalogue.goods_file.errors import GoodsFileError
    from pos_tui.books.catalogue.goods_file.keeping import import_goods
    from pos_tui.books.catalogue.goods_file.layouts import read_layouts
    from pos_tui.books.catalogue.goods_file.reading import read_goods
    from pos_tui.books.catalogue.pinyin import has_han, has_pinyin
    from pos_tui.books.catalogue.product_import import ImportCounts
    from pos_tui.commands.paths import find_till, shop_clock
    from pos_tui.plain_text import plain_text
    from pos_tui.tables.errors import TableError
    from pos_tui.tables.rejects import write_rejects
    from pos_tui.till.decoder import checked_context

    settings, data = find_till(options.settings, options.data)
    now = shop_clock(settings)()
    context, troubles = checked_context(settings, now.date())
    for trouble in troubles:
        complain(in_words(trouble))
    choices = _choices(options)
    if isinstance(choices, str):
        return complain(say("cmd_import.wrong_map", text=choices))
    report = sys.stderr if options.json else sys.stdout
    try:
        layouts = read_layouts(data)
        goods = read_goods(options.file, context, now, choices, layouts, _show_progress)
        rejects = write_rejects(goods.rejects, data, options.file.stem, in_words)
        if options.dry_run or not goods.is_known:
            for line in _shown(goods, options.file, context.currency):
                print(line, file=report)
        if options.dry_run:
            imported = ImportCounts(len(goods.rows), 0)
        else:
            _on_terminal(say("cmd_import.staging", count=len(goods.rows)))
            with closing(Books(data)) as books:
                name = plain_text(options.file.name)
                imported = import_goods(books.path, goods, now, _show_written, name)
                _make_ready_for_searching(books.path)
            _on_terminal("")
            _remember(data, goods)
    except (GoodsFileError, TableError, BooksError) as error:
        _on_terminal("")
        return complain(in_words(error.reason))
    _report_doubts(goods, imported)
    if not has_pinyin() and any(has_han(row.name) for row in goods.rows[:_SOME]):
        print(say("cmd_import.no_pinyin"), file=sys.stderr)
    report_rejects(goods.rejects, rejects)
    _say_result(options, imported, goods, rejects)
    return 0


def _choices(options: argparse.Namespace) -> FileChoices | str:
    """What was said about the file; the part of it that cannot be understood."""
    from pos_tui.books.catalogue.goods_file.layouts import FileChoices
    from pos_tui.wording.current import current

    columns: dict[str, tuple[str, ...]] = {}
    for pair in options.map:
        field, equals, column = pair.partition("=")
        if not equals:
            return str(pair)
        columns[field] = (*columns.get(field, ()), column)
    return FileChoices(
        columns,
        options.codes,
        options.dates,
        options.encoding,
        options.sheet,
        current().language,
    )


# ---- what is shown -------------------------------------------------------------------------------


def _on_terminal(text: str) -> None:
    """Show on a terminal what is going on, in one line that goes away with the next."""
    if is_terminal(sys.stderr) and follows_escapes():
        sys.stderr.write(f"\r{text}\x1b[K")
        sys.stderr.flush()


def _show_progress(done: int, count: int) -> None:
    _on_terminal(_bar("cmd_import.progress", done, count) if done < count else "")


def _show_written(done: int, count: int) -> None:
    _on_terminal(_bar("cmd_import.written", done, count))


def _bar(kind: str, done: int, count: int) -> str:
    """How far something is, as a bar and in words."""
    full = _BAR * done // max(count, 1)
    return f"[{'#' * full}{'.' * (_BAR - full)}] {say(kind, done=done, count=count)}"


def _make_ready_for_searching(books: Path) -> None:
    """Bring the till's search up to the books; where that fails, the till does it later."""
    from contextlib import suppress

    import apsw

    from pos_tui.books.catalogue.search_index import update_index

    with suppress(apsw.Error, OSError):
        update_index(
            books,
            progress=lambda done, count: _on_terminal(_bar("cmd_import.indexed", done, count)),
        )


def _shown(goods: GoodsFile, path: Path, currency: Currency) -> list[str]:
    """What the file is taken for: which column is what, and the first goods as they would be."""
    columns = goods.columns
    name = columns.exporter.name if columns.exporter is not None else ""
    kind = "known_layout" if goods.is_known else "new_layout"
    if name:
        lines = [say("cmd_import.exporter", path=str(path), name=name)]
    else:
        lines = [say(f"cmd_import.{kind}", path=str(path))]
    if goods.sheet:
        lines.append(say("cmd_import.sheet_read", sheet=goods.sheet))
    if goods.encoding not in ("", "utf-8"):
        lines.append(say("cmd_import.encoding_read", encoding=goods.encoding))
    for field, places in columns.places.items():
        names = tuple(columns.header[place].strip() for place in places)
        lines.append("  " + say("cmd_import.column", field=field, column=names))
    if unused := columns.unused():
        lines.append("  " + say("cmd_import.unused", columns=unused))
    if goods.rows:
        lines.append(say("cmd_import.first_goods"))
    return lines + _first_goods(goods, currency)


def _first_goods(goods: GoodsFile, currency: Currency) -> list[str]:
    """The first goods, a line each: code, name, price, and what else is known of them."""
    from pos_tui.money import format_amount
    from pos_tui.text_width import pad

    lines = []
    for row in goods.rows[:_FIRST]:
        amount = format_amount(row.price, currency)
        code = row.code.lstrip("0") or row.code
        text = "  ".join(filter(None, _more_of(row, goods)))
        lines.append(f"  {pad(code, 14)} {pad(row.name, _NAME_WIDTH)} {amount:>9}  {text}".rstrip())
    return lines


def _more_of(row: ProductRow, goods: GoodsFile) -> Iterator[str]:
    """What is known of a product besides its name and price."""
    yield from (row.unit, row.size, row.category)
    yield from (
        offer.name
        for code, offer in goods.offers[:_FIRST]
        if code == row.code and offer is not None
    )
    yield from (f"= {other}" for other, code in goods.other_codes[:_SOME] if code == row.code)
    for lot in goods.lots[:_SOME]:
        if lot.code == row.code:
            yield say("cmd_import.good_until", day=lot.expires_on)
    for stock in goods.stock[:_SOME]:
        if stock.code == row.code and not stock.lot:
            yield say("cmd_import.in_stock", quantity=stock.quantity)


def _report_doubts(goods: GoodsFile, imported: ImportCounts) -> None:
    """Say on stderr what was odd in the file, each kind once with how often it was so."""
    if goods.lacking is not None:
        lacking, total = goods.lacking
        print(say("cmd_import.codes_lack", lacking=lacking, total=total), file=sys.stderr)
    for doubt in goods.doubts:
        text = say("cmd_import.doubt", line=doubt.line, why=doubt.why, count=doubt.count)
        print(text, file=sys.stderr)
    for kind, count in (
        ("lost", goods.lost),
        ("codes_elsewhere", imported.codes_elsewhere),
        ("deposits_unknown", imported.deposits_unknown),
    ):
        if count:
            print(say(f"cmd_import.{kind}", count=count), file=sys.stderr)


def _remember(data: Path, goods: GoodsFile) -> None:
    """Keep how this header was read, so that the next file with it is read alike."""
    from pos_tui.books.catalogue.goods_file.layouts import FILE_NAME, remember
    from pos_tui.reasons import plain

    try:
        remember(data, goods.columns.header, goods.choices)
    except OSError as error:
        why = plain(str(error.strerror))
        complain(say("cmd_import.layouts_unwritable", path=str(data / FILE_NAME), why=why))


def _say_result(
    options: argparse.Namespace, imported: ImportCounts, goods: GoodsFile, rejects: Path | None
) -> None:
    import msgspec

    if options.json:
        result = {
            "accepted": imported.accepted,
            "refused": len(goods.rejects),
            "unchanged": imported.unchanged,
            "stock": imported.stock,
            "rejects": str(rejects or ""),
        }
        print(msgspec.json.encode(result).decode())
        return
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
    if imported.stock:
        print(say("cmd_import.stock_changed", count=imported.stock))


IMPORT = Subcommand(
    "import",
    "cmd_import.help",
    "pos-tui import old-till.csv --map price=SALEPRICE",
    _arguments,
    _run,
)
