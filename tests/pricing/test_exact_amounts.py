"""What single lines and small baskets come to, and which offer took what off: exact, by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pos_tui.pricing import Discount, Goods, Occasion, Offer, Pricer, price_all
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
    Threshold,
    Tiers,
    TierStep,
)
from pos_tui.pricing.tax import TaxAmount, TaxSystem, taxes_of

NOON = Occasion(datetime.fromisoformat("2026-11-22T12:00:00+08:00"))
TODAY = NOON.moment.date()
TENTH, HALF, FREE = Decimal(10), Decimal(50), Decimal(100)

A, B, C = ("category:a",), ("category:b",), ("category:c",)

Line = tuple[int, int, list[tuple[int, str, int]]]


def goods(
    code: str,
    price: int,
    quantity: str = "1",
    terms: tuple[str, ...] = (),
    good_until: date | None = None,
    by_label: bool = False,
) -> Goods:
    """Goods with a price in minor units."""
    return Goods(code, price, Decimal(quantity), terms, good_until, by_label=by_label)


def offer(gives: Gives, number: int = 1, **more: object) -> Offer:
    """An offer whose name is its number."""
    return Offer(id=number, name=f"offer {number}", gives=gives, **more)  # type: ignore[arg-type]


def lines_of(pricer: Pricer) -> list[Line]:
    """Each line before and after its offers, and each offer's quantity and saving on it."""
    return [
        (each.gross, each.actual, [(a.offer_id, str(a.quantity), a.saved) for a in each.applied])
        for _, each in sorted(pricer.priced.items())
    ]


def priced(basket: list[Goods], *offers: Offer, occasion: Occasion = NOON) -> list[Line]:
    """What each line comes to, priced at once."""
    return lines_of(price_all(dict(enumerate(basket, 1)), offers, occasion))


def cut(price: int, *parts: tuple[int, str, int]) -> Line:
    """A line that costs so much before these offers."""
    return price, price - sum(saved for _, _, saved in parts), list(parts)


# ---- offers on single pieces ---------------------------------------------------------------------

STEPS = Tiers((TierStep(3, percent=TENTH), TierStep(6, percent=Decimal(20))))
PRICES = Tiers((TierStep(2, price=90), TierStep(4, price=70)))
NEAR = NearExpiry((NearExpiryStep(3, TENTH), NearExpiryStep(1, HALF)))


@pytest.mark.parametrize(
    ("basket", "offers", "expected"),
    [
        pytest.param([goods("A", 999)], [offer(PercentOff(TENTH))], [cut(999, (1, "1", 100))],
                     id="899.1 is 899"),
        pytest.param([goods("A", 995)], [offer(PercentOff(TENTH))], [cut(995, (1, "1", 99))],
                     id="895.5 is 896"),
        pytest.param([goods("A", 1)], [offer(PercentOff(HALF))], [cut(1, (1, "1", 0))],
                     id="half a cent is a cent"),
        pytest.param([goods("A", 100)], [offer(PercentOff(Decimal(0)))], [cut(100)],
                     id="nothing off is no offer"),
        pytest.param([goods("A", 2357, "212.134493")], [offer(PercentOff(Decimal("0.0001")))],
                     [cut(500001, (1, "212.134493", 1))],
                     id="half a cent less the least there is: 500000.499999999999"),
        pytest.param([goods("A", 0)], [offer(PercentOff(HALF))], [cut(0)], id="nothing is free"),
        pytest.param([goods("A", 1, "0.000001")], [offer(PercentOff(Decimal("0.0001")))],
                     [cut(0, (1, "0.000001", 0))], id="the least of the least is an offer too"),
        pytest.param([goods("A", 100, "10")], [offer(PercentOff(TENTH))],
                     [cut(1000, (1, "10", 100))], id="ten pieces are written as 10"),
        pytest.param([goods("A", 3800, "0.842")], [offer(PercentOff(TENTH))],
                     [cut(3200, (1, "0.842", 320))], id="weighed: 3199.6, then 2879.64"),
        pytest.param([goods("A", 1000, "2.5")], [offer(AmountOff(100))],
                     [cut(2500, (1, "2.5", 250))], id="an amount off each kilogram"),
        pytest.param([goods("A", 100, "3")], [offer(AmountOff(150))],
                     [cut(300, (1, "3", 300))], id="an amount off is never more than the price"),
        pytest.param([goods("A", 100, "2")], [offer(SpecialPrice(99))],
                     [cut(200, (1, "2", 2))], id="a special price one below"),
        pytest.param([goods("A", 100)], [offer(SpecialPrice(100))], [cut(100)],
                     id="a special price that is the price"),
        pytest.param([goods("A", 100)], [offer(SpecialPrice(101))], [cut(100)],
                     id="a special price above the price"),
        pytest.param([goods("A", 100, "2")], [offer(STEPS)], [cut(200)],
                     id="tiers: one below the first step"),
        pytest.param([goods("A", 100, "2.999999")], [offer(STEPS)], [cut(300)],
                     id="tiers: a gram below the first step"),
        pytest.param([goods("A", 100, "3")], [offer(STEPS)], [cut(300, (1, "3", 30))],
                     id="tiers: at the first step"),
        pytest.param([goods("A", 100, "5")], [offer(STEPS)], [cut(500, (1, "5", 50))],
                     id="tiers: one below the second step"),
        pytest.param([goods("A", 100, "6")], [offer(STEPS)], [cut(600, (1, "6", 120))],
                     id="tiers: at the second step"),
        pytest.param([goods("A", 100, "2"), goods("B", 60, "2")], [offer(PRICES)],
                     [cut(200, (1, "2", 60)), cut(120)], id="tiers: a price above the usual one"),
        pytest.param([goods("A", 100, "2"), goods("B", 200, "1")], [offer(STEPS)],
                     [cut(200, (1, "2", 20)), cut(200, (1, "1", 20))],
                     id="tiers: products together"),
        pytest.param([goods("A", 100, "3"), goods("B", 200, "2")], [offer(STEPS, same_item=True)],
                     [cut(300, (1, "3", 30)), cut(400)], id="tiers: each product by itself"),
        pytest.param([goods("A", 100)], [offer(Tiers((TierStep(1),)))], [cut(100)],
                     id="tiers: a step that gives nothing"),
        pytest.param([goods("A", 100)], [offer(NEAR)], [cut(100)], id="no last good day"),
        pytest.param([goods("A", 100, good_until=TODAY - timedelta(1))], [offer(NEAR)],
                     [cut(100)], id="past its last good day"),
        pytest.param([goods("A", 100, good_until=TODAY)], [offer(NEAR)],
                     [cut(100, (1, "1", 50))], id="on its last good day"),
        pytest.param([goods("A", 100, good_until=TODAY + timedelta(1))], [offer(NEAR)],
                     [cut(100, (1, "1", 50))], id="a day before"),
        pytest.param([goods("A", 100, good_until=TODAY + timedelta(2))], [offer(NEAR)],
                     [cut(100, (1, "1", 10))], id="two days before"),
        pytest.param([goods("A", 100, good_until=TODAY + timedelta(3))], [offer(NEAR)],
                     [cut(100, (1, "1", 10))], id="three days before"),
        pytest.param([goods("A", 100, good_until=TODAY + timedelta(4))], [offer(NEAR)],
                     [cut(100)], id="four days before"),
        pytest.param([goods("A", 100)], [offer(PercentOff(TENTH), 1), offer(PercentOff(HALF), 2)],
                     [cut(100, (2, "1", 50))], id="the better of two"),
        pytest.param([goods("A", 100)], [offer(PercentOff(TENTH), 1), offer(AmountOff(10), 2)],
                     [cut(100, (1, "1", 10))], id="of two alike the older"),
        pytest.param([goods("A", 100)],
                     [offer(PercentOff(TENTH), 1, priority=1), offer(PercentOff(HALF), 2)],
                     [cut(100, (1, "1", 10))], id="priority goes before the better one"),
        pytest.param([goods("A", 100)],
                     [offer(SpecialPrice(100), 1, priority=1), offer(PercentOff(HALF), 2)],
                     [cut(100, (2, "1", 50))], id="priority that gives nothing does not count"),
        pytest.param([goods("A", 500, by_label=True)],
                     [offer(AmountOff(400), 1), offer(SpecialPrice(1), 2), offer(PRICES, 3),
                      offer(PercentOff(TENTH), 4)],
                     [cut(500, (4, "1", 50))], id="off a label's price only percentages"),
        pytest.param([goods("A", 500, by_label=True)], [offer(Tiers((TierStep(1, percent=HALF),)))],
                     [cut(500, (1, "1", 250))], id="tiers of percentages are percentages"),
        pytest.param([goods("A", 500, terms=A), goods("B", 500, terms=A), goods("C", 500)],
                     [offer(PercentOff(TENTH), on=A, but=("product:B",))],
                     [cut(500, (1, "1", 50)), cut(500), cut(500)], id="on a category, but not B"),
    ],
)  # fmt: skip
def test_an_offer_on_pieces(basket: list[Goods], offers: list[Offer], expected: list[Line]) -> None:
    assert priced(basket, *offers) == expected


