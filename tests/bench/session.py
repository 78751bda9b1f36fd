"""A long session: what many sales, in cash and by wallet, add to a till's memory."""

from __future__ import annotations

import time
from pathlib import Path

from tests.bench.cost import CannotMeasure
from tests.bench.small import shows_servers
from tests.bench.table import Row, Target
from tests.bench.terminal import Program
from tests.bench.workshop import Workshop

SALES = 1_000
_WARM = 100  # what is loaded and kept once is there by then
_CASH_EVERY = 5
_CODES = ("5449000000996", "8000500037560")
_WALLET = 134857901234567000
_CASH = b"+500\r"
_TYPING_S = 0.11  # slower than any scanner: it is a person who types an amount
_PATIENCE_S = 30.0


def measure(workshop: Workshop, sales: int = SALES) -> list[Row]:
    """Sell on the demo's till, with its real servers behind it, and read its resident memory."""
    data = workshop.folder / "demo-session"
    with workshop.till(data, "demo") as program:
        program.wait_for(shows_servers, "its servers", _PATIENCE_S)
        program.wait_quiet(3.0)
        for number in range(1, _WARM + 1):
            _sell(program, data, number)
        before = _memory_at_rest(program)
        for number in range(_WARM + 1, _WARM + sales + 1):
            _sell(program, data, number)
        after = _memory_at_rest(program)
    return [
        Row("session", f"memory after {_WARM} sales", "MB", [before]),
        Row("session", f"what {sales:,} more sales have added to it", "MB", [after - before],
            target=Target("value", 1.0)),
    ]  # fmt: skip


def _sell(program: Program, data: Path, number: int) -> None:
    """One sale of two items, until its receipt is written."""
    for code in _CODES:
        program.type(code.encode() + b"\r")
        program.wait_quiet(0.02)
    if number % _CASH_EVERY:
        program.type(f"{_WALLET + number}\r".encode())
    else:
        program.type(_CASH, _TYPING_S)
    receipt = data / "receipts" / f"{number:06d}.json"
    until = time.monotonic() + _PATIENCE_S
    while not receipt.exists():
        if time.monotonic() > until:
            shown = "\n".join(program.screen.rows())
            raise CannotMeasure(f"sale {number} has no receipt; the till shows:\n{shown}")
        program.collect(0.01)
    program.wait_quiet(0.05)
    program.forget_output()


def _memory_at_rest(program: Program) -> float:
    program.wait_quiet(2.0)
    return program.memory_mb()
