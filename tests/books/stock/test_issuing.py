"""Goods that go without being sold: which lots, what they cost, what they become."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_tui.books.connection import migrate, open_connection
from pos_tui.books.movement import Movement
from pos_tui.books.stock.issuing import issue_goods, last_issued, lots_to_issue, repack_goods
from pos_tui.books.stock.lots import lots_on_hand, put_lot
from pos_tui.books.stock.movements import move_stock
from pos_tui.books.stock.on_hand import mismatches, on_hand

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BOX, BAG = 1, 2


def open_shop(folder):
    """Books of a shop that makes bags of nuts out of boxes."""
    connection = open_connection(folder / "books.db")
    migrate(connection)
    for number, name in ((BOX, "Box of nuts"), (BAG, "Bag of nuts")):
        connection.execute("INSERT INTO products (id, name, price) VALUES (?, ?, 900)",
                           (number, name))  # fmt: skip
    return connection


@pytest.fixture
def books(tmp_path):
    connection = open_shop(tmp_path)
    yield connection
    connection.close()


def receive(books, quantity, cost, lot="", expires_on=None):
    if expires_on is not None:
        put_lot(books, BOX, lot, expires_on)
    move_stock(books, NOON, "Ada", [Movement(BOX, lot, quantity, "received", cost)])


def test_the_oldest_goes_first_an_expired_lot_too(books):
    receive(books, 5000, 500, "new", date(2027, 1, 1))
    receive(books, 2000, 500, "old", date(2026, 11, 1))
    receive(books, 1000, 500)
    assert lots_to_issue(books, BOX, 1000) == [("old", 1000)]
    assert lots_to_issue(books, BOX, 7500) == [("old", 2000), ("new", 5000), ("", 500)]
    assert lots_to_issue(books, BOX, 9000) == [("old", 2000), ("new", 5000), ("", 2000)]


@pytest.mark.parametrize(
    ("reason", "kind"),
    [("broken", "written_off"), ("own_use", "written_off"), ("to_supplier", "moved"),
     ("other_shop", "moved")],
)  # fmt: skip
def test_what_goes_takes_its_cost_along_and_says_why(books, reason, kind):
    receive(books, 3000, 100, "L")
    issue_goods(books, NOON, "Ada", BOX, [("L", 1000)], reason, "North")
    there = on_hand(books, BOX, "L")
    assert (there.quantity, there.cost) == (2000, 67)
    (gone,) = last_issued(books, 10)
    assert (gone.kind, gone.reason, gone.document) == (kind, reason, "North")
    assert (gone.name, gone.quantity, gone.cost) == ("Box of nuts", -1000, -33)


def test_what_was_issued_last_is_found_without_reading_what_was_sold(books):
    plan = books.execute(
        "EXPLAIN QUERY PLAN SELECT * FROM movements"
        " WHERE kind IN ('written_off', 'moved', 'repacked') ORDER BY seq DESC LIMIT 5"
    )
    assert "movements_issued" in str(list(plan))


def test_a_box_becomes_bags_of_its_lot_date_and_cost(books):
    receive(books, 1000, 1000, "L", date(2027, 1, 1))
    repack_goods(books, NOON, "Ada", BOX, [("L", 1000)], BAG, 7000)
    bags = on_hand(books, BAG, "L")
    assert (bags.quantity, bags.cost, bags.expires_on) == (7000, 1000, date(2027, 1, 1))
    assert on_hand(books, BOX, "L")[1:3] == (0, 0)
    assert [lot.lot for lot in lots_on_hand(books, BAG)] == ["L"]


def test_pieces_stay_whole_when_several_lots_are_repacked(books):
    receive(books, 2000, 900, "A", date(2027, 1, 1))
    receive(books, 1000, 300, "B", date(2027, 2, 1))
    repack_goods(books, NOON, "Ada", BOX, [("A", 2000), ("B", 1000)], BAG, 10_000)
    assert on_hand(books, BAG, "A")[1:3] == (7000, 900)
    assert on_hand(books, BAG, "B")[1:3] == (3000, 300)


def test_goods_of_unknown_cost_stay_so_when_repacked(books):
    receive(books, 1000, None)
    move_stock(books, NOON, "Ada", [Movement(BAG, "", 1000, "received", 50)])
    repack_goods(books, NOON, "Ada", BOX, [("", 1000)], BAG, 4000)
    bags = on_hand(books, BAG, "")
    assert (bags.quantity, bags.cost, bags.uncosted) == (5000, 50, 4000)


LOTS = st.lists(
    st.tuples(st.integers(1, 50_000), st.none() | st.integers(0, 10**6)), min_size=1, max_size=4
)


@settings(max_examples=40)
@given(LOTS, st.integers(1, 40), st.sampled_from([1, 1000]), st.integers(1, 100))
def test_whatever_is_repacked_no_cost_comes_or_goes(tmp_path_factory, lots, pieces, unit, part):
    connection = open_shop(tmp_path_factory.mktemp("shop"))
    for number, (quantity, cost) in enumerate(lots):
        receive(connection, quantity, cost, f"L{number}", date(2027, 1, 1 + number))
    wanted = max(1, sum(quantity for quantity, _ in lots) * part // 100)
    chosen = lots_to_issue(connection, BOX, wanted)
    repack_goods(connection, NOON, "Ada", BOX, chosen, BAG, pieces * unit)
    sums = "SELECT sum(coalesce(cost, 0)), sum(quantity) FROM movements WHERE product_id = ?"
    left, boxes = connection.execute(sums, (BOX,)).fetchone()
    carried, bags = connection.execute(sums, (BAG,)).fetchone()
    assert left + carried == sum(cost or 0 for _, cost in lots)
    assert boxes == sum(quantity for quantity, _ in lots) - wanted
    assert bags == pieces * unit
    assert mismatches(connection) == []
    connection.close()
