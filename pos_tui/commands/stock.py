"""`pos-tui stock`: lists of goods that want something done, and minimums."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.reasons import because
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from decimal import Decimal
    from pathlib import Path

    from pos_tui.books import Books, Product
    from pos_tui.money import Currency
    from pos_tui.reasons import Reason
    from pos_tui.settings import TillSettings
    from pos_tui.till.goods.stock import ListedGoods, PastMovement, ShopStock, StockList

_LISTS = ("low", "reorder", "expiring", "below-zero", "dead", "undated")
_MOST_DAYS = 3660


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pathlib import Path

    # Named as the program gathers words that stand after an option.
    parser.add_argument(
        "scans", metavar=say("cmd_stock.word"), nargs="*", help=say("cmd_stock.words_help")
    )
    parser.add_argument("--days", type=int, metavar="N", help=say("cmd_stock.days_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_stock.json_help"))
    file = say("cmd_stock.file")
    parser.add_argument("--csv", type=Path, metavar=file, help=say("cmd_stock.csv_help"))
    name = say("cmd_stock.supplier")
    parser.add_argument("--supplier", metavar=name, help=say("cmd_stock.supplier_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_stock.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.commands.paths import find_shop, shop_clock
    from pos_tui.till.goods.stock import OrderFileError, ShopStock

    wrong = _wrong_words(options)
    if wrong is not None:
        return complain(in_words(wrong))
    settings, data = find_shop(options.demo, options.settings, options.data)
    if not (data / FILE_NAME).exists():
        return complain(say("commands.no_books", folder=str(data)))
    clock = shop_clock(settings)
    try:
        with closing(Books(data)) as books:
            stock = ShopStock(books, clock, lambda: settings.till.cashier)
            first = options.scans[0] if options.scans else ""
            if first in {"minimum", "history"}:
                product = product_finder(settings, books)(options.scans[1])
                if product is None:
                    return complain(say("cmd_stock.no_product", code=options.scans[1]))
                if first == "history":
                    return _history(stock.history(product.id), options.json)
                return _minimum(stock, product, options.scans[2])
            if not first:
                return _counts(stock, options.json)
            return _list(stock, first, options, settings.currency)
    except (BooksError, OrderFileError) as error:
        return complain(in_words(error.reason))


def product_finder(settings: TillSettings, books: Books) -> Callable[[str], Product | None]:
    """What gives the product that a code names, however the code is written."""
    from pos_tui.commands.paths import shop_clock
    from pos_tui.till.decoder import Decoder, checked_context

    clock = shop_clock(settings)
    context, _ = checked_context(settings, clock().date())
    decoder = Decoder(settings, books, context)

    def find(code: str) -> Product | None:
        now = clock()
        found = decoder.find(decoder.read(code, now.date()), now)
        return None if found is None else found[1]

    return find


def _wrong_words(options: argparse.Namespace) -> Reason | None:
    """What is missing or too much in the command."""
    words = options.scans
    first = words[0] if words else ""
    if first and first not in {*_LISTS, "minimum", "history"}:
        return because("cmd_stock.no_such_list", name=first, lists=_LISTS)
    needed = {"minimum": 3, "history": 2}.get(first, len(words[:1]))
    if len(words) < needed:
        return because(f"cmd_stock.which_{first}")
    if len(words) > needed:
        return because("cmd_stock.word_too_much", word=words[needed])
    if first == "minimum" and _quantity(words[2]) is None:
        return because("cmd_stock.no_quantity", text=words[2])
    if options.days is not None and not 0 <= options.days <= _MOST_DAYS:
        return because("cmd_stock.wrong_days", most=_MOST_DAYS)
    if options.csv is not None and first not in _LISTS:
        return because("cmd_stock.csv_of_list")
    return None


def _counts(stock: ShopStock, as_json: bool) -> int:
    from pos_tui.till.goods.stock import USUAL_DAYS

    counts = stock.counts()
    if as_json:
        import msgspec

        print(msgspec.json.encode(dict(counts)).decode())
        return 0
    from pos_tui.text_width import pad

    for which, count in counts.items():
        hint = say(f"stock_lists.{which}_hint", days=USUAL_DAYS[which])
        print(f"{pad(which.replace('_', '-'), 11)} {count:>6}  {hint}")
    return 0


def _list(stock: ShopStock, name: str, options: argparse.Namespace, currency: Currency) -> int:
    which: StockList = name.replace("-", "_")  # type: ignore[assignment]
    rows = stock.rows(which, options.days)
    if options.supplier is not None:
        wanted = options.supplier.casefold()
        rows = [row for row in rows if row.supplier.casefold() == wanted]
    if options.csv is not None:
        return _write_csv(stock, which, rows, options.csv, currency)
    if options.json:
        import msgspec

        for row in rows:
            print(msgspec.json.encode(_as_json(row)).decode())
        return 0
    if not rows:
        print(say("stock_lists.empty"))
        return 0
    from pos_tui.tui.pages.stock_words import columns_of, goods_cells

    columns = columns_of(which)
    _print_table(
        [column.title for column in columns],
        [goods_cells(which, row, currency) for row in rows],
        [column.right for column in columns],
    )
    return 0


def _write_csv(
    stock: ShopStock,
    which: StockList,
    rows: Sequence[ListedGoods],
    path: Path,
    currency: Currency,
) -> int:
    from pos_tui.tui.pages.stock_words import order_titles

    if which == "reorder":
        count = stock.write_order(path, order_titles(), rows)
    else:
        from pos_tui.till.goods.stock import package_code
        from pos_tui.tui.pages.stock_words import columns_of, goods_cells

        titles = [say("stock_lists.column_code"), *(each.title for each in columns_of(which))]
        cells = ((package_code(row.code), *goods_cells(which, row, currency)) for row in rows)
        count = stock.write_table(path, titles, cells)
    print(say("cmd_stock.written", count=count, file=str(path)), file=sys.stderr)
    return 0


def _minimum(stock: ShopStock, product: Product, text: str) -> int:
    quantity = _quantity(text)
    assert quantity is not None
    if not stock.set_minimum(product.id, quantity):
        return complain(say("stock_lists.product_gone", name=product.name))
    kind = "stock_lists.minimum_kept" if quantity else "stock_lists.minimum_gone"
    minimum = f"{quantity} {product.unit}".rstrip()
    print(say(kind, name=product.name, minimum=minimum))
    return 0


def _history(movements: Sequence[PastMovement], as_json: bool) -> int:
    if as_json:
        import msgspec

        from pos_tui.till.goods.stock import from_thousandths

        for moved in movements:
            line = moved._asdict() | {
                "quantity": from_thousandths(moved.quantity),
                "after": from_thousandths(moved.after),
            }
            print(msgspec.json.encode(line).decode())
        return 0
    from pos_tui.tui.pages.stock_words import history_cells, history_columns

    if not movements:
        print(say("stock_lists.history_empty"))
        return 0
    columns = history_columns()
    _print_table(
        [column.title for column in columns],
        [history_cells(moved) for moved in movements],
        [column.right for column in columns],
    )
    return 0


def _print_table(
    titles: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]
) -> None:
    from pos_tui.text_width import pad, pad_left, width_of

    widths = [max(map(width_of, column)) for column in zip(titles, *rows, strict=True)]
    for cells in (titles, *rows):
        parts = (
            pad_left(cell, width) if is_right else pad(cell, width)
            for cell, width, is_right in zip(cells, widths, right, strict=True)
        )
        print("  ".join(parts).rstrip())


def _as_json(row: ListedGoods) -> dict[str, object]:
    """A row for programs: quantities as decimals in text, amounts in minor units."""
    import msgspec

    from pos_tui.till.goods.stock import from_thousandths

    line: dict[str, object] = msgspec.structs.asdict(row)
    for name in ("minimum", "on_hand", "sold", "order", "left"):
        if line[name] is not None:
            line[name] = from_thousandths(getattr(row, name))
    if row.cases:
        line["cases"] = row.cases
    else:
        del line["pieces"]
    return {name: value for name, value in line.items() if value not in (None, "")}


def _quantity(text: str) -> Decimal | None:
    from decimal import Decimal, InvalidOperation

    try:
        quantity = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    fits = quantity.is_finite() and 0 <= quantity < 10**9
    return quantity if fits and quantity == round(quantity, 3) else None


STOCK = Subcommand(
    "stock",
    "cmd_stock.help",
    "pos-tui stock reorder --csv order.csv",
    _arguments,
    _run,
)
