"""A file of goods is read: columns found, good rows kept, bad ones refused, doubts counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from pos_tui.books.catalogue.goods_file.codes import CodeColumn, CodeJudge, CodesWritten
from pos_tui.books.catalogue.goods_file.columns import NEEDED, GoodsColumns, find_columns, is_header
from pos_tui.books.catalogue.goods_file.doubts import FileDoubt, FileDoubts
from pos_tui.books.catalogue.goods_file.errors import GoodsFileError, RowError
from pos_tui.books.catalogue.goods_file.layouts import (
    FileChoices,
    Layout,
    remembered_layout,
    with_layout,
)
from pos_tui.books.catalogue.goods_file.plain_rows import PlainRows
from pos_tui.books.catalogue.goods_file.row import GoodsRow, LotRow, RowReader
from pos_tui.books.catalogue.goods_file.seen_codes import SeenCodes
from pos_tui.books.catalogue.goods_file.spool import Spool
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.stock.stated import StatedStock
from pos_tui.codes.context import CodeContext
from pos_tui.pricing import Offer
from pos_tui.reasons import because
from pos_tui.tables.dates import DateOrder, DateOrders
from pos_tui.tables.errors import NoHeaderError
from pos_tui.tables.numbers import DecimalMark, DecimalMarks
from pos_tui.tables.reading import open_table
from pos_tui.tables.rejects import RejectedRow
from pos_tui.tables.streamed import StreamedTable
from pos_tui.tables.table import TableRow

Progress = Callable[[int, int], None]
_AMOUNTS = ("price", "sale_price", "compare_at", "cost")
_DAYS = ("produced_on", "expires_on", "best_before", "sale_from", "sale_until")
_EVERY = 2000  # rows between two signs of life


class GoodsFile(Struct):
    """A file's goods: the rows to import with what belongs to them, and those refused.

    `choices` are those by which it was read, `is_known` whether its header was read so before.
    `other_codes` are pairs of a code and the one that its product goes by; `offers` has every
    product where the file has a column of offers, None where it names none; `stock` is how much
    there is of lots, and of goods without one; `pieces` says how many a further code stands for.
    """

    columns: GoodsColumns
    choices: FileChoices
    is_known: bool
    sheet: str
    encoding: str
    rows: Spool[ProductRow] = field(default_factory=lambda: Spool(ProductRow))
    rejects: list[RejectedRow] = []
    lots: Spool[LotRow] = field(default_factory=lambda: Spool(LotRow))
    offers: Spool[tuple[str, Offer | None]] = field(
        default_factory=lambda: Spool(tuple[str, Offer | None])
    )
    other_codes: list[tuple[str, str]] = []
    pieces: dict[str, int] = {}
    stock: Spool[StatedStock] = field(default_factory=lambda: Spool(StatedStock))
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
        table = open_table(
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
    shown = _look_through(table, columns, of_such_a_till, choices.codes)
    judged = [CodeColumn()] if columns.are_own else shown.codes
    if choices.codes == "without-check-digit":
        first = shown.first_code
        if first.suspect and not first.lacks_check_digits:
            if told:
                right = first.suspect - first.lacking
                raise GoodsFileError(
                    "goods.codes_are_whole", path=str(path), right=right, total=first.suspect
                )
            choices = replace(choices, codes="")
    marks: dict[str, DecimalMark | None]
    marks = {**dict.fromkeys(_AMOUNTS, shown.amounts), "on_hand": shown.stock or shown.amounts}
    if columns.are_own:
        marks = dict.fromkeys(marks, ".")
    orders = dict.fromkeys(_DAYS, choices.dates or shown.days)
    reader = RowReader(columns, judged, choices.codes, marks, orders, context, moment, doubts)
    goods = GoodsFile(
        columns,
        choices,
        layout is not None and dict(choices.columns) == layout.columns,
        table.sheet,
        table.encoding,
        lacking=_lacking(judged, choices.codes),
    )
    plain = PlainRows(reader, judged, choices.codes, context)
    _read_rows(table, shown.count, reader, plain, goods, doubts, progress)
    goods.rejects += table.rejects
    goods.lost = table.lost
    goods.rejects.sort(key=lambda reject: reject.line)
    goods.doubts = doubts.all()
    return goods


class _Shown(Struct, frozen=True):
    """What the columns of a file show as a whole, and how many rows there are."""

    codes: list[CodeColumn]
    first_code: CodeColumn  # as that of a till that leaves check digits out, where it is said so
    amounts: DecimalMark | None
    stock: DecimalMark | None
    days: DateOrder | None
    count: int


def _look_through(
    table: StreamedTable, columns: GoodsColumns, of_such_a_till: bool, written: CodesWritten
) -> _Shown:
    """Read the whole file once for what its columns show."""
    places = columns.places
    codes = [(place, CodeJudge(of_such_a_till)) for place in places["code"]]
    first = CodeJudge(of_such_a_till=True)
    amounts, stock, days = DecimalMarks(), DecimalMarks(), DateOrders()
    looks: list[tuple[int, CodeJudge | DecimalMarks | DateOrders]] = [
        *codes,
        *((place, amounts) for name in _AMOUNTS for place in places.get(name, ())),
        *((place, stock) for place in places.get("on_hand", ())),
        *((place, days) for name in _DAYS for place in places.get(name, ())),
    ]
    count = 0
    for block in table.blocks():
        count += len(block)
        for place, judge in looks:
            judge.look_at([row.cells[place] for row in block])
        if written == "without-check-digit":
            first.look_at([row.cells[places["code"][0]] for row in block])
    return _Shown(
        [judge.column() for _, judge in codes],
        first.column(),
        amounts.mark(table.delimiter),
        stock.mark(table.delimiter),
        days.order(),
        count,
    )


def _read_rows(
    table: StreamedTable,
    total: int,
    reader: RowReader,
    plain: PlainRows,
    goods: GoodsFile,
    doubts: FileDoubts,
    progress: Progress,
) -> None:
    seen = SeenCodes()
    last: ProductRow | None = None
    done = 0
    with_lots: dict[str, tuple[ProductRow, bool]] = {}
    for block in table.blocks():
        for row in block:
            done += 1
            if done % _EVERY == 0:
                progress(done, total)
            if plain.is_of_use and (found := plain.read(row.cells)) is not None:
                product, stock = found
                if not seen.note(product.code, row.line):
                    last = product
                    goods.rows.append(product)
                    if stock is not None:
                        goods.stock.append(stock)
                    if reader.has_offers:
                        goods.offers.append((product.code, None))
                    continue
            last = _read_row(row, reader, goods, seen, with_lots, last)
    progress(total, total)
    _other_codes_once(goods, seen, doubts)


def _read_row(
    row: TableRow,
    reader: RowReader,
    goods: GoodsFile,
    seen: SeenCodes,
    with_lots: dict[str, tuple[ProductRow, bool]],
    last: ProductRow | None,
) -> ProductRow | None:
    """Read a row into the goods; returns the product that the next one may add to.

    `with_lots` has the products that came with a lot first, and whether their goods without one
    have come too; `last` is the product of the row above.
    """
    try:
        below = reader.codes_below(row.line, row.cells) if last is not None else ()
        if below and last is not None:
            goods.other_codes += ((code, last.code) for code in below)
            return last
        read = reader.read(row.line, row.cells)
        if read is None:
            return last
        code = read.product.code
        if line := seen.line_of(code):
            _add_lot(read, goods, with_lots, last, line)
            return last
    except RowError as error:
        goods.rejects.append(RejectedRow(row.line, error.reason, row.cells))
        return last
    seen.note(code, row.line)
    if read.names_lot:
        with_lots[code] = read.product, False
    _keep(read, goods, reader.has_offers)
    return read.product


def _add_lot(
    read: GoodsRow,
    goods: GoodsFile,
    with_lots: dict[str, tuple[ProductRow, bool]],
    last: ProductRow | None,
    line: int,
) -> None:
    """Add one more lot, or the goods of no lot, to a product of an earlier row. Raises RowError."""
    code = read.product.code
    first, has_both = with_lots.get(code) or (last, True)
    if not read.names_lot and (read.stock is None or has_both):
        raise RowError("goods.row_twice", code=code, line=line)
    if first is not None and first.code == code and first != read.product:
        raise RowError("goods.row_differs", code=code, line=line)
    if not read.names_lot and first is not None:
        with_lots[code] = first, True
    if read.lot is not None:
        goods.lots.append(read.lot)
    if read.stock is not None:
        goods.stock.append(read.stock)


def _keep(read: GoodsRow, goods: GoodsFile, has_offers: bool) -> None:
    code = read.product.code
    goods.rows.append(read.product)
    goods.other_codes += ((other, code) for other in read.other_codes)
    goods.pieces.update(read.pieces)
    if read.lot is not None:
        goods.lots.append(read.lot)
    if read.stock is not None:
        goods.stock.append(read.stock)
    if has_offers:
        goods.offers.append((code, read.offer))


def _other_codes_once(goods: GoodsFile, seen: SeenCodes, doubts: FileDoubts) -> None:
    """Keep each other code for one product: the first, and never against a product's own code."""
    first: dict[str, str] = {}
    for other, code in goods.other_codes:
        if seen.line_of(other) or first.setdefault(other, code) != code:
            doubts.note(seen.line_of(code), because("goods.other_code_taken", code=other))
    goods.other_codes = [(other, code) for other, code in first.items() if not seen.line_of(other)]


def _lacking(judged: Sequence[CodeColumn], written: CodesWritten) -> tuple[int, int] | None:
    """How many of how many codes lack their check digit, where the shop has to say so."""
    found = [column for column in judged if column.lacks_check_digits]
    return (found[0].lacking, found[0].suspect) if found and not written else None
