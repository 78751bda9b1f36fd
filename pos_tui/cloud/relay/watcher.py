"""The relay: sees that a log has grown, and publishes every entry once, however often it dies.

It does one thing after another and nothing at the same time: an event loop would only stand between
the line on the disk and the message in Redis.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import redis
from redis.exceptions import RedisError

from pos_tui.cloud.merchants import MerchantBook
from pos_tui.cloud.relay.feed import Feed, Keyring, Quarantine
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
        client: redis.Redis,
        on_ready: Callable[[], None],
    ) -> None:
        self._folder = data / settings.log.directory
        self._data = data
        self._keys = Keyring(MerchantBook(settings, data, accounts=False, lenient=True))
        self._client = client
        self._publisher = Publisher(client, settings.relay.keep_days)
        self._on_ready = on_ready
        self._feeds: dict[str, Feed] = {}
        self._checked_at = 0.0
        self._ending = threading.Event()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._bell = _bell(self._folder)

    def run(self) -> None:
        """Follow the logs until `stop`."""
        shortest, longest = _PAUSES_S
        pause, is_ready = shortest, False
        try:
            while not self._ending.is_set():
                try:
                    self._round()
                except (RedisError, OSError) as error:
                    _log.error("publishing waits: %s", error)
                    for feed in self._feeds.values():
                        feed.forget()
                    self._ending.wait(pause)
                    pause = min(pause * 2, longest)
                    continue
                pause = shortest
                if not is_ready:
                    is_ready = True
                    self._on_ready()
                self._bell.wait(_CHECK_S)
        finally:
            for feed in self._feeds.values():
                feed.reader.close()
            self._bell.close()

    def stop(self) -> None:
        """End `run` soon; may be called from a signal handler or another thread."""
        self._ending.set()
        self._bell.ring()

    def _round(self) -> None:
        for feed in self._feeds.values():
            feed.catch_up()
        now = time.monotonic()
        if now - self._checked_at > _CHECK_S:
            # After publishing, which finds a Redis that was wound back by itself.
            self._client.ping()
            self._keys.refresh()
            for feed in self._feeds.values():
                feed.check()
            self._checked_at = now
        for name in log_names(self._folder) - self._feeds.keys():
            quarantine = Quarantine(self._data / f"{name}.quarantine")
            reader = LogReader(self._folder, name)
            feed = self._feeds[name] = Feed(reader, self._publisher, self._keys, quarantine)
            feed.catch_up()


class _Bell(Protocol):
    """Rings when something may have happened in the folder; it may be wrong."""

    def wait(self, seconds: float) -> None: ...
    def ring(self) -> None: ...
    def close(self) -> None: ...


class _Clock:
    """No events from the system: look again soon."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def wait(self, seconds: float) -> None:
        self._rung.wait(min(seconds, _POLL_S))

    def ring(self) -> None:
        self._rung.set()

    def close(self) -> None:
        """Nothing is held."""


class _Inotify:
    """The system's events about one folder, and a pipe to be woken by."""

    def __init__(self, folder: Path) -> None:
        from asyncinotify import Inotify, Mask

        self._inotify = Inotify()
        self._inotify.add_watch(folder, Mask.MODIFY | Mask.CREATE | Mask.MOVED_TO)
        self._hears, self._rings = os.pipe()

    def wait(self, seconds: float) -> None:
        ready, _, _ = select.select([self._inotify.fd, self._hears], [], [], seconds)
        if self._inotify.fd in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._inotify.fd, 65536)

    def ring(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._rings, b".")

    def close(self) -> None:
        self._inotify.close()
        os.close(self._hears)
        os.close(self._rings)


def _bell(folder: Path) -> _Bell:
    if sys.platform == "linux":
        try:
            return _Inotify(folder)
        except OSError as error:
            _log.warning("no wake-ups from the system (%s); the log is polled", error)
    return _Clock()
