"""`pos-tui count`: a stock take, by hand or from a file; listed, compared, approved, voided."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, add_table_arguments, complain, report_rejects
from pos_tui.reasons import because
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from pathlib import Path

    from pos_tui.books import Books
    from pos_tui.books.counts.differences import CountDifference
    from pos_tui.books.counts.stock_takes import StockTake
    from pos_tui.money import Currency
    from pos_tui.reasons import Reason
    from pos_tui.settings import TillSettings
    from pos_tui.till.goods.counts import ShopCounts
    from pos_tui.till.staff_at_till import StaffAtTill

_ACTS = ("list", "show", "approve", "void", "file")


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pathlib import Path

    number, code, file = say("cmd_count.number"), say("cmd_count.code"), say("commands.file")
    # Named as the program gathers words that stand after an option.
    name, text = say("cmd_count.name"), say("cmd_count.name_help")
    parser.add_argument("scans", nargs="*", metavar=name, help=text)
    text = say("cmd_count.shelf_help")
    parser.add_argument("--shelf", default="", metavar=name, help=text)
    who, text = say("cmd_count.who"), say("cmd_count.by_help")
    parser.add_argument("--by", default="", metavar=who, help=text)
    parser.add_argument("--file", type=Path, metavar=file, help=say("cmd_count.file_help"))
    choices = ("add", "replace", "keep")
    parser.add_argument("--again", choices=choices, help=say("cmd_count.again_help"))
    parser.add_argument("--list", action="store_true", help=say("cmd_count.list_help"))
    for act in ("show", "approve", "void"):
        text = say(f"cmd_count.{act}_help")
        parser.add_argument(f"--{act}", type=int, metavar=number, help=text)
    for option in ("only", "earlier"):
        text = say(f"cmd_count.{option}_help")
        parser.add_argument(f"--{option}", action="append", default=[], metavar=code, help=text)
    parser.add_argument("--pin-file", metavar=file, help=say("cmd_count.pin_file_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_count.json_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_count.demo_help"))
    add_table_arguments(parser)


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.commands.paths import find_shop
    from pos_tui.commands.pin import NoPinError
    from pos_tui.tables.errors import TableError

    acts = [act for act in _ACTS if getattr(options, act) not in (None, False)]
    if len(acts) > 1:
        return complain(say("cmd_count.too_many", acts=tuple(f"--{act}" for act in acts)))
    settings, data = find_shop(options.demo, options.settings, options.data)
    if not (data / FILE_NAME).exists():
        kind = "cmd_count.no_demo_books" if options.demo else "commands.no_books"
        return complain(say(kind, folder=str(data)))
    try:
        with closing(Books(data)) as books:
            return _act(options, acts[0] if acts else "", settings, data, books)
    except (BooksError, TableError, NoPinError) as error:
        return complain(in_words(error.reason))


def _act(
    options: argparse.Namespace, act: str, settings: TillSettings, data: Path, books: Books
) -> int:
    shop = _shop_counts(settings, books)
    if act == "list":
        return _list(shop.rows(), options.json)
    if act == "show":
        return _show(options, settings.currency, shop, options.show)
    if act == "void":
        what = because("cmd_count.to_void", number=options.void)
        by = _approver(options, _staff(settings, books), what) or options.by
        voided = shop.void(options.void, by)
        print(say("cmd_count.voided", number=voided.number, name=voided.name))
        return 0
    if act == "approve":
        return _approve(options, settings, shop, _staff(settings, books))
    by = options.by or _who(settings, options)
    take, is_new = _chosen(shop, " ".join(options.scans), options.shelf, by)
    if act == "file":
        return _count_file(options, settings, data, shop, take, by)
    from pos_tui.commands.count_lines import count_line_by_line

    return count_line_by_line(shop, take, is_new, by, options.again, options.json)


def _shop_counts(settings: TillSettings, books: Books) -> ShopCounts:
    from pos_tui.commands.paths import shop_clock
    from pos_tui.till.decoder import Decoder, checked_context
    from pos_tui.till.goods.counts import ShopCounts

    clock = shop_clock(settings)
    context, troubles = checked_context(settings, clock().date())
    for trouble in troubles:
        complain(in_words(trouble))
    decoder = Decoder(settings, books, context)
    return ShopCounts(
        books,
        clock,
        lambda text: decoder.read(text, clock().date()),
        lambda reading: decoder.find(reading, clock()),
        books.search,
    )


def _who(settings: TillSettings, options: argparse.Namespace) -> str:
    """Who counts: asked at a terminal, else the till's cashier."""
    usual = settings.till.cashier
    if options.file is not None or not sys.stdin.isatty():
        return usual
    print(say("cmd_count.ask_who", usual=usual), end="", flush=True)
    return " ".join(sys.stdin.readline().split()) or usual


