"""The relay: sees that a log has grown, and publishes every entry once, however often it dies.

It does one thing after another and nothing at the same time: an event loop would only stand between
the line on the disk and the message in Redis.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from redis.exceptions import ConnectionError, RedisClusterException, RedisError, TimeoutError

from pos_tui.cloud.relay.connection import REDIS_ERRORS, Client, connect
from pos_tui.cloud.relay.file_watcher import FileWatcher, FolderChanges, watch_folders
from pos_tui.cloud.relay.functions import FunctionsMissing
from pos_tui.cloud.relay.known_merchants import KnownMerchants
from pos_tui.cloud.relay.lease import RENEW_S, STAND_BY_S, Leases
from pos_tui.cloud.relay.log_publisher import LogPublisher
from pos_tui.cloud.relay.log_reader import LogReader, logs_in
from pos_tui.cloud.relay.quarantine import Quarantine, quarantine_path
from pos_tui.cloud.relay.stream_writer import Fenced, checkpoints
from pos_tui.files.owner import OWNER_AND_GROUP, make_private_folder
from pos_tui.settings import CloudSettings
from pos_tui.settings.redis_url import redis_address

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
        self._merchants = KnownMerchants(settings, data)
        self._connect = connect
        self._client: Client | None = None
        self._leases: Leases | None = None
        self._on_ready = on_ready
        self._publishers: dict[str, LogPublisher] = {}
        self._duplicates: set[tuple[Path, str]] = set()
        self._paused_until: dict[str, float] = {}
        self._renew_at = self._checked_at = self._looked_at = 0.0
        self._ending = threading.Event()
        self._watched_folders: list[tuple[int, int]] = []
        for folder in self._folders:
            make_private_folder(folder, OWNER_AND_GROUP)
        self._watcher: FileWatcher = self._new_watcher()

    def run(self) -> None:
        """Follow the logs until `stop`."""
        shortest, longest = _PAUSES_S
        pause, is_ready, changes = shortest, False, FolderChanges()
        try:
            while not self._ending.is_set():
                try:
                    self._round(changes)
                except REDIS_ERRORS as error:
                    _log.error("publishing waits: %s", error)
                    for publisher in self._publishers.values():
                        publisher.forget_checkpoints()
                    self._ending.wait(pause)
                    pause, changes = min(pause * 2, longest), FolderChanges()
                    continue
                pause = shortest
                if not is_ready:
                    is_ready = True
                    self._on_ready()
                due = self._checked_at + _CHECK_S
                if self._publishers:
                    due = min(due, self._renew_at)
                changes = self._watcher.wait(max(0.0, due - time.monotonic()))
        finally:
            self._close()

    def stop(self) -> None:
        """End `run` soon; may be called from a signal handler or another thread."""
        self._ending.set()
        self._watcher.wake()

    # ---- inside ------------------------------------------------------------------------------

    def _round(self, changes: FolderChanges) -> None:
        """Publish first: everything else can wait longer than the line on the disk."""
        if self._client is None:
            self._client = self._connect()
            self._leases = Leases(self._client)
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_S:
            self._looked_at, changes = now, FolderChanges()
        if changes.listing or any(self._is_unknown(file) for file in changes.files or ()):
            self._find_logs()
        logs = None if changes.files is None else {_log_of(file) for file in changes.files}
        for name, publisher in self._publishers.items():
            if logs is None or name in logs:
                self._catch_up(publisher)
        self._renew()
        if now - self._checked_at >= _CHECK_S:
            self._checked_at = now
            self._check()

    def _check(self) -> None:
        self._merchants.refresh()
        if self._identities() != self._watched_folders:
            # A folder was taken away and put back, so the events are about one that is gone.
            self._watcher.close()
            self._watcher = self._new_watcher()
            self._looked_at = 0.0
        assert self._client is not None
        buckets = self._merchants.buckets()
        expected = {
            name: publisher.expected_checkpoints() for name, publisher in self._publishers.items()
        }
        kept = checkpoints(self._client, [name for each in expected.values() for name in each])
        for log, publisher in self._publishers.items():
            is_as_expected = all(kept[name] == text for name, text in expected[log].items())
            self._guard(publisher, partial(publisher.check, buckets, is_as_expected))
            if publisher.has_more:
                self._catch_up(publisher)

    def _find_logs(self) -> None:
        """Take in the logs and files that are new."""
        before = len(self._publishers)
        listed = {folder: logs_in(folder) for folder in self._folders}
        for publisher in self._publishers.values():
            files = listed[publisher.reader.folder].get(publisher.reader.name, {})
            self._guard(publisher, partial(publisher.reader.refresh, files))
        for folder, logs in listed.items():
            for name in sorted(logs):
                if name not in self._publishers:
                    self._publishers[name] = self._new_publisher(folder, name)
                elif self._publishers[name].reader.folder != folder:
                    self._report_duplicate(folder, name)
        if len(self._publishers) > before:
            self._renew_at = 0.0
            self._renew()

    def _is_unknown(self, file: str) -> bool:
        """Whether a file was not listed yet; its first line may have been made after its name."""
        publisher = self._publishers.get(_log_of(file))
        return file.endswith(".log") and (publisher is None or not publisher.reader.knows(file))

    def _new_publisher(self, folder: Path, name: str) -> LogPublisher:
        assert self._client is not None
        return LogPublisher(
            LogReader(folder, name),
            self._client,
            self._settings.keep_days,
            self._settings.keep_taken_hours,
            self._merchants,
            Quarantine(quarantine_path(self._data, name)),
        )

    def _report_duplicate(self, folder: Path, name: str) -> None:
        if (folder, name) not in self._duplicates:
            self._duplicates.add((folder, name))
            _log.error(
                "the log %s is in %s and in %s, which is not read: give every gateway worker a"
                " name of its own",
                *(name, self._publishers[name].reader.folder, folder),
            )

    def _renew(self) -> None:
        """Keep the leases, and learn which logs are this relay's now."""
        if time.monotonic() < self._renew_at or not self._publishers:
            return
        assert self._leases is not None
        held = self._leases.renew(list(self._publishers))
        every = RENEW_S if len(held) == len(self._publishers) else STAND_BY_S
        self._renew_at = time.monotonic() + every
        for name, publisher in self._publishers.items():
            token = held.get(name, 0)
            if token != publisher.token:
                _log.info("%s: %s", name, "published from here" if token else "standing by")
                publisher.set_token(token)
                self._catch_up(publisher)

    def _go_on(self) -> bool:
        """Between two parts of a long log: keep the leases, unless it is time to end."""
        if time.monotonic() >= self._renew_at:
            assert self._leases is not None
            held = self._leases.renew(list(self._publishers))
            for name, publisher in self._publishers.items():
                publisher.set_token(held.get(name, 0))
            self._renew_at = time.monotonic() + RENEW_S
        return not self._ending.is_set()

    def _catch_up(self, publisher: LogPublisher) -> None:
        self._guard(publisher, partial(publisher.catch_up, self._go_on))

    def _guard(self, publisher: LogPublisher, do: Callable[[], None]) -> None:
        """Do something for a log; its own trouble is not the other logs'.

        Raises what REDIS_ERRORS names, but for an answer about this log alone.
        """
        name = publisher.reader.name
        if time.monotonic() < self._paused_until.get(name, 0.0):
            return
        try:
            do()
        except Fenced as error:
            # Either another relay has the lease, or Redis' clock was set back since it was taken.
            _log.warning("%s: %s", name, error)
            assert self._leases is not None
            held = self._leases.renew([name], error.token + 1)
            publisher.set_token(held.get(name, 0))
        except (ConnectionError, TimeoutError, FunctionsMissing, RedisClusterException):
            raise
        except Exception as error:
            expected = isinstance(error, (RedisError, OSError))
            _log.error("%s waits: %s", name, error, exc_info=None if expected else error)
            publisher.forget_checkpoints()
            self._paused_until[name] = time.monotonic() + _REST_S

    def _close(self) -> None:
        for publisher in self._publishers.values():
            publisher.reader.close()
        self._watcher.close()
        if self._client is not None and self._leases is not None:
            try:
                self._leases.release(
                    n for n, publisher in self._publishers.items() if publisher.token
                )
                self._client.close()
            except REDIS_ERRORS as error:
                _log.info("the leases run out by themselves: %s", error)

    def _new_watcher(self) -> FileWatcher:
        self._watched_folders = self._identities()
        return watch_folders([folder for folder in self._folders if folder.is_dir()])

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
    from pos_tui.cloud.wire.ending import ending_signals, when_stdin_ends
    from pos_tui.cloud.wire.serving import announce, log_to_stderr

    log_to_stderr()
    place = redis_address(settings.relay.redis_url)
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
