"""The servers behind the till as real processes, each of which a test can kill and bring back."""

from __future__ import annotations

import itertools
import os
import signal
from pathlib import Path

import httpx
import msgspec
import pytest
import redis

from pos_tui.demo.part import Part
from pos_tui.demo.parts import parts_of
from pos_tui.demo.shop import MERCHANT, DemoShop
from pos_tui.settings import TillSettings


class Cloud:
    """Redis, simulated platforms, gateway and relay on loopback."""

    def __init__(self, folder: Path) -> None:
        self.shop = DemoShop(folder)
        self.plan = self.shop.cloud_plan()
        self.redis, self.simulator, self.gateway, self.relay = parts_of(self.plan)
        self._tills = itertools.count(10)
        self._up: set[str] = set()
        self._frozen: set[Part] = set()

    @property
    def redis_url(self) -> str:
        return f"redis://admin:{self.plan.admin_password}@127.0.0.1:{self.plan.redis_port}/0"

    def all_up(self) -> None:
        """Bring back whatever a test has taken away."""
        for part in list(self._frozen):
            self.thaw(part)
        for part in (self.redis, self.simulator, self.gateway, self.relay):
            self.start(part)

    def start(self, part: Part) -> None:
        if part.name in self._up:
            return
        part.start()
        part.wait_until_ready()
        self._up.add(part.name)

    def kill(self, part: Part) -> None:
        part.kill()
        self._up.discard(part.name)

    def freeze(self, part: Part) -> None:
        if not hasattr(signal, "SIGSTOP"):
            pytest.skip("no process can be stopped for a while on Windows")
        os.kill(part.pid, signal.SIGSTOP)
        self._frozen.add(part)

    def thaw(self, part: Part) -> None:
        os.kill(part.pid, signal.SIGCONT)
        self._frozen.discard(part)

    def end(self) -> None:
        for part in list(self._frozen):
            self.thaw(part)
        for part in (self.relay, self.gateway, self.simulator, self.redis):
            if part.name in self._up:
                part.end()

    def a_till(self) -> TillSettings:
        """Settings of a till of its own, so that tests do not read each other's messages."""
        settings = self.shop.settings
        return msgspec.structs.replace(
            settings,
            till=msgspec.structs.replace(settings.till, number=f"{next(self._tills)}"),
            gateway=msgspec.structs.replace(settings.gateway, timeout_s=2.0),
            redis=msgspec.structs.replace(settings.redis, url=self.redis_url),
        )

    def charges(self, order_no: str) -> tuple[int, int]:
        """How often the platform charged an order, and how often it gave the money back."""
        url = f"http://127.0.0.1:{self.plan.simulator_port}/_charges"
        found = httpx.get(url, trust_env=False).json().get(order_no)
        if found is None:
            return 0, 0
        return found["charged"], found["reversed"] + found["refunded"]

    def streams(self) -> redis.Redis:
        # As the stand-in lets in, which serves on Windows.
        return redis.Redis.from_url(self.redis_url, protocol=2, driver_info=None)

    @property
    def merchant_key(self) -> bytes:
        return self.plan.merchant_key.encode()


def as_toml(settings: TillSettings) -> str:
    """The settings that a till needs to find its servers, as a till.toml."""
    return f"""[shop]
name = "{settings.shop.name}"
[till]
merchant = "{MERCHANT}"
number = "{settings.till.number}"
[gateway]
url = "{settings.gateway.url}"
key = "{settings.gateway.key}"
timeout_s = {settings.gateway.timeout_s}
[redis]
url = "{settings.redis.url}"
"""
