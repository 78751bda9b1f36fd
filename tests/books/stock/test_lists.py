"""The lists of goods that want something done, from real movements."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.connection import migrate, open_connection
from pos_tui.books.journal.entries import Noted, decode
from pos_tui.books.movement import Movement, MovementKind
from pos_tui.books.stock.listed import last_before
from pos_tui.books.stock.lists import goods_on_list, history, set_minimum
from pos_tui.books.stock.lots import SoldGoods, put_lot, sell_stock
from pos_tui.books.stock.movements import move_stock
from pos_tui.checkout.expiry import DateKind

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
USE_BY: frozenset[DateKind] = frozenset(("use_by",))
MILK, BREAD, CREAM = 1, 2, 3


def new_books(folder):
    """A shop with milk, bread by the piece, and cream from another supplier."""
    connection = open_connection(folder / "books.db")
    migrate(connection)
    rows = (
        ProductRow("04061458000024", "Milk", 1290, supplier="Dairy", shelf_life_days=9),
        ProductRow("1001", "Bread", 1250, supplier="Baker"),
        ProductRow("1002", "Cream", 800, "kg", supplier="Dairy", shelf_life_days=5),
    )
    import_products(connection, rows)
    named = connection.execute("SELECT id, name FROM products ORDER BY id").fetchall()
    assert named == [(MILK, "Milk"), (BREAD, "Bread"), (CREAM, "Cream")]
    return connection


@pytest.fixture
def books(tmp_path):
    with closing(new_books(tmp_path)) as connection:
        yield connection


def receive(books, product, quantity, lot="", cost=None, days_ago=60, expires=None):
    if expires is not None:
        put_lot(books, product, lot, expires)
    moved = [Movement(product, lot, quantity, "received", cost)]
    move_stock(books, NOW - timedelta(days=days_ago), "Ada", moved)


def sell(books, product, quantity, days_ago, lot="", number=1):
    at = NOW - timedelta(days=days_ago)
    sell_stock(books, at, "Ada", number, [SoldGoods(1, product, lot, quantity)], USE_BY)


def move(books, product, quantity, kind, lot="", days_ago=1):
    move_stock(
        books, NOW - timedelta(days=days_ago), "Ada", [Movement(product, lot, quantity, kind)]
    )


def rows(books, which, days=None):
    return goods_on_list(books, which, NOW, days)


def names(books, which, days=None):
    return [row.name for row in rows(books, which, days)]


# ---- low, to order -------------------------------------------------------------------------------


def test_goods_below_their_minimum_are_low(books):
    receive(books, MILK, 10_000)
    receive(books, BREAD, 10_000)
    assert names(books, "low") == []
    assert set_minimum(books, MILK, 12_000, NOW, "Ada")
    (low,) = rows(books, "low")
    assert (low.name, low.on_hand, low.minimum, low.cover) == ("Milk", 10_000, 12_000, None)
    assert set_minimum(books, MILK, 0, NOW, "Ada")
    assert names(books, "low") == []


def test_a_minimum_is_journalled_with_who_set_it(books):
    set_minimum(books, MILK, 12_500, NOW, "Ada")
    (body,) = books.execute("SELECT body FROM journal").fetchone()
    assert decode(body) == Noted("minimum", "04061458000024 12.5 Ada")
    assert not set_minimum(books, 99, 1000, NOW, "Ada")


def test_goods_that_sell_out_within_days_are_low_by_the_sales_of_four_weeks(books):
    receive(books, MILK, 48_000)
    sell(books, MILK, 28_000, 27)  # one a day
    assert [(row.name, row.sold, row.cover) for row in rows(books, "low", 21)] == [
        ("Milk", 28_000, 20)
    ]
    assert names(books, "low", 20) == []


def test_what_was_sold_longer_ago_counts_for_nothing(books):
    receive(books, MILK, 30_000)
    sell(books, MILK, 28_000, 40)
    assert names(books, "low", 1000) == []
    assert names(books, "reorder", 1000) == []


def test_a_new_product_sells_as_fast_as_it_did_since_it_came(books):
    receive(books, MILK, 40_000, days_ago=13)
    sell(books, MILK, 28_000, 3)  # two a day, for two weeks
    (row,) = rows(books, "low")
    assert row.cover == 6
    receive(books, CREAM, 40_000, days_ago=1)
    sell(books, CREAM, 28_000, 0.5)  # of a day's sales nobody orders for a fortnight
    assert next(row.cover for row in rows(books, "low") if row.product_id == CREAM) == 3


def test_what_came_back_was_not_sold(books):
    receive(books, MILK, 48_000)
    sell(books, MILK, 28_000, 20)
    move(books, MILK, 14_000, "returned")
    (row,) = rows(books, "low", 1000)
    assert row.sold == 14_000


def test_to_order_is_what_is_missing_for_the_days_in_whole_units_by_supplier(books):
    for product in (MILK, BREAD, CREAM):
        receive(books, product, 30_000)
    for product, sold in ((MILK, 28_000), (BREAD, 14_000), (CREAM, 15_400)):
        sell(books, product, sold, 20)
    found = [(row.supplier, row.name, row.order) for row in rows(books, "reorder", 60)]
    assert found == [
        ("Baker", "Bread", 14_000),  # 30 for sixty days, 16 are there
        ("Dairy", "Cream", 19_000),  # 33, 14.6 are there: 18.4 more
        ("Dairy", "Milk", 58_000),
    ]


def test_the_minimum_is_ordered_even_where_nothing_is_sold(books):
    receive(books, MILK, 2000)
    set_minimum(books, MILK, 6000, NOW, "Ada")
    assert [row.order for row in rows(books, "reorder")] == [4000]


def test_what_is_below_zero_is_not_ordered_twice(books):
    sell(books, MILK, 28_000, 27)
    assert rows(books, "reorder", 7)[0].order == 7000


# ---- expiring ------------------------------------------------------------------------------------


def test_lots_that_expire_soon_with_days_left_and_value_at_cost(books):
    receive(books, MILK, 10_000, "A", 5000, expires=TODAY + timedelta(days=3))
    receive(books, MILK, 10_000, "B", 7000, expires=TODAY + timedelta(days=30))
    receive(books, BREAD, 4000, "C", expires=TODAY - timedelta(days=1))
    sell(books, MILK, 4000, 1)
    found = [(r.name, r.lot, r.days_left, r.left, r.value) for r in rows(books, "expiring")]
    assert found == [("Bread", "C", -1, 4000, None), ("Milk", "A", 3, 6000, 3000)]
    assert len(rows(books, "expiring", 30)) == 3


def test_of_a_lot_no_more_is_left_than_there_is_of_the_product(books):
    """Ten came in the lot; eight went over the counter without anybody knowing of which."""
    receive(books, MILK, 10_000, "A", 5000, expires=TODAY + timedelta(days=3))
    move(books, MILK, -8000, "sold")
    (row,) = rows(books, "expiring")
    assert (row.on_hand, row.left, row.value) == (10_000, 2000, 1000)


def test_all_lots_together_are_never_more_than_there_is(books):
    for lot, days in (("A", 2), ("B", 4), ("C", 20)):
        receive(books, MILK, 5000, lot, expires=TODAY + timedelta(days=days))
    move(books, MILK, -8000, "sold")
    found = {row.lot: row.left for row in rows(books, "expiring", 30)}
    assert found == {"A": 5000, "B": 2000}  # what expires first is warned of longest


def test_what_was_sold_before_a_lot_came_was_not_of_it(books):
    move(books, MILK, -50_000, "sold", days_ago=20)
    receive(books, MILK, 10_000, "A", expires=TODAY + timedelta(days=3), days_ago=5)
    assert [row.left for row in rows(books, "expiring")] == [10_000]


def test_a_lot_that_nobody_counted_is_on_the_list_without_a_number(books):
    put_lot(books, MILK, "A", TODAY)
    (row,) = rows(books, "expiring")
    assert (row.lot, row.left, row.is_known, row.days_left) == ("A", None, False, 0)


def test_a_lot_that_is_used_up_is_not_on_the_list(books):
    receive(books, MILK, 2000, "A", expires=TODAY)
    sell(books, MILK, 2000, 0.1, "A")
    assert rows(books, "expiring") == []


# ---- below zero, dead, undated -------------------------------------------------------------------


def test_what_is_below_zero_is_to_be_counted_what_was_counted_before_first(books):
    sell(books, BREAD, 3000, 1)
    receive(books, MILK, 1000, "A", expires=TODAY, days_ago=1)
    sell(books, MILK, 2000, 0.1, "A")
    found = [(row.name, row.lot, row.on_hand, row.is_known) for row in rows(books, "below_zero")]
    assert found == [("Milk", "A", -1000, True), ("Bread", "", -3000, False)]


def test_dead_goods_are_there_and_were_neither_sold_nor_bought_for_days(books):
    receive(books, MILK, 9000, cost=4500, days_ago=200)
    receive(books, BREAD, 9000, days_ago=200)
    sell(books, MILK, 1000, 100)
    sell(books, BREAD, 1000, 80)
    receive(books, CREAM, 9000, days_ago=10)
    found = [(r.name, r.on_hand, r.value, r.last_sold) for r in rows(books, "dead")]
    assert found == [("Milk", 8000, 4000, (NOW - timedelta(days=100)).date())]
    assert names(books, "dead", 70) == ["Bread", "Milk"]
    assert names(books, "dead", 101) == []


def test_goods_that_keep_for_a_time_and_were_sold_from_no_lot_want_a_date(books):
    for product in (MILK, BREAD, CREAM):
        receive(books, product, 9000)
    for product in (MILK, BREAD, CREAM):
        sell(books, product, 1000 * product, 5)
    assert [(row.name, row.sold) for row in rows(books, "undated")] == [
        ("Cream", 3000),
        ("Milk", 1000),
    ]
    put_lot(books, BREAD, "A", date(2026, 12, 1))  # bread has dates too, then
    assert names(books, "undated") == ["Cream", "Bread", "Milk"]
    assert names(books, "undated", 4) == []


# ---- what came and went --------------------------------------------------------------------------


def test_the_history_of_a_product_says_what_was_there_after_each(books):
    receive(books, MILK, 10_000, "A", expires=TODAY)
    receive(books, MILK, 5000)
    sell(books, MILK, 2000, 0.1, "A", number=7)
    move(books, BREAD, 1000, "received")
    found = [(each.kind, each.lot, each.quantity, each.after) for each in history(books, MILK)]
    assert found == [
        ("sold", "A", -2000, 13_000),
        ("received", "", 5000, 15_000),
        ("received", "A", 10_000, 10_000),
    ]
    assert history(books, MILK)[0].sale_no == 7
    assert [each.after for each in history(books, MILK, 2)] == [13_000, 15_000]


@pytest.mark.parametrize("which", ["low", "reorder", "expiring", "below_zero", "dead", "undated"])
def test_no_list_reads_every_movement_that_there_ever_was(books, which):
    receive(books, MILK, 5000, "A", expires=TODAY)
    plans: list[str] = []

    def look(cursor, statement, bindings):
        if statement.startswith("EXPLAIN") or not statement.startswith("SELECT"):
            return True
        rows = cursor.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", bindings)
        plans.extend(str(row[-1]) for row in rows)
        return True

    books.exec_trace = look
    rows(books, which)
    books.exec_trace = None
    assert plans
    assert not [each for each in plans if each.startswith("SCAN movements") and "USING" not in each]


@given(steps=st.lists(st.integers(0, 5), max_size=40), ask=st.integers(-1, 60))
@settings(max_examples=40)
def test_where_a_day_begins_among_the_movements_is_found_without_an_index(steps, ask):
    with tempfile.TemporaryDirectory() as folder, closing(new_books(Path(folder))) as books:
        hours = list(itertools.accumulate(steps))
        with books:
            for hour in hours:
                at = NOW + timedelta(hours=hour)
                move_stock(books, at, "", [Movement(MILK, "", 1000, "received")])
        moment = NOW + timedelta(hours=ask)
        assert last_before(books, moment) == sum(1 for hour in hours if hour < ask)


_QUANTITIES = st.integers(-9, 9).filter(bool)


@given(st.lists(st.tuples(st.sampled_from(["", "A", "B", "C"]), _QUANTITIES), max_size=14))
@settings(max_examples=60)
def test_what_is_really_left_is_never_more_than_the_lot_or_than_all_there_can_be(moves):
    with tempfile.TemporaryDirectory() as folder, closing(new_books(Path(folder))) as books:
        with books:
            for number, lot in enumerate("ABC"):
                put_lot(books, MILK, lot, TODAY + timedelta(days=number))
            for lot, pieces in moves:
                kind: MovementKind = "received" if pieces > 0 else "sold"
                move_stock(books, NOW, "", [Movement(MILK, lot, 1000 * pieces, kind)])
        there: Counter[str] = Counter()
        for lot, pieces in moves:
            there[lot] += 1000 * pieces
        left = {row.lot: row.left for row in rows(books, "expiring") if row.left is not None}
        assert all(0 < count <= there[lot] for lot, count in left.items())
        positive = sum(count for count in there.values() if count > 0)
        assert max(sum(there.values()), 0) - max(there[""], 0) <= sum(left.values()) <= positive
        if all(count >= 0 for count in there.values()):
            assert left == {lot: there[lot] for lot in "ABC" if there[lot]}
