"""Whether a till reads its own messages in Redis, as its own user."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from pos_tui.diagnostics.checks import Check
from pos_tui.messages import stream_name
from pos_tui.payments.redis_link import NoMaster, Patience, RedisLink, close, why_away
from pos_tui.reasons import because
from pos_tui.settings.redis_url import redis_address

if TYPE_CHECKING:
    from pos_tui.settings import TillSettings

_ANSWER_S = 5.0
_TURNS = 6


def check_tills_redis(settings: TillSettings) -> list[Check]:
    """How a till's own Redis answers it."""
    return [asyncio.run(_redis(settings))]


async def _redis(settings: TillSettings) -> Check:
    from redis.exceptions import RedisError

    if not settings.redis.url:
        return Check(
            "redis",
            "",
            "warning",
            "",
            because("till_check.no_redis"),
            because("till_check.do_enrol"),
        )
    place = redis_address(settings.redis.url)
    link = RedisLink(place, Patience(silence=_ANSWER_S))
    stream = stream_name(settings.till.merchant, settings.till.number)
    trouble: Exception = NoMaster()
    for _ in range(_TURNS):
        began = time.monotonic()
        redis = None
        try:
            redis = await link.client()
            await redis.xread({stream: "$"}, count=1)
            took = f"{(time.monotonic() - began) * 1000:.0f} ms"
            says = because("till_check.redis_read", place=str(place))
            return Check("redis", "", "ok", took, says)
        except (RedisError, OSError, TimeoutError, NoMaster) as error:
            trouble = error
            if not link.follow(error):
                link.lost()
                if place.kind != "cluster":
                    break
        finally:
            if redis is not None:
                await close(redis)
    return Check(
        "redis",
        "",
        "broken",
        type(trouble).__name__,
        why_away(trouble, place),
        because("till_check.do_reach_redis", place=str(place)),
    )
