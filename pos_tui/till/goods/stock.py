"""The shop's lists of goods that want something done, and what is done from them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from pos_tui.books import Books
from pos_tui.books.movement import from_thousandths, thousandths
from pos_tui.books.stock.listed import ListedGoods
from pos_tui.books.stock.lists import (
    STOCK_LISTS,
    USUAL_DAYS,
    PastMovement,
    StockList,
    goods_on_list,
    history,
    set_minimum,
)
from pos_tui.files.owner import make_private_folder
from pos_tui.files.replacing import replace_file
from pos_tui.reasons import ReasonError, plain
from pos_tui.tables.rejects import spreadsheet_text
from pos_tui.till.books_reader import books_reader

__all__ = (
    "STOCK_LISTS", "USUAL_DAYS", "ListedGoods", "OrderFileError", "PastMovement", "ShopStock",
    "StockList", "from_thousandths", "near_expiry_steps", "order_file_name",
)  # fmt: skip

_MOST_DAYS = 3660
_NOT_IN_NAMES = frozenset('<>:"/\\|?*.')


class OrderFileError(ReasonError):
    """A file cannot be written; its reason says why."""


class ShopStock:
    """Reads the lists from the books, and writes what a person decides on them."""

    def __init__(self, books: Books, clock: Callable[[], datetime], by: Callable[[], str]) -> None:
        """`clock` gives aware times in the shop's zone; `by` who is at the till."""
        self._books = books
        self._orders = books.path.parent / "orders"
        self._clock = clock
        self._by = by

    def today(self) -> date:
        """The day, by the shop's clock."""
        return self._clock().date()

    def rows(self, which: StockList, days: int | None = None) -> list[ListedGoods]:
        """The goods on a list; `days` as USUAL_DAYS has them. Raises BooksError."""
        if days is not None:
            days = max(0, min(days, _MOST_DAYS))
        with books_reader(self._books) as connection:
            return goods_on_list(connection, which, self._clock(), days)

    def counts(self) -> Mapping[StockList, int]:
        """How many goods are on each list. Raises BooksError."""
        with books_reader(self._books) as connection:
            now = self._clock()
            return {each: len(goods_on_list(connection, each, now)) for each in STOCK_LISTS}

    def history(self, product_id: int) -> list[PastMovement]:
        """The last movements of a product, the latest first. Raises BooksError."""
        with books_reader(self._books) as connection:
            return history(connection, product_id)

    def set_minimum(self, product_id: int, minimum: Decimal) -> bool:
        """Set how much of a product there should be at least, in its unit; 0 for none.

        False where there is no such product. Raises BooksError.
        """
        at, by = self._clock(), self._by()
        return self._books.write(
            lambda c: set_minimum(c, product_id, thousandths(minimum), at, by)
        ).result()

    def write_order(self, path: Path, titles: Sequence[str], rows: Iterable[ListedGoods]) -> int:
        """Write what is to be ordered as a CSV file for the supplier; how many rows it has.

        `titles` are those of code, name, size, quantity, unit, cases, how many a case has, and
        supplier. Raises OrderFileError.
        """
        wanted = [row for row in rows if row.order > 0]
        cells = (
            (package_code(row.code), row.name, row.size, plain_quantity(row.order), row.unit,
             *((str(row.cases), str(row.pieces)) if row.cases else ("", "")), row.supplier)
            for row in wanted
        )  # fmt: skip
        return self.write_table(path, titles, cells)

    def write_table(self, path: Path, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
        """Write rows as a CSV file without formulas; how many there are. Raises OrderFileError."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(titles)
        count = 0
        for cells in rows:
            writer.writerow(map(spreadsheet_text, cells))
            count += 1
        write_whole(path, text.getvalue().encode("utf-8-sig"))
        return count

    def write_orders(self, titles: Sequence[str], rows: Iterable[ListedGoods]) -> tuple[int, Path]:
        """Write an order for each supplier into the till's folder; how many, and where they are.

        Raises OrderFileError.
        """
        by_supplier: dict[str, list[ListedGoods]] = {}
        for row in rows:
            if row.order > 0:
                by_supplier.setdefault(row.supplier, []).append(row)
        make_folder(self._orders)
        for supplier, wanted in by_supplier.items():
            self.write_order(self._orders / order_file_name(supplier, self.today()), titles, wanted)
        return len(by_supplier), self._orders


def near_expiry_steps(days_left: int) -> str:
    """The steps of an offer on goods with so many days to go, as typed: "3: 30%, 0: 50%"."""
    return f"{days_left}: 30%, 0: 50%" if days_left > 0 else "0: 50%"


def order_file_name(supplier: str, day: date) -> str:
    """What the file of a supplier's order is called; "" for goods without a supplier."""
    kept = (each if each.isprintable() and each not in _NOT_IN_NAMES else " " for each in supplier)
    name = "-".join("".join(kept).split())[:60]
    return f"order-{day:%Y-%m-%d}{'-' if name else ''}{name}.csv"


def package_code(code: str) -> str:
    """An item code as it stands on the goods: a GTIN without the zeros before it."""
    if len(code) != 14 or not code.isdigit():
        return code
    short = code.lstrip("0")
    return code[-8:] if len(short) <= 8 else code[-13:] if len(short) <= 13 else code


def plain_quantity(quantity: int) -> str:
    """Thousandths as people write them: 2000 is "2", 842 is "0.842"."""
    return str(from_thousandths(quantity))


def make_folder(folder: Path) -> None:
    """Make a folder of the till's own, for its owner only. Raises OrderFileError."""
    try:
        make_private_folder(folder)
    except OSError as error:
        why = plain(error.strerror or str(error))
        raise OrderFileError("stock.not_written", path=str(folder), why=why) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; the one that was there stays until it is whole. Raises OrderFileError."""
    try:
        if path.exists() and not path.is_file():  # /dev/stdout, a printer's device
            path.write_bytes(content)
            return
        beside = path.with_name(path.name + ".new")
        beside.write_bytes(content)
        replace_file(beside, path)
    except (OSError, ValueError) as error:
        why = plain(getattr(error, "strerror", None) or str(error))
        raise OrderFileError("stock.not_written", path=str(path), why=why) from error
