"""Writing to Redis: messages and the checkpoint in one call, refused when the checkpoint moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from pos_tui.cloud.relay.connection import Client
from pos_tui.cloud.relay.functions import Functions
from pos_tui.cloud.relay.log_reader import LogLine

_DAY_MS = 24 * 3600 * 1000
_CHECKPOINT = re.compile(r"(\d+)(?: (\d+) ([0-9a-f]{8}|-))?")


class Checkpoint(Struct, frozen=True):
    """How far a log has been published into a bucket: a logical offset, and what stands before it.

    Up to `replayed_upto` the log is read a second time, and what a stream has is not added again.
    `checksum` is that of the last line before the offset, None where it is unknown.
    """

    at: int = 0
    replayed_upto: int = 0
    checksum: int | None = None

    def encode(self) -> str:
        """As Redis keeps it."""
        mark = "-" if self.checksum is None else f"{self.checksum:08x}"
        return f"{self.at} {self.replayed_upto} {mark}"


START = Checkpoint()


class Post(Struct, frozen=True):
    """One sealed message and the stream it goes to; or, without fields, what a till needs no more.

    `since_ms` is when it can have been published at the earliest, `trim_ms` up to when a stream is
    forgotten (both milliseconds since 1970).
    """

    stream: str
    fields: dict[str, bytes] = field(default_factory=dict)
    line: LogLine | None = None
    since_ms: int = 0
    trim_ms: int = 0


class Batch(Struct, frozen=True):
    """Posts of one bucket, and the checkpoint that goes with them."""

    bucket: int
    seen: str
    wanted: Checkpoint
    posts: Sequence[Post] = ()
    is_deduplicated: bool = False


class BatchReply(Struct, frozen=True):
    """The checkpoint that Redis has after a call, and the posts that it would not take."""

    text: str
    refused: tuple[tuple[Post, str], ...] = ()


class Fenced(Exception):
    """Another relay has published with a later token."""

    def __init__(self, token: int) -> None:
        super().__init__(f"another relay publishes this log, with token {token}")
        self.token = token


class StreamWriter:
    """Publishes one log into one Redis."""

    def __init__(self, client: Client, log: str, keep_days: int) -> None:
        self._functions = Functions(client)
        self._client = client
        self._log = log
        self._keep_ms = keep_days * _DAY_MS

    def claim(self, buckets: Iterable[int], token: int) -> dict[int, str]:
        """The checkpoints as Redis has them, where from here on no older token publishes.

        Raises Fenced and RedisError.
        """
        wanted = list(buckets)
        batches: list[tuple[str, list[str], list[str | bytes | int]]] = [
            ("take", [checkpoint_name(b, self._log), _fence_name(b, self._log)], [token])
            for b in wanted
        ]
        replies = self._functions.call_many(batches) if batches else []
        return dict(zip(wanted, map(_unless_fenced, replies), strict=True))

    def publish(self, token: int, batches: Sequence[Batch]) -> list[BatchReply]:
        """Add each call's messages and advance its checkpoint, all of a call or nothing.

        Returns the checkpoints that Redis has now; where one is not what was wanted, nothing of its
        call was added. A stream that cannot be added to does not keep the others from it. Calls of
        one bucket are made in their order. Raises Fenced and RedisError.
        """
        replies = self._functions.call_many([self._as_call(token, batch) for batch in batches])
        return [_reply(batch, reply) for batch, reply in zip(batches, replies, strict=True)]

    def _as_call(self, token: int, batch: Batch) -> tuple[str, list[str], list[str | bytes | int]]:
        keys = [checkpoint_name(batch.bucket, self._log), _fence_name(batch.bucket, self._log)]
        args: list[str | bytes | int] = [token, batch.seen, batch.wanted.encode(), self._keep_ms]
        for post in batch.posts:
            keys.append(post.stream)
            args.append(_lines(post, batch.is_deduplicated))
        return "publish", keys, args


def checkpoints(client: Client, names: Sequence[str]) -> dict[str, str]:
    """The checkpoints of these names as Redis has them, read only, all asked for at once.

    One that cannot be read is none. Raises RedisError.
    """
    if not names:
        return {}
    with client.pipeline(transaction=False) as pipeline:
        for name in names:
            pipeline.get(name)
        kept = pipeline.execute(raise_on_error=False)
    return {
        name: text.decode(errors="replace") if isinstance(text, bytes) else "0"
        for name, text in zip(names, kept, strict=True)
    }


def _lines(post: Post, is_deduplicated: bool) -> bytes:
    """A post as the function takes it: what to do, both signatures, the message."""
    fields = post.fields
    if not fields:
        return b"t%d\n\n\n" % post.trim_ms
    act = b"u%d" % post.since_ms if is_deduplicated else b"m"
    return b"%b\n%b\n%b\n%b" % (act, fields["s"], fields.get("p", b""), fields["m"])


def parse_checkpoint(text: str) -> Checkpoint:
    """A checkpoint as Redis keeps it; one that nobody can read is the log's beginning."""
    found = _CHECKPOINT.fullmatch(text)
    if not found:
        return START
    mark = found[3]
    return Checkpoint(
        int(found[1]), int(found[2] or 0), int(mark, 16) if mark and mark != "-" else None
    )


def checkpoint_name(bucket: int, log: str) -> str:
    """Where Redis has how far a log has been published into a bucket; on its streams' slot."""
    return f"relay:{{b{bucket}}}:checkpoint:{log}"


def _fence_name(bucket: int, log: str) -> str:
    return f"relay:{{b{bucket}}}:fence:{log}"


def _reply(batch: Batch, reply: object) -> BatchReply:
    if not isinstance(reply, list):
        return BatchReply(_unless_fenced(reply))
    text, *refused = (part.decode(errors="replace") for part in reply)
    which = (why.partition(" ") for why in refused)
    return BatchReply(text, tuple((batch.posts[int(index)], why) for index, _, why in which))


def _unless_fenced(reply: object) -> str:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)
    if text.startswith("fenced "):
        raise Fenced(int(text.partition(" ")[2]))
    return text
