"""`books verify` names what was changed in the stock behind the till's back."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.journal import entries as journal
from pos_tui.books.movement import Movement
from pos_tui.books.schema import MIGRATIONS
from pos_tui.books.stock.movements import move_stock
from pos_tui.books.stock.on_hand import sum_again
from pos_tui.books.stock.verify import stock_differences
from pos_tui.wording.language import Wording
from tests.conftest import COLA, SPREAD, Counter

_FREE = ("DROP TRIGGER movements_stay", "DROP TRIGGER movements_remain")


@pytest.fixture
async def shop(tmp_path):
    """A till that received goods, sold three times, and is closed."""
    counter = Counter(tmp_path / "till").stock().open()
    goods = [Movement(1, "", 24_000, "received", 4800), Movement(2, "L-2", 6000, "received", 900)]
    at = datetime(2026, 11, 22, tzinfo=UTC)
    counter.books.write(lambda c: move_stock(c, at, "Ada", goods)).result()
    for codes in ((COLA,), (COLA, SPREAD), (SPREAD,)):
        counter.scan(*codes)
        counter.till.pay("100")
        await counter.till.until_idle()
    await counter.till.close()
    counter.books.close()
    return counter.data


def found(folder):
    with closing(open_connection(folder / "books.db")) as connection:
        return stock_differences(connection)


def kinds(folder):
    return [reason.kind.partition(".")[2] for reason in found(folder)]


def change(folder, *statements):
    with closing(open_connection(folder / "books.db")) as connection:
        for statement in statements:
            connection.execute(statement)


def settle(folder):
    """Make the sums fit, so that only the movements themselves are wrong."""
    with closing(open_connection(folder / "books.db")) as connection:
        sum_again(connection)


async def test_a_stock_that_nobody_touched_agrees(shop):
    assert kinds(shop) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE movements SET quantity = -1 WHERE seq = 3", "movement_changed"),
        ("UPDATE movements SET cost = 1 WHERE seq = 1", "movement_changed"),
        ("UPDATE movements SET lot = 'X' WHERE seq = 2", "movement_changed"),
        ("UPDATE movements SET by = 'Eve' WHERE seq = 2", "movement_changed"),
        ("UPDATE movements SET at = '2026-01-01T00:00:00+00:00' WHERE seq = 2", "movement_changed"),
        ("UPDATE movements SET sale_no = 3 WHERE sale_no = 1", "movement_changed"),
        ("DELETE FROM movements WHERE seq = 1", "movement_missing"),
        ("DELETE FROM movements WHERE seq = (SELECT max(seq) FROM movements)", "movement_missing"),
        ("UPDATE movements SET journal = 999 WHERE seq = 1", "movement_extra"),
        ("INSERT INTO movements SELECT 99, at, product_id, lot, quantity, cost, kind, reason,"
         " document, sale_no, line, counted, by, journal FROM movements WHERE seq = 1",
         "movement_extra"),
        ("INSERT INTO movements (at, product_id, lot, quantity, kind)"
         " VALUES ('2026-11-22T00:00:00+00:00', 1, '', 9000, 'received')", "movement_extra"),
        ("INSERT INTO movements (at, product_id, lot, quantity, kind)"
         " VALUES ('2026-11-22T00:00:00+00:00', 1, '', 9000, 'taken_over')", "movement_extra"),
    ],
)  # fmt: skip
async def test_a_movement_that_was_changed_taken_out_or_put_in_is_named(shop, statement, expected):
    change(shop, *_FREE, statement)
    settle(shop)
    assert expected in kinds(shop)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stock_on_hand SET quantity = quantity + 1000 WHERE product_id = 1",
        "UPDATE stock_on_hand SET cost = 0 WHERE product_id = 2",
        "DELETE FROM stock_on_hand WHERE product_id = 1",
    ],
)
async def test_a_sum_that_was_changed_is_named_until_it_is_made_again(shop, statement):
    change(shop, statement)
    assert set(kinds(shop)) == {"sum_differs"}
    settle(shop)
    assert kinds(shop) == []


async def test_the_sentence_says_which_goods_and_how_much(shop):
    change(shop, "UPDATE stock_on_hand SET quantity = 9500 WHERE lot = 'L-2'")
    (reason,) = found(shop)
    assert Wording("en").of(reason) == (
        "Milk 1 l, lot L-2: 9.5 are kept as on hand, at a cost of 900; the movements make"
        " 6, at 900 (minor units)."
    )


async def test_a_paid_sale_without_movements_is_named(shop):
    change(shop, *_FREE, "UPDATE movements SET kind = 'moved' WHERE sale_no = 2")
    settle(shop)
    assert "sale_without_movement" in kinds(shop)


async def test_a_sale_whose_goods_could_not_be_moved_is_named_with_the_reason(tmp_path):
    counter = Counter(tmp_path / "till").stock().open()
    counter.books.write(
        lambda c: move_stock(c, counter.now, "Ada", [Movement(1, "", 2000, "received", 1)])
    ).result()
    counter.books.write(
        lambda c: c.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON movements"
            " BEGIN SELECT raise(ABORT, 'no room'); END"
        )
    ).result()
    counter.scan(COLA)
    counter.till.pay("100")
    await counter.till.until_idle()
    assert counter.till.sale.number == 2  # nothing about stock stops a sale
    await counter.till.close()
    counter.books.close()
    (reason,) = found(counter.data)
    assert Wording("en").of(reason).startswith("Sale 000001 could not take its goods out")
    assert "no room" in Wording("en").of(reason)


async def test_books_from_before_the_movements_agree_before_and_after_the_till_opens(tmp_path):
    counter = Counter(tmp_path / "till").stock().open()
    await counter.till.close()
    counter.books.close()
    taken_over = (
        "INSERT INTO movements (at, product_id, lot, quantity, kind, reason)"
        " VALUES ('2025-01-01T00:00:00+00:00', 1, 'old', 7000, 'taken_over', '')"
    )
    change(counter.data, taken_over)
    settle(counter.data)
    assert kinds(counter.data) == []
    again = Counter(counter.data).open()
    again.scan(COLA)
    again.till.pay("100")
    await again.till.until_idle()
    await again.till.close()
    again.books.close()
    assert kinds(again.data) == []
    change(again.data, *_FREE, "UPDATE movements SET quantity = 8000 WHERE lot = 'old'")
    settle(again.data)
    assert kinds(again.data) == ["movement_changed"]


def test_only_so_many_of_a_kind_are_listed(tmp_path):
    with closing(open_connection(tmp_path / "books.db")) as connection:
        for step in MIGRATIONS:
            if isinstance(step, str):
                connection.execute(step)
            else:
                step(connection)
        at = datetime(2026, 11, 22, tzinfo=UTC)
        wanted = [Movement(n, "", 1000, "received") for n in range(1, 61)]
        move_stock(connection, at, "Ada", wanted)
        connection.execute("UPDATE stock_on_hand SET quantity = 0")
        reasons = stock_differences(connection)
        assert len(reasons) == 51
        assert reasons[-1].values["count"] == 10


def test_a_journal_row_whose_movements_are_lost_in_a_rescue_is_no_difference(tmp_path):
    with closing(open_connection(tmp_path / "books.db")) as connection:
        for step in MIGRATIONS:
            if isinstance(step, str):
                connection.execute(step)
            else:
                step(connection)
        at = datetime(2026, 11, 22, tzinfo=UTC)
        move_stock(connection, at, "Ada", [Movement(1, "", 1000, "received")])
        note = journal.encode(journal.Noted("rescued", "kept all; lost 1-1"))
        connection.execute("DELETE FROM journal")
        journal.append(connection, at.isoformat(), 0, note, 2)
        assert stock_differences(connection) == []
