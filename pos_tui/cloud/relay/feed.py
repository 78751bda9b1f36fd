"""One log on its way to the tills: what is published where, and what is set aside."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from pos_tui.cloud.merchants import MerchantBook, is_valid_before
from pos_tui.cloud.relay.log_reader import LogLine, LogReader
from pos_tui.cloud.relay.publisher import Post, Publisher
from pos_tui.messages import (
    MessageError,
    bucket_of,
    decode_log_entry,
    seal_success,
    stream_name,
    success_of,
)

_log = logging.getLogger(__name__)
_LAG = 256 * 1024  # how far a quiet bucket's checkpoint may stay behind
_LARGEST_CALL = 256


class Keyring:
    """What each merchant's messages are signed with, as its operator has it now."""

    def __init__(
        self, book: MerchantBook, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._book = book
        self._clock = clock

    def refresh(self) -> None:
        """Take in what has changed."""
        self._book.refresh()

    def buckets(self) -> set[int]:
        """The buckets that have a merchant, disabled or not: what it was paid is still told."""
        return {bucket_of(merchant.id) for merchant in self._book.all()}

    def get(self, merchant: str) -> tuple[bytes, bytes | None] | None:
        """A merchant's key, and the one of before while tills may still have that."""
        found = self._book.get(merchant)
        if found is None:
            return None
        if found.key_before is not None and is_valid_before(found, self._clock()):
            return found.key.encode(), found.key_before.encode()
        return found.key.encode(), None


class Feed:
    """One log on its way into every bucket that has a merchant.

    A bucket's mark is the checkpoint that was last seen for it. The log is read from the least
    mark; every bucket skips what its own mark covers.
    """

    def __init__(
        self,
        reader: LogReader,
        publisher: Publisher,
        keys: Keyring,
        quarantine: Quarantine,
    ) -> None:
        self.reader = reader
        self._publisher = publisher
        self._keys = keys
        self._quarantine = quarantine
        self._marks: dict[int, int] | None = None

    def forget(self) -> None:
        """Ask Redis again how far it is before anything else is published."""
        self._marks = None

    def check(self) -> None:
        """Notice a Redis that was wound back while nothing was published, and new merchants."""
        if self._marks is None:
            return
        if self._ask(self._marks) != self._marks:
            self.forget()
            return
        for bucket in self._keys.buckets() - self._marks.keys():
            self._begin(bucket, self.reader.offset)

    def catch_up(self) -> None:
        """Publish all that is in the log."""
        while True:
            marks = self._marks if self._marks is not None else self._find_place()
            lines = self.reader.read()
            if not lines:
                # New files are looked for last: the way to Redis is short for all other lines.
                self.reader.refresh()
                lines = self.reader.read()
            if not lines:
                return
            self._publish(lines, marks)

    def _ask(self, buckets: Iterable[int]) -> dict[int, int]:
        return {b: self._publisher.checkpoint(b, self.reader.name) for b in sorted(buckets)}

    def _begin(self, bucket: int, at: int) -> None:
        """Take in the bucket of a new merchant, of which nothing can be in the log before here.

        So the log need not be read again from its start; unless somebody has published there.
        """
        if self._marks is None:
            return
        mark = self._publisher.publish(bucket, self.reader.name, 0, at, ())
        if mark == at:
            self._marks[bucket] = mark
        else:
            self.forget()

    def _find_place(self) -> dict[int, int]:
        marks = self._ask(self._keys.buckets())
        self.reader.refresh()
        for bucket, mark in marks.items():
            if mark > self.reader.end():
                _log.error("%s is shorter than what was published; read again", self.reader.name)
                name = self.reader.name
                marks[bucket] = self._publisher.publish(bucket, name, mark, 0, ())
        self.reader.seek(min(marks.values(), default=0))
        self._marks = marks
        return marks

    def _publish(self, lines: list[LogLine], marks: dict[int, int]) -> None:
        posts: dict[int, list[tuple[int, Post]]] = {}
        for line in lines:
            self._sort_in(line, marks, posts)
            if self._marks is None:
                return
        reached = lines[-1].end
        for bucket, mark in list(marks.items()):
            waiting = posts.get(bucket, [])
            if waiting or reached - mark > _LAG:
                self._publish_bucket(bucket, waiting, reached, marks)

    def _sort_in(
        self, line: LogLine, marks: dict[int, int], posts: dict[int, list[tuple[int, Post]]]
    ) -> None:
        if line.is_head or line.text == b"\n":
            return
        try:
            entry = decode_log_entry(line.text)
        except MessageError as error:
            self._quarantine.take(line, str(error))
            return
        keys = self._keys.get(entry.merchant)
        if keys is None and not self._quarantine.holds(line):
            self._keys.refresh()  # the gateway may have taken a new merchant in a moment earlier
            keys = self._keys.get(entry.merchant)
        if keys is None:
            self._quarantine.take(line, f"merchant {entry.merchant} is not in the settings")
            return
        bucket = bucket_of(entry.merchant)
        if bucket not in marks:
            self._begin(bucket, line.end - len(line.text))
            if self._marks is None:
                return
        if line.end > marks[bucket]:
            stream = stream_name(entry.merchant, entry.till)
            post = Post(stream, seal_success(success_of(entry), *keys))
            posts.setdefault(bucket, []).append((line.end, post))

    def _publish_bucket(
        self,
        bucket: int,
        waiting: list[tuple[int, Post]],
        reached: int,
        marks: dict[int, int],
    ) -> None:
        """Publish part by part; where Redis is elsewhere than believed, go there instead."""
        name = self.reader.name
        while True:
            part, waiting = waiting[:_LARGEST_CALL], waiting[_LARGEST_CALL:]
            upto = part[-1][0] if waiting else reached
            seen = marks[bucket]
            posts = [post for _, post in part]
            at = marks[bucket] = self._publisher.publish(bucket, name, seen, upto, posts)
            if at != upto:
                _log.warning("%s: bucket %d is at %d, not at %d", name, bucket, at, seen)
                self.forget()
                return
            if not waiting:
                return


class Quarantine:
    """Log lines that cannot be published, kept beside the data with the reason; each line once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._upto = 0
        with contextlib.suppress(OSError, ValueError, KeyError, IndexError):
            self._upto = int(json.loads(path.read_bytes().splitlines()[-1])["end"])

    def holds(self, line: LogLine) -> bool:
        """Whether this line, or a later one, was set aside already."""
        return line.end <= self._upto

    def take(self, line: LogLine, why: str) -> None:
        """Set a line aside; one that a re-reading finds again is already there."""
        if self.holds(line):
            return
        _log.error("%s: a line is set aside: %s", self._path.stem, why)
        text = base64.b64encode(line.text).decode()
        record = json.dumps({"end": line.end, "why": why, "line_base64": text}) + "\n"
        with self._path.open("ab") as file:
            file.write(record.encode())
            file.flush()
            os.fsync(file.fileno())
        self._upto = line.end
