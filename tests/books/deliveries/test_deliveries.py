"""Deliveries: drafts survive, booking is whole or nothing and once, costs are the paper's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, date, datetime

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_tui.books.connection import migrate, open_connection
from pos_tui.books.deliveries.booking import book_delivery, shelf_life_between
from pos_tui.books.deliveries.drafts import (
    DeliveryError,
    DeliveryLine,
    change_head,
    deliveries,
    delivery_lines,
    delivery_of,
    drop_delivery,
    open_delivery,
    put_delivery_line,
    remove_delivery_line,
)
from pos_tui.books.deliveries.goods_facts import goods_facts
from pos_tui.books.deliveries.suppliers import suppliers
from pos_tui.books.journal.entries import DeliveryBooked, Noted, decode
from pos_tui.books.rescue import rescue
from pos_tui.books.schema import MIGRATIONS
from pos_tui.books.stock.lots import lots_on_hand
from pos_tui.books.stock.on_hand import mismatches, on_hand

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MILK, BREAD, PEN = 1, 2, 3
NAMES = {MILK: "Milk", BREAD: "Bread", PEN: "Pen"}
DAY = date(2026, 12, 1)


def open_shop(folder):
    """Books of a shop that sells milk, bread and pens."""
    connection = open_connection(folder / "books.db")
    migrate(connection)
    for number, name in NAMES.items():
        connection.execute(
            "INSERT INTO products (id, name, price) VALUES (?, ?, 1290)", (number, name)
        )
    return connection


@pytest.fixture
def books(tmp_path):
    connection = open_shop(tmp_path)
    yield connection
    connection.close()


def line(product, quantity, cost, lot="", expires_on=None, **more):
    return DeliveryLine(product, NAMES[product], "", quantity, cost, lot, expires_on, **more)


def draft(books, *lines, total=None, supplier="Dairy", document="A-1"):
    number = open_delivery(books, NOON, "Ada", supplier, document, total)
    for each in lines:
        put_delivery_line(books, number, each)
    return number


def acts(books, kind):
    rows = (decode(body) for (body,) in books.execute("SELECT body FROM journal ORDER BY seq"))
    return [act for act in rows if isinstance(act, kind)]


def test_a_booked_delivery_is_on_hand_with_lot_date_and_cost(books):
    number = draft(
        books,
        line(MILK, 12_000, 2400, "L-1", DAY, produced_on=date(2026, 11, 20)),
        line(PEN, 5_000, 100),
        total=2500,
    )
    booked = book_delivery(books, NOON, "Ada", number)
    assert (booked.lines, booked.cost, booked.difference) == (2, 2500, 0)
    milk = on_hand(books, MILK, "L-1")
    assert (milk.quantity, milk.cost, milk.expires_on) == (12_000, 2400, DAY)
    assert on_hand(books, PEN, "").cost == 100
    assert [lot.produced_on for lot in lots_on_hand(books, MILK)] == [date(2026, 11, 20)]
    rows = books.execute("SELECT kind, document, by FROM movements")
    assert set(rows) == {("received", f"delivery {number}", "Ada")}
    (noted,) = acts(books, DeliveryBooked)
    assert (noted.supplier, noted.document, noted.total, noted.lines) == ("Dairy", "A-1", 2500, 2)
    assert mismatches(books) == []


def test_goods_with_a_date_and_no_lot_go_by_their_date(books):
    book_delivery(books, NOON, "Ada", draft(books, line(MILK, 1000, 100, "", DAY), total=100))
    assert on_hand(books, MILK, "20261201").expires_on == DAY


def test_a_delivery_is_booked_once(books):
    number = draft(books, line(MILK, 1000, 100), total=100)
    book_delivery(books, NOON, "Ada", number)
    with pytest.raises(DeliveryError, match="booked_already"):
        book_delivery(books, NOON, "Ada", number)
    with pytest.raises(DeliveryError, match="booked_already"):
        put_delivery_line(books, number, line(MILK, 1000, 100))
    with pytest.raises(DeliveryError, match="booked_already"):
        drop_delivery(books, NOON, "Ada", number)
    assert on_hand(books, MILK, "").quantity == 1000


@pytest.mark.parametrize("supplier", ["Dairy", "DAIRY"])
def test_the_same_paper_is_not_booked_a_second_time(books, supplier):
    second = draft(books, line(MILK, 1000, 100), total=100, supplier="dairy")
    book_delivery(books, NOON, "Ada", draft(books, line(MILK, 1000, 100), total=100))
    with pytest.raises(DeliveryError, match="paper_booked"):
        book_delivery(books, NOON, "Ada", second)
    with pytest.raises(DeliveryError, match="paper_booked"):
        draft(books, supplier=supplier)
    with pytest.raises(DeliveryError, match="paper_booked"):
        change_head(books, NOON, draft(books, document=""), "Dairy", "A-1", 100)
    assert on_hand(books, MILK, "").quantity == 1000


def test_papers_without_a_number_may_be_alike(books):
    for _ in range(2):
        number = draft(books, line(MILK, 1000, 100), total=100, document="")
        book_delivery(books, NOON, "Ada", number)
    assert on_hand(books, MILK, "").quantity == 2000


@pytest.mark.parametrize(
    ("total", "difference", "why"),
    [(None, 0, "no_total"), (90, 0, "other_difference"), (90, -10, "other_difference")],
)
def test_a_sum_that_is_not_the_papers_is_not_booked(books, total, difference, why):
    number = draft(books, line(MILK, 1000, 100), total=total)
    with pytest.raises(DeliveryError, match=why):
        book_delivery(books, NOON, "Ada", number, difference)
    assert on_hand(books, MILK, "").quantity == 0


def test_a_difference_that_was_confirmed_is_noted(books):
    number = draft(books, line(MILK, 1000, 100), total=90)
    book_delivery(books, NOON, "Ada", number, 10)
    assert delivery_of(books, number).difference == 10
    assert acts(books, DeliveryBooked)[0].difference == 10


def test_an_empty_delivery_is_not_booked(books):
    with pytest.raises(DeliveryError, match="empty"):
        book_delivery(books, NOON, "Ada", draft(books, total=0))
    with pytest.raises(DeliveryError, match="not_there"):
        book_delivery(books, NOON, "Ada", 77)


def test_a_line_is_changed_in_its_place_and_taken_off(books):
    number = draft(books, line(MILK, 1000, 100), line(BREAD, 2000, 50))
    put_delivery_line(books, number, line(MILK, 3000, 300, number=1))
    assert [(each.name, each.quantity) for each in delivery_lines(books, number)] == [
        ("Milk", 3000),
        ("Bread", 2000),
    ]
    remove_delivery_line(books, number, 1)
    kept = put_delivery_line(books, number, line(PEN, 1000, 1))
    assert kept.number == 3
    assert delivery_of(books, number).cost == 51


def test_a_dropped_draft_is_gone_and_journalled_and_its_number_is_not_given_again(books):
    number = draft(books, line(MILK, 1000, 100))
    drop_delivery(books, NOON, "Ada", number)
    assert deliveries(books, 10) == []
    assert [act.what for act in acts(books, Noted)] == ["delivery dropped"]
    assert draft(books) == number + 1


def test_drafts_come_before_what_was_booked_last(books):
    numbers = [draft(books, line(MILK, 1000, 100), total=100, document="") for _ in range(4)]
    for number in numbers[::2]:
        book_delivery(books, NOON, "Ada", number)
    assert [each.number for each in deliveries(books, 1)] == [4, 2, 3]


def test_suppliers_are_remembered_by_use(books):
    draft(books, supplier="Dairy")
    open_delivery(books, NOON.replace(hour=13), "Ada", "Bakery", "", None)
    assert suppliers(books) == ["Bakery", "Dairy"]
    assert suppliers(books, "air") == ["Dairy"]
    later = NOON.replace(hour=14)
    number = open_delivery(books, later, "Ada", "DAIRY", "B-7", None)
    assert delivery_of(books, number).supplier == "Dairy"  # as it was written first
    assert suppliers(books) == ["Dairy", "Bakery"]


@pytest.mark.parametrize(
    ("produced", "expires", "kept"),
    [
        (date(2026, 11, 20), date(2026, 11, 25), (5, "days")),
        (date(2026, 11, 1), date(2026, 12, 1), (30, "days")),
        (date(2026, 11, 1), date(2027, 5, 1), (6, "months")),
        (date(2026, 11, 1), date(2027, 5, 2), (182, "days")),
    ],
)
def test_a_shelf_life_is_learnt_where_the_product_had_none(books, produced, expires, kept):
    assert shelf_life_between(produced, expires) == kept
    number = draft(books, line(BREAD, 1000, 100, "", expires, produced_on=produced), total=100)
    (learnt,) = book_delivery(books, NOON, "Ada", number).learnt
    assert (learnt.name, learnt.count, learnt.unit) == ("Bread", *kept)
    again = draft(
        books, line(BREAD, 1000, 100, "", DAY, produced_on=date(2026, 1, 1)), total=100, document=""
    )
    assert book_delivery(books, NOON, "Ada", again).learnt == ()  # it has one now


def test_what_came_last_is_known_when_it_comes_again(books):
    assert goods_facts(books, PEN).paid is None
    book_delivery(books, NOON, "Ada", draft(books, line(PEN, 5000, 100), total=100))
    assert (goods_facts(books, PEN).paid, goods_facts(books, PEN).came_undated) == (
        (100, 5000),
        True,
    )
    number = draft(books, line(MILK, 2000, 90, "L", DAY), total=90, document="")
    book_delivery(books, NOON, "Ada", number)
    facts = goods_facts(books, MILK)
    assert (facts.came_undated, facts.lots) == (False, {"L": (DAY, "use_by")})


def test_what_a_draft_has_already_is_known_for_its_next_line(books):
    number = draft(books, line(MILK, 2000, 90, "L", DAY))
    facts = goods_facts(books, MILK, number)
    assert (facts.paid, facts.lots) == ((90, 2000), {"L": (DAY, "use_by")})
    assert goods_facts(books, MILK) == goods_facts(books, PEN)  # no other delivery knows it


LINES = st.lists(
    st.tuples(
        st.sampled_from([MILK, BREAD, PEN]),
        st.integers(1, 10**6),
        st.integers(0, 10**6),
        st.sampled_from(["", "L-1", "L-2"]),
        st.sampled_from([None, DAY, date(2026, 12, 24)]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25)
@given(LINES, st.integers(-50, 50))
def test_what_is_on_hand_costs_what_the_lines_say(tmp_path_factory, lines, off):
    """Against sums that know nothing of movements."""
    connection = open_shop(tmp_path_factory.mktemp("shop"))
    wanted = defaultdict[tuple[int, str], tuple[int, int]](lambda: (0, 0))
    for product, quantity, cost, lot, day in lines:
        key = product, lot or ("" if day is None else day.strftime("%Y%m%d"))
        there = wanted[key]
        wanted[key] = there[0] + quantity, there[1] + cost
    total = sum(each[2] for each in lines)
    number = draft(connection, *(line(*each) for each in lines), total=max(total - off, 0))
    book_delivery(connection, NOON, "Ada", number, total - max(total - off, 0))
    found = {
        key: on_hand(connection, *key)[1:3]
        for key in ((each[0], each[1]) for each in connection.execute(
            "SELECT DISTINCT product_id, lot FROM movements"))
    }  # fmt: skip
    assert found == dict(wanted)
    assert mismatches(connection) == []
    connection.close()


KILLED_WHILE_ENTERING = """
import os, signal, sys
from datetime import date, datetime, UTC
from pathlib import Path
from pos_tui.books import Books
from pos_tui.books.deliveries import booking, drafts
books = Books(Path(sys.argv[1]))
at = datetime(2026, 11, 22, 12, tzinfo=UTC)
number = books.write(lambda c: drafts.open_delivery(c, at, "Ada", "Dairy", "A-1", 700)).result()
for place in range(7):
    line = drafts.DeliveryLine(1, "Milk", "", 1000, 100, f"L-{place}", date(2026, 12, 1))
    books.write(lambda c: drafts.put_delivery_line(c, number, line)).result()
    print("kept", flush=True)
    sys.stdin.readline()

