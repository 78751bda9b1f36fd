"""Writing to Redis: messages and the checkpoint in one call, refused when the checkpoint moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import redis
from msgspec import Struct
from redis.backoff import NoBackoff
from redis.retry import Retry

from pos_tui.messages import checkpoint_name

# The server's own clock decides what is old, as it decides the entries' ids.
_PUBLISH = """
local at = redis.call('GET', KEYS[1]) or '0'
if at ~= ARGV[1] then return at end
local clock = redis.call('TIME')
local oldest = string.format('%.0f', math.max(0, clock[1] * 1000 - ARGV[3]))
for i = 2, #KEYS do
  local m, s, p = ARGV[3 * i - 2], ARGV[3 * i - 1], ARGV[3 * i]
  if p == '' then
    redis.call('XADD', KEYS[i], 'MINID', '~', oldest, '*', 'm', m, 's', s)
  else
    redis.call('XADD', KEYS[i], 'MINID', '~', oldest, '*', 'm', m, 's', s, 'p', p)
  end
end
redis.call('SET', KEYS[1], ARGV[2])
return ARGV[2]
"""

_DAY_MS = 24 * 3600 * 1000


class Post(Struct, frozen=True):
    """One sealed message and the stream it goes to."""

    stream: str
    fields: dict[str, bytes]


def connect(url: str) -> redis.Redis:
    """A connection that fails at once; whoever uses it decides when to try again."""
    return redis.Redis.from_url(
        url,
        socket_timeout=5.0,
        socket_connect_timeout=2.0,
        retry=Retry(NoBackoff(), 0),
        decode_responses=False,
        single_connection_client=True,
    )


class Publisher:
    """Publishes logs into one Redis."""

    def __init__(self, client: redis.Redis, keep_days: int) -> None:
        self._client = client
        self._keep_ms = keep_days * _DAY_MS

    def checkpoint(self, bucket: int, log: str) -> int:
        """How far a log has been published into a bucket, as Redis has it."""
        kept = self._client.get(checkpoint_name(bucket, log))
        return int(kept) if isinstance(kept, bytes) else 0

    def publish(self, bucket: int, log: str, seen: int, upto: int, posts: Sequence[Post]) -> int:
        """Add the messages and advance the checkpoint from `seen` to `upto`.

        Returns the checkpoint that Redis has now; unless that is `upto`, nothing was added.
        """
        keys = [checkpoint_name(bucket, log), *(post.stream for post in posts)]
        values: list[Any] = [seen, upto, self._keep_ms]
        for post in posts:
            values += (post.fields["m"], post.fields["s"], post.fields.get("p", b""))
        # EVAL, not EVALSHA: the text is short, and every Redis and stand-in knows it.
        return int(str(self._client.eval(_PUBLISH, len(keys), *keys, *values), "ascii"))
