"""Whatever was sold, in whatever order it was paid: reports say what it comes to, by everything."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from unittest.mock import patch

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_tui.books import Books
from pos_tui.books.connection import open_connection
from pos_tui.books.reports import sums
from pos_tui.books.reports.figures import REPORT_BYS, Figures
from pos_tui.books.reports.periods import PERIOD_LENGTHS, period_of
from pos_tui.books.reports.query import ReportReader
from pos_tui.books.reports.sales_listed import sales_of_day
from pos_tui.books.reports.sums import FILE_NAME, open_sums, update_sums, wrong_report_sums
from pos_tui.books.shift import begin_shift
from tests.books.reports.shop import Line, Sold, added_up, in_period, keep, take_back

ZONE = timezone(timedelta(hours=8))
FIRST = datetime(2025, 12, 30, 9, 0, tzinfo=ZONE)

_amounts = st.integers(0, 500)


@st.composite
def lines(draw):
    gross = draw(_amounts)
    saved = draw(st.one_of(st.just(0), st.integers(0, gross)))
    tax = draw(st.integers(0, gross - saved))
    product = draw(st.integers(1, 4))
    return Line(
        product,
        draw(st.sampled_from(["", "Drinks", "面包"])),
        draw(st.integers(1, 3000)),
        gross,
        saved,
        draw(st.sampled_from(["", "2 for 6", "−10 %"])),
        draw(st.sampled_from(["", "standard"])),
        tax,
        draw(st.booleans()),
        draw(st.one_of(st.none(), _amounts)),
    )


@st.composite
def sales(draw, number):
    at = FIRST + timedelta(days=draw(st.integers(0, 70)), minutes=draw(st.integers(0, 1439)))
    of_sale = tuple(draw(st.lists(lines(), min_size=1, max_size=4)))
    total = sum(line.paid for line in of_sale)
    is_old = draw(st.integers(0, 5)) == 0
    first = total if is_old else draw(st.integers(0, total))
    tenders = [("cash", "", first, draw(st.integers(-2, 2)))]
    if not is_old:
        tenders.append(
            (*draw(st.sampled_from([("wallet", "wechat"), ("card", "")])), total - first, 0)
        )
    # An accounting day may end after midnight.
    day = None if is_old else (at - timedelta(hours=draw(st.sampled_from([0, 4])))).date()
    return Sold(number, at, day, of_sale, tuple(tenders), draw(st.sampled_from(["Ada", "小王"])))


@st.composite
def days_work(draw):
    """Sales in the order in which they were paid, which is not that of their numbers."""
    count = draw(st.integers(0, 10))
    order = draw(st.permutations(range(1, count + 1)))
    return [draw(sales(number)) for number in order]


def check(reader, kept, day_ends_at):
    """Every length by everything, now and at a moment that lies in the middle."""
    moments = sorted(each.at for each in kept)
    middle = moments[len(moments) // 2] if kept else FIRST
    for at in (None, middle):
        for length in PERIOD_LENGTHS:
            period = period_of(length, middle.date())
            here = in_period(kept, period, at, day_ends_at)
            total = sum(added_up(here, "day", day_ends_at).values(), Figures())
            assert total.paid == total.net + total.tax + total.deposit + total.undetailed
            for by in REPORT_BYS:
                report = reader.report(period, by, at)
                rows = {row.key: row.figures for row in report.rows}
                assert rows == added_up(here, by, day_ends_at), (by, period, at)
                assert report.total == total
                added = sum(rows.values(), Figures())
                for name in _ADD_UP.get(by, _OF_LINES):
                    assert getattr(added, name) == getattr(total, name), (by, name)
            then = in_period(kept, period.before, at, day_ends_at)
            before = sum(added_up(then, "day", day_ends_at).values(), Figures())
            assert report.before.total == before


_OF_LINES = (
    "paid", "net", "tax", "deposit", "saved", "returned", "undetailed", "cost", "uncosted"
)  # fmt: skip
_ADD_UP = {"offer": ("saved",), "tender": ("paid", "rounding")}


@settings(max_examples=12)
@given(st.lists(days_work(), min_size=1, max_size=2), st.sampled_from([0, 4]))
def test_reports_say_what_was_sold_by_everything_and_at_every_moment(work, day_ends_at):
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Books(Path(folder))) as books,
        patch.multiple(sums, _SALES=4, _MOVEMENTS=5),
    ):
        reader = ReportReader(books.path, day_ends_at)
        kept: list[Sold] = []
        for sold in work:
            # Those of a second day's work have later numbers; a sale that is paid late waited.
            more = [each._replace(number=each.number + len(kept)) for each in sold]
            if more:
                numbers = sorted(each.number for each in more)
                books.write(partial(_open_all, numbers)).result()
            half = len(more) // 2
            for part in (more[:half], more[half:]):
                books.write(partial(_keep_all, part)).result()
                kept += part
                reader.report(period_of("day", FIRST.date()))
        check(reader, kept, day_ends_at)
        with open_sums(books.path, day_ends_at) as connection:
            update_sums(connection)
            assert wrong_report_sums(connection) == []


def _keep_all(sales, connection):
    keep(connection, *sales)


def _open_all(numbers, connection):
    connection.executemany(
        "INSERT INTO sales (number, state, opened_at) VALUES (?, 'awaiting', '')",
        [(number,) for number in numbers],
    )


@pytest.fixture
def books(tmp_path):
    with closing(Books(tmp_path)) as books:
        yield books


NOON = datetime(2026, 11, 22, 12, 0, tzinfo=ZONE)
TODAY = NOON.date()


def sale(number, at, day, *lines, tenders=()):
    total = sum(line.paid for line in lines)
    return Sold(number, at, day, lines, tenders or (("cash", "", total, 0),))


def sell(books, *sold):
    books.write(lambda c: keep(c, *sold)).result()


def of_day(books, by=None, at=None, day=TODAY, day_ends_at=0):
    return ReportReader(books.path, day_ends_at).report(period_of("day", day), by, at)


COLA = Line(1, "Drinks", gross=350, cost=200)


def test_a_day_without_sales_is_a_report_of_nothing(books):
    for by in REPORT_BYS:
        report = of_day(books, by)
        assert (report.total, report.rows, report.before.total) == (Figures(), (), Figures())


def test_a_day_in_figures_that_were_worked_out_by_hand(books):
    milk = Line(
        2, "Dairy", gross=1290, saved=129, offer="−10 %", tax_class="food", tax=96, cost=700
    )
    bottle = Line(3, "", gross=25, is_deposit=True, cost=None)
    sell(
        books,
        sale(1, NOON, TODAY, COLA, bottle, tenders=(("cash", "", 375, 0),)),
        sale(2, NOON.replace(hour=13), TODAY, COLA, milk,
             tenders=(("wallet", "wechat", 1000, 0), ("cash", "", 511, -1))),
    )  # fmt: skip
    total = of_day(books).total
    assert total == Figures(
        count=2, quantity=4000, paid=1886, net=1765, tax=96, deposit=25, saved=129, rounding=-1,
        cost=1100, uncosted=1,
    )  # fmt: skip
    assert total.margin == 665
    rows = {row.key: row.figures.paid for row in of_day(books, "tender").rows}
    assert rows == {"cash": 886, "wallet:wechat": 1000}
    assert [(row.key, row.figures.saved) for row in of_day(books, "offer").rows] == [("−10 %", 129)]
    assert {row.key: row.figures.net for row in of_day(books, "tax").rows} == {
        "": 700,
        "food": 1065,
    }


def test_what_comes_back_is_taken_off_on_the_day_on_which_it_does(books):
    taxed = COLA._replace(tax=40, tax_class="standard")
    sell(books, sale(1, NOON, TODAY, taxed, COLA))
    later = NOON + timedelta(days=1)
    milk = Line(2, "Dairy", gross=1290, cost=700)
    swap = sale(2, later, later.date(), milk, tenders=(("cash", "", 940, 0),))
    back = Sold(3, later, later.date(), (), (("cash", "", -350, 0),))
    sell(books, swap, back)
    books.write(lambda c: take_back(c, 2, taxed, 1)).result()
    books.write(lambda c: take_back(c, 3, COLA, 1)).result()
    total = of_day(books, day=later.date()).total
    assert total == Figures(
        count=1, quantity=-1000, paid=590, net=1290 - 310 - 350, tax=-40, returned=700, cost=300
    )
    for by in REPORT_BYS:
        added = sum((row.figures for row in of_day(books, by, day=later.date()).rows), Figures())
        for name in _ADD_UP.get(by, _OF_LINES):
            assert getattr(added, name) == getattr(total, name), (by, name)
    rows = {row.key: row.figures for row in of_day(books, "product", day=later.date()).rows}
    assert (rows[1].paid, rows[1].cost, rows[2].paid) == (-700, -400, 1290)
    assert {
        row.key: row.figures.paid for row in of_day(books, "tender", day=later.date()).rows
    } == {"cash": 590}
    assert of_day(books).total.paid == 700  # the day of the sale stays as it was
    with open_sums(books.path, 0) as connection:
        assert wrong_report_sums(connection) == []


def test_a_sale_of_nothing_is_a_sale(books):
    sell(books, sale(1, NOON, TODAY, Line(1, "", gross=0, cost=0)))
    assert (of_day(books).total.count, of_day(books).total.paid) == (1, 0)


def test_hours_begin_where_the_accounting_day_begins(books):
    night = NOON.replace(day=23, hour=2)
    sell(books, sale(1, night, TODAY, COLA), sale(2, NOON, TODAY, COLA))
    assert [row.key for row in of_day(books, "hour", day_ends_at=4).rows] == [12, 2]
    assert of_day(books, day_ends_at=4).total.count == 2


@pytest.mark.parametrize(("opened_by", "days"), [("", [1, 1, 1]), ("Ada", [3, 0, 0])])
def test_a_shift_that_nobody_opened_is_no_day(books, opened_by, days):
    books.write(lambda c: begin_shift(c, NOON, opened_by, TODAY)).result()
    moments = [NOON + timedelta(days=place) for place in range(3)]
    sell(books, *(sale(n, at, TODAY, COLA) for n, at in enumerate(moments, 1)))
    for at in (None, moments[-1], NOON):
        counts = [of_day(books, day=each.date(), at=at).total.count for each in moments]
        by_then = sum(at is None or each <= at for each in moments)
        assert sum(counts) == by_then
        if by_then == 3:
            assert counts == days
    with closing(open_connection(books.path)) as reader:
        assert [len(sales_of_day(reader, each.date(), 0)) for each in moments] == days


def test_a_day_of_25_hours_has_one_hour_twice(books):
    summer, winter = (timezone(timedelta(hours=hours)) for hours in (2, 1))
    day = date(2026, 10, 25)
    twice = [datetime(2026, 10, 25, 2, 30, tzinfo=zone) for zone in (summer, winter)]
    sell(books, sale(1, twice[0], day, COLA), sale(2, twice[1], day, COLA))
    assert [(row.key, row.figures.count) for row in of_day(books, "hour", day=day).rows] == [(2, 2)]
    between = of_day(books, at=twice[0] + timedelta(minutes=30), day=day)
    assert between.total.count == 1  # the same time by the wall comes an hour later


def test_a_sale_that_is_paid_after_later_ones_is_added_too(books):
    books.write(partial(_open_all, [1, 2])).result()
    sell(books, sale(2, NOON, TODAY, COLA))
    assert of_day(books).total.count == 1
    sell(books, sale(1, NOON + timedelta(hours=1), TODAY, COLA))
    assert of_day(books).total.count == 2
    assert of_day(books, at=NOON).total.count == 1


def test_products_of_a_category_are_those_of_the_moment_of_the_sale(books):
    sell(books, sale(1, NOON, TODAY, COLA, COLA._replace(category="Offers", gross=300)))
    reader = ReportReader(books.path, 0)
    for length in PERIOD_LENGTHS:
        report = reader.report(period_of(length, TODAY), "product", category="Drinks")
        assert [(row.key, row.figures.paid) for row in report.rows] == [(1, 350)]
        assert report.total.paid == 350


def test_two_programs_may_add_up_at_once(books, monkeypatch):
    monkeypatch.setattr(sums, "_SALES", 2)
    monkeypatch.setattr(sums, "_MOVEMENTS", 3)
    sell(books, *(sale(number, NOON, TODAY, COLA, COLA) for number in range(1, 41)))

    def add_up(_):
        with open_sums(books.path, 0) as connection:
            return update_sums(connection)

    with ThreadPoolExecutor(4) as programs:
        assert list(programs.map(add_up, range(4))) == [True] * 4
    assert of_day(books).total.paid == 40 * 700
    with open_sums(books.path, 0) as connection:
        assert wrong_report_sums(connection) == []


def test_adding_up_can_be_stopped_and_goes_on(books, monkeypatch):
    monkeypatch.setattr(sums, "_SALES", 10)
    sell(books, *(sale(number, NOON, TODAY, COLA) for number in range(1, 41)))
    done: list[tuple[int, int]] = []
    with open_sums(books.path, 0) as connection:
        assert not update_sums(connection, lambda: len(done) == 2, lambda *at: done.append(at))
        assert done == [(10, 40), (20, 40)]
        assert update_sums(connection)
    assert of_day(books).total.count == 40


def test_a_sum_that_somebody_changed_is_named(books):
    sell(books, sale(1, NOON, TODAY, COLA))
    of_day(books)
    with open_sums(books.path, 0) as connection:
        connection.execute("UPDATE main.sums SET paid = paid + 1 WHERE by = 'category'")
        (wrong,) = wrong_report_sums(connection)
    assert (wrong.kind, wrong.values["by"], wrong.values["row"]) == (
        "report_check.sum_differs", "category", "Drinks",
    )  # fmt: skip


@pytest.mark.parametrize("damage", [b"no database", b""])
def test_sums_that_are_damaged_are_made_anew(books, damage):
    sell(books, sale(1, NOON, TODAY, COLA))
    of_day(books)
    path = books.path.with_name(FILE_NAME)
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    path.write_bytes(damage)
    assert of_day(books).total.paid == 350


def test_sums_of_other_books_are_made_anew(books, tmp_path_factory):
    sell(books, sale(1, NOON, TODAY, COLA))
    books.write(
        lambda c: c.execute("INSERT INTO journal VALUES (1, '', 0, 'note', x'7b7d', x'01')")
    ).result()
    assert of_day(books).total.paid == 350
    # As after books were put back: the journal's last row is another one.
    books.write(lambda c: c.execute("UPDATE journal SET hash = x'02'")).result()
    books.write(
        lambda c: c.execute("UPDATE sales SET total = 1; UPDATE sold_lines SET paid = 1")
    ).result()
    assert of_day(books).total.paid == 1


def test_reports_are_told_also_where_no_file_can_be_written(books, monkeypatch):
    sell(books, sale(1, NOON, TODAY, COLA))

    def refuse(_):
        raise apsw.FullError("database or disk is full")

    monkeypatch.setattr("pos_tui.books.reports.sums.make_private_file", refuse)
    assert of_day(books).total.paid == 350
    assert not books.path.with_name(FILE_NAME).exists()
