"""A log, a Redis, and a relay between them in this process."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from pathlib import Path

import redis.asyncio
from redis.exceptions import RedisError

from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.cloud.relay.connection import connect
from pos_tui.cloud.relay.quarantine import QuarantinedLine, quarantine_path, read_quarantine
from pos_tui.cloud.relay.server import Relay
from pos_tui.messages import open_success, stream_name
from pos_tui.settings.redis_url import redis_address
from tests.cloud.log_lines import entry, till_keys
from tests.cloud.shop import KEY, Redis, eventually, settings_of, write_settings
from tests.cloud.stream_entries import stream_entries

MERCHANTS = ("M001", "M002", "M003")


class RelayRig:
    """A log, a Redis, and a relay between them in this process."""

    def __init__(self, folder: Path, server: Redis, rotate_bytes: int = 1 << 20) -> None:
        self.folder = folder
        self.server = server
        write_settings(folder, redis=server.port, merchants=MERCHANTS)
        self.log = TransactionLog(folder / "log", "gateway-1", rotate_bytes, till_keys)
        self._relay: Relay | None = None

    async def start_relay(self) -> None:
        ready = threading.Event()
        place = redis_address(self.server.url)
        self._relay = Relay(
            settings_of(self.folder), self.folder, lambda: connect(place), ready.set
        )
        self._thread = threading.Thread(target=self._relay.run)
        self._thread.start()
        assert await asyncio.to_thread(ready.wait, 15)

    async def stop_relay(self) -> None:
        if self._relay:
            self._relay.stop()
            await asyncio.to_thread(self._thread.join)
            self._relay = None

    async def write(self, count: int, *merchants: str) -> list[str]:
        entries = [
            entry(merchant=merchant) for _ in range(count) for merchant in merchants or ("M001",)
        ]
        await asyncio.gather(*map(self.log.append, entries))
        return [line.order_no for line in entries]

    async def published(self, *merchants: str) -> list[str]:
        found: list[str] = []
        async with redis.asyncio.Redis(port=self.server.port) as client:
            for merchant in merchants or ("M001",):
                for _, fields in stream_entries(await client.xrange(stream_name(merchant, "01"))):
                    found.append(open_success(fields, KEY.encode()).order_no)
        return found

    async def until_published(self, numbers: list[str], *merchants: str) -> None:
        """Exactly these, each once."""

        async def all_there() -> bool:
            with contextlib.suppress(RedisError):
                return len(await self.published(*merchants)) >= len(numbers)
            return False

        await eventually(all_there)
        assert Counter(await self.published(*merchants)) == Counter(numbers)

    def set_aside(self) -> list[QuarantinedLine]:
        return read_quarantine(quarantine_path(self.folder, "gateway-1"))
