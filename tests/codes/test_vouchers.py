"""Vouchers' numbers: known for what they are whatever is done to them, and nothing else."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.codes import ItemCode, RefusedCode, VoucherCode
from pos_tui.codes.identify import identify
from pos_tui.codes.masking import shown
from pos_tui.codes.voucher import grouped_voucher, read_voucher, voucher_number
from pos_tui.settings import CodeSettings, CodeTemplate, TillSettings
from pos_tui.till.decoder import load_context

CONTEXT = load_context(TillSettings(), date(2026, 11, 22))
numbers = st.integers(0, 2**80 - 1).map(voucher_number)


@given(numbers, st.booleans(), st.booleans(), st.sampled_from(("", "]C0", "]Q1")))
def test_a_number_is_a_voucher_in_groups_small_letters_and_any_symbol(number, grouped, low, symbol):
    text = grouped_voucher(number) if grouped else number
    found = identify(symbol + (text.lower() if low and not symbol else text), CONTEXT)
    assert isinstance(found, VoucherCode)
    assert (found.number, found.others) == (number, ())
    assert number not in shown(text, found)


@given(numbers, st.integers(3, 16), st.integers(1, 9))
def test_one_wrong_digit_is_found(number, place, more):
    digit = str((int(number[place]) + more) % 10)
    found = identify(number[:place] + digit + number[place + 1 :], CONTEXT)
    assert isinstance(found, RefusedCode)
    assert number[3:-4] not in found.text


@given(numbers, st.integers(3, 15))
def test_two_digits_that_changed_places_are_found(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or isinstance(read_voucher(swapped), RefusedCode)


@given(numbers, st.integers(1, 2))
def test_a_number_without_its_end_is_refused(number, lost):
    assert isinstance(identify(number[:-lost], CONTEXT), RefusedCode)


@pytest.mark.parametrize(
    "text", ["VCH", "VCH12", "VCH-1001", "XVCH00000000000195", "5449000000996"]
)
def test_what_only_looks_like_one_is_what_it_was(text):
    assert isinstance(identify(text, CONTEXT), ItemCode)


def test_no_template_of_a_shop_gets_a_voucher():
    template = CodeTemplate(name="all", pattern="(?P<code>VCH[0-9]{14})")
    settings = TillSettings(codes=CodeSettings(template=(template,)))
    context = load_context(settings, date(2026, 11, 22))
    assert isinstance(identify(voucher_number(7), context), VoucherCode)
