"""Up to how many pieces and offers every way is tried, and the best of them all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pos_tui.pricing.offers import BuyGet, Gives, Goods, MealDeal, NForPrice, Nth, Offer, PercentOff
from pos_tui.pricing.search import is_small
from pos_tui.pricing.units import UNIT, Pile, Rule

PAIR, HALF = NForPrice(2, 100), Decimal(50)


def rule(gives: Gives, limit: int | None = None) -> Rule:
    """An open offer on everything."""
    return Rule(Offer(id=1, name="offer", gives=gives, limit=limit), 0)


def piles(*counts: int) -> list[Pile]:
    """So many pieces of each of some products."""
    made = []
    for line, count in enumerate(counts):
        each = Goods(f"p{line}", 100, Decimal(count))
        made.append(Pile(line, each, each.all_terms(), UNIT, count))
    return made


@pytest.mark.parametrize(
    ("rules", "counts", "small"),
    [
        # 100 x 100 ways to leave pieces, 3 to leave uses, 3 pairs or none: 120,000.
        pytest.param([rule(PAIR, 2)], (99, 99), True, id="just"),
        pytest.param([rule(PAIR, 3)], (99, 99), False, id="a use more"),
        pytest.param([rule(PAIR, 2)], (99, 100), False, id="a piece more"),
        pytest.param([rule(PAIR)], (200,), True, id="the most pieces"),
        pytest.param([rule(PAIR)], (201,), False, id="one piece too many"),
        # 30 x 80 ways, 50 to make a bundle or none.
        pytest.param([rule(Nth(48, HALF))], (29, 79), True, id="the 48th"),
        pytest.param([rule(Nth(49, HALF))], (29, 79), False, id="the 49th"),
        pytest.param([rule(NForPrice(48, 100))], (29, 79), True, id="48 for a price"),
        pytest.param([rule(NForPrice(49, 100))], (29, 79), False, id="49 for a price"),
        pytest.param([rule(BuyGet(40, 8))], (29, 79), True, id="40 and 8"),
        pytest.param([rule(BuyGet(40, 9))], (29, 79), False, id="40 and 9"),
        pytest.param([rule(MealDeal((("all",),) * 48, 9))], (29, 79), True, id="a meal of 48"),
        pytest.param([rule(MealDeal((("all",),) * 49, 9))], (29, 79), False, id="a meal of 49"),
        # 100 x 80 ways, 5 to leave uses; two products or none.
        pytest.param([rule(PercentOff(HALF), 4)], (99, 79), True, id="single pieces"),
        pytest.param([rule(PercentOff(HALF), 4)], (99, 80), False, id="single pieces, one more"),
        # 60 x 100 ways, 2 x 2 to leave uses, two products under each of two offers or none.
        pytest.param([rule(PercentOff(HALF), 1)] * 2, (59, 99), True, id="two with limits"),
        pytest.param([rule(PercentOff(HALF), 1)] * 2, (59, 100), False, id="two, a piece more"),
    ],
)  # fmt: skip
def test_so_much_is_tried_in_every_way(
    rules: list[Rule], counts: tuple[int, ...], small: bool
) -> None:
    assert is_small(rules, piles(*counts)) is small
