"""What prices cost: a scan with many offers at any length of the list, and pricing all anew."""

from __future__ import annotations

import random
import statistics
import time
from datetime import UTC, datetime
from decimal import Decimal

from pos_tui.checkout.line import ListedItem
from pos_tui.checkout.settlement_list import SettlementList
from pos_tui.pricing import Goods, Occasion, Offer, price_all
from pos_tui.pricing.offers import (
    AmountOff,
    BuyGet,
    Gives,
    NForPrice,
    Nth,
    PercentOff,
    SpecialPrice,
    Threshold,
    Tiers,
    TierStep,
)
from tests.bench.table import Row, Target

LINES, OFFERS, CATEGORIES = 1_000, 200, 50
_OCCASION = Occasion(datetime(2026, 11, 22, 12, tzinfo=UTC))


def offers(chance: random.Random) -> list[Offer]:
    """Two hundred offers: on single products, on categories of twenty, and on the basket."""
    gives: tuple[Gives, ...] = (
        PercentOff(Decimal(10)),
        SpecialPrice(300),
        NForPrice(2, 500),
        AmountOff(20),
        Nth(2, Decimal(50)),
        PercentOff(Decimal(5)),
        BuyGet(2, 1),
        Tiers((TierStep(3, Decimal(5)), TierStep(6, Decimal(10)))),
        NForPrice(3, 1000),
        Threshold(5000, 500),
    )
    found = []
    for number in range(OFFERS):
        kind = number % len(gives)
        term = (
            f"product:P{chance.randrange(LINES)}"
            if kind < 4
            else f"category:c{chance.randrange(CATEGORIES)}"
        )
        found.append(Offer(id=number + 1, name=f"offer {number}", gives=gives[kind], on=(term,)))
    return found


def items(chance: random.Random) -> list[ListedItem]:
    """A thousand products in fifty categories."""
    return [
        ListedItem(
            number,
            f"P{number}",
            f"Article {number}",
            "",
            chance.randrange(100, 3000),
            terms=(f"category:c{number % CATEGORIES}",),
        )
        for number in range(LINES)
    ]


def measure(rounds: int) -> list[Row]:
    """Lists grown scan by scan; beside them, pricing everything anew at every scan."""
    chance = random.Random(1)
    by_these, products = offers(chance), items(chance)
    first: list[float] = []
    last: list[float] = []
    anew: list[float] = []
    for _ in range(rounds):
        listed = SettlementList(by_these)
        listed.reprice(_OCCASION)
        times = []
        for item in products:
            began = time.perf_counter()
            listed.add(item, Decimal(1), _OCCASION)
            times.append((time.perf_counter() - began) * 1e6)
        first.append(statistics.fmean(times[1:101]))
        last.append(statistics.fmean(times[-100:]))
        goods = {
            number: Goods(item.code, item.unit_price, Decimal(2), item.terms)
            for number, item in enumerate(products)
        }
        began = time.perf_counter()
        price_all(goods, by_these, _OCCASION).discounts()
        anew.append((time.perf_counter() - began) * 1e3)
    whole = f"{LINES:,} lines x {OFFERS} offers"
    return [
        Row("prices", f"{whole}: priced anew", "ms", anew, target=Target("value", 50)),
        Row("prices", f"price one scan, the last 100 of {LINES:,} against the first 100", "µs",
            last, first, "ours", None),
        Row("prices", "price one scan at the end, against all anew", "µs",
            last, [each * 1e3 for each in anew], "all anew"),
    ]  # fmt: skip
