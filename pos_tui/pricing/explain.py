"""Why this price: each offer that was considered for a line, whether it applied, and why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from pos_tui.pricing.conditions import is_reached, reach_of
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
)
from pos_tui.pricing.piles import UNIT, Rule
from pos_tui.pricing.priced import MANUAL
from pos_tui.pricing.pricer import Pricer, price_all
from pos_tui.pricing.when import describe, holds_at

Amount = Callable[[int], str]
Verdict = Literal["applied", "closed", "not_reached", "outdone"]


class Considered(Struct, frozen=True):
    """An offer that is on these goods: whether it applied, what it saved, and why in words.

    closed: not now, not for this customer, no coupon, used up. not_reached: not enough of its
    goods. outdone: something better for the customer, or of higher priority, applied instead.
    """

    offer_id: int
    name: str
    verdict: Verdict
    saved: int
    say: str


def explain_line(
    pricer: Pricer, line: int, occasion: Occasion, amount: Amount
) -> tuple[Considered, ...]:
    """Every offer on a line's goods, those that applied first. `amount` writes minor units."""
    return Explainer(pricer, occasion, amount).line(line)


class Explainer:
    """Explains the lines of one basket; what an offer would save alone is found once."""

    def __init__(self, pricer: Pricer, occasion: Occasion, amount: Amount) -> None:
        self._pricer = pricer
        self._occasion = occasion
        self._amount = amount
        self._alone: dict[int, int] = {}
        self._rules = {offer.id: Rule(offer, 0) for offer in pricer.offers}
        self._discounts = {each.offer_id: each for each in pricer.discounts()}

    def line(self, line: int) -> tuple[Considered, ...]:
        """The offers on one line."""
        terms = self._pricer.goods(line).all_terms()
        found = [
            self._considered(offer, line)
            for offer in self._pricer.offers
            if self._rules[offer.id].takes(terms)
        ]
        found += [
            Considered(MANUAL, each.name, "applied", each.saved, "given by hand")
            for each in self._pricer.priced[line].applied
            if each.offer_id == MANUAL
        ]
        if self._pricer.basket.manual is not None and MANUAL in self._discounts:
            given = self._discounts[MANUAL]
            say = f"given by hand: {self._amount(given.amount)} off the basket"
            found.append(Considered(MANUAL, given.name, "applied", given.amount, say))
        return tuple(sorted(found, key=lambda each: each.verdict != "applied"))

    def _considered(self, offer: Offer, line: int) -> Considered:
        applied = [a for a in self._pricer.priced[line].applied if a.offer_id == offer.id]
        if applied:
            saved = sum(each.saved for each in applied)
            quantity = sum(each.quantity for each in applied)
            say = f"applied to {quantity}: saves {self._amount(saved)}"
            return Considered(offer.id, offer.name, "applied", saved, say)
        if offer.id in self._discounts:
            taken = self._discounts[offer.id].amount
            say = f"applied: {self._amount(taken)} off the basket"
            return Considered(offer.id, offer.name, "applied", taken, say)
        closed = self._why_closed(offer)
        if closed:
            return Considered(offer.id, offer.name, "closed", 0, closed)
        lacks = self._what_lacks(offer, line)
        if lacks:
            return Considered(offer.id, offer.name, "not_reached", 0, lacks)
        alone = self._saves_alone(offer)
        say = "saves nothing here"
        if alone:
            say = f"would save {self._amount(alone)} alone; what applies is better or goes first"
        return Considered(offer.id, offer.name, "outdone", 0, say)

    def _why_closed(self, offer: Offer) -> str:
        occasion = self._occasion
        if not holds_at(offer.when, occasion.moment):
            return f"not now: {describe(offer.when)}"
        if offer.customers and occasion.customer_groups.isdisjoint(offer.customers):
            return f"only for {', '.join(offer.customers)}"
        if offer.coupon and offer.coupon not in occasion.coupons:
            return "its coupon was not scanned"
        return "used up" if offer.left == 0 else ""

    def _what_lacks(self, offer: Offer, line: int) -> str:
        rule = self._rules[offer.id]
        lines = self._pricer.lines()
        terms = {number: goods.all_terms() for number, goods in lines.items()}
        goods = lines[line]
        reach = reach_of(lines, terms, [rule])
        if not is_reached(rule, reach, goods.code):
            needs = []
            if offer.min_quantity:
                needs.append(f"{offer.min_quantity} pieces")
            if offer.min_amount:
                needs.append(self._amount(offer.min_amount))
            return f"needs {' and '.join(needs)} of its goods"
        inside = [
            number
            for number in lines
            if is_on(offer.on, offer.but, terms[number])
            and (not offer.same_item or lines[number].code == goods.code)
        ]
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
                        return f"needs one of {', '.join(group)} too"
            case NearExpiry():
                if goods.good_until is None:
                    return "the last good day is not known"
                if not self._saves_alone(offer):
                    return f"good until {goods.good_until:%d %b}"
            case Threshold(over=over):
                subtotal = sum(self._pricer.priced[number].actual for number in inside)
                if subtotal < over:
                    return f"needs {self._amount(over)} of its goods; there is" + (
                        f" {self._amount(subtotal)}"
                    )
            case _:
                pass
        return ""

    def _saves_alone(self, offer: Offer) -> int:
        found = self._alone.get(offer.id)
        if found is None:
            rule = self._rules[offer.id]
            lines = {
                number: goods
                for number, goods in self._pricer.lines().items()
                if rule.takes(goods.all_terms())
            }
            alone = price_all(lines, [offer], self._occasion)
            found = sum(each.saved for each in alone.priced.values())
            found += sum(each.amount for each in alone.discounts())
            self._alone[offer.id] = found
        return found


def _too_few(count: int, there: int) -> str:
    return f"needs {count}, there {'is' if there == 1 else 'are'} {there}" if there < count else ""
