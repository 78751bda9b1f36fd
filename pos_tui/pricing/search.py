"""Few pieces, several offers: every way of bundling them is tried, and the best one kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations_with_replacement
from math import comb, prod

from pos_tui.pricing.bundles import Bundled, Pieces
from pos_tui.pricing.offers import BuyGet, MealDeal, NForPrice, Nth, is_on
from pos_tui.pricing.piles import EXACT, UNIT, Pile, Rule

MOST_STEPS = 20_000

_Candidate = tuple[int, tuple[int, ...], tuple[int, ...], int]  # rule, cut, plain, saving


def is_small(rules: Sequence[Rule], piles: Sequence[Pile]) -> bool:
    """Whether trying everything takes no longer than a cashier's blink."""
    states = prod(pile.count + 1 for pile in piles)
    limits = prod((rule.left or 0) + 1 for rule in rules if rule.left is not None)
    if states > MOST_STEPS:
        return False
    kinds = sum(comb(len(piles) + _size(rule) - 1, _size(rule)) for rule in rules)
    return states * limits * (kinds + 1) <= MOST_STEPS


def best_together(
    rules: Sequence[Rule], piles: Sequence[Pile], savings: Sequence[Sequence[int]]
) -> list[Bundled]:
    """The bundles that gain most over the pieces' bases, all offers taken together; exact."""
    candidates: list[list[_Candidate]] = [[] for _ in piles]
    for number, rule in enumerate(rules):
        for cut, plain, saving in _bundles(rule, piles, savings[number]):
            if saving > 0:
                candidates[min((*cut, *plain))].append((number, cut, plain, saving))
    limited = [number for number, rule in enumerate(rules) if rule.left is not None]

    @cache
    def best(state: tuple[int, ...], left: tuple[int, ...]) -> tuple[int, _Candidate | None]:
        first = next((place for place, count in enumerate(state) if count), None)
        if first is None:
            return 0, None
        rest = (*state[:first], state[first] - 1, *state[first + 1 :])
        found = piles[first].base + best(rest, left)[0]
        choice: _Candidate | None = None
        for candidate in candidates[first]:
            number, cut, plain, saving = candidate
            after = _without(state, cut, plain)
            if after is None or (number in limited and not left[limited.index(number)]):
                continue
            value = saving + best(after, _less(left, limited, number))[0]
            if value > found:
                found, choice = value, candidate
        return found, choice

    state = tuple(pile.count for pile in piles)
    left = tuple(rules[number].left or 0 for number in limited)
    chosen: list[_Candidate] = []
    while any(state):
        choice = best(state, left)[1]
        if choice is None:
            first = next(place for place, count in enumerate(state) if count)
            state = (*state[:first], state[first] - 1, *state[first + 1 :])
            continue
        chosen.append(choice)
        after = _without(state, choice[1], choice[2])
        assert after is not None
        state, left = after, _less(left, limited, choice[0])
    return [_gathered(rule, piles, number, chosen) for number, rule in enumerate(rules)]


def _gathered(
    rule: Rule, piles: Sequence[Pile], number: int, chosen: Sequence[_Candidate]
) -> Bundled:
    cut_all: Pieces = {}
    plain_all: Pieces = {}
    gain = times = 0
    for which, cut, plain, saving in chosen:
        if which != number:
            continue
        times += 1
        gain += saving - sum(piles[place].base for place in (*cut, *plain))
        for place in cut:
            cut_all[place] = cut_all.get(place, 0) + 1
        for place in plain:
            plain_all[place] = plain_all.get(place, 0) + 1
    return Bundled(rule, times, cut_all, plain_all, gain)


def _size(rule: Rule) -> int:
    gives = rule.gives
    if isinstance(gives, NForPrice):
        return gives.count
    if isinstance(gives, Nth):
        return gives.nth
    if isinstance(gives, BuyGet):
        return gives.buy + gives.get
    if isinstance(gives, MealDeal):
        return len(gives.groups)
    return 1


def _bundles(
    rule: Rule, piles: Sequence[Pile], savings: Sequence[int]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], int]]:
    """Every bundle that an offer can make: which pieces become cheaper, which go with them."""
    gives = rule.gives
    if not rule.is_bundle:
        for place, saving in enumerate(savings):
            yield (place,), (), saving
        return
    whole = [place for place, pile in enumerate(piles) if pile.size == UNIT and pile.count]
    if isinstance(gives, MealDeal):
        yield from _meals(rule, gives, piles, whole)
        return
    if isinstance(gives, BuyGet) and gives.get_on:
        yield from _crossed(rule, gives, piles, whole)
        return
    inside = [place for place in whole if is_on(rule.on, rule.but, piles[place].terms)]
    inside.sort(key=lambda place: piles[place].tie)
    for places in combinations_with_replacement(inside, _size(rule)):
        if rule.same_item and len({piles[place].code for place in places}) > 1:
            continue
        if isinstance(gives, NForPrice):
            cost = sum(piles[place].value for place in places)
            yield places, (), cost - gives.price * EXACT
        else:
            plain = gives.buy if isinstance(gives, BuyGet) else _size(rule) - 1
            cut = places[plain:]
            yield cut, places[:plain], sum(piles[p].price * UNIT * rule.part for p in cut)


def _crossed(
    rule: Rule, gives: BuyGet, piles: Sequence[Pile], whole: Sequence[int]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], int]]:
    buyable = [place for place in whole if is_on(rule.on, rule.but, piles[place].terms)]
    gettable = [place for place in whole if is_on(gives.get_on, rule.but, piles[place].terms)]
    for cut in combinations_with_replacement(gettable, gives.get):
        saving = sum(piles[place].price * UNIT * rule.part for place in cut)
        for plain in combinations_with_replacement(buyable, gives.buy):
            if not rule.same_item or len({piles[p].code for p in (*cut, *plain)}) == 1:
                yield cut, plain, saving


def _meals(
    rule: Rule, gives: MealDeal, piles: Sequence[Pile], whole: Sequence[int]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], int]]:
    groups = [
        frozenset(place for place in whole if is_on(group, rule.but, piles[place].terms))
        for group in gives.groups
    ]
    everywhere = sorted(frozenset().union(*groups))
    for places in combinations_with_replacement(everywhere, len(groups)):
        if _fits(places, groups):
            cost = sum(piles[place].value for place in places)
            yield places, (), cost - gives.price * EXACT


def _fits(places: Sequence[int], groups: Sequence[frozenset[int]]) -> bool:
    """Whether the pieces can be given to the groups, one to each."""
    if not places:
        return True
    return any(
        places[0] in group and _fits(places[1:], [*groups[:at], *groups[at + 1 :]])
        for at, group in enumerate(groups)
    )


def _without(
    state: tuple[int, ...], cut: tuple[int, ...], plain: tuple[int, ...]
) -> tuple[int, ...] | None:
    after = list(state)
    for place in (*cut, *plain):
        if not after[place]:
            return None
        after[place] -= 1
    return tuple(after)


def _less(left: tuple[int, ...], limited: list[int], number: int) -> tuple[int, ...]:
    if number not in limited:
        return left
    at = limited.index(number)
    return (*left[:at], left[at] - 1, *left[at + 1 :])
