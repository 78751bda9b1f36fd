"""The shop's goods as a table that imports again unchanged: rows, CSV, a workbook."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import apsw

from pos_tui.books.catalogue.goods_file.codes import as_exported, in_further_codes
from pos_tui.books.catalogue.goods_file.errors import GoodsFileError
from pos_tui.books.catalogue.goods_file.exporters import OWN_COLUMNS
from pos_tui.money import Currency

HEADER = tuple(OWN_COLUMNS.values())
_MOST_ROWS = 1_048_575  # of a sheet, below its header
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")  # what a spreadsheet would work out, or leave out
_WIDTHS = {"code": 16, "name": 36, "further_codes": 24}


def goods_rows(reader: apsw.Connection, currency: Currency) -> Iterator[Sequence[str]]:
    """Every product as the cells of a row, in the order in which they came into the books."""
    further = reader.execute(
        "SELECT product_id, code, pieces FROM item_codes WHERE alternative = 1"
        " ORDER BY product_id, code"
    )
    waiting = further.fetchone()
    for id_, code, name, price, *texts, days, shelf_life in reader.execute(
        "SELECT p.id, m.code, p.name, p.price, p.unit, p.size, p.category, p.initials, p.brand,"
        " p.supplier, p.tags, p.tax, p.updated_at, p.shelf_life_days, p.shelf_life"
        " FROM products p JOIN item_codes m ON m.product_id = p.id AND m.alternative = 0"
        " ORDER BY p.id"
    ):
        codes = []
        while waiting is not None and int(str(waiting[0])) <= int(str(id_)):
            if waiting[0] == id_:
                codes.append((str(waiting[1]), int(str(waiting[2]))))
            waiting = further.fetchone()
        kept_for = str(shelf_life or days or "")
        cells = (
            as_exported(str(code)),
            str(name),
            _amount(int(str(price)), currency.exponent),
            *map(str, texts[:4]),
            kept_for,
            *map(str, texts[4:]),
            in_further_codes(codes),
        )
        yield [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]


def write_goods_csv(file: TextIO, rows: Iterator[Sequence[str]]) -> int:
    """Write rows below their header; returns how many. Raises OSError."""
    writer = csv.writer(file)
    writer.writerow(HEADER)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    return count


def write_goods_workbook(path: Path, rows: Iterator[Sequence[str]]) -> int:
    """Write rows to a workbook, every cell a text; returns how many.

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
    count = 0
    try:
        for count, row in enumerate(rows, 1):
            if count > _MOST_ROWS:
                raise GoodsFileError("goods.too_many_for_sheet", most=_MOST_ROWS)
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(count, place, cell)
        book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error
    return count


def _amount(minor: int, exponent: int) -> str:
    """An amount in major units, with a point, whatever the language."""
    if not exponent:
        return str(minor)
    return f"{minor // 10**exponent}.{minor % 10**exponent:0{exponent}d}"
