"""The shop's stock takes: begun, listed, compared with the books, approved, voided."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

import apsw

from pos_tui.books import Books, Product
from pos_tui.books.counts.approval import ApprovedCount, approve_count
from pos_tui.books.counts.differences import CountDifference, count_differences, names_of
from pos_tui.books.counts.entries import CountedLot, CountEntry, counted_lots, put_entry
from pos_tui.books.counts.missing import NotCounted, not_counted
from pos_tui.books.counts.stock_takes import (
    StockTake,
    begin_count,
    counts_in,
    find_count,
    void_count,
)
from pos_tui.codes import ItemCode, Reading
from pos_tui.tables.dates import DateOrder
from pos_tui.tables.table import Table
from pos_tui.till.books_reader import books_reader
from pos_tui.till.goods.count_file import CountedFile, count_table
from pos_tui.till.goods.counting import CountChoice, Counting

__all__ = [
    "ApprovedCount",
    "CountDifference",
    "CountedLot",
    "NotCounted",
    "ShopCounts",
    "StockTake",
]


class ShopCounts:
    """Reads and changes the stock takes in the books; all of it may take a moment."""

    def __init__(
        self,
        books: Books,
        clock: Callable[[], datetime],
        read_code: Callable[[str], Reading],
        find_goods: Callable[[Reading], tuple[ItemCode, Product] | None],
        search: Callable[[str], list[Product]],
    ) -> None:
        """`read_code` and `find_goods` tell what a scan means, `search` finds goods by words."""
        self._books = books
        self._clock = clock
        self._read_code = read_code
        self._find_goods = find_goods
        self._search = search

    def rows(self) -> list[StockTake]:
        """The counts, those that are open first. Raises BooksError."""
        with books_reader(self._books) as connection:
            return counts_in(connection)

    def take(self, number: int) -> StockTake:
        """The count with this number. Raises CountError, BooksError."""
        with books_reader(self._books) as connection:
            return find_count(connection, number)

    def begin(self, name: str, place: str, by: str) -> StockTake:
        """Begin a count. Raises CountError, BooksError."""
        now = self._clock()
        return self._books.write(lambda c: begin_count(c, now, by, name, place)).result()

    def begin_or_join(self, name: str, by: str) -> StockTake:
        """The open count of this name, or a new one. Raises CountError, BooksError."""
        for take in self.rows():
            if take.state == "open" and take.name == name:
                return take
        return self.begin(name, "", by)

    def counting(self, number: int, by: str) -> Counting:
        """Somebody who counts."""
        return Counting(
            self._books, number, by, self._clock, self._read_code, self._find_goods, self._search
        )

    def count_file(
        self,
        number: int,
        by: str,
        table: Table,
        again: CountChoice | None = None,
        dates: DateOrder | None = None,
    ) -> CountedFile:
        """Count what a table says, all its good rows at once. Raises CountError, BooksError.

        `again`: what becomes of goods that were counted already; None: those rows are refused.
        """
        return count_table(
            self._books, self._clock(), number, by, table, again, self.goods_of_code, dates
        )

    def goods_of_code(self, code: str) -> Product | None:
        """The product that a code names."""
        found = self._find_goods(self._read_code(code))
        return None if found is None else found[1]

    def usual_name(self) -> str:
        """The name of a count that nobody has named: the day, numbered where it is taken."""
        day = self._clock().date().isoformat()
        taken = {take.name for take in self.rows() if take.state == "open"}
        names = (day, *(f"{day} ({n})" for n in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)

    def counted_goods(self, number: int) -> list[tuple[tuple[str, str], CountedLot]]:
        """What a count has so far, each with its product's name and unit. Raises BooksError."""
        with books_reader(self._books) as connection:
            lots = counted_lots(connection, number)
            names = names_of(connection, {each.product_id for each in lots})
        return [((names[each.product_id].name, names[each.product_id].unit), each) for each in lots]

    def counted(self, number: int) -> list[CountedLot]:
        """What a count has so far, in the order in which it was counted. Raises BooksError."""
        with books_reader(self._books) as connection:
            return counted_lots(connection, number)

    def differences(self, number: int, earlier: Collection[int] = ()) -> list[CountDifference]:
        """What is to be approved of a count. Raises CountError, BooksError.

        `earlier`: products whose goods sold between two runs were from a place counted before.
        """
        with books_reader(self._books) as connection:
            connection.execute("BEGIN")  # all of it as at one moment, whatever is sold meanwhile
            find_count(connection, number)
            return count_differences(connection, number, earlier)

    def not_counted(self, number: int) -> list[NotCounted]:
        """What the books have of a count's category and nobody has counted.

        Raises CountError, BooksError.
        """
        with books_reader(self._books) as connection:
            return not_counted(connection, number)

    def count_as_none(self, number: int, by: str) -> int:
        """Count what nobody has counted as none; returns how many. Raises CountError, BooksError.

        From then on it is like any other that was counted: it can be left out, and is approved.
        """
        now = self._clock()

        def job(connection: apsw.Connection) -> int:
            missing = not_counted(connection, number)
            for each in missing:
                put_entry(connection, now, by, number, CountEntry(each.product_id, "", 0))
            return len(missing)

        return self._books.write(job).result()

    def approve(
        self,
        number: int,
        by: str,
        products: Collection[int] | None = None,
        earlier: Collection[int] = (),
        seen: int | None = None,
    ) -> ApprovedCount:
        """Post a count's differences, of all products or of these. Raises CountError, BooksError.

        `seen`: the last entry that is in the list which whoever approves has seen.
        """
        now = self._clock()
        return self._books.write(
            lambda c: approve_count(c, now, by, number, products, earlier, seen)
        ).result()

    def void(self, number: int, by: str) -> StockTake:
        """Void a count: what of it is not posted never is. Raises CountError, BooksError."""
        now = self._clock()
        return self._books.write(lambda c: void_count(c, now, by, number)).result()