# ---- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basket", "offers", "expected"),
    [
        pytest.param([goods("A", 100, "3")], [offer(PercentOff(HALF), limit=2)],
                     [cut(300, (1, "2", 100))], id="two of three"),
        pytest.param([goods("A", 100, "2")], [offer(PercentOff(HALF), limit=2)],
                     [cut(200, (1, "2", 100))], id="two of two"),
        pytest.param([goods("A", 100), goods("B", 300), goods("C", 200)],
                     [offer(PercentOff(HALF), limit=2)],
                     [cut(100), cut(300, (1, "1", 150)), cut(200, (1, "1", 100))],
                     id="the dearest first"),
        pytest.param([goods("A", 100, "1.5")], [offer(PercentOff(HALF), limit=1)],
                     [cut(150, (1, "1", 50))], id="a measured line: its whole piece"),
        pytest.param([goods("A", 100, "1.5")], [offer(PercentOff(HALF), limit=2)],
                     [cut(150, (1, "1.5", 75))], id="a measured line: its rest is a piece"),
        pytest.param([goods("A", 100, "0.5")], [offer(PercentOff(HALF), limit=1)],
                     [cut(50, (1, "0.5", 25))], id="less than a piece is one"),
        pytest.param([goods("A", 100, "3")], [offer(PercentOff(HALF), limit_total=9, used=8)],
                     [cut(300, (1, "1", 50))], id="one is left of all"),
        pytest.param([goods("A", 100, "3")], [offer(PercentOff(HALF), limit_total=9, used=9)],
                     [cut(300)], id="none is left of all"),
        pytest.param([goods("A", 100, "3")], [offer(PercentOff(HALF), limit=0)],
                     [cut(300)], id="a limit of nothing"),
        pytest.param([goods("A", 100, "3")],
                     [offer(PercentOff(HALF), 1, limit=1), offer(PercentOff(TENTH), 2)],
                     [cut(300, (1, "1", 50), (2, "2", 20))], id="the rest has the next offer"),
        pytest.param([goods("A", 100, "2"), goods("B", 80, "2")],
                     [offer(PercentOff(HALF), 1, limit=2),
                      offer(AmountOff(30), 2, on=("product:A",))],
                     [cut(200, (2, "2", 60)), cut(160, (1, "2", 80))],
                     id="where it saves most over the next offer"),
        pytest.param([goods("A", 100, "4")], [offer(NForPrice(2, 150), limit=1)],
                     [cut(400, (1, "2", 50))], id="one bundle of two"),
        pytest.param([goods("A", 100, "6")], [offer(BuyGet(2, 1), limit=1)],
                     [cut(600, (1, "3", 100))], id="once two and one"),
        pytest.param([goods("A", 100), goods("B", 80), goods("C", 70, "2"), goods("D", 50, "2")],
                     [offer(BuyGet(2, 1), 1, limit=1), offer(AmountOff(40), 2, on=("product:A",))],
                     [cut(100, (2, "1", 40)), cut(80, (1, "1", 0)), cut(140, (1, "2", 70)),
                      cut(100)],
                     id="once two and one, around what is cheaper alone"),
    ],
)  # fmt: skip
def test_a_limit(basket: list[Goods], offers: list[Offer], expected: list[Line]) -> None:
    assert priced(basket, *offers) == expected


