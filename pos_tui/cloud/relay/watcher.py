"""The relay: sees that a log has grown, and publishes every entry once, however often it dies."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import redis.asyncio
from redis.exceptions import RedisError

from pos_tui.cloud.relay.feed import Feed, Quarantine
from pos_tui.cloud.relay.log_reader import LogReader, log_names
from pos_tui.cloud.relay.publisher import Publisher
from pos_tui.settings import CloudSettings

_log = logging.getLogger(__name__)
_CHECK_S = 1.0
_POLL_S = 0.05
_PAUSES_S = (0.1, 2.0)


class Relay:
    """Publishes all the logs of one folder into one Redis."""

    def __init__(
        self,
        settings: CloudSettings,
        data: Path,
        client: redis.asyncio.Redis,
        on_ready: Callable[[], None],
    ) -> None:
        self._folder = data / settings.log.directory
        self._data = data
        self._keys = {merchant.id: merchant.key.encode() for merchant in settings.merchant}
        self._client = client
        self._publisher = Publisher(client, settings.relay.keep_days)
        self._on_ready = on_ready
        self._feeds: dict[str, Feed] = {}
        self._checked_at = 0.0

    async def run(self) -> None:
        """Follow the logs until cancelled."""
        self._folder.mkdir(parents=True, exist_ok=True)
        shortest, longest = _PAUSES_S
        pause, is_ready = shortest, False
        async with _wake_ups(self._folder) as woken:
            try:
                while True:
                    try:
                        await self._round()
                    except (RedisError, OSError) as error:
                        _log.error("publishing waits: %s", error)
                        for feed in self._feeds.values():
                            feed.forget()
                        await asyncio.sleep(pause)
                        pause = min(pause * 2, longest)
                        continue
                    pause = shortest
                    if not is_ready:
                        is_ready = True
                        self._on_ready()
                    await woken()
            finally:
                for feed in self._feeds.values():
                    feed.reader.close()

    async def _round(self) -> None:
        for feed in self._feeds.values():
            await feed.catch_up()
        now = asyncio.get_running_loop().time()
        if now - self._checked_at > _CHECK_S:
            # After publishing, which finds a Redis that was wound back by itself.
            await self._client.ping()
            for feed in self._feeds.values():
                await feed.check()
            self._checked_at = now
        for name in log_names(self._folder) - self._feeds.keys():
            quarantine = Quarantine(self._data / f"{name}.quarantine")
            reader = LogReader(self._folder, name)
            feed = self._feeds[name] = Feed(reader, self._publisher, self._keys, quarantine)
            await feed.catch_up()


@contextlib.asynccontextmanager
async def _wake_ups(folder: Path) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """A function that waits until something may have happened in the folder; it may be wrong."""

    async def poll() -> None:
        await asyncio.sleep(_POLL_S)

    if sys.platform != "linux":
        yield poll
        return
    from asyncinotify import Inotify, Mask

    try:
        inotify = Inotify()
    except OSError as error:
        _log.warning("no wake-ups from the system (%s); the log is polled", error)
        yield poll
        return
    loop = asyncio.get_running_loop()
    happened = asyncio.Event()

    def on_event() -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(inotify.fd, 65536)
        happened.set()

    async def wait() -> None:
        safety = loop.call_later(_CHECK_S, happened.set)
        await happened.wait()
        safety.cancel()
        happened.clear()

    with inotify:
        inotify.add_watch(folder, Mask.MODIFY | Mask.CREATE | Mask.MOVED_TO)
        loop.add_reader(inotify.fd, on_event)
        try:
            yield wait
        finally:
            loop.remove_reader(inotify.fd)