def die_in_the_middle(connection, *rest):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "before the end":
    booking.journal.append = die_in_the_middle
books.write(lambda c: booking.book_delivery(c, at, "Ada", number)).result()
print("booked", flush=True)
sys.stdin.readline()
"""


def entering(folder, how):
    open_shop(folder).close()
    return subprocess.Popen(
        [sys.executable, "-c", KILLED_WHILE_ENTERING, str(folder), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill(program):
    if sys.platform == "win32":
        program.kill()
    else:
        os.kill(program.pid, signal.SIGKILL)
    program.communicate()


@pytest.mark.parametrize("kept", [1, 4])
def test_each_line_that_was_entered_survives_a_kill(tmp_path, kept):
    with entering(tmp_path, "") as program:
        for _ in range(kept):
            assert program.stdout.readline() == "kept\n"
            if _ < kept - 1:
                program.stdin.write("\n")
                program.stdin.flush()
        kill(program)
    connection = open_connection(tmp_path / "books.db")
    (left,) = deliveries(connection, 1)
    assert (left.lines, left.cost, left.booked_at) == (kept, 100 * kept, None)
    assert list(connection.execute("SELECT count(*) FROM movements")) == [(0,)]
    connection.close()


def let_it_go_on(program):
    for _ in range(7):
        assert program.stdout.readline() == "kept\n"
        program.stdin.write("\n")
        program.stdin.flush()


def test_a_kill_after_the_booking_leaves_all_of_it(tmp_path):
    with entering(tmp_path, "") as program:
        let_it_go_on(program)
        assert program.stdout.readline() == "booked\n"
        kill(program)
    connection = open_connection(tmp_path / "books.db")
    assert deliveries(connection, 1)[0].booked_at is not None
    sums = connection.execute("SELECT count(*), sum(quantity), sum(cost) FROM movements")
    assert list(sums) == [(7, 7000, 700)]
    connection.close()


@pytest.mark.posix_only("a process ends itself at once by SIGKILL")
def test_a_kill_in_the_middle_of_the_booking_leaves_the_draft(tmp_path):
    with entering(tmp_path, "before the end") as program:
        let_it_go_on(program)
        assert program.stdout.readline() == ""
        program.wait()
    connection = open_connection(tmp_path / "books.db")
    (left,) = deliveries(connection, 1)
    assert (left.lines, left.booked_at) == (7, None)
    assert list(connection.execute("SELECT count(*) FROM movements")) == [(0,)]
    assert list(connection.execute("SELECT count(*) FROM lots")) == [(0,)]
    book_delivery(connection, NOON, "Ada", left.number)  # and it can be booked then
    assert mismatches(connection) == []
    connection.close()


RECEIVING_ALL_DAY = """
import sys
from datetime import date, datetime, UTC
from pathlib import Path
from pos_tui.books import Books
from pos_tui.books.deliveries import booking, drafts
books = Books(Path(sys.argv[1]))
at = datetime(2026, 11, 22, 12, tzinfo=UTC)
for day in range(1000):
    number = books.write(lambda c: drafts.open_delivery(c, at, "Ada", "Dairy", "", 500)).result()
    for place in range(5):
        line = drafts.DeliveryLine(1, "Milk", "", 1000, 100, f"L-{place}", date(2026, 12, 1))
        books.write(lambda c: drafts.put_delivery_line(c, number, line)).result()
        print(number, place + 1, flush=True)
    books.write(lambda c: booking.book_delivery(c, at, "Ada", number)).result()
    print(number, "booked", flush=True)
