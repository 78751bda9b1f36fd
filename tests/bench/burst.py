"""Two hundred scans without a pause between: nothing lost, nothing out of order, how late."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.cost import CannotMeasure
from tests.bench.goods import Product, amount
from tests.bench.journal import lines_in_journal
from tests.bench.table import Row, Target
from tests.bench.terminal import Program
from tests.bench.workshop import Workshop, codes_shown, listed

SCANS = 200
_QUIT = b"\x11"
_DRAINED_S = 1.0
_PATIENCE_S = 90.0

_Lines = dict[int, str]
"""The lines on a screen by their numbers, each with what it says."""


@dataclass
class _Burst:
    late_ms: list[float]
    misplaced: int
    lost_from_journal: int = 0

    @property
    def late_p50_ms(self) -> float:
        return statistics.median(self.late_ms)


def measure(workshop: Workshop, runs: int) -> list[Row]:
    """A burst into each, in turn."""
    ours, table = [], []
    for _ in range(runs):
        table.append(_into_table(workshop))
        ours.append(_into_till(workshop))
    rows = [
        Row("burst", f"burst of {SCANS} scans: last byte until visible, p50", "ms",
            [burst.late_p50_ms for burst in ours], [burst.late_p50_ms for burst in table],
            "DataTable", Target("ratio", 0.1)),
        Row("burst", f"burst of {SCANS} scans: last byte until visible, most", "ms",
            [max(burst.late_ms) for burst in ours], [max(burst.late_ms) for burst in table],
            "DataTable"),
        Row("burst", f"burst of {SCANS} scans: lost or out of order on the list", "scans",
            [burst.misplaced for burst in ours], [burst.misplaced for burst in table],
            "DataTable", Target("value", 0)),
        Row("burst", f"burst of {SCANS} scans: lost or out of order in the journal", "scans",
            [burst.lost_from_journal for burst in ours], target=Target("value", 0)),
    ]  # fmt: skip
    for row in rows[2:]:  # what is lost once is lost
        row.ours = max(row.our_samples)
        row.against = max(row.against_samples, default=None)
    return rows


def _into_till(workshop: Workshop) -> _Burst:
    data, products = workshop.data(), workshop.draw(SCANS)

    numbers = dict(enumerate(products, 1))

    def lines(rows: list[str]) -> _Lines:
        """The lines by the numbers of their goods, which a frame that is half painted has too."""
        return {
            next((n for n, each in numbers.items() if _stands_in(each, row)), 0): row
            for row in listed(rows)
        }

    with workshop.till(data) as program:
        program.wait_for(
            lambda screen: any("TOTAL" in row for row in screen.rows()), "a usable screen"
        )
        burst = _scan_all(program, products, lines, lambda number, _row: number > 0)
        program.quit(_QUIT)
    written = lines_in_journal(data)
    wanted = [product.gtin for product in products]
    pairs = itertools.zip_longest(written, wanted)
    burst.lost_from_journal = sum(found != expected for found, expected in pairs)
    return burst


def _stands_in(product: Product, row: str) -> bool:
    """Whether a row is this product's: its price at the end, as much of its name as is shown."""
    name = row.split("  ", maxsplit=1)[0].rstrip("… ")
    return (
        row.endswith(f" {amount(product.price)}") and name != "" and product.name.startswith(name)
    )


def _into_table(workshop: Workshop) -> _Burst:
    products = workshop.draw(SCANS)
    number_of = {product.code: number for number, product in enumerate(products, 1)}

    def lines(rows: list[str]) -> _Lines:
        shown = codes_shown(rows)
        return {number_of.get(code, 0): code for code in shown if code in number_of}

    with workshop.peer("datatable_app") as program:
        program.wait_for(
            lambda screen: any("TOTAL" in row for row in screen.rows()), "a usable screen"
        )
        return _scan_all(
            program, products, lines, lambda number, row: row == products[number - 1].code
        )


def _scan_all(
    program: Program,
    products: list[Product],
    lines: Callable[[list[str]], _Lines],
    is_right: Callable[[int, str], bool],
) -> _Burst:
    program.wait_quiet(0.4)
    for _ in program.replay():
        pass
    typed = [program.type(product.code.encode() + b"\r") for product in products]
    visible: list[float] = []
    wrong: set[int] = set()
    until = time.monotonic() + _PATIENCE_S
    while len(visible) < len(products):
        if time.monotonic() > until:
            raise CannotMeasure(f"{program.name} shows {len(visible)} of {len(products)} scans")
        program.wait_quiet(_DRAINED_S, _PATIENCE_S)
        for at in program.replay():
            shown = lines(program.screen.rows())
            wrong |= {n for n, row in shown.items() if not is_right(n, row)}
            # A line that no frame shows is visible as soon as one after it is.
            visible += [at] * (max(shown, default=0) - len(visible))
    numbers = [*lines(program.screen.rows())]
    wrong |= {later for before, later in itertools.pairwise(numbers) if later != before + 1}
    late = [(at - sent) * 1e3 for at, sent in zip(visible, typed, strict=True)]
    return _Burst(late, len(wrong))
