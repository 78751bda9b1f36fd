"""Whether a till reaches its servers: Redis as its own user, the gateway, and both clocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pos_tui.diagnostics.checks import Check, clock_check
from pos_tui.messages import stream_name
from pos_tui.payments.redis_link import NoMaster, Patience, RedisLink, close, why_away
from pos_tui.reasons import because
from pos_tui.settings.redis_url import redis_address

if TYPE_CHECKING:
    import httpx

    from pos_tui.settings import TillSettings

_ANSWER_S = 5.0
_TURNS = 6


async def check_till(
    settings: TillSettings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> list[Check]:
    """What a till needs of its servers, looked at from the till."""
    return [await _redis(settings), *await _gateway(settings, clock)]


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


async def _gateway(settings: TillSettings, clock: Callable[[], datetime]) -> list[Check]:
    import httpx

    url = settings.gateway.url.rstrip("/")
    if not url:
        says, do = because("till_check.no_gateway"), because("till_check.do_enrol")
        return [Check("gateway", "", "warning", "", says, do)]
    began = time.monotonic()
    try:
        async with httpx.AsyncClient(timeout=_ANSWER_S, trust_env=False) as client:
            answer = await client.get(f"{url}/v1/health")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        says, do = because("till_check.gateway_away", url=url), because("till_check.do_network")
        return [Check("gateway", "", "broken", type(error).__name__, says, do)]
    took = time.monotonic() - began
    if answer.status_code == 200:
        says = because("till_check.gateway_ready", url=url)
        first = Check("gateway", "", "ok", f"{took * 1000:.0f} ms", says)
    else:
        first = Check(
            "gateway",
            "",
            "broken",
            because("till_check.status", status=answer.status_code),
            because("till_check.gateway_refuses", url=url),
            because("till_check.do_look_at_gateway"),
        )
    return [first, *_clock(answer, took, clock())]


def _clock(answer: httpx.Response, took_s: float, now: datetime) -> list[Check]:
    from email.utils import parsedate_to_datetime

    try:
        said = parsedate_to_datetime(answer.headers["Date"])
    except (KeyError, ValueError):
        return []
    if said.tzinfo is None:
        return []
    # It is told in whole seconds, and was told somewhere on the way here.
    ahead = said.timestamp() + 0.5 + took_s / 2 - now.timestamp()
    return [clock_check("gateway clock", "", ahead, because("check.the_gateway"))]
