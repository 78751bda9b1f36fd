"""Whether a till reaches its servers: Redis as its own user, the gateway, and both clocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pos_tui.diagnostics.checks import Check, clock_check
from pos_tui.messages import stream_name
from pos_tui.payments.redis_link import NoMaster, Patience, RedisLink, close, why_away
from pos_tui.settings.redis_url import redis_place
from pos_tui.wording.current import in_words

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

    name = "redis"
    if not settings.redis.url:
        return Check(
            name,
            "warning",
            "",
            "No Redis is set, so the till hears of a payment only when it asks the gateway.",
            "Have the operator enrol this till, and run pos-tui setup with that file.",
        )
    place = redis_place(settings.redis.url)
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
            return Check(name, "ok", took, f"The till reads its own messages at {place}.")
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
        name,
        "broken",
        type(trouble).__name__,
        in_words(why_away(trouble, place)),
        f"See that {place} runs and is reached from here; if it is, the operator enrols this till"
        " again (pos-tui enrol).",
    )


async def _gateway(settings: TillSettings, clock: Callable[[], datetime]) -> list[Check]:
    import httpx

    name, url = "gateway", settings.gateway.url.rstrip("/")
    if not url:
        return [
            Check(
                name,
                "warning",
                "",
                "No gateway is set, so the till takes cash only.",
                "Have the operator enrol this till, and run pos-tui setup with that file.",
            )
        ]
    began = time.monotonic()
    try:
        async with httpx.AsyncClient(timeout=_ANSWER_S, trust_env=False) as client:
            answer = await client.get(f"{url}/v1/health")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return [
            Check(
                name,
                "broken",
                type(error).__name__,
                f"The gateway at {url} does not answer, so the till takes cash only.",
                "See that the till is on the network, and that the gateway runs.",
            )
        ]
    took = time.monotonic() - began
    figure = f"{took * 1000:.0f} ms"
    if answer.status_code == 200:
        first = Check(name, "ok", figure, f"The gateway at {url} takes orders.")
    else:
        first = Check(
            name,
            "broken",
            f"status {answer.status_code}",
            f"The gateway at {url} answers but takes no orders now.",
            "The operator looks at the gateway: its own words are at /v1/health.",
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
    return [clock_check("gateway clock", ahead, "the gateway")]
