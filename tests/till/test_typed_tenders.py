"""Cash as it is typed: enough, too little, hardly cash, or no amount at all."""

import pytest

from pos_tui.checkout.tenders import Tender
from pos_tui.money import AmountError, Currency, format_amount, parse_amount
from pos_tui.reasons import because, reason_of
from pos_tui.till.typed_tenders import cash_tender

CNY, JPY, KWD = Currency.of("CNY"), Currency.of("JPY"), Currency.of("KWD")


def paid(text, due, currency=CNY, item=""):
    return cash_tender(text, due, currency, lambda code: code == item)


@pytest.mark.parametrize(
    ("typed", "given"), [("47.70", 4770), (" 50 ", 5000), ("100", 10000), ("47,71", 4771)]
)
def test_enough_is_taken_and_the_rest_given_back(typed, given):
    assert paid(typed, 4770) == Tender("cash", due=4770, given=given, change=given - 4770)


def test_too_little_pays_a_part_and_nothing_is_none():
    assert paid("47.69", 4770) == Tender("cash", due=4770, given=4769)
    assert paid("0", 4770) == because("cash.nothing_given", owed="47.70")


def test_nothing_typed_is_exactly_what_is_due_rounded_to_coins():
    franc = Currency.of("CHF", 5)
    assert paid("", 4772, franc) == Tender("cash", due=4770, given=4770, rounding=-2)
    assert paid("", 4770) == Tender("cash", due=4770, given=4770)


def test_what_is_no_amount_says_so():
    with pytest.raises(AmountError) as refused:
        parse_amount("abc", CNY)
    assert paid(" abc ", 4770) == reason_of(refused.value)


def test_a_payment_code_is_not_an_amount():
    assert paid("1" * 15, 10**15) == because("cash.not_an_amount")
    assert paid(f"  {'1' * 18}", 1) == because("cash.not_an_amount")
    too_large = paid("10000000000000", 10**12)  # fourteen digits are an amount
    assert too_large not in (because("cash.not_an_amount"), None)
    assert not isinstance(too_large, Tender)


@pytest.mark.parametrize(
    ("typed", "due", "currency", "is_hardly"),
    [
        ("1000.01", 1, CNY, False),
        ("1000.02", 1, CNY, True),
        # Twenty times what is due, once that is more.
        ("210000", 1_000_000, CNY, False),
        ("210000.01", 1_000_000, CNY, True),
        ("1000001", 1, JPY, False),
        ("1000002", 1, JPY, True),
        ("1000.001", 1, KWD, False),
        ("1000.002", 1, KWD, True),
    ],
)
def test_far_more_than_anybody_gives_is_hardly_cash(typed, due, currency, is_hardly):
    found = paid(typed, due, currency)
    assert isinstance(found, Tender) != is_hardly
    if is_hardly:
        assert found.kind == "cash.hardly"


def test_what_is_hardly_cash_says_what_was_typed_and_what_is_due():
    assert paid(" 99999 ", 350) == because("cash.hardly", typed="99999", owed="3.50")


@pytest.mark.parametrize(
    ("typed", "due", "is_hardly"),
    [
        ("1001", 4770, True),  # an item of that number, and far more than is due
        ("1001", 20020, False),  # five times what is due is still cash
        ("1001", 20019, True),
        ("101", 350, False),  # too short for an item's number
        ("1001.00", 4770, False),
    ],
)
def test_an_items_number_is_hardly_cash(typed, due, is_hardly):
    found = paid(typed, due, item=typed)
    assert isinstance(found, Tender) != is_hardly
    assert isinstance(paid(typed, due), Tender)


@pytest.mark.parametrize(
    ("typed", "due", "step", "is_given"),
    [
        ("1.97", 195, 5, False),
        ("1.95", 195, 5, True),
        ("2", 195, 5, True),
        ("10.01", 195, 5, False),
        ("1.97", 197, 1, True),
    ],
)
def test_change_that_no_coin_gives_is_asked_for_again(typed, due, step, is_given):
    franc = Currency.of("CHF", step)

    found = paid(typed, due, franc)

    if is_given:
        assert isinstance(found, Tender)
    else:
        given = format_amount(parse_amount(typed, franc), franc)
        assert found == because("cash.no_coin", given=given, step="0.05")
