"""What it costs to know a code, and what knowing codes adds to the start."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from tests.bench.table import Row, Target

_TABLE = Path(__file__).parents[1] / "codes" / "real_codes.toml"
_MOST_US = 150.0
_IMPORTED = "import sys, pos_tui.tui.app; print('pos_tui.codes.identify' in sys.modules)"


def measure(rounds: int) -> list[Row]:
    """The table's real codes, warm; beside biip's own parse of the same strings."""
    from biip import ParseError, parse

    from pos_tui.codes.identify import identify
    from tests.codes.contexts import shop

    codes = [row["scan"] for row in tomllib.loads(_TABLE.read_text(encoding="utf-8"))["code"]]
    context = shop("all")

    def by_biip(code: str) -> None:
        try:
            parse(code)
        except (ParseError, ValueError):
            return

    ours = _each(lambda code: identify(code, context), codes, rounds)
    theirs = _each(by_biip, codes, rounds)
    gs1 = [code for code in codes if code.startswith(("]C1", "]d2", "(01)"))]
    ours_gs1 = _each(lambda code: identify(code, context), gs1, rounds)
    theirs_gs1 = _each(by_biip, gs1, rounds)
    finished = subprocess.run(
        [sys.executable, "-c", _IMPORTED], capture_output=True, text=True, check=True
    )
    on_the_way = 1.0 if finished.stdout.strip() == "True" else 0.0
    most = Target("value", _MOST_US)
    return [
        Row("codes", "identify, every code of the table", "µs", ours, theirs, "biip.parse", most),
        Row("codes", "identify, GS1 messages", "µs", ours_gs1, theirs_gs1, "biip.parse", most),
        Row("codes", "codes imported before the screen is up", "", [on_the_way], ours=on_the_way,
            target=Target("value", 0)),
    ]  # fmt: skip


def _each(read: Callable[[str], object], codes: list[str], rounds: int) -> list[float]:
    """The median time of each code over the rounds, in microseconds."""
    for code in codes:
        read(code)
    times: dict[str, list[float]] = {code: [] for code in codes}
    for _ in range(rounds):
        for code in codes:
            began = time.perf_counter()
            read(code)
            times[code].append((time.perf_counter() - began) * 1e6)
    return [statistics.median(each) for each in times.values()]
