"""A log line on its way into a listener's books with nothing between: fdatasync, inotify, XADD,
XREAD, one synced row.

Three roles, a process each. Every stamp is in nanoseconds of the one clock that all processes
of a machine share.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

BLOCK_MS = 5000


def write(path: str) -> None:
    """Append each line of standard input to the file; answer when it was begun and durable."""
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    _say({"ready": True})
    for line in sys.stdin.buffer:
        begun = time.monotonic_ns()
        os.write(log, line)
        os.fdatasync(log)
        _say({"begun": begun, "durable": time.monotonic_ns()})


def carry(path: str, url: str, stream: str) -> None:
    """Wake when the file has grown, and add each new line to the stream."""
    from asyncinotify import Inotify, Mask
    from redis import Redis

    redis = Redis.from_url(url)
    redis.ping()

    async def follow(log: BinaryIO) -> None:
        with Inotify() as inotify:
            inotify.add_watch(path, Mask.MODIFY)
            _say({"ready": True})
            async for _ in inotify:
                for line in log:
                    redis.xadd(stream, {"m": line})

    with Path(path).open("rb") as log:
        asyncio.run(follow(log))


def listen(url: str, stream: str, books: str) -> None:
    """Answer when each message of the stream was in the books, on disk."""
    import apsw
    from redis import Redis

    kept = apsw.Connection(books)
    kept.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
    kept.execute("CREATE TABLE messages (id TEXT PRIMARY KEY, body BLOB NOT NULL)")

    redis = Redis.from_url(url, socket_timeout=BLOCK_MS / 1000 + 3)
    last: Any = "0-0"
    redis.ping()
    _say({"ready": True})
    while True:
        answer: Any = redis.xread({stream: last}, block=BLOCK_MS)
        pairs = answer.items() if isinstance(answer, dict) else answer or ()
        for _, entries in pairs:
            for entry_id, fields in _flat(entries):
                last, line = entry_id, json.loads(fields[b"m"])
                kept.execute("INSERT INTO messages VALUES (?, ?)", (entry_id, fields[b"m"]))
                _say({"order_no": line["order_no"], "received": time.monotonic_ns()})


def _flat(entries: Any) -> list[Any]:
    """Entries as pairs, whichever protocol brought them."""
    return [e for part in entries for e in (part if isinstance(part, list) else [part])]


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


ROLES: dict[str, Callable[..., None]] = {"write": write, "carry": carry, "listen": listen}

if __name__ == "__main__":
    ROLES[sys.argv[1]](*sys.argv[2:])
