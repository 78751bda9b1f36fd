"""A deposit is paid back in full: whatever is offered or given by hand, nothing comes off it."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pos_tui.pricing import Discount, Goods, Occasion, Offer, Pricer
from pos_tui.pricing.offers import PercentOff, Threshold
from tests.pricing.baskets import (
    MOMENTS,
    TERMS,
    basket_offers,
    goods_lists,
    occasions,
    offers,
    stackable_offers,
)

PRIORITIES = (0, 1)
deposits = st.lists(
    st.builds(
        lambda code, price, count: Goods(code, price, Decimal(count), TERMS[code], is_deposit=True),
        st.sampled_from(tuple(TERMS)),
        st.integers(1, 200),
        st.integers(1, 5),
    ),
    max_size=3,
)
by_hand = st.none() | st.builds(
    lambda kind, value: Discount(kind, Decimal(value), "kind", "Ada"),
    st.sampled_from(("percent", "amount")),
    st.integers(1, 100),
)
every_offer = st.tuples(
    offers(3, priorities=PRIORITIES),
    stackable_offers(priorities=PRIORITIES),
    basket_offers(priorities=PRIORITIES),
).map(lambda each: [offer for some in each for offer in some])


def priced(
    goods: dict[int, Goods],
    some: list[Offer],
    occasion: Occasion,
    whole: Discount | None,
    on_line: Discount | None,
) -> Pricer:
    pricer = Pricer(some)
    pricer.set_basket_discount(whole)
    for line, each in goods.items():
        pricer.put(line, each, on_line)
    pricer.price(occasion)
    return pricer


@given(goods_lists(), deposits, every_offer, occasions(), by_hand, by_hand, st.randoms())
def test_deposits_cost_what_they_cost_and_goods_cost_the_same_without_them(
    goods, some_deposits, some_offers, occasion, whole, on_line, chance
):
    of_goods = dict(enumerate(goods, 1))
    of_deposits = dict(enumerate(some_deposits, 101))
    mixed = list((of_goods | of_deposits).items())
    chance.shuffle(mixed)
    both = priced(dict(mixed), some_offers, occasion, whole, on_line)
    alone = priced(of_goods, some_offers, occasion, whole, on_line)
    for line, each in of_deposits.items():
        assert both.priced[line].actual == each.gross
        assert both.priced[line].applied == ()
        assert both.shares().get(line, 0) == 0
    for line in of_goods:
        assert both.priced[line] == alone.priced[line]
        assert both.shares().get(line, 0) == alone.shares().get(line, 0)
    assert both.discounts() == alone.discounts()


def test_the_same_bottle_costs_less_when_it_is_sold_for_itself():
    half = [Offer(id=1, name="half", gives=PercentOff(Decimal(50)))]
    goods = {1: Goods("A", 50, Decimal(1)), 2: Goods("A", 50, Decimal(1), is_deposit=True)}
    pricer = priced(goods, half, Occasion(MOMENTS[0]), None, None)
    assert [pricer.priced[line].actual for line in goods] == [25, 50]


def test_deposits_reach_no_threshold():
    offer = Offer(id=1, name="5 off 100", gives=Threshold(100, amount=5))
    goods = {1: Goods("A", 90, Decimal(1)), 2: Goods("B", 50, Decimal(1), is_deposit=True)}
    assert priced(goods, [offer], Occasion(MOMENTS[0]), None, None).discounts() == ()
