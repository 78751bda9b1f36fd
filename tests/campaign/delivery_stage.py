"""The whole scene of a campaign on loopback: Redis, servers, links, tills, and a forger."""

from __future__ import annotations

import random
from pathlib import Path

from msgspec import Struct

from pos_tui.cloud.gateway.order_timing import OrderTiming
from tests.campaign.delivery_forging import Forger
from tests.campaign.delivery_redis import CampaignRedis
from tests.campaign.delivery_servers import MERCHANT_KEYS, Servers
from tests.campaign.delivery_till import Broken, ProcessPlan, Said, TillPlan
from tests.campaign.delivery_tills import Heard, TillProcess
from tests.campaign.link import Link

# What customers do, by the last four digits of their codes: nearly all of them pay at once.
LONG_SCRIPTS = ("1234",) * 40 + ("9001", "9003", "9004", "9005", "9006", "9009", "9010", "9011")
SHORT_SCRIPTS = ("1234",) * 16 + ("9001", "9004", "9005", "9009")


class Scene(Struct, frozen=True, kw_only=True):
    """What a trial is made of. `relays` is how many there are; `naive_relay` takes their place."""

    orders: int
    seed: int
    processes: int = 5
    tills: int = 4  # in each process
    relays: int = 2
    naive_relay: bool = False
    broken: Broken = ""
    hold: float = 1.0  # how long faults last, as a part of the usual
    together: tuple[int, int] = (1, 3)  # how many faults at once, from and to
    rest_s: tuple[float, float] = (1.0, 6.0)  # between two rounds of them
    sales_between: int = 20  # as well, however long they take
    pause_s: float = 0.8  # between two customers of a till, on the whole
    rotate_bytes: int = 20_000
    timeout_s: float = 6.0
    timing: OrderTiming | None = None
    scripts: tuple[str, ...] = LONG_SCRIPTS
    forge_every_s: float = 0.15


class Stage:
    """Everything that runs; made but not started. `rng` gives each part a seed of its own."""

    def __init__(self, scene: Scene, folder: Path, rng: random.Random) -> None:
        self.scene = scene
        self.heard = Heard()
        merchants = list(MERCHANT_KEYS)
        names = [
            (merchants[n % len(merchants)], f"{n + 1:02}")
            for n in range(scene.processes * scene.tills)
        ]
        self.redis = CampaignRedis(folder / "redis", names)
        self.till_link = Link(self.redis.port)
        self.relay_links = tuple(Link(self.redis.port) for _ in range(scene.relays))
        # The relay's own user may not use the MULTI that the naive one is made of.
        url_of = self.redis.operator_url if scene.naive_relay else self.redis.relay_url
        self.servers = Servers(
            folder / "cloud",
            [url_of(link.port) for link in self.relay_links],
            rotate_bytes=scene.rotate_bytes,
            timing=scene.timing,
            relay_module="tests.campaign.delivery_naive" if scene.naive_relay else "pos_tui",
        )
        self.tills = tuple(
            TillPlan(
                merchant,
                number,
                MERCHANT_KEYS[merchant],
                self.redis.till_url(merchant, number, self.till_link.port),
                str(folder / f"till-{merchant}-{number}"),
            )
            for merchant, number in names
        )
        self.processes = tuple(
            TillProcess(self._process_plan(n), folder / f"process-{n}", self._hear)
            for n in range(scene.processes)
        )
        self.forger = Forger(
            self.redis,
            self.servers.log_folder,
            self.tills,
            self.heard,
            random.Random(rng.random()),
            scene.forge_every_s,
        )

    def start(self) -> None:
        """Start all of it and wait until the servers serve; the tills begin to sell."""
        self.redis.start("always")
        self.redis.prepare()
        self.servers.start()
        for process in self.processes:
            process.start()
        self.forger.start()

    def end(self) -> None:
        """End whatever runs."""
        self.forger.stop()
        for process in self.processes:
            process.kill()
        self.servers.end()
        self.redis.end()
        for link in (self.till_link, *self.relay_links):
            link.close()

    def _process_plan(self, number: int) -> ProcessPlan:
        each = self.scene.tills
        return ProcessPlan(
            tills=self.tills[number * each : (number + 1) * each],
            gateway_url=self.servers.gateway_url,
            timeout_s=self.scene.timeout_s,
            pause_s=self.scene.pause_s,
            scripts=self.scene.scripts,
            seed=self.scene.seed,
            broken=self.scene.broken,
        )

    def _hear(self, _process: TillProcess, said: Said) -> None:
        self.heard.take(said)
