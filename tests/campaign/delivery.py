"""Nothing lost, nothing twice, nothing forged: sales while everything around them is killed."""

from __future__ import annotations

import contextlib
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import redis

from pos_tui.cloud.gateway.order_timing import OrderTiming
from pos_tui.messages import MessageError
from tests.campaign.delivery_faults import Faults, Record
from tests.campaign.delivery_judging import Streams, Verdict, judge, logged_orders, read_streams
from tests.campaign.delivery_stage import SHORT_SCRIPTS, Scene, Stage

_QUIET_S = 120.0  # how long all that was under way may take to end, once everything is well
_STUCK_S = 180.0  # with hardly a sale


class Outcome(NamedTuple):
    """One trial: what was done, and what came of it."""

    record: Record
    verdict: Verdict
    seconds: float
    starts: dict[str, int]


class Stuck(Exception):
    """The campaign itself does not get on; its text says where."""


def trial(scene: Scene, folder: Path | None = None) -> Outcome:
    """Sell so many orders, with every kind of fault at least once, and judge. Raises Stuck."""
    with contextlib.ExitStack() as stack:
        if folder is None:
            made = tempfile.TemporaryDirectory(prefix="delivery-", ignore_cleanup_errors=True)
            folder = Path(stack.enter_context(made))
        rng = random.Random(scene.seed)
        stage = Stage(scene, folder, rng)
        stack.callback(stage.end)
        began = time.monotonic()
        stage.start()
        faults = Faults(stage, rng)
        _make_trouble(stage, faults, rng)
        stage.forger.stop()
        _let_finish(stage)
        streams = _published(stage)
        charges = stage.servers.charges()
        for process in stage.processes:
            if process.end():
                raise Stuck(f"a till ended badly: {process.last_words()}")
        verdict = judge(stage, faults.record, streams, charges)
        seconds = time.monotonic() - began
        return Outcome(faults.record, verdict, seconds, dict(stage.redis.starts))


def _make_trouble(stage: Stage, faults: Faults, rng: random.Random) -> None:
    scene = stage.scene
    while stage.heard.paid < scene.orders or not faults.all_kinds_were_there:
        # However slow the machine is, some sales come between any two rounds.
        wanted = stage.heard.paid + scene.sales_between
        until, stuck_at = (time.monotonic() + s for s in (rng.uniform(*scene.rest_s), _STUCK_S))
        while stage.heard.paid < wanted or time.monotonic() < until:
            _all_alive(stage)
            if time.monotonic() > stuck_at:
                raise Stuck(f"too few sales in {_STUCK_S:.0f} s: {stage.heard.under_way()}")
            time.sleep(0.05)
        faults.round()


def _all_alive(stage: Stage) -> None:
    for process in stage.processes:
        if not process.is_running:
            raise Stuck(f"a till ended by itself: {process.last_words()}")
    for server in (stage.servers.gateway, *stage.servers.relays, stage.servers.simulators):
        if not server.is_running:
            raise Stuck(f"the {server.name} ended by itself")


def _let_finish(stage: Stage) -> None:
    """Everything is well: the sales under way end, then each till sells once more."""
    for word, event in (("finish", "idle"), ("last", "last")):
        for process in stage.processes:
            process.tell(word)
        deadline = time.monotonic() + _QUIET_S
        wanted = {till.name for till in stage.tills}
        while missing := wanted - {said.till for said in stage.heard.all(event)}:
            if time.monotonic() > deadline:
                raise Stuck(f"tills that do not get to “{event}”: {', '.join(sorted(missing))}")
            time.sleep(0.05)
        if word == "finish":
            _published(stage)


def _published(stage: Stage, within_s: float = 20.0) -> Streams:
    """The streams, once the relays have had time to fill them."""
    deadline = time.monotonic() + within_s
    while True:
        logged = set(logged_orders(stage))
        with contextlib.suppress(redis.RedisError, MessageError):
            streams = read_streams(stage)
            if logged <= streams.orders.keys() or time.monotonic() > deadline:
                return streams
        if time.monotonic() > deadline + within_s:
            raise Stuck("Redis cannot be read, though nothing is wrong with it any more")
        time.sleep(0.2)


# ---- what is printed -----------------------------------------------------------------------------


