"""Log line durable to till has it: all ways in turn, with more and more tills connected."""

from __future__ import annotations

import contextlib
import random
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from pos_tui.messages import encode_log_line
from tests.bench.cost import CannotMeasure
from tests.bench.relay_parts import Log, Process, Till, entry, peer, tills
from tests.bench.relay_ways import FLOOR, OURS, Way, Ways

POLL_EVERY_S = 3.0
_MEASURED = 20  # so many tills tell about each message; the others only wait
_WARM_UP = 20
_LOST_AFTER_S = 5.0
_REST_S = (0.002, 0.016)
_OTHERS_PER_S = 20
_OTHERS = 4000
_POLLING_TILLS = 60


@dataclass
class Times:
    """Milliseconds by way and number of tills, a list for each round."""

    rounds: dict[tuple[str, int], list[list[float]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def p50(self, way: str, connected: int) -> list[float]:
        """The median of each round."""
        return [percentile(times, 50) for times in self.rounds[way, connected]]

    def p99(self, way: str, connected: int) -> list[float]:
        """The 99th of a hundred of each round."""
        return [percentile(times, 99) for times in self.rounds[way, connected]]


def percentile(values: list[float], percent: int) -> float:
    """The value that so many of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]


def measure(ways: Ways, folder: Path, connected: int, rounds: int, sales: int) -> Times:
    """So many rounds with so many tills, of so many sales each way."""
    times, chance = Times(), random.Random(connected)
    measured = min(connected, _MEASURED)
    idle = tills(connected - measured)
    folder.mkdir()
    with contextlib.ExitStack() as stage:
        ways.wait_idly(idle, stage)
        ears = {}
        for way in ways.among(connected).values():
            there = tills(measured, f"{way.initial}{connected}-")
            ear = stage.enter_context(way.listen(there, folder))
            ear.hear()
            ears[way.name] = _Ear(way, ear, there)
        others = stage.enter_context(_others(folder, idle)) if idle else None
        for number in range(-1, rounds):
            names = list(ways.among(connected))
            first = number % len(names)
            for name in names[first:] + names[:first]:
                try:
                    found = _turn(ears[name], sales if number >= 0 else _WARM_UP, others, chance)
                except CannotMeasure as error:
                    if name in (OURS, FLOOR):
                        raise
                    ways.leave_out(name, str(error))
                    continue
                if number >= 0:
                    times.rounds[name, connected].append(found)
    return times


@dataclass(frozen=True)
class _Ear:
    way: Way
    process: Process
    tills: list[Till]


def _others(folder: Path, idle: list[Till]) -> Process:
    """Sales at the other tills, which go the same way as those that are measured."""
    lines = folder / "others"
    chosen = random.Random(1).choices(idle, k=_OTHERS)
    lines.write_bytes(b"".join(encode_log_line(entry(till)) for till in chosen))
    arguments = ("push_raw", "drip", str(lines), str(_OTHERS_PER_S))
    others = peer(*arguments, folder=folder, name="others")
    others.hear()
    return others


def _turn(ear: _Ear, sales: int, others: Process | None, chance: random.Random) -> list[float]:
    """One sale after another, each heard of before the next."""
    if others:
        others.tell(f"{ear.way.log.path}\n")
        others.hear()
    times = []
    for _ in range(sales):
        time.sleep(chance.uniform(*_REST_S))
        sold = entry(chance.choice(ear.tills))
        durable = ear.way.log.append(encode_log_line(sold))
        heard = ear.process.hear(within=_LOST_AFTER_S)
        if heard["order_no"] != sold.order_no:
            raise CannotMeasure(f"{ear.way.name}: another message came than the one that was due")
        times.append((heard["received"] - durable) / 1e6)
    if others:
        others.tell("\n")
        others.hear()
    return times


def poll(folder: Path, lines: int) -> list[float]:
    """The same where each till asks every few seconds, in milliseconds; all find each line."""
    log = Log(folder / "polled" / "gateway-1.000001.log")
    every, count = str(POLL_EVERY_S), str(_POLLING_TILLS)
    times, chance = [], random.Random(1)
    with peer("push_poll", str(log.path), count, every, folder=folder, name="polling") as polling:
        polling.hear()
        for _ in range(lines):
            time.sleep(POLL_EVERY_S / _POLLING_TILLS * chance.random())
            durable = log.append(encode_log_line(entry(Till("M001", "0001"))))
            for _ in range(_POLLING_TILLS):
                times.append((polling.hear()["received"] - durable) / 1e6)
    log.close()
    return times
