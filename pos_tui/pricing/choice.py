"""Which offers goods get that could have several: the choice that saves the customer most."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from math import prod
from typing import NamedTuple

from pos_tui.money import allocate
from pos_tui.pricing.bundles import Bundled, Contest, best_alone
from pos_tui.pricing.conditions import (
    Reach,
    count_reached,
    is_reached,
    may_be_reached,
    narrowed,
    reach_of,
)
from pos_tui.pricing.offers import Goods, MealDeal, NForPrice
from pos_tui.pricing.search import best_together, is_small
from pos_tui.pricing.units import EXACT, UNIT, OfferPart, Pile, Rule, piles_of

_MOST_WAYS = 32  # of choosing one offer of each group
_MOST_WORK = 200  # piles looked at over all orders of offers that are tried
_FEW_PIECES = 30


def choose(
    goods: Mapping[int, Goods],
    terms: Mapping[int, frozenset[str]],
    places: Mapping[int, Collection[int]],
    rules: Sequence[Rule],
    today: date,
) -> list[OfferPart]:
    """The offers that apply to these goods, priority by priority, each best for the customer.

    Goods and offers that depend on one another must all be among these. `rules` are in order of
    their places. The result does not depend on the order of `goods`, except that lines which are
    equal in all that offers look at may change places. `places` are, for each line, those of the
    rules that are on it.
    """
    piles = [
        pile
        for line, each in goods.items()
        for pile in piles_of(line, each, terms[line], places[line])
    ]
    piles.sort(key=lambda pile: (pile.tie, pile.line))
    reach = reach_of(goods, terms, rules)
    rules = [narrowed(rule, reach) for rule in rules if may_be_reached(rule, reach)]
    groups_used: set[str] = set()
    parts: list[OfferPart] = []
    for priority in sorted({rule.priority for rule in rules}, reverse=True):
        level = [
            rule for rule in rules if rule.priority == priority and rule.group not in groups_used
        ]
        chosen = _best_of_groups(piles, level, reach, today)
        groups_used |= {part.rule.group for part in chosen if part.rule.group}
        parts += chosen
    return parts


def _best_of_groups(
    piles: list[Pile], rules: Sequence[Rule], reach: Reach, today: date
) -> list[OfferPart]:
    """One priority: with every choice of one offer from each group, the best of them all."""
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.group:
            groups.setdefault(rule.group, []).append(rule)
    counts = [pile.count for pile in piles]

    def tried(way: Sequence[Rule]) -> _Tried:
        for pile, count in zip(piles, counts, strict=True):
            pile.count = count
        allowed = [rule for rule in rules if not rule.group or rule in way]
        saving, parts = _one_level(piles, allowed, reach, today)
        return _Tried(saving, parts, [pile.count for pile in piles], list(way))

    best = tried([members[0] for members in groups.values()])
    if prod(len(members) for members in groups.values()) <= _MOST_WAYS:
        for way in product(*groups.values()):
            best = max(best, tried(way), key=lambda each: each.saving)
    else:
        for place, members in enumerate(groups.values()):
            for rule in members:
                way = (*best.way[:place], rule, *best.way[place + 1 :])
                best = max(best, tried(way), key=lambda each: each.saving)
    for pile, count in zip(piles, best.left, strict=True):
        pile.count = count
    return best.parts


class _Tried(NamedTuple):
    """One choice of an offer from each group: what it saves, how, and which pieces it leaves."""

    saving: int
    parts: list[OfferPart]
    left: list[int]
    way: list[Rule]


def _one_level(
    piles: list[Pile], rules: Sequence[Rule], reach: Reach, today: date
) -> tuple[int, list[OfferPart]]:
    """The best use of these offers; takes the pieces that it uses off the piles."""
    singles = [rule for rule in rules if not rule.is_bundle and rule.left is None]
    coupled = [rule for rule in rules if rule.is_bundle or rule.left is not None]
    for pile in piles:
        pile.base, pile.base_offer = 0, None
        for rule in singles:
            saving = _saving(rule, pile, reach, today)
            if saving > pile.base:
                pile.base, pile.base_offer = saving, rule
    total, parts = 0, list[OfferPart]()
    for bundled in _bundles(piles, coupled, reach, today):
        for place, count in (*bundled.cut.items(), *bundled.plain.items()):
            piles[place].count -= count
        for part in _parts_of(bundled, piles, reach, today):
            total += part.saving
            parts.append(part)
    for pile in piles:
        if pile.count and pile.base_offer is not None:
            saving = pile.base * pile.count
            parts.append(OfferPart(pile.base_offer, pile.line, pile.size * pile.count, saving))
            total += saving
            pile.count = 0
    return total, parts


def _bundles(
    piles: Sequence[Pile], rules: Sequence[Rule], reach: Reach, today: date
) -> list[Bundled]:
    """The bundles to make: exact for one offer or few pieces, else the best of many orders."""
    contests = [
        Contest(
            rule,
            piles,
            () if rule.is_bundle else [_saving(rule, pile, reach, today) for pile in piles],
        )
        for rule in rules
    ]
    contests = [contest for contest in contests if contest.inside]
    if not contests:
        return []
    if len(contests) == 1 and not _is_tangled(contests[0]):
        return [best_alone(contests[0])]
    used = sorted({place for contest in contests for place in contest.places})
    if is_small([contest.rule for contest in contests], [piles[place] for place in used]):
        few = [piles[place] for place in used]
        savings = [[each.savings[place] for place in used] if each.savings else ()
                   for each in contests]  # fmt: skip
        together = best_together([contest.rule for contest in contests], few, savings)
        return [_placed(each, used) for each in together]
    return _Orders(contests, piles).best()


def _is_tangled(contest: Contest) -> bool:
    """Whether one offer alone is not enough to go through the pieces in order."""
    rule = contest.rule
    if rule.same_item and rule.left is not None:
        return True
    groups = contest.groups or [contest.inside, contest.get]
    places = [place for group in groups for place in group]
    return len(places) > len(set(places))


def _placed(bundled: Bundled, used: Sequence[int]) -> Bundled:
    cut = {used[place]: count for place, count in bundled.cut.items()}
    plain = {used[place]: count for place, count in bundled.plain.items()}
    return bundled._replace(cut=cut, plain=plain)


class _Orders:
    """Offers that take turns in choosing: the order that saves most, found within a set work.

    What an offer gains alone bounds what it gains in any order; the first order tried is that of
    these gains, so no single offer beats the result.
    """

    def __init__(self, contests: Sequence[Contest], piles: Sequence[Pile]) -> None:
        self._piles = piles
        self._alone = sorted(
            ((best_alone(contest), contest) for contest in contests), key=lambda each: -each[0].gain
        )
        self._is_few = sum(pile.count for pile in piles) <= _FEW_PIECES
        self._left = _MOST_WORK if self._is_few else _MOST_WORK // 4
        self._best: tuple[int, list[Bundled]] = (0, [])

    def best(self) -> list[Bundled]:
        """The bundles of the best order."""
        waiting = [each for each in self._alone if each[0].times]
        self._go_on(waiting, 0, [])
        return self._best[1]

    def _go_on(
        self, waiting: Sequence[tuple[Bundled, Contest]], gain: int, made: list[Bundled]
    ) -> None:
        if gain > self._best[0]:
            self._best = gain, list(made)
        for number, (alone, contest) in enumerate(waiting):
            rest = (*waiting[:number], *waiting[number + 1 :])
            bound = gain + sum(other.gain for other, _ in rest)
            for bundled in self._uses(alone, contest, bool(made)):
                if bound + bundled.gain <= self._best[0]:
                    break
                self._use(bundled, -1)
                made.append(bundled)
                self._go_on(rest, gain + bundled.gain, made)
                made.pop()
                self._use(bundled, 1)

    def _uses(self, alone: Bundled, contest: Contest, others: bool) -> Iterator[Bundled]:
        """An offer as often as it gains, then less and less often, while there is work left."""
        if others and self._left <= 0:
            return
        bundled = alone
        if others:
            bundled = self._choose(contest)
        rule, left = contest.rule, contest.rule.left
        try:
            while bundled.times:
                yield bundled
                if bundled.times == 1 or self._left <= 0 or not self._is_few:
                    return
                rule.left = bundled.times - 1
                bundled = self._choose(contest)
        finally:
            rule.left = left

    def _choose(self, contest: Contest) -> Bundled:
        self._left -= len(contest.inside) + len(contest.get)
        return best_alone(contest)

    def _use(self, bundled: Bundled, sign: int) -> None:
        for pieces in (bundled.cut, bundled.plain):
            for place, count in pieces.items():
                self._piles[place].count += sign * count


def _parts_of(
    bundled: Bundled, piles: Sequence[Pile], reach: Reach, today: date
) -> Iterator[OfferPart]:
    """What bundles save, line by line; a price for several is spread in proportion to theirs."""
    rule = bundled.rule
    if not bundled.times:
        return
    if isinstance(rule.gives, NForPrice | MealDeal):
        places = sorted(bundled.cut)
        usual = [piles[place].price * bundled.cut[place] for place in places]
        paid = allocate(rule.gives.price * bundled.times, usual)
        for place, before, after in zip(places, usual, paid, strict=True):
            quantity = bundled.cut[place] * UNIT
            yield OfferPart(rule, piles[place].line, quantity, (before - after) * EXACT)
        return
    for place, count in bundled.cut.items():
        pile = piles[place]
        saving = (
            pile.price * pile.size * rule.part
            if rule.is_bundle
            else _saving(rule, pile, reach, today)
        )
        yield OfferPart(rule, pile.line, pile.size * count, saving * count)
    for place, count in bundled.plain.items():
        yield OfferPart(rule, piles[place].line, piles[place].size * count, 0)


def _saving(rule: Rule, pile: Pile, reach: Reach, today: date) -> int:
    """What one piece saves under an offer on single pieces; 0 where it does not get it."""
    if rule.place not in pile.places or not is_reached(rule, reach, pile.code):
        return 0
    return rule.saving(pile, today, count_reached(rule, reach, pile.code))
