"""Few pieces, several offers: every way of bundling them is tried, and the best one kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from math import comb, prod
from typing import NamedTuple

from pos_tui.pricing.bundles import Bundled, Pieces
from pos_tui.pricing.offers import BuyGet, MealDeal, NForPrice, Nth, is_on
from pos_tui.pricing.units import EXACT, UNIT, Pile, Rule

MOST_STEPS = 120_000
_MOST_PIECES = 200  # each is a step deeper into the search


class _Candidate(NamedTuple):
    """A bundle that may be made: by which rule, of which piles, and what it saves, exact.

    `needs` is what it takes besides one piece of the first of its piles.
    """

    number: int
    cut: tuple[int, ...]
    plain: tuple[int, ...]
    saving: int
    needs: tuple[tuple[int, int], ...]


def is_small(rules: Sequence[Rule], piles: Sequence[Pile]) -> bool:
    """Whether trying everything takes so little time that a cashier does not notice."""
    if sum(pile.count for pile in piles) > _MOST_PIECES:
        return False
    states = prod(pile.count + 1 for pile in piles)
    limits = prod(rule.left + 1 for rule in rules if rule.left is not None)
    kinds = sum(comb(len(piles) + _size(rule) - 1, _size(rule)) for rule in rules)
    return states * limits * (kinds + 1) <= MOST_STEPS


def best_together(
    rules: Sequence[Rule], piles: Sequence[Pile], savings: Sequence[Sequence[int]]
) -> list[Bundled]:
    """The bundles that gain most over the pieces' bases, all offers taken together; exact.

    `piles` are in order of price, the dearest first.
    What is left of the piles and of the offers' limits is one tuple: limits stand behind the piles
    as if each use took a piece of them.
    """
    lefts = [(number, rule.left) for number, rule in enumerate(rules)]
    limits = {number: left for number, left in lefts if left is not None}
    place_of = {number: len(piles) + place for place, number in enumerate(limits)}
    candidates: list[list[_Candidate]] = [[] for _ in piles]
    for number, rule in enumerate(rules):
        for cut, plain, saving in _bundles(rule, piles, savings[number]):
            if saving > 0:
                pieces = Counter((*cut, *plain))
                if number in place_of:
                    pieces[place_of[number]] = 1
                first = min((*cut, *plain))
                pieces[first] -= 1  # it is taken before the others are looked at
                needs = tuple((place, count) for place, count in pieces.items() if count)
                candidates[first].append(_Candidate(number, cut, plain, saving, needs))
    bases = [pile.base for pile in piles]
    known: dict[tuple[int, ...], tuple[int, _Candidate | None]] = {}

    def best(state: tuple[int, ...], first: int) -> int:
        """The most that is saved with these pieces; none is left before the pile `first`."""
        while first < len(piles) and not state[first]:
            first += 1
        if first == len(piles):
            return 0
        found = known.get(state)
        if found is not None:
            return found[0]
        rest = list(state)
        rest[first] -= 1
        saved, choice = bases[first] + best(tuple(rest), first), None
        for candidate in candidates[first]:
            after = rest.copy()
            for place, count in candidate.needs:
                if after[place] < count:
                    break
                after[place] -= count
            else:
                value = candidate.saving + best(tuple(after), first)
                if value > saved:
                    saved, choice = value, candidate
        known[state] = saved, choice
        return saved

    state = (*(pile.count for pile in piles), *limits.values())
    best(state, 0)
    chosen: list[_Candidate] = []
    while any(state[: len(piles)]):
        choice = known[state][1]
        left = list(state)
        left[next(place for place, count in enumerate(state) if count)] -= 1
        if choice is not None:
            chosen.append(choice)
            for place, count in choice.needs:
                left[place] -= count
        state = tuple(left)
    return [_gathered(rule, piles, number, chosen) for number, rule in enumerate(rules)]


def _gathered(
    rule: Rule, piles: Sequence[Pile], number: int, chosen: Sequence[_Candidate]
) -> Bundled:
    cut_all: Pieces = {}
    plain_all: Pieces = {}
    gain = times = 0
    for which, cut, plain, saving, _ in chosen:
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