def _chosen(shop: ShopCounts, name: str, shelf: str, by: str) -> tuple[StockTake, bool]:
    """The count with this name, or the one that is open; begun where there is none.

    Raises CountError.
    """
    from pos_tui.books.counts.stock_takes import CountError

    there = [take for take in shop.rows() if take.state == "open"]
    if name:
        there = [take for take in there if take.name == " ".join(name.split())]
    if len(there) > 1:
        names = tuple(take.name for take in there)
        raise CountError("cmd_count.which_open", names=names)
    if there:
        return there[0], False
    return shop.begin(name or shop.usual_name(), shelf, by), True


# ---- from a file ---------------------------------------------------------------------------------


def _count_file(
    options: argparse.Namespace,
    settings: TillSettings,
    data: Path,
    shop: ShopCounts,
    take: StockTake,
    by: str,
) -> int:
    import msgspec

    from pos_tui.tables.errors import NoHeaderError, TableError
    from pos_tui.tables.reading import read_table
    from pos_tui.tables.rejects import write_rejects
    from pos_tui.till.goods.count_file import names_count_columns, why_no_count_file

    try:
        table = read_table(
            options.file,
            names_count_columns,
            encoding=options.encoding,
            sheet=options.sheet,
            language=settings.shop.language,
            currency=settings.shop.currency,
        )
    except NoHeaderError as error:
        why = why_no_count_file(str(options.file), error.header)
        raise TableError(why) from error
    found = shop.count_file(take.number, by, table, options.again, options.dates)
    rejects = write_rejects(found.rejects, data, options.file.stem, in_words)
    report_rejects(found.rejects, rejects)
    refused = len(found.rejects)
    if options.json:
        line = {
            "count": take.number,
            "accepted": found.accepted,
            "kept": found.kept,
            "refused": refused,
            "rejects": str(rejects or ""),
        }
        print(msgspec.json.encode(line).decode())
        return 0
    kind = "cmd_count.file_done_with_rejects" if rejects else "cmd_count.file_done"
    print(
        say(kind, count=found.accepted, kept=found.kept, refused=refused, path=str(rejects or ""))
    )
    print(_so_far(shop, take))
    return 0


def _so_far(shop: ShopCounts, take: StockTake) -> str:
    count = len(shop.counted(take.number))
    return say("cmd_count.ended", number=take.number, name=take.name, count=count)


# ---- lists ---------------------------------------------------------------------------------------


def _list(takes: Iterable[StockTake], as_json: bool) -> int:
    import msgspec

    from pos_tui.text_width import pad

    takes = list(takes)
    if as_json:
        for take in takes:
            print(msgspec.json.encode(take).decode())
        return 0
    if not takes:
        print(say("cmd_count.none"))
    for take in takes:
        state = say(f"count.state_{take.state}")
        rest = say("cmd_count.row", by=take.begun_by, at=take.begun_at, count=take.products)
        print(f"{take.number:4}  {pad(state, 9)} {pad(take.name, 24)} {pad(take.place, 16)} {rest}")
    return 0


def _show(options: argparse.Namespace, currency: Currency, shop: ShopCounts, number: int) -> int:
    rows = shop.differences(number, _products(shop, options.earlier))
    if options.json:
        import msgspec

        for row in rows:
            line = {**msgspec.to_builtins(row), "difference": row.difference}
            print(msgspec.json.encode(line).decode())
        return 0
    if not rows:
        print(say("cmd_count.no_differences", number=number))
        return 0
    for text in _table(rows, currency):
        print(text)
    from pos_tui.till.goods.count_words import missing_names

    missing = shop.not_counted(number)
    if missing:
        print(say("cmd_count.missing", count=len(missing), names=missing_names(missing)))
    return 0


