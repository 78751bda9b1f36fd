"""One HTTP call to a platform: what came back, or whether anything was sent at all."""

from __future__ import annotations

import functools
import itertools
import logging
import ssl
from collections.abc import Mapping
from typing import Literal
from urllib.request import getproxies

import httpx
from msgspec import Struct

_log = logging.getLogger(__name__)
_LARGEST = 1 << 20
_POOLS = 16


class Reply(Struct, frozen=True):
    """A whole HTTP response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoReply(Struct, frozen=True):
    """Why there is no reply: `unsent` where no byte has left this machine."""

    state: Literal["unsent", "unknown"]
    reason: Literal["unreachable", "configuration", "platform_error"]


class _Spread(httpx.AsyncBaseTransport):
    """Several small pools of connections in turn: what a pool costs grows with its square."""

    def __init__(self, verify: ssl.SSLContext) -> None:
        limits = httpx.Limits(max_connections=16, max_keepalive_connections=8)
        self._pools = [httpx.AsyncHTTPTransport(verify, limits=limits) for _ in range(_POOLS)]
        self._turns = itertools.cycle(self._pools)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await next(self._turns).handle_async_request(request)

    async def aclose(self) -> None:
        for pool in self._pools:
            await pool.aclose()


def make_client(timeout_s: float = 10.0) -> httpx.AsyncClient:
    """The client of one platform; proxies of the environment, but never for loopback."""
    spread = _Spread(_trusted())
    timeout = httpx.Timeout(timeout_s, connect=3.0)
    if not any(getproxies().get(scheme) for scheme in ("http", "https", "all")):
        return httpx.AsyncClient(timeout=timeout, transport=spread)
    here = {f"all://{name}": spread for name in ("127.0.0.1", "localhost")}
    return httpx.AsyncClient(timeout=timeout, verify=_trusted(), mounts=here)


@functools.cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()


async def call(
    client: httpx.AsyncClient, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> Reply | NoReply:
    """The platform's reply, or why there is none."""
    try:
        async with client.stream(
            method, url, headers={"User-Agent": "pos-tui", **headers}, content=body
        ) as response:
            received = bytearray()
            async for part in response.aiter_bytes():
                received += part
                if len(received) > _LARGEST:
                    _log.error("%s %s: the reply is too large", method, httpx.URL(url).host)
                    return NoReply("unknown", "platform_error")
            return Reply(response.status_code, response.headers, bytes(received))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        _log.warning("%s %s: nothing sent: %r", method, httpx.URL(url).host, error)
        return NoReply("unsent", "unreachable")
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        _log.error("the platform's url cannot be used: %s", error)
        return NoReply("unsent", "configuration")
    except httpx.HTTPError as error:
        _log.warning("%s %s: no clear reply: %r", method, httpx.URL(url).host, error)
        return NoReply("unknown", "platform_error")
