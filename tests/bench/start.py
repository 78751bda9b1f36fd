"""From exec to a usable screen: what it costs, when something shows, which scans are kept."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bench import cost
from tests.bench.cost import CannotMeasure
from tests.bench.goods import amount
from tests.bench.journal import lines_in_journal
from tests.bench.table import Row, Target
from tests.bench.terminal import Program, Screen
from tests.bench.workshop import SHOP, Workshop, codes_shown, numbered_lines

_REST_S = 0.4
_EARLY_S = 0.05
_EARLY_SCANS = 3
_QUIT = b"\x11"
_TILLS_WORDS = ("Settlement list", "TOTAL", "Payment")


@dataclass
class _Starts:
    first_ms: list[float] = field(default_factory=list)
    usable_ms: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def take(
        self,
        program: Program,
        first: Callable[[Screen], bool],
        usable: Callable[[Screen], bool],
    ) -> None:
        with program:
            shown = program.wait_for(first, "its first frame")
            ready = shown if usable is first else program.wait_for(usable, "a usable screen")
            program.wait_quiet(_REST_S)
            self.cost.append(program.cost())
            self.memory.append(program.memory_mb())
            self.first_ms.append((shown - program.started_at) * 1e3)
            self.usable_ms.append((ready - program.started_at) * 1e3)


def measure(workshop: Workshop, runs: int) -> list[Row]:
    """Start both again and again, in turn."""
    ours, empty = _Starts(), _Starts()
    data = workshop.data()
    first = _Starts()  # what is not compiled yet is compiled now
    first.take(workshop.till(data), _names_shop, shows_till)
    for _ in range(runs):
        empty.take(workshop.peer("empty_app"), is_painted, is_painted)
        ours.take(workshop.till(data), _names_shop, shows_till)
    early: list[_Early] = []
    early_of_table: list[_Early] = []
    for _ in range(max(runs // 2, 2)):
        early_of_table.append(_early_scans_of_table(workshop))
        early.append(_early_scans_of_till(workshop))
    unit, whom = cost.unit(), "empty app"
    most = Target("ratio", 1.15)
    return [
        Row("start", "start to a usable screen: cost", unit, ours.cost, empty.cost, whom, most),
        Row("start", "start to a usable screen: memory", "MB", ours.memory, empty.memory, whom,
            most),
        Row("start", "start to a usable screen: time", "ms", ours.usable_ms, empty.usable_ms, whom),
        Row("start", "start to the first frame: time", "ms", ours.first_ms, empty.first_ms, whom,
            Target("ratio", 0.15)),
        *_rows_of_early_scans(early, early_of_table),
    ]  # fmt: skip


def _names_shop(screen: Screen) -> bool:
    return any(SHOP in row for row in screen.rows())


def is_painted(screen: Screen) -> bool:
    """Whether a program has drawn its first whole frame."""
    return screen.is_painted


def shows_till(screen: Screen) -> bool:
    """Whether all of the till's screen is there, and it can be used."""
    text = "\n".join(screen.rows())
    return all(word in text for word in _TILLS_WORDS)


# ---- scans during the start ----------------------------------------------------------------------


@dataclass
class _Early:
    """How many of the scans made during the start are missing, or stand in a wrong place."""

    from_list: int
    from_journal: int = 0


def _rows_of_early_scans(ours: list[_Early], table: list[_Early]) -> list[Row]:
    when = f"of {_EARLY_SCANS} scans typed {_EARLY_S * 1e3:.0f} ms after exec"
    from_list = [each.from_list for each in ours]
    from_table = [each.from_list for each in table]
    from_journal = [each.from_journal for each in ours]
    none = Target("value", 0)
    return [  # what is lost once is lost: the worst run counts
        Row("start", f"{when}: not in the journal", "scans", from_journal, target=none,
            ours=max(from_journal)),
        Row("start", f"{when}: not to be seen on the list", "scans", from_list, from_table,
            "DataTable", none, ours=max(from_list), against=max(from_table)),
    ]  # fmt: skip


def _early_scans_of_till(workshop: Workshop) -> _Early:
    data, products = workshop.data(), workshop.draw(_EARLY_SCANS)
    with workshop.till(data) as program:
        _scan_early(program, [product.code for product in products])
        with contextlib.suppress(CannotMeasure):
            program.wait_for(
                lambda screen: len(numbered_lines(screen.rows())) == _EARLY_SCANS,
                "the early scans",
                patience=5.0,
            )
        shown = numbered_lines(program.screen.rows())
        program.quit(_QUIT)
    unseen = sum(
        amount(product.price) not in shown.get(number, "")
        for number, product in enumerate(products, 1)
    )
    wanted = [product.gtin for product in products]
    return _Early(unseen, _differences(lines_in_journal(data), wanted))


def _early_scans_of_table(workshop: Workshop) -> _Early:
    codes = [product.code for product in workshop.draw(_EARLY_SCANS)]
    with workshop.peer("datatable_app") as program:
        _scan_early(program, codes)
        program.wait_for(is_painted, "its first frame")
        program.wait_quiet(1.0)
        for _ in program.replay():
            pass
        shown = codes_shown(program.screen.rows())
    return _Early(_differences(shown, codes))


def _differences(found: list[str], wanted: list[str]) -> int:
    return sum(a != b for a, b in itertools.zip_longest(found[: len(wanted)], wanted))


def _scan_early(program: Program, codes: list[str]) -> None:
    program.collect_until(program.started_at + _EARLY_S)
    for code in codes:
        program.type(code.encode() + b"\r")
        program.collect_until(time.monotonic() + 0.02)
