"""Reports in words and in charts: amounts of any currency, changes in percent, bars and shades."""

from __future__ import annotations

from datetime import date

import pytest

from pos_tui.money import Currency
from pos_tui.till.money.reports import NO_DETAIL, Figures, period_of
from pos_tui.tui.pages.report_words import (
    change_text,
    figure_text,
    period_title,
    report_notes,
    row_name,
    totals_rows,
)
from pos_tui.tui.parts.charts import bar, shade, spark_line


@pytest.mark.parametrize(
    ("code", "amount"), [("JPY", "123456"), ("KWD", "123.456"), ("CNY", "1234.56")]
)
def test_amounts_have_the_decimals_of_their_currency(code, amount):
    figures = Figures(count=2, paid=123456, net=123456, cost=123456)
    rows = dict(totals_rows(figures, Currency.of(code)))
    assert rows["Income"] == rows["Goods cost"] == amount
    assert figure_text(figures, "paid", Currency.of(code)) == amount
    assert figure_text(figures, "count", Currency.of(code)) == "2"


def test_a_margin_of_which_no_cost_is_known_is_not_made_up():
    none, some = Figures(net=100, uncosted=1), Figures(net=100, cost=60, uncosted=1)
    texts = [figure_text(each, "margin", Currency.of("CNY")) for each in (none, some)]
    assert texts == ["?", "0.40"]


def test_a_margin_that_is_not_shown_is_not_said_to_be_less_than_it_says():
    none = Figures(net=100, uncosted=2)
    assert "Margin" not in dict(totals_rows(none, Currency.of("CNY")))
    assert report_notes(none, Currency.of("CNY")) == [
        "What the goods cost is not known, so neither is the margin."
    ]
    assert report_notes(Figures(net=100), Currency.of("CNY")) == []


def test_quantities_are_in_their_unit():
    figures = [Figures(quantity=quantity) for quantity in (842, -1500, 3000, 0)]
    texts = [figure_text(each, "quantity", Currency.of("CNY")) for each in figures]
    assert texts == ["0.842", "-1.5", "3", "0"]


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [(110, 100, "+10.0 %"), (90, 100, "−10.0 %"), (100, 100, "0.0 %"), (5, 0, "new"), (0, 0, "="),
     (1, 3, "−66.7 %"), (10, -10, "+200.0 %")],
)  # fmt: skip
def test_a_change_is_in_percent_of_what_was_before(now, before, text):
    assert change_text(now, before) == text


def test_what_is_not_known_is_said():
    notes = report_notes(Figures(undetailed=500, cost=300, uncosted=1), Currency.of("CNY"))
    assert "5.00" in notes[0]
    assert "1 movement" in notes[1]
    assert row_name("product", NO_DETAIL) == row_name("tax", NO_DETAIL) == "before lines were kept"
    assert row_name("product", 7) == "product 7, no longer in the books"


def test_a_bar_is_never_shorter_than_it_can_be_seen():
    assert [bar(amount, 800, 2) for amount in (0, 1, 400, 800)] == ["", "▏", "█", "██"]
    assert bar(5, 0, 2) == bar(-5, 10, 2) == ""


def test_columns_and_shades():
    assert spark_line([0, 1, 4, 8, -1]) == "·▁▄█·"
    assert spark_line([0, 0]) == "··"
    assert [shade(amount, 900) for amount in (0, 1, 300, 900)] == [" ·", "░1", "▒3", "█9"]


def test_periods_move_and_compare_as_a_calendar_does():
    leap = period_of("day", date(2028, 2, 29))
    assert leap.year_ago == period_of("day", date(2027, 2, 28))
    month = period_of("month", date(2026, 1, 31))
    assert (month.before.first, month.before.last) == (date(2025, 12, 1), date(2025, 12, 31))
    week = period_of("week", date(2026, 1, 1))
    assert (week.first, week.before.last) == (date(2025, 12, 29), date(2025, 12, 28))
    assert week.year_ago == period_of("week", date(2025, 1, 1))
    assert period_of("year", date(2026, 5, 5)).year_ago is None
    assert "week 1 of 2026" in period_title(week)
    first = period_of("day", date.min)
    assert (first.before, first.year_ago) == (first, None)
    for length in ("week", "month", "year"):
        assert period_of(length, date(9999, 12, 27)).moved(1).first.year == 9999
