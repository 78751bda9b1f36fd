"""One HTTP call to a platform: what came back, or whether anything was sent at all."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import httpx
from msgspec import Struct

from pos_tui.cloud.gateway.platforms import PlatformAnswer, answer

_log = logging.getLogger(__name__)
_LARGEST = 1 << 20


class Reply(Struct, frozen=True):
    """A whole HTTP response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def make_client(timeout_s: float = 10.0) -> httpx.AsyncClient:
    """The client that all platforms share; proxies of the environment, but never for loopback."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(timeout_s, connect=3.0),
        limits=httpx.Limits(max_connections=200, max_keepalive_connections=200),
        follow_redirects=False,
        mounts={"all://127.0.0.1": None, "all://localhost": None},
    )


async def call(
    client: httpx.AsyncClient, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> Reply | PlatformAnswer:
    """The platform's reply, or `unsent` / `unknown` when there is none."""
    try:
        async with client.stream(
            method, url, headers={"User-Agent": "pos-tui", **headers}, content=body
        ) as response:
            received = bytearray()
            async for part in response.aiter_bytes():
                received += part
                if len(received) > _LARGEST:
                    _log.error("%s %s: the reply is too large", method, httpx.URL(url).host)
                    return answer("unknown", "platform_error")
            return Reply(response.status_code, response.headers, bytes(received))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        _log.warning("%s %s: nothing sent: %r", method, httpx.URL(url).host, error)
        return answer("unsent", "unreachable")
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        _log.error("the platform's url cannot be used: %s", error)
        return answer("unsent", "configuration")
    except httpx.HTTPError as error:
        _log.warning("%s %s: no clear reply: %r", method, httpx.URL(url).host, error)
        return answer("unknown", "platform_error")
