"""The shop's deliveries: drafts that are entered line by line, checked and booked once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import apsw
from msgspec import Struct

from pos_tui.books import Books, Product
from pos_tui.books.catalogue.products import product_of_id
from pos_tui.books.deliveries.booking import BookedDelivery, book_delivery
from pos_tui.books.deliveries.drafts import (
    Delivery,
    DeliveryError,
    DeliveryLine,
    change_head,
    check_paper,
    deliveries,
    delivery_lines,
    delivery_of,
    draft_of,
    drop_delivery,
    open_delivery,
    put_delivery_line,
    remove_delivery_line,
)
from pos_tui.books.deliveries.goods_facts import GoodsFacts, goods_facts
from pos_tui.books.deliveries.suppliers import suppliers
from pos_tui.codes import ItemCode, Reading
from pos_tui.money import AmountError, parse_amount
from pos_tui.reasons import Reason, reason_of
from pos_tui.settings import TillSettings
from pos_tui.tables.dates import DateOrder
from pos_tui.till.books_reader import books_reader
from pos_tui.till.dates import date_policy
from pos_tui.till.goods.delivery_entry import (
    LineEntry,
    answered,
    begin_entry,
    change_entry,
    line_doubts,
    usual_answer,
)
from pos_tui.till.goods.delivery_file import DeliveryFile, DeliveryFileReader
from pos_tui.till.goods.goods_by_code import EntryError, GoodsByCode

_BOOKED_SHOWN = 20
_LONGEST_NAME = 60

__all__ = [
    "BookedDelivery",
    "Delivery",
    "DeliveryError",
    "DeliveryHead",
    "DeliveryLine",
    "PutLine",
    "ShopDeliveries",
]


class DeliveryHead(Struct, frozen=True):
    """What stands on a delivery's paper; its total in minor units, None where not yet typed."""

    supplier: str = ""
    document: str = ""
    total: int | None = None


class PutLine(Struct, frozen=True):
    """A line as it was kept, and what should be looked at on it."""

    line: DeliveryLine
    doubts: tuple[Reason, ...]


