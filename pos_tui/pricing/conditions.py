"""What must be in the basket before an offer applies: how much of its goods there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pos_tui.pricing.offers import Goods, MealDeal, Tiers, is_on
from pos_tui.pricing.units import UNIT, Rule

Reach = dict[tuple[int, str], tuple[int, int]]


def reach_of(
    goods: Mapping[int, Goods], terms: Mapping[int, frozenset[str]], rules: Sequence[Rule]
) -> Reach:
    """How much of each offer's goods there is: quantity (UNIT) and amount before any offer.

    By the offer's place, and by item code where the offer counts each product by itself.
    """
    found: Reach = {}
    for rule in rules:
        if not _counts(rule):
            continue
        for line, each in goods.items():
            if is_counted(rule, terms[line]):
                key = _key(rule, each.code)
                count, amount = found.get(key, (0, 0))
                found[key] = count + int(each.quantity * UNIT), amount + each.gross
    return found


def is_counted(rule: Rule, terms: frozenset[str]) -> bool:
    """Whether goods count for an offer's conditions: of what is got besides, nothing does."""
    if isinstance(rule.gives, MealDeal):
        return rule.includes(terms)
    return is_on(rule.on, rule.but, terms)


def count_reached(rule: Rule, reach: Reach, code: str) -> int:
    """How much (UNIT) there is of what an offer counts together with this code."""
    return reach.get(_key(rule, code), (0, 0))[0]


def is_reached(rule: Rule, reach: Reach, code: str) -> bool:
    """Whether an offer's conditions are met for goods with this code."""
    offer = rule.offer
    if not (offer.min_quantity or offer.min_amount):
        return True
    count, amount = reach.get(_key(rule, code), (0, 0))
    return count >= offer.min_quantity * UNIT and amount >= offer.min_amount


def may_be_reached(rule: Rule, reach: Reach) -> bool:
    """Whether an offer may apply to anything; one that counts each product is asked for each."""
    return rule.same_item or is_reached(rule, reach, "")


def narrowed(rule: Rule, reach: Reach) -> Rule:
    """A bundling offer that counts each product by itself, on those that meet its conditions."""
    if not (rule.is_bundle and rule.same_item):
        return rule
    if not (rule.offer.min_quantity or rule.offer.min_amount):
        return rule
    codes = [code for place, code in reach if place == rule.place]
    fewer = Rule(rule.offer, rule.place)
    fewer.on = tuple(f"product:{code}" for code in codes if is_reached(rule, reach, code))
    return fewer


def _counts(rule: Rule) -> bool:
    offer = rule.offer
    return bool(offer.min_quantity or offer.min_amount) or isinstance(rule.gives, Tiers)


def _key(rule: Rule, code: str) -> tuple[int, str]:
    return rule.place, code if rule.same_item else ""
