"""The messages about one order in its till's stream, as the relay published them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import redis

from pos_tui.cloud.relay.connection import REDIS_ERRORS, Client, connect
from pos_tui.diagnostics.timeline import Note, TimelineStep
from pos_tui.messages import TransactionSuccess, stream_name
from pos_tui.reasons import Reason, because, plain
from pos_tui.settings.redis_url import RedisAddress

_BEFORE, _AFTER = timedelta(minutes=10), timedelta(days=1)
_PAGE = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_Entry = tuple[bytes, dict[bytes, bytes]]


def stream_steps(
    place: RedisAddress, merchant: str, till: str, order_no: str, about: datetime
) -> tuple[tuple[TimelineStep, ...], Note | None]:
    """The messages about an order in its till's stream, from ten minutes before `about` to a day
    after; or, where there are none to be had, why.
    """
    stream = stream_name(merchant, till)
    try:
        client = connect(place)
        try:
            steps = tuple(_published(client, stream, order_no, about))
            return steps, None if steps else Note("Redis", _why_none(client, stream, about))
        finally:
            client.close()
    except redis.exceptions.NoPermissionError:
        user = place.user or "default"
        return (), Note("Redis", because("timeline.stream_not_permitted", user=user, stream=stream))
    except REDIS_ERRORS as error:
        return (), Note(
            "Redis", because("timeline.redis_away", place=str(place), why=plain(str(error)))
        )


def _published(
    client: Client, stream: str, order_no: str, about: datetime
) -> Iterator[TimelineStep]:
    begin, end = f"{_ms(about - _BEFORE)}-0", str(_ms(about + _AFTER))
    while True:
        page: list[_Entry] = client.xrange(stream, begin, end, count=_PAGE)  # type: ignore[assignment]
        for raw_id, fields in page:
            entry_id = raw_id.decode()
            if _names(fields, order_no):
                yield TimelineStep(
                    at=_time_of(entry_id),
                    source="Redis",
                    what=because("timeline.published", message=entry_id, stream=stream),
                    point="published",
                )
        if len(page) < _PAGE:
            return
        begin = f"({page[-1][0].decode()}"


def _names(fields: dict[bytes, bytes], order_no: str) -> bool:
    try:
        message = msgspec.json.decode(fields.get(b"m", b""), type=TransactionSuccess)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return message.order_no == order_no


def _why_none(client: Client, stream: str, about: datetime) -> Reason:
    oldest: list[_Entry] = client.xrange(stream, count=1)  # type: ignore[assignment]
    if not oldest:
        return because("timeline.stream_empty", stream=stream)
    since = _time_of(oldest[0][0].decode())
    if since > about:
        since_text = f"{since:%Y-%m-%d %H:%M:%S}"
        return because("timeline.stream_trimmed", stream=stream, since=since_text)
    return because("timeline.not_in_stream", stream=stream)


def _time_of(entry_id: str) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(entry_id.partition("-")[0]))


def _ms(at: datetime) -> int:
    return max(0, (at - _EPOCH) // timedelta(milliseconds=1))
