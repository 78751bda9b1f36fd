"""The best bundles that one offer can make of the pieces there are, against what they cost else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pos_tui.pricing.offers import BuyGet, MealDeal, NForPrice, Nth, is_on
from pos_tui.pricing.units import EXACT, UNIT, Pile, Rule

Pieces = dict[int, int]
_MOST_LOOKED_AT = 200_000  # places in bundles, over all pieces


class Bundled(NamedTuple):
    """How often an offer applies, on which piles (place → pieces), and what that gains, exact.

    `cut` are the pieces that become cheaper, `plain` those that are bought with them. The gain is
    over what the pieces would have saved without the bundle.
    """

    rule: Rule
    times: int
    cut: Pieces
    plain: Pieces
    gain: int


class _Made:
    """Bundles as they are being made."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.times = 0
        self.gain = 0
        self.cut: Pieces = {}
        self.plain: Pieces = {}

    def add(self, cut: Iterable[int], plain: Iterable[int], gain: int, times: int = 1) -> None:
        """Add a bundle of single pieces, `times` over."""
        for place in cut:
            self.cut[place] = self.cut.get(place, 0) + times
        for place in plain:
            self.plain[place] = self.plain.get(place, 0) + times
        self.times += times
        self.gain += gain * times

    def done(self) -> Bundled:
        return Bundled(self.rule, self.times, self.cut, self.plain, self.gain)


class Contest:
    """An offer among pieces: which it may take, and what each saves where it is for single ones.

    `piles` are in order of price, the dearest first.
    """

    __slots__ = ("get", "groups", "inside", "piles", "rule", "savings")

    def __init__(self, rule: Rule, piles: Sequence[Pile], savings: Sequence[int]) -> None:
        self.rule = rule
        self.piles = piles
        self.savings = savings
        self.groups: list[list[int]] = []
        self.get: list[int] = []
        gives = rule.gives
        if not rule.is_bundle:
            self.inside = [place for place, saving in enumerate(savings) if saving]
            return
        if isinstance(gives, MealDeal):
            self.groups = [self._within(group) for group in gives.groups]
            self.inside = sorted(set().union(*self.groups))
            return
        if rule.on is rule.offer.on and not getattr(gives, "get_on", ()):
            place = rule.place
            self.inside = [
                number
                for number, pile in enumerate(piles)
                if place in pile.places and pile.size == UNIT and pile.count
            ]
            return
        self.inside = self._within(rule.on)
        if isinstance(gives, BuyGet) and gives.get_on:
            self.get = self._within(gives.get_on)

    @property
    def places(self) -> Iterable[int]:
        """Every pile that it may take pieces from."""
        return (*self.inside, *self.get)

    def _within(self, on: tuple[str, ...]) -> list[int]:
        but = self.rule.but
        return [
            place
            for place, pile in enumerate(self.piles)
            if pile.size == UNIT and pile.count and is_on(on, but, pile.terms)
        ]


def best_alone(contest: Contest) -> Bundled:
    """What a limited or bundling offer gains most when it alone chooses among the pieces.

    Exact for bundles of one scope and for disjoint groups; where the groups of a meal deal
    overlap, or a limit meets several products that count apart, it is a good choice and never a
    wrong one.
    """
    rule, piles = contest.rule, contest.piles
    if not rule.is_bundle:
        return _limited(contest)
    gives = rule.gives
    if isinstance(gives, MealDeal):
        return _of_groups(contest, gives.price)
    if isinstance(gives, BuyGet) and gives.get_on:
        return _bought_and_got(contest, gives)
    by_code: dict[str, list[int]] = {}
    for place in contest.inside:
        if piles[place].count:
            by_code.setdefault(piles[place].code if rule.same_item else "", []).append(place)
    made = _Made(rule)
    if isinstance(gives, NForPrice):
        chunks = [chunk for places in by_code.values() for chunk in _chunks(gives, piles, places)]
        _use_best(made, chunks)
        return made.done()
    if isinstance(gives, Nth):
        plain, cut = gives.nth - 1, 1
    else:
        assert isinstance(gives, BuyGet)
        plain, cut = gives.buy, gives.get
    runs = [
        run for places in by_code.values() for run in _cheapest_cut(rule, plain, cut, piles, places)
    ]
    _use_best(made, runs)
    return made.done()