# ---- what must be bought -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basket", "conditions", "expected"),
    [
        pytest.param([goods("A", 100, "2")], {"min_quantity": 2}, [cut(200, (1, "2", 20))],
                     id="two of two"),
        pytest.param([goods("A", 100, "1")], {"min_quantity": 2}, [cut(100)], id="one of two"),
        pytest.param([goods("A", 100, "1.999999")], {"min_quantity": 2}, [cut(200)],
                     id="a gram too little"),
        pytest.param([goods("A", 100, "3")], {"min_amount": 300}, [cut(300, (1, "3", 30))],
                     id="the amount exactly"),
        pytest.param([goods("A", 299)], {"min_amount": 300}, [cut(299)], id="one cent too little"),
        pytest.param([goods("A", 100, "3")], {"min_quantity": 3, "min_amount": 301}, [cut(300)],
                     id="enough pieces for too little"),
        pytest.param([goods("A", 400, "1")], {"min_quantity": 2, "min_amount": 300}, [cut(400)],
                     id="enough money for too few"),
        pytest.param([goods("A", 100), goods("B", 100)], {"min_quantity": 2},
                     [cut(100, (1, "1", 10)), cut(100, (1, "1", 10))], id="two products together"),
        pytest.param([goods("A", 100), goods("B", 100)], {"min_quantity": 2, "same_item": True},
                     [cut(100), cut(100)], id="two products each by itself"),
        pytest.param([goods("A", 100), goods("B", 100, "2")],
                     {"min_quantity": 2, "same_item": True},
                     [cut(100), cut(200, (1, "2", 20))], id="the product of which there are two"),
        pytest.param([goods("A", 100), goods("A", 100), goods("B", 100)],
                     {"min_quantity": 2, "same_item": True},
                     [cut(100, (1, "1", 10)), cut(100, (1, "1", 10)), cut(100)],
                     id="a product on two lines"),
        pytest.param([goods("A", 100, "1", A), goods("B", 100, "9", B)],
                     {"min_quantity": 2, "on": A}, [cut(100), cut(900)],
                     id="only goods of the offer count"),
        pytest.param([goods("A", 100, "2"), goods("B", 70)],
                     {"min_amount": 200, "same_item": True},
                     [cut(200, (1, "2", 20)), cut(70)], id="an amount of one product"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("stackable", [False, True])
def test_how_much_must_be_bought(
    basket: list[Goods], conditions: dict[str, Any], expected: list[Line], stackable: bool
) -> None:
    assert priced(basket, offer(PercentOff(TENTH), stackable=stackable, **conditions)) == expected


@pytest.mark.parametrize(
    ("basket", "one", "expected"),
    [
        pytest.param([goods("A", 100, "2"), goods("B", 100, "4")],
                     offer(NForPrice(2, 150), same_item=True, min_quantity=3),
                     [cut(200), cut(400, (1, "4", 100))], id="pairs from three on"),
        pytest.param([goods("A", 100, "3"), goods("B", 100, "2")],
                     offer(NForPrice(2, 150), same_item=True, min_quantity=3),
                     [cut(300, (1, "2", 50)), cut(200)], id="pairs from exactly three on"),
        pytest.param([goods("A", 100, "2"), goods("B", 99, "2")],
                     offer(Nth(2, HALF), same_item=True, min_amount=200),
                     [cut(200, (1, "2", 50)), cut(198)], id="second half price from 2.00 on"),
        pytest.param([goods("A", 100, "2", A), goods("B", 80, "1", B)],
                     offer(BuyGet(1, 1, get_on=B), on=A, min_quantity=2),
                     [cut(200, (1, "1", 0)), cut(80, (1, "1", 80))], id="what is bought counts"),
        pytest.param([goods("A", 100, "1", A), goods("B", 80, "5", B)],
                     offer(BuyGet(1, 1, get_on=B), on=A, min_quantity=2),
                     [cut(100), cut(400)], id="what is got does not count"),
        pytest.param([goods("A", 100, "1", A), goods("B", 80, "1", B)],
                     offer(MealDeal((A, B), 150), min_quantity=2),
                     [cut(100, (1, "1", 17)), cut(80, (1, "1", 13))],
                     id="of a meal all groups count"),
        pytest.param([goods("A", 100, "1", A), goods("B", 80, "1", B)],
                     offer(MealDeal((A, B), 150), min_quantity=3),
                     [cut(100), cut(80)], id="a meal and one more"),
        pytest.param([goods("A", 100, "1", A), goods("B", 80, "1", B)],
                     offer(MealDeal((A, B), 150), min_amount=181),
                     [cut(100), cut(80)], id="a meal a cent too cheap"),
        pytest.param([goods("B", 80, "2", B)],
                     offer(BuyGet(1, 1, get_on=B), on=A, min_quantity=1), [cut(160)],
                     id="only what is got is there"),
    ],
)  # fmt: skip
def test_a_bundle_and_what_must_be_bought(
    basket: list[Goods], one: Offer, expected: list[Line]
) -> None:
    assert priced(basket, one) == expected


# ---- bundles -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basket", "offers", "expected"),
    [
        pytest.param([goods("A", 100, "3")], [offer(NForPrice(3, 300))], [cut(300)],
                     id="three for what they cost"),
        pytest.param([goods("A", 100, "3")], [offer(NForPrice(3, 299))],
                     [cut(300, (1, "3", 1))], id="three for a cent less"),
        pytest.param([goods("A", 100, "2")], [offer(NForPrice(3, 200))], [cut(200)],
                     id="two of three"),
        pytest.param([goods("A", 100, "2"), goods("B", 90, "2")], [offer(NForPrice(3, 200))],
                     [cut(200, (1, "2", 62)), cut(180, (1, "1", 28))],
                     id="mixed: 290 for 200, spread by price, the rest at its price"),
        pytest.param([goods("A", 100, "2"), goods("B", 90, "1")],
                     [offer(NForPrice(3, 200), same_item=True)],
                     [cut(200), cut(90)], id="not mixed"),
        pytest.param([goods("A", 100), goods("B", 100), goods("C", 100)],
                     [offer(NForPrice(3, 200))],
                     [cut(100, (1, "1", 33)), cut(100, (1, "1", 33)), cut(100, (1, "1", 34))],
                     id="what cannot be divided: the first pay the cent more"),
        pytest.param([goods("A", 100, "7")], [offer(NForPrice(3, 250))],
                     [cut(700, (1, "6", 100))], id="two bundles of one line"),
        pytest.param([goods("A", 100, "2.5")], [offer(NForPrice(2, 150))],
                     [cut(250, (1, "2", 50))], id="the rest of a measured line is no piece"),
        pytest.param([goods("A", 100, "4")], [offer(Nth(2, HALF))],
                     [cut(400, (1, "4", 100))], id="every second"),
        pytest.param([goods("A", 100, "1")], [offer(Nth(2, HALF))], [cut(100)], id="only a first"),
        pytest.param([goods("A", 100), goods("B", 60), goods("C", 40)], [offer(Nth(2, HALF))],
                     [cut(100, (1, "1", 0)), cut(60, (1, "1", 30)), cut(40)],
                     id="the cheaper of the dearest two"),
        pytest.param([goods("A", 100), goods("B", 60), goods("C", 40)], [offer(Nth(3, FREE))],
                     [cut(100, (1, "1", 0)), cut(60, (1, "1", 0)), cut(40, (1, "1", 40))],
                     id="the cheapest of three"),
        pytest.param([goods("A", 100, "5")], [offer(BuyGet(2, 1))],
                     [cut(500, (1, "3", 100))], id="two and one of five"),
        pytest.param([goods("A", 100), goods("B", 60), goods("C", 40)],
                     [offer(BuyGet(1, 2, HALF))],
                     [cut(100, (1, "1", 0)), cut(60, (1, "1", 30)), cut(40, (1, "1", 20))],
                     id="one, and two at half price"),
        pytest.param([goods("A", 100, "1", A), goods("B", 80, "2", B)],
                     [offer(BuyGet(1, 1, get_on=B), on=A)],
                     [cut(100, (1, "1", 0)), cut(160, (1, "1", 80))],
                     id="something else is got, once for each bought"),
        pytest.param([goods("A", 100, "2", A), goods("B", 80, "1", B), goods("C", 90, "1", B)],
                     [offer(BuyGet(2, 1, get_on=B), on=A)],
                     [cut(200, (1, "2", 0)), cut(80), cut(90, (1, "1", 90))],
                     id="the dearest is got"),
        pytest.param([goods("A", 100, "2", A)], [offer(BuyGet(1, 1, get_on=B), on=A)],
                     [cut(200)], id="nothing there to get"),
        pytest.param([goods("A", 100, "1", A), goods("B", 80, "1", B), goods("C", 70, "1", B)],
                     [offer(MealDeal((A, B), 150))],
                     [cut(100, (1, "1", 17)), cut(80, (1, "1", 13)), cut(70)],
                     id="a meal: the dearest of each"),
        pytest.param([goods("A", 100, "2", A), goods("B", 80, "2", B)],
                     [offer(MealDeal((A, B), 150))],
                     [cut(200, (1, "2", 33)), cut(160, (1, "2", 27))], id="two meals"),
        pytest.param([goods("A", 100, "1", A), goods("B", 80, "1", B)],
                     [offer(MealDeal((A, B), 180))], [cut(100), cut(80)],
                     id="a meal for what it costs"),
        pytest.param([goods("A", 100, "3", A)], [offer(MealDeal((A, B), 50))],
                     [cut(300)], id="half a meal"),
        pytest.param([goods("A", 100, "1", A + B), goods("B", 80, "1", A), goods("C", 60, "1", B)],
                     [offer(MealDeal((A, B), 100))],
                     [cut(100, (1, "1", 44)), cut(80, (1, "1", 36)), cut(60)],
                     id="a meal of what is in both groups"),
        pytest.param([goods("A", 100, "2"), goods("B", 90, "1")],
                     [offer(NForPrice(2, 150), 1),
                      offer(PercentOff(Decimal(40)), 2, on=("product:B",))],
                     [cut(200, (1, "2", 50)), cut(90, (2, "1", 36))],
                     id="a bundle leaves out what saves more alone"),
        pytest.param([goods("A", 100, "4")], [offer(BuyGet(2, 1), 1), offer(PercentOff(TENTH), 2)],
                     [cut(400, (1, "3", 100), (2, "1", 10))], id="what a bundle leaves over"),
        pytest.param([goods("A", 100, "4")],
                     [offer(BuyGet(2, 1), 1), offer(PercentOff(TENTH), 2, priority=1)],
                     [cut(400, (2, "4", 40))], id="priority goes before a bundle"),
        pytest.param([goods("A", 100, "2"), goods("B", 100, "2")],
                     [offer(NForPrice(2, 150), 1, on=("product:A",), group="g"),
                      offer(NForPrice(2, 140), 2, on=("product:B",), group="g")],
                     [cut(200), cut(200, (2, "2", 60))], id="of one group only the better"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(PercentOff(TENTH), 1, on=("product:A",), group="g"),
                      offer(PercentOff(HALF), 2, on=("product:B",), group="g")],
                     [cut(100), cut(100, (2, "1", 50))], id="a group of offers on pieces"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(PercentOff(TENTH), 1, on=("product:A",), group="g", priority=1),
                      offer(PercentOff(HALF), 2, on=("product:B",), group="g")],
                     [cut(100, (1, "1", 10)), cut(100)], id="a group and priorities"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(PercentOff(TENTH), 1, on=("product:A",), group="g"),
                      offer(PercentOff(HALF), 2, on=("product:B",), group="h")],
                     [cut(100, (1, "1", 10)), cut(100, (2, "1", 50))], id="two groups"),
        pytest.param([goods("A", 100, "3", A), goods("B", 90, "2", B)],
                     [offer(NForPrice(3, 250), 1, on=A),
                      offer(PercentOff(TENTH), 2, on=B, min_quantity=2)],
                     [cut(300, (1, "3", 50)), cut(180, (2, "2", 18))],
                     id="without a condition, then with one"),
        pytest.param([goods("A", 100, "3"), goods("B", 90, "2")],
                     [offer(NForPrice(3, 250), 1),
                      offer(PercentOff(TENTH), 2, min_quantity=5)],
                     [cut(300, (1, "3", 50)), cut(180, (2, "2", 18))],
                     id="without a condition, then with one, on the same goods"),
    ],
)  # fmt: skip
def test_bundles(basket: list[Goods], offers: list[Offer], expected: list[Line]) -> None:
    assert priced(basket, *offers) == expected


