"""A delivery as a table: a supplier's CSV file or workbook, each row a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books.deliveries.goods_facts import GoodsFacts
from pos_tui.books.movement import thousandths
from pos_tui.checkout.expiry import DatePolicy, expires_on
from pos_tui.money import Currency, round_half_up
from pos_tui.reasons import ReasonError
from pos_tui.tables.dates import DateOrder, date_order_of, read_date
from pos_tui.tables.errors import NoHeaderError, TableError
from pos_tui.tables.numbers import DecimalMark, decimal_mark_of, read_decimal
from pos_tui.tables.reading import read_table
from pos_tui.tables.rejects import RejectedRow
from pos_tui.tables.table import Table
from pos_tui.till.goods.delivery_entry import LONGEST_LOT, LineEntry, begin_entry
from pos_tui.till.goods.goods_by_code import EntryError, GoodsByCode

FileColumn = Literal["code", "quantity", "cost", "unit_cost", "lot", "date", "produced_on"]
_NAMES: Mapping[FileColumn, tuple[str, ...]] = {
    "code": ("code", "barcode", "bar code", "ean", "gtin", "条码", "商品条码", "条形码"),
    "quantity": ("quantity", "qty", "数量"),
    "cost": ("cost", "amount", "金额", "小计"),
    "unit_cost": ("unit_cost", "unit cost", "unit price", "单价", "进价"),
    "lot": ("lot", "batch", "批号", "批次"),
    "date": ("date", "expires_on", "expiry", "use by", "有效期", "有效期至", "到期日", "保质期至"),
    "produced_on": ("produced_on", "production date", "生产日期"),
}
_NUMBERS = frozenset(("quantity", "cost", "unit_cost"))
_LARGEST = 10**9  # thousandths, and minor units


class DeliveryFile(Struct, frozen=True):
    """The lines of a file, with their rows, and the rows that were refused."""

    entries: list[tuple[int, LineEntry]]
    rejects: list[RejectedRow]


class DeliveryFileReader:
    """Reads the rows of a delivery's file."""

    def __init__(
        self,
        goods: GoodsByCode,
        facts: Callable[[int], GoodsFacts],
        policy: DatePolicy,
        currency: Currency,
    ) -> None:
        """`facts` gives what the books know of a product, by its id."""
        self._goods = goods
        self._facts = facts
        self._policy = policy
        self._currency = currency

    def read(
        self,
        path: Path,
        *,
        encoding: str = "",
        sheet: str = "",
        dates: DateOrder | None = None,
        language: str = "",
    ) -> DeliveryFile:
        """The lines of a table with the columns code, quantity, cost (of all of it) or unit_cost.

        `encoding`, `sheet` and `dates` are what somebody named. Raises TableError.
        """
        currency = self._currency.code
        try:
            table = read_table(
                path,
                _names_the_columns,
                encoding=encoding,
                sheet=sheet,
                language=language,
                currency=currency,
            )
        except NoHeaderError as error:
            raise TableError("delivery.no_header", path=str(path), columns=error.header) from error
        places = _places(table.header)
        marks: dict[FileColumn, DecimalMark | None] = {
            field: decimal_mark_of((row.cells[place] for row in table.rows), table.delimiter)
            for field, place in places.items()
            if field in _NUMBERS
        }
        file = DeliveryFile([], list(table.rejects))
        days = dates or _order_of_days(table, places)
        for row in table.rows:
            cells = {field: row.cells[place].strip() for field, place in places.items()}
            if not any(cells.values()):
                continue
            try:
                file.entries.append((row.line, self._entry(cells, marks, days)))
            except ReasonError as error:
                file.rejects.append(RejectedRow(row.line, error.reason, row.cells))
        file.rejects.sort(key=lambda each: each.line)
        return file

    def _entry(
        self,
        cells: Mapping[FileColumn, str],
        marks: Mapping[FileColumn, DecimalMark | None],
        days: DateOrder | None,
    ) -> LineEntry:
        """A row as a line. Raises EntryError, CellError."""
        if not cells["code"]:
            raise EntryError("delivery.row_no_code")
        goods = self._goods.named(cells["code"])
        entry = begin_entry(goods, self._facts(goods.product.id), self._policy)
        if cells.get("quantity"):
            number = read_decimal(cells["quantity"], marks["quantity"])
            entry = replace(entry, quantity=thousandths(number))
        if entry.quantity is None or not 0 < entry.quantity <= _LARGEST:
            raise EntryError("delivery.no_quantity", text=cells.get("quantity", ""))
        entry = replace(entry, cost=self._cost(cells, marks, entry.quantity))
        lot = cells.get("lot") or entry.lot or ""
        if len(lot) > LONGEST_LOT:
            raise EntryError("delivery.no_lot", text=lot[:LONGEST_LOT])
        entry = replace(entry, lot=lot)
        if cells.get("produced_on"):
            entry = replace(entry, produced_on=read_date(cells["produced_on"], days))
        last = read_date(cells["date"], days) if cells.get("date") else entry.expires_on
        kept_for = goods.product.shelf_life
        if last is None and entry.produced_on is not None and kept_for is not None:
            with suppress(ValueError, OverflowError):
                last = expires_on(entry.produced_on, *kept_for)
        if last is None and lot in entry.facts.lots:
            last = entry.facts.lots[lot][0]
        return replace(entry, expires_on=last, is_dated=True)

    def _cost(
        self,
        cells: Mapping[FileColumn, str],
        marks: Mapping[FileColumn, DecimalMark | None],
        quantity: int,
    ) -> int:
        """The cost of a row, in minor units for all of it. Raises EntryError, CellError."""
        field: FileColumn = "cost" if cells.get("cost") else "unit_cost"
        text = cells.get(field, "")
        if not text:
            raise EntryError("delivery.row_no_cost")
        minor = read_decimal(text, marks[field]).scaleb(self._currency.exponent)
        cost = round_half_up(minor if field == "cost" else minor * quantity / 1000)
        if field == "cost" and minor != cost:
            raise EntryError(
                "money.too_many_decimals",
                text=text,
                currency=self._currency.code,
                decimals=self._currency.exponent,
            )
        if not 0 <= cost <= _LARGEST:
            raise EntryError("delivery.row_odd_cost", text=text)
        return cost


def _places(header: Sequence[str]) -> dict[FileColumn, int]:
    names = [" ".join(cell.split()).casefold() for cell in header]
    return {
        field: next(place for place, name in enumerate(names) if name in known)
        for field, known in _NAMES.items()
        if any(name in known for name in names)
    }


def _names_the_columns(cells: Sequence[str]) -> bool:
    places = _places(cells)
    return "code" in places and ("cost" in places or "unit_cost" in places)


def _order_of_days(table: Table, places: Mapping[FileColumn, int]) -> DateOrder | None:
    columns = [places[field] for field in ("date", "produced_on") if field in places]
    return date_order_of(row.cells[place] for row in table.rows for place in columns)
