"""Faults at random, each kind dealt once before any comes again: what breaks, for how long."""

from __future__ import annotations

import heapq
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import redis
from msgspec import Struct, field

from pos_tui.cloud.relay.lease import lease_name
from tests.campaign.delivery_redis import Fsync, now_ms
from tests.campaign.delivery_servers import LOG, Server
from tests.campaign.delivery_stage import Stage
from tests.campaign.link import Link

_SETTLED_S = 2.5  # after a fault, before anything is timed again
_FUTURE_MS = (60_000, 240_000)
_STARTING_MS = 15_000  # a till's, until it has read what is in its stream


class Kind(NamedTuple):
    """A fault: its name, what it excludes meanwhile, how to begin it, how long it lasts (s)."""

    name: str
    group: str
    begin: Callable[[], Callable[[], None]]  # gives back how to heal it
    lasts: tuple[float, float]


class Record(Struct):
    """What was done: how often which, when (seconds since 1970), and what Redis lost by it.

    `clocks` are the times (ms) of a Redis whose ids were ahead of it: since when, and up to where.
    """

    counts: Counter[str] = field(default_factory=Counter)
    windows: list[tuple[float, float]] = field(default_factory=list)
    lost_bytes: int = 0
    taken_back: list[tuple[str, str]] = field(default_factory=list)
    clocks: list[tuple[int, int]] = field(default_factory=list)

    def may_pass_unnoted(self, at_ms: int, started_ms: list[int]) -> bool:
        """Whether a till started at these times may take an entry for one that it had before.

        Its books have come to an id of the clock that was ahead, and do not go back; all that the
        running till knows besides is gone with its process.
        """
        return any(
            began <= at_ms <= until
            and any(max(began, at_ms - _STARTING_MS) <= start <= until for start in started_ms)
            for began, until in self.clocks
        )

    def is_calm(self, since: float, until: float) -> bool:
        """Whether there was no fault, nor its aftermath, in this time."""
        return all(until < began or since > ended for began, ended in self.windows)