def test_of_equal_goods_those_that_are_good_for_less_long_come_first() -> None:
    early = goods("A", 100, good_until=TODAY)
    late = goods("A", 100, good_until=TODAY + timedelta(1))
    first = offer(PercentOff(HALF), limit=1)
    assert priced([early, late], first) == [cut(100, (1, "1", 50)), cut(100)]
    assert priced([late, early], first) == [cut(100), cut(100, (1, "1", 50))]


# ---- on top of others ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basket", "offers", "expected"),
    [
        pytest.param([goods("A", 1000)],
                     [offer(PercentOff(HALF), 1), offer(PercentOff(TENTH), 2, stackable=True)],
                     [cut(1000, (1, "1", 500), (2, "1", 50))], id="a tenth of what is left"),
        pytest.param([goods("A", 1000)],
                     [offer(AmountOff(100), 1, stackable=True),
                      offer(PercentOff(TENTH), 2, stackable=True)],
                     [cut(1000, (1, "1", 100), (2, "1", 90))], id="in the order of age"),
        pytest.param([goods("A", 1000)],
                     [offer(AmountOff(100), 1, stackable=True),
                      offer(PercentOff(TENTH), 2, stackable=True, priority=1)],
                     [cut(1000, (2, "1", 100), (1, "1", 100))], id="in the order of priority"),
        pytest.param([goods("A", 1000, "2.5")], [offer(AmountOff(100), stackable=True)],
                     [cut(2500, (1, "2.5", 250))], id="an amount off each kilogram"),
        pytest.param([goods("A", 1000)],
                     [offer(AmountOff(900), 1), offer(AmountOff(900), 2, stackable=True)],
                     [cut(1000, (1, "1", 900), (2, "1", 100))], id="never more than there is"),
        pytest.param([goods("A", 1000)],
                     [offer(AmountOff(1000), 1), offer(PercentOff(TENTH), 2, stackable=True)],
                     [cut(1000, (1, "1", 1000))], id="nothing is left to take from"),
        pytest.param([goods("A", 1000, good_until=TODAY)], [offer(NEAR, stackable=True)],
                     [cut(1000, (1, "1", 500))], id="its last good day"),
        pytest.param([goods("A", 1000, good_until=TODAY + timedelta(9))],
                     [offer(NEAR, stackable=True)], [cut(1000)], id="far from its last good day"),
        pytest.param([goods("A", 1000)],
                     [offer(PercentOff(TENTH), 1, stackable=True, min_quantity=2),
                      offer(PercentOff(HALF), 2, stackable=True)],
                     [cut(1000, (2, "1", 500))], id="the first is not reached, the second is"),
        pytest.param([goods("A", 1, "0.000001")],
                     [offer(PercentOff(Decimal("0.0001")), stackable=True)],
                     [cut(0, (1, "0.000001", 0))], id="the least of the least is an offer too"),
        pytest.param([goods("A", 25)],
                     [offer(PercentOff(TENTH), 1), offer(PercentOff(TENTH), 2, stackable=True)],
                     [cut(25, (1, "1", 3), (2, "1", 2))], id="2.5 and 2.25 are 5: the first 3"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(PercentOff(TENTH), 1),
                      offer(PercentOff(TENTH), 2, stackable=True, min_quantity=2)],
                     [cut(100, (1, "1", 10), (2, "1", 9)), cut(100, (1, "1", 10), (2, "1", 9))],
                     id="two lines together reach what goes on top of their offers"),
        pytest.param([goods("A", 100, "4")],
                     [offer(NForPrice(2, 150), 1), offer(PercentOff(TENTH), 2, stackable=True)],
                     [cut(400, (1, "4", 100), (2, "4", 30))], id="on top of bundles"),
    ],
)  # fmt: skip
def test_offers_that_stack(basket: list[Goods], offers: list[Offer], expected: list[Line]) -> None:
    assert priced(basket, *offers) == expected


