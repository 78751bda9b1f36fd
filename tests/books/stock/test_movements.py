"""Movements of goods: what is on hand is their sum, by lot; costs are averages, to the unit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_tui.books.connection import migrate, open_connection
from pos_tui.books.journal.entries import Posted, StockMoved, decode
from pos_tui.books.movement import Movement, MovementKind, from_thousandths, thousandths
from pos_tui.books.stock.lots import SoldGoods, lots_on_hand, put_lot, sell_stock
from pos_tui.books.stock.movements import move_stock, unit_cost
from pos_tui.books.stock.on_hand import (
    last_movement,
    mismatches,
    on_hand,
    on_hand_at,
    sum_again,
)
from pos_tui.checkout.expiry import DateKind

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
USE_BY: frozenset[DateKind] = frozenset(("use_by",))
MILK = 1


def open_shop(folder):
    """Books of a shop that sells milk."""
    connection = open_connection(folder / "books.db")
    migrate(connection)
    connection.execute("INSERT INTO products (id, name, price) VALUES (?, 'Milk', 1290)", (MILK,))
    return connection


@pytest.fixture
def books(tmp_path):
    connection = open_shop(tmp_path)
    yield connection
    connection.close()


def receive(books, quantity, cost=None, lot="", product=MILK):
    return move_stock(books, NOON, "Ada", [Movement(product, lot, quantity, "received", cost)])


def sell(books, quantity, lot="", number=1, line=1):
    goods = [SoldGoods(line, MILK, lot, quantity)]
    sell_stock(books, NOON, "Ada", number, goods, USE_BY)


def sold(books):
    rows = books.execute("SELECT lot, quantity, cost FROM movements WHERE kind = 'sold'")
    return list(rows)


@pytest.mark.parametrize(
    ("quantity", "kept"),
    [("2", 2000), ("0.842", 842), ("0.0005", 1), ("0.0004", 0), ("-1.5", -1500), ("12", 12000)],
)
def test_a_quantity_is_kept_in_whole_thousandths(quantity, kept):
    assert thousandths(Decimal(quantity)) == kept


@given(st.integers(-(10**12), 10**12))
def test_a_quantity_is_read_as_it_was_kept(kept):
    assert thousandths(from_thousandths(kept)) == kept
    assert "E" not in str(from_thousandths(kept))


def test_what_came_and_went_is_on_hand_and_in_the_journal(books):
    put_lot(books, MILK, "A", date(2026, 12, 1))
    receive(books, 10_000, 2000, "A")
    sell(books, 3000, "A", number=7)
    there = on_hand(books, MILK, "A")
    assert (there.quantity, there.cost, there.uncosted, there.is_known) == (7000, 1400, 0, True)
    rows = books.execute("SELECT sale_no, body FROM journal ORDER BY seq").fetchall()
    acts = [(number, decode(body)) for number, body in rows]
    assert [each for each in acts if not isinstance(each[1], Posted)] == [
        (0, StockMoved((Movement(MILK, "A", 10_000, "received", 2000),), "Ada")),
        (7, StockMoved((Movement(MILK, "A", -3000, "sold", -600, line=1),), "Ada")),
    ]
    assert not mismatches(books)


def test_a_movement_is_never_changed(books):
    receive(books, 1000, 100)
    for change in ("UPDATE movements SET quantity = 5", "DELETE FROM movements"):
        with pytest.raises(apsw.ConstraintError):
            books.execute(change)


# ---- which lot a sale takes ----------------------------------------------------------------------


def test_a_sale_takes_the_lot_that_was_scanned_though_another_expires_first(books):
    for lot, day in (("A", 25), ("B", 28)):
        put_lot(books, MILK, lot, date(2026, 11, day))
        receive(books, 5000, 500, lot)
    sell(books, 2000, "B")
    assert sold(books) == [("B", -2000, -200)]


def test_a_sale_takes_the_earliest_that_is_not_expired_then_the_next_then_no_lot(books):
    for lot, day in (("old", 21), ("C", 30), ("A", 22), ("B", 28)):
        put_lot(books, MILK, lot, date(2026, 11, day))
        receive(books, 2000, 300, lot)
    sell(books, 7000)
    assert sold(books) == [("A", -2000, -300), ("B", -2000, -300), ("C", -2000, -300),
                           ("", -1000, -150)]  # fmt: skip
    assert on_hand(books, MILK, "old").quantity == 2000


def test_a_lot_without_a_date_is_sold_after_those_with_one_and_as_long_as_it_lasts(books):
    put_lot(books, MILK, "B", date(2026, 11, 28))
    for lot in ("B", "N"):
        receive(books, 2000, 300, lot)
    sell(books, 5000)
    assert sold(books) == [("B", -2000, -300), ("N", -2000, -300), ("", -1000, -150)]


def test_a_lot_past_a_date_that_the_shop_sells_past_is_taken(books):
    put_lot(books, MILK, "A", date(2026, 11, 20), kind="best_before")
    receive(books, 2000, 300, "A")
    sell(books, 1000)
    assert sold(books) == [("A", -1000, -150)]


def test_a_lot_that_nobody_counted_is_there_whatever_was_sold(books):
    put_lot(books, MILK, "A", date(2026, 11, 25))
    put_lot(books, MILK, "B", date(2026, 11, 28))
    receive(books, 2000, 300, "B")
    sell(books, 9000)
    assert sold(books) == [("A", -9000, -1350)]
    assert [lot.lot for lot in lots_on_hand(books, MILK)] == ["A", "B"]


def test_a_lot_that_is_sold_out_is_not_there_any_more_and_the_last_one_counts_on(books):
    for lot, day in (("A", 25), ("B", 28)):
        put_lot(books, MILK, lot, date(2026, 11, day))
        receive(books, 1000, 150, lot)
    sell(books, 1000)
    assert [lot.lot for lot in lots_on_hand(books, MILK)] == ["B"]
    sell(books, 1000)
    assert [lot.lot for lot in lots_on_hand(books, MILK)] == ["B"]


# ---- costs ---------------------------------------------------------------------------------------


def test_the_last_of_a_lot_takes_what_is_left_of_its_cost(books):
    receive(books, 3000, 100)
    for number in (1, 2, 3):
        sell(books, 1000, number=number)
    assert [cost for _, _, cost in sold(books)] == [-33, -34, -33]
    assert on_hand(books, MILK, "")[:3] == ("", 0, 0)


def test_goods_of_no_known_cost_go_first_and_have_none(books):
    receive(books, 2000)
    receive(books, 2000, 400)
    assert unit_cost(books, MILK) == 200
    sell(books, 3000)
    assert sold(books) == [("", -2000, None), ("", -1000, -200)]


def test_what_was_sold_before_it_came_gets_the_cost_of_what_came(books):
    sell(books, 3000)
    assert sold(books) == [("", -3000, None)]
    receive(books, 10_000, 2000)
    there = on_hand(books, MILK, "")
    assert (there.quantity, there.cost, there.uncosted) == (7000, 1400, 0)
    assert not mismatches(books)


def test_what_was_sold_at_a_guess_is_put_right_by_the_next_delivery(books):
    receive(books, 1000, 200)
    sell(books, 3000)
    assert sold(books) == [("", -3000, -600)]
    receive(books, 10_000, 3000)
    there = on_hand(books, MILK, "")
    assert (there.quantity, there.cost) == (8000, 2400)


def test_what_was_sold_at_a_guess_keeps_its_cost_where_nobody_knows_what_came(books):
    receive(books, 1000, 200)
    sell(books, 3000)
    receive(books, 5000)
    there = on_hand(books, MILK, "")
    assert (there.quantity, there.cost, there.uncosted) == (3000, 0, 3000)


def test_free_goods_cost_nothing_and_stay_so(books):
    receive(books, 4000, 0, "gift")
    receive(books, 4000, 800, "bought")
    sell(books, 2000, "gift")
    assert sold(books) == [("gift", -2000, 0)]


def test_what_is_taken_off_without_being_sold_costs_the_average(books):
    receive(books, 4000, 1000)
    (gone,) = move_stock(
        books, NOON, "Ada", [Movement(MILK, "", -1000, "written_off", reason="broken")]
    )
    assert (gone.cost, gone.reason) == (-250, "broken")


def test_what_there_was_at_a_moment_is_known_later(books):
    receive(books, 4000, 1000)
    moment = last_movement(books)
    sell(books, 3000)
    assert on_hand_at(books, MILK, "", moment) == 4000
    assert on_hand_at(books, MILK, "", last_movement(books)) == 1000


# ---- anything, in any order ----------------------------------------------------------------------

LOTS = st.sampled_from(("", "A", "B"))
ACTS = st.one_of(
    st.tuples(st.just("receive"), LOTS, st.integers(1, 30_000), st.none() | st.integers(0, 9999)),
    st.tuples(st.just("sell"), LOTS, st.integers(1, 30_000), st.none()),
    st.tuples(st.just("written_off"), LOTS, st.integers(1, 9000), st.none()),
    st.tuples(st.just("counted"), LOTS, st.integers(-9000, 9000), st.none()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, max_size=30))
def test_whatever_happens_the_sums_are_those_of_the_movements(tmp_path_factory, acts):
    books = open_shop(tmp_path_factory.mktemp("books"))
    books.execute("BEGIN")
    put_lot(books, MILK, "A", date(2026, 11, 25))
    asked: dict[str, int] = {"": 0, "A": 0, "B": 0}
    for number, (what, lot, quantity, cost) in enumerate(acts, 1):
        if what == "receive":
            receive(books, quantity, cost, lot)
            asked[lot] += quantity
        elif what == "sell":
            sell(books, quantity, lot, number)
        else:
            sign = -1 if what == "written_off" else 1
            kind: MovementKind = "written_off" if what == "written_off" else "counted"
            move_stock(books, NOON, "", [Movement(MILK, lot, sign * quantity, kind)])
            asked[lot] += sign * quantity
    assert not mismatches(books)
    sold_by_lot = dict(
        books.execute("SELECT lot, sum(quantity) FROM movements WHERE kind = 'sold' GROUP BY lot")
    )
    for lot, came in asked.items():
        there = on_hand(books, MILK, lot)
        assert there.quantity == came + int(sold_by_lot.get(lot, 0))
        if there.quantity == 0 and there.uncosted == 0:
            assert there.cost == 0
        if there.quantity > 0 and there.uncosted >= 0:
            assert there.cost >= 0
    sold_in_all = sum(quantity for what, _, quantity, _ in acts if what == "sell")
    assert -sum(int(each) for each in sold_by_lot.values()) == sold_in_all
    before = books.execute("SELECT * FROM stock_on_hand ORDER BY product_id, lot").fetchall()
    sum_again(books)
    assert (
        books.execute("SELECT * FROM stock_on_hand ORDER BY product_id, lot").fetchall() == before
    )
    books.execute("ROLLBACK")
    books.close()
