"""Paid orders at the gateway: how many a second, how long each takes, what the gateway adds.

Against a bare Starlette handler (the same calls, one fdatasync, no states) and Fastify with
Alipay's own SDK (nothing kept at all), over one stand-in for Alipay that costs next to nothing.
All servers run side by side, and take turns.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import msgspec

from pos_tui import messages
from pos_tui.messages import TransactionOrder
from tests.bench import gateway_servers as servers
from tests.bench.cost import CannotMeasure
from tests.bench.gateway_load import Load, Wrk
from tests.bench.gateway_platform import AMOUNT, order_number
from tests.bench.gateway_servers import KEY, MERCHANT, Server
from tests.bench.table import Row, Target
from tests.bench.workshop import Workshop

_SETTLE_S = 0.3
_CHECKED = 50
_PAID = '"answer":"paid"'
_CHARGED = '"code":"10000"'
_ALIPAY = "platform"


@dataclass(frozen=True)
class Phase:
    """How long the platform takes, and how many customers pay at once."""

    delay_ms: int
    at_once: int

    @property
    def text(self) -> str:
        return f"{self.at_once} at once, Alipay {self.delay_ms} ms"


ONE_BY_ONE = (Phase(0, 1), Phase(50, 1))
LOADED = (Phase(0, 32), Phase(50, 64))


@dataclass(frozen=True)
class Plan:
    """How often everything takes its turn, for how many seconds, over how many orders."""

    rounds: int
    one_by_one_s: float
    loaded_s: float
    orders: int


QUICK = Plan(rounds=1, one_by_one_s=1, loaded_s=2, orders=6_000)
FULL = Plan(rounds=2, one_by_one_s=2, loaded_s=3, orders=16_000)
_MOST_PER_S = 2000


def measure(workshop: Workshop, plan: Plan = FULL) -> list[Row]:
    """Every server in turn, under every load."""
    folder = workshop.folder / "gateway"
    folder.mkdir()
    wrk = Wrk(folder)
    fsyncs = [_fsyncs_per_s(folder)]
    with contextlib.ExitStack() as running:
        bench = _Bench(wrk, plan, folder, running)
        bench.run()
    fsyncs.append(_fsyncs_per_s(folder))
    return [*_rows(bench), Row("gateway", "fdatasync of one line, this disk", "1/s", fsyncs)]


class _Bench:
    """All servers at once; `loads` and `cpu_ms` (of one order) by server and phase."""

    def __init__(self, wrk: Wrk, plan: Plan, folder: Path, running: contextlib.ExitStack) -> None:
        self.loads: dict[tuple[str, Phase], list[Load]] = defaultdict(list)
        self.cpu_ms: dict[tuple[str, Phase], list[float]] = defaultdict(list)
        self.servers: dict[str, Server] = {}
        self._wrk = wrk
        self._plan = plan
        self._folder = folder
        self._running = running
        self._used: dict[str, int] = defaultdict(int)
        self._start()

    def of(self, name: str, phase: Phase, what: str) -> list[float]:
        """One figure of all the turns of a server in a phase."""
        return [getattr(load, what) for load in self.loads[name, phase]]

    def run(self) -> None:
        """Warm up, then take the turns; every other round in the reverse order."""
        for name in self.servers:
            self._turn(name, LOADED[0], 1, counts=False)
        for number in range(self._plan.rounds):
            for phase in (*ONE_BY_ONE, *LOADED):
                names = list(self.servers)
                for name in names if number % 2 == 0 else reversed(names):
                    if phase in LOADED:
                        self._turn(name, phase, self._plan.loaded_s)
                    elif not name.endswith("2"):  # one customer needs no second worker
                        self._turn(name, phase, self._plan.one_by_one_s)

    def _start(self) -> None:
        folder, keys = self._folder, servers.make_keys(self._folder)
        alipay = servers.platform(folder, keys, self._plan.orders)
        self._running.enter_context(alipay).ready()
        url = f"http://127.0.0.1:{alipay.port}/gateway.do"
        started = [alipay]

        def start(server: Server) -> None:
            started.append(self._running.enter_context(server))

        for workers in (1, 2):
            start(servers.ours(f"sqlite-{workers}", folder, keys, url, workers=workers,
                               database="gateway.db"))  # fmt: skip
        with _where_possible("PostgreSQL"):
            new_database = self._running.enter_context(servers.postgres(folder))
            for workers in (1, 2):
                start(servers.ours(f"postgresql-{workers}", folder, keys, url, workers=workers,
                                   database=new_database(f"gateway{workers}")))  # fmt: skip
        start(servers.bare(folder, keys, url))
        with _where_possible("Fastify"):
            node = self._running.enter_context(servers.fastify(folder, keys, url))
            started.append(node.ready())
        for server in started:
            self.servers[server.name] = server if server.port else server.ready()

    def _turn(self, name: str, phase: Phase, seconds: float, *, counts: bool = True) -> None:
        server, alipay = self.servers[name], self.servers[_ALIPAY]
        requests, wanted = self._requests(name, int(seconds * _MOST_PER_S))
        # Whether a peer signs at all is looked at; always, it would cost the stand-in too much.
        to_check = 0 if server is alipay else _CHECKED
        alipay.told(delay_ms=phase.delay_ms, check=to_check)
        began = server.cpu_s()
        try:
            load = self._wrk.run(server.port, requests, wanted, phase.at_once, seconds)
        except CannotMeasure as error:
            raise CannotMeasure(f"{name}, {phase.text}: {error}") from error
        time.sleep(_SETTLE_S)
        spent = server.cpu_s() - began
        if load.wrong:
            print(f"{name}: {phase.text}: {load.wrong} wrong: {load.said}", file=sys.stderr)
        if server is not alipay and name not in ("bare", "fastify"):
            self._used[name] += load.used
            if load.used > len(requests):
                raise CannotMeasure(f"{name} was faster than orders were prepared for it")
        if counts:
            self.loads[name, phase].append(load)
            self.cpu_ms[name, phase].append(spent * 1000 / load.good)

    def _requests(self, name: str, most: int) -> tuple[list[bytes], str]:
        numbers = range(self._used[name], self._plan.orders)[:most]
        if name == _ALIPAY:  # any call is as good as another
            return [_call(number) for number in numbers], _CHARGED
        return [_order(number) for number in numbers], _PAID


@contextlib.contextmanager
def _where_possible(what: str) -> Iterator[None]:
    """What is missing on this machine does not stop the rest."""
    try:
        yield
    except CannotMeasure as error:
        print(f"not measured: {what}: {error}", file=sys.stderr)


# ---- requests ------------------------------------------------------------------------------------


def _order(number: int) -> bytes:
    """A till's signed order, signed now; every number is another sale and another customer."""
    body = msgspec.json.encode(
        TransactionOrder(
            merchant=MERCHANT,
            till="01",
            order_no=order_number(number),
            amount=AMOUNT,
            currency="CNY",
            auth_code=f"28{number:016}",
            subject="Harbour Street Stores {1}",
            made_at=datetime.now(UTC),
        )
    )
    stamp, nonce, path = str(int(time.time() * 1000)), secrets.token_hex(8), "/v1/orders"
    headers = {
        messages.MERCHANT_HEADER: MERCHANT,
        messages.TIME_HEADER: stamp,
        messages.NONCE_HEADER: nonce,
        messages.SIGNATURE_HEADER: messages.request_signature(
            KEY.encode(), "POST", path, stamp, nonce, body
        ),
        "Content-Type": "application/json",
    }
    return _http(path, headers, body)


