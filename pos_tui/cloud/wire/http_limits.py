"""HTTP that slow and greedy clients cannot stop: deadlines, and a limit of connections."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any, Literal

import h11
from msgspec import Struct
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

Waiting = Literal["head", "body", "reader", "next"]
"""What a connection waits for: a request's head or body, its answer to be read, a next request."""

_FEWEST = 16
_LATE = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class HttpLimits(Struct, frozen=True, kw_only=True):
    """How many connections there may be, in all and from one address, and for how long they may
    take (seconds) to send a request's head, then its body, and to read an answer.

    This machine's own addresses, where a proxy stands, are bounded by the first number only.
    """

    connections: int = 1000
    per_address: int = 200
    head_s: float = 10.0
    body_s: float = 20.0


def limited_http(limits: HttpLimits) -> type[H11Protocol]:
    """The protocol of a server that keeps to these limits, for uvicorn's `http`."""

    class LimitedHttp(_LimitedProtocol):
        bounds = limits
        connections_open = _Connections(limits)

    return LimitedHttp


class _Connections:
    """The connections of one server."""

    def __init__(self, limits: HttpLimits) -> None:
        self._most = min(limits.connections, _files_left())
        self._per_address = limits.per_address
        self._open: dict[_LimitedProtocol, None] = {}  # in the order in which they came
        self._from: Counter[str] = Counter()

    def admit(self, new: _LimitedProtocol) -> bool:
        """Take a connection in; where there are too many, one that only waits gives way.

        So however many idle connections somebody holds, the next request comes through.
        """
        address = new.address
        if address and self._from[address] >= self._per_address:
            if not self._close_one(other for other in self._open if other.address == address):
                return False
        elif len(self._open) >= self._most and not self._close_one(self._of_the_greediest()):
            return False
        self._open[new] = None
        self._from[address] += 1
        return True

    def forget(self, gone: _LimitedProtocol) -> None:
        """A connection has ended."""
        if gone in self._open:
            del self._open[gone]
            self._from[gone.address] -= 1
            if not self._from[gone.address]:
                del self._from[gone.address]

    def _of_the_greediest(self) -> list[_LimitedProtocol]:
        return sorted(self._open, key=lambda other: -self._from[other.address])

    def _close_one(self, candidates: Iterable[_LimitedProtocol]) -> bool:
        idle: _LimitedProtocol | None = None
        for other in candidates:
            if other.waiting in ("head", "body", "reader"):
                break
            if other.waiting == "next" and idle is None:
                idle = other
        else:
            if idle is None:
                return False
            other = idle
        self.forget(other)
        other.transport.abort()
        return True


class _LimitedProtocol(H11Protocol):
    bounds: HttpLimits
    connections_open: _Connections

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.app = _Unambiguous(self.app)
        self.waiting: Waiting | None = None
        self.address = ""
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.address = _counted(self.client[0]) if self.client else ""
        if not self.connections_open.admit(self):
            transport.abort()
            return
        self._wait_for("head", self.bounds.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_for(None)
        self.connections_open.forget(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait_for("reader", self.bounds.body_s)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._wait_for(None)
        self._look()

    # ---- inside ------------------------------------------------------------------------------

    def _look(self) -> None:
        """Learn what is waited for now; what began earlier keeps its deadline."""
        if self.transport.is_closing() or self.waiting == "reader":
            return
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            self._wait_for("body", self.bounds.body_s)
        elif state is not h11.IDLE:
            self._wait_for(None)
        elif self.timeout_keep_alive_task is None:
            self._wait_for("head", self.bounds.head_s)
        else:
            self._wait_for("next")  # for which uvicorn has a time of its own

    def _wait_for(self, what: Waiting | None, seconds: float | None = None) -> None:
        if what == self.waiting and what is not None:
            return
        self.waiting = what
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if seconds is not None:
            self._deadline = self.loop.call_later(seconds, self._end)

    def _end(self) -> None:
        if self.waiting == "head" and self.conn.our_state is h11.IDLE:
            self.transport.write(_LATE)
            self.transport.close()
        else:
            self.transport.abort()


class _Unambiguous:
    """Hands on what can be read in one way only, with the path that everybody behind it means."""

    def __init__(self, app: Any) -> None:
        self._app: ASGIApp = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        names = {name for name, _ in scope.get("headers", ())}
        if {b"content-length", b"transfer-encoding"} <= names:
            # A proxy may have taken the other one for the length.
            await Response(None, 400, {"connection": "close"})(scope, receive, send)
            return
        if scope.get("path", "").lower().startswith(("http://", "https://")):
            # A target with scheme and host, which every server must read (RFC 9112, 3.2.2).
            scope["path"] = "/" + scope["path"].partition("://")[2].partition("/")[2]
        await self._app(scope, receive, send)


def _counted(host: str) -> str:
    """What an address is counted as: an IPv6 network as one, this machine not at all."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 6:
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return ""
    return str(address) if address.version == 4 else address.exploded[:19]


def _files_left() -> int:
    """How many connections this process can hold and still have files for its own work."""
    if sys.platform == "win32":
        return 10_000
    else:  # noqa: RET505 - mypy follows a platform's branches, not what is after a return
        import resource

        allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if allowed == resource.RLIM_INFINITY:
            return 1_000_000
        return max(_FEWEST, allowed - min(allowed // 2, 256))
