"""A shop's stock as a shopkeeper would keep it on paper: an independent model, and its year."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

PIECE = 1000


class Act(NamedTuple):
    """One thing that a shop does with its goods; `cost` in minor units, None where unknown."""

    number: int
    at: datetime
    what: Literal["deliver", "sell", "write off", "count", "return"]
    goods: tuple[tuple[int, str, int], ...]  # product, lot, thousandths
    cost: int | None = None
    expires_on: date | None = None


@dataclass
class Card:
    """The stock card of one lot: how much, of which how much without a cost, and its worth."""

    there: int = 0
    without_cost: int = 0
    worth: int = 0
    is_known: bool = False
    last_day: date | None = None


@dataclass
class Paper:
    """All cards of a shop."""

    cards: dict[int, dict[str, Card]] = field(default_factory=dict)
    paid_last: dict[int, tuple[int, int]] = field(default_factory=dict)

    def card(self, product: int, lot: str) -> Card:
        return self.cards.setdefault(product, {}).setdefault(lot, Card())

    def do(self, act: Act) -> None:
        """Write one act on the cards."""
        for product, lot, quantity in act.goods:
            if act.what == "deliver":
                card = self.card(product, lot)
                card.last_day = act.expires_on or card.last_day
                self.comes(product, lot, quantity, act.cost)
            elif act.what == "return":
                self.comes(product, lot, quantity, self.guess(product, lot, quantity))
            elif act.what == "sell":
                for each, part in self.lots_for(product, lot, quantity, act.at.date()):
                    self.goes(product, each, part)
            elif act.what == "write off":
                self.goes(product, lot, quantity)
                self.card(product, lot).is_known = True
            else:
                card = self.card(product, lot)
                difference = quantity - card.there
                if difference > 0:
                    guess = self.guess(product, lot, difference)
                    self.comes(product, lot, difference, guess)
                elif difference < 0:
                    self.goes(product, lot, -difference)
                card.is_known = True

    def comes(self, product: int, lot: str, quantity: int, cost: int | None) -> None:
        card = self.card(product, lot)
        card.is_known = True
        if cost is None:
            guessed = max(card.without_cost - card.there, 0)  # sold before it came, at a guess
            covered = min(guessed, quantity)
            if covered:
                worth = half_up(Decimal(-card.worth) * covered / guessed)
                card.worth += worth
                self.paid_last[product] = worth, covered
            card.there += quantity
            card.without_cost += quantity - covered
            return
        self.paid_last[product] = cost, quantity
        if card.there < 0:
            card.worth = half_up(Decimal(cost) * card.there / quantity)
            card.without_cost = max(card.without_cost, 0)
        card.there += quantity
        card.worth += cost

    def goes(self, product: int, lot: str, quantity: int) -> None:
        card = self.card(product, lot)
        first = min(quantity, max(card.without_cost, 0))
        card.without_cost -= first
        card.there -= first
        rest = quantity - first
        if rest:
            costed = card.there - max(card.without_cost, 0)
            worth = card.worth if rest == costed else self.guess(product, lot, rest)
            card.there -= rest
            if worth is None:
                card.without_cost -= rest
            else:
                card.worth -= worth

    def guess(self, product: int, lot: str, quantity: int) -> int | None:
        """What so much of a lot costs: by its own average, else all lots', else as last paid."""
        worth = there = 0
        for name, card in self.cards.get(product, {}).items():
            costed = card.there - max(card.without_cost, 0)
            if costed > 0 and card.worth >= 0:
                if name == lot:
                    worth, there = card.worth, costed
                    break
                worth, there = worth + card.worth, there + costed
        if not there:
            if product not in self.paid_last:
                return None
            worth, there = self.paid_last[product]
        return half_up(Decimal(worth) * quantity / there)

    def lots_for(
        self, product: int, lot: str, quantity: int, today: date
    ) -> Iterator[tuple[str, int]]:
        """The scanned lot; else what expires first and is not past its date; what has no date;
        else no lot.
        """
        if lot:
            yield lot, quantity
            return
        dated = sorted(
            (card.last_day, name)
            for name, card in self.cards.get(product, {}).items()
            if card.last_day is not None and card.last_day >= today
        )
        without = sorted(
            name for name, card in self.cards.get(product, {}).items() if card.last_day is None
        )
        taken: dict[str, int] = {}
        for name in [*(name for _, name in dated), *without]:
            card = self.cards[product][name]
            part = min(quantity, max(card.there, 0))
            if not card.is_known and card.last_day is not None:
                part = quantity
            if part:
                taken[name] = part
                quantity -= part
        if quantity:
            of_none = taken.pop("", 0)
            taken[""] = of_none + quantity
        yield from list(taken.items())


def half_up(amount: Decimal) -> int:
    """To the nearest minor unit, halves away from zero."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def year(seed: int, goods: int, sales: int, begins: datetime) -> Iterator[Act]:
    """What a small shop does in a year, always the same for a seed."""
    chance = random.Random(seed)
    with_dates = set(chance.sample(range(1, goods + 1), goods // 3))
    lots: dict[int, list[str]] = {product: [] for product in with_dates}
    moment, step = begins, timedelta(days=365) / max(sales, 1)
    number = 0
    for sale in range(sales):
        moment += step
        number += 1
        basket = []
        for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
            product = min(int(chance.expovariate(4 / goods)) + 1, goods)
            weighed = product % 7 == 0
            quantity = (
                chance.randrange(50, 3000) if weighed else PIECE * chance.choice((1, 1, 2, 6))
            )
            known = lots.get(product)
            lot = chance.choice(known) if known and chance.random() < 0.3 else ""
            basket.append((product, lot, quantity))
        yield Act(number, moment, "sell", tuple(basket))
        if sale % 6 == 0:
            number += 1
            product = min(int(chance.expovariate(4 / goods)) + 1, goods)
            quantity = PIECE * chance.choice((6, 12, 24, 100))
            cost = None if chance.random() < 0.1 else chance.randrange(1, 90) * quantity // 100 + 1
            lot, last_day = "", None
            if product in with_dates:
                lot = f"L{number}"
                last_day = moment.date() + timedelta(days=chance.randrange(2, 60))
                lots[product] = [*lots[product][-5:], lot]
            yield Act(number, moment, "deliver", ((product, lot, quantity),), cost, last_day)
        for what, often in (("write off", 40), ("count", 60), ("return", 80)):
            if sale % often == often - 1:
                number += 1
                product = min(int(chance.expovariate(4 / goods)) + 1, goods)
                known = lots.get(product)
                lot = chance.choice(known) if known and chance.random() < 0.7 else ""
                quantity = PIECE * chance.randrange(1, 12)
                yield Act(number, moment, what, ((product, lot, quantity),))  # type: ignore[arg-type]
