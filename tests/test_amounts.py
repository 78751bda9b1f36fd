"""Amounts as people type them, currencies as they are known, and spreading to the last unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.money import AmountError, Currency, allocate, format_amount, parse_amount, round_cash
from pos_tui.reasons import in_short, reason_of

CNY, KWD = Currency.of("CNY"), Currency.of("KWD")


# ---- currencies ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "exponent", "numeric"), [("CNY", 2, "156"), ("JPY", 0, "392"), ("KWD", 3, "")]
)
def test_a_currency_has_its_decimals_and_its_number(code, exponent, numeric):
    currency = Currency.of(code)
    assert (currency.code, currency.exponent, currency.numeric) == (code, exponent, numeric)
    assert currency.cash_step == 1


def test_a_currency_without_a_known_exponent_has_two_decimals():
    assert Currency.of("XTS", 5) == Currency("XTS", 2, 5)


# ---- amounts that people type --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("12.5", 1250), ("12,50", 1250), (" 12 ", 1200), (".5", 50), ("5.", 500), ("0", 0),
     ("12.500", 1250), ("10000000000", 10**12)],
)  # fmt: skip
def test_amounts_are_read_with_a_point_or_a_comma(typed, minor):
    assert parse_amount(typed, CNY) == minor


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        (" 1.2.3 ", ["1.2.3"]),
        ("1,2.3", ["1,2.3"]),
        ("２", ["２"]),
        (" 1.005 ", ["1.005", "CNY", "2"]),
        (" 10000000000.01 ", ["10000000000.01"]),
        ("99999999999999", ["99999999999999"]),
    ],
)
def test_what_is_refused_says_what_was_typed(typed, values):
    with pytest.raises(AmountError) as refused:
        parse_amount(typed, CNY)
    why = in_short(reason_of(refused.value))
    assert all(value in why for value in values)


@pytest.mark.parametrize(("minor", "written"), [(99, "0.99"), (100, "1.00"), (0, "0.00")])
def test_a_part_of_one_is_written_with_its_zero(minor, written):
    assert format_amount(minor, CNY) == written


def test_nothing_is_not_negative():
    assert format_amount(-100, CNY) == "-1.00"
    assert format_amount(0, KWD) == "0.000"


def test_cash_without_coins_to_round_to_is_exact():
    assert [round_cash(minor, CNY) for minor in (0, 1, 99)] == [0, 1, 99]
    assert round_cash(25, Currency.of("SEK", cash_step=50)) == 50


def test_cash_is_never_a_fraction():
    for step in (1, 5, 50):
        assert isinstance(round_cash(1003, Currency.of("CHF", step)), int)
    assert round_cash(10**17 + 3, Currency.of("CHF", 5)) == 10**17 + 5


# ---- spreading -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (200, [1, 1, 1], [67, 67, 66]),
        (10, [3, 3, 1], [4, 4, 2]),
        (10, [1, 3, 3], [2, 4, 4]),
        (7, [0, 5, 0], [0, 7, 0]),
        (5, [0, 0], [0, 0]),
        (5, [], []),
        (0, [2, 3], [0, 0]),
        (100, [50, 25, 25], [50, 25, 25]),
    ],
)
def test_an_amount_is_spread_by_weight_and_the_largest_remainders_get_the_rest(
    total, weights, parts
):
    assert allocate(total, weights) == parts


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_parts_add_up_and_none_is_a_unit_from_its_share(total, weights):
    parts, whole = allocate(total, weights), sum(weights)
    assert sum(parts) == (total if whole else 0)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - total * weight) < max(whole, 1)
