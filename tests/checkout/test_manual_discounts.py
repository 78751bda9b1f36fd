"""Discounts by hand: how much of a line, or of the basket, is given away in all."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pos_tui.checkout.line import ListedItem
from pos_tui.checkout.manual_discounts import as_amount, percent_of_basket, percent_of_line
from pos_tui.checkout.settlement_list import SettlementList
from pos_tui.pricing import Discount, Occasion, Offer
from pos_tui.pricing.offers import PercentOff, Threshold

NOW = Occasion(datetime(2026, 11, 22, 12, tzinfo=UTC))
COLA = ListedItem(1, "1001", "Cola", "can", 1000)
BREAD = ListedItem(2, "1002", "Bread", "", 3000)
SWEET = ListedItem(4, "1004", "Sweet", "", 10)
FREE = ListedItem(3, "1003", "Bag", "", 0)


def by_hand(kind, value, **more):
    return Discount(kind, Decimal(value), "broken", "Ada", **more)


def listed(*goods, offers=()):
    basket = SettlementList(offers)
    for item, quantity in goods:
        basket.add(item, Decimal(quantity), NOW)
    return basket


def of_line(basket, discount, index=0):
    return str(percent_of_line(basket, basket.lines[index], discount))


def of_basket(basket, discount):
    return str(percent_of_basket(basket, discount))


# ---- a line --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("discount", "percent"),
    [
        (by_hand("percent", 15), "15.0"),
        (by_hand("amount", 500), "25.0"),
        (by_hand("amount", 1), "0.0"),
        (by_hand("price", 900), "10.0"),
        (by_hand("price", 1100), "0.0"),
        (by_hand("price", 0), "100.0"),
        (by_hand("amount", 5000), "100.0"),
        (by_hand("percent", "33.33"), "33.3"),
    ],
)
def test_a_lines_discount_in_percent(discount, percent):
    assert of_line(listed((COLA, 2), (BREAD, 1)), discount) == percent


def test_a_discount_that_the_line_has_already_is_not_counted_twice():
    basket = listed((COLA, 2))
    basket.set_discount(0, by_hand("percent", 50), NOW)
    assert of_line(basket, by_hand("percent", 20)) == "20.0"
    assert of_line(basket, by_hand("amount", 500)) == "25.0"


def test_an_offers_price_is_what_a_line_costs_before():
    basket = listed((COLA, 2), offers=(Offer(id=1, name="half", gives=PercentOff(Decimal(50))),))
    assert of_line(basket, by_hand("amount", 100)) == "10.0"


def test_a_line_has_its_part_of_what_came_off_the_basket():
    basket = listed((COLA, 1), (BREAD, 1))
    basket.set_basket_discount(by_hand("amount", 400), NOW)
    assert of_line(basket, by_hand("percent", 50)) == "55.0"
    assert of_line(basket, by_hand("amount", 0)) == "10.0"


def test_what_an_offer_takes_off_the_basket_is_nobodys_discount():
    offer = Offer(id=1, name="10 off", gives=Threshold(over=1000, amount=1000))
    basket = listed((COLA, 1), (BREAD, 1), offers=(offer,))
    assert basket.totals.total == 3000
    assert of_line(basket, by_hand("percent", 50)) == "50.0"
    assert of_basket(basket, by_hand("percent", 10)) == "10.0"


def test_more_than_the_rest_cannot_come_off_the_basket():
    basket = listed((COLA, 1), (BREAD, 1))
    basket.set_basket_discount(by_hand("amount", 4000), NOW)
    basket.set_discount(0, by_hand("percent", 50), NOW)
    assert of_line(basket, by_hand("percent", 10)) == "100.0"


def test_a_line_that_costs_nothing_gives_nothing_away():
    assert of_line(listed((FREE, 1)), by_hand("percent", 50)) == "0"


def test_a_line_that_was_given_away_is_given_away_again():
    basket = listed((COLA, 1))
    basket.set_discount(0, by_hand("percent", 100), NOW)
    assert of_line(basket, by_hand("percent", 50)) == "50.0"


# ---- the basket ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("discount", "percent"),
    [
        (by_hand("percent", 15), "15.0"),
        (by_hand("amount", 500), "12.5"),
        (by_hand("price", 3000), "25.0"),
        (by_hand("price", 4100), "0.0"),
        (by_hand("amount", 4100), "100.0"),
        (by_hand("amount", 1), "0.0"),
    ],
)
def test_a_baskets_discount_in_percent(discount, percent):
    assert of_basket(listed((COLA, 1), (BREAD, 1)), discount) == percent


def test_a_discount_that_the_basket_has_already_is_not_counted_twice():
    basket = listed((COLA, 1), (BREAD, 1))
    basket.set_basket_discount(by_hand("amount", 2000), NOW)
    assert of_basket(basket, by_hand("percent", 10)) == "10.0"
    assert of_basket(basket, by_hand("price", 3000)) == "25.0"


def test_what_the_lines_gave_away_counts_with_it():
    basket = listed((COLA, 1), (BREAD, 1))
    basket.set_discount(1, by_hand("amount", 1000), NOW)
    assert of_basket(basket, by_hand("percent", 0)) == "25.0"
    assert of_basket(basket, by_hand("percent", 10)) == "32.5"


def test_what_an_offer_takes_off_a_line_is_nobodys_discount():
    offer = Offer(id=1, name="half", gives=PercentOff(Decimal(50)))
    basket = listed((COLA, 1), offers=(offer,))
    assert of_basket(basket, by_hand("amount", 50)) == "10.0"


def test_a_basket_that_costs_nothing_gives_nothing_away():
    assert of_basket(listed((FREE, 1)), by_hand("percent", 50)) == "0"


def test_a_price_above_what_it_costs_gives_nothing_away_however_cheap():
    basket = listed((SWEET, 1))
    assert of_line(basket, by_hand("price", 11)) == "0.0"
    assert of_basket(basket, by_hand("price", 11)) == "0.0"


# ---- a price for everything ----------------------------------------------------------------------


def test_a_price_for_the_basket_is_the_amount_that_it_takes_off_now():
    basket = listed((COLA, 1), (BREAD, 1))
    discount = by_hand("price", 3000, approved_by="Bo")
    assert as_amount(basket, discount) == by_hand("amount", 1000, approved_by="Bo")
    basket.set_basket_discount(by_hand("amount", 500), NOW)
    assert as_amount(basket, discount) == by_hand("amount", 1000, approved_by="Bo")


def test_a_price_above_what_it_costs_takes_nothing_off():
    assert as_amount(listed((COLA, 1)), by_hand("price", 1001)) == by_hand("amount", 0)


@pytest.mark.parametrize("kind", ["percent", "amount"])
def test_other_discounts_stay_what_they_are(kind):
    discount = by_hand(kind, 10)
    assert as_amount(listed((COLA, 1)), discount) is discount
