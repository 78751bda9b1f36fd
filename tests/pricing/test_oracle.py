"""The oracle against cases worked out by hand, and the baskets it will be asked about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from pos_tui.pricing.offers import (
    AmountOff,
    BuyGet,
    Gives,
    Goods,
    MealDeal,
    NearExpiry,
    NearExpiryStep,
    NForPrice,
    Nth,
    Occasion,
    Offer,
    PercentOff,
    SpecialPrice,
    Threshold,
    Tiers,
    TierStep,
)
from tests.pricing.baskets import basket_offers, offers, sales, stackable_offers
from tests.pricing.oracle import basket_discount, best_saving, best_saving_by_priority

# Half past midnight on the 22nd in the shop is still the 21st in UTC.
NIGHT = Occasion(datetime(2026, 11, 22, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai")))
HALF, TENTH, FREE = Decimal(50), Decimal(10), Decimal(100)


def bought(code: str, price: int, quantity: str | int = 1, *terms: str) -> Goods:
    return Goods(code, price, Decimal(quantity), terms)


def each_at(*prices: int) -> list[Goods]:
    """A different product at each price."""
    return [bought(f"p{number}", price) for number, price in enumerate(prices)]


def offer(gives: Gives, ident: int = 1, **more: object) -> Offer:
    return Offer(id=ident, name=f"offer {ident}", gives=gives, **more)  # type: ignore[arg-type]


def on(*codes: str) -> tuple[str, ...]:
    return tuple(f"product:{code}" for code in codes)


def saved(goods: Sequence[Goods], *some: Offer) -> Fraction:
    return best_saving(goods, some, NIGHT)


def by_priority(goods: Sequence[Goods], some: Sequence[Offer]) -> list[Fraction]:
    return list(best_saving_by_priority(goods, some, NIGHT))


@pytest.mark.parametrize(
    ("prices", "saving"),
    [
        ((10, 6), 0),
        ((10, 6, 4), 4),
        ((10, 9, 8, 1), 8),  # the dear ones together; the cheap one stays out
        ((10, 10, 6, 6, 4, 4), 6 + 4),
        ((9, 9, 9, 1, 1), 9),
    ],
)
def test_two_and_one_free_on_mixed_prices_gives_the_cheapest_of_each_three(
    prices: tuple[int, ...], saving: int
) -> None:
    assert saved(each_at(*prices), offer(BuyGet(2, 1))) == saving


def test_the_bundle_that_saves_most_is_left_when_two_others_save_more_together() -> None:
    goods = [bought("A", 8), bought("B", 8), bought("C", 5), bought("D", 5)]
    dear = offer(NForPrice(2, 9), 1, on=on("A", "B"))  # saves 7
    left = offer(NForPrice(2, 8), 2, on=on("A", "C"))  # saves 5
    right = offer(NForPrice(2, 8), 3, on=on("B", "D"))  # saves 5
    assert saved(goods, dear) == 7
    assert saved(goods, dear, left) == 7
    assert saved(goods, dear, left, right) == 10


def test_second_half_price_pairs_the_dear_with_the_dear() -> None:
    assert saved(each_at(10, 1, 10, 1), offer(Nth(2, HALF))) == Fraction(11, 2)
    # Apart from each other, no product is there twice.
    assert saved(each_at(10, 1, 10, 1), offer(Nth(2, HALF), same_item=True)) == 0
    twice = [bought("A", 10), bought("B", 7, 2), bought("A", 9)]
    assert saved(twice, offer(Nth(2, HALF), same_item=True)) == Fraction(9 + 7, 2)


def test_three_for_a_price_leaves_out_what_it_would_make_dearer() -> None:
    three_for_ten = offer(NForPrice(3, 10))
    assert saved(each_at(6, 5, 4, 1), three_for_ten) == 5
    assert saved(each_at(4, 3, 3), three_for_ten) == 0
    assert saved(each_at(4, 3, 2), three_for_ten) == 0
    # Together 6+5+4 saves 5, then 1+1+1 would cost more than before.
    assert saved(each_at(6, 5, 4, 1, 1, 1), three_for_ten) == 5
    assert saved(each_at(6, 6, 6, 6, 6, 6), three_for_ten) == 16
    assert saved(each_at(6, 6, 6, 6, 6, 6), offer(NForPrice(3, 10), limit=1)) == 8


def test_a_limit_goes_to_the_dearest_pieces_and_counts_a_rest_as_one() -> None:
    apples = [bought("apples", 100, "2.5")]
    assert saved(apples, offer(PercentOff(TENTH))) == 25
    assert saved(apples, offer(PercentOff(TENTH), limit=1)) == 10
    assert saved(apples, offer(PercentOff(TENTH), limit=2)) == 20
    assert saved(apples, offer(PercentOff(TENTH), limit=3)) == 25
    assert saved(each_at(3, 9, 5), offer(AmountOff(6), limit=2)) == 6 + 5
    used_up = offer(PercentOff(TENTH), limit=3, limit_total=10, used=9)
    assert saved(apples, used_up) == 10


def test_a_measure_saves_exactly_and_its_rest_is_in_no_bundle() -> None:
    assert saved([bought("ham", 3800, "0.842")], offer(PercentOff(TENTH))) == Fraction("319.96")
    assert saved([bought("ham", 100, "2.5")], offer(SpecialPrice(80))) == 50
    assert saved([bought("ham", 100, "2.5")], offer(NForPrice(3, 1))) == 0
    assert saved([bought("ham", 100, "2.5")], offer(NForPrice(2, 150))) == 50
    both = (offer(NForPrice(2, 150), 1), offer(PercentOff(TENTH), 2))
    assert saved([bought("ham", 100, "2.5")], *both) == 50 + 5


def test_of_one_group_only_one_offer_is_used_in_the_sale() -> None:
    goods = [bought("A", 10), bought("B", 8)]
    first = offer(PercentOff(HALF), 1, on=on("A"), group="g")
    second = offer(AmountOff(6), 2, on=on("B"), group="g")
    other = offer(AmountOff(6), 2, on=on("B"), group="h")
    assert saved(goods, first, second) == 6
    assert saved(goods, first, other) == 5 + 6
    # The higher priority has its turn first, though it saves less and shuts out the other.
    higher = offer(PercentOff(HALF), 1, on=on("A"), group="g", priority=1)
    assert by_priority(goods, [higher, second]) == [5, 0]


def test_a_higher_priority_takes_its_pieces_first() -> None:
    goods = [bought("A", 10, 2), bought("B", 10)]
    pair = offer(NForPrice(2, 19), 1, priority=5)
    half_a = offer(PercentOff(HALF), 2, on=on("A"))
    # Any two save 1; one of A with B leaves the other A for the half price.
    assert by_priority(goods, [half_a, pair]) == [1, 5]
    half_all = offer(PercentOff(HALF), 2)
    assert by_priority(goods, [pair, half_all]) == [1, 5]
    assert best_saving(goods, [offer(NForPrice(2, 19), 1), half_all], NIGHT) == 15


def test_a_step_is_reached_by_all_that_is_bought() -> None:
    steps = Tiers((TierStep(3, percent=TENTH), TierStep(5, price=7)))
    three = [bought("A", 10, 2), bought("B", 20)]
    assert saved(three[:1], offer(steps)) == 0
    assert saved(three, offer(steps)) == 2 + 2
    assert saved(three, offer(steps, same_item=True)) == 0
    assert saved(three, offer(steps, limit=1)) == 2
    # Five of them, though three are in another offer: those left still cost seven.
    five = [bought("A", 10, 2), bought("B", 20, 3)]
    assert saved(five, offer(steps)) == 2 * 3 + 3 * 13
    free_b = offer(PercentOff(FREE), 2, on=on("B"))
    assert saved(five, offer(steps), free_b) == 2 * 3 + 60
    # What already costs less than the step's price saves nothing.
    assert saved([bought("A", 6, 5)], offer(steps)) == 0


@pytest.mark.parametrize(
    ("good_until", "saving"),
    [
        (date(2026, 11, 21), 0),
        (date(2026, 11, 22), 50),
        (date(2026, 11, 23), 30),
        (date(2026, 11, 24), 30),
        (date(2026, 11, 25), 0),
        (None, 0),
    ],
)
def test_the_last_good_day_is_counted_by_the_shops_calendar(
    good_until: date | None, saving: int
) -> None:
    steps = NearExpiry((NearExpiryStep(2, Decimal(30)), NearExpiryStep(0, HALF)))
    milk = Goods("milk", 100, Decimal(1), good_until=good_until)
    assert saved([milk], offer(steps)) == saving


def test_what_must_be_bought_counts_whatever_offer_it_has_itself() -> None:
    goods = [bought("A", 10, 2), bought("B", 7, "0.5")]
    free = offer(PercentOff(FREE), 1, on=on("A"))
    assert saved(goods, free, offer(AmountOff(2), 2, on=on("A", "B"), min_quantity=2)) == 20 + 1
    assert saved(goods, free, offer(AmountOff(2), 2, on=on("B"), min_quantity=1)) == 20
    # Half of seven is four on the line: twenty-four in all.
    assert saved(goods, offer(AmountOff(1), min_amount=24)) == Fraction(5, 2)
    assert saved(goods, offer(AmountOff(1), min_amount=25)) == 0
    assert saved(goods, offer(AmountOff(1), min_amount=20, same_item=True)) == 2


def test_what_is_got_with_something_else_is_not_what_was_bought() -> None:
    coffee, cake = bought("coffee", 9, 1, "tag:hot"), bought("cake", 5)
    cake_free = offer(BuyGet(1, 1, FREE, on("cake")), on=("tag:hot",))
    assert saved([coffee, cake], cake_free) == 5
    assert saved([coffee], cake_free) == 0
    assert saved([cake, cake], cake_free) == 0
    any_free = offer(BuyGet(1, 1, FREE, ("all",)), on=("tag:hot",))
    assert saved([coffee], any_free) == 0
    assert saved([coffee, cake], any_free) == 5
    # The dear one may be what is got where it may be.
    assert saved([coffee, coffee, cake], any_free) == 9
    but_cake = offer(BuyGet(1, 1, FREE, ("all",)), on=("tag:hot",), but=on("cake"))
    assert saved([coffee, cake], but_cake) == 0
    two_bought = offer(BuyGet(1, 1, FREE, on("cake")), on=("tag:hot",), min_quantity=2)
    assert saved([coffee, cake], two_bought) == 0
    assert saved([bought("coffee", 9, 2, "tag:hot"), cake], two_bought) == 5


def test_a_meal_is_a_different_piece_of_each_group() -> None:
    roll, water = bought("roll", 6, 1, "category:food"), bought("water", 3, 1, "category:drink")
    soup = bought("soup", 5, 1, "category:food", "category:drink")
    meal = offer(MealDeal((("category:food",), ("category:drink",)), 7))
    assert saved([roll, water], meal) == 2
    assert saved([soup], meal) == 0
    assert saved([roll, soup], meal) == 4
    assert saved([roll, soup, water], meal) == 4
    assert saved([roll, roll, soup, water], meal) == 4 + 2
    assert saved([roll, roll, soup, water], offer(meal.gives, limit=1)) == 4
    assert saved([roll, water], offer(meal.gives, min_quantity=3)) == 0
    assert saved([roll, water, bought("pen", 1)], offer(meal.gives, min_quantity=3)) == 0
    assert saved([roll, roll, water], offer(meal.gives, min_quantity=3)) == 2
    assert saved([roll, soup, water], offer(meal.gives, but=on("soup"))) == 2


def test_offers_that_are_not_open_or_not_to_be_chosen_save_nothing() -> None:
    goods = each_at(10)
    assert saved(goods) == 0
    assert saved([], offer(PercentOff(HALF))) == 0
    assert saved(goods, offer(PercentOff(HALF), coupon="SAVE10")) == 0
    assert saved(goods, offer(PercentOff(HALF), customers=("member",))) == 0
    assert saved(goods, offer(PercentOff(HALF), limit_total=4, used=4)) == 0
    assert saved(goods, offer(PercentOff(HALF), stackable=True)) == 0
    assert saved(goods, offer(Threshold(amount=5))) == 0
    known = Occasion(NIGHT.moment, frozenset({"member"}), frozenset({"SAVE10"}))
    theirs = offer(PercentOff(HALF), customers=("member",), coupon="SAVE10")
    assert best_saving(goods, [theirs], known) == 5


def off(actual: Sequence[int], *some: Offer, reduced: Sequence[int] = ()) -> int:
    """What comes off a basket of A, B, and so on at these amounts; some lines have an offer."""
    goods = [bought(code, amount) for code, amount in zip("ABCD", actual, strict=False)]
    has_offer = [line in reduced for line in range(len(actual))]
    return basket_discount(actual, has_offer, goods, some, NIGHT)


@pytest.mark.parametrize(
    ("gives", "taken_off"),
    [
        (Threshold(over=100, amount=10), 10),
        (Threshold(over=245, amount=10), 10),
        (Threshold(over=246, amount=10), 0),
        (Threshold(amount=400), 245),
        (Threshold(over=100, amount=10, every=True), 20),
        (Threshold(percent=TENTH), 25),  # 24.5
        (Threshold(percent=Decimal("9.9")), 24),  # 24.255
    ],
)
def test_a_basket_offer_takes_its_amount_from_what_the_lines_cost(
    gives: Threshold, taken_off: int
) -> None:
    assert off((200, 45), offer(gives)) == taken_off


def test_a_basket_offer_has_its_lines_its_limit_and_its_least() -> None:
    every = Threshold(over=50, amount=5, every=True)
    assert off((200, 45), offer(every)) == 20
    assert off((200, 45), offer(every, limit=3)) == 15
    assert off((200, 45), offer(every, on=on("B"))) == 0
    assert off((200, 45), offer(every, but=on("A"))) == 0
    assert off((200, 45), offer(every, min_quantity=2)) == 20
    assert off((200, 45), offer(every, min_quantity=3)) == 0
    full_price = Threshold(over=50, amount=5, every=True, full_price_only=True)
    assert off((200, 55), offer(full_price), reduced=(0,)) == 5
    assert off((200, 55), offer(full_price), reduced=(0, 1)) == 0
    assert off((0, 0), offer(Threshold(amount=5))) == 0


def test_basket_offers_on_the_same_line_do_not_go_together() -> None:
    on_all = offer(Threshold(amount=15), 1)
    on_a = offer(Threshold(amount=10), 2, on=on("A"))
    on_b = offer(Threshold(amount=9), 3, on=on("B"))
    assert off((50, 50), on_all, on_a) == 15
    assert off((50, 50), on_all, on_a, on_b) == 19
    first = offer(Threshold(amount=15), 1, priority=1)
    assert off((50, 50), first, on_a, on_b) == 15
    grouped = [offer(each.gives, each.id, on=each.on, group="g") for each in (on_a, on_b)]
    assert off((50, 50), *grouped) == 10
    # On full prices only, they meet on no line.
    full_price = offer(Threshold(amount=15, full_price_only=True), 1)
    assert off((50, 50), full_price, on_a, reduced=(0,)) == 25


# ---- anything ------------------------------------------------------------------------------------

Sale = tuple[list[Goods], list[Offer], Occasion]


@settings(max_examples=30)
@given(st.data(), sales(3, 5, 3, priorities=(0, 1)))
def test_the_order_of_goods_and_offers_changes_no_saving(data: st.DataObject, sale: Sale) -> None:
    goods, some, occasion = sale
    saving = best_saving_by_priority(goods, some, occasion)
    goods, some = data.draw(st.permutations(goods)), data.draw(st.permutations(some))
    assert best_saving_by_priority(goods, some, occasion) == saving


@settings(max_examples=30)
@given(sales(3, 5, 3))
def test_one_offer_more_never_saves_less_and_nothing_costs_less_than_nothing(sale: Sale) -> None:
    goods, some, occasion = sale
    saving = best_saving(goods, some, occasion)
    assert 0 <= saving <= sum(Fraction(each.quantity) * each.unit_price for each in goods)
    for each in some:
        others = [other for other in some if other != each]
        assert max(best_saving(goods, part, occasion) for part in ([each], others)) <= saving


@settings(max_examples=30)
@given(offers(4), stackable_offers(), basket_offers(3, stackable=None))
def test_all_offers_of_a_sale_have_rising_ids(
    on_goods: list[Offer], stacking: list[Offer], on_basket: list[Offer]
) -> None:
    ids = [each.id for each in (*on_goods, *stacking, *on_basket)]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize(
    "kind",
    [PercentOff, AmountOff, SpecialPrice, Tiers, NearExpiry, NForPrice, BuyGet, Nth, MealDeal],
)
def test_the_baskets_have_goods_on_which_each_kind_saves(kind: type) -> None:
    def saves(sale: Sale) -> bool:
        goods, some, occasion = sale
        return any(
            isinstance(each.gives, kind) and best_saving(goods, [each], occasion) for each in some
        )

    quick = settings(max_examples=2000, phases=[Phase.generate], deadline=None)
    assert saves(find(sales(), saves, settings=quick))
