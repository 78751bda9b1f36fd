"""One log on its way to the tills: what is published where, and where it goes on after trouble."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from msgspec import Struct

from pos_tui.cloud.relay.connection import Client
from pos_tui.cloud.relay.keyring import Keyring
from pos_tui.cloud.relay.log_reader import (
    LogChangedError,
    LogLine,
    LogReader,
    MissingFileError,
    print_of,
)
from pos_tui.cloud.relay.missing_parts import keep_missing_parts, missing_parts
from pos_tui.cloud.relay.quarantine import Quarantine
from pos_tui.cloud.relay.stream_writer import (
    NOWHERE,
    Answer,
    Call,
    Checkpoint,
    Post,
    Publisher,
    checkpoint_name,
    parse_checkpoint,
)
from pos_tui.messages import (
    MessageError,
    TakenNote,
    TransactionLogEntry,
    bucket_of,
    decode_log_line,
    seal_success,
    stream_name,
    success_of,
)

_log = logging.getLogger(__name__)
_LAG = 128 * 1024  # a quiet bucket's checkpoint stays behind by twice as much at most
_LARGEST_CALL = 256
_CAREFUL_S = 0.02
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


class Feed:
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
        keys: Keyring,
        quarantine: Quarantine,
    ) -> None:
        self.reader = reader
        self.token = 0
        self._client = client
        self._publisher = Publisher(client, reader.name, keep_days)
        self._keep_taken_ms = keep_taken_hours * 3600 * 1000
        self._keys = keys
        self._quarantine = quarantine
        self._marks: dict[int, _Mark] | None = None
        self._beside = ThreadPoolExecutor(1, "publish")  # its thread begins with the first use
        self._under_way: tuple[list[Call], Future[list[Answer]]] | None = None
        self._careful_size = 8
        self._published_at: dict[int, float] = {}
        self._brought_up_at = 0
        self._all_checked_at = 0.0
        self._is_full_check = False
        self._waits_since: float | None = None
        self._went_back = False

    def hold(self, token: int) -> None:
        """Publish from now on under this lease's token; 0 is no lease, so publish nothing."""
        if token != self.token:
            self.token = token
            self.forget()

    def forget(self) -> None:
        """Ask Redis again how far it is before anything else is published."""
        self._marks = None
        self._brought_up_at = 0

    def believed(self) -> dict[str, str]:
        """The checkpoints that are to be looked after now, by their names in Redis.

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

    def check(self, buckets: set[int], is_as_believed: bool) -> None:
        """Notice what nothing in the log tells of: a Redis that was wound back while nothing was
        published, a merchant in a new bucket, a file that has come back.

        Raises RedisError and Fenced.
        """
        if self._marks is None or not self.token:
            return
        if not is_as_believed:
            self.forget()
            return
        if self._is_full_check:
            self._is_full_check = False
            self._go_back_for_missing()
        for bucket in buckets - (self._marks or {}).keys():
            if self._is_lost():
                return
            self._begin(bucket, self.reader.offset)

    def catch_up(self, go_on: Callable[[], bool] = lambda: True) -> None:
        """Publish all that is in the log, for as long as `go_on` says.

        Raises RedisError, Fenced and OSError.
        """
        try:
            self._catch_up(go_on)
            self._settle()
        finally:
            self._under_way = None

    def _catch_up(self, go_on: Callable[[], bool]) -> None:
        self._went_back = False
        while self.token and go_on():
            if self._marks is None:
                self._settle()
                if not self._find_place():
                    return
            try:
                lines = self.reader.read()
            except LogChangedError as error:
                _log.error("%s", error)
                self._go_back(error.base)
                continue
            except MissingFileError as error:
                if not self._is_given_up(error):
                    return
                continue
            if lines:
                self._publish(lines)
            elif self._under_way is None:
                return
            else:
                self._settle()

    @property
    def has_more(self) -> bool:
        """Whether there is something to look for that no event tells of."""
        return self._waits_since is not None or self._went_back or self._marks is None

    def _is_lost(self) -> bool:
        return self._marks is None

    # ---- where to go on ----------------------------------------------------------------------

    def _find_place(self) -> bool:
        """Learn the marks from Redis; False while there is no file that they could belong to."""
        self.reader.refresh()
        if not self.reader.has_files():
            return False
        self._quarantine.reload()
        taken = self._publisher.take(sorted(self._keys.buckets()), self.token)
        self._marks = {b: self._mark(text) for b, text in taken.items()}
        if any(self._is_elsewhere(mark.point) for mark in self._marks.values()):
            _log.error("%s is not the log that was published; it is read again", self.reader.name)
            self._go_back(self.reader.begin())
        else:
            self._seek()
        return self._marks is not None

    def _mark(self, text: str) -> _Mark:
        if text == _LOST:
            _log.error("%s: a checkpoint was lost; the log is read again", self.reader.name)
            return _Mark("0", Checkpoint(0, self.reader.end()))
        return _Mark(text, parse_checkpoint(text))

    def _is_elsewhere(self, point: Checkpoint) -> bool:
        if point.at > self.reader.end():
            return True
        before = self.reader.print_at(point.at) if point.print is not None else None
        return before is not None and before != point.print

    def _seek(self) -> None:
        points = [mark.point for mark in (self._marks or {}).values()]
        least = min(points, key=lambda point: point.at, default=NOWHERE)
        if not least.at and self.reader.begin():
            # Nothing of this log was ever published, and its oldest files were cleared away.
            least = Checkpoint(self.reader.begin())
        self.reader.seek(least.at, least.print)

    def _go_back(self, to: int) -> None:
        """Read again from an offset; what the streams have already is not added a second time."""
        self._went_back = True
        calls = [
            Call(bucket, mark.text, Checkpoint(to, max(mark.point.at, mark.point.careful_upto)))
            for bucket, mark in (self._marks or {}).items()
            if mark.point.at > to
        ]
        self._make(calls)
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
        parts = missing_parts(self._client, self.reader.name)
        if (error.since, error.upto) not in parts:
            parts.append((error.since, error.upto))
            keep_missing_parts(self._client, self.reader.name, parts)
        self.reader.seek(error.upto)
        return True

    def _go_back_for_missing(self) -> None:
        """Read what was not there, now that it is."""
        parts = missing_parts(self._client, self.reader.name)
        for part in parts:
            since, upto = part
            found = self.reader.holds(since, upto)
            if found is None:
                continue
            _log.warning("%s: offsets %d to %d are there now", self.reader.name, found, upto)
            left = [(since, found)] if found > since else []
            self._go_back(found)
            kept = [other for other in parts if other != part] + left
            keep_missing_parts(self._client, self.reader.name, kept)
            return

    def _begin(self, bucket: int, at: int) -> None:
        """Take in the bucket of a new merchant, of which nothing can be in the log before here.

        So the log need not be read again from its start; unless somebody has published there.
        """
        seen = self._publisher.take([bucket], self.token)[bucket]
        if self._marks is None or seen != "0":
            self.forget()
            return
        self._marks[bucket] = _Mark(seen, NOWHERE)
        self._make([Call(bucket, seen, Checkpoint(at))])

    # ---- publishing --------------------------------------------------------------------------

    def _publish(self, lines: list[LogLine]) -> None:
        self._waits_since = None
        posts: dict[int, list[tuple[LogLine, Post]]] = {}
        for line in lines:
            self._sort_in(line, posts)
            if self._marks is None:
                return
        marks = self._marks or {}
        last = lines[-1]
        # With a file behind them all buckets are brought up, so that it may be cleared away.
        is_new_file = any(line.is_head for line in lines)
        due = set(posts)
        if is_new_file or last.end - self._brought_up_at > _LAG:
            self._brought_up_at = last.end
            due.update(b for b, m in marks.items() if is_new_file or last.end - m.point.at > _LAG)
        calls: list[Call] = []
        for bucket in due:
            mark = marks[bucket]
            is_careful = mark.point.at < mark.point.careful_upto
            size = self._careful_size if is_careful else _LARGEST_CALL
            calls += _calls(bucket, mark, posts.get(bucket, []), last, size)
        if len(lines) < _MANY:
            self._make(calls)
        else:
            self._make_meanwhile(calls)

    def _sort_in(self, line: LogLine, posts: dict[int, list[tuple[LogLine, Post]]]) -> None:
        if line.is_head or line.text == b"\n":
            return
        try:
            said = decode_log_line(line.text)
        except MessageError as error:
            self._quarantine.take(line, str(error))
            return
        keys = self._keys.get(said.merchant)
        if keys is None and not self._quarantine.holds(line):
            self._keys.refresh()  # the gateway may have taken a new merchant in a moment earlier
            keys = self._keys.get(said.merchant)
        if keys is None:
            self._quarantine.take(line, f"merchant {said.merchant} is not in the settings")
            return
        bucket = bucket_of(said.merchant)
        if self._marks is not None and bucket not in self._marks:
            self._begin(bucket, line.end - len(line.text))
        if self._marks is not None and line.end > self._marks[bucket].point.at:
            try:
                post = self._post(line, said, keys)
            except (ValueError, OverflowError) as error:
                self._quarantine.take(line, f"its times make no sense: {error}")
                return
            posts.setdefault(bucket, []).append((line, post))

    def _post(
        self,
        line: LogLine,
        said: TransactionLogEntry | TakenNote,
        keys: tuple[bytes, bytes | None],
    ) -> Post:
        stream = stream_name(said.merchant, said.till)
        if isinstance(said, TakenNote):
            had = min(int(said.upto.partition("-")[0]), _ms(said.logged_at))
            return Post(stream, line=line, trim_ms=max(0, had - self._keep_taken_ms))
        since = max(0, _ms(said.logged_at) - _CLOCKS_MS)
        return Post(stream, seal_success(success_of(said), *keys), line, since)

    def _make(self, calls: Iterable[Call]) -> None:
        """Publish; where Redis is elsewhere than believed, ask it before anything else."""
        self._settle()
        made = list(calls)
        if not made or self._marks is None:
            return
        self.reader.sync()
        answers = self._timed(made)
        for call, answer in zip(made, answers, strict=True):
            self._marks[call.bucket] = self._mark(answer.text)
        self._take_in(made, answers)

    def _make_meanwhile(self, calls: list[Call]) -> None:
        """Publish while the next lines are read, which believe that this goes well."""
        self._settle()
        if not calls or self._marks is None:
            return
        self.reader.sync()
        for call in calls:
            self._marks[call.bucket] = _Mark(call.wanted.encode(), call.wanted)
        self._under_way = calls, self._beside.submit(self._timed, calls)

    def _settle(self) -> None:
        """Wait for what is under way, and see whether it went well. Raises RedisError, Fenced."""
        if self._under_way is not None:
            calls, answers = self._under_way
            self._under_way = None
            self._take_in(calls, answers.result())

    def _timed(self, calls: list[Call]) -> list[Answer]:
        """Publish; careful calls are made as large as does not hold Redis up for others."""
        began = time.monotonic()
        answers = self._publisher.publish(self.token, calls)
        if any(call.is_careful for call in calls):
            each = (time.monotonic() - began) / len(calls)
            size = self._careful_size * 2 if each < _CAREFUL_S else self._careful_size // 4
            self._careful_size = min(max(size, 1), _LARGEST_CALL)
        return answers

    def _take_in(self, calls: list[Call], answers: list[Answer]) -> None:
        now = time.monotonic()
        is_astray = False
        for call, answer in zip(calls, answers, strict=True):
            if call.posts:
                self._published_at[call.bucket] = now
            for post, why in answer.refused:
                if post.line is not None:
                    self._quarantine.take(
                        post.line, f"Redis does not take it for {post.stream}: {why}"
                    )
            if answer.text != call.wanted.encode() and not is_astray:
                is_astray = True
                where, believed = parse_checkpoint(answer.text).at, parse_checkpoint(call.seen).at
                _log.warning(
                    "%s: bucket %d is at %d, not at %d",
                    *(self.reader.name, call.bucket, where, believed),
                )
        if is_astray:
            self.forget()


def _calls(
    bucket: int, mark: _Mark, waiting: list[tuple[LogLine, Post]], last: LogLine, size: int
) -> list[Call]:
    """A bucket's posts, part by part; the last part brings its checkpoint up to `last`."""
    calls: list[Call] = []
    seen, careful_upto = mark.text, mark.point.careful_upto
    parts = [waiting[i : i + size] for i in range(0, len(waiting), size)] or [[]]
    for number, part in enumerate(parts, 1):
        line = last if number == len(parts) else part[-1][0]
        wanted = Checkpoint(
            line.end, careful_upto if careful_upto > line.end else 0, print_of(line.text)
        )
        is_careful = bool(part) and part[0][0].end <= careful_upto
        calls.append(Call(bucket, seen, wanted, [post for _, post in part], is_careful))
        seen = wanted.encode()
    return calls


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
