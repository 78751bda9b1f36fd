"""A file of counted goods, as a handheld counter or a spreadsheet gives it: code and quantity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

import apsw
from msgspec import Struct

from pos_tui.books import Books, Product
from pos_tui.books.catalogue.goods_file.columns import COLUMN_NAMES, normal_name
from pos_tui.books.counts.entries import CountEntry, counted_lots, put_entry
from pos_tui.books.counts.stock_takes import CountError, open_count
from pos_tui.books.journal.entries import CountAct
from pos_tui.books.movement import thousandths
from pos_tui.codes.masking import beginning, may_be_secret
from pos_tui.reasons import Reason, ReasonError
from pos_tui.tables.dates import DateOrder, date_order_of, read_date
from pos_tui.tables.errors import CellError
from pos_tui.tables.numbers import DecimalMark, decimal_mark_of, read_decimal
from pos_tui.tables.rejects import RejectedRow
from pos_tui.tables.table import Table, TableRow

_COUNTED = (
    "counted", "count", "counted_quantity", "盘点数量", "盘点数", "实盘数量", "实盘数", "数量",
)  # fmt: skip
_NAMES = {
    "code": COLUMN_NAMES["code"],
    "counted": (*_COUNTED, *COLUMN_NAMES["on_hand"]),
    "lot": COLUMN_NAMES["lot"],
    "expires_on": COLUMN_NAMES["expires_on"],
}
_MOST = 10**9  # thousandths


class CountedFile(Struct, frozen=True):
    """What became of a file's rows: `accepted` and `kept` (left as they were counted before)."""

    accepted: int
    kept: int
    rejects: tuple[RejectedRow, ...]


class _Counted(Struct, frozen=True):
    row: TableRow
    product: Product
    lot: str
    quantity: int
    expires_on: date | None


def names_count_columns(cells: Sequence[str]) -> bool:
    """Whether a line names the columns that a file of counted goods needs."""
    places = _places(cells)
    return "code" in places and "counted" in places


def count_table(
    books: Books,
    at: datetime,
    number: int,
    by: str,
    table: Table,
    again: CountAct | str | None,
    goods_of: Callable[[str], Product | None],
    dates: DateOrder | None = None,
) -> CountedFile:
    """Count a table's rows, as of now, in one transaction. Raises CountError, BooksError.

    Two rows of the same goods are two places, and are added. Goods that were counted before the
    file are refused, or as `again` says: "add", "replace" or "keep".
    """
    rows, rejects = _rows(table, goods_of, dates)

    def job(connection: apsw.Connection) -> tuple[int, int, list[RejectedRow]]:
        open_count(connection, number)
        refused: list[RejectedRow] = []
        before = {(each.product_id, each.lot) for each in counted_lots(connection, number)}
        accepted = kept = 0
        own: set[tuple[int, str]] = set()
        for each in rows:
            key = each.product.id, each.lot
            is_first = key not in own
            if key in before and again is None:
                why = CountError("count.row_counted_already").reason
                refused.append(RejectedRow(each.row.line, why, each.row.cells))
                continue
            if key in before and again == "keep":
                kept += 1
                continue
            act: CountAct = (
                "replace" if key in before and again == "replace" and is_first else "add"
            )
            entry = CountEntry(*key, each.quantity, act, expires_on=each.expires_on)
            try:
                put_entry(connection, at, by, number, entry)
            except CountError as error:
                refused.append(RejectedRow(each.row.line, error.reason, each.row.cells))
                continue
            own.add(key)
            accepted += 1
        return accepted, kept, refused

    accepted, kept, refused = books.write(job).result()
    found = sorted((*rejects, *refused), key=lambda each: each.line)
    return CountedFile(accepted, kept, tuple(found))


def _rows(
    table: Table, goods_of: Callable[[str], Product | None], dates: DateOrder | None
) -> tuple[list[_Counted], list[RejectedRow]]:
    places = _places(table.header)
    counted = places["counted"]
    mark = decimal_mark_of((row.cells[counted] for row in table.rows), table.delimiter)
    if dates is None and "expires_on" in places:
        dates = date_order_of(row.cells[places["expires_on"]] for row in table.rows)
    rows: list[_Counted] = []
    rejects = list(table.rejects)
    for row in table.rows:
        cells = {field: row.cells[place].strip() for field, place in places.items()}
        try:
            rows.append(_counted(row, cells, goods_of, mark, dates))
        except ReasonError as error:
            cells_shown = tuple(beginning(c) if may_be_secret(c) else c for c in row.cells)
            rejects.append(RejectedRow(row.line, error.reason, cells_shown))
    return rows, rejects


def _counted(
    row: TableRow,
    cells: dict[str, str],
    goods_of: Callable[[str], Product | None],
    mark: DecimalMark | None,
    dates: DateOrder | None,
) -> _Counted:
    """What a row says. Raises CountError, CellError."""
    product = goods_of(cells["code"])
    if product is None:
        raise CountError("count.row_not_in_books")
    if not cells["counted"]:
        raise CountError("count.row_no_quantity")
    quantity = _thousandths(read_decimal(cells["counted"], mark))
    expires = read_date(cells["expires_on"], dates) if cells.get("expires_on") else None
    lot = cells.get("lot", "") or (f"{expires:%Y%m%d}" if expires else "")
    return _Counted(row, product, lot, quantity, expires)


def _thousandths(quantity: Decimal) -> int:
    found = thousandths(quantity)
    if not 0 <= found <= _MOST:
        raise CellError("count.row_quantity")
    return found


def _places(header: Sequence[str]) -> dict[str, int]:
    names = [normal_name(name) for name in header]
    places: dict[str, int] = {}
    for field, known in _NAMES.items():
        found = [names.index(name) for name in known if name in names]
        if found:
            places[field] = found[0]
    return places


def why_no_count_file(path: str, header: Sequence[str]) -> Reason:
    """Why a file is none of counted goods: the columns that it has."""
    return CountError("count.file_columns", path=path, columns=tuple(header)).reason
