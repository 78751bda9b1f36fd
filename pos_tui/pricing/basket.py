"""Offers on the basket (满减), and how what they take off is spread over the lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import NamedTuple

from pos_tui.money import allocate, round_half_up
from pos_tui.pricing.offers import Goods, Threshold
from pos_tui.pricing.priced import MANUAL, BasketDiscount, Discount, PricedLine
from pos_tui.pricing.units import UNIT, Rule

_MOST_TRIED = 12

Keys = Callable[[], Mapping[int, tuple[object, ...]]]


class _Reduction(NamedTuple):
    """What an offer takes off which lines."""

    discount: BasketDiscount
    lines: Sequence[int]
    group: str = ""


class BasketOffers:
    """The open offers on the basket, the lines each is on, and what those lines come to."""

    def __init__(self, rules: Sequence[Rule] = (), manual: Discount | None = None) -> None:
        self.rules = list(rules)
        self.manual = manual
        self._members: dict[int, dict[int, tuple[int, int]]] = {rule.place: {} for rule in rules}
        self._there = {rule.place: (0, 0) for rule in rules}
        self._subtotals = {rule.place: 0 for rule in rules}
        self._counted: dict[int, dict[int, int]] = {rule.place: {} for rule in rules}
        self._amounts: dict[int, int] = {}
        self._rules_of: dict[int, Sequence[Rule]] = {}
        self._deposits: set[int] = set()

    @property
    def is_needed(self) -> bool:
        """Whether anything can come off the basket at all."""
        return bool(self.rules) or self.manual is not None

    def attach(self, line: int, rules: Sequence[Rule], goods: Goods) -> None:
        """A line is on the list, and these offers count it."""
        self._rules_of[line] = rules
        if goods.is_deposit:
            self._deposits.add(line)
        size, gross = int(goods.quantity * UNIT), goods.gross
        for rule in rules:
            self._members[rule.place][line] = size, gross
            quantity, amount = self._there[rule.place]
            self._there[rule.place] = quantity + size, amount + gross

    def detach(self, line: int) -> None:
        """A line is taken away, or is about to change."""
        self._deposits.discard(line)
        for rule in self._rules_of.pop(line, ()):
            size, gross = self._members[rule.place].pop(line)
            quantity, amount = self._there[rule.place]
            self._there[rule.place] = quantity - size, amount - gross
            self._subtotals[rule.place] -= self._counted[rule.place].pop(line, 0)

    def note(self, line: int, priced: PricedLine) -> None:
        """A line has this price now."""
        self._amounts[line] = priced.actual
        for rule in self._rules_of[line]:
            gives = rule.gives
            assert isinstance(gives, Threshold)
            counts = not (gives.full_price_only and priced.applied)
            amount = priced.actual if counts else 0
            counted = self._counted[rule.place]
            self._subtotals[rule.place] += amount - counted.get(line, 0)
            counted[line] = amount

    def forget(self, line: int) -> None:
        """A line that had a price is no longer on the list."""
        del self._amounts[line]

    def discounts(self, keys: Keys, groups: frozenset[str]) -> tuple[BasketDiscount, ...]:
        """What comes off, in the order in which it does; offers of `groups` are used already."""
        if not self.is_needed:
            return ()
        chosen = self._chosen(groups)
        if self.manual is None and not any(rule.offer.stackable for rule in self.rules):
            return tuple(each.discount for each in chosen)
        return tuple(each.discount for each in self._all(chosen, groups, keys)[0])

    def shares(self, keys: Keys, groups: frozenset[str]) -> dict[int, int]:
        """Each line's part of what comes off; a line is never taken below zero."""
        if not self.is_needed:
            return {}
        _, left = self._all(self._chosen(groups), groups, keys)
        return {line: self._amounts[line] - rest for line, rest in left.items()}

    def saving_of(self, rule: Rule, subtotal: int | None = None) -> int:
        """What an offer would take off its lines as they are now, in minor units."""
        gives = rule.gives
        assert isinstance(gives, Threshold)
        amount = self._subtotals[rule.place] if subtotal is None else subtotal
        if amount <= 0 or amount < gives.over or not self._conditions(rule):
            return 0
        if gives.percent is not None:
            return int((amount * rule.part + UNIT // 2) // UNIT)
        times = 1
        if gives.every and gives.over:
            times = amount // gives.over
            times = times if rule.left is None else min(times, rule.left)
        return min((gives.amount or 0) * times, amount)

    def _conditions(self, rule: Rule) -> bool:
        quantity, gross = self._there[rule.place]
        return quantity >= rule.offer.min_quantity * UNIT and gross >= rule.offer.min_amount

    def _chosen(self, groups: frozenset[str]) -> list[_Reduction]:
        """The offers that do not stack: of those that share a line, the choice that saves most."""
        saving = {
            rule.place: self.saving_of(rule) for rule in self.rules if not rule.offer.stackable
        }
        reached = [
            rule for rule in self.rules if saving.get(rule.place) and rule.group not in groups
        ]
        picked: list[Rule] = []
        for priority in sorted({rule.priority for rule in reached}, reverse=True):
            level = [
                rule
                for rule in reached
                if rule.priority == priority and not any(self._clash(rule, one) for one in picked)
            ]
            picked += self._best(level, saving)
        return [
            self._reduction(rule, saving[rule.place])
            for rule in sorted(picked, key=lambda rule: rule.place)
        ]

    def _best(self, rules: list[Rule], saving: Mapping[int, int]) -> list[Rule]:
        """Offers of which no two share a line or a group, and which save most together."""
        if len(rules) > _MOST_TRIED:
            rules = sorted(rules, key=lambda rule: (-saving[rule.place], rule.place))
            kept: list[Rule] = []
            for rule in rules:
                if not any(self._clash(rule, one) for one in kept):
                    kept.append(rule)
            return kept
        if not rules:
            return []
        first, rest = rules[0], rules[1:]
        free = [rule for rule in rest if not self._clash(first, rule)]
        with_first = [first, *self._best(free, saving)]
        if len(free) == len(rest):
            return with_first
        without = self._best(rest, saving)
        return max(with_first, without, key=lambda kept: sum(saving[rule.place] for rule in kept))

    def _clash(self, one: Rule, other: Rule) -> bool:
        if one.group and one.group == other.group:
            return True
        return not self._lines_of(one).isdisjoint(self._lines_of(other))

    def _lines_of(self, rule: Rule) -> Set[int]:
        gives = rule.gives
        if isinstance(gives, Threshold) and gives.full_price_only:
            return {line for line, part in self._counted[rule.place].items() if part}
        return self._members[rule.place].keys()

    def _reduction(self, rule: Rule, amount: int) -> _Reduction:
        lines = [line for line, part in self._counted[rule.place].items() if part]
        return _Reduction(BasketDiscount(rule.offer.id, rule.offer.name, amount), lines, rule.group)

    def _all(
        self,
        chosen: Sequence[_Reduction],
        groups: frozenset[str],
        keys: Keys,
    ) -> tuple[list[_Reduction], dict[int, int]]:
        """Everything that comes off, and what is left of each line."""
        left = dict(self._amounts)
        order = keys()
        reductions: list[_Reduction] = []
        for each in chosen:
            _spread(each, left, order)
            reductions.append(each)
        used = {*groups, *(each.group for each in chosen if each.group)}
        for rule in self.rules:
            if not rule.offer.stackable or rule.group in used:
                continue
            lines = [line for line, part in self._counted[rule.place].items() if part]
            amount = self.saving_of(rule, sum(left[line] for line in lines))
            if amount:
                if rule.group:
                    used.add(rule.group)
                each = self._reduction(rule, amount)
                _spread(each, left, order)
                reductions.append(each)
        if self.manual is not None:
            lines = [line for line in left if line not in self._deposits]
            each = _Reduction(_manual(self.manual, sum(left[line] for line in lines)), lines)
            _spread(each, left, order)
            reductions.append(each)
        return reductions, left


def _manual(discount: Discount, total: int) -> BasketDiscount:
    """A discount that a person gives on the whole; never more than there is."""
    if discount.kind == "percent":
        amount = round_half_up(total * discount.value / 100)
    elif discount.kind == "amount":
        amount = int(discount.value)
    else:
        amount = max(total - int(discount.value), 0)
    return BasketDiscount(MANUAL, discount.name, min(amount, total))


def _spread(
    reduction: _Reduction, left: dict[int, int], order: Mapping[int, tuple[object, ...]]
) -> None:
    lines = sorted(reduction.lines, key=lambda line: order[line])
    parts = allocate(reduction.discount.amount, [left[line] for line in lines])
    for line, part in zip(lines, parts, strict=True):
        left[line] -= part
