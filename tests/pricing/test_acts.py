"""A basket that changes act by act, the same each time: lines, quantities, customers, the clock."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from pos_tui.pricing import Discount, Goods, Occasion, Offer, Pricer, price_all
from pos_tui.pricing.offers import (
    AmountOff,
    BuyGet,
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
from pos_tui.pricing.when import Hours, When
from tests.pricing.baskets import TERMS

SHANGHAI = ZoneInfo("Asia/Shanghai")
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)
NOON = Occasion(SUNDAY)
TENTH, HALF = Decimal(10), Decimal(50)
DRINK, SNACK = ("category:drink",), ("category:snack",)
NEAR = NearExpiry((NearExpiryStep(0, HALF), NearExpiryStep(1, TENTH)))


def one(code: str, price: int = 100, quantity: str = "1", **more: object) -> Goods:
    """Goods of the small shop."""
    return Goods(code, price, Decimal(quantity), TERMS[code], **more)  # type: ignore[arg-type]


def on_list(offers: list[Offer], *basket: Goods, occasion: Occasion = NOON) -> Pricer:
    """A basket that has been priced."""
    return price_all(dict(enumerate(basket, 1)), offers, occasion)


def actual(pricer: Pricer) -> list[int]:
    """What each line costs, in the order of lines."""
    return [each.actual for _, each in sorted(pricer.priced.items())]


# ---- as anew -------------------------------------------------------------------------------------

OFFERS = {
    "pieces": [
        Offer(id=1, name="drinks", gives=PercentOff(TENTH), on=DRINK),
        Offer(id=2, name="A", gives=AmountOff(30), on=("product:A",)),
        Offer(id=3, name="C", gives=SpecialPrice(120), on=("product:C",), priority=1),
    ],
    "bundles": [
        Offer(id=1, name="3 for", gives=NForPrice(3, 250), on=DRINK),
        Offer(id=2, name="half", gives=Nth(2, HALF), on=SNACK),
        Offer(id=3, name="2+1", gives=BuyGet(2, 1), on=("brand:x",)),
    ],
    "groups": [
        Offer(id=1, name="drinks", gives=PercentOff(TENTH), on=DRINK, group="g"),
        Offer(id=2, name="snacks", gives=Nth(2, HALF), on=SNACK, group="g"),
        Offer(id=3, name="basket", gives=Threshold(amount=20), on=("brand:x",), group="g"),
        Offer(id=4, name="green", gives=AmountOff(5), on=("tag:green",), group="h"),
        Offer(id=5, name="new", gives=AmountOff(9), on=("tag:new",), group="h"),
    ],
    "conditions": [
        Offer(id=1, name="three", gives=PercentOff(TENTH), on=DRINK, min_quantity=3),
        Offer(id=2, name="500", gives=PercentOff(HALF), on=SNACK, min_amount=500),
        Offer(id=3, name="tiers", gives=Tiers((TierStep(2, percent=TENTH),)), same_item=True),
        Offer(id=4, name="on top", gives=PercentOff(TENTH), stackable=True, min_quantity=5),
    ],
    "limits": [
        Offer(id=1, name="two", gives=PercentOff(HALF), limit=2),
        Offer(id=2, name="meal", gives=MealDeal((DRINK, SNACK), 300), limit=1),
        Offer(id=3, name="dates", gives=NEAR, stackable=True),
    ],
    "basket": [
        Offer(id=1, name="drinks", gives=Threshold(over=300, amount=20, every=True), on=DRINK),
        Offer(id=2, name="full", gives=Threshold(over=200, percent=TENTH, full_price_only=True)),
        Offer(id=3, name="A", gives=PercentOff(HALF), on=("product:A",)),
        Offer(id=4, name="on top", gives=Threshold(percent=TENTH), stackable=True, min_quantity=3),
        Offer(id=5, name="amount", gives=Threshold(amount=30), on=SNACK, min_amount=300),
    ],
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("offers", OFFERS.values(), ids=OFFERS)
def test_each_act_leaves_the_basket_as_if_priced_anew(offers: list[Offer], seed: int) -> None:
    chance = random.Random(seed)
    acting = Pricer(offers)
    there: dict[int, Goods] = {}
    for act in range(16):
        what = chance.random()
        if what < 0.25 and there:
            line = chance.choice(sorted(there))
            del there[line]
            acting.remove(line)
        else:
            line = chance.choice(sorted(there)) if what < 0.5 and there else act
            good_until = SUNDAY.date() + timedelta(chance.randrange(3))
            there[line] = one(
                chance.choice("ABCD"),
                chance.choice((100, 150, 199)),
                chance.choice(("1", "2", "1.5")),
                good_until=good_until,
            )
            acting.put(line, there[line])
        before = dict(acting.priced)
        changed = acting.price(NOON)
        anew = price_all(there, offers, NOON)
        assert acting.priced == anew.priced
        assert acting.discounts() == anew.discounts()
        assert acting.shares() == anew.shares()
        assert changed == {line for line in there if before.get(line) != anew.priced[line]}
        assert acting.lines() == there


def test_a_line_is_put_changed_and_removed_before_anything_is_priced() -> None:
    pricer = Pricer([Offer(id=1, name="half", gives=Nth(2, HALF))])
    assert pricer.valid_until is None
    assert (pricer.begun, pricer.ended) == (frozenset(), frozenset())
    pricer.put(1, one("A"))
    pricer.put(1, one("B"))
    pricer.put(2, one("C"))
    pricer.put(3, one("D"))
    pricer.remove(2)
    assert pricer.shares() == {}
    assert pricer.goods(1) == one("B")
    assert pricer.price(NOON) == {1, 3}
    assert actual(pricer) == [100, 50]
    assert pricer.price(NOON) == set()
    pricer.put(4, one("A"))
    pricer.remove(4)
    assert pricer.price(NOON) == set()
    assert actual(pricer) == [100, 50]


def test_a_line_removed_leaves_nothing_behind() -> None:
    pricer = on_list(
        [Offer(id=1, name="2", gives=Threshold(over=200, amount=10), min_quantity=2)],
        one("A"), one("B"),
    )  # fmt: skip
    assert pricer.shares() == {1: 5, 2: 5}
    pricer.remove(2)
    pricer.price(NOON)
    assert list(pricer.priced) == [1]
    assert pricer.discounts() == ()
    assert pricer.shares() == {1: 0}
    pricer.set_basket_discount(Discount("amount", Decimal(30), "kind", "Ada"))
    assert pricer.shares() == {1: 30}
    pricer.remove(1)
    pricer.price(NOON)
    assert pricer.shares() == {}
    assert [each.amount for each in pricer.discounts()] == [0]


def test_a_line_whose_price_another_line_changes_counts_once_for_the_basket() -> None:
    pricer = on_list(
        [
            Offer(id=1, name="half", gives=Nth(2, HALF)),
            Offer(id=2, name="basket", gives=Threshold(percent=TENTH)),
        ],
        one("A", 100),
    )
    assert pricer.shares() == {1: 10}
    pricer.put(2, one("B", 200))
    assert pricer.price(NOON) == {1, 2}
    assert actual(pricer) == [50, 200]
    assert pricer.shares() == {1: 5, 2: 20}


def test_a_line_that_is_changed_before_it_has_a_price_counts_once_for_the_basket() -> None:
    pricer = on_list([Offer(id=1, name="all", gives=Threshold(percent=Decimal(100)))], one("A"))
    for code in "BCD":
        pricer.put(2, one(code))
    pricer.price(NOON)
    assert pricer.shares() == {1: 100, 2: 100}


def test_of_a_group_another_offer_applies_once_the_first_has_no_goods() -> None:
    pricer = on_list(
        [
            Offer(id=1, name="A", gives=PercentOff(HALF), on=("product:A",), group="g"),
            Offer(id=2, name="B", gives=PercentOff(TENTH), on=("product:B",), group="g"),
        ],
        one("A"), one("B"),
    )  # fmt: skip
    assert actual(pricer) == [50, 100]
    pricer.remove(1)
    assert pricer.price(NOON) == {2}
    assert actual(pricer) == [90]


def test_a_new_line_is_changed_after_other_offers_were_set() -> None:
    half = Offer(id=1, name="half", gives=Nth(2, HALF))
    pricer = on_list([half], one("A"))
    pricer.set_offers([half, Offer(id=2, name="C", gives=PercentOff(TENTH), on=("product:C",))])
    pricer.put(2, one("A"))
    pricer.put(2, one("B"))
    assert pricer.price(NOON) == {1, 2}
    assert actual(pricer) == [100, 50]


def test_no_offers_any_more_right_after_a_line_was_removed() -> None:
    pricer = on_list([Offer(id=1, name="half", gives=Nth(2, HALF))], one("A"), one("B"))
    pricer.remove(1)
    pricer.set_offers([])
    assert pricer.price(NOON) == {2}
    assert actual(pricer) == [100]


def test_of_equal_lines_the_first_gets_the_cent_whichever_was_priced_first() -> None:
    offers = [Offer(id=1, name="cent", gives=Threshold(amount=1))]
    for order in ((1, 2), (2, 1)):
        pricer = price_all({line: one("A") for line in order}, offers, NOON)
        assert pricer.shares() == {1: 1, 2: 0}


def test_other_offers_price_everything_anew() -> None:
    pricer = on_list([Offer(id=1, name="tenth", gives=PercentOff(TENTH))], one("A"), one("B"))
    pricer.set_basket_discount(Discount("amount", Decimal(30), "kind", "Ada"))
    pricer.set_offers([Offer(id=2, name="half", gives=PercentOff(HALF), on=("product:A",))])
    assert pricer.price(NOON) == {1, 2}
    assert actual(pricer) == [50, 100]
    assert sum(pricer.shares().values()) == 30


# ---- the customer --------------------------------------------------------------------------------


def test_a_customer_and_a_coupon_open_offers_and_close_them_again() -> None:
    offers = [
        Offer(id=1, name="members", gives=PercentOff(TENTH), customers=("gold", "staff")),
        Offer(id=2, name="coupon", gives=PercentOff(HALF), coupon="X", on=("product:A",)),
    ]
    pricer = on_list(offers, one("A"), one("B"))
    assert actual(pricer) == [100, 100]
    member = Occasion(SUNDAY, frozenset({"gold"}))
    assert pricer.price(member) == {1, 2}
    assert actual(pricer) == [90, 90]
    assert pricer.price(Occasion(SUNDAY, frozenset({"gold"}), frozenset({"X"}))) == {1}
    assert actual(pricer) == [50, 90]
    assert pricer.price(Occasion(SUNDAY, frozenset(), frozenset({"X", "Y"}))) == {2}
    assert actual(pricer) == [50, 100]
    assert pricer.price(Occasion(SUNDAY, frozenset({"silver"}))) == {1}
    assert actual(pricer) == [100, 100]
    # Who comes is no change of the time: no offer began or ended by it.
    assert (pricer.begun, pricer.ended) == (frozenset(), frozenset())


# ---- the clock -----------------------------------------------------------------------------------

HAPPY = When(hours=(Hours(time(17), time(19)),))


def sunday(text: str, zone: ZoneInfo = SHANGHAI) -> Occasion:
    """A time of that Sunday."""
    return Occasion(datetime.fromisoformat(f"2026-11-22 {text}").replace(tzinfo=zone))


def test_offers_begin_and_end_while_the_basket_waits() -> None:
    offers = [
        Offer(id=1, name="happy hour", gives=PercentOff(HALF), when=HAPPY, on=DRINK),
        Offer(id=2, name="snacks", gives=PercentOff(TENTH), when=HAPPY, on=SNACK),
        Offer(id=3, name="nothing here", gives=PercentOff(TENTH), when=HAPPY, on=("tag:no",)),
    ]
    pricer = on_list(offers, one("A"), one("B"), occasion=sunday("16:00"))
    assert actual(pricer) == [100, 100]
    assert pricer.valid_until == sunday("17:00").moment
    assert pricer.price(sunday("16:59:59")) == set()
    assert pricer.begun == frozenset()
    assert pricer.price(sunday("17:00")) == {1, 2}
    assert actual(pricer) == [50, 50]
    assert (pricer.begun, pricer.ended) == (frozenset({"happy hour"}), frozenset())
    assert pricer.valid_until == sunday("19:00").moment
    pricer.put(3, one("C"))
    assert pricer.price(sunday("18:00")) == {3}
    assert pricer.price(sunday("19:00")) == {1, 2, 3}
    assert actual(pricer) == [100, 100, 100]
    assert (pricer.begun, pricer.ended) == (frozenset(), frozenset({"happy hour", "snacks"}))
    # A clock that was put back.
    assert pricer.price(sunday("18:59")) == {1, 2, 3}
    assert (pricer.begun, pricer.ended) == (frozenset({"happy hour", "snacks"}), frozenset())


def test_a_change_of_time_that_changes_nothing() -> None:
    early = When(ends=datetime.fromisoformat("2026-11-22 13:00"))
    pricer = on_list(
        [
            Offer(id=1, name="tenth", gives=PercentOff(TENTH)),
            Offer(id=2, name="members", gives=PercentOff(HALF), customers=("gold",), when=early),
        ],
        one("A"),
    )
    rules = pricer.rules
    until = pricer.valid_until
    assert until == sunday("13:00").moment
    assert pricer.price(sunday("13:00")) == set()
    assert pricer.rules is rules
    until = pricer.valid_until
    assert until is None
    assert pricer.price(sunday("23:00")) == set()
    assert pricer.rules is rules


def test_midnight_counts_where_an_offer_looks_at_dates() -> None:
    tonight, later = SUNDAY.date(), SUNDAY.date() + timedelta(1)
    offers = [Offer(id=1, name="dates", gives=NEAR)]
    pricer = on_list(offers, one("A", good_until=tonight), one("B", good_until=later))
    assert actual(pricer) == [50, 90]
    midnight = SUNDAY.replace(hour=0) + timedelta(1)
    assert pricer.valid_until == midnight
    rules = pricer.rules
    assert pricer.price(sunday("23:59:59")) == set()
    assert pricer.rules is rules
    assert pricer.price(Occasion(midnight)) == {1, 2}
    assert actual(pricer) == [100, 50]
    assert (pricer.begun, pricer.ended) == (frozenset(), frozenset())


def test_offers_that_look_at_dates_are_not_priced_anew_within_a_day() -> None:
    offers = [
        Offer(id=1, name="dates", gives=NEAR),
        Offer(id=2, name="members", gives=PercentOff(HALF), customers=("gold",), when=HAPPY),
    ]
    pricer = on_list(offers, one("A", good_until=SUNDAY.date()))
    rules = pricer.rules
    pricer.price(sunday("17:00"))
    assert pricer.rules is rules
    pricer.price(sunday("19:00"))
    assert pricer.rules is rules
    assert pricer.valid_until == SUNDAY.replace(hour=0) + timedelta(1)


def test_the_shop_changes_its_zone() -> None:
    pricer = on_list([Offer(id=1, name="happy hour", gives=PercentOff(HALF), when=HAPPY)],
                     one("A"), occasion=sunday("16:00"))  # fmt: skip
    # The same instant and half an hour more, by a clock that is an hour ahead.
    assert pricer.price(sunday("17:30", ZoneInfo("Asia/Tokyo"))) == {1}
    assert actual(pricer) == [50]


def test_without_offers_nothing_is_ever_looked_at_again() -> None:
    pricer = on_list([], one("A"))
    rules = pricer.rules
    assert pricer.valid_until is None
    assert (pricer.begun, pricer.ended) == (frozenset(), frozenset())
    assert pricer.price(sunday("12:00")) == set()
    assert pricer.rules is rules
    assert pricer.basket.is_needed is False
