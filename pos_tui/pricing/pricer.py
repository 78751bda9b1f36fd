"""A basket's prices, kept as its lines change: only what an act touches is priced again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pos_tui.pricing.basket import BasketOffers
from pos_tui.pricing.conditions import Reach, reach_of
from pos_tui.pricing.line import LineToPrice, best_single, price_line
from pos_tui.pricing.offers import (
    Goods,
    NearExpiry,
    Occasion,
    Offer,
    is_open,
    may_be_by_label,
)
from pos_tui.pricing.priced import BasketDiscount, Discount, PricedLine
from pos_tui.pricing.units import (
    OfferPart,
    Rule,
    codes_named,
    terms_named,
)
from pos_tui.pricing.when import midnight_after, next_change
from pos_tui.reasons import Reason, reason_of

# What offers there are on goods: the code where an offer names it, terms, by label, a deposit.
_Key = tuple[str, tuple[str, ...], bool, bool]


class Pricer:
    """Prices a basket. The result is that of pricing it anew, whatever came before."""

    def __init__(self, offers: Iterable[Offer] = ()) -> None:
        self.offers: tuple[Offer, ...] = ()
        self.priced: dict[int, PricedLine] = {}
        self.rules: list[Rule] = []
        self.basket = BasketOffers()
        self._lines: dict[int, LineToPrice] = {}
        self._by_term: dict[str, list[Rule]] = {}
        self._found: dict[_Key, _Rules] = {}
        self._named: set[str] = set()
        self._members: dict[int, dict[int, None]] = {}
        self._of_group: dict[str, list[Rule]] = {}
        self._dirty: dict[int, None] = {}
        self._dirty_rules: dict[int, None] = {}
        self._occasion: Occasion | None = None
        self.valid_until: datetime | None = None
        self.ended: frozenset[str] = frozenset()
        self.begun: frozenset[str] = frozenset()
        self.out_of_play: dict[str, Reason] = {}
        self._discounts: tuple[BasketDiscount, ...] | None = None
        self.set_offers(offers)

    # ---- what is in the basket ---------------------------------------------------------------

    def set_offers(self, offers: Iterable[Offer]) -> None:
        """Price by these offers from now on."""
        self.offers = by_priority(offers)
        self._occasion = None

    def put(self, line: int, goods: Goods, discount: Discount | None = None) -> None:
        """Put goods on a line, or change them; a deposit has no discount."""
        if line in self._lines:
            self._detach(line)
        self._lines[line] = LineToPrice(goods, None if goods.is_deposit else discount)
        self._dirty[line] = None
        self._discounts = None
        if self._occasion is not None:
            self._attach(line)

    def set_basket_discount(self, discount: Discount | None) -> None:
        """Give the whole basket a discount by hand, or take it away."""
        self.basket.manual = discount
        self._discounts = None

    def remove(self, line: int) -> None:
        """Take a line away."""
        self._detach(line)
        del self._lines[line]
        self._dirty.pop(line, None)
        self._discounts = None
        if self.priced.pop(line, None) is not None:
            self.basket.forget(line)

    def goods(self, line: int) -> Goods:
        """The goods on a line."""
        return self._lines[line].goods

    def lines(self) -> dict[int, Goods]:
        """The goods of every line."""
        return {line: each.goods for line, each in self._lines.items()}

    # ---- pricing -----------------------------------------------------------------------------

    def price(self, occasion: Occasion) -> set[int]:
        """Price what has changed since the last time; returns the lines whose price is another.

        An offer that cannot be counted is taken out of play, and `out_of_play` says why, by name.
        """
        changed: set[int] = set()
        try:
            self._price(occasion, changed)
        except Exception:
            faulty = self._faulty(occasion)
            if not faulty:
                raise
            self.out_of_play |= {offer.name: why for offer, why in faulty}
            wrong = [offer for offer, _ in faulty]
            self.set_offers(offer for offer in self.offers if offer not in wrong)
            self._price(occasion, changed)
        return changed

    def _price(self, occasion: Occasion, changed: set[int]) -> None:
        self._look_at(occasion)
        self._occasion = occasion
        seen: set[int] = set()
        waiting = list(self._dirty)
        for place in self._dirty_rules:
            waiting += self._members.get(place, ())
        for line in waiting:
            if line not in seen:
                together = self._together(line)
                seen.update(together)
                self._price_together(together, occasion, changed)
        self._dirty, self._dirty_rules = {}, {}
        self._discounts = None
        self.discounts()

    def _faulty(self, occasion: Occasion) -> list[tuple[Offer, Reason]]:
        """The offers by which these goods cannot be priced, each tried alone, and why not."""
        found = []
        for offer in self.offers:
            alone = Pricer((offer,))
            try:
                for line, each in self._lines.items():
                    alone.put(line, each.goods)
                alone._price(occasion, set())
            except Exception as error:
                found.append((offer, reason_of(error)))
        return found

    def discounts(self) -> tuple[BasketDiscount, ...]:
        """What comes off the basket as it is priced now, in the order in which it does."""
        assert self._occasion is not None
        if self._discounts is None:
            self._discounts = self.basket.discounts(self._keys, self._groups_used())
        return self._discounts

    def shares(self) -> dict[int, int]:
        """Each line's part of what comes off the basket, to the minor unit."""
        if self._occasion is None:
            return {}
        return self.basket.shares(self._keys, self._groups_used())

    def _groups_used(self) -> frozenset[str]:
        """The groups, shared by offers on goods and on the basket, of which one is on goods."""
        shared = {rule.group for rule in self.basket.rules if rule.group in self._of_group}
        if not shared:
            return frozenset()
        applied = {each.offer_id for line in self.priced.values() for each in line.applied}
        return frozenset(
            group
            for group in shared
            if any(rule.offer.id in applied for rule in self._of_group[group])
        )

    def _keys(self) -> Mapping[int, tuple[object, ...]]:
        """An order of the lines that is not the order of scanning."""
        return {line: _key(line, each.goods) for line, each in self._lines.items()}

    # ---- which offers are open ---------------------------------------------------------------

    def _look_at(self, occasion: Occasion) -> None:
        """See whether the offers that are open are still the same."""
        before = self._occasion
        if (
            before is not None
            and before.customer_groups == occasion.customer_groups
            and before.coupons == occasion.coupons
            and before.moment.tzinfo == occasion.moment.tzinfo
            and before.moment <= occasion.moment
            and (self.valid_until is None or occasion.moment < self.valid_until)
        ):
            return
        open_now = [offer for offer in self.offers if is_open(offer, occasion)]
        changes = [next_change(offer.when, occasion.moment) for offer in self.offers]
        has_dates = any(isinstance(offer.gives, NearExpiry) for offer in open_now)
        if has_dates:
            changes.append(midnight_after(occasion.moment))
        self.valid_until = min((each for each in changes if each is not None), default=None)
        same_day = before is not None and before.moment.date() == occasion.moment.date()
        if (
            before is not None
            and [rule.offer for rule in self.rules] == open_now
            and (same_day or not has_dates)
        ):
            return
        only_time = (
            before is not None
            and before.customer_groups == occasion.customer_groups
            and before.coupons == occasion.coupons
        )
        names = self._names_in_use()
        self._open(open_now)
        if only_time:
            now = self._names_in_use()
            self.ended, self.begun = names - now, now - names

    def _open(self, offers: Sequence[Offer]) -> None:
        """Price everything anew with these offers."""
        self.rules = [Rule(offer, place) for place, offer in enumerate(offers)]
        self.basket = BasketOffers([rule for rule in self.rules if rule.offer.is_basket],
                                   self.basket.manual)  # fmt: skip
        self._by_term, self._found, self._of_group = {}, {}, {}
        self._members = {}
        self._named = set()
        for rule in self.rules:
            self._named |= codes_named(rule.offer)
            for term in terms_named(rule.offer):
                self._by_term.setdefault(term, []).append(rule)
            if rule.group and not rule.offer.is_basket:
                self._of_group.setdefault(rule.group, []).append(rule)
        for line in self._lines:
            self._attach(line)
            if line in self.priced:
                self.basket.note(line, self.priced[line])
        self._dirty = dict.fromkeys(self._lines)

    def _names_in_use(self) -> frozenset[str]:
        """The names of the open offers that are on any of these goods."""
        return frozenset(
            rule.offer.name
            for rule in self.rules
            if any(rule.includes(each.terms) for each in self._lines.values())
        )

    def _attach(self, line: int) -> None:
        """Find the offers on a line."""
        each = self._lines[line]
        key = self._key_of(line)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = _Rules(each.terms, self._by_term, each.goods.by_label)
        each.singles, each.coupled, each.stacked = found.singles, found.coupled, found.stacked
        for rule in found.binding:
            self._members.setdefault(rule.place, {})[line] = None
        self.basket.attach(line, found.basket, each.goods)

    def _detach(self, line: int) -> None:
        found = self._found.get(self._key_of(line))
        for rule in found.binding if found is not None else ():
            self._members[rule.place].pop(line, None)
            for place in self._tied(rule):
                self._dirty_rules[place] = None
        self.basket.detach(line)

    def _together(self, line: int) -> list[int]:
        """The lines whose prices depend on one another through offers, this one among them."""
        if not self._found[self._key_of(line)].binding:
            return [line]
        lines, rules = {line: None}, set[int]()
        waiting = [line]
        while waiting:
            for rule in self._found[self._key_of(waiting.pop())].binding:
                for place in self._tied(rule):
                    if place in rules:
                        continue
                    rules.add(place)
                    for other in self._members.get(place, ()):
                        if other not in lines:
                            lines[other] = None
                            waiting.append(other)
        return list(lines)

    def _tied(self, rule: Rule) -> Iterable[int]:
        if not rule.group:
            return (rule.place,)
        return [other.place for other in self._of_group[rule.group]]

    def _key_of(self, line: int) -> _Key:
        goods = self._lines[line].goods
        code = goods.code if goods.code in self._named else ""
        return code, goods.terms, goods.by_label, goods.is_deposit

    # ---- amounts -----------------------------------------------------------------------------

    def _price_together(self, lines: list[int], occasion: Occasion, changed: set[int]) -> None:
        today = occasion.moment.date()
        parts: dict[int, list[OfferPart]] = {}
        stack_reach: Reach = {}
        if len(lines) == 1 and not self._lines[lines[0]].coupled:
            line = lines[0]
            part = best_single(line, self._lines[line], occasion)
            parts[line] = [] if part is None else [part]
        else:
            from pos_tui.pricing.choice import choose

            goods = {line: self._lines[line].goods for line in lines}
            terms = {line: self._lines[line].terms for line in lines}
            rules = {
                rule.place: rule
                for line in lines
                for rule in (*self._lines[line].singles, *self._lines[line].coupled)
            }
            places = {line: self._found[self._key_of(line)].places for line in lines}
            ordered = [rules[place] for place in sorted(rules)]
            chosen = choose(goods, terms, places, ordered, today)
            for part in chosen:
                parts.setdefault(part.line, []).append(part)
        if any(rule.is_coupled for line in lines for rule in self._lines[line].stacked):
            stacked = {rule.place: rule for line in lines for rule in self._lines[line].stacked}
            stack_reach = reach_of(
                {line: self._lines[line].goods for line in lines},
                {line: self._lines[line].terms for line in lines},
                list(stacked.values()),
            )
        for line in lines:
            priced = price_line(self._lines[line], parts.get(line, ()), stack_reach, occasion)
            self.basket.note(line, priced)
            if self.priced.get(line) != priced:
                self.priced[line] = priced
                changed.add(line)