class ShopDeliveries:
    """Reads and changes the deliveries in the books. All but `begin` may take long."""

    def __init__(
        self,
        books: Books,
        settings: TillSettings,
        clock: Callable[[], datetime],
        read: Callable[[str], Reading],
        find: Callable[[Reading], tuple[ItemCode, Product] | None],
        by: Callable[[], str],
    ) -> None:
        """`read` tells what a scan means, `find` which product a reading names, `by` who is at
        the till.
        """
        self._books = books
        self.currency = settings.currency
        self._by = by
        self._clock = clock
        self._goods = GoodsByCode(read, find)
        self._policy = date_policy(settings)

    # ---- looking up --------------------------------------------------------------------------

    def rows(self) -> list[Delivery]:
        """The drafts, and behind them the deliveries booked last. Raises BooksError."""
        with books_reader(self._books) as reader:
            return deliveries(reader, _BOOKED_SHOWN)

    def draft(self, number: int) -> tuple[Delivery, list[DeliveryLine]]:
        """A draft and its lines. Raises DeliveryError, BooksError."""
        with books_reader(self._books) as reader:
            return draft_of(reader, number), delivery_lines(reader, number)

    def kept(self, number: int) -> tuple[Delivery, list[DeliveryLine]]:
        """A delivery, booked or not, and its lines. Raises DeliveryError, BooksError."""
        with books_reader(self._books) as reader:
            return delivery_of(reader, number), delivery_lines(reader, number)

    def suppliers(self, words: str = "") -> list[str]:
        """The suppliers whose names hold these words, those used last first. Raises BooksError."""
        with books_reader(self._books) as reader:
            return suppliers(reader, words)

    # ---- lines -------------------------------------------------------------------------------

    def begin(self, text: str, number: int) -> LineEntry:
        """A line of a draft by a scanned or typed code, with `n*` before it or without.

        Raises EntryError where it names no goods, BooksError.
        """
        goods = self._goods.named(text)
        return begin_entry(goods, self._facts(goods.product.id, number), self._policy)

    def begin_with(self, product: Product, number: int) -> LineEntry:
        """A line of a draft, of goods that were found by words. Raises BooksError."""
        return LineEntry(product, self._facts(product.id, number))

    def begin_again(self, line: DeliveryLine) -> LineEntry:
        """A line that is changed. Raises EntryError where its goods are gone, BooksError."""
        with books_reader(self._books) as reader:
            product = product_of_id(reader, line.product_id)
            if product is None:
                raise EntryError("delivery.not_in_books", text=line.name)
            return change_entry(product, goods_facts(reader, line.product_id), line)

    def usual(self, entry: LineEntry) -> str | None:
        """What Enter alone answers to what a line asks; None where something must be typed."""
        return usual_answer(entry, self.currency)

    def answered(self, entry: LineEntry, text: str) -> LineEntry:
        """The line with the answer to what it asks. Raises EntryError."""
        return answered(entry, text, self.currency, self._clock().date())

    def put(self, number: int, entry: LineEntry) -> PutLine:
        """Keep a line of a draft; it is on disk when this returns. Raises DeliveryError."""
        wanted = entry.line
        line = self._books.write(lambda c: put_delivery_line(c, number, wanted)).result()
        return PutLine(line, self.doubts(entry))

    def remove(self, number: int, line: int) -> None:
        """Take a line off a draft. Raises DeliveryError."""
        self._books.write(lambda c: remove_delivery_line(c, number, line)).result()

    # ---- deliveries --------------------------------------------------------------------------

    def read_total(self, text: str) -> int:
        """The paper's total as typed. Raises EntryError."""
        try:
            return parse_amount(text, self.currency)
        except AmountError as error:
            raise EntryError(reason_of(error)) from error

    def open(self, head: DeliveryHead) -> int:
        """Begin a draft; returns its number. Raises DeliveryError."""
        at, by = self._clock(), self._by()
        supplier, document = _name(head.supplier), _name(head.document)
        return self._books.write(
            lambda c: open_delivery(c, at, by, supplier, document, head.total)
        ).result()

    def change(self, number: int, head: DeliveryHead) -> None:
        """Change what stands on a draft's paper. Raises DeliveryError."""
        at = self._clock()
        supplier, document = _name(head.supplier), _name(head.document)
        self._books.write(
            lambda c: change_head(c, at, number, supplier, document, head.total)
        ).result()

    def drop(self, number: int) -> None:
        """Drop a draft. Raises DeliveryError."""
        at, by = self._clock(), self._by()
        self._books.write(lambda c: drop_delivery(c, at, by, number)).result()

    def book(self, number: int, difference: int = 0) -> BookedDelivery:
        """Book a draft whose lines come to so much more than its paper's total (minor units).

        All of it or nothing, and once. Raises DeliveryError.
        """
        at, by = self._clock(), self._by()
        return self._books.write(lambda c: book_delivery(c, at, by, number, difference)).result()

    def read_file(
        self,
        path: Path,
        *,
        encoding: str = "",
        sheet: str = "",
        dates: DateOrder | None = None,
        language: str = "",
    ) -> DeliveryFile:
        """A delivery's lines in a table; nothing is written. Raises TableError, BooksError."""
        with books_reader(self._books) as reader:
            found = DeliveryFileReader(
                self._goods,
                lambda product_id: goods_facts(reader, product_id),
                self._policy,
                self.currency,
            )
            return found.read(path, encoding=encoding, sheet=sheet, dates=dates, language=language)

    def doubts(self, entry: LineEntry) -> tuple[Reason, ...]:
        """What should be looked at on a whole line."""
        return tuple(line_doubts(entry.line, entry, self.currency, self._clock().date()))

    def check(self, head: DeliveryHead) -> None:
        """Raise DeliveryError where this paper is booked already, BooksError."""
        with books_reader(self._books) as reader:
            check_paper(reader, _name(head.supplier), _name(head.document))

    def book_at_once(
        self, head: DeliveryHead, lines: Sequence[DeliveryLine], difference: int
    ) -> BookedDelivery:
        """Enter and book a delivery in one transaction. Raises DeliveryError."""
        at, by = self._clock(), self._by()

        def job(connection: apsw.Connection) -> BookedDelivery:
            supplier, document = _name(head.supplier), _name(head.document)
            number = open_delivery(connection, at, by, supplier, document, head.total)
            for line in lines:
                put_delivery_line(connection, number, line)
            return book_delivery(connection, at, by, number, difference)

        return self._books.write(job).result()

    def _facts(self, product_id: int, number: int) -> GoodsFacts:
        with books_reader(self._books) as reader:
            return goods_facts(reader, product_id, number)


def _name(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_NAME]
