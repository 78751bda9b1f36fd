"""Goods that could have several offers: what a basket saves at most, and which offers those are."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from pos_tui.pricing import Goods, Occasion, Offer, price_all
from pos_tui.pricing.offers import (
    AmountOff,
    BuyGet,
    Gives,
    MealDeal,
    NearExpiry,
    NearExpiryStep,
    NForPrice,
    Nth,
    PercentOff,
    SpecialPrice,
)
from tests.pricing import oracle

NOON = Occasion(datetime.fromisoformat("2026-11-22T12:00:00+08:00"))
TODAY = NOON.moment.date()
TENTH, QUARTER, HALF, FREE = Decimal(10), Decimal(25), Decimal(50), Decimal(100)

TEA, CAKE, ROLL, MILK = (f"product:{code}" for code in ("tea", "cake", "roll", "milk"))


def goods(code: str, price: int, quantity: str = "1", **more: object) -> Goods:
    """Goods with a price in minor units."""
    return Goods(code, price, Decimal(quantity), **more)  # type: ignore[arg-type]


def offer(gives: Gives, number: int = 1, *on: str, **more: object) -> Offer:
    """An offer on some goods, on all where none are named."""
    return Offer(id=number, name=f"offer {number}", gives=gives, on=on or ("all",), **more)  # type: ignore[arg-type]


def saved(basket: list[Goods], *offers: Offer) -> int:
    """What a basket saves (minor units); no way to use the offers may save more."""
    pricer = price_all(dict(enumerate(basket, 1)), offers, NOON)
    ours = sum(each.gross - each.actual for each in pricer.priced.values())
    assert ours == oracle.best_saving(basket, offers, NOON)
    return ours


def offers_used(basket: list[Goods], *offers: Offer) -> list[set[int]]:
    """The offers that each line has."""
    priced = price_all(dict(enumerate(basket, 1)), offers, NOON).priced
    return [{part.offer_id for part in each.applied} for _, each in sorted(priced.items())]


# ---- one offer of each group ---------------------------------------------------------------------

# An offer on everything, so that all goods are looked at together; nobody buys as many.
FROM_99_PIECES = offer(PercentOff(TENTH), 99, min_quantity=99)


def test_each_group_gives_one_offer() -> None:
    basket = [goods("tea", 1000), goods("cake", 800)]
    half_tea = offer(PercentOff(HALF), 1, TEA, group="drinks")
    quarter_cake = offer(PercentOff(QUARTER), 2, CAKE, group="sweets")
    assert saved(basket, half_tea, quarter_cake, FROM_99_PIECES) == 500 + 200


@pytest.mark.parametrize(
    "on_both",
    [
        pytest.param(NForPrice(2, 1400), id="together"),
        pytest.param(PercentOff(Decimal(30)), id="each by itself"),
    ],
)
def test_of_a_group_the_offer_that_saves_most_on_all_lines_is_used(on_both: Gives) -> None:
    basket = [goods("tea", 1000), goods("cake", 1000)]
    off_tea = offer(AmountOff(400), 2, TEA, group="g")
    assert saved(basket, offer(on_both, 1, group="g"), off_tea) == 300 + 300
    assert offers_used(basket, offer(on_both, 1, group="g"), off_tea) == [{1}, {1}]


def test_two_groups_are_chosen_from_together() -> None:
    """Each group's other offer saves more only where the other group's does not take its goods."""
    basket = [goods("tea", 1000), goods("cake", 1000), goods("milk", 100)]
    first = [
        offer(AmountOff(400), 1, TEA, group="g"),
        offer(AmountOff(500), 2, CAKE, group="g"),
        *(offer(AmountOff(number), number, MILK, group="g") for number in range(3, 17)),
    ]
    second = [
        offer(AmountOff(400), 17, CAKE, group="h"),
        offer(AmountOff(500), 18, TEA, group="h"),
    ]
    assert len(first) * len(second) == 32
    assert saved(basket, *first, *second) == 500 + 500


def test_of_groups_with_many_offers_the_best_of_each_is_used() -> None:
    basket = [goods("tea", 1000), goods("cake", 1000), goods("roll", 1000), goods("milk", 1000)]
    off_tea = [10, 20, 30, 40, 50, 60, 200, 70, 80, 90, 100, 110, 200, 120, 130]
    on_tea = [offer(AmountOff(off), 1 + n, TEA, group="t") for n, off in enumerate(off_tea)]
    on_cake = [
        offer(AmountOff(500), 31, CAKE, group="c"),
        offer(AmountOff(600), 32, CAKE, group="c"),
        offer(AmountOff(550), 33, CAKE, group="c"),
    ]
    others = [
        offer(AmountOff(300), 41, ROLL, group="o"),
        offer(AmountOff(400), 42, MILK, group="o"),
        offer(AmountOff(350), 43, ROLL, group="o"),
    ]
    offers = [*on_tea, *on_cake, *others, FROM_99_PIECES]
    assert saved(basket, *offers) == 200 + 600 + 400
    # Of two that save as much, it is the older one.
    assert offers_used(basket, *offers) == [{7}, {32}, set(), {42}]


# ---- limits ------------------------------------------------------------------------------------


def test_what_expires_today_goes_at_half_price_a_few_times() -> None:
    near = offer(NearExpiry((NearExpiryStep(0, HALF),)), limit=2)
    basket = [goods("milk", 300, "3", good_until=TODAY), goods("cake", 900)]
    assert saved(basket, near) == 150 + 150
    # Beside another one for single pieces.
    assert saved(basket, near, offer(AmountOff(200), 2, limit=2)) == 150 + 150 + 200 + 200


def test_a_higher_priority_leaves_nothing_to_those_with_limits() -> None:
    basket = [goods("tea", 1000), goods("cake", 800)]
    first = offer(PercentOff(TENTH), 1, TEA, priority=1)
    half_one, quarter_one = (
        offer(PercentOff(HALF), 2, TEA, CAKE, limit=1),
        offer(PercentOff(QUARTER), 3, TEA, CAKE, limit=1),
    )
    assert offers_used(basket, first, half_one, quarter_one) == [{1}, {2}]


def test_a_limit_over_products_that_count_apart_goes_where_it_gains_most() -> None:
    basket = [
        goods("roll", 1000), goods("roll", 600), goods("roll", 600), goods("roll", 500),
        goods("tea", 700), goods("tea", 600),
    ]  # fmt: skip
    second_free = offer(Nth(2, FREE), limit=2, same_item=True)
    off_tea, rolls_for_less = offer(AmountOff(100), 2, TEA), offer(SpecialPrice(800), 3)
    assert saved(basket, second_free, off_tea, rolls_for_less) == 1400


# ---- bundles that meet ---------------------------------------------------------------------------


def test_bundles_leave_the_rest_of_what_is_weighed_alone() -> None:
    basket = [goods("cheese", 2000, "1.5"), goods("roll", 300, "3")]
    meal = offer(MealDeal((("product:cheese",), (ROLL,)), 1900), 1)
    one_free = offer(BuyGet(1, 1), 2, ROLL)
    tenth = offer(PercentOff(TENTH), 3)
    assert saved(basket, meal, one_free, tenth) == 400 + 300 + 100
    assert offers_used(basket, meal, one_free, tenth) == [{1, 3}, {1, 2}]


def test_what_is_left_of_a_measure_is_in_no_pair() -> None:
    basket = [goods("cheese", 2000, "1.5")]
    pair, off_one = offer(NForPrice(2, 2500), 1), offer(AmountOff(100), 2, limit=1)
    assert saved(basket, pair, off_one) == 100


def test_a_bundle_that_saves_no_more_than_the_pieces_do_alone_is_not_made() -> None:
    basket = [goods("roll", 1000, "2"), goods("tea", 800, "2")]
    tenth = offer(PercentOff(TENTH), 1)
    rolls, teas = offer(NForPrice(2, 1800), 2, ROLL, TEA), offer(NForPrice(2, 1200), 3, TEA)
    assert saved(basket, tenth, rolls, teas) == 200 + 400
    assert offers_used(basket, tenth, rolls, teas) == [{1}, {3}]


# ---- more goods than every way could be tried for ------------------------------------------------

SNACKS = (CAKE, ROLL)
NAMES = {"t": "tea", "m": "milk", "c": "cake", "r": "roll"}


def shelf(goods_and_prices: str) -> list[Goods]:
    """A piece at each price (major units): `t9 c12` is tea at 9.00 and cake at 12.00."""
    return [goods(NAMES[each[0]], int(each[1:]) * 100) for each in goods_and_prices.split()]


@pytest.mark.parametrize(
    ("basket", "offers", "off"),
    [
        pytest.param(
            "c9 m7 r6 m10 r12 t8 m6 c12 m4 m9 r4 m3",
            [offer(Nth(2, FREE), 1, MILK, limit=2),
             offer(MealDeal(((MILK,), (MILK, CAKE)), 1100), 2, limit=1),
             offer(BuyGet(1, 1, HALF), 3, MILK, CAKE, limit=2)],
            2450, id="milk and cake in three ways"),
        pytest.param(
            "r12 m7 r10 t7 c5 t12 c12 m9 r9 t10 r8",
            [offer(Nth(2, HALF), 1, MILK, CAKE), offer(Nth(3, HALF), 2, limit=2)],
            1600, id="the second and the third at half price"),
        pytest.param(
            "m12 c5 r4 m7 c12 r4 m4 c7 t6 c5 m8 t10",
            [offer(PercentOff(HALF), 1, *SNACKS, limit=3),
             offer(MealDeal(((TEA, CAKE), ("all",)), 900), 2, limit=2),
             offer(MealDeal((SNACKS, (TEA, CAKE)), 700), 3, limit=1)],
            3700, id="two meals, and snacks at half price"),
    ],
)  # fmt: skip
def test_where_offers_take_turns_the_best_turn_is_found(
    basket: str, offers: list[Offer], off: int
) -> None:
    assert saved(shelf(basket), *offers) == off