def report(outcome: Outcome) -> list[str]:
    """The trial as a page."""
    verdict, record = outcome.verdict, outcome.record
    lines = [f"{'faults':<38} times"]
    lines += [f"  {name:<36} {count:>5}" for name, count in sorted(record.counts.items())]
    lines += [f"  {'log rotated':<36} {verdict.log_files - 1:>5}"]
    lines += [f"  forged: {kind:<28} {n:>5}" for kind, n in sorted(verdict.forged.items())]
    starts = ", ".join(f"{n} with {how}" for how, n in outcome.starts.items())
    forged = f"{verdict.forged_there} still in streams, {verdict.forged_journalled} journalled"
    if verdict.forged_unsure:
        forged += f"; {verdict.forged_unsure} before a new start after Redis' clock was set back"
    told = f"{verdict.told_by['redis']} by Redis, {verdict.told_by['gateway']} by the gateway"
    cut = f"{record.lost_bytes} bytes, {len(record.taken_back)} entries, published again"
    pages = {
        "orders paid": str(verdict.paid),
        "lost": str(verdict.lost),
        "doubled": str(verdict.doubled),
        "forged accepted": str(verdict.accepted),
        "forged": forged,
        "told": f"{told}, {verdict.paid - verdict.told_by.total()} killed before saying it",
        "confirmed outside faults": _times(verdict.calm_s),
        "Redis started": starts,
        "cut off Redis' file": cut,
        "twice in a stream": str(verdict.stream_doubles),
        "seconds": f"{outcome.seconds:.0f}",
    }
    lines += ["", *(f"{name:<26} {value}" for name, value in pages.items())]
    lines += [f"! {trouble}" for trouble in verdict.troubles]
    return lines


def _times(seconds: list[float]) -> str:
    if not seconds:
        return "never measured"
    p50, p99 = (1000 * seconds[int(len(seconds) * part)] for part in (0.5, 0.99))
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms ({len(seconds)} orders, scan to paid)"


def delivery(orders: int, seed: int) -> bool:
    """Run and print the trial; whether nothing was wrong."""
    outcome = trial(Scene(orders=orders, seed=seed))
    print(f"{orders} orders, seed {seed}, each kind of fault again and again")
    print("\n".join(report(outcome)), flush=True)
    return not outcome.verdict.troubles


# ---- broken on purpose ---------------------------------------------------------------------------


def broken(seed: int, seeds: int = 3) -> bool:
    """Leave one safeguard out at a time; whether the campaign found each of them missing."""
    found_all = True
    for what, (changes, count) in _LEFT_OUT.items():
        found = 0
        for number in range(seed, seed + seeds):
            scene = msgspec.structs.replace(short_scene(number), **changes)
            found = count(trial(scene).verdict)
            print(f"{what:<52} seed {number}: {found} found", flush=True)
            if found:
                break
        found_all = found_all and bool(found)
    return found_all


_LEFT_OUT: dict[str, tuple[dict[str, object], Callable[[Verdict], int]]] = {
    "a relay that does not compare its checkpoint": (
        {"naive_relay": True, "relays": 1},
        lambda verdict: verdict.lost + verdict.doubled,
    ),
    "tills that do not check signatures": (
        {"broken": "signatures"},
        lambda verdict: verdict.accepted,
    ),
    "tills that do not read ten minutes again": (
        {"broken": "re-read"},
        lambda verdict: verdict.lost,
    ),
}


def short_scene(seed: int, orders: int = 150) -> Scene:
    """A trial of some fifteen seconds: short faults, and a gateway that does not wait for long."""
    timing = OrderTiming(
        answer_s=2.0,
        patience_s=0.3,
        schedule=(0.1, 0.1, 0.2),
        again=(0.1, 0.2),
        deadline_s=3.0,
        cancel_after_s=0.0,
        after_checks=(0.3,),
        orphan_s=1.0,
        beat_s=0.2,
        lease_s=1.5,
    )
    return Scene(
        orders=orders,
        seed=seed,
        processes=2,
        tills=3,
        hold=0.15,
        together=(2, 3),
        rest_s=(0.3, 0.9),
        sales_between=15,
        pause_s=0.05,
        rotate_bytes=4_000,
        timeout_s=2.0,
        timing=timing,
        scripts=SHORT_SCRIPTS,
    )
