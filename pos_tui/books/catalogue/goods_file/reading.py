"""A file of goods is read: columns found, good rows kept, bad ones refused, doubts counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books.catalogue.goods_file.codes import CodeColumn, CodesWritten, judge_codes
from pos_tui.books.catalogue.goods_file.columns import NEEDED, GoodsColumns, find_columns, is_header
from pos_tui.books.catalogue.goods_file.doubts import FileDoubt, FileDoubts
from pos_tui.books.catalogue.goods_file.errors import GoodsFileError, RowError
from pos_tui.books.catalogue.goods_file.layouts import (
    FileChoices,
    Layout,
    remembered_layout,
    with_layout,
)
from pos_tui.books.catalogue.goods_file.row import GoodsRow, LotRow, RowReader
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.codes.context import CodeContext
from pos_tui.pricing import Offer
from pos_tui.reasons import because
from pos_tui.tables.dates import DateOrder, date_order_of
from pos_tui.tables.errors import NoHeaderError
from pos_tui.tables.numbers import DecimalMark, decimal_mark_of
from pos_tui.tables.reading import read_table
from pos_tui.tables.rejects import RejectedRow
from pos_tui.tables.table import Table, TableRow

Progress = Callable[[int, int], None]
_AMOUNTS = ("price", "sale_price", "compare_at")
_DAYS = ("produced_on", "expires_on", "best_before", "sale_from", "sale_until")
_EVERY = 2000  # rows between two signs of life


class GoodsFile(Struct):
    """A file's goods: the rows to import with what belongs to them, and those refused.

    `choices` are those by which it was read, `is_known` whether its header was read so before.
    `other_codes` are pairs of a code and the one that its product goes by; `offers` has every
    product where the file has a column of offers, None where it names none; `on_hand` are pairs of
    code and quantity, of goods without a date.
    """

    columns: GoodsColumns
    choices: FileChoices
    is_known: bool
    sheet: str
    encoding: str
    rows: list[ProductRow] = []
    rejects: list[RejectedRow] = []
    lots: list[LotRow] = []
    offers: list[tuple[str, Offer | None]] = []
    other_codes: list[tuple[str, str]] = []
    on_hand: list[tuple[str, Decimal]] = []
    doubts: list[FileDoubt] = []
    lost: int = 0
    lacking: tuple[int, int] | None = None


def read_goods(
    path: Path,
    context: CodeContext,
    moment: datetime,
    choices: FileChoices,
    layouts: Sequence[Layout] = (),
    progress: Progress = lambda _done, _of: None,
) -> GoodsFile:
    """Read an export of goods, CSV or a workbook. Raises TableError and GoodsFileError.

    What stands in a code itself (by one of the shop's templates: name, price, shelf life) fills
    cells that are empty. `moment` is now, aware; `layouts` are those that the shop remembers;
    `progress` is told how many rows of how many are read.
    """
    needed = NEEDED[:1] if context.templates else NEEDED
    try:
        table = read_table(
            path,
            lambda cells: (
                is_header(cells, choices.columns, needed)
                or remembered_layout(layouts, cells) is not None
            ),
            encoding=choices.encoding,
            sheet=choices.sheet,
            language=choices.language,
            currency=context.currency.code,
        )
    except NoHeaderError as error:
        if not any(name.strip() for name in error.header):
            raise
        find_columns(str(path), error.header, choices.columns, needed)
        raise
    layout = remembered_layout(layouts, table.header)
    told = choices.codes
    if layout is not None:
        choices = with_layout(choices, layout)
    columns = find_columns(str(path), table.header, choices.columns, needed)
    doubts = FileDoubts()
    of_such_a_till = columns.exporter is not None and columns.exporter.leaves_check_digits_out
    judged = [judge_codes(_cells(table, place), of_such_a_till) for place in columns.places["code"]]
    if choices.codes == "without-check-digit":
        first = judge_codes(_cells(table, columns.places["code"][0]), of_such_a_till=True)
        if first.suspect and not first.lacks_check_digits:
            if told:
                right = first.suspect - first.lacking
                raise GoodsFileError(
                    "goods.codes_are_whole", path=str(path), right=right, total=first.suspect
                )
            choices = replace(choices, codes="")
    reader = RowReader(
        columns,
        judged,
        choices.codes,
        _marks(table, columns),
        _orders(table, columns, choices.dates),
        context,
        moment,
        doubts,
    )
    goods = GoodsFile(
        columns,
        choices,
        layout is not None and dict(choices.columns) == layout.columns,
        table.sheet,
        table.encoding,
        rejects=list(table.rejects),
        lost=table.lost,
        lacking=_lacking(judged, choices.codes),
    )
    _read_rows(table.rows, reader, goods, doubts, progress)
    goods.rejects.sort(key=lambda reject: reject.line)
    goods.doubts = doubts.all()
    return goods


def _read_rows(
    rows: list[TableRow],
    reader: RowReader,
    goods: GoodsFile,
    doubts: FileDoubts,
    progress: Progress,
) -> None:
    """Read the rows; each is let go once it is read, for a large file fills the memory."""
    seen: dict[str, int] = {}
    total, last = len(rows), ""
    index: dict[str, ProductRow] = {}
    rows.reverse()
    while rows:
        row = rows.pop()
        if (total - len(rows)) % _EVERY == 0:
            progress(total - len(rows), total)
        try:
            below = reader.codes_below(row.line, row.cells) if last else ()
            if below:
                goods.other_codes += ((code, last) for code in below)
                continue
            read = reader.read(row.line, row.cells)
            if read is None:
                continue
            code = read.product.code
            if code in seen:
                if read.lot is None or read.product != index.get(code, read.product):
                    raise RowError("goods.row_twice", code=code, line=seen[code])
                goods.lots.append(read.lot)
                continue
        except RowError as error:
            goods.rejects.append(RejectedRow(row.line, error.reason, row.cells))
            continue
        seen[code], last = row.line, code
        if read.lot is not None:
            index[code] = read.product
        _keep(read, goods, reader.has_offers)
    progress(total, total)
    _other_codes_once(goods, seen, doubts)


def _keep(read: GoodsRow, goods: GoodsFile, has_offers: bool) -> None:
    code = read.product.code
    goods.rows.append(read.product)
    goods.other_codes += ((other, code) for other in read.other_codes)
    if read.lot is not None:
        goods.lots.append(read.lot)
    if read.on_hand is not None:
        goods.on_hand.append((code, read.on_hand))
    if has_offers:
        goods.offers.append((code, read.offer))


def _other_codes_once(goods: GoodsFile, seen: Mapping[str, int], doubts: FileDoubts) -> None:
    """Keep each other code for one product: the first, and never against a product's own code."""
    first: dict[str, str] = {}
    for other, code in goods.other_codes:
        if other in seen or first.setdefault(other, code) != code:
            doubts.note(seen[code], because("goods.other_code_taken", code=other))
    goods.other_codes = [(other, code) for other, code in first.items() if other not in seen]


def _cells(table: Table, place: int) -> Iterator[str]:
    return (row.cells[place] for row in table.rows)


def _marks(table: Table, columns: GoodsColumns) -> dict[str, DecimalMark | None]:
    """The decimal mark of each field of numbers: amounts of one file are written alike."""

    def cells(fields: Sequence[str]) -> Iterator[str]:
        for field in fields:
            for place in columns.places.get(field, ()):
                yield from _cells(table, place)

    of_amounts = decimal_mark_of(cells(_AMOUNTS), table.delimiter)
    of_stock = decimal_mark_of(cells(("on_hand",)), table.delimiter)
    return {**dict.fromkeys(_AMOUNTS, of_amounts), "on_hand": of_stock or of_amounts}


def _orders(
    table: Table, columns: GoodsColumns, told: DateOrder | None
) -> dict[str, DateOrder | None]:
    def cells() -> Iterator[str]:
        for field in _DAYS:
            for place in columns.places.get(field, ()):
                yield from _cells(table, place)

    order = told or date_order_of(cells())
    return dict.fromkeys(_DAYS, order)


def _lacking(judged: Sequence[CodeColumn], written: CodesWritten) -> tuple[int, int] | None:
    """How many of how many codes lack their check digit, where the shop has to say so."""
    found = [column for column in judged if column.lacks_check_digits]
    return (found[0].lacking, found[0].suspect) if found and not written else None