# ---- given by hand -------------------------------------------------------------------------------


def by_hand(kind: str, value: str) -> Discount:
    """A discount that a person gives."""
    return Discount(kind, Decimal(value), "dented", "Ada")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "discount", "offers", "expected"),
    [
        (goods("A", 999), by_hand("percent", "10"), [], cut(999, (-1, "1", 100))),
        (goods("A", 999), by_hand("percent", "50"), [], cut(999, (-1, "1", 499))),
        (goods("A", 999), by_hand("percent", "12.5"), [], cut(999, (-1, "1", 125))),
        (goods("A", 1000, "2"), by_hand("amount", "150"), [], cut(2000, (-1, "2", 150))),
        (goods("A", 100), by_hand("amount", "150"), [], cut(100, (-1, "1", 100))),
        (goods("A", 1000, "2.5"), by_hand("price", "900"), [], cut(2500, (-1, "2.5", 250))),
        (goods("A", 1000, "3"), by_hand("price", "1100"), [], cut(3000, (-1, "3", 0))),
        (goods("A", 1000, "3"), by_hand("price", "0"), [], cut(3000, (-1, "3", 3000))),
        (goods("A", 1000), by_hand("percent", "10"), [offer(PercentOff(HALF))],
         cut(1000, (1, "1", 500), (-1, "1", 50))),
        (goods("A", 1000), by_hand("price", "300"), [offer(PercentOff(HALF))],
         cut(1000, (1, "1", 500), (-1, "1", 200))),
        (goods("A", 1000), by_hand("percent", "10"), [offer(AmountOff(100), stackable=True)],
         cut(1000, (1, "1", 100), (-1, "1", 90))),
        (goods("A", 1), by_hand("price", "1"), [offer(PercentOff(HALF))],
         cut(1, (1, "1", 0), (-1, "1", 0))),
    ],
)  # fmt: skip
def test_a_discount_by_hand(
    one: Goods, discount: Discount, offers: list[Offer], expected: Line
) -> None:
    pricer = Pricer(offers)
    pricer.put(1, one, discount)
    pricer.price(NOON)
    assert lines_of(pricer) == [expected]
    assert [each.name for each in pricer.priced[1].applied][-1] == "dented"


