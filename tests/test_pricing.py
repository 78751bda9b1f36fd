from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.money import Currency
from pos_tui.pricing import Offer, OfferError, offer_label, parse_offer, price_line
from pos_tui.pricing.offers import check_offer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CNY = Currency.of("CNY")


def offer(kind, value, bundle=1, **more):
    return Offer(id=more.pop("id", 1), name=kind, kind=kind, value=Decimal(value), bundle=bundle,
                 **more)  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "quantity", "offers", "actual"),
    [
        (350, "2", [offer("n_for_price", 600, 2)], 600),
        (350, "3", [offer("n_for_price", 600, 2)], 950),
        (350, "1", [offer("n_for_price", 600, 2)], 350),
        (400, "7", [offer("n_for_price", 1000, 3)], 2400),
        (3800, "0.842", [offer("percent_off", 10)], 2880),
        (3800, "0.842", [], 3200),
        (999, "1", [offer("percent_off", "12.5")], 874),
        (5, "1", [offer("percent_off", 50)], 3),
        (3290, "2", [offer("amount_off", 300)], 5980),
        (100, "1", [offer("amount_off", 300)], 0),
        (550, "3", [offer("special_price", 450)], 1350),
        (550, "1", [offer("special_price", 600)], 550),
        (1000, "1", [offer("percent_off", 10), offer("amount_off", 150, id=2)], 850),
        (333, "0.333", [], 111),
    ],
)
def test_a_line_costs_what_the_best_offer_for_the_customer_gives(unit, quantity, offers, actual):
    assert price_line(unit, Decimal(quantity), offers, NOW).actual == actual


offers = st.builds(
    offer,
    st.sampled_from(["percent_off", "amount_off", "special_price", "n_for_price"]),
    st.integers(0, 100),
    st.integers(2, 5),
)


@given(st.integers(1, 10**6), st.integers(1, 500), st.lists(offers, max_size=4))
def test_no_line_is_below_zero_or_above_its_price_and_no_order_of_offers_matters(unit, n, some):
    priced = price_line(unit, Decimal(n), some, NOW)
    assert 0 <= priced.actual <= priced.gross == unit * n
    assert price_line(unit, Decimal(n), some[::-1], NOW).actual == priced.actual
    if priced.offer is None:
        assert priced.saved == 0
    each = [price_line(unit, Decimal(n), [one], NOW).actual for one in some]
    assert priced.actual == min([priced.gross, *each])


def test_an_offer_holds_from_its_start_up_to_its_end():
    timed = offer("percent_off", 50, starts=NOW, ends=NOW + timedelta(hours=1))
    just_before = price_line(100, Decimal(1), [timed], NOW - timedelta(seconds=1))
    assert just_before.actual == 100
    assert price_line(100, Decimal(1), [timed], NOW).actual == 50
    assert price_line(100, Decimal(1), [timed], NOW + timedelta(hours=1)).actual == 100


@pytest.mark.parametrize(
    "wrong",
    [
        offer("percent_off", 101),
        offer("amount_off", -1),
        offer("n_for_price", 500, 1),
        offer("percent_off", 5, starts=NOW, ends=NOW),
    ],
)
def test_an_offer_that_cannot_be_meant_is_refused_with_a_sentence(wrong):
    with pytest.raises(OfferError, match=r"\.$"):
        check_offer(wrong)


@pytest.mark.parametrize(
    ("written", "kind", "value", "bundle", "name"),
    [
        ("-10%", "percent_off", 10, 1, "−10 %"),
        ("−12.5 %", "percent_off", Decimal("12.5"), 1, "−12.5 %"),
        ("-3.00", "amount_off", 300, 1, "−3"),
        ("=4.50", "special_price", 450, 1, "now 4.50"),
        ("3 for 10", "n_for_price", 1000, 3, "3 for 10"),
    ],
)
def test_offers_are_read_as_people_write_them(written, kind, value, bundle, name):
    read = parse_offer(written, CNY)
    assert (read.kind, read.value, read.bundle, read.name) == (kind, value, bundle, name)


@pytest.mark.parametrize("wrong", ["half", "", "-", "150%", "-150%", "1 for 3", "-1.2.3"])
def test_what_is_no_offer_is_refused_with_how_to_write_one(wrong):
    with pytest.raises(OfferError):
        parse_offer(wrong, CNY)


@pytest.mark.parametrize(
    ("made", "label"),
    [
        (offer("percent_off", "10.0"), "−10 %"),
        (offer("amount_off", 300), "−3"),
        (offer("special_price", 450), "now 4.50"),
        (offer("n_for_price", 600, 2), "2 for 6"),
    ],
)
def test_offers_are_said_in_few_characters(made, label):
    assert offer_label(made, CNY) == label
