"""Which of several relays publishes a log: whoever holds its lease in Redis, until it runs out.

The lease only decides who works; that nothing is published twice is the checkpoint's matter. A
token goes with it that grows whenever the holder changes, and Redis refuses whatever comes with an
older one.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable, Sequence

from pos_tui.cloud.relay.connection import Client
from pos_tui.cloud.relay.functions import Functions

LEASE_MS = 3000
RENEW_S = 1.0
# A relay that stands by asks more often, so that a log is not without one for long.
STAND_BY_S = 0.5


class Leases:
    """One relay's leases of its logs, all asked for and renewed in one call."""

    def __init__(self, client: Client, owner: str = "") -> None:
        self._functions = Functions(client)
        self.owner = owner or f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    def renew(self, logs: Sequence[str], least_token: int = 0) -> dict[str, int]:
        """The logs that are this relay's for LEASE_MS from now, with their tokens.

        Raises RedisError.
        """
        return self._ask(logs, LEASE_MS, least_token)

    def release(self, logs: Iterable[str]) -> None:
        """Let another relay have them at once. Raises RedisError."""
        self._ask(list(logs), 1, 0)

    def _ask(self, logs: Sequence[str], for_ms: int, least_token: int) -> dict[str, int]:
        if not logs:
            return {}
        keys = [lease_name(log) for log in logs]
        answer = self._functions.call("lease", keys, [self.owner, for_ms, least_token])
        assert isinstance(answer, list)
        tokens = [int(token) for token in answer]
        return {log: token for log, token in zip(logs, tokens, strict=True) if token}


def lease_name(log: str) -> str:
    """The key of a log's lease; all leases are on one slot of a cluster."""
    return f"relay:{{lease}}:{log}"


def missing_parts_name(log: str) -> str:
    """The key that remembers which parts of a log were not there when it was read."""
    return f"relay:{{lease}}:missing:{log}"