# ---- the basket ----------------------------------------------------------------------------------

ON_A, ON_B, ON_BOTH = ("product:A",), ("product:B",), ("product:A", "product:B")


def basket_of(
    basket: list[Goods], *offers: Offer, manual: Discount | None = None
) -> tuple[list[tuple[int, int]], dict[int, int]]:
    """What comes off a basket, offer by offer, and off each of its lines."""
    pricer = Pricer(offers)
    for line, each in enumerate(basket, 1):
        pricer.put(line, each)
    pricer.set_basket_discount(manual)
    pricer.price(NOON)
    discounts = pricer.discounts()
    assert all(each.name in (f"offer {each.offer_id}", "dented") for each in discounts)
    off = [(each.offer_id, each.amount) for each in discounts]
    return off, {line: share for line, share in pricer.shares().items() if share}


@pytest.mark.parametrize(
    ("basket", "offers", "off", "shares"),
    [
        pytest.param([goods("A", 100)], [offer(Threshold(over=100, amount=10))],
                     [(1, 10)], {1: 10}, id="reached exactly"),
        pytest.param([goods("A", 99)], [offer(Threshold(over=100, amount=10))], [], {},
                     id="a cent too little"),
        pytest.param([goods("A", 299)], [offer(Threshold(over=100, amount=10, every=True))],
                     [(1, 20)], {1: 20}, id="every 100 of 299"),
        pytest.param([goods("A", 300)], [offer(Threshold(over=100, amount=10, every=True))],
                     [(1, 30)], {1: 30}, id="every 100 of 300"),
        pytest.param([goods("A", 300)],
                     [offer(Threshold(over=100, amount=10, every=True), limit=2)],
                     [(1, 20)], {1: 20}, id="every 100, twice at most"),
        pytest.param([goods("A", 300)],
                     [offer(Threshold(over=100, amount=10, every=True), limit=5)],
                     [(1, 30)], {1: 30}, id="every 100, five times at most"),
        pytest.param([goods("A", 300)], [offer(Threshold(amount=10, every=True))],
                     [(1, 10)], {1: 10}, id="every nothing is once"),
        pytest.param([goods("A", 30)], [offer(Threshold(amount=50))], [(1, 30)], {1: 30},
                     id="never more than there is"),
        pytest.param([goods("A", 0)], [offer(Threshold(amount=50))], [], {},
                     id="nothing off nothing"),
        pytest.param([goods("A", 1)], [offer(Threshold(amount=1))], [(1, 1)], {1: 1},
                     id="a cent off a cent"),
        pytest.param([goods("A", 105)], [offer(Threshold(percent=TENTH))], [(1, 11)], {1: 11},
                     id="10.5 is 11"),
        pytest.param([goods("A", 104)], [offer(Threshold(percent=TENTH))], [(1, 10)], {1: 10},
                     id="10.4 is 10"),
        pytest.param([goods("A", 999_999_500_001)], [offer(Threshold(percent=Decimal("99.9999")))],
                     [(1, 999_998_500_001)], {1: 999_998_500_001}, id="just not half a cent"),
        pytest.param([goods("A", 100)], [offer(Threshold(amount=0))], [], {}, id="nothing off"),
        pytest.param([goods("A", 100), goods("B", 50)], [offer(Threshold(amount=10), on=ON_B)],
                     [(1, 10)], {2: 10}, id="off the goods of the offer only"),
        pytest.param([goods("A", 100), goods("B", 100), goods("C", 100)],
                     [offer(Threshold(amount=10))], [(1, 10)], {1: 4, 2: 3, 3: 3},
                     id="what cannot be divided"),
        pytest.param([goods("B", 100), goods("A", 100), goods("C", 100)],
                     [offer(Threshold(amount=10))], [(1, 10)], {1: 3, 2: 4, 3: 3},
                     id="what cannot be divided, scanned in another order"),
        pytest.param([goods("A", 100), goods("B", 300)], [offer(Threshold(amount=2))],
                     [(1, 2)], {2: 2}, id="0.5 and 1.5: the dearer one gets the cent"),
        pytest.param([goods("A", 100, good_until=TODAY + timedelta(1)),
                      goods("A", 100, good_until=TODAY)], [offer(Threshold(amount=1))],
                     [(1, 1)], {2: 1}, id="of equal goods those good for less long"),
        pytest.param([goods("A", 100, "2")], [offer(Threshold(amount=10), min_quantity=2)],
                     [(1, 10)], {1: 10}, id="two of two"),
        pytest.param([goods("A", 100, "1.999999")], [offer(Threshold(amount=10), min_quantity=2)],
                     [], {}, id="not quite two"),
        pytest.param([goods("A", 100, "2")], [offer(Threshold(amount=10), min_amount=200)],
                     [(1, 10)], {1: 10}, id="200 of 200"),
        pytest.param([goods("A", 100, "2")], [offer(Threshold(amount=10), min_amount=201)],
                     [], {}, id="200 of 201"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(AmountOff(50), 1, on=ON_A), offer(Threshold(over=160, amount=10), 2)],
                     [], {}, id="what goods cost after their offers counts"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(AmountOff(50), 1, on=ON_A), offer(Threshold(over=150, amount=10), 2)],
                     [(2, 10)], {1: 3, 2: 7}, id="150 after their offers, 3.33 and 6.67"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(AmountOff(50), 1, on=ON_A),
                      offer(Threshold(over=100, amount=10, full_price_only=True), 2)],
                     [(2, 10)], {2: 10}, id="full prices only"),
        pytest.param([goods("A", 100), goods("B", 99)],
                     [offer(AmountOff(50), 1, on=ON_A),
                      offer(Threshold(over=100, amount=10, full_price_only=True), 2)],
                     [], {}, id="full prices only, a cent too little"),
        pytest.param([goods("A", 100)],
                     [offer(Threshold(amount=10), 1), offer(Threshold(amount=11), 2)],
                     [(2, 11)], {1: 11}, id="the better of two"),
        pytest.param([goods("A", 100)],
                     [offer(Threshold(amount=10), 1), offer(Threshold(amount=10), 2)],
                     [(1, 10)], {1: 10}, id="of two alike the older"),
        pytest.param([goods("A", 100)],
                     [offer(Threshold(amount=10), 1, priority=1), offer(Threshold(amount=11), 2)],
                     [(1, 10)], {1: 10}, id="priority goes first"),
        pytest.param([goods("A", 100)],
                     [offer(Threshold(over=101, amount=10), 1, priority=1),
                      offer(Threshold(amount=11), 2)],
                     [(2, 11)], {1: 11}, id="priority that is not reached"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(Threshold(amount=10), 1, on=ON_A),
                      offer(Threshold(amount=11), 2, on=ON_B)],
                     [(1, 10), (2, 11)], {1: 10, 2: 11}, id="two that share no line"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(Threshold(amount=10), 1, on=ON_A),
                      offer(Threshold(amount=12), 2, on=ON_B),
                      offer(Threshold(amount=21), 3, on=ON_BOTH)],
                     [(1, 10), (2, 12)], {1: 10, 2: 12}, id="two together save more than one"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(Threshold(amount=10), 1, on=ON_A),
                      offer(Threshold(amount=11), 2, on=ON_B),
                      offer(Threshold(amount=12), 3, on=ON_B)],
                     [(1, 10), (3, 12)], {1: 10, 2: 12}, id="the better of two beside a third"),
        pytest.param([goods("A", 0), goods("B", 100), goods("C", 100)],
                     [offer(Threshold(amount=10), 1, on=ON_BOTH),
                      offer(Threshold(amount=11), 2, on=("product:A", "product:C"))],
                     [(2, 11)], {3: 11}, id="they share a line, though it costs nothing"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(PercentOff(HALF), 1, on=ON_A),
                      offer(Threshold(amount=10, full_price_only=True), 2),
                      offer(Threshold(amount=11), 3, on=ON_A)],
                     [(2, 10), (3, 11)], {1: 11, 2: 10},
                     id="what is not at its full price is not shared"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(Threshold(amount=10), 1, on=ON_A),
                      offer(Threshold(amount=10), 2, on=ON_B),
                      offer(Threshold(amount=21), 3, on=ON_BOTH)],
                     [(3, 21)], {1: 11, 2: 10}, id="one saves more than two together"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(Threshold(amount=10), 1, on=ON_A, group="g"),
                      offer(Threshold(amount=11), 2, on=ON_B, group="g")],
                     [(2, 11)], {2: 11}, id="one of a group"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(Threshold(amount=10), 1, on=ON_A, group="g", priority=2),
                      offer(Threshold(amount=11), 2, on=ON_B, group="g", priority=1)],
                     [(1, 10)], {1: 10}, id="one of a group, by priority"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(PercentOff(TENTH), 1, on=ON_A, group="g"),
                      offer(Threshold(amount=11), 2, on=ON_B, group="g")],
                     [], {}, id="its group is used on goods"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(PercentOff(TENTH), 1, on=("product:C",), group="g"),
                      offer(Threshold(amount=11), 2, on=ON_B, group="g")],
                     [(2, 11)], {2: 11}, id="its group is not used on goods"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(PercentOff(TENTH), 1, on=ON_A, group="g"),
                      offer(Threshold(amount=11), 2, on=ON_B, group="g", stackable=True)],
                     [], {}, id="its group is used on goods, though it stacks"),
        pytest.param([goods("A", 100)],
                     [offer(Threshold(amount=10), 1),
                      offer(Threshold(percent=TENTH), 2, stackable=True)],
                     [(1, 10), (2, 9)], {1: 19}, id="a tenth of what is left"),
        pytest.param([goods("A", 105)],
                     [offer(Threshold(over=96, percent=TENTH), 2, stackable=True),
                      offer(Threshold(amount=10), 1)],
                     [(1, 10)], {1: 10}, id="what is left does not reach"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(Threshold(amount=10), 1, on=ON_A, stackable=True, group="g"),
                      offer(Threshold(amount=11), 2, on=ON_B, stackable=True, group="g"),
                      offer(Threshold(amount=12), 3, on=ON_B, stackable=True)],
                     [(1, 10), (3, 12)], {1: 10, 2: 12}, id="of those that stack one of a group"),
        pytest.param([goods("A", 100), goods("B", 100)],
                     [offer(Threshold(amount=10), 1, on=ON_A, group="g"),
                      offer(Threshold(amount=11), 2, on=ON_B, stackable=True, group="g")],
                     [(1, 10)], {1: 10}, id="one that stacks, of a group that is used"),
        pytest.param([goods("A", 100), goods("B", 50)],
                     [offer(AmountOff(100), 1, on=ON_A), offer(Threshold(amount=10), 2)],
                     [(2, 10)], {2: 10}, id="off what costs something"),
    ],
)  # fmt: skip
def test_off_the_basket(
    basket: list[Goods],
    offers: list[Offer],
    off: list[tuple[int, int]],
    shares: dict[int, int],
) -> None:
    assert basket_of(basket, *offers) == (off, shares)


