"""Why this price: each offer that was considered for a line, whether it applied, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from pos_tui.pricing.conditions import Reach, is_reached, reach_of
from pos_tui.pricing.offers import (
    BuyGet,
    MealDeal,
    NearExpiry,
    NForPrice,
    Nth,
    Occasion,
    Offer,
    Threshold,
    Tiers,
    is_on,
    may_be_by_label,
)
from pos_tui.pricing.priced import MANUAL
from pos_tui.pricing.pricer import Pricer, price_all
from pos_tui.pricing.units import UNIT, Rule
from pos_tui.pricing.when import holds_at, times_of
from pos_tui.reasons import Reason, because

Amount = Callable[[int], str]
Verdict = Literal["applied", "closed", "not_reached", "outdone"]


class Considered(Struct, frozen=True):
    """An offer that is on these goods: whether it applied, what it saved, and why.

    closed: not now, not for this customer, no coupon, used up. not_reached: not enough of its
    goods. outdone: something better for the customer, or of higher priority, applied instead.
    """

    offer_id: int
    name: str
    verdict: Verdict
    saved: int
    why: Reason


class Explainer:
    """Explains the lines of one basket; what an offer would save alone is found once."""

    def __init__(self, pricer: Pricer, occasion: Occasion, amount: Amount) -> None:
        self._pricer = pricer
        self._occasion = occasion
        self._amount = amount
        self._alone: dict[int, int] = {}
        self._rules = {offer.id: Rule(offer, 0) for offer in pricer.offers}
        self._discounts = {each.offer_id: each for each in pricer.discounts()}
        self._used = {each.offer_id for line in pricer.priced.values() for each in line.applied}
        self._lines = pricer.lines()
        self._terms = {number: goods.all_terms() for number, goods in self._lines.items()}
        self._reached: dict[int, Reach] = {}
        self._inside: dict[tuple[int, str], list[int]] = {}

    def line(self, line: int) -> tuple[Considered, ...]:
        """The offers on one line."""
        terms = self._pricer.goods(line).all_terms()
        found = [
            self._considered(offer, line)
            for offer in self._pricer.offers
            if self._rules[offer.id].includes(terms)
        ]
        found += [
            Considered(MANUAL, each.name, "applied", each.saved, because("pricing.by_hand"))
            for each in self._pricer.priced[line].applied
            if each.offer_id == MANUAL
        ]
        if self._pricer.basket.manual is not None and MANUAL in self._discounts:
            given = self._discounts[MANUAL]
            why = because("pricing.by_hand_off_basket", amount=self._amount(given.amount))
            found.append(Considered(MANUAL, given.name, "applied", given.amount, why))
        return tuple(sorted(found, key=lambda each: each.verdict != "applied"))

    def _considered(self, offer: Offer, line: int) -> Considered:
        applied = [a for a in self._pricer.priced[line].applied if a.offer_id == offer.id]
        if applied:
            saved = sum(each.saved for each in applied)
            quantity = sum(each.quantity for each in applied)
            why = because("pricing.applied", quantity=quantity, amount=self._amount(saved))
            return Considered(offer.id, offer.name, "applied", saved, why)
        if offer.id in self._discounts and self._is_counted(offer, line):
            off = self._discounts[offer.id].amount
            why = because("pricing.applied_to_basket", amount=self._amount(off))
            return Considered(offer.id, offer.name, "applied", off, why)
        closed = self._why_closed(offer)
        if closed is not None:
            return Considered(offer.id, offer.name, "closed", 0, closed)
        if self._pricer.goods(line).by_label and not may_be_by_label(offer.gives):
            why = because("pricing.by_label")
            return Considered(offer.id, offer.name, "not_reached", 0, why)
        lacks = self._what_lacks(offer, line)
        if lacks is not None:
            return Considered(offer.id, offer.name, "not_reached", 0, lacks)
        alone = self._saves_alone(offer)
        why = because("pricing.saves_nothing")
        if offer.left is not None and offer.id in self._used:
            why = because("pricing.limit_reached", count=offer.left)
        elif alone:
            why = because("pricing.outdone", amount=self._amount(alone))
        return Considered(offer.id, offer.name, "outdone", 0, why)

    def _is_counted(self, offer: Offer, line: int) -> bool:
        gives = offer.gives
        full_price = not self._pricer.priced[line].applied
        return full_price or not (isinstance(gives, Threshold) and gives.full_price_only)

    def _why_closed(self, offer: Offer) -> Reason | None:
        occasion = self._occasion
        times = times_of(offer.when)
        if times is not None and not holds_at(offer.when, occasion.moment):
            return because("pricing.not_now", times=times)
        if offer.customers and occasion.customer_groups.isdisjoint(offer.customers):
            return because("pricing.only_for", groups=offer.customers)
        if offer.coupon and offer.coupon not in occasion.coupons:
            return because("pricing.no_coupon")
        return because("pricing.used_up") if offer.left == 0 else None

    def _what_lacks(self, offer: Offer, line: int) -> Reason | None:
        rule, lines, terms = self._rules[offer.id], self._lines, self._terms
        goods = lines[line]
        reach = self._reached.get(offer.id)
        if reach is None:
            reach = self._reached[offer.id] = reach_of(lines, terms, [rule])
        if not is_reached(rule, reach, goods.code):
            count, least = offer.min_quantity, self._amount(offer.min_amount)
            if not offer.min_amount:
                return because("pricing.needs_pieces", count=count)
            if not offer.min_quantity:
                return because("pricing.needs_amount", amount=least)
            return because("pricing.needs_both", count=count, amount=least)
        inside = self._lines_inside(offer, goods.code)
        there = sum(int(lines[number].quantity) for number in inside)
        match offer.gives:
            case NForPrice(count=count):
                return _too_few(count, there)
            case Nth(nth=nth):
                return _too_few(nth, there)
            case BuyGet(buy=buy, get=get, get_on=get_on):
                return _too_few(buy if get_on else buy + get, there)
            case Tiers(steps=steps):
                count = sum(int(lines[number].quantity * UNIT) for number in inside) // UNIT
                return _too_few(steps[0].count, count)
            case MealDeal(groups=groups):
                for group in groups:
                    if not any(is_on(group, offer.but, each) for each in terms.values()):
                        return because("pricing.needs_group", group=group)
            case NearExpiry():
                if goods.good_until is None:
                    return because("pricing.no_good_day")
                if not self._saves_alone(offer):
                    return because("pricing.good_until", day=goods.good_until)
            case Threshold(over=over):
                subtotal = sum(self._pricer.priced[number].actual for number in inside)
                if subtotal < over:
                    return because(
                        "pricing.needs_over",
                        amount=self._amount(over), there=self._amount(subtotal),
                    )  # fmt: skip
            case _:
                pass
        return None

    def _lines_inside(self, offer: Offer, code: str) -> list[int]:
        """The lines that an offer counts together with this code."""
        key = offer.id, code if offer.same_item else ""
        found = self._inside.get(key)
        if found is None:
            found = self._inside[key] = [
                number
                for number, goods in self._lines.items()
                if is_on(offer.on, offer.but, self._terms[number])
                and (not offer.same_item or goods.code == code)
            ]
        return found

    def _saves_alone(self, offer: Offer) -> int:
        found = self._alone.get(offer.id)
        if found is None:
            rule = self._rules[offer.id]
            lines = {
                number: goods
                for number, goods in self._lines.items()
                if rule.includes(self._terms[number])
            }
            alone = price_all(lines, [offer], self._occasion)
            found = sum(each.saved for each in alone.priced.values())
            found += sum(each.amount for each in alone.discounts())
            self._alone[offer.id] = found
        return found


def _too_few(needed: int, there: int) -> Reason | None:
    return because("pricing.too_few", needed=needed, count=there) if there < needed else None
