"""What is typed to pay with: the kinds, the parts, and coins, in every kind of currency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.checkout.tenders import Tender
from pos_tui.money import Currency, format_amount, parse_amount, round_cash
from pos_tui.reasons import Reason, because
from pos_tui.till.typed_tenders import (
    TypedTender,
    cash_tender,
    exact_tender,
    read_tender,
    typed_part,
)

CNY, JPY, KWD = Currency.of("CNY"), Currency.of("JPY"), Currency.of("KWD")
CHF, TWO_DINARS = Currency.of("CHF", 5), Currency.of("KWD", 5)
KRONE, FORINT = Currency.of("SEK", 100), Currency.of("HUF", 500)
currencies = st.sampled_from([CNY, JPY, KWD, CHF, TWO_DINARS, KRONE, FORINT])


def no_item(_code):
    return False


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("20", TypedTender("cash", "20")),
        (" 20,5 ", TypedTender("cash", "20,5")),
        ("=", TypedTender("cash", "")),
        ("", TypedTender("cash", "")),
        ("c", TypedTender("card", "")),
        ("C", TypedTender("card", "")),
        ("c=", TypedTender("card", "")),
        ("c20", TypedTender("card", "20")),
        ("c 20", TypedTender("card", "20")),
        ("c20 4242", TypedTender("card", "20", "4242")),
        ("c20 4242 A1B2", TypedTender("card", "20", "4242", "A1B2")),
        ("c= 4242 A1B2", TypedTender("card", "", "4242", "A1B2")),
        ("v", TypedTender("voucher", "")),
        ("v20 X-17", TypedTender("voucher", "20", "X-17")),
        ("v20 summer sale 17", TypedTender("voucher", "20", "summer sale 17")),
        ("x20", TypedTender("cash", "x20")),
    ],
)
def test_what_is_typed_names_a_kind_an_amount_and_what_belongs_to_it(text, typed):
    assert read_tender(text) == typed


@pytest.mark.parametrize(
    ("text", "due", "currency", "given_", "change", "rounding"),
    [
        ("", 197, CNY, 197, 0, 0),
        ("", 197, CHF, 195, 0, -2),
        ("", 198, CHF, 200, 0, 2),
        ("", 2, CHF, 0, 0, -2),
        ("2", 197, CHF, 200, 5, -2),
        ("1", 197, CHF, 100, 0, 0),
        ("", 1997, JPY, 1997, 0, 0),
        ("2000", 1997, JPY, 2000, 3, 0),
        ("", 1997, KWD, 1997, 0, 0),
        ("2", 1997, TWO_DINARS, 2000, 5, -2),
        ("1.5", 1997, TWO_DINARS, 1500, 0, 0),
        ("20", 1949, KRONE, 2000, 100, -49),
        ("20", 1950, KRONE, 2000, 0, 50),
        ("1000", 123456, FORINT, 100000, 0, 0),
    ],
)
def test_cash_in_each_kind_of_currency(text, due, currency, given_, change, rounding):
    tender = cash_tender(text, due, currency, no_item)
    assert isinstance(tender, Tender)
    assert (tender.given, tender.change, tender.rounding) == (given_, change, rounding)


@pytest.mark.parametrize(
    ("typed", "currency", "why"),
    [
        ("c20.01", CNY, because("cash.no_change", given="20.01", owed="20.00")),
        ("c2001", JPY, because("cash.no_change", given="2001", owed="2000")),
        ("v2.001", KWD, because("cash.no_change", given="2.001", owed="2.000")),
        ("c0", CNY, because("cash.nothing_given", owed="20.00")),
        ("c5 12345", CNY, because("cash.last_digits")),
        ("c5 4242424242424242", CNY, because("cash.last_digits")),
        ("c5 x", CNY, because("cash.last_digits")),
        ("c5 ٤٢٤٢", CNY, because("cash.last_digits")),
    ],
)
def test_card_and_voucher_give_no_change_and_keep_no_cards_number(typed, currency, why):
    assert exact_tender(read_tender(typed), 2000, currency, 1) == why


def test_a_card_pays_to_the_last_unit_where_cash_is_rounded():
    tender = exact_tender(read_tender("c 4242"), 197, CHF, 2)
    assert not isinstance(tender, Tender)  # 42.42 is an amount: more than is due
    tender = exact_tender(read_tender("c= 4242"), 197, CHF, 2)
    assert isinstance(tender, Tender)
    assert (tender.given, tender.covers, tender.reference, tender.number) == (197, 197, "4242", 2)


@pytest.mark.parametrize(
    ("text", "part"),
    [("", 350), ("  ", 350), ("2", 200), ("2,5", 250), ("3.50", 350)],
)
def test_a_part_typed_before_a_payment_code(text, part):
    assert typed_part(text, 350, CNY) == part


@pytest.mark.parametrize("text", ["3.51", "0", "-1", "x", "2.505", "٢"])
def test_no_part_is_more_than_is_due_or_nothing_or_no_amount(text):
    assert isinstance(typed_part(text, 350, CNY), Reason)


@given(st.text(max_size=30), st.integers(1, 10**8), currencies)
def test_whatever_is_typed_is_a_tender_that_fits_or_a_reason(text, due, currency):
    typed = read_tender(text)
    tender = (
        cash_tender(typed.amount, due, currency, no_item)
        if typed.kind == "cash"
        else exact_tender(typed, due, currency, 1)
    )
    part = typed_part(text, due, currency)
    assert isinstance(part, Reason) or 0 < part <= due
    if isinstance(tender, Reason):
        return
    assert tender.kind == typed.kind
    assert 0 <= tender.amount <= tender.due
    assert 0 <= tender.covers <= due
    assert len(tender.reference) <= 40
    assert typed.kind != "card" or len(tender.reference) <= 4


@given(st.integers(1, 10**6), st.integers(0, 2 * 10**6), currencies)
def test_cash_pays_a_part_or_all_and_only_in_coins_that_there_are(due, given_, currency):
    rounded, step = round_cash(due, currency), currency.cash_step
    tender = cash_tender(format_amount(given_, currency), due, currency, no_item)
    if isinstance(tender, Reason):
        return
    assert parse_amount(format_amount(tender.given, currency), currency) == given_
    assert tender.change % step == 0
    if given_ >= rounded:
        assert (tender.covers, tender.amount) == (due, rounded)
        assert abs(tender.rounding) <= step // 2
        assert tender.change == given_ - rounded
    else:
        assert (tender.covers, tender.change, tender.rounding) == (given_, 0, 0)
        assert given_ % step == 0
        assert tender.is_part


@given(st.integers(1, 10**6), st.lists(st.integers(1, 10**5), max_size=6), currencies)
def test_parts_in_any_mix_add_up_to_what_is_due(due, parts, currency):
    """Cash and card in turn, then the rest exactly in cash: what they cover is what was due."""
    left, kept, covered = due, 0, 0
    for place, part in enumerate(parts):
        typed = format_amount(part, currency)
        tender = (
            cash_tender(typed, left, currency, no_item)
            if place % 2
            else exact_tender(TypedTender("card", typed), left, currency, place + 1)
        )
        if isinstance(tender, Reason):
            continue
        left, kept, covered = (
            left - tender.covers,
            kept + tender.amount,
            covered + tender.covers,
        )
        assert left >= 0
        if not left:
            break
    if left:
        last = cash_tender("", left, currency, no_item)
        assert isinstance(last, Tender)
        kept, covered = kept + last.amount, covered + last.covers
    assert covered == due
    assert abs(kept - due) <= currency.cash_step // 2
