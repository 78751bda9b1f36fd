"""A relay as one would write it at first: the checkpoint goes on in a MULTI, and is not compared.

It is here to see that the campaign notices what such a relay loses.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from pos_tui.messages import (
    MessageError,
    TransactionLogEntry,
    decode_log_entry,
    seal_success,
    stream_name,
    success_of,
)
from tests.campaign.delivery_servers import MERCHANT_KEYS

_CHECKPOINT = "pos:naive:{}"


def main() -> None:
    """Publish what the log has, and what comes, until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--follow-stdin", action="store_true")
    options = parser.parse_args()
    from pos_tui.cloud.settings_files import load_cloud_settings

    url = load_cloud_settings(options.settings).relay.redis_url
    client = redis.Redis.from_url(url, socket_timeout=5, retry=Retry(NoBackoff(), 0))
    done: dict[str, int] | None = None
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    print("ready", flush=True)
    while True:
        with contextlib.suppress(redis.RedisError):
            if done is None:
                done = _checkpoints(client)
            for merchant in MERCHANT_KEYS:
                _publish(client, options.data / "log", merchant, done)
        time.sleep(0.02)


def _checkpoints(client: redis.Redis) -> dict[str, int]:
    kept = {merchant: client.get(_CHECKPOINT.format(merchant)) for merchant in MERCHANT_KEYS}
    return {merchant: int(value or 0) for merchant, value in kept.items()}


def _publish(client: redis.Redis, folder: Path, merchant: str, done: dict[str, int]) -> None:
    entries = [entry for entry in _entries(folder) if entry.merchant == merchant]
    if len(entries) <= done[merchant]:
        return
    with client.pipeline(transaction=True) as pipeline:
        for entry in entries[done[merchant] :]:
            stream = stream_name(merchant, entry.till)
            fields = seal_success(success_of(entry), MERCHANT_KEYS[merchant].encode())
            pipeline.xadd(stream, dict(fields.items()))
        pipeline.set(_CHECKPOINT.format(merchant), len(entries))
        pipeline.execute()
    done[merchant] = len(entries)


def _entries(folder: Path) -> Iterator[TransactionLogEntry]:
    for path in sorted(folder.glob("*.log")):
        for line in path.read_bytes().splitlines(keepends=True):
            with contextlib.suppress(MessageError):
                yield decode_log_entry(line)


def _end_with_stdin() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