def _table(rows: Iterable[CountDifference], currency: Currency) -> list[str]:
    """The differences as rows of text, what moved meanwhile below each."""
    from pos_tui.text_width import pad
    from pos_tui.till.goods.count_words import difference_notes, difference_text, value_text
    from pos_tui.till.goods.counting import named_lot, quantity_text

    widths = (34, 12, 12, 12, 12)
    names = ("item", "counted", "on_hand", "difference", "value")
    lines = [_aligned([say(f"cmd_count.{name}") for name in names], widths)]
    total, unknown = 0, ""
    for row in rows:
        counted = row.counted
        then = row.then_first if row.is_earlier else row.then
        total += row.cost or 0
        unknown = unknown if row.cost is not None else " + ?"
        cells = [
            in_words(named_lot(row.name, counted.lot, counted.expires_on)),
            quantity_text(counted.quantity, row.unit),
            quantity_text(then, ""),
            difference_text(row.difference),
            value_text(row.cost, currency),
        ]
        lines.append(_aligned(cells, widths))
        lines += [f"    {in_words(each)}" for each in difference_notes(row)]
    cells = [say("cmd_count.total"), "", "", "", f"{value_text(total, currency)}{unknown}"]
    lines.append(_aligned([pad(cells[0], widths[0]), *cells[1:]], widths))
    return lines


def _aligned(cells: list[str], widths: tuple[int, ...]) -> str:
    from pos_tui.text_width import pad, width_of

    first, *numbers = cells
    parts = [pad(first, widths[0])]
    for text, width in zip(numbers, widths[1:], strict=True):
        parts.append(" " * max(width - width_of(text), 0) + text)
    return " ".join(parts).rstrip()


# ---- approving -----------------------------------------------------------------------------------


def _approve(
    options: argparse.Namespace, settings: TillSettings, shop: ShopCounts, staff: StaffAtTill
) -> int:
    number = options.approve
    only = _products(shop, options.only) if options.only else None
    earlier = _products(shop, options.earlier)
    rows = shop.differences(number, earlier)
    shown = [row for row in rows if only is None or row.counted.product_id in only]
    if not options.json:
        for text in _table(shown, settings.currency) if shown else ():
            print(text)
    value = abs(sum(row.cost or 0 for row in shown))
    what = because("cmd_count.to_approve", number=number)
    by = _approver(options, staff, what, value) or options.by or settings.till.cashier
    seen = max((row.counted.last_entry for row in rows), default=0)
    done = shop.approve(number, by, only, earlier, seen)
    if options.json:
        import msgspec

        print(msgspec.json.encode(done).decode())
        return 0
    kind = "cmd_count.approved" if done.left else "cmd_count.approved_all"
    print(say(kind, number=number, count=done.products, left=done.left))
    return 0


def _products(shop: ShopCounts, codes: Iterable[str]) -> frozenset[int]:
    """The products with these codes. Raises CountError."""
    from pos_tui.books.counts.stock_takes import CountError

    found = set()
    for code in codes:
        product = shop.goods_of_code(code)
        if product is None:
            raise CountError("cmd_count.not_known", code=code)
        found.add(product.id)
    return frozenset(found)


def _staff(settings: TillSettings, books: Books) -> StaffAtTill:
    from pos_tui.commands.paths import shop_clock
    from pos_tui.till.staff_at_till import StaffAtTill

    return StaffAtTill(settings, books, shop_clock(settings))


def _approver(
    options: argparse.Namespace, staff: StaffAtTill, what: Reason, amount: int = 0
) -> str:
    """Who approves; "" where the shop has nobody who could. Raises CountError."""
    from pos_tui.books.counts.stock_takes import CountError
    from pos_tui.commands.pin import read_pin

    if not staff.has_approver("goods"):
        return ""
    pin = read_pin(say("cmd_count.ask_pin"), options.pin_file)
    found = staff.approve(pin, "goods", what, amount)
    if isinstance(found, str):
        return found
    raise CountError(found)


COUNT = Subcommand(
    "count",
    "cmd_count.help",
    "pos-tui count 'Shelf 4' --by Ada",
    _arguments,
    _run,
)