_Chunk = tuple[int, tuple[int, ...], tuple[int, ...], int]  # gain, cut, plain, times


def _use_best(made: _Made, chunks: list[_Chunk]) -> None:
    """Use the chunks that gain most, as many as the offer's limit lets."""
    left = made.rule.left
    if left is not None:
        chunks.sort(key=lambda chunk: -chunk[0])
    for gain, cut, plain, possible in chunks:
        times = possible if left is None else min(possible, left)
        if left is not None:
            left -= times
        if times and gain > 0:
            made.add(cut, plain, gain, times)


def _limited(contest: Contest) -> Bundled:
    rule, piles, savings = contest.rule, contest.piles, contest.savings
    gains = [
        (piles[place].base - savings[place], place)
        for place in contest.inside
        if piles[place].count and savings[place] > piles[place].base
    ]
    gains.sort()
    made, left = _Made(rule), rule.left
    for loss, place in gains:
        times = piles[place].count if left is None else min(piles[place].count, left)
        if times:
            made.add((place,), (), -loss, times)
        if left is not None:
            left -= times
    return made.done()


def _chunks(gives: NForPrice, piles: Sequence[Pile], places: list[int]) -> list[_Chunk]:
    """n for a price: the dearest n first, as long as the price is lower than what they cost."""
    if any(piles[place].base for place in places):
        places = sorted(places, key=lambda place: (-piles[place].otherwise, place))
    chunks: list[_Chunk] = []
    price = gives.price * EXACT
    held: list[int] = []
    cost = 0
    for place in places:
        each, left = piles[place].otherwise, piles[place].count
        while left:
            whole = left // gives.count if not held else 0
            if whole:
                if each * gives.count <= price:
                    return chunks
                chunks.append((each * gives.count - price, (place,) * gives.count, (), whole))
                left -= whole * gives.count
                continue
            held.append(place)
            cost += each
            left -= 1
            if len(held) == gives.count:
                if cost <= price:
                    return chunks
                chunks.append((cost - price, tuple(held), (), 1))
                held, cost = [], 0
    return chunks


def _cheapest_cut(
    rule: Rule, plain: int, cut: int, piles: Sequence[Pile], places: list[int]
) -> list[_Chunk]:
    """Of every plain + cut pieces the cheapest are cut: the dearest together, then the next.

    Where pieces would save something else (their base), which of them to leave out is found by
    going through them from the dearest on, for every place in a bundle the best so far.
    """
    size = plain + cut
    if not any(piles[place].base for place in places):
        return _in_order(rule, plain, size, piles, places)
    chosen = _most_gained(rule, plain, size, piles, places, None)
    left = rule.left
    if left is not None and len(chosen) > size * left:
        # As many at a time as there may be, or the best of them could leave better ones out.
        pieces = sum(piles[place].count for place in places)
        if size * left * pieces <= _MOST_LOOKED_AT:
            chosen = _most_gained(rule, plain, size, piles, places, left)
    return [
        _chunk(rule, plain, piles, chosen[at : at + size]) for at in range(0, len(chosen), size)
    ]


