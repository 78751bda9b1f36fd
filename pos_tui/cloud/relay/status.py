"""How the relay stands, seen from outside: from the logs, from Redis, from what was set aside.

Nothing here asks a running relay, so it also shows one that is dead.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import redis
from msgspec import Struct

from pos_tui.cloud.relay.connection import Client, connect
from pos_tui.cloud.relay.known_merchants import KnownMerchants
from pos_tui.cloud.relay.lease import lease_name
from pos_tui.cloud.relay.log_reader import (
    LogChangedError,
    LogLine,
    LogReader,
    MissingFileError,
    logs_in,
)
from pos_tui.cloud.relay.missing_parts import read_missing_parts
from pos_tui.cloud.relay.quarantine import quarantine_path, read_quarantine
from pos_tui.cloud.relay.server import log_folders
from pos_tui.cloud.relay.stream_writer import checkpoint_name, checkpoints, parse_checkpoint
from pos_tui.diagnostics.checks import State
from pos_tui.messages import MessageError, TransactionLogEntry, bucket_of, decode_log_line
from pos_tui.reasons import Reason, because, plain
from pos_tui.settings import CloudSettings
from pos_tui.settings.redis_url import redis_address

_WORSE: tuple[State, ...] = ("ok", "warning", "broken")
_SLOW_MS = 5000


class LogStatus(Struct, frozen=True):
    """One log: offsets in bytes, ages in milliseconds, entries of the sampled second.

    `holder` is the relay that has the lease; `waiting` counts payments not yet published.
    """

    log: str
    folder: str
    end: int
    holder: str
    waiting: int
    oldest_ms: int
    lag_bytes: int
    per_s: float
    set_aside: int
    last_set_aside: str
    missing: tuple[tuple[int, int], ...]
    state: State
    say: Reason


class RelayStatus(Struct, frozen=True):
    """All logs, and whether Redis answers."""

    redis: str
    state: State
    say: Reason
    logs: tuple[LogStatus, ...]


def relay_status(settings: CloudSettings, data: Path, sample_s: float = 1.0) -> RelayStatus:
    """How it stands, with the rate of `sample_s` seconds. Raises SettingsError."""
    place = redis_address(settings.relay.redis_url)
    buckets = sorted(KnownMerchants(settings, data).buckets())
    found = [(folder, name) for folder in log_folders(settings, data) for name in _names(folder)]
    try:
        with contextlib.closing(connect(place)) as client:
            client.ping()
            before = [_marks(client, name, buckets) for _, name in found]
            began = time.monotonic()
            time.sleep(sample_s)
            logs = tuple(
                _log_status(client, data, folder, name, marks, time.monotonic() - began)
                for (folder, name), marks in zip(found, before, strict=True)
            )
    except redis.AuthenticationError as error:
        say = because("relay_status.refused", why=plain(str(error)))
        return RelayStatus(str(place), "broken", say, ())
    except (redis.RedisError, redis.exceptions.RedisClusterException) as error:
        say = because("relay_status.redis_away", why=plain(str(error)))
        return RelayStatus(str(place), "broken", say, ())
    except OSError as error:
        say = because("relay_status.log_unreadable", why=plain(str(error)))
        return RelayStatus(str(place), "broken", say, ())
    worst: State = max((log.state for log in logs), key=_WORSE.index, default="ok")
    folder = str(data / settings.log.directory)
    answers, no_log = because("relay_status.answers"), because("relay_status.no_log", folder=folder)
    say = answers if logs else no_log
    return RelayStatus(str(place), worst, say, logs)


def _names(folder: Path) -> list[str]:
    return sorted(logs_in(folder)) if folder.is_dir() else []


def _marks(client: Client, log: str, buckets: list[int]) -> dict[int, int]:
    names = {bucket: checkpoint_name(bucket, log) for bucket in buckets}
    texts = checkpoints(client, list(names.values()))
    return {bucket: parse_checkpoint(texts[name]).at for bucket, name in names.items()}


def _log_status(
    client: Client, data: Path, folder: Path, name: str, before: dict[int, int], seconds: float
) -> LogStatus:
    marks = _marks(client, name, list(before))
    reader = LogReader(folder, name)
    reader.refresh()
    reader.seek(min(before.values(), default=0))
    waiting = published = 0
    oldest: datetime | None = None
    lag_from = reader.end()
    for line, entry in _entries(reader):
        bucket = bucket_of(entry.merchant)
        if bucket not in marks:
            continue  # no merchant that is known here: such lines are set aside
        if line.end > marks[bucket]:
            waiting += 1
            oldest = min(oldest or entry.logged_at, entry.logged_at)
            lag_from = min(lag_from, line.end - len(line.text))
        elif line.end > before.get(bucket, 0):
            published += 1
    reader.close()
    aside = read_quarantine(quarantine_path(data, name))
    held = client.get(lease_name(name))
    holder = held.decode().rpartition(" ")[0] if isinstance(held, bytes) else ""
    missing = tuple(read_missing_parts(client, name))
    oldest_ms = int((datetime.now(UTC) - oldest).total_seconds() * 1000) if oldest else 0
    state, say = _judged(holder, oldest_ms, waiting, len(aside), missing)
    return LogStatus(
        log=name,
        folder=str(folder),
        end=reader.end(),
        holder=holder,
        waiting=waiting,
        oldest_ms=oldest_ms,
        lag_bytes=reader.end() - lag_from,
        per_s=round(published / seconds, 1),
        set_aside=len(aside),
        last_set_aside=aside[-1].why if aside else "",
        missing=missing,
        state=state,
        say=say,
    )


def _judged(
    holder: str, oldest_ms: int, waiting: int, set_aside: int, missing: tuple[tuple[int, int], ...]
) -> tuple[State, Reason]:
    if not holder:
        return "broken", because("relay_status.no_relay")
    if waiting and oldest_ms > _SLOW_MS:
        return "warning", because("relay_status.waiting")
    if missing:
        return "warning", because("relay_status.part_missing")
    if set_aside:
        return "warning", because("relay_status.set_aside")
    return "ok", because("relay_status.all_published")


def _entries(reader: LogReader) -> Iterator[tuple[LogLine, TransactionLogEntry]]:
    while True:
        try:
            lines = reader.read()
        except MissingFileError as error:
            reader.seek(error.upto)
            continue
        except LogChangedError as error:
            reader.seek(error.base)
            continue
        if not lines:
            return
        for line in lines:
            try:
                entry = decode_log_line(line.text)
            except MessageError:
                continue
            if isinstance(entry, TransactionLogEntry):
                yield line, entry
