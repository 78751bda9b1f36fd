"""What a till that only waits costs Redis, and how long it takes to wake all of them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from pos_tui.messages import encode_log_line, seal_success, success_of
from tests.bench import debian
from tests.bench.cost import CannotMeasure, memory_mb
from tests.bench.relay_parts import KEY, Log, Process, Server, Till, entry, relay, server, tills
from tests.bench.relay_ways import listen_by_hand

_A_PROCESS = 2500
_AT_ONCE = 1000
_PATIENCE_S = 60.0
_LOOK_S = 0.05
_SETTLING_S = 7.0  # a connection's buffer shrinks when it was not needed for 5 s


@dataclass(frozen=True)
class Memory:
    """Bytes: what Redis says that it uses, and what the system has given to it."""

    used: float
    resident: float

    @classmethod
    def settled(cls, redis_at: Server) -> Memory:
        """Once Redis has given back what it needs for a moment only, such as answers' buffers."""
        used, until = redis_at.used_bytes(), time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            time.sleep(_SETTLING_S)
            before, used = used, redis_at.used_bytes()
            if used > before * 0.99:
                break
        redis_at.client.memory_purge()
        return cls(used, memory_mb(redis_at.process.pid) * 1e6)

    def since(self, before: Memory, of: int) -> Memory:
        """What came in between, for each of so many."""
        used, resident = self.used - before.used, self.resident - before.resident
        return Memory(used / of, resident / of)


@dataclass(frozen=True)
class Sizes:
    """Memory of an empty Redis, then for each till; and seconds until all had a message."""

    empty: Memory
    user: Memory
    stream: Memory
    connection: Memory
    wake_s: list[float]
    wake_by_relay_s: list[float]


def measure(folder: Path, users: int, connected: int, times: int) -> Sizes:
    """So many users with a one-entry stream each, so many of them connected and waiting."""
    folder.mkdir()
    everybody = tills(users)
    with contextlib.ExitStack() as running:
        redis_at = running.enter_context(server(folder / "redis"))
        redis_at.let_relay_in()
        steps = [Memory.settled(redis_at)]
        redis_at.let_in(everybody)
        steps.append(Memory.settled(redis_at))
        _tell(redis_at, everybody)
        steps.append(Memory.settled(redis_at))
        there = everybody[:connected]
        crowd = _Crowd(redis_at, there, folder, running)
        steps.append(Memory.settled(redis_at))
        wake = [_wake(crowd, lambda: _tell(redis_at, there)) for _ in range(times)]
        log = Log(folder / "cloud" / "log" / "gateway-1.000001.log")
        running.callback(log.close)
        running.enter_context(relay(folder, folder / "cloud", redis_at)).hear()
        by_relay = []
        for _ in range(times):
            lines = b"".join(encode_log_line(entry(till)) for till in there)
            by_relay.append(_wake(crowd, partial(log.append, lines)))
    empty, with_users, with_streams, with_connections = steps
    return Sizes(
        empty,
        with_users.since(empty, users),
        with_streams.since(with_users, users),
        with_connections.since(with_streams, connected),
        wake,
        by_relay,
    )


class _Crowd:
    """Tills that wait, in several processes."""

    def __init__(
        self,
        redis_at: Server,
        there: Sequence[Till],
        folder: Path,
        running: contextlib.ExitStack,
        *,
        tls: bool = False,
    ) -> None:
        self.size = len(there)
        self._processes: list[Process] = []
        for start in range(0, len(there), _A_PROCESS):
            part = there[start : start + _A_PROCESS]
            name = f"crowd-{start}"
            process = listen_by_hand(redis_at, part, folder, name, loud=False, tls=tls)
            self._processes.append(running.enter_context(process))
        for process in self._processes:
            process.hear(within=_PATIENCE_S)

    def heard(self) -> tuple[int, int]:
        """How many messages came so far, and when the last one did (monotonic nanoseconds)."""
        for process in self._processes:
            process.tell("report\n")
        reports = [process.hear() for process in self._processes]
        return sum(r["received"] for r in reports), max(r["last"] for r in reports)


def _wake(crowd: _Crowd, tell: Callable[[], int]) -> float:
    """Seconds from the moment that `tell` returns until every till has its message."""
    before, _ = _quiet(crowd)
    began = tell()
    until = time.monotonic() + _PATIENCE_S
    while True:
        count, last = crowd.heard()
        if count - before >= crowd.size:
            return (last - began) / 1e9
        if time.monotonic() > until:
            raise CannotMeasure(f"of {crowd.size} tills {count - before} have their message")
        time.sleep(_LOOK_S)


def _quiet(crowd: _Crowd) -> tuple[int, int]:
    """Once nothing more comes of what was there before."""
    before = crowd.heard()
    while True:
        time.sleep(0.5)
        now = crowd.heard()
        if now == before:
            return now
        before = now


def _tell(redis_at: Server, whom: Sequence[Till]) -> int:
    """A message into each till's stream; when the first was sent (monotonic nanoseconds)."""
    key = KEY.encode()
    messages = [(till.stream, seal_success(success_of(entry(till)), key)) for till in whom]
    began = time.monotonic_ns()
    for start in range(0, len(messages), _AT_ONCE):
        with redis_at.client.pipeline(transaction=False) as pipeline:
            for stream, fields in messages[start : start + _AT_ONCE]:
                pipeline.xadd(stream, dict(fields.items()))
            pipeline.execute()
    return began


# ---- TLS -----------------------------------------------------------------------------------------


def over_tls(folder: Path, cache: Path, connected: int) -> tuple[Memory, Memory]:
    """A connection's memory in Debian's Redis, plain and over TLS; Valkey's wheel has no TLS."""
    folder.mkdir()
    found = debian.tool("redis-server", cache / "redis", ["redis-server"])
    certificate, key = _certificate(folder)
    tls = ("--tls-cert-file", str(certificate), "--tls-key-file", str(key))
    options = (*tls, "--tls-auth-clients", "no")
    there = tills(2 * connected)
    with contextlib.ExitStack() as running:
        redis_at = running.enter_context(
            server(folder / "redis", found.program, found.environment, options)
        )
        redis_at.let_in(there)
        steps = [Memory.settled(redis_at)]
        for encrypted in (False, True):
            part = there[connected:] if encrypted else there[:connected]
            name = folder / ("tls" if encrypted else "plain")
            name.mkdir()
            _Crowd(redis_at, part, name, running, tls=encrypted)
            steps.append(Memory.settled(redis_at))
    return steps[1].since(steps[0], connected), steps[2].since(steps[1], connected)


def _certificate(folder: Path) -> tuple[Path, Path]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    files = folder / "redis.crt", folder / "redis.key"
    pem = serialization.Encoding.PEM
    files[0].write_bytes(certificate.public_bytes(pem))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return files