def _most_gained(
    rule: Rule,
    plain: int,
    size: int,
    piles: Sequence[Pile],
    places: list[int],
    left: int | None,
) -> list[int]:
    """The pieces of the bundles that gain most, `left` bundles at most, in their order."""
    # For each place in a bundle the most gained so far, and the pieces that lead there. Where the
    # bundles are counted, each has places of its own; else the first place comes after the last.
    places_in_all = size if left is None else size * left + 1
    gained: list[int | None] = [0] + [None] * (places_in_all - 1)
    ways: list[_Link | None] = [None] * places_in_all
    for place in places:
        pile = piles[place]
        bought, cheaper = -pile.base, pile.price * pile.size * rule.part - pile.base
        for _ in range(pile.count):
            full, full_way = gained[-1], ways[-1]
            for position in range(places_in_all - 1, 0, -1):
                before = gained[position - 1]
                if before is None:
                    continue
                gain = before + (bought if (position - 1) % size < plain else cheaper)
                there = gained[position]
                if there is None or gain > there:
                    gained[position] = gain
                    ways[position] = (ways[position - 1], place)
            if left is None and full is not None and full + cheaper > (gained[0] or 0):
                gained[0] = full + cheaper
                ways[0] = (full_way, place)
    best = max(range(0, places_in_all, size), key=lambda position: gained[position] or 0)
    chosen: list[int] = []
    link = ways[best]
    while link is not None:
        chosen.append(link[1])
        link = link[0]
    chosen.reverse()
    return chosen


_Link = tuple["_Link | None", int]


def _in_order(
    rule: Rule, plain: int, size: int, piles: Sequence[Pile], places: list[int]
) -> list[_Chunk]:
    chunks: list[_Chunk] = []
    held: list[int] = []
    for place in places:
        left = piles[place].count
        while left:
            whole = left // size if not held else 0
            if whole:
                gain, cut, bought, _ = _chunk(rule, plain, piles, [place] * size)
                chunks.append((gain, cut, bought, whole))
                left -= whole * size
                continue
            held.append(place)
            left -= 1
            if len(held) == size:
                chunks.append(_chunk(rule, plain, piles, held))
                held = []
    return chunks


def _chunk(rule: Rule, plain: int, piles: Sequence[Pile], held: list[int]) -> _Chunk:
    cut, bought = held[plain:], held[:plain]
    gain = sum(piles[place].price * piles[place].size * rule.part for place in cut)
    gain -= sum(piles[place].base for place in held)
    return gain, tuple(cut), tuple(bought), 1


def _bought_and_got(contest: Contest, gives: BuyGet) -> Bundled:
    """Buy some of one scope, get some of another: what loses least is bought, the dearest got."""
    rule, piles = contest.rule, contest.piles

    def got(place: int) -> int:
        pile = piles[place]
        return pile.price * pile.size * rule.part - pile.base

    buyable = sorted(contest.inside, key=lambda place: (piles[place].base, place))
    gettable = sorted(contest.get, key=lambda place: (-got(place), place))
    made, used = _Made(rule), dict[int, int]()
    while rule.left is None or made.times < rule.left:
        get = _next(gettable, gives.get, used, piles)
        buy = _next(buyable, gives.buy, used, piles)
        if len(get) < gives.get or len(buy) < gives.buy:
            break
        gain = sum(got(place) for place in get) - sum(piles[place].base for place in buy)
        if gain <= 0:
            break
        made.add(get, buy, gain)
    return made.done()


def _of_groups(contest: Contest, price: int) -> Bundled:
    """One of each group for a price: the dearest of each; the group with least choice first."""
    rule, piles = contest.rule, contest.piles
    groups = [
        sorted(group, key=lambda place: (-piles[place].otherwise, place))
        for group in contest.groups
    ]
    groups.sort(key=lambda places: sum(piles[place].count for place in places))
    made, used = _Made(rule), dict[int, int]()
    while rule.left is None or made.times < rule.left:
        chosen = [place for places in groups for place in _next(places, 1, used, piles)]
        if len(chosen) < len(groups):
            break
        gain = sum(piles[place].otherwise for place in chosen) - price * EXACT
        if gain <= 0:
            break
        made.add(chosen, (), gain)
    return made.done()


def _next(places: list[int], count: int, used: Pieces, piles: Sequence[Pile]) -> list[int]:
    """Take the next so many unused pieces."""
    while places and piles[places[0]].count <= used.get(places[0], 0):
        places.pop(0)
    found: list[int] = []
    for place in places:
        free = min(piles[place].count - used.get(place, 0), count - len(found))
        found += [place] * free
        if len(found) == count:
            break
    for place in found:
        used[place] = used.get(place, 0) + 1
    return found
