"""The parts of a log that were not there when they should have been read, kept in Redis.

Whoever publishes the log by then goes back for them when their file returns.
"""

from __future__ import annotations

import re

from pos_tui.cloud.relay.connection import Client
from pos_tui.cloud.relay.lease import missing_parts_name

OffsetRange = tuple[int, int]
_MOST = 100


def read_missing_parts(client: Client, log: str) -> list[OffsetRange]:
    """The parts as logical offsets (from, up to), in the order in which they were missed.

    Raises RedisError.
    """
    kept = client.get(missing_parts_name(log))
    text = kept.decode() if isinstance(kept, bytes) else ""
    return [(int(since), int(upto)) for since, upto in re.findall(r"(\d+)-(\d+)", text)]


def write_missing_parts(client: Client, log: str, parts: list[OffsetRange]) -> None:
    """Remember these parts and no others. Raises RedisError."""
    client.set(
        missing_parts_name(log), ",".join(f"{since}-{upto}" for since, upto in parts[-_MOST:])
    )
