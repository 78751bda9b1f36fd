"""A cost that a file states is no profit: the cost of goods sold has only what was sold."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_tui.books import Books
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.ledger.beancount import beancount_of_ledger
from pos_tui.books.ledger.posting import balance
from pos_tui.books.movement import Movement
from pos_tui.books.stock.lots import SoldGoods, sell_stock
from pos_tui.books.stock.movements import move_stock
from pos_tui.books.stock.stated import StatedStock, StockFromFile
from pos_tui.money import Currency
from tests.conftest import NOON

CHECK = Path(sys.executable).with_name("bean-check")
ACCOUNTS = ("Assets:Stock", "Equity:TakenOver", "Equity:StockValued", "Expenses:CostOfGoods",
            "Expenses:CountDifference", "Liabilities:Suppliers")  # fmt: skip
COST = 150  # of one box of tea


class Shop:
    """A shop that sells tea; each act a minute after the one before."""

    def __init__(self, folder: Path) -> None:
        self.books = Books(folder)
        self.now = NOON
        tea = ProductRow("1028", "Tea", 200)
        self.books.write(lambda c: import_products(c, [tea])).result()

    def minute(self) -> datetime:
        """The next minute."""
        self.now += timedelta(minutes=1)
        return self.now

    def receive(self, count: int, cost: int | None = None, lot: str = "") -> None:
        """Tea comes."""
        came = [Movement(1, lot, count * 1000, "received", cost)]
        self.books.write(lambda c: move_stock(c, self.minute(), "Ada", came)).result()

    def sell(self, count: int, lot: str = "") -> None:
        """Tea is sold."""
        goods = [SoldGoods(1, 1, lot, count * 1000)]
        at = self.minute()
        self.books.write(lambda c: sell_stock(c, at, "Ada", 1, goods, frozenset())).result()

    def state(self, *rows: tuple[str, int], cost: int | None = COST) -> None:
        """A file says how many boxes there are of lots, and what one costs."""
        each = None if cost is None else Decimal(cost)
        stated = [StatedStock("1028", lot, Decimal(count), each) for lot, count in rows]
        self.books.write(lambda c: StockFromFile().count(c, stated, self.minute())).result()

    def balances(self) -> dict[str, int]:
        """The accounts that are not at nothing."""

        def job(connection: apsw.Connection) -> dict[str, int]:
            return {name: found for name in ACCOUNTS if (found := balance(connection, name))}

        return self.books.write(job).result()

    def beancount(self) -> str:
        """The shop's goods as a file of beancount."""
        yuan = Currency.of("CNY")
        return "\n".join(self.books.write(lambda c: list(beancount_of_ledger(c, yuan))).result())


@pytest.fixture
def shop(tmp_path):
    opened = Shop(tmp_path / "books")
    yield opened
    opened.books.close()


def test_the_first_number_of_a_stock_is_what_the_shop_had(shop):
    shop.state(("", 10), ("A", 4))
    assert shop.balances() == {"Assets:Stock": 14 * COST, "Equity:TakenOver": -14 * COST}


def test_what_was_sold_before_the_first_number_has_its_cost(shop):
    shop.sell(3)
    shop.state(("", 10))
    assert shop.balances() == {
        "Assets:Stock": 10 * COST,
        "Equity:TakenOver": -13 * COST,
        "Expenses:CostOfGoods": 3 * COST,
    }


def test_a_cost_for_goods_that_came_without_one_is_none_of_what_was_sold(shop):
    shop.receive(10)
    shop.sell(4)
    shop.state(("", 6))
    assert shop.balances() == {"Assets:Stock": 6 * COST, "Equity:StockValued": -6 * COST}
    shop.sell(2)
    assert shop.balances()["Expenses:CostOfGoods"] == 2 * COST


def test_a_number_that_is_another_than_the_books_is_a_difference(shop):
    shop.receive(10, 10 * COST)
    shop.state(("", 12), ("A", 1))
    assert shop.balances() == {
        "Assets:Stock": 13 * COST,
        "Liabilities:Suppliers": -10 * COST,
        "Expenses:CountDifference": -3 * COST,
    }


def test_a_cost_that_comes_after_the_first_number(shop):
    shop.state(("", 5), cost=None)
    assert shop.balances() == {}
    shop.state(("", 5))
    assert shop.balances() == {"Assets:Stock": 5 * COST, "Equity:StockValued": -5 * COST}


def test_a_ledger_program_reads_what_was_sold_and_then_stated_at_nothing(shop, tmp_path):
    shop.sell(1)
    shop.sell(1)
    shop.state(("", 0))
    judged_good(shop.beancount(), tmp_path)


def judged_good(written: str, folder: Path) -> None:
    if CHECK.exists():
        file = folder / "goods.beancount"
        file.write_text(written + "\n", encoding="utf-8")
        done = subprocess.run([CHECK, file], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


lots = st.sampled_from(("", "A"))
counts = st.integers(1, 9)
acts = st.one_of(
    st.tuples(st.just("sell"), lots, counts),
    st.tuples(st.sampled_from(("receive", "receive_at_no_cost")), lots, counts),
    st.tuples(st.sampled_from(("state", "state_at_no_cost")), lots, st.integers(0, 12)),
)


@settings(max_examples=25)
@given(st.lists(acts, min_size=3, max_size=15))
def test_whatever_is_stated_only_what_was_sold_is_cost_of_goods(tmp_path_factory, several):
    folder = tmp_path_factory.mktemp("shop")
    shop = Shop(folder / "books")
    sold = 0
    try:
        for act, lot, count in several:
            if act == "sell":
                shop.sell(count, lot)
                sold += count
            elif act.startswith("receive"):
                shop.receive(count, count * COST if act == "receive" else None, lot)
            else:
                shop.state((lot, count), cost=COST if act == "state" else None)
            assert 0 <= shop.balances().get("Expenses:CostOfGoods", 0) <= sold * COST
        written = shop.beancount()
    finally:
        shop.books.close()
    judged_good(written, folder)
