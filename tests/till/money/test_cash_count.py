"""Cash is counted by notes and coins, or as sums; whatever else is typed is answered in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.money import Currency, format_amount
from pos_tui.settings.notes import denominations_of
from pos_tui.till.money.cash_count import CashCountError, CashSoFar, counted_with, read_cash

CNY = Currency.of("CNY")
WORTHS = denominations_of(CNY)


def count(*lines, currency=CNY):
    counted = CashSoFar()
    for line in lines:
        counted = counted_with(counted, line, currency, denominations_of(currency))
    return counted


@pytest.mark.parametrize(
    ("lines", "total"),
    [
        (("3x50",), 15_000),
        (("3 X 50", "2*20", "1×0.5"), 19_050),
        (("3x50", "2x50"), 25_000),
        (("3x50", "0x50"), 0),
        (("12.30", "1x10"), 2230),
        (("12,30",), 1230),
        (("0",), 0),
    ],
)  # fmt: skip
def test_what_is_counted(lines, total):
    assert count(*lines).total == total


@pytest.mark.parametrize(
    "line",
    [
        "nan", "NaN", "inf", "∞", "-5", "+5", "1e9", "abc", "3x", "x50", "3x7", "3x-50", "3xnan",
        "12.345", "99999999999999", "100000x100", "99999x100x", "٣x50x", "",
    ],
)  # fmt: skip
def test_what_is_no_count_is_refused(line):
    with pytest.raises(CashCountError):
        count(line)


def test_a_worth_that_there_is_not_is_answered_with_those_that_there_are():
    with pytest.raises(CashCountError) as refused:
        count("3x7")
    assert refused.value.reason.kind == "cash_count.no_such_worth"
    assert "50.00" in str(refused.value.reason.values["known"])


def test_pieces_are_kept_only_where_all_was_counted_in_pieces():
    assert count("3x50").as_count().pieces[0].pieces == 3
    assert count("3x50", "0.40").as_count().pieces == ()


@given(pieces=st.lists(st.tuples(st.integers(1, 99), st.sampled_from(WORTHS)), max_size=12))
def test_a_count_is_the_sum_of_its_lines(pieces):
    lines = [f"{many}x{format_amount(worth, CNY)}" for many, worth in pieces]
    assert count(*lines).total == sum(many * worth for many, worth in pieces)


@pytest.mark.parametrize(
    ("code", "some"),
    [("JPY", {10_000, 500, 1}), ("EUR", {200_00, 2_00, 1}), ("USD", {25, 100_00}), ("KWD", {5000})],
)
def test_every_currency_has_notes_and_coins(code, some):
    assert some <= set(denominations_of(Currency.of(code)))


def test_an_amount_of_yen_has_no_decimals():
    assert read_cash("500", Currency.of("JPY")) == 500
    with pytest.raises(CashCountError):
        read_cash("500.5", Currency.of("JPY"))