class Faults:
    """Does one round of faults after another to a stage."""

    def __init__(self, stage: Stage, rng: random.Random) -> None:
        self.record = Record()
        self._stage, self._rng = stage, rng
        self._deck: list[Kind] = []
        relay = self._relay_killed
        self._kinds = (
            Kind("gateway killed", "gateway", self._gateway_killed, (0.1, 2.0)),
            Kind("relay killed, working", "relay", lambda: relay(True), (0.2, 6.0)),
            Kind("relay killed, standing by", "relay", lambda: relay(False), (0.2, 6.0)),
            Kind("all relays killed", "relay", self._relays_killed, (0.2, 4.0)),
            Kind("Redis killed", "Redis", self._redis_killed, (0.1, 3.0)),
            Kind("Redis killed and cut back", "Redis", self._redis_cut_back, (0.1, 3.0)),
            Kind("Redis' clock set back", "Redis", self._clock_set_back, (0.1, 1.0)),
            Kind("tills killed", "till", self._tills_killed, (0.0, 2.0)),
            Kind("link of tills cut", "till link", self._till_link_cut, (0.2, 4.0)),
            Kind("link of tills frozen", "till link", self._till_link_frozen, (1.0, 11.0)),
            Kind("link of a relay cut", "relay link", self._relay_link_cut, (0.2, 4.0)),
            Kind("link of a relay frozen", "relay link", self._relay_link_frozen, (1.0, 9.0)),
        )

    @property
    def all_kinds_were_there(self) -> bool:
        return all(self.record.counts[kind.name] for kind in self._kinds)

    def round(self) -> None:
        """A few faults at once, all of them healed again."""
        scene, rng = self._stage.scene, self._rng
        due: list[tuple[float, int, Kind | None, Callable[[], None]]] = []
        began = time.monotonic()
        for number, kind in enumerate(self._deal(rng.randint(*scene.together))):
            at = began + rng.uniform(0, 1.0) * scene.hold
            heapq.heappush(due, (at, number, kind, lambda: None))
        since = time.time()
        while due:
            at, number, begins, heal = heapq.heappop(due)
            time.sleep(max(0.0, at - time.monotonic()))
            if begins is None:
                heal()
                continue
            heal = begins.begin()
            self.record.counts[begins.name] += 1
            ends = time.monotonic() + rng.uniform(*begins.lasts) * scene.hold
            heapq.heappush(due, (ends, number, None, heal))
        self.record.windows.append((since, time.time() + _SETTLED_S))

    def _deal(self, count: int) -> list[Kind]:
        """So many kinds that do not exclude one another."""
        chosen: list[Kind] = []
        later: list[Kind] = []
        while len(chosen) < count:
            if not self._deck:
                if later:
                    break
                self._deck = self._rng.sample(self._kinds, len(self._kinds))
            kind = self._deck.pop()
            is_free = all(kind.group != other.group for other in chosen)
            (chosen if is_free else later).append(kind)
        self._deck += later
        return chosen

    # ---- what is done ------------------------------------------------------------------------

    def _gateway_killed(self) -> Callable[[], None]:
        gateway = self._stage.servers.gateway
        gateway.kill()
        return gateway.start

    def _relay_killed(self, is_working: bool) -> Callable[[], None]:
        relays = self._stage.servers.relays
        working = self._working_relay()
        those = [relay for relay in relays if (relay is working) == is_working]
        relay = self._rng.choice(those or relays)
        relay.kill()
        return relay.start

    def _relays_killed(self) -> Callable[[], None]:
        relays = self._stage.servers.relays
        for relay in relays:
            relay.kill()

        def heal() -> None:
            for relay in relays:
                relay.start()

        return heal

    def _redis_killed(self) -> Callable[[], None]:
        self._stage.redis.kill()
        return self._start_redis

    def _redis_cut_back(self) -> Callable[[], None]:
        self._cut_back(now_ms() - int(1000 * self._rng.uniform(0.5, 1.5)))
        return self._start_redis

    def _clock_set_back(self) -> Callable[[], None]:
        """Ids of a clock that is ahead reach the tills; then they, and that clock, are gone."""
        before, ahead = now_ms(), self._rng.randint(*_FUTURE_MS)
        self._stage.forger.from_the_future(ahead)
        time.sleep(0.5)
        self.record.clocks.append((before, now_ms() + ahead))
        self._cut_back(before + _FUTURE_MS[0] // 2)
        return self._start_redis

    def _cut_back(self, since_ms: int) -> None:
        redis_ = self._stage.redis
        redis_.kill()
        cut = redis_.cut_back(since_ms, self._rng)
        self.record.lost_bytes += cut.lost_bytes
        self.record.taken_back += cut.entries

    def _start_redis(self) -> None:
        fsync: Fsync = self._rng.choice(("always", "everysec"))
        self._stage.redis.start(fsync)

    def _tills_killed(self) -> Callable[[], None]:
        process = self._rng.choice(self._stage.processes)
        process.kill()
        return process.start

    def _till_link_cut(self) -> Callable[[], None]:
        self._stage.till_link.cut()
        return self._stage.till_link.heal

    def _till_link_frozen(self) -> Callable[[], None]:
        self._stage.till_link.freeze()
        keep = self._rng.random() < 0.5
        return lambda: self._stage.till_link.heal(keep=keep)

    def _relay_link_cut(self) -> Callable[[], None]:
        link = self._link_of_working_relay()
        link.cut()
        return link.heal

    def _relay_link_frozen(self) -> Callable[[], None]:
        link = self._link_of_working_relay()
        link.freeze()
        keep = self._rng.random() < 0.7  # what was under way comes late: the worst of it
        return lambda: link.heal(keep=keep)

    def _link_of_working_relay(self) -> Link:
        working = self._working_relay()
        links, relays = self._stage.relay_links, self._stage.servers.relays
        if working is not None and self._rng.random() < 0.8:
            return links[relays.index(working)]
        return self._rng.choice(links)

    def _working_relay(self) -> Server | None:
        """The relay that holds the log's lease, as Redis says; it names its process."""
        client = self._stage.redis.admin()
        try:
            held = client.get(lease_name(LOG))
        except redis.RedisError:
            return None
        finally:
            client.close()
        pid = int(held.split()[0].split(b":")[1]) if isinstance(held, bytes) else 0
        return next((r for r in self._stage.servers.relays if r.is_running and r.pid == pid), None)
