"""Several gateway processes behind one port, over a file and over PostgreSQL; one is killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pos_tui.cloud.gateway.worker_processes import WorkerNotReady, serve_workers
from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.messages import OrderStatus, TransactionOrder
from tests.cloud.postgres import Postgres
from tests.cloud.shop import KEY, Cloud, Process, Till, code, eventually, free_port, write_settings


class Crew:
    """`pos-tui gateway` with two workers, as an operator starts it."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "pos_tui", "gateway", "--settings"]
        self._stderr = (folder / "crew.stderr").open("wb")
        self._process = subprocess.Popen(
            [*command, str(folder / "cloud.toml"), "--data", str(folder)],
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            stdin=subprocess.DEVNULL,
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, (folder / "crew.stderr").read_text()
        self.said: dict[str, Any] = json.loads(line)

    def workers(self) -> list[int]:
        found = subprocess.run(
            ["pgrep", "-P", str(self._process.pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in found.stdout.split()]

    def end(self) -> int:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(timeout=60)
        finally:
            if self._process.stdout:
                self._process.stdout.close()
            self._stderr.close()


@pytest.fixture
def crew(own_cloud: Cloud, database: str) -> Iterator[Crew]:
    write_settings(
        own_cloud.folder,
        simulators=own_cloud.simulators_port,
        gateway=own_cloud.gateway_port,
        database=database,
        workers=2,
    )
    own_cloud.start_simulators()
    crew = Crew(own_cloud.folder)
    try:
        yield crew
    finally:
        crew.end()


async def insist(cloud: Cloud, order: TransactionOrder) -> OrderStatus:
    """What a till does, over a connection of its own: the same order until it is clear."""
    till = Till(f"http://127.0.0.1:{cloud.gateway_port}", "M001", KEY)

    async def clear() -> OrderStatus | None:
        try:
            status = await till.pay(order)
        except (httpx.TransportError, AssertionError):
            return None
        return status if status.answer in ("paid", "declined", "cancelled") else None

    return await eventually(clear, within=60)


@pytest.mark.skipif(sys.platform == "win32", reason="workers share a socket, which Windows cannot")
async def test_a_worker_killed_in_the_middle_loses_no_order_and_is_started_again(
    own_cloud: Cloud, crew: Crew
) -> None:
    assert crew.said["workers"] == ["gateway-1-1", "gateway-1-2"]
    before = crew.workers()
    assert len(before) == 2
    till = own_cloud.till()
    orders = [till.order(code(name)) for name in ("wechat", "alipay", "unionpay") * 5]
    asking = [asyncio.create_task(insist(own_cloud, order)) for order in orders]

    async def some_are_charged() -> bool:
        return len(await asyncio.to_thread(own_cloud.charges)) > 3

    await eventually(some_are_charged)
    os.kill(before[0], signal.SIGKILL)
    answers = await asyncio.gather(*asking)
    # Where the killed worker alone had the payment code, the order may end without a charge.
    paid = {status.order_no for status in answers if status.answer == "paid"}
    charges = await asyncio.to_thread(own_cloud.charges)
    kept = {n for n, money in charges.items() if money["charged"] - money["reversed"] == 1}
    assert kept - {n for n, money in charges.items() if money["refunded"]} == paid
    assert set(own_cloud.logged()) == paid
    assert max(money["charged"] for money in charges.values()) == 1

    async def both_are_back() -> bool:
        now = crew.workers()
        return len(now) == 2 and before[0] not in now

    await eventually(both_are_back)
    assert crew.end() == 0


async def test_a_database_that_goes_away_holds_answers_back_and_loses_nothing(
    own_cloud: Cloud, postgres: Postgres
) -> None:
    write_settings(
        own_cloud.folder,
        simulators=own_cloud.simulators_port,
        gateway=own_cloud.gateway_port,
        database=postgres.new_database(),
    )
    await asyncio.to_thread(own_cloud.start, pin_s=1.5)
    till = own_cloud.till()
    order = till.order(code("alipay", "9003"))
    assert (await till.pay(order)).answer == "pending"
    postgres.kill()
    try:
        response = await till.send("GET", f"/v1/orders/{order.order_no}")
        assert response.status_code == 503
        assert till.believes(response)
        health = await till.client.get("/v1/health")
        assert (health.status_code, health.json()["state"]) == (503, "broken")
    finally:
        await asyncio.to_thread(postgres.start)
    assert (await insist(own_cloud, order)).answer == "paid"
    assert own_cloud.logged() == [order.order_no]
    assert (await asyncio.to_thread(own_cloud.charges))[order.order_no]["charged"] == 1


@pytest.mark.skipif(sys.platform == "win32", reason="the log's lock is another there")
async def test_two_gateways_do_not_write_one_log(own_cloud: Cloud) -> None:
    await asyncio.to_thread(own_cloud.start)
    second = Process(own_cloud.folder, "gateway", free_port(), "{}")
    with pytest.raises(AssertionError, match="log_locked"):
        await asyncio.to_thread(second.ready)
    second.wait()


def test_workers_that_do_not_serve_are_waited_for_so_long_only_and_named(tmp_path: Path) -> None:
    (tmp_path / "cloud.toml").write_text("[gateway]\nworkers = 2\n")
    settings = load_cloud_settings(tmp_path / "cloud.toml")
    silent = [sys.executable, "-c", "import time; time.sleep(60)"]
    with pytest.raises(WorkerNotReady) as raised:
        serve_workers(settings, tmp_path, silent, 0, follow_stdin=False, ready_s=0.5)
    assert raised.value.reason.kind == "gateway_settings.worker_not_ready"
    assert raised.value.reason.values["workers"] == "gateway-1-1, gateway-1-2"
