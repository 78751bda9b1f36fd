"""Nothing is typed: what a program uses, and sends to its terminal, all the same."""

from __future__ import annotations

import time

from tests.bench import cost
from tests.bench.table import Row, Target
from tests.bench.workshop import Workshop

SECONDS = 10.0
_TURN_S = 0.25


def measure(workshop: Workshop, runs: int) -> list[Row]:
    """Let both be idle at the same time."""
    costs: tuple[list[float], list[float]] = ([], [])
    sent: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        with workshop.till(workshop.data()) as till, workshop.peer("empty_app") as empty:
            programs = (till, empty)
            for program in programs:
                program.wait_quiet(1.5)
            before = [(program.cost(), program.byte_count) for program in programs]
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                for program in programs:
                    program.collect(_TURN_S)
            for place, program in enumerate(programs):
                costs[place].append((program.cost() - before[place][0]) / SECONDS)
                sent[place].append((program.byte_count - before[place][1]) / SECONDS)
    unit = f"{cost.unit()}/s"
    return [
        Row("idle", "idle: cost", unit, *costs, "empty app", Target("ratio", 2.0)),
        Row("idle", "idle: bytes to the terminal", "B/s", *sent, "empty app", Target("value", 60)),
    ]