"""


@pytest.mark.parametrize("answers", [1, 5, 6, 23, 35, 36, 47, 65, 66, 90])
def test_wherever_it_is_killed_a_delivery_is_whole_or_a_draft(tmp_path, answers):
    """Killed while it does what comes after so many answers; nothing that was answered is lost."""
    open_shop(tmp_path).close()
    program = subprocess.Popen(
        [sys.executable, "-c", RECEIVING_ALL_DAY, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout
    for _ in range(answers):
        last = program.stdout.readline().split()
    kill(program)
    connection = open_connection(tmp_path / "books.db")
    found = {each.number: each for each in deliveries(connection, 1000)}
    number, what = int(last[0]), last[1]
    if what == "booked":
        assert found[number].booked_at is not None
    else:
        assert found[number].lines >= int(what)
    booked = [each.number for each in found.values() if each.booked_at is not None]
    moved = connection.execute(
        "SELECT document, count(*), sum(quantity), sum(cost) FROM movements GROUP BY document"
    )
    assert {tuple(row) for row in moved} == {(f"delivery {n}", 5, 5000, 500) for n in booked}
    assert sorted(act.number for act in acts(connection, DeliveryBooked)) == sorted(booked)
    assert on_hand(connection, MILK, "L-0").quantity == 1000 * len(booked)
    assert mismatches(connection) == []
    connection.close()


def test_a_rescue_keeps_drafts_and_what_was_booked(tmp_path):
    books = open_shop(tmp_path)
    book_delivery(books, NOON, "Ada", draft(books, line(MILK, 1000, 100), total=100))
    kept = draft(books, line(BREAD, 2000, 50, "L", DAY), document="A-2")
    before = deliveries(books, 5), delivery_lines(books, kept), suppliers(books)
    books.close()
    assert rescue(tmp_path / "books.db", NOON).losses == ()
    again = open_connection(tmp_path / "books.db")
    assert (deliveries(again, 5), delivery_lines(again, kept), suppliers(again)) == before
    with pytest.raises(DeliveryError, match="paper_booked"):
        draft(again)
    again.close()


def test_books_of_before_there_were_deliveries_get_them(tmp_path):
    connection = open_connection(tmp_path / "books.db")
    version = next(n for n, step in enumerate(MIGRATIONS) if "TABLE deliveries" in str(step))
    for step in MIGRATIONS[:version]:
        step(connection) if callable(step) else connection.execute(step)
    connection.pragma("user_version", version)
    connection.execute("INSERT INTO products (id, name, price) VALUES (1, 'Milk', 1290)")
    migrate(connection)
    book_delivery(connection, NOON, "Ada", draft(connection, line(MILK, 1000, 100), total=100))
    assert on_hand(connection, MILK, "").cost == 100
    connection.close()


def test_a_booked_number_of_papers_is_kept_apart_by_the_books_themselves(books):
    """Two programs that book the same paper at one moment: the second gets nothing."""
    first = draft(books, line(MILK, 1000, 100), total=100)
    second = draft(books, line(MILK, 1000, 100), total=100)
    book_delivery(books, NOON, "Ada", first)
    with pytest.raises(apsw.ConstraintError):
        books.execute("UPDATE deliveries SET booked_at = 'now' WHERE number = ?", (second,))
