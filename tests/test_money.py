from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.money import (
    AmountError,
    Currency,
    format_amount,
    parse_amount,
    round_cash,
    round_half_up,
)
from pos_tui.reasons import because
from pos_tui.wording.current import in_words

CNY, JPY, KWD = Currency.of("CNY"), Currency.of("JPY"), Currency.of("KWD")
amounts = st.integers(min_value=0, max_value=10**11)


@given(amounts, st.sampled_from([CNY, JPY, KWD]))
def test_an_amount_written_and_read_again_is_the_same(minor, currency):
    assert parse_amount(format_amount(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("exact", "rounded"), [("0.5", 1), ("1.5", 2), ("2.4999", 2), ("-0.5", -1), ("1349.5", 1350)]
)
def test_halves_are_rounded_up(exact, rounded):
    assert round_half_up(Decimal(exact)) == rounded


@pytest.mark.parametrize("wrong", ["", "abc", "-1", "1.2.3", "1e5", "９.9", "1 2", "+5"])
def test_what_is_no_amount_is_refused(wrong):
    with pytest.raises(AmountError) as refused:
        parse_amount(wrong, CNY)
    assert refused.value.reason == because("money.not_an_amount", text=wrong)


def test_an_amount_with_more_decimals_than_the_currency_is_refused():
    with pytest.raises(AmountError) as refused:
        parse_amount("12.345", CNY)
    assert in_words(refused.value.reason) == "“12.345” has more decimals than CNY has (2)."


def test_a_price_that_only_a_slip_can_be_is_refused():
    with pytest.raises(AmountError) as refused:
        parse_amount("99999999999999", CNY)
    assert refused.value.reason.kind == "money.too_large"


@pytest.mark.parametrize(
    ("code", "minor", "written"),
    [("CNY", 4770, "47.70"), ("CNY", 5, "0.05"), ("CNY", -5, "-0.05"), ("JPY", 120, "120"),
     ("KWD", 1250, "1.250")],
)  # fmt: skip
def test_amounts_are_written_with_their_currencys_decimals(code, minor, written):
    assert format_amount(minor, Currency.of(code)) == written


@pytest.mark.parametrize(("minor", "due"), [(1001, 1000), (1003, 1005), (1002, 1000), (1005, 1005)])
def test_cash_is_rounded_to_the_smallest_coin(minor, due):
    assert round_cash(minor, Currency.of("CHF", cash_step=5)) == due
