"""The stock of a counter's shop: moved as if it had been received and sold, and looked at."""

from __future__ import annotations

from datetime import date, timedelta

import apsw

from pos_tui.books.movement import Movement
from pos_tui.books.stock.lots import SoldGoods, put_lot, sell_stock
from pos_tui.books.stock.movements import move_stock
from pos_tui.books.stock.on_hand import OnHand, on_hand
from pos_tui.codes import gtin_of
from tests.conftest import Counter


def product_id(counter: Counter, code: str) -> int:
    """The number under which the books keep the product of a code."""
    product = counter.books.product(gtin_of(code) or code)
    assert product is not None
    return product.id


def receive(
    counter: Counter,
    code: str,
    quantity: int,
    cost: int | None = None,
    lot: str = "",
    expires: date | None = None,
    days_ago: int = 0,
) -> None:
    """Goods come: thousandths, minor units for all of it."""
    product, at = product_id(counter, code), counter.now - timedelta(days=days_ago)

    def job(connection: apsw.Connection) -> None:
        if expires is not None:
            put_lot(connection, product, lot, expires)
        move_stock(connection, at, "Ada", [Movement(product, lot, quantity, "received", cost)])

    counter.books.write(job).result()


def sell(counter: Counter, code: str, quantity: int, days_ago: int = 0, number: int = 7) -> None:
    """A sale takes goods, in thousandths."""
    goods = [SoldGoods(1, product_id(counter, code), "", quantity)]
    at = counter.now - timedelta(days=days_ago)
    counter.books.write(lambda c: sell_stock(c, at, "Ada", number, goods, frozenset())).result()


def there(counter: Counter, code: str, lot: str = "") -> OnHand:
    """What there is of a product's lot."""
    product = product_id(counter, code)
    return counter.books.write(lambda c: on_hand(c, product, lot)).result()