@pytest.mark.parametrize(
    ("manual", "off", "shares"),
    [
        (by_hand("percent", "10"), [(-1, 25)], {1: 10, 2: 15}),
        (by_hand("percent", "0.2"), [(-1, 1)], {2: 1}),
        (by_hand("amount", "50"), [(-1, 50)], {1: 20, 2: 30}),
        (by_hand("amount", "300"), [(-1, 250)], {1: 100, 2: 150}),
        (by_hand("price", "200"), [(-1, 50)], {1: 20, 2: 30}),
        (by_hand("price", "300"), [(-1, 0)], {}),
    ],
)
def test_off_the_basket_by_hand(
    manual: Discount, off: list[tuple[int, int]], shares: dict[int, int]
) -> None:
    assert basket_of([goods("A", 100), goods("B", 150)], manual=manual) == (off, shares)
    with_offer = basket_of(
        [goods("A", 110), goods("B", 150)], offer(Threshold(amount=10), on=ON_A), manual=manual
    )
    added = {1: 10 + shares.get(1, 0), **{line: s for line, s in shares.items() if line != 1}}
    assert with_offer == ([(1, 10), *off], added)


def test_of_many_offers_on_the_basket_the_greatest_come_first() -> None:
    one_each = [
        offer(Threshold(amount=number), number, on=(f"product:{number}",))
        for number in range(1, 13)
    ]
    basket = [goods(str(number), 100) for number in range(1, 14)]
    # Twelve are all tried: that on everything is less than they together.
    off, _ = basket_of(basket, *one_each[:11], offer(Threshold(amount=50), 99))
    assert off == [(number, number) for number in range(1, 12)]
    # Thirteen are too many: the greatest comes first, and nothing goes with it.
    off, _ = basket_of(basket, *one_each, offer(Threshold(amount=50), 99))
    assert off == [(99, 50)]


