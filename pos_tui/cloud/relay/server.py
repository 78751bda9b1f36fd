"""The relay: sees that a log has grown, and publishes every entry once, however often it dies.

It does one thing after another and nothing at the same time: an event loop would only stand between
the line on the disk and the message in Redis.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from redis.exceptions import ConnectionError, RedisClusterException, RedisError, TimeoutError

from pos_tui.cloud.merchants import MerchantBook
from pos_tui.cloud.relay.connection import AWAY, Client, connect
from pos_tui.cloud.relay.file_watcher import Bell, Woken, hang_bell
from pos_tui.cloud.relay.functions import FunctionsMissing
from pos_tui.cloud.relay.keyring import Keyring
from pos_tui.cloud.relay.lease import RENEW_S, STAND_BY_S, Leases
from pos_tui.cloud.relay.log_publisher import Feed
from pos_tui.cloud.relay.log_reader import LogReader, logs_in
from pos_tui.cloud.relay.quarantine import Quarantine, quarantine_path
from pos_tui.cloud.relay.stream_writer import Fenced, checkpoints
from pos_tui.settings import CloudSettings
from pos_tui.settings.redis_place import redis_place

_log = logging.getLogger(__name__)
_CHECK_S = 1.0
# Events may be lost, and so may a folder: without any, all logs are looked at this often.
_LOOK_S = 5.0
_PAUSES_S = (0.1, 2.0)
# How long a log with trouble of its own is left alone.
_REST_S = 1.0


class Relay:
    """Publishes the logs of some folders into one Redis, those that no other relay has."""

    def __init__(
        self,
        settings: CloudSettings,
        data: Path,
        connect: Callable[[], Client],
        on_ready: Callable[[], None],
    ) -> None:
        self._settings = settings.relay
        self._data = data
        self._folders = log_folders(settings, data)
        self._keys = Keyring(MerchantBook(settings, data, accounts=False, lenient=True))
        self._connect = connect
        self._client: Client | None = None
        self._leases: Leases | None = None
        self._on_ready = on_ready
        self._feeds: dict[str, Feed] = {}
        self._doubled: set[tuple[Path, str]] = set()
        self._rests: dict[str, float] = {}
        self._renew_at = self._checked_at = self._looked_at = 0.0
        self._ending = threading.Event()
        self._watched: list[tuple[int, int]] = []
        for folder in self._folders:
            folder.mkdir(parents=True, exist_ok=True)
        self._bell: Bell = self._hang_bell()

    def run(self) -> None:
        """Follow the logs until `stop`."""
        shortest, longest = _PAUSES_S
        pause, is_ready, woken = shortest, False, Woken()
        try:
            while not self._ending.is_set():
                try:
                    self._round(woken)
                except AWAY as error:
                    _log.error("publishing waits: %s", error)
                    for feed in self._feeds.values():
                        feed.forget()
                    self._ending.wait(pause)
                    pause, woken = min(pause * 2, longest), Woken()
                    continue
                pause = shortest
                if not is_ready:
                    is_ready = True
                    self._on_ready()
                due = self._checked_at + _CHECK_S
                if self._feeds:
                    due = min(due, self._renew_at)
                woken = self._bell.wait(max(0.0, due - time.monotonic()))
        finally:
            self._end()

    def stop(self) -> None:
        """End `run` soon; may be called from a signal handler or another thread."""
        self._ending.set()
        self._bell.ring()

    # ---- inside ------------------------------------------------------------------------------

    def _round(self, woken: Woken) -> None:
        """Publish first: everything else can wait longer than the line on the disk."""
        if self._client is None:
            self._client = self._connect()
            self._leases = Leases(self._client)
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_S:
            self._looked_at, woken = now, Woken()
        if woken.listing or any(self._is_unknown(file) for file in woken.files or ()):
            self._find_logs()
        logs = None if woken.files is None else {_log_of(file) for file in woken.files}
        for name, feed in self._feeds.items():
            if logs is None or name in logs:
                self._catch_up(feed)
        self._renew()
        if now - self._checked_at >= _CHECK_S:
            self._checked_at = now
            self._check()

    def _check(self) -> None:
        self._keys.refresh()
        if self._identities() != self._watched:
            # A folder was taken away and put back, so the events are about one that is gone.
            self._bell.close()
            self._bell = self._hang_bell()
            self._looked_at = 0.0
        assert self._client is not None
        buckets = self._keys.buckets()
        believed = {name: feed.believed() for name, feed in self._feeds.items()}
        kept = checkpoints(self._client, [name for each in believed.values() for name in each])
        for log, feed in self._feeds.items():
            is_as_believed = all(kept[name] == text for name, text in believed[log].items())
            self._tend(feed, lambda feed=feed, so=is_as_believed: feed.check(buckets, so))  # type: ignore[misc]
            if feed.has_more:
                self._catch_up(feed)

    def _find_logs(self) -> None:
        """Take in the logs and files that are new."""
        before = len(self._feeds)
        listed = {folder: logs_in(folder) for folder in self._folders}
        for feed in self._feeds.values():
            files = listed[feed.reader.folder].get(feed.reader.name, {})
            self._tend(feed, lambda feed=feed, files=files: feed.reader.refresh(files))  # type: ignore[misc]
        for folder, logs in listed.items():
            for name in sorted(logs):
                if name not in self._feeds:
                    self._feeds[name] = self._new_feed(folder, name)
                elif self._feeds[name].reader.folder != folder:
                    self._say_doubled(folder, name)
        if len(self._feeds) > before:
            self._renew_at = 0.0
            self._renew()

    def _is_unknown(self, file: str) -> bool:
        """Whether a file was not listed yet; its first line may have been made after its name."""
        feed = self._feeds.get(_log_of(file))
        return file.endswith(".log") and (feed is None or not feed.reader.knows(file))

    def _new_feed(self, folder: Path, name: str) -> Feed:
        assert self._client is not None
        return Feed(
            LogReader(folder, name),
            self._client,
            self._settings.keep_days,
            self._settings.keep_taken_hours,
            self._keys,
            Quarantine(quarantine_path(self._data, name)),
        )

    def _say_doubled(self, folder: Path, name: str) -> None:
        if (folder, name) not in self._doubled:
            self._doubled.add((folder, name))
            _log.error(
                "the log %s is in %s and in %s, which is not read: give every gateway worker a"
                " name of its own",
                *(name, self._feeds[name].reader.folder, folder),
            )

    def _renew(self) -> None:
        """Keep the leases, and learn which logs are this relay's now."""
        if time.monotonic() < self._renew_at or not self._feeds:
            return
        assert self._leases is not None
        held = self._leases.renew(list(self._feeds))
        every = RENEW_S if len(held) == len(self._feeds) else STAND_BY_S
        self._renew_at = time.monotonic() + every
        for name, feed in self._feeds.items():
            token = held.get(name, 0)
            if token != feed.token:
                _log.info("%s: %s", name, "published from here" if token else "standing by")
                feed.hold(token)
                self._catch_up(feed)

    def _go_on(self) -> bool:
        """Between two parts of a long log: keep the leases, unless it is time to end."""
        if time.monotonic() >= self._renew_at:
            assert self._leases is not None
            held = self._leases.renew(list(self._feeds))
            for name, feed in self._feeds.items():
                feed.hold(held.get(name, 0))
            self._renew_at = time.monotonic() + RENEW_S
        return not self._ending.is_set()

    def _catch_up(self, feed: Feed) -> None:
        self._tend(feed, lambda: feed.catch_up(self._go_on))

    def _tend(self, feed: Feed, do: Callable[[], None]) -> None:
        """Do something for a log; its own trouble is not the other logs'. Raises what AWAY names,
        but for an answer about this log alone.
        """
        name = feed.reader.name
        if time.monotonic() < self._rests.get(name, 0.0):
            return
        try:
            do()
        except Fenced as error:
            # Either another relay has the lease, or Redis' clock was set back since it was taken.
            _log.warning("%s: %s", name, error)
            assert self._leases is not None
            held = self._leases.renew([name], error.token + 1)
            feed.hold(held.get(name, 0))
        except (ConnectionError, TimeoutError, FunctionsMissing, RedisClusterException):
            raise
        except Exception as error:
            expected = isinstance(error, (RedisError, OSError))
            _log.error("%s waits: %s", name, error, exc_info=None if expected else error)
            feed.forget()
            self._rests[name] = time.monotonic() + _REST_S

    def _end(self) -> None:
        for feed in self._feeds.values():
            feed.reader.close()
        self._bell.close()
        if self._client is not None and self._leases is not None:
            try:
                self._leases.release(n for n, feed in self._feeds.items() if feed.token)
                self._client.close()
            except AWAY as error:
                _log.info("the leases run out by themselves: %s", error)

    def _hang_bell(self) -> Bell:
        self._watched = self._identities()
        return hang_bell([folder for folder in self._folders if folder.is_dir()])

    def _identities(self) -> list[tuple[int, int]]:
        """Which folders the paths lead to now."""
        found = []
        for folder in self._folders:
            try:
                status = folder.stat()
                found.append((status.st_dev, status.st_ino))
            except FileNotFoundError:
                found.append((0, 0))
        return found


def run_relay(settings: CloudSettings, data: Path, *, follow_stdin: bool = False) -> None:
    """Run the relay until it is asked to end."""
    from pos_tui.cloud.serving import announce, ending_signals, log_to_stderr, when_stdin_ends

    log_to_stderr()
    place = redis_place(settings.relay.redis_url)
    relay = Relay(settings, data, lambda: connect(place), lambda: announce("watching", "relay"))
    if follow_stdin:
        when_stdin_ends(relay.stop)
    with ending_signals(relay.stop):
        relay.run()


def log_folders(settings: CloudSettings, data: Path) -> list[Path]:
    """The folders whose logs the relay publishes."""
    return [data / folder for folder in settings.relay.logs or (settings.log.directory,)]


def _log_of(file: str) -> str:
    return file.removesuffix(".log").rpartition(".")[0]
