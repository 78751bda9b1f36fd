"""One log on its way to the tills: what is published where, and where it goes on after trouble."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from msgspec import Struct

from pos_tui.cloud.relay.connection import Client
from pos_tui.cloud.relay.known_merchants import KnownMerchants
from pos_tui.cloud.relay.log_reader import (
    LogChangedError,
    LogLine,
    LogReader,
    MissingFileError,
    line_checksum,
)
from pos_tui.cloud.relay.missing_parts import read_missing_parts, write_missing_parts
from pos_tui.cloud.relay.quarantine import Quarantine
from pos_tui.cloud.relay.stream_writer import (
    START,
    Batch,
    BatchReply,
    Checkpoint,
    Post,
    StreamWriter,
    checkpoint_name,
    parse_checkpoint,
)
from pos_tui.messages import (
    AcknowledgementNote,
    MessageError,
    TransactionLogEntry,
    bucket_of,
    decode_log_line,
    message_fields,
    stream_name,
)

_log = logging.getLogger(__name__)
_LAG = 128 * 1024  # a quiet bucket's checkpoint stays behind by twice as much at most
_LARGEST_CALL = 256
_SHORT_CALL_S = 0.02
_LOST = "0 lost"
_MANY = 500  # lines that came together: more will follow
# Redis' clock and the gateway's may differ by so much.
_CLOCKS_MS = 10 * 60 * 1000
_RECENT_S = 30.0
_MISSING_S = 10.0


class _Mark(Struct, frozen=True):
    """A checkpoint as it was last seen, and its very text, which Redis compares."""

    text: str
    point: Checkpoint


class LogPublisher:
    """One log on its way into every bucket that has a merchant, while this relay has its lease.

    A bucket's mark is the checkpoint that was last seen for it. The log is read from the least
    mark; every bucket skips what its own mark covers.
    """

    def __init__(
        self,
        reader: LogReader,
        client: Client,
        keep_days: int,
        keep_taken_hours: int,
        merchants: KnownMerchants,
        quarantine: Quarantine,
    ) -> None:
        self.reader = reader
        self.token = 0
        self._client = client
        self._writer = StreamWriter(client, reader.name, keep_days)
        self._keep_taken_ms = keep_taken_hours * 3600 * 1000
        self._merchants = merchants
        self._quarantine = quarantine
        self._marks: dict[int, _Mark] | None = None
        self._executor = ThreadPoolExecutor(1, "publish")  # its thread begins with the first use
        self._pending: tuple[list[Batch], Future[list[BatchReply]]] | None = None
        self._safe_size = 8
        self._published_at: dict[int, float] = {}
        self._advanced_at = 0
        self._all_checked_at = 0.0
        self._is_full_check = False
        self._waits_since: float | None = None
        self._rewound = False
        self._has_passed_over = False

    def set_token(self, token: int) -> None:
        """Publish from now on under this lease's token; 0 is no lease, so publish nothing."""
        if token != self.token:
            self.token = token
            self.forget_checkpoints()

    def forget_checkpoints(self) -> None:
        """Ask Redis again how far it is before anything else is published."""
        self._marks = None
        self._advanced_at = 0

    def expected_checkpoints(self) -> dict[str, str]:
        """The checkpoints that are to be compared with Redis now, by their names in Redis.

        Those of the last half minute each time, for a Redis that falls loses what came last; all of
        them now and then.
        """
        if self._marks is None or not self.token:
            return {}
        now = time.monotonic()
        self._published_at = {b: at for b, at in self._published_at.items() if now - at < _RECENT_S}
        self._is_full_check = now - self._all_checked_at > _RECENT_S
        if self._is_full_check:
            self._all_checked_at = now
        looked_at = self._marks if self._is_full_check else self._published_at
        return {
            checkpoint_name(bucket, self.reader.name): self._marks[bucket].text
            for bucket in looked_at
            if bucket in self._marks
        }

    def check(self, buckets: set[int], is_as_expected: bool) -> None:
        """Notice what does not show in the log: a Redis that was wound back while nothing was
        published, a merchant in a new bucket, a file that has come back.

        Raises RedisError and Fenced.
        """
        if self._marks is None or not self.token:
            return
        if not is_as_expected:
            self.forget_checkpoints()
            return
        if self._is_full_check:
            self._is_full_check = False
            self._rewind_to_missing()
        for bucket in buckets - (self._marks or {}).keys():
            if self._is_lost():
                return
            self._add_bucket(bucket, self.reader.offset)

    def catch_up(self, go_on: Callable[[], bool] = lambda: True) -> None:
        """Publish all that is in the log, for as long as `go_on` says.

        Raises RedisError, Fenced and OSError.
        """
        try:
            self._catch_up(go_on)
            self._finish_pending()
        finally:
            self._pending = None

    def _catch_up(self, go_on: Callable[[], bool]) -> None:
        self._rewound = False
        while self.token and go_on():
            if self._marks is None:
                self._finish_pending()
                if not self._find_position():
                    return
            try:
                lines = self.reader.read()
            except LogChangedError as error:
                _log.error("%s", error)
                self._rewind(error.base)
                continue
            except MissingFileError as error:
                if not self._is_given_up(error):
                    return
                continue
            if lines:
                self._publish(lines)
            elif self._pending is None:
                return
            else:
                self._finish_pending()

    @property
    def has_more(self) -> bool:
        """Whether there is something to look for that no event reports."""
        return self._waits_since is not None or self._rewound or self._marks is None

    def _is_lost(self) -> bool:
        return self._marks is None

    # ---- where to go on ----------------------------------------------------------------------

    def _find_position(self) -> bool:
        """Learn the marks from Redis; False while there is no file that they could belong to."""
        self.reader.refresh()
        if not self.reader.has_files():
            return False
        self._quarantine.reload()
        claimed = self._writer.claim(sorted(self._merchants.buckets()), self.token)
        self._marks = {b: self._mark(text) for b, text in claimed.items()}
        if any(self._is_other_log(mark.point) for mark in self._marks.values()):
            _log.error("%s is not the log that was published; it is read again", self.reader.name)
            self._rewind(self.reader.begin())
        else:
            self._seek()
        return self._marks is not None

    def _mark(self, text: str) -> _Mark:
        if text == _LOST:
            _log.error("%s: a checkpoint was lost; the log is read again", self.reader.name)
            return _Mark("0", Checkpoint(0, self.reader.end()))
        return _Mark(text, parse_checkpoint(text))

    def _is_other_log(self, point: Checkpoint) -> bool:
        if point.at > self.reader.end():
            return True
        before = self.reader.checksum_at(point.at) if point.checksum is not None else None
        return before is not None and before != point.checksum

    def _seek(self) -> None:
        points = [mark.point for mark in (self._marks or {}).values()]
        least = min(points, key=lambda point: point.at, default=START)
        if not least.at and self.reader.begin():
            # Nothing of this log was ever published, and its oldest files were cleared away.
            least = Checkpoint(self.reader.begin())
        self.reader.seek(least.at, least.checksum)

    def _rewind(self, to: int) -> None:
        """Read again from an offset; what the streams have already is not added a second time."""
        self._rewound = True
        batches = [
            Batch(bucket, mark.text, Checkpoint(to, max(mark.point.at, mark.point.replayed_upto)))
            for bucket, mark in (self._marks or {}).items()
            if mark.point.at > to
        ]
        self._write(batches)
        if self._marks is not None:
            self._seek()

    def _is_given_up(self, error: MissingFileError) -> bool:
        """Whether a file that is not there has been waited for long enough; then it is noted."""
        now = time.monotonic()
        if self._waits_since is None:
            self._waits_since = now
            _log.error("%s; it is waited for", error)
        self.reader.refresh()
        if now - self._waits_since < _MISSING_S:
            return False
        self._waits_since = None
        _log.error("%s; the log goes on without it until it returns", error)
        parts = read_missing_parts(self._client, self.reader.name)
        if (error.since, error.upto) not in parts:
            parts.append((error.since, error.upto))
            write_missing_parts(self._client, self.reader.name, parts)
        self.reader.seek(error.upto)
        return True

    def _rewind_to_missing(self) -> None:
        """Read what was not there, now that it is."""
        parts = read_missing_parts(self._client, self.reader.name)
        for part in parts:
            since, upto = part
            found = self.reader.holds(since, upto)
            if found is None:
                continue
            _log.warning("%s: offsets %d to %d are there now", self.reader.name, found, upto)
            left = [(since, found)] if found > since else []
            self._rewind(found)
            kept = [other for other in parts if other != part] + left
            write_missing_parts(self._client, self.reader.name, kept)
            return

    def _add_bucket(self, bucket: int, at: int) -> None:
        """Take in the bucket of a new merchant, of which nothing can be in the log before here.

        So the log need not be read again from its start; unless somebody has published there.
        """
        seen = self._writer.claim([bucket], self.token)[bucket]
        if self._marks is None or seen != "0":
            self.forget_checkpoints()
            return
        self._marks[bucket] = _Mark(seen, START)
        self._write([Batch(bucket, seen, Checkpoint(at))])

    # ---- publishing --------------------------------------------------------------------------

    def _publish(self, lines: list[LogLine]) -> None:
        self._waits_since = None
        posts: dict[int, list[tuple[LogLine, Post]]] = {}
        for line in lines:
            self._add_post(line, posts)
            if self._marks is None:
                return
        marks = self._marks or {}
        last = lines[-1]
        # With a file behind them all buckets are brought up, so that it may be cleared away.
        is_new_file = any(line.is_head for line in lines)
        due = set(posts)
        if is_new_file or last.end - self._advanced_at > _LAG:
            self._advanced_at = last.end
            due.update(b for b, m in marks.items() if is_new_file or last.end - m.point.at > _LAG)
        batches: list[Batch] = []
        for bucket in due:
            mark = marks[bucket]
            is_deduplicated = mark.point.at < mark.point.replayed_upto
            size = self._safe_size if is_deduplicated else _LARGEST_CALL
            batches += _batches(bucket, mark, posts.get(bucket, []), last, size)
        if len(lines) < _MANY:
            self._write(batches)
        else:
            self._write_meanwhile(batches)

    def _add_post(self, line: LogLine, posts: dict[int, list[tuple[LogLine, Post]]]) -> None:
        if line.is_head or line.text == b"\n":
            return
        try:
            record = decode_log_line(line.text)
        except MessageError as error:
            self._quarantine.add(line, str(error))
            return
        merchant = record.merchant
        if merchant not in self._merchants and not self._quarantine.holds(line):
            self._merchants.refresh()  # the gateway may have got a new one a moment earlier
        if merchant not in self._merchants:
            self._quarantine.add(line, f"merchant {merchant!r} is not in the settings")
            return
        bucket = bucket_of(merchant)
        if self._marks is not None and bucket not in self._marks:
            self._add_bucket(bucket, line.end - len(line.text))
        if self._marks is not None and line.end > self._marks[bucket].point.at:
            try:
                post = self._post(line, record)
            except MessageError:
                self._pass_over(record)
                return
            except (ValueError, OverflowError) as error:
                self._quarantine.add(line, f"its times make no sense: {error}")
                return
            posts.setdefault(bucket, []).append((line, post))

    def _pass_over(self, record: TransactionLogEntry | AcknowledgementNote) -> None:
        """Leave a payment out that no till would believe; its till asks the gateway instead.

        An older gateway's log is full of them, so they are not set aside one by one.
        """
        if not self._has_passed_over:
            self._has_passed_over = True
            _log.warning(
                "%s: payments that the gateway has not signed are not published, the first for"
                " till %r of %r; an older gateway wrote them, or another hand",
                *(self.reader.name, record.till, record.merchant),
            )

    def _post(self, line: LogLine, record: TransactionLogEntry | AcknowledgementNote) -> Post:
        stream = stream_name(record.merchant, record.till)
        if isinstance(record, AcknowledgementNote):
            # Whatever the line says: what is younger by this machine's clock is kept.
            now_ms = int(time.time() * 1000)
            had = min(int(record.upto.partition("-")[0]), _ms(record.logged_at), now_ms)
            return Post(stream, line=line, trim_ms=max(0, had - self._keep_taken_ms))
        since = max(0, _ms(record.logged_at) - _CLOCKS_MS)
        return Post(stream, message_fields(line.text, record), line, since)

    def _write(self, batches: Iterable[Batch]) -> None:
        """Publish; where Redis has other checkpoints than expected, ask it before anything else."""
        self._finish_pending()
        sent = list(batches)
        if not sent or self._marks is None:
            return
        self.reader.sync()
        replies = self._timed(sent)
        for batch, reply in zip(sent, replies, strict=True):
            self._marks[batch.bucket] = self._mark(reply.text)
        self._apply_replies(sent, replies)

    def _write_meanwhile(self, batches: list[Batch]) -> None:
        """Publish while the next lines are read, which believe that this goes well."""
        self._finish_pending()
        if not batches or self._marks is None:
            return
        self.reader.sync()
        for batch in batches:
            self._marks[batch.bucket] = _Mark(batch.wanted.encode(), batch.wanted)
        self._pending = batches, self._executor.submit(self._timed, batches)

    def _finish_pending(self) -> None:
        """Wait for what is under way, and see whether it went well. Raises RedisError, Fenced."""
        if self._pending is not None:
            batches, replies = self._pending
            self._pending = None
            self._apply_replies(batches, replies.result())

    def _timed(self, batches: list[Batch]) -> list[BatchReply]:
        """Publish; a call that deduplicates is made no larger than others can wait for."""
        began = time.monotonic()
        replies = self._writer.publish(self.token, batches)
        if any(batch.is_deduplicated for batch in batches):
            each = (time.monotonic() - began) / len(batches)
            size = self._safe_size * 2 if each < _SHORT_CALL_S else self._safe_size // 4
            self._safe_size = min(max(size, 1), _LARGEST_CALL)
        return replies

    def _apply_replies(self, batches: list[Batch], replies: list[BatchReply]) -> None:
        now = time.monotonic()
        is_astray = False
        for batch, reply in zip(batches, replies, strict=True):
            if batch.posts:
                self._published_at[batch.bucket] = now
            for post, why in reply.refused:
                if post.line is not None:
                    self._quarantine.add(
                        post.line, f"Redis does not take it for {post.stream}: {why}"
                    )
            if reply.text != batch.wanted.encode() and not is_astray:
                is_astray = True
                where, expected = parse_checkpoint(reply.text).at, parse_checkpoint(batch.seen).at
                _log.warning(
                    "%s: bucket %d is at %d, not at %d",
                    *(self.reader.name, batch.bucket, where, expected),
                )
        if is_astray:
            self.forget_checkpoints()


def _batches(
    bucket: int, mark: _Mark, waiting: list[tuple[LogLine, Post]], last: LogLine, size: int
) -> list[Batch]:
    """A bucket's posts, part by part; the last part brings its checkpoint up to `last`."""
    batches: list[Batch] = []
    seen, replayed_upto = mark.text, mark.point.replayed_upto
    parts = [waiting[i : i + size] for i in range(0, len(waiting), size)] or [[]]
    for number, part in enumerate(parts, 1):
        line = last if number == len(parts) else part[-1][0]
        wanted = Checkpoint(
            line.end, replayed_upto if replayed_upto > line.end else 0, line_checksum(line.text)
        )
        is_deduplicated = bool(part) and part[0][0].end <= replayed_upto
        batches.append(Batch(bucket, seen, wanted, [post for _, post in part], is_deduplicated))
        seen = wanted.encode()
    return batches


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