class _Rules:
    """The offers on goods with certain terms: those for one line, those that bind lines."""

    __slots__ = ("basket", "binding", "coupled", "places", "singles", "stacked")

    def __init__(
        self, terms: frozenset[str], by_term: Mapping[str, Sequence[Rule]], by_label: bool
    ) -> None:
        found = {rule.place: rule for term in terms for rule in by_term.get(term, ())}
        inside = [rule for _, rule in sorted(found.items()) if rule.includes(terms)]
        if by_label:
            inside = [rule for rule in inside if may_be_by_label(rule.gives)]
        self.basket = [rule for rule in inside if rule.offer.is_basket]
        mine = [rule for rule in inside if not rule.offer.is_basket]
        self.places = {rule.place for rule in mine}
        self.stacked = [rule for rule in mine if rule.is_stacked]
        self.singles = [rule for rule in mine if not rule.is_coupled and not rule.is_stacked]
        self.coupled = [rule for rule in mine if rule.is_coupled and not rule.is_stacked]
        self.binding = [rule for rule in mine if rule.is_coupled]


def _key(line: int, goods: Goods) -> tuple[object, ...]:
    return (-goods.unit_price, goods.code, str(goods.good_until), goods.lot, goods.quantity, line)


def by_priority(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """Offers in the order in which they come: priority, then age."""
    return tuple(sorted(offers, key=lambda each: (-each.priority, each.id)))


def price_all(goods: Mapping[int, Goods], offers: Iterable[Offer], occasion: Occasion) -> Pricer:
    """Price a whole basket at once."""
    pricer = Pricer(offers)
    for line, each in goods.items():
        pricer.put(line, each)
    pricer.price(occasion)
    return pricer