def _call(number: int) -> bytes:
    """A call like a gateway's, for the stand-in alone; its signature is not looked at."""
    content = '{"out_trade_no": "%s", "scene": "bar_code", "auth_code": "28%016d"}'
    fields = {
        "app_id": "2021000000000000",
        "method": "alipay.trade.pay",
        "biz_content": content % (order_number(number), number),
        "sign": "A" * 344,
    }
    kind = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
    return _http("/gateway.do", kind, urlencode(fields).encode())


def _http(path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _fsyncs_per_s(folder: Path, seconds: float = 1.0) -> float:
    """How many lines this disk makes durable one after another."""
    file = os.open(folder / "fsync", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            os.write(file, b"x" * 300 + b"\n")
            os.fdatasync(file)
            count += 1
        return count / (time.perf_counter() - began)
    finally:
        os.close(file)


# ---- rows ----------------------------------------------------------------------------------------


def _rows(bench: _Bench) -> list[Row]:
    rows: list[Row] = []
    for database in ("SQLite", "PostgreSQL"):
        if f"{database.lower()}-1" in bench.servers:
            rows += _rows_of(bench, database)
    fastest = bench.of(_ALIPAY, LOADED[0], "rate")
    rows.append(Row("gateway", "the stand-in for Alipay alone, 32 at once", "1/s", fastest))
    wrong = {
        name: sum(load.wrong for (server, _), loads in bench.loads.items() if server == name
                  for load in loads)
        for name in bench.servers
    }  # fmt: skip
    peers = [wrong.pop(name) for name in ("bare", "fastify") if name in wrong]
    rows.append(
        Row("gateway", "answers that are not `paid`", "", [sum(wrong.values())], [sum(peers)],
            "theirs", Target("value", 0))
    )  # fmt: skip
    return rows


def _rows_of(bench: _Bench, database: str) -> list[Row]:
    one, two = f"{database.lower()}-1", f"{database.lower()}-2"
    peers = [("bare", "bare Starlette"), ("fastify", "Fastify + SDK")]
    there = [peer for peer in peers if peer[0] in bench.servers]
    rows: list[Row] = []

    def row(what: str, unit: str, samples: list[float], against: list[float], whom: str) -> None:
        rows.append(Row("gateway", f"{database}: {what}", unit, samples, against, whom))

    for phase in LOADED:
        for name, whom in there:
            row(f"paid orders, {phase.text}", "1/s", bench.of(one, phase, "rate"),
                bench.of(name, phase, "rate"), whom)  # fmt: skip
        for what, label in (("p50_ms", "p50"), ("p99_ms", "p99")):
            row(f"{label}, {phase.text}", "ms", bench.of(one, phase, what),
                bench.of("bare", phase, what), "bare Starlette")  # fmt: skip
    row("processor time of an order, " + LOADED[0].text, "ms", bench.cpu_ms[one, LOADED[0]],
        bench.cpu_ms["bare", LOADED[0]], "bare Starlette")  # fmt: skip
    for phase in LOADED:
        row(f"2 workers: paid orders, {phase.text}", "1/s", bench.of(two, phase, "rate"),
            bench.of(one, phase, "rate"), "1 worker")  # fmt: skip
        for what, label in (("p50_ms", "p50"), ("p99_ms", "p99")):
            row(f"2 workers: {label}, {phase.text}", "ms", bench.of(two, phase, what),
                bench.of(one, phase, what), "1 worker")  # fmt: skip
    for phase in (*ONE_BY_ONE, *LOADED):
        row(f"added to Alipay's p50, {phase.text}", "ms", _added(bench, one, phase),
            _added(bench, "bare", phase), "bare Starlette")  # fmt: skip
    return rows


def _added(bench: _Bench, name: str, phase: Phase) -> list[float]:
    """What a server's p50 is more than the platform's own, under the same load."""
    own = statistics.median(bench.of(_ALIPAY, phase, "p50_ms"))
    return [p50 - own for p50 in bench.of(name, phase, "p50_ms")]
