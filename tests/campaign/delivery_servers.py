"""The campaign's servers as processes: simulators, gateway, and two relays of one log."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec

from pos_tui.cloud.gateway.order_timing import OrderTiming
from pos_tui.cloud.simulators.keys import make_keys
from pos_tui.demo.part import Part
from tests.cloud.shop import free_port

_INTO_FILE = 'log=$1; shift; exec "$@" 2>>"$log"'
MERCHANT_KEYS = {"M001": "the key of the first shop", "M002": "another shop, another key"}
LOG = "gateway-1"


class Server(Part):
    """A server whose standard error is kept in a file of its folder."""

    def __init__(self, name: str, command: Sequence[str], folder: Path) -> None:
        log = str(folder / f"{name}.stderr")
        super().__init__(name, ["sh", "-c", _INTO_FILE, "sh", log, *command])

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None


class Charge(NamedTuple):
    """What the platform took for one order, in minor units, and how often it did."""

    amount: int
    charged: int
    given_back: int

    @property
    def is_kept(self) -> bool:
        return self.charged * self.amount > self.given_back


class Servers:
    """Everything that a till speaks with but Redis, on the same data folder.

    With a `timing` the gateway waits as that says; each relay has its own way to Redis.
    """

    def __init__(
        self,
        folder: Path,
        relay_urls: Sequence[str],
        *,
        rotate_bytes: int,
        timing: OrderTiming | None = None,
        relay_module: str = "pos_tui",
    ) -> None:
        folder.mkdir(parents=True)
        make_keys(folder)
        self.log_folder = folder / "log"
        self.gateway_url = f"http://127.0.0.1:{free_port()}"
        self._platforms_url = f"http://127.0.0.1:{free_port()}"
        settings = [self._write_settings(folder, url, rotate_bytes) for url in relay_urls]
        ends = ["--data", str(folder), "--follow-stdin"]
        run = [sys.executable, "-m", "pos_tui"]
        self.simulators = Server(
            "simulate", [*run, "simulate", "--settings", str(settings[0]), *ends], folder
        )
        gateway = [*run, "gateway", "--settings", str(settings[0]), *ends]
        if timing is not None:
            text = msgspec.json.encode(timing).decode()
            module = "tests.campaign.delivery_gateway"
            gateway = [sys.executable, "-m", module, str(settings[0]), text]
        self.gateway = Server("gateway", gateway, folder)
        relay = [sys.executable, "-m", relay_module, "relay"]
        self.relays = tuple(
            Server(f"relay {place.stem}", [*relay, "--settings", str(place), *ends], folder)
            for place in settings
        )

    def start(self) -> None:
        """Start all of it and wait until it serves. Redis must be there."""
        parts = (self.simulators, self.gateway, *self.relays)
        for part in parts:
            part.start()
        for part in parts:
            part.wait_until_ready()

    def end(self) -> None:
        for part in (*self.relays, self.gateway, self.simulators):
            part.end()

    def charges(self) -> dict[str, Charge]:
        """What the platforms took, by order number."""
        found = httpx.get(f"{self._platforms_url}/_charges", trust_env=False, timeout=30).json()
        return {
            number: Charge(each["amount"], each["charged"], each["given_back"])
            for number, each in found.items()
        }

    def _write_settings(self, folder: Path, redis_url: str, rotate_bytes: int) -> Path:
        at = self._platforms_url
        ports = [url.rpartition(":")[2] for url in (self.gateway_url, at)]
        text = (
            f"[gateway]\nport = {ports[0]}\nrate_per_s = 10000\nburst = 10000\n"
            f"[simulator]\nport = {ports[1]}\nreverse_after_s = 0\nrefund_gap_s = 0\n"
            f'[log]\nrotate_bytes = {rotate_bytes}\nworker = "{LOG}"\n'
            f'[relay]\nredis_url = "{redis_url}"\n'
        )
        for number, (merchant, key) in enumerate(MERCHANT_KEYS.items()):
            text += f"""
[[merchant]]
id = "{merchant}"
key = "{key}"
[merchant.wechat]
url = "{at}/wechat"
appid = "wx0000000000000{number}"
mchid = "190000000{number}"
serial = "MERCHANTSERIAL"
private_key = "file:merchant-key.pem"
platform_keys = {{ PUB_KEY_ID_0001 = "file:platform-public.pem" }}
[merchant.alipay]
url = "{at}/alipay/gateway.do"
app_id = "202100000000000{number}"
private_key = "file:merchant-key.pem"
alipay_key = "file:platform-public.pem"
"""
        path = folder / f"{chr(ord('a') + len(list(folder.glob('*.toml'))))}.toml"
        path.write_text(text, encoding="utf-8")
        return path
