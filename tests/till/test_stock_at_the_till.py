"""A sale moves stock in the moment that completes it; nothing about stock stops a sale."""

from __future__ import annotations

from datetime import date

import pytest

from pos_tui.books.catalogue.products import find_product
from pos_tui.books.connection import open_connection
from pos_tui.books.journal.entries import Noted, StockMoved, acts_of_sale
from pos_tui.books.stock.on_hand import mismatches, on_hand
from tests.conftest import CHICKEN, COLA, MILK, Counter
from tests.stockroom import product_id, receive


def sold(counter):
    counter.books.write(lambda _: None).result()
    reader = open_connection(counter.books.path)
    return list(
        reader.execute(
            "SELECT sale_no, line, product_id, lot, quantity, cost FROM movements"
            " WHERE kind = 'sold' ORDER BY seq"
        )
    )


async def pay(counter):
    counter.till.pay("500")
    await counter.till.until_idle()


async def test_each_line_moves_its_goods_with_their_cost(counter):
    receive(counter, COLA, 24_000, 4800)
    receive(counter, CHICKEN, 5000, 10_000)
    counter.scan(f"2*{COLA}", f"0.842*{CHICKEN}")
    assert not sold(counter)
    await pay(counter)
    assert sold(counter) == [
        (1, 1, product_id(counter, COLA), "", -2000, -400),
        (1, 2, product_id(counter, CHICKEN), "", -842, -1684),
    ]
    reader = open_connection(counter.books.path)
    assert [type(row.act) for row in acts_of_sale(reader, 1)].count(StockMoved) == 1
    assert not mismatches(reader)


async def test_the_scanned_lot_is_sold_though_another_expires_first(counter):
    for lot, day in (("A", 25), ("B", 30)):
        counter.lot(MILK, lot, date(2026, 11, day))
        receive(counter, MILK, 5000, 500, lot)
    counter.scan(f"(01)0{MILK}(10)B", MILK)
    await pay(counter)
    assert [(lot, quantity) for _, _, _, lot, quantity, _ in sold(counter)] == [
        ("B", -1000),
        ("A", -1000),
    ]


async def test_more_is_sold_than_the_books_say_there_is(counter):
    receive(counter, COLA, 1000, 200)
    counter.scan(f"3*{COLA}")
    await pay(counter)
    reader = open_connection(counter.books.path)
    assert on_hand(reader, product_id(counter, COLA), "").quantity == -2000


async def test_a_sale_that_is_void_moves_nothing(counter):
    counter.scan(COLA)
    counter.till.void()
    await counter.till.until_idle()
    assert not sold(counter)


@pytest.mark.parametrize(
    "trouble",
    [
        "DROP TABLE movements",
        "CREATE TRIGGER t BEFORE INSERT ON stock_on_hand BEGIN SELECT raise(ABORT, 'odd'); END",
    ],
)
async def test_a_sale_is_paid_though_its_stock_cannot_be_moved_and_the_journal_says_so(
    counter, trouble
):
    counter.scan(COLA)
    counter.books.write(lambda c: c.execute(trouble)).result()
    await pay(counter)
    reader = open_connection(counter.books.path)
    assert reader.execute("SELECT state FROM sales WHERE number = 1").fetchone() == ("paid",)
    notes = [row.act.what for row in acts_of_sale(reader, 1) if isinstance(row.act, Noted)]
    assert "stock unmoved" in notes
    assert "paid" in notes


async def test_a_power_cut_after_the_payment_moves_nothing_twice(tmp_path):
    counter = Counter(tmp_path).stock().open()
    counter.scan(COLA)
    await pay(counter)
    before = sold(counter)
    counter.power_cut()
    await counter.till.until_idle()
    assert sold(counter) == before
    assert len(before) == 1
    product = counter.books.write(lambda c: find_product(c, "0" + COLA)).result()
    assert product
