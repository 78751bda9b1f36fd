"""The shop's goods and their stock as a table that imports again unchanged."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TextIO

import apsw

from pos_tui.books.catalogue.goods_file.codes import as_exported, in_further_codes
from pos_tui.books.catalogue.goods_file.errors import GoodsFileError
from pos_tui.books.catalogue.goods_file.exporters import OWN_COLUMNS
from pos_tui.books.movement import from_thousandths
from pos_tui.money import Currency, round_half_up

Cell = str | Decimal  # a number is one in a workbook too
HEADER = tuple(OWN_COLUMNS.values())
_MOST_ROWS = 1_048_575  # of a sheet, below its header
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")  # what a spreadsheet would work out, or leave out
_WIDTHS = {"code": 16, "name": 36, "further_codes": 24, "on_hand_at": 32}
_ON_HAND = 4  # of the cells of a lot
_MOST_DECIMALS = 12
_STOCK = (
    "SELECT s.product_id, s.lot, s.quantity, s.cost, s.uncosted, s.is_known, l.expires_on,"
    " l.produced_on, l.kind FROM stock_on_hand s"
    " LEFT JOIN lots l ON l.product_id = s.product_id AND l.lot = s.lot ORDER BY s.product_id"
)


def goods_rows(reader: apsw.Connection, currency: Currency) -> Iterator[Sequence[Cell]]:
    """Every product as the cells of a row, in the order in which they came into the books.

    A product with lots has a row for each that is there, and one for what is there without a lot.
    """
    further = _by_product(
        reader.execute(
            "SELECT product_id, code, pieces FROM item_codes WHERE alternative = 1"
            " ORDER BY product_id, code"
        )
    )
    stock = _by_product(reader.execute(_STOCK))
    at = _last_moved(reader)
    for (
        id_,
        code,
        name,
        price,
        *texts,
        days,
        shelf_life,
        age,
        deposit,
        minimum,
        gone,
        tare,
    ) in reader.execute(
        "SELECT p.id, m.code, p.name, p.price, p.unit, p.size, p.category, p.initials, p.brand,"
        " p.supplier, p.tags, p.tax, p.updated_at, p.shelf_life_days, p.shelf_life,"
        " p.age_limit, d.code, p.minimum, p.discontinued, p.tare"
        " FROM products p JOIN item_codes m ON m.product_id = p.id AND m.alternative = 0"
        " LEFT JOIN item_codes d ON d.product_id = nullif(p.deposit_id, 0) AND d.alternative = 0"
        " ORDER BY p.id"
    ):
        product_id = int(str(id_))
        kept_for = str(shelf_life or days or "")
        codes = [(str(each), int(str(pieces))) for each, pieces in further(product_id)]
        cells: tuple[Cell, ...] = (
            _text(as_exported(str(code))),
            _text(str(name)),
            _amount(int(str(price)), currency.exponent),
            *(_text(str(text)) for text in texts[:4]),
            kept_for,
            *(_text(str(text)) for text in texts[4:]),
            _text(in_further_codes(codes)),
            str(age or ""),
            _text(as_exported(str(deposit or ""))),
            from_thousandths(int(str(minimum))) if minimum else "",
            _text(str(gone)),
            str(tare or ""),
        )
        for lot in _lots(stock(product_id), currency.exponent):
            yield (*cells, *lot, at if lot[_ON_HAND] != "" else "")


def _lots(rows: Sequence[Sequence[apsw.SQLiteValue]], exponent: int) -> Iterator[tuple[Cell, ...]]:
    """The cells of a product's lots: what has none first, then by their dates."""
    found = []
    for lot, quantity, cost, uncosted, is_known, expires, produced, kind in rows:
        there = int(str(quantity))
        if there or not is_known or not lot:
            found.append(
                (
                    _text(str(lot)),
                    str(produced or ""),
                    str(expires or "") if kind != "best_before" else "",
                    str(expires or "") if kind == "best_before" else "",
                    from_thousandths(there) if is_known else "",
                    _cost(there, int(str(cost)), exponent) if is_known and not uncosted else "",
                )
            )
    found.sort(key=lambda cells: (cells[0] != "", cells[2] or cells[3], cells[0]))
    if len(found) > 1 and found[0][0] == "" and not found[0][_ON_HAND]:
        del found[0]  # none without a lot, or nobody knows
    nothing: Cell = Decimal(0) if rows and all(row[4] for row in rows) else ""
    yield from found or [("", "", "", "", nothing, "")]


def _cost(thousandths: int, cost: int, exponent: int) -> Cell:
    """What one unit costs, with as few decimals as give the whole cost back; "" where it has none.

    In major units.
    """
    if thousandths <= 0 or cost < 0:
        return ""
    each = Decimal(cost * 1000) / thousandths
    for decimals in range(_MOST_DECIMALS):
        rounded = each.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if round_half_up(rounded * thousandths / 1000) == cost:
            break
    return rounded.scaleb(-exponent)


def _last_moved(reader: apsw.Connection) -> str:
    """When goods moved last: as of then, the stock is what it is now."""
    row = reader.execute("SELECT at FROM movements ORDER BY seq DESC LIMIT 1").fetchone()
    return "" if row is None else str(row[0])


def _by_product(
    rows: Iterator[tuple[apsw.SQLiteValue, ...]],
) -> Callable[[int], list[tuple[apsw.SQLiteValue, ...]]]:
    """Gives the rows of one product after another, from rows in the order of products."""
    waiting = next(rows, None)

    def of(product_id: int) -> list[tuple[apsw.SQLiteValue, ...]]:
        nonlocal waiting
        found = []
        while waiting is not None and int(str(waiting[0])) <= product_id:
            if waiting[0] == product_id:
                found.append(waiting[1:])
            waiting = next(rows, None)
        return found

    return of


def write_goods_csv(file: TextIO, rows: Iterator[Sequence[Cell]]) -> int:
    """Write rows below their header; returns how many products. Raises OSError."""
    writer = csv.writer(file)
    writer.writerow(HEADER)
    count, last = 0, None
    for row in rows:
        writer.writerow(f"{each:f}" if isinstance(each, Decimal) else each for each in row)
        count += row[0] != last
        last = row[0]
    return count


def write_goods_workbook(path: Path, rows: Iterator[Sequence[Cell]]) -> int:
    """Write rows to a workbook, its stock and cost as numbers; returns how many products.

    Raises OSError, and GoodsFileError where XlsxWriter is not installed or there are too many.
    """
    try:
        from xlsxwriter import Workbook
        from xlsxwriter.exceptions import FileCreateError
    except ImportError as error:
        raise GoodsFileError("goods.no_xlsxwriter") from error
    book = Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(HEADER):
        sheet.set_column(place, place, _WIDTHS.get(column, 12))
        sheet.write_string(0, place, column)
    count, last = 0, None
    try:
        for line, row in enumerate(rows, 1):
            if line > _MOST_ROWS:
                raise GoodsFileError("goods.too_many_for_sheet", most=_MOST_ROWS)
            for place, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(line, place, float(cell))
                elif cell:
                    sheet.write_string(line, place, cell)
            count += row[0] != last
            last = row[0]
        book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error
    return count


def _amount(minor: int, exponent: int) -> str:
    """An amount in major units, with a point, whatever the language."""
    if not exponent:
        return str(minor)
    return f"{minor // 10**exponent}.{minor % 10**exponent:0{exponent}d}"


def _text(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
