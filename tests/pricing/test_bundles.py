"""What one offer gains alone: found in order of price, and checked by trying every way."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from pos_tui.pricing.bundles import Bundled, Contest, best_alone
from pos_tui.pricing.offers import (
    BuyGet,
    Gives,
    Goods,
    MealDeal,
    NForPrice,
    Nth,
    Offer,
    PercentOff,
)
from pos_tui.pricing.search import best_together
from pos_tui.pricing.units import EXACT, UNIT, Pile, Rule
from tests.pricing.baskets import TERMS

DRINK, SNACK = ("category:drink",), ("category:snack",)
HALF, FREE = Decimal(50), Decimal(100)


def pile(code: str, price: int, count: int, base: int = 0, line: int = 1) -> Pile:
    """Whole pieces of the small shop, each of which saves `base` otherwise."""
    goods = Goods(code, price, Decimal(count), TERMS[code])
    made = Pile(line, goods, goods.all_terms(), UNIT, count, (0,))
    made.base = base * EXACT
    return made


def rule_of(gives: Gives, **more: object) -> Rule:
    """The only offer."""
    return Rule(Offer(id=1, name="offer", gives=gives, **more), 0)  # type: ignore[arg-type]


def contest_of(rule: Rule, piles: list[Pile]) -> Contest:
    """It alone among these pieces, the dearest first."""
    savings = [] if rule.is_bundle else [each.price * UNIT * rule.part for each in piles]
    return Contest(rule, piles, savings)


def some_piles(chance: random.Random) -> list[Pile]:
    """A few pieces; some have another offer."""
    piles = []
    for line in range(chance.randrange(2, 5)):
        price = chance.choice((50, 80, 99, 100, 101))
        base = chance.choice((0, 0, 0, 1, 10, 40, price))
        piles.append(pile(chance.choice("ABCD"), price, chance.randrange(1, 4), base, line))
    return sorted(piles, key=lambda each: (each.tie, each.line))


def gained(bundled: Bundled, piles: list[Pile], contest: Contest) -> int:
    """What these bundles gain, worked out anew from the pieces that are in them."""
    gives, rule = bundled.rule.gives, bundled.rule
    pieces = [*bundled.cut.items(), *bundled.plain.items()]
    bases = sum(piles[place].base * count for place, count in pieces)
    if isinstance(gives, NForPrice | MealDeal):
        usual = sum(piles[place].value * count for place, count in pieces)
        return usual - gives.price * bundled.times * EXACT - bases
    if rule.is_bundle:
        return sum(piles[p].price * UNIT * rule.part * n for p, n in bundled.cut.items()) - bases
    return sum(contest.savings[p] * n for p, n in bundled.cut.items()) - bases


def size_of(gives: Gives) -> tuple[int, int]:
    """How many pieces of one bundle become cheaper, and how many go with them."""
    if isinstance(gives, NForPrice):
        return gives.count, 0
    if isinstance(gives, MealDeal):
        return len(gives.groups), 0
    if isinstance(gives, Nth):
        return 1, gives.nth - 1
    return (gives.get, gives.buy) if isinstance(gives, BuyGet) else (1, 0)


ALWAYS_EXACT: list[tuple[Gives, dict[str, object]]] = [
    (NForPrice(2, 120), {}),
    (NForPrice(3, 200), {}),
    (Nth(2, HALF), {}),
    (Nth(3, FREE), {}),
    (BuyGet(2, 1), {}),
    (BuyGet(1, 2, HALF), {}),
    (BuyGet(1, 1, get_on=SNACK), {"on": DRINK}),
    (BuyGet(2, 1, HALF, get_on=SNACK), {"on": DRINK}),
    (BuyGet(1, 2, HALF, get_on=SNACK), {"on": DRINK}),
    (MealDeal((DRINK, SNACK), 120), {}),
    (MealDeal((DRINK, ("product:C",), ("product:D",)), 150), {}),
]
CASES = [
    *((gives, more, limit) for gives, more in ALWAYS_EXACT for limit in (None, 1, 2)),
    (NForPrice(2, 100), {"same_item": True}, None),
    (Nth(2, HALF), {"same_item": True}, None),
    (PercentOff(HALF), {}, 1),
    (PercentOff(HALF), {}, 2),
]


@pytest.mark.parametrize(("gives", "more", "limit"), CASES, ids=str)
def test_an_offer_alone_gains_as_much_as_by_trying_every_way(
    gives: Gives, more: dict[str, object], limit: int | None
) -> None:
    chance = random.Random(1)
    for _ in range(40):
        piles, rule = some_piles(chance), rule_of(gives, limit=limit, **more)
        counts = [each.count for each in piles]
        contest = contest_of(rule, piles)
        alone = best_alone(contest)
        best = best_together([rule], piles, [contest.savings])[0]
        assert alone.gain == best.gain
        for bundled in (alone, best):
            assert bundled.gain == gained(bundled, piles, contest)
            assert limit is None or bundled.times <= limit
            cut, plain = size_of(gives)
            assert sum(bundled.cut.values()) == cut * bundled.times
            assert sum(bundled.plain.values()) == plain * bundled.times
            for place, count in enumerate(counts):
                assert bundled.cut.get(place, 0) + bundled.plain.get(place, 0) <= count
        assert [each.count for each in piles] == counts


@pytest.mark.parametrize(
    ("gives", "piles", "times", "cut", "plain"),
    [
        # The price of two is what they cost: not worth it, and nothing after it either.
        (NForPrice(2, 200), [pile("A", 100, 2), pile("B", 90, 2)], 0, {}, {}),
        (NForPrice(2, 200), [pile("A", 100, 1), pile("B", 100, 1)], 0, {}, {}),
        (NForPrice(2, 199), [pile("A", 100, 2), pile("B", 90, 2)], 1, {0: 2}, {}),
        (NForPrice(2, 180), [pile("A", 100, 3), pile("B", 90, 1)], 2, {0: 3, 1: 1}, {}),
        (NForPrice(2, 180), [pile("A", 100, 1), pile("B", 90, 3)], 1, {0: 1, 1: 1}, {}),
        # What saves 20 otherwise counts as 80: it is not among the dearest two.
        (NForPrice(2, 150), [pile("A", 100, 1, 20), pile("B", 90, 2)], 1, {1: 2}, {}),
        (NForPrice(2, 180), [pile("A", 100, 2, 10)], 0, {}, {}),
        (NForPrice(2, 179), [pile("A", 100, 2, 10)], 1, {0: 2}, {}),
        # Of seven the dearest six, three by three; the cheapest of each three is free.
        (BuyGet(2, 1), [pile("A", 100, 4), pile("B", 90, 3)], 2, {0: 1, 1: 1}, {0: 3, 1: 1}),
        (BuyGet(2, 1), [pile("A", 0, 3)], 0, {}, {}),
        (Nth(2, HALF), [pile("A", 100, 2, 50)], 0, {}, {}),
        (Nth(2, FREE), [pile("A", 100, 2, 50)], 0, {}, {}),
        (Nth(2, FREE), [pile("A", 100, 2, 49)], 1, {0: 1}, {0: 1}),
        # A piece that saves more otherwise is left out.
        (Nth(2, FREE), [pile("A", 100, 1), pile("B", 90, 1, 80), pile("C", 70, 1)],
         1, {2: 1}, {0: 1}),
        # What is got is left alone where it saves as much otherwise.
        (BuyGet(1, 1, get_on=SNACK), [pile("A", 100, 1), pile("C", 90, 1, 90)], 0, {}, {}),
        (BuyGet(1, 1, get_on=SNACK), [pile("A", 100, 1), pile("C", 90, 1, 89)],
         1, {1: 1}, {0: 1}),
        (BuyGet(1, 1, get_on=SNACK), [pile("A", 100, 1, 91), pile("C", 90, 1)], 0, {}, {}),
        (BuyGet(1, 1, get_on=SNACK), [pile("C", 90, 1, 80), pile("D", 80, 1), pile("A", 70, 1)],
         1, {1: 1}, {2: 1}),
        (MealDeal((DRINK, SNACK), 190), [pile("A", 100, 1), pile("C", 90, 1)], 0, {}, {}),
        (MealDeal((DRINK, SNACK), 189), [pile("A", 100, 1), pile("C", 90, 1)],
         1, {0: 1, 1: 1}, {}),
        (MealDeal((DRINK, SNACK), 150), [pile("A", 100, 1, 40), pile("B", 90, 1), pile("C", 70, 2)],
         1, {1: 1, 2: 1}, {}),
        # The group with least to choose from comes first and leaves the others to the rest.
        (MealDeal((("product:A", "product:B", "product:C"), ("product:A", "product:D")), 160),
         [pile("A", 100, 1), pile("B", 90, 1), pile("C", 80, 1), pile("D", 70, 1)],
         1, {0: 1, 1: 1}, {}),
        (MealDeal((("product:A", "product:B"), ("product:A",)), 100),
         [pile("A", 100, 1), pile("B", 90, 1)], 1, {0: 1, 1: 1}, {}),
    ],
)  # fmt: skip
def test_which_pieces_are_in_a_bundle(
    gives: Gives, piles: list[Pile], times: int, cut: dict[int, int], plain: dict[int, int]
) -> None:
    on = DRINK if isinstance(gives, BuyGet) and gives.get_on else ("all",)
    rule = rule_of(gives, on=on)
    made = best_alone(contest_of(rule, piles))
    assert (made.times, made.cut, made.plain) == (times, cut, plain)
    assert made.gain == gained(made, piles, contest_of(rule, piles))


def test_a_limited_offer_goes_where_it_saves_most_over_the_others() -> None:
    piles = [pile("A", 100, 2, 30), pile("B", 90, 1), pile("C", 80, 1, 40), pile("D", 70, 0)]
    made = best_alone(contest_of(rule_of(PercentOff(HALF), limit=2), piles))
    assert (made.times, made.cut, made.gain) == (2, {1: 1, 0: 1}, 65 * EXACT)
    made = best_alone(contest_of(rule_of(PercentOff(HALF), limit=9), piles))
    assert (made.times, made.cut, made.gain) == (3, {1: 1, 0: 2}, 85 * EXACT)


def test_with_a_limit_the_greatest_bundles_are_made() -> None:
    piles = [pile("A", 100, 3), pile("C", 90, 2), pile("B", 60, 2)]
    rule = rule_of(NForPrice(2, 100), limit=2, same_item=True)
    made = best_alone(contest_of(rule, piles))
    assert (made.times, made.cut, made.gain) == (2, {0: 2, 1: 2}, 180 * EXACT)
    piles = [pile("A", 100, 1), pile("B", 90, 2), pile("A", 60, 1)]
    made = best_alone(contest_of(rule_of(NForPrice(2, 100), limit=1, same_item=True), piles))
    assert (made.times, made.cut, made.gain) == (1, {1: 2}, 80 * EXACT)
