"""A basket's prices: best for the customer, in any order of scanning, to the minor unit."""

from __future__ import annotations

import os
import random
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pos_tui.money import allocate
from pos_tui.pricing import Goods, Occasion, Offer, Pricer, price_all
from pos_tui.pricing.choice import choose
from pos_tui.pricing.offers import BuyGet, MealDeal, NForPrice, Nth, is_open
from pos_tui.pricing.units import EXACT, Rule
from tests.pricing import baskets, oracle


def tries(count):
    """So many baskets; the campaign tries many times as many, `make mutants` fewer."""
    usual = settings().max_examples  # 100, where the profile does not say otherwise
    times = int(os.environ.get("POS_TUI_TRIES", "1"))
    return settings(max_examples=max(1, count * usual // 100) * times)


def on_counter(goods):
    return dict(enumerate(goods, 1))


def every_offer():
    return st.tuples(
        baskets.offers(priorities=(0, 0, 1)),
        baskets.stackable_offers() | st.just([]),
        baskets.basket_offers(stackable=None) | st.just([]),
    ).map(lambda three: [offer for each in three for offer in each])


def as_saved(sale):
    """A sale whose offers can be saved: what is of several groups does not count one product."""
    goods, offers, occasion = sale
    several = [isinstance(offer.gives, MealDeal) or getattr(offer.gives, "get_on", ())
               for offer in offers]  # fmt: skip
    return (
        goods,
        [
            replace(offer, same_item=False) if is_several else offer
            for offer, is_several in zip(offers, several, strict=True)
        ],
        occasion,
    )


def exact_saving(goods, offers, occasion):
    """What the engine's choice saves, before any rounding."""
    rules = [
        Rule(offer, place)
        for place, offer in enumerate(sorted(offers, key=lambda each: (-each.priority, each.id)))
        if is_open(offer, occasion) and not offer.is_basket and not Rule(offer, 0).is_stacked
    ]
    lines = on_counter(goods)
    terms = {line: each.all_terms() for line, each in lines.items()}
    places = {line: {rule.place for rule in rules if rule.includes(terms[line])} for line in lines}
    by_priority: dict[int, Fraction] = {}
    for part in choose(lines, terms, places, rules, occasion.moment.date()):
        so_far = by_priority.get(part.rule.priority, Fraction(0))
        by_priority[part.rule.priority] = so_far + Fraction(part.saving, EXACT)
    return by_priority


@tries(100)
@given(
    baskets.sales(4, 6),
)
def test_no_choice_of_offers_saves_the_customer_more(sale):
    goods, offers, occasion = as_saved(sale)
    spread = sum(exact_saving(goods, offers, occasion).values())
    assert spread == oracle.best_saving(goods, offers, occasion)


@tries(40)
@given(
    baskets.sales(3, 5, priorities=(0, 1, 2)),
)
def test_the_highest_priority_is_served_first_and_best(sale):
    goods, offers, occasion = as_saved(sale)
    ours = exact_saving(goods, offers, occasion)
    best = oracle.best_saving_by_priority(goods, offers, occasion)
    highest = max(offer.priority for offer in offers)
    assert ours.get(highest, 0) == best[0]


@tries(60)
@given(baskets.goods_lists(4, 8), every_offer(), baskets.occasions(), st.randoms())
def test_the_order_of_scanning_changes_nothing(goods, offers, occasion, chance):
    straight = price_all(on_counter(goods), offers, occasion)
    numbers = list(range(len(goods)))
    chance.shuffle(numbers)
    shuffled = price_all({n: goods[n] for n in numbers}, offers, occasion)
    before = amounts(straight, [(n + 1, goods[n]) for n in range(len(goods))])
    after = amounts(shuffled, [(n, goods[n]) for n in numbers])
    assert before == after
    assert straight.discounts() == shuffled.discounts()


def amounts(pricer, lines):
    shares = pricer.shares()
    return sorted(
        (str(goods), pricer.priced[line].actual, shares.get(line, 0)) for line, goods in lines
    )


@tries(60)
@given(baskets.goods_lists(5, 12), every_offer(), baskets.occasions())
def test_parts_add_up_to_the_whole_and_nothing_is_below_zero(goods, offers, occasion):
    pricer = price_all(on_counter(goods), offers, occasion)
    shares, discounts = pricer.shares(), pricer.discounts()
    off = sum(each.amount for each in discounts)
    assert sum(shares.values()) == off
    total = 0
    for line, priced in pricer.priced.items():
        assert priced.gross == pricer.goods(line).gross
        assert 0 <= shares.get(line, 0) <= priced.actual <= priced.gross
        assert sum(each.saved for each in priced.applied) == priced.gross - priced.actual
        total += priced.actual
    assert total - off >= 0


@tries(50)
@given(
    baskets.goods_lists(6, 14),
    every_offer(),
    st.lists(baskets.occasions(), min_size=1, max_size=3),
    st.randoms(),
)
def test_pricing_act_by_act_is_pricing_anew(goods, offers, occasions, chance):
    acting = Pricer(offers)
    there: dict[int, Goods] = {}
    for act in range(len(goods) * 2):
        if there and chance.random() < 0.3:
            line = chance.choice(sorted(there))
            del there[line]
            acting.remove(line)
        else:
            line = act if not there or chance.random() < 0.7 else chance.choice(sorted(there))
            there[line] = chance.choice(goods)
            acting.put(line, there[line])
        occasion = chance.choice(occasions)
        acting.price(occasion)
        anew = price_all(there, offers, occasion)
        assert acting.priced == anew.priced
        assert acting.discounts() == anew.discounts()
        assert acting.shares() == anew.shares()


@tries(50)
@given(baskets.goods_lists(4, 8), every_offer(), baskets.occasions(), baskets.goods_lists(1, 3))
def test_taking_an_item_off_undoes_what_it_did(goods, offers, occasion, more):
    pricer = price_all(on_counter(goods), offers, occasion)
    before = dict(pricer.priced), pricer.discounts(), pricer.shares()
    pricer.put(99, more[0])
    pricer.price(occasion)
    pricer.remove(99)
    pricer.price(occasion)
    assert (pricer.priced, pricer.discounts(), pricer.shares()) == before


@tries(50)
@given(
    baskets.goods_lists(4, 8),
    baskets.basket_offers(4, priorities=(0, 0, 1)),
    baskets.occasions(),
)
def test_of_the_offers_on_the_basket_the_best_choice_applies(goods, offers, occasion):
    pricer = price_all(on_counter(goods), offers, occasion)
    alone = [offer for offer in offers if not offer.stackable]
    without = price_all(on_counter(goods), alone, occasion)
    actual = [without.priced[line].actual for line in without.priced]
    best = oracle.basket_discount(actual, [False] * len(goods), goods, alone, occasion)
    assert sum(each.amount for each in without.discounts()) == best
    assert sum(each.amount for each in pricer.discounts()) >= best


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_what_is_spread_adds_up_and_no_part_is_off_by_a_whole_unit(total, weights):
    parts = allocate(total, weights)
    whole = sum(weights)
    assert sum(parts) == (total if whole else 0)
    for part, weight in zip(parts, weights, strict=True):
        if whole:
            assert abs(Fraction(part) - Fraction(total * weight, whole)) < 1


def test_many_lines_under_offers_that_meet_are_still_priced_as_anew():
    chance = random.Random(4)
    offers = [
        Offer(id=1, name="2+1", gives=BuyGet(2, 1), on=("category:drink",)),
        Offer(id=2, name="3 for 9", gives=NForPrice(3, 900)),
        Offer(id=3, name="half", gives=Nth(2, Decimal(50)), on=("brand:x",), limit=5),
    ]
    occasion = Occasion(baskets.MOMENTS[0])
    acting = Pricer(offers)
    there = {}
    for line in range(120):
        code = chance.choice("ABCD")
        quantity = Decimal(chance.randrange(1, 4))
        there[line] = Goods(code, chance.randrange(100, 2000), quantity, baskets.TERMS[code])
        acting.put(line, there[line])
        acting.price(occasion)
    assert acting.priced == price_all(there, offers, occasion).priced
    alone = [
        sum(each.saved for each in price_all(there, [one], occasion).priced.values())
        for one in offers
    ]
    assert sum(each.saved for each in acting.priced.values()) >= max(alone)
