"""One scan: its cost until line and total are visible, at any length of the list; its bytes."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pos_tui.tui.panes.large_amount import large
from tests.bench import cost
from tests.bench.goods import Product, amount
from tests.bench.peers.datatable_app import PRICE
from tests.bench.table import Row, Target
from tests.bench.terminal import Program, Screen
from tests.bench.workshop import Total, Workshop, codes_shown, numbered_lines

SIZES = (1, 100, 1_000, 10_000)
TABLE_SIZES = (1, 100, 1_000)
FULL = 100
_REST_S = 0.08
_LONG_START_S = 60.0

_Shows = Callable[[list[str], Product, Total], bool]


@dataclass
class _Samples:
    cost: list[float] = field(default_factory=list)
    bytes: list[float] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)


@dataclass
class _Counter:
    """A program with a list, what that must come to, and how its screen shows a scan."""

    program: Program
    total: Total
    shows: _Shows
    price: int | None = None
    used: _Samples = field(default_factory=_Samples)

    def scan(self, product: Product) -> None:
        """Scan once; wait until line and total are visible and nothing moves any more."""
        program = self.program
        program.wait_quiet(0.0)
        self.total.add(self.price or product.price)
        cost_before, bytes_before = program.cost(), program.byte_count
        typed = program.type(product.code.encode() + b"\r")
        visible = program.wait_for(
            lambda screen: self.shows(screen.rows(), product, self.total),
            f"line {self.total.lines} ({product.code}, {amount(self.total.sum)})",
        )
        program.wait_quiet(_REST_S)
        self.used.ms.append((visible - typed) * 1e3)
        self.used.cost.append(program.cost() - cost_before)
        self.used.bytes.append(program.byte_count - bytes_before)


def measure(workshop: Workshop, runs: int, scans: int = 40) -> list[Row]:
    """Scan at every length of list, a scan here, a scan there; each run starts all anew."""
    ours: dict[int, list[_Samples]] = {size: [] for size in SIZES}
    table: dict[int, list[_Samples]] = {size: [] for size in TABLE_SIZES}
    for _ in range(runs):
        with contextlib.ExitStack() as running:
            tills = {size: _till(workshop, size, running) for size in SIZES}
            tables = {size: _table(workshop, size, running) for size in TABLE_SIZES}
            first = workshop.draw(1)[0]
            tills[1].scan(first)
            tables[1].scan(first)
            tills[1].used, tables[1].used = _Samples(), _Samples()
            for product in workshop.draw(scans):
                for size in SIZES:
                    tills[size].scan(product)
                    if size in tables:
                        tables[size].scan(product)
            for size in SIZES:
                ours[size].append(tills[size].used)
            for size in TABLE_SIZES:
                table[size].append(tables[size].used)
    return _rows(ours, table)


def shows_on_till(rows: list[str], product: Product, total: Total) -> bool:
    """The code on the scan line, the line in the list with its price, the new total."""
    line = numbered_lines(rows).get(total.lines, "")
    return (
        product.code in rows[-2]
        and amount(product.price) in line
        and shows_total(rows, amount(total.sum))
    )


def shows_total(rows: list[str], amount_due: str) -> bool:
    """Whether the total stands there, in digits three rows tall."""
    foot = next((y for y, row in enumerate(rows) if "TOTAL" in row), 0)
    digits = large(amount_due)
    return all(part.rstrip() in row for part, row in zip(digits, rows[foot - 2 :], strict=False))


def shows_scan(product: Product, total: Total, screen: Screen) -> bool:
    """The same of a till's screen."""
    return shows_on_till(screen.rows(), product, total)


def shows_on_table(rows: list[str], product: Product, total: Total) -> bool:
    """The code in the list and the new total."""
    return product.code in codes_shown(rows) and amount(total.sum) in rows[-1]


def _till(workshop: Workshop, size: int, running: contextlib.ExitStack) -> _Counter:
    lines = 0 if size == 1 else size
    program = running.enter_context(workshop.till(workshop.data(lines)))
    total = Total()
    for product in workshop.goods.fillers[:lines]:
        total.add(product.price)
    program.wait_for(
        lambda screen: shows_total(screen.rows(), amount(total.sum)),
        f"a list of {lines} lines",
        _LONG_START_S,
    )
    return _rested(_Counter(program, total, shows_on_till))


def _table(workshop: Workshop, size: int, running: contextlib.ExitStack) -> _Counter:
    lines = 0 if size == 1 else size
    program = running.enter_context(workshop.peer("datatable_app", "--lines", str(lines)))
    total = Total(lines, lines * PRICE)
    program.wait_for(
        lambda screen: amount(total.sum) in screen.rows()[-1], f"{lines} lines", _LONG_START_S
    )
    return _rested(_Counter(program, total, shows_on_table, PRICE))


def at_rest(program: Program, seconds: float) -> _Counter:
    """A till with an empty list that has run for so long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        program.collect(0.25)
    return _Counter(program, Total(), shows_on_till)


def _rested(counter: _Counter) -> _Counter:
    time.sleep(0.2)
    counter.program.wait_quiet(0.3)
    return counter


def _rows(ours: dict[int, list[_Samples]], table: dict[int, list[_Samples]]) -> list[Row]:
    unit = cost.unit()
    rows = []
    for size in SIZES:
        against = _means(table[size]) if size in table else ()
        target = Target("ratio", 0.15) if against else None
        rows.append(
            Row("scans", f"one scan at {size:,} line{'s' * (size > 1)}: cost", unit,
                _means(ours[size]), against, "DataTable" if against else "", target)
        )  # fmt: skip
    small, large = SIZES[0], SIZES[-1]
    rows.append(
        Row("scans", f"one scan at {large:,} lines: cost against the first", unit,
            _means(ours[large]), _means(ours[small]), "ours at 1", Target("ratio", 1.3))
    )  # fmt: skip
    rows.append(
        Row("scans", f"one scan at {FULL} lines: until visible", "ms",
            _medians(ours[FULL], "ms"), _medians(table[FULL], "ms"), "DataTable")
    )  # fmt: skip
    rows.append(
        Row("scans", "one scan with the list full: bytes to the terminal", "B",
            _medians(ours[FULL], "bytes"), _medians(table[FULL], "bytes"), "DataTable",
            Target("value", 300))
    )  # fmt: skip
    return rows


def _means(runs: Sequence[_Samples]) -> list[float]:
    """The mean cost of each run: the scan that makes the list jump counts as the others do."""
    return [statistics.fmean(run.cost) for run in runs]


def _medians(runs: Sequence[_Samples], what: str) -> list[float]:
    return [statistics.median(getattr(run, what)) for run in runs]
