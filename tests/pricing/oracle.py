"""The greatest saving that a set of offers can give, found by trying everything.

Written from the definitions alone and never in a hurry: what decides at the till is checked
against it. Quantities are above nothing; returned goods are no matter of offers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, product

from pos_tui.pricing.offers import (
    AmountOff,
    BuyGet,
    Goods,
    MealDeal,
    NearExpiry,
    NForPrice,
    Nth,
    Occasion,
    Offer,
    PercentOff,
    SpecialPrice,
    Threshold,
    Tiers,
    is_on,
    is_open,
)

Pieces = tuple[int, ...]
"""How many pieces of each kind; the kinds are those of `_kinds`."""

Savings = tuple[Fraction, ...]
"""What is saved at each priority, from the highest."""

Kind = tuple[int, Fraction]
"""Pieces of one line that are all alike: the line, and the size of each (1, or the rest)."""

Basketful = tuple[Offer, frozenset[int], int]
"""A basket offer, the lines it counts, and what it takes off them."""


def best_saving(goods: Sequence[Goods], offers: Sequence[Offer], occasion: Occasion) -> Fraction:
    """The most (exact minor units) that the offers on goods, all of one priority, can save."""
    return sum(best_saving_by_priority(goods, offers, occasion), Fraction(0))


def best_saving_by_priority(
    goods: Sequence[Goods], offers: Sequence[Offer], occasion: Occasion
) -> Savings:
    """The most at the highest priority, with that the most at the next, and so on.

    One entry for each priority that any offer given has, though it be closed. Stackable offers
    and those on the basket take no part.
    """
    priorities = sorted({each.priority for each in offers}, reverse=True)
    taking_part = [
        each
        for each in offers
        if not each.stackable and not each.is_basket and is_open(each, occasion)
    ]
    kinds, pieces = _kinds(goods)
    uses = {
        each.id: _ways_to_use_once(each, goods, kinds, pieces, occasion) for each in taking_part
    }
    return max(
        _best_of(choice, uses, pieces, priorities) for choice in _choices_of_groups(taking_part)
    )


def basket_discount(
    lines_actual: Sequence[int],
    has_offer: Sequence[bool],
    goods: Sequence[Goods],
    offers: Sequence[Offer],
    occasion: Occasion,
) -> int:
    """The most (minor units) that the basket offers take off, the highest priority first.

    For each line what it costs after the offers on goods, and whether it has one. Stackable
    offers and those on goods take no part.
    """
    priorities = sorted({each.priority for each in offers}, reverse=True)
    worth: list[Basketful] = []
    for each in offers:
        if not each.stackable and each.is_basket and is_open(each, occasion):
            lines = _basket_lines(each, goods, has_offer)
            amount = _off_the_basket(each, lines, lines_actual, goods)
            if amount > 0:
                worth.append((each, lines, amount))
    best = (0,) * len(priorities)
    for size in range(1, len(worth) + 1):
        for chosen in combinations(worth, size):
            if all(_go_together(one, other) for one, other in combinations(chosen, 2)):
                saved = tuple(
                    sum(amount for offer, _, amount in chosen if offer.priority == priority)
                    for priority in priorities
                )
                best = max(best, saved)
    return sum(best)


# ---- trying everything ---------------------------------------------------------------------------


def _best_of(
    offers: Sequence[Offer],
    uses: Mapping[int, Mapping[Pieces, Fraction]],
    pieces: Pieces,
    priorities: Sequence[int],
) -> Savings:
    """The best of every way to use these offers, each as often as its limit lets it.

    The order in which pieces are given away does not matter, so the offers have their turn one
    after the other; for all that may be left over, the best way to get there is kept.
    """
    nothing = (Fraction(0),) * len(priorities)
    reached: dict[Pieces, Savings] = {pieces: nothing}
    for offer in offers:
        place = priorities.index(offer.priority)
        last, times = reached, 0
        reached = dict(reached)
        while last and (offer.left is None or times < offer.left):
            once_more: dict[Pieces, Savings] = {}
            for rest, saved in last.items():
                for taken, saving in uses[offer.id].items():
                    left = tuple(have - take for have, take in zip(rest, taken, strict=True))
                    if min(left) >= 0:
                        more = (*saved[:place], saved[place] + saving, *saved[place + 1 :])
                        once_more[left] = max(more, once_more.get(left, nothing))
            for left, saved in once_more.items():
                reached[left] = max(saved, reached.get(left, nothing))
            last, times = once_more, times + 1
    return max(reached.values())


def _choices_of_groups(offers: Sequence[Offer]) -> Iterator[list[Offer]]:
    """The offers without a group, with one of each group, in every way to choose that."""
    free = [each for each in offers if not each.group]
    groups: dict[str, list[Offer]] = {}
    for each in offers:
        if each.group:
            groups.setdefault(each.group, []).append(each)
    for chosen in product(*groups.values()):
        yield [*free, *chosen]


# ---- the pieces, and what can be done with them --------------------------------------------------


def _kinds(goods: Sequence[Goods]) -> tuple[list[Kind], Pieces]:
    """The kinds of pieces there are, and how many of each."""
    kinds: list[Kind] = []
    pieces: list[int] = []
    for line, each in enumerate(goods):
        whole = int(each.quantity)
        rest = Fraction(each.quantity) - whole
        for size, count in ((Fraction(1), whole), (rest, 1)):
            if size and count:
                kinds.append((line, size))
                pieces.append(count)
    # Without any goods there is still a tuple to compare.
    return (kinds, tuple(pieces)) if kinds else ([(0, Fraction(0))], (0,))


def _ways_to_use_once(
    offer: Offer,
    goods: Sequence[Goods],
    kinds: Sequence[Kind],
    pieces: Pieces,
    occasion: Occasion,
) -> dict[Pieces, Fraction]:
    """Every set of pieces that one use of an offer can take, with the most it saves on them."""
    ways: dict[Pieces, Fraction] = {}
    if not goods:
        return ways
    if isinstance(offer.gives, NForPrice | BuyGet | Nth | MealDeal):
        whole = [place for place, (_, size) in enumerate(kinds) if size == 1]
        found = _bundles(offer, goods, {place: kinds[place][0] for place in whole})
    else:
        found = _single_pieces(offer, goods, kinds, occasion)
    for places, saving in found:
        taken = tuple(places.count(place) for place in range(len(kinds)))
        there_are = all(take <= have for take, have in zip(taken, pieces, strict=True))
        if there_are and saving > 0:
            ways[taken] = max(saving, ways.get(taken, saving))
    return ways


def _single_pieces(
    offer: Offer, goods: Sequence[Goods], kinds: Sequence[Kind], occasion: Occasion
) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    """Each piece that an offer is on, with what it saves there."""
    for place, (line, size) in enumerate(kinds):
        each = goods[line]
        counted = _counted(offer, offer.on, goods, each.code)
        if is_on(offer.on, offer.but, each.all_terms()) and _is_enough(offer, counted):
            yield (place,), _off_a_unit(offer, each, _quantity(counted), occasion) * size


def _off_a_unit(offer: Offer, goods: Goods, quantity: Decimal, occasion: Occasion) -> Fraction:
    """What a unit saves, where so many are bought of what the offer is on."""
    unit = goods.unit_price
    gives = offer.gives
    if isinstance(gives, PercentOff):
        return _percent(unit, gives.percent)
    if isinstance(gives, AmountOff):
        return Fraction(min(gives.amount, unit))
    if isinstance(gives, SpecialPrice):
        return Fraction(max(unit - gives.price, 0))
    if isinstance(gives, Tiers):
        reached = [step for step in gives.steps if step.count <= quantity]
        if not reached:
            return Fraction(0)
        highest = max(reached, key=lambda step: step.count)
        if highest.percent is not None:
            return _percent(unit, highest.percent)
        assert highest.price is not None, f"{offer.name} has a step that gives nothing"
        return Fraction(max(unit - highest.price, 0))
    assert isinstance(gives, NearExpiry), f"{offer.name} is not on single pieces"
    if goods.good_until is None:
        return Fraction(0)
    days_left = (goods.good_until - occasion.moment.date()).days
    near = [step for step in gives.steps if step.days >= days_left >= 0]
    if not near:
        return Fraction(0)
    return _percent(unit, min(near, key=lambda step: step.days).percent)


def _bundles(
    offer: Offer, goods: Sequence[Goods], line_at: Mapping[int, int]
) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    """Every bundle of whole units, as the kinds that are in it, with what it saves.

    `line_at` has the kinds of whole units. Some bundles may need more pieces than there are.
    """

    def within(on: tuple[str, ...]) -> list[int]:
        return [
            kind for kind, line in line_at.items() if is_on(on, offer.but, goods[line].all_terms())
        ]

    def price(kind: int) -> int:
        return goods[line_at[kind]].unit_price

    gives = offer.gives
    counts_on = offer.on
    found: list[tuple[tuple[int, ...], Fraction]]
    if isinstance(gives, NForPrice):
        found = [
            (taken, Fraction(sum(map(price, taken)) - gives.price))
            for taken in combinations_with_replacement(within(offer.on), gives.count)
        ]
    elif isinstance(gives, Nth):
        found = [
            (taken, _percent(min(map(price, taken)), gives.percent))
            for taken in combinations_with_replacement(within(offer.on), gives.nth)
        ]
    elif isinstance(gives, BuyGet) and not gives.get_on:
        found = [
            (taken, _percent(sum(sorted(map(price, taken))[: gives.get]), gives.percent))
            for taken in combinations_with_replacement(within(offer.on), gives.buy + gives.get)
        ]
    elif isinstance(gives, BuyGet):
        found = [
            (bought + got, _percent(sum(map(price, got)), gives.percent))
            for bought in combinations_with_replacement(within(offer.on), gives.buy)
            for got in combinations_with_replacement(within(gives.get_on), gives.get)
        ]
    else:
        assert isinstance(gives, MealDeal), f"{offer.name} does not bundle"
        counts_on = tuple(term for group in gives.groups for term in group)
        found = [
            (taken, Fraction(sum(map(price, taken)) - gives.price))
            for taken in product(*map(within, gives.groups))
        ]
    for taken, saving in found:
        codes = {goods[line_at[kind]].code for kind in taken}
        if offer.same_item and len(codes) > 1:
            continue
        if _is_enough(offer, _counted(offer, counts_on, goods, min(codes))):
            yield taken, saving


# ---- what must be bought -------------------------------------------------------------------------


def _counted(offer: Offer, on: tuple[str, ...], goods: Sequence[Goods], code: str) -> list[Goods]:
    """The goods that count towards an offer, as a piece with this code sees it."""
    return [
        each
        for each in goods
        if is_on(on, offer.but, each.all_terms()) and (not offer.same_item or each.code == code)
    ]


def _is_enough(offer: Offer, counted: Sequence[Goods]) -> bool:
    """Whether as much is bought as the offer wants, in number and in money."""
    gross = sum(_half_up(Fraction(each.quantity) * each.unit_price) for each in counted)
    return _quantity(counted) >= offer.min_quantity and gross >= offer.min_amount


def _quantity(goods: Sequence[Goods]) -> Decimal:
    return sum((each.quantity for each in goods), Decimal(0))


# ---- the basket ----------------------------------------------------------------------------------


def _basket_lines(
    offer: Offer, goods: Sequence[Goods], has_offer: Sequence[bool]
) -> frozenset[int]:
    """The lines that a basket offer counts."""
    assert isinstance(offer.gives, Threshold)
    return frozenset(
        line
        for line, each in enumerate(goods)
        if is_on(offer.on, offer.but, each.all_terms())
        and not (offer.gives.full_price_only and has_offer[line])
    )


def _off_the_basket(
    offer: Offer, lines: frozenset[int], lines_actual: Sequence[int], goods: Sequence[Goods]
) -> int:
    """What a basket offer takes off these lines."""
    gives = offer.gives
    assert isinstance(gives, Threshold)
    subtotal = sum(lines_actual[line] for line in lines)
    if subtotal <= 0 or subtotal < gives.over:
        return 0
    if not _is_enough(offer, [goods[line] for line in lines]):
        return 0
    if gives.amount is None:
        assert gives.percent is not None, f"{offer.name} gives nothing"
        return _half_up(_percent(subtotal, gives.percent))
    times = subtotal // gives.over if gives.every else 1
    if offer.left is not None:
        times = min(times, offer.left)
    return min(times * gives.amount, subtotal)


def _go_together(one: Basketful, other: Basketful) -> bool:
    """Whether two basket offers may both be used: not on the same line, nor of one group."""
    share_a_line = not one[1].isdisjoint(other[1])
    return not share_a_line and not (one[0].group and one[0].group == other[0].group)


# ---- numbers -------------------------------------------------------------------------------------


def _percent(amount: int, percent: Decimal) -> Fraction:
    return amount * Fraction(percent) / 100


def _half_up(amount: Fraction) -> int:
    """To the nearest whole minor unit, a half away from nothing."""
    return int(amount + Fraction(1, 2))
