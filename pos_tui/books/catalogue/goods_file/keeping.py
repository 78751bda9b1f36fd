"""The goods of a file go into the books: products, their codes, lots, stock and offers.

They are written in many short transactions, so that a till goes on selling from the same books.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

import apsw
from msgspec.structs import replace

from pos_tui.books.catalogue.dated_prices import begin_prices
from pos_tui.books.catalogue.goods_file.reading import GoodsFile
from pos_tui.books.catalogue.goods_file.row import LotRow
from pos_tui.books.catalogue.offers import set_offer_on_product
from pos_tui.books.catalogue.product_import import (
    ImportCounts,
    SaidBy,
    end_staging,
    last_product,
    read_part,
    remove_codes_of_rows,
    stage_products,
    staged_codes,
    staged_deposits,
    write_deposits,
    write_other_codes,
    write_part,
)
from pos_tui.books.catalogue.products import find_product
from pos_tui.books.connection import BooksError, open_connection, reason_for
from pos_tui.books.stock.lots import put_lot
from pos_tui.books.stock.stated import StockFromFile
from pos_tui.pricing import Offer

_Item = TypeVar("_Item")
Written = Callable[[int, int], None]
_PART = 2_000  # products a transaction: some hundredths of a second
_FEW = 200  # of what takes more time for each
_PAUSE_S = 0.004  # between two transactions; who waits to write looks every thousandth
_CACHE_KB = 12_000


def import_goods(
    books: Path,
    goods: GoodsFile,
    at: datetime,
    progress: Written = lambda _done, _of: None,
    name: str = "",
) -> ImportCounts:
    """Import a file's goods into the books of this file, on a connection of its own.

    `progress` gets how many goods of how many are in; `name` is the file's, for the history of what
    it changes. Raises BooksError; what was in by then stays,
    each product whole, and the same file again brings the rest.
    """
    connection = open_connection(books)
    total, done = len(goods.rows), 0
    try:
        connection.pragma("temp_store", "file")
        connection.pragma("cache_size", -_CACHE_KB)
        connection.pragma("synchronous", "normal")  # the last transaction syncs what came before
        connection.execute("PRAGMA temp.cache_size = -8000")
        with connection:  # writes nothing but temporary tables
            total = stage_products(
                connection,
                goods.rows,
                ((other, code, goods.pieces.get(other)) for other, code in goods.other_codes),
            )
        with _Turn(connection):
            last_before = last_product(connection)
            begin_prices(connection, at)  # or they would go before what the file says
            remove_codes_of_rows(connection)
        accepted = unchanged = 0
        for first in range(1, total + 1, _PART):
            last = min(first + _PART - 1, total)
            new, old = _write(connection, first, last, SaidBy(name, at))
            accepted, unchanged, done = accepted + new, unchanged + old, last
            progress(done, total)
        changed, elsewhere = _write_codes(connection)
        unknown = 0
        for some in _some_of(staged_deposits(connection), _PART):
            with _Turn(connection):
                others, lost = write_deposits(connection, some, last_before, SaidBy(name, at))
            changed, unknown = changed + others, unknown + lost
        end_staging(connection)
        stock = _write_stock(connection, goods, at)
        connection.pragma("synchronous", "full")
        _in_turns(connection, goods.offers, lambda offer: _set_offer(connection, *offer, at))
        changed = min(changed, unchanged)
        return ImportCounts(accepted + changed, unchanged - changed, elsewhere, stock, unknown)
    except (apsw.Error, OSError) as error:
        why = reason_for(error)
        if not done:
            raise BooksError(why) from error
        raise BooksError("goods.import_stopped", done=done, count=total, why=why) from error
    finally:
        connection.close()


class _Turn:
    """A transaction that writes, and a moment for others behind it."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._connection.execute("COMMIT")
            time.sleep(_PAUSE_S)
        elif self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def _write(connection: apsw.Connection, first: int, last: int, said_by: SaidBy) -> tuple[int, int]:
    """Write some of the staged products; they are looked up before the others have to wait."""
    seen = connection.pragma("data_version")
    with connection:
        read_part(connection, first, last)
    with _Turn(connection):
        is_ready = connection.pragma("data_version") == seen
        return write_part(connection, first, last, said_by, is_ready)


def _write_codes(connection: apsw.Connection) -> tuple[int, int]:
    changed = elsewhere = 0
    codes = staged_codes(connection)
    while some := list(islice(codes, _PART)):
        with _Turn(connection):
            new, others = write_other_codes(connection, some)
        changed, elsewhere = changed + new, elsewhere + others
    return changed, elsewhere


def _write_stock(connection: apsw.Connection, goods: GoodsFile, at: datetime) -> int:
    """Write lots and stock; returns of how many lots the stock was not so."""
    _in_turns(connection, goods.lots, lambda lot: _receive(connection, lot))
    stock, changed = StockFromFile(), 0
    for some in _some_of(goods.stock, _PART):
        with _Turn(connection):
            changed += stock.count(connection, some, at)
    return changed


def _receive(connection: apsw.Connection, lot: LotRow) -> None:
    product = find_product(connection, lot.code)
    if product is not None:
        put_lot(connection, product.id, lot.lot, lot.expires_on, lot.produced_on, lot.kind)


def _set_offer(connection: apsw.Connection, code: str, offer: Offer | None, at: datetime) -> None:
    product = find_product(connection, code)
    if product is not None:
        own = None if offer is None else replace(offer, on=(f"product:{product.code}",))
        set_offer_on_product(connection, product.id, own, at)


def _in_turns(
    connection: apsw.Connection, items: Iterable[_Item], act: Callable[[_Item], None]
) -> None:
    for some in _some_of(items, _FEW):
        with _Turn(connection):
            for item in some:
                act(item)


def _some_of(items: Iterable[_Item], count: int) -> Iterator[list[_Item]]:
    iterator = iter(items)
    while some := list(islice(iterator, count)):
        yield some
