"""Serves the customer's page and its events to the browsers that know its address.

Two addresses and one kind of request are all there is to serve. So h11, which every till has with
httpx, reads the requests strictly, and asyncio does the rest; a web framework with its server would
be more to install and to start than the page is worth.

Each event is whole, so whoever reads slowly misses events and gets the newest. Nobody can hold what
others need: there are few connections, each with deadlines, and the oldest gives way.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import socket
from http import HTTPStatus
from typing import NamedTuple

import h11

from pos_tui.customer.page import CustomerPage

BEAT_S = 2.0
"""After so many seconds without an event the page is told that the server is there."""
_MOST_STREAMS = 24
_MOST_CONNECTIONS = 48
_HEAD_S = 5.0
_READ_S = 10.0
_LINGER_S = 0.5
_MOST_HEAD_BYTES = 8192
_MOST_LINGER_BYTES = 65536
_UNSENT_BYTES = 8192  # what the system keeps for one that does not read: an event or two
_RETRY = b"retry: 1000\n\n"
_HEADERS = (
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("connection", "close"),
)


class _Answer(NamedTuple):
    """A whole answer but for the headers that all have."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    is_stream: bool = False
    is_head: bool = False  # only the head of it was asked for


class _Connection:
    """One browser's connection, with what h11 knows of it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.http = h11.Connection(h11.SERVER, max_incomplete_event_size=_MOST_HEAD_BYTES)

    async def request(self) -> h11.Request | None:
        """The request's head; None where the browser has gone. Raises h11.RemoteProtocolError."""
        while True:
            event = self.http.next_event()
            if isinstance(event, h11.Request):
                return event
            if event is not h11.NEED_DATA:
                return None
            self.http.receive_data(await self.reader.read(_MOST_HEAD_BYTES))

    async def send(self, *events: h11.Event) -> None:
        """Send, and wait until the system has taken all of it. Raises OSError, TimeoutError."""
        for event in events:
            self.writer.write(self.http.send(event) or b"")
        async with asyncio.timeout(_READ_S):
            await self.writer.drain()

    async def linger(self) -> None:
        """Read on for a moment: an answer is lost where its reader is still sending."""
        self.writer.write_eof()
        left = _MOST_LINGER_BYTES
        async with asyncio.timeout(_LINGER_S):
            while left > 0 and (data := await self.reader.read(_MOST_HEAD_BYTES)):
                left -= len(data)


class PageServer:
    """The page at /TOKEN/ and its events at /TOKEN/events; everything else is not there."""

    def __init__(self, page: CustomerPage, token: str, beat_s: float = BEAT_S) -> None:
        """`show` something before the first browser comes."""
        self._page = page
        self._token = token.encode()
        self._beat_s = beat_s
        self._server: asyncio.Server | None = None
        self._asking: dict[asyncio.Task[None], _Connection] = {}  # in the order they came
        self._streams: dict[asyncio.Task[None], _Connection] = {}
        self._event = b""
        self._version = 0
        self._changed = asyncio.Event()

    async def start(self, host: str, port: int) -> int:
        """Listen there; port 0 is whichever is free. Returns the port. Raises OSError."""
        self._server = await asyncio.start_server(self._accept, host, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    def show(self, message: bytes) -> None:
        """From now on this is what browsers are shown: JSON on one line."""
        self._event = b"data: " + message + b"\n\n"
        self._version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def close(self) -> None:
        """Listen no more, and leave every browser."""
        if self._server is not None:
            self._server.close()
        tasks = [*self._asking, *self._streams]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ---- inside ------------------------------------------------------------------------------

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(reader, writer)
        if len(self._asking) + len(self._streams) >= _MOST_CONNECTIONS:
            _end_oldest(self._asking)
        writer.transport.set_write_buffer_limits(high=0)
        task = asyncio.ensure_future(self._serve(connection))
        self._asking[task] = connection
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        for held in (self._asking, self._streams):
            held.pop(task, None)

    async def _serve(self, connection: _Connection) -> None:
        try:
            answer = await self._answer(connection)
            if answer is None:
                return
            if answer.is_stream:
                await self._stream(connection, answer)
            else:
                await connection.send(_head(answer), *_body(answer), h11.EndOfMessage())
                await connection.linger()
        except (OSError, TimeoutError, h11.ProtocolError):
            connection.writer.transport.abort()  # gone, or too slow: it comes again by itself
        finally:
            connection.writer.close()

    async def _answer(self, connection: _Connection) -> _Answer | None:
        try:
            async with asyncio.timeout(_HEAD_S):
                request = await connection.request()
        except TimeoutError:
            return _Answer(HTTPStatus.REQUEST_TIMEOUT)
        except h11.RemoteProtocolError as error:
            return _Answer(error.error_status_hint)
        if request is None:
            return None
        return self._route(request)._replace(is_head=request.method == b"HEAD")

    def _route(self, request: h11.Request) -> _Answer:
        path = request.target.partition(b"?")[0].split(b"/")
        if len(path) < 2 or not hmac.compare_digest(path[1].lower(), self._token):
            return _Answer(HTTPStatus.NOT_FOUND)
        if path[2:] not in ([], [b""], [b"events"]):
            return _Answer(HTTPStatus.NOT_FOUND)
        if request.method not in (b"GET", b"HEAD"):
            return _Answer(HTTPStatus.METHOD_NOT_ALLOWED, (("allow", "GET, HEAD"),))
        if not path[2:]:
            location = f"/{self._token.decode()}/"
            return _Answer(HTTPStatus.PERMANENT_REDIRECT, (("location", location),))
        if path[2] == b"events":
            kind = ("content-type", "text/event-stream; charset=utf-8")
            return _Answer(HTTPStatus.OK, (kind,), is_stream=request.method == b"GET")
        kinds = (
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", self._page.policy),
        )
        return _Answer(HTTPStatus.OK, kinds, self._page.html)

    async def _stream(self, connection: _Connection, answer: _Answer) -> None:
        self._hold_stream(connection)
        sock: socket.socket = connection.writer.get_extra_info("socket")
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNSENT_BYTES)
        await connection.send(_head(answer), h11.Data(data=_RETRY))
        sent = 0
        beat = b"event: beat\ndata: " + self._page.version.encode() + b"\n\n"
        while True:
            changed, data = self._changed, beat
            if sent == self._version:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._beat_s):
                        await changed.wait()
            if sent != self._version:
                sent, data = self._version, self._event
            await connection.send(h11.Data(data=data))

    def _hold_stream(self, connection: _Connection) -> None:
        """One that asked is a stream from now on; a tablet that came back takes the oldest's place,
        which may be its own, cut off.
        """
        task = asyncio.current_task()
        assert task is not None
        if len(self._streams) >= _MOST_STREAMS:
            _end_oldest(self._streams)
        del self._asking[task]
        self._streams[task] = connection


def _end_oldest(held: dict[asyncio.Task[None], _Connection]) -> None:
    task = next(iter(held))
    held.pop(task).writer.transport.abort()
    task.cancel()


def _body(answer: _Answer) -> tuple[h11.Data, ...]:
    return () if answer.is_head or not answer.body else (h11.Data(data=answer.body),)


def _head(answer: _Answer) -> h11.Response:
    length = () if answer.is_stream else (("content-length", str(len(answer.body))),)
    headers = [*_HEADERS, *answer.headers, *length]
    reason = HTTPStatus(answer.status).phrase.encode()
    return h11.Response(status_code=answer.status, headers=headers, reason=reason)
