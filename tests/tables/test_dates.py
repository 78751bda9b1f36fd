"""Days of other tills: read in the one way that they can be, or asked for."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.tables.dates import DATE_ORDERS, date_order_of, read_date
from pos_tui.tables.errors import CellError
from tests.spoken import raises

NEW_YEARS_EVE = date(2026, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-31", "2026/12/31", "2026.12.31", "20261231", "2026年12月31日", "2026年12月31",
        "2026 年 12 月 31 日", "2026년 12월 31일", "2026. 12. 31.", "31 Dec 2026", "31-Dec-2026",
        "31 December 2026", "Dec 31, 2026", "December 31 2026", "31/12/2026", "31.12.2026",
        "12/31/2026", "2026-12-31T00:00:00", "2026-12-31T10:20:30.5+08:00", "2026-12-31 10:20",
        "31/12/2026 10:20", "12/31/2026 10:20:30 PM", " 2026-12-31 ", "'2026-12-31",
        "2026-12-31T10:20Z",
    ],
)  # fmt: skip
def test_the_usual_ways_to_write_a_day_are_read(text):
    assert read_date(text, None) == NEW_YEARS_EVE


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-1-5", date(2026, 1, 5)),
        ("5 May 2026", date(2026, 5, 5)),
        ("05/05/2026", date(2026, 5, 5)),
    ],
)
def test_days_of_one_digit_and_days_that_are_their_month_are_read(text, day):
    assert read_date(text, None) == day


@pytest.mark.parametrize(("order", "day"), [("dmy", date(2026, 4, 3)), ("mdy", date(2026, 3, 4))])
def test_a_day_that_could_be_two_is_asked_for(order, day):
    with raises(CellError, r"“03/04/2026” can be two days; .*--dates \(dmy, mdy\)"):
        read_date("03/04/2026", None)
    assert read_date("03/04/2026", order) == day


def test_two_digits_of_a_year_need_an_order():
    with raises(CellError, r"--dates \(dmy, ymd\)"):
        read_date("31/12/26", None)
    assert read_date("31/12/26", "dmy") == NEW_YEARS_EVE
    assert read_date("26-12-31", "ymd") == NEW_YEARS_EVE


def test_a_day_against_the_order_that_was_named_is_refused():
    with raises(CellError, "no day in the order mdy"):
        read_date("31/12/2026", "mdy")


@pytest.mark.parametrize(
    "text",
    [
        "", "0", "46387", "2026-13-01", "2026-02-30", "0000-00-00", "2026", "2026-12", "12/2026",
        "31122026", "32/12/2026", "2026-12-31x", "31 Foo 2026", "31 Marz 2026", "2026-12/31", "-",
        "１２/３１/2026", "٢٠٢٦-١٢-٣١", "tomorrow", "1899-12-31", "12:30", "9" * 99, "31/12/20266",
        "2026-12-31T25", "2026-12-31 and more",
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(text):
    for order in (None, *DATE_ORDERS):
        with pytest.raises(CellError):
            read_date(text, order)


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/04/2026", "13/04/2026"], "dmy"),
        (["03/04/2026", "04/13/2026"], "mdy"),
        (["13/04/2026", "04/13/2026"], None),
        (["03/04/2026"], None),
        (["2026-12-31", "03/04/2026"], None),
        (["2026-12-31"], None),
        ([], None),
        (["31/12/26", "26/12/26"], None),
        (["99/12/31"], "ymd"),
        (["soon", "31.12.2026"], "dmy"),
    ],
)
def test_a_column_shows_its_order_or_leaves_it_open(cells, order):
    assert date_order_of(cells) == order


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_day_is_read_as_it_was_written(day):
    assert read_date(day.isoformat(), None) == day
    assert read_date(f"{day.day}/{day.month}/{day.year:04}", "dmy") == day
    assert read_date(f"{day.month}/{day.day}/{day.year:04}", "mdy") == day
    assert read_date(f"{day.year:04}年{day.month}月{day.day}日", None) == day


@given(st.text(max_size=30), st.sampled_from([None, *DATE_ORDERS]))
def test_any_text_is_a_day_or_a_cell_error(text, order):
    with suppress(CellError):
        assert read_date(text, order).year >= 1900
