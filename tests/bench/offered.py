"""A whole scan, screen and disk, in a shop with two hundred offers: the first, the thousandth."""

from __future__ import annotations

import contextlib
import itertools
import random
import statistics
import subprocess
import sys
from collections.abc import Sequence

from pos_tui.money import Currency
from pos_tui.pricing.offer_file import write_offers
from pos_tui.pricing.offers import Offer
from tests.bench import cost, prices
from tests.bench.cost import CannotMeasure
from tests.bench.goods import Product
from tests.bench.table import Row, Target
from tests.bench.terminal import Program
from tests.bench.workshop import Workshop

SIZES = (1, 1_000)
_GROUPS, _REST_S, _LONG_START_S = 50, 0.08, 60.0
_LEAST_PRICE = 400  # minor units


def measure(workshop: Workshop, runs: int, scans: int = 60) -> list[Row]:
    """Scan at both lengths of list in turn; each run starts all anew."""
    found: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(runs):
        drawn = workshop.draw(scans + 1)
        offers = _offers(workshop, drawn)
        with contextlib.ExitStack() as running:
            tills = {size: _till(workshop, size, offers, running) for size in SIZES}
            for till in tills.values():
                _scan(till, drawn[0])
            costs: dict[int, list[float]] = {size: [] for size in SIZES}
            for product in drawn[1:]:
                for size, till in tills.items():
                    costs[size].append(_scan(till, product))
        for size in SIZES:
            found[size].append(statistics.fmean(costs[size]))
    small, large = SIZES
    return [
        Row("prices", f"one scan with {prices.OFFERS} offers at {large:,} lines: cost", cost.unit(),
            found[large], found[small], "ours at 1", Target("ratio", 1.3))
    ]  # fmt: skip


def _offers(workshop: Workshop, scanned: Sequence[Product]) -> list[Offer]:
    """The offers of the pure measurement, on groups of what is on the list and what is scanned."""
    import msgspec

    goods = [*workshop.goods.fillers[: SIZES[-1]], *scanned]
    random.Random(2).shuffle(goods)
    # An offer is refused on goods that cost less than its price: whichever are drawn, none do.
    codes = [each.gtin for each in goods if each.price >= _LEAST_PRICE]
    groups = [codes[place::_GROUPS] for place in range(_GROUPS)]
    fit = itertools.cycle(codes)
    found = []
    for offer in prices.offers(random.Random(1)):
        what, _, value = offer.on[0].partition(":")
        on = [next(fit)] if what == "product" else groups[int(value[1:])]
        found.append(msgspec.structs.replace(offer, on=tuple(f"product:{code}" for code in on)))
    return found


def _till(
    workshop: Workshop, size: int, offers: Sequence[Offer], running: contextlib.ExitStack
) -> Program:
    data = workshop.data(0 if size == 1 else size)
    file = data / "offers.toml"
    file.write_text(write_offers(offers, Currency.of("CNY")), encoding="utf-8")
    command = [sys.executable, "-m", "pos_tui", "offers", "import", str(file)]
    places = ["--settings", str(workshop.settings), "--data", str(data)]
    done = subprocess.run([*command, *places], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotMeasure(f"the offers were not taken in: {done.stderr.strip()}")
    program = running.enter_context(workshop.till(data))
    lines = f"{0 if size == 1 else size} items"
    program.wait_for(
        lambda screen: any(lines in row for row in screen.rows()), lines, _LONG_START_S
    )
    program.wait_quiet(0.5)
    return program


def _scan(program: Program, product: Product) -> float:
    program.wait_quiet(0.0)
    before = program.cost()
    program.type(product.code.encode() + b"\r")
    program.wait_for(lambda screen: product.code in screen.rows()[-2], product.code)
    program.wait_quiet(_REST_S)
    return program.cost() - before
