"""Goods issued: written off with a reason, moved to another shop or the supplier, repacked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Literal

import apsw
from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books import Books, Product
from pos_tui.books.movement import Movement, thousandths
from pos_tui.books.stock.issuing import (
    IssuedGoods,
    issue_goods,
    last_issued,
    lots_to_issue,
    repack_goods,
)
from pos_tui.books.stock.on_hand import lots_there
from pos_tui.codes import ItemCode, Reading
from pos_tui.issue_reasons import REASONS, WITH_WORDS, WhyIssued
from pos_tui.plain_text import is_plain
from pos_tui.settings import TillSettings
from pos_tui.till.books_reader import books_reader
from pos_tui.till.goods.delivery_entry import read_quantity
from pos_tui.till.goods.goods_by_code import EntryError, GoodsByCode

IssueQuestion = Literal["quantity", "lot", "reason", "words", "into", "into_quantity"]
_SHOWN = 100
_LONGEST = 60

__all__ = ["IssueEntry", "IssueResult", "IssuedGoods", "LotThere", "ShopIssues"]


class LotThere(Struct, frozen=True):
    """A lot that is on hand: thousandths, and its last good day where it has one."""

    lot: str
    quantity: int
    expires_on: date | None = None


class IssueEntry(Struct, frozen=True):
    """Goods that are to go, as far as it is known; what is None is still asked.

    Quantities in thousandths. `lot` "": from the lots in the order of their dates. `words` say why
    ("other"), or where to. `into` and `into_quantity` are what they are repacked as.
    """

    product: Product
    there: tuple[LotThere, ...]
    quantity: int | None = None
    lot: str | None = None
    reason: WhyIssued | None = None
    words: str | None = None
    into: Product | None = None
    into_quantity: int | None = None

    @property
    def asks(self) -> IssueQuestion | None:
        """What is still missing; None where it is whole."""
        if self.quantity is None:
            return "quantity"
        if self.lot is None and self.lots and len(self.there) > 1:
            return "lot"
        if self.reason is None:
            return "reason"
        if self.reason == "repacked":
            if self.into is None:
                return "into"
            return "into_quantity" if self.into_quantity is None else None
        return "words" if self.reason in WITH_WORDS and self.words is None else None

    @property
    def lots(self) -> tuple[LotThere, ...]:
        """The lots with a name that are on hand, the earliest date first."""
        return tuple(each for each in self.there if each.lot)

    @property
    def on_hand(self) -> int:
        """How much there is of it, or of its lot, in thousandths."""
        return sum(each.quantity for each in self.there if not self.lot or each.lot == self.lot)


class IssueResult(Struct, frozen=True):
    """What has gone: thousandths and minor units (None where no cost is known at all)."""

    quantity: int
    cost: int | None
    lots: tuple[str, ...]


class ShopIssues:
    """Takes goods out of the stock that are not sold."""

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

    def rows(self) -> list[IssuedGoods]:
        """What was issued last, the latest first. Raises BooksError."""
        with books_reader(self._books) as reader:
            return last_issued(reader, _SHOWN)

    def begin(self, text: str) -> IssueEntry:
        """Goods by a scanned or typed code. Raises EntryError, BooksError."""
        goods = self._goods.named(text)
        entry = self.begin_with(goods.product)
        quantity = None if goods.quantity is None else thousandths(goods.quantity)
        return replace(entry, quantity=quantity, lot=goods.code.lot or None)

    def begin_with(self, product: Product) -> IssueEntry:
        """Goods that were found by words. Raises BooksError."""
        with books_reader(self._books) as reader:
            there = lots_there(reader, product.id).values()
        lots = (LotThere(each.lot, each.quantity, each.expires_on) for each in there)
        by_date = sorted(lots, key=lambda each: (each.expires_on or date.max, each.lot))
        return IssueEntry(product, tuple(each for each in by_date if each.quantity > 0))

    def answered(self, entry: IssueEntry, text: str) -> IssueEntry:
        """The entry with the answer to what it asks. Raises EntryError, BooksError."""
        text = " ".join(text.split())
        match entry.asks:
            case "quantity":
                return replace(entry, quantity=read_quantity(text))
            case "lot":
                return replace(entry, lot=_lot_in(text, entry.lots))
            case "reason":
                return replace(entry, reason=_reason_in(text))
            case "words":
                if not text or not is_plain(text):
                    raise EntryError("issue.words_needed")
                return replace(entry, words=text[:_LONGEST])
            case "into":
                return self.repacked_as(entry, text)
            case "into_quantity":
                return replace(entry, into_quantity=read_quantity(text))
            case None:
                return entry

    def repacked_as(self, entry: IssueEntry, code: str) -> IssueEntry:
        """The entry with the goods, by their code, that it becomes. Raises EntryError."""
        into = self._goods.named(code)
        if into.product.id == entry.product.id:
            raise EntryError("issue.into_itself", name=entry.product.name)
        quantity = None if into.quantity is None else thousandths(into.quantity)
        return replace(entry, into=into.product, into_quantity=quantity)

    def issue(self, entry: IssueEntry) -> IssueResult:
        """Take the goods out; it is on disk when this returns. Raises BooksError."""
        at, by = self._clock(), self._by()
        product_id, quantity, reason = entry.product.id, entry.quantity, entry.reason
        assert quantity is not None
        assert reason is not None

        def job(connection: apsw.Connection) -> tuple[Movement, ...]:
            lots = [(entry.lot, quantity)] if entry.lot else None
            lots = lots or lots_to_issue(connection, product_id, quantity)
            if reason != "repacked":
                words = entry.words or ""
                return issue_goods(connection, at, by, product_id, lots, reason, words)
            assert entry.into is not None
            assert entry.into_quantity is not None
            return repack_goods(
                connection, at, by, product_id, lots, entry.into.id, entry.into_quantity
            )

        moved = self._books.write(job).result()
        gone = [each for each in moved if each.product_id == product_id]
        costs = [-each.cost for each in gone if each.cost is not None]
        return IssueResult(
            quantity,
            sum(costs) if costs else None,
            tuple(dict.fromkeys(each.lot for each in gone if each.lot)),
        )


def _lot_in(text: str, there: Sequence[LotThere]) -> str:
    """A lot by its place in the list, counted from 1, or by its name; "" for the order of dates."""
    named = [each.lot for each in there]
    if not text or text in named:
        return text
    if text.isascii() and text.isdigit() and 1 <= int(text) <= len(named):
        return named[int(text) - 1]
    raise EntryError("issue.no_such_lot", text=text[:_LONGEST])


def _reason_in(text: str) -> WhyIssued:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= len(REASONS):
        return REASONS[int(text) - 1]
    raise EntryError("issue.no_such_reason", most=len(REASONS))
