"""The relay: from the durable log line to the till, how much at once, and what waiting costs.

Beside the same way by hand, polling, an MQTT broker and syslog-ng's Redis destination. All ways
stand side by side and take turns, so that what else the machine does falls on all of them.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import relay_memory, relay_push, relay_rate
from tests.bench.cost import CannotMeasure
from tests.bench.relay_memory import Memory, Sizes
from tests.bench.relay_push import Times
from tests.bench.relay_ways import FLOOR, MQTT, MQTT_SAVED, OURS, SYNCED, SYSLOG, Ways
from tests.bench.table import Row, Target
from tests.bench.workshop import Workshop

_ON_PAPER = 30_000
_WAY = "line durable to till has it"
_PEERS = (FLOOR, SYNCED, MQTT, MQTT_SAVED, SYSLOG)


@dataclass(frozen=True)
class Plan:
    """How much of everything; `tills` connected while `rounds` of `sales` each way are made."""

    tills: tuple[int, ...]
    rounds: int
    sales: int
    polled: int
    lines: int
    floods: int
    idle_s: float
    users: int
    connected: int
    wakes: int
    tls: int


QUICK = Plan(
    tills=(1, 1000), rounds=2, sales=50, polled=1, lines=30_000, floods=1, idle_s=5,
    users=6000, connected=2000, wakes=1, tls=300,
)  # fmt: skip
FULL = Plan(
    tills=(1, 1000, 10_000), rounds=8, sales=100, polled=5, lines=200_000, floods=3, idle_s=30,
    users=_ON_PAPER, connected=10_000, wakes=3, tls=2000,
)  # fmt: skip


def measure(workshop: Workshop, plan: Plan = FULL) -> list[Row]:
    """Everything about the push, one after another."""
    folder, cache = workshop.folder / "relay", workshop.folder / "cache"
    folder.mkdir()
    return [
        *_push(folder, cache, plan),
        *_rate(folder / "rate", plan),
        *_idle(folder / "idle", plan),
        *_memory(folder, cache, plan),
    ]


# ---- from the log to the till --------------------------------------------------------------------


def _push(folder: Path, cache: Path, plan: Plan) -> list[Row]:
    rows: list[Row] = []
    with contextlib.ExitStack() as running:
        ways = Ways(folder, cache, running)
        for connected in plan.tills:
            home = folder / f"push-{connected}"
            times = relay_push.measure(ways, home, connected, plan.rounds, plan.sales)
            rows += _push_rows(times, connected)
        polled = relay_push.poll(folder, plan.polled)
    for percent, samples in ((50, times.p50), (99, times.p99)):
        reckoned = relay_push.POLL_EVERY_S * percent / 100
        whom = f"asking every 3 s (reckoned: {reckoned:.2f} s)"
        asked = [relay_push.percentile(polled, percent)]
        ours = samples(OURS, plan.tills[-1])
        rows.append(_row(f"{_WAY}, {_tills(plan.tills[-1])}: p{percent}", "ms", ours, asked, whom))
    return rows


def _push_rows(times: Times, connected: int) -> list[Row]:
    rows = []
    what = f"{_WAY}, {_tills(connected)}"
    for peer in _PEERS:
        if not times.rounds[peer, connected]:
            continue
        for percent, samples in ((50, times.p50), (99, times.p99)):
            target = None
            if peer == FLOOR:
                target = Target("ratio", 2.0) if percent == 50 else Target("value", 50)
            ours, against = samples(OURS, connected), samples(peer, connected)
            rows.append(_row(f"{what}: p{percent}", "ms", ours, against, peer, target))
    return rows


def _tills(count: int) -> str:
    return f"{count:,} till{'s' if count > 1 else ''}"


# ---- how much at once ----------------------------------------------------------------------------


def _rate(folder: Path, plan: Plan) -> list[Row]:
    folder.mkdir()
    data = folder / "cloud"
    commands = relay_rate.write_log(data / "log" / "gateway-1.000001.log", plan.lines)
    ours, alone = [], []
    for number in range(plan.floods):
        ours.append(relay_rate.through_relay(folder / f"relay-{number}", data, plan.lines))
        alone.append(relay_rate.into_redis(folder / f"alone-{number}", commands))
    rates = [rate.per_s for rate in ours]
    what = f"{plan.lines:,} lines through one relay"
    each = [1e6 / rate for rate in rates]
    return [
        _row(what, "1/s", rates, alone, "Redis alone"),
        _row(f"{what}: each", "µs", each, [1e6 / rate for rate in alone], "Redis alone",
             Target("value", 50)),
        _row(f"{what}: the relay's processor time for each", "µs", [rate.cpu_us for rate in ours]),
    ]  # fmt: skip


def _idle(folder: Path, plan: Plan) -> list[Row]:
    used = relay_rate.idle(folder, (1, 200), plan.idle_s)
    return [
        _row(f"a relay of {count} quiet log{'s' if count > 1 else ''}", "% CPU", [share],
             target=Target("value", 0.5))
        for count, share in used.items()
    ]  # fmt: skip


# ---- what waiting costs --------------------------------------------------------------------------


def _memory(folder: Path, cache: Path, plan: Plan) -> list[Row]:
    sizes = relay_memory.measure(folder / "memory", plan.users, plan.connected, plan.wakes)
    rows = []
    parts = (("user", sizes.user), ("stream of one message", sizes.stream),
             ("connection", sizes.connection))  # fmt: skip
    for what, size in parts:
        rows.append(
            _row(f"a waiting till's {what}: resident memory", "kB", [size.resident / 1e3],
                 [size.used / 1e3], "used_memory")
        )  # fmt: skip
    each = sizes.connection
    rows.append(_on_paper("", sizes, each))
    try:
        plain, tls = relay_memory.over_tls(folder / "tls", cache, plan.tls)
    except (CannotMeasure, OSError) as error:
        print(f"not measured: TLS: {error}", file=sys.stderr)
    else:
        rows.append(
            _row("a waiting till's TLS connection: resident memory", "kB", [tls.resident / 1e3],
                 [plain.resident / 1e3], "plain, same Redis")
        )  # fmt: skip
        rows.append(_on_paper(" over TLS", sizes, tls))
    what = f"{plan.connected:,} waiting tills woken"
    rows.append(
        _row(f"{what} by as many log lines at once", "s", sizes.wake_by_relay_s, sizes.wake_s,
             "XADD alone")
    )  # fmt: skip
    return rows


def _on_paper(how: str, sizes: Sizes, connection: Memory) -> Row:
    """What so many tills, all connected, take in all."""
    one = sizes.user.resident + sizes.stream.resident + connection.resident
    total = sizes.empty.resident + one * _ON_PAPER
    return _row(f"{_ON_PAPER:,} waiting tills{how}, on paper", "MB", [total / 1e6])


def _row(
    what: str,
    unit: str,
    ours: Sequence[float],
    against: Sequence[float] = (),
    whom: str = "",
    target: Target | None = None,
) -> Row:
    return Row("relay", what, unit, ours, against, whom, target)