# ---- tax -----------------------------------------------------------------------------------------

FOOD, GOODS = ("food", Decimal(7)), ("goods", Decimal(19))


@pytest.mark.parametrize(
    ("mode", "rounding", "amounts", "expected"),
    [
        ("none", "basket", [(107, "food")], []),
        ("included", "basket", [(107, "food")], [(*FOOD, 100, 7)]),
        ("included", "basket", [(119, "goods"), (107, "food")],
         [(*FOOD, 100, 7), (*GOODS, 100, 19)]),
        ("included", "basket", [(10, "food"), (10, "food"), (10, "food")], [(*FOOD, 28, 2)]),
        ("included", "line", [(10, "food"), (10, "food"), (10, "food")], [(*FOOD, 27, 3)]),
        ("added", "basket", [(107, "food")], [(*FOOD, 107, 7)]),
        ("added", "basket", [(50, "goods"), (50, "goods")], [(*GOODS, 100, 19)]),
        ("added", "line", [(50, "goods"), (50, "goods")], [(*GOODS, 100, 20)]),
        ("included", "basket", [(119, "unheard of")], [(*GOODS, 100, 19)]),
        ("included", "basket", [(119, "")], [(*GOODS, 100, 19)]),
    ],
)  # fmt: skip
def test_taxes(
    mode: str,
    rounding: str,
    amounts: list[tuple[int, str]],
    expected: list[tuple[str, Decimal, int, int]],
) -> None:
    system = TaxSystem(mode, rounding, dict((FOOD, GOODS)), "goods")  # type: ignore[arg-type]
    assert taxes_of(amounts, system) == tuple(TaxAmount(*each) for each in expected)


def test_without_a_default_class_an_unknown_one_has_no_tax() -> None:
    system = TaxSystem("included", "basket", dict((FOOD, GOODS)))
    assert taxes_of([(119, "unheard of")], system) == (TaxAmount("", Decimal(0), 119, 0),)
    assert system.rate_of("food") == FOOD
    assert system.rate_of("unheard of") == ("", Decimal(0))
