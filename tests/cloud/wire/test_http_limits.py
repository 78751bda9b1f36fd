"""Slow and greedy clients: what they may hold, and for how long."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from pos_tui.cloud.wire import http_limits
from pos_tui.cloud.wire.http_limits import HttpLimits, limited_http
from pos_tui.cloud.wire.serving import listen
from tests.cloud.shop import eventually

HEAD = b"GET /v1/health HTTP/1.1\r\nHost: gateway\r\n"
WHOLE = HEAD + b"\r\n"
HALF_BODY = b"POST / HTTP/1.1\r\nHost: gateway\r\nContent-Length: 10\r\n\r\n12345"
LARGE = 8 * 1024 * 1024
PATIENT = HttpLimits(head_s=60.0, body_s=60.0)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers once it has the whole body; `/large` with more than any socket's buffers take."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        if not message.get("more_body"):
            break
    body = b"x" * LARGE if scope["path"] == "/large" else b"fine"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


@contextlib.asynccontextmanager
async def server(limits: HttpLimits) -> AsyncIterator[int]:
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        echo,
        http=limited_http(limits),
        ws="none",
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    running = uvicorn.Server(config)
    serving = asyncio.create_task(running.serve(sockets=[listener]))
    await eventually(lambda: _true(running.started))
    yield int(listener.getsockname()[1])
    running.should_exit = True
    await serving


async def _true(value: bool) -> bool:
    return value


class Client:
    """A bare connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def at(cls, port: int) -> Client:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    async def answer(self) -> bytes:
        """One whole answer of the application's; nothing where the connection has ended."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            return await asyncio.wait_for(self._reader.readuntil(b"\r\n0\r\n\r\n"), 20)
        return b""

    async def until_ended(self) -> bytes:
        """What comes before the connection ends."""
        found = b""
        with contextlib.suppress(ConnectionError):
            while part := await asyncio.wait_for(self._reader.read(65536), 20):
                found += part
        return found

    def close(self) -> None:
        self._writer.close()


async def test_a_head_that_never_ends_is_given_up() -> None:
    async with server(HttpLimits(head_s=0.2)) as port:
        silent, slow = await Client.at(port), await Client.at(port)
        slow.send(HEAD)
        for client in (silent, slow):
            assert (await client.until_ended()).startswith(b"HTTP/1.1 408 ")


async def test_a_head_that_comes_byte_by_byte_gains_no_time() -> None:
    async with server(HttpLimits(head_s=0.5)) as port:
        client = await Client.at(port)

        async def drip() -> None:
            while True:
                client.send(b"X")
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        assert (await client.until_ended()).startswith(b"HTTP/1.1 408 ")
        dripping.cancel()


async def test_a_body_that_never_ends_is_given_up() -> None:
    async with server(HttpLimits(head_s=60.0, body_s=0.2)) as port:
        client = await Client.at(port)
        client.send(HALF_BODY)
        assert await client.until_ended() == b""


async def test_an_answer_that_nobody_reads_is_given_up() -> None:
    async with server(HttpLimits(head_s=60.0, body_s=0.3)) as port:
        client = await Client.at(port)
        client.send(b"GET /large HTTP/1.1\r\nHost: gateway\r\n\r\n")
        await asyncio.sleep(1.0)
        assert len(await client.until_ended()) < LARGE


async def test_a_connection_is_used_again_and_its_second_head_has_its_own_time() -> None:
    async with server(HttpLimits(head_s=0.3)) as port:
        client = await Client.at(port)
        for _ in range(3):
            client.send(WHOLE)
            assert (await client.answer()).startswith(b"HTTP/1.1 200 ")
            await asyncio.sleep(0.2)
        client.send(HEAD)
        assert b"HTTP/1.1 408 " in await client.until_ended()


@pytest.mark.parametrize("half", [b"", HEAD, HALF_BODY])
async def test_whoever_only_waits_gives_way_to_a_request(half: bytes) -> None:
    limits = HttpLimits(connections=16, head_s=60.0, body_s=60.0)
    async with server(limits) as port:
        held = []
        for _ in range(40):
            client = await Client.at(port)
            client.send(half)
            held.append(client)
        for _ in range(5):
            client = await Client.at(port)
            client.send(WHOLE)
            assert (await client.answer()).startswith(b"HTTP/1.1 200 ")
            client.close()
        for client in held[:24]:
            assert await client.until_ended() == b""
        for client in held[24:]:
            client.close()


async def test_one_address_holds_its_share_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_limits, "_counted", lambda host: host)  # as if it were not local
    limits = HttpLimits(connections=100, per_address=3, head_s=60.0)
    async with server(limits) as port:
        held = [await Client.at(port) for _ in range(5)]
        for client in held:
            client.send(HEAD)
        for client in held[:2]:
            assert await client.until_ended() == b""
        for client in held[2:]:
            client.send(b"\r\n")
            assert (await client.answer()).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("127.0.0.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:0db8:0001:0002"),
        ("2001:db8:1:2:ffff::9%eth0", "2001:0db8:0001:0002"),
        ("testclient", "testclient"),
    ],
)
def test_a_network_counts_as_one_and_this_machine_not_at_all(host: str, counted: str) -> None:
    assert http_limits._counted(host) == counted


@pytest.mark.parametrize("first", [b"Content-Length: 4\r\n", b"Transfer-Encoding: chunked\r\n"])
async def test_a_length_that_is_said_twice_is_refused(first: bytes) -> None:
    both = {b"Content-Length: 4\r\n", b"Transfer-Encoding: chunked\r\n"}
    (second,) = both - {first}
    async with server(PATIENT) as port:
        client = await Client.at(port)
        head = b"POST / HTTP/1.1\r\nHost: gateway\r\n" + first + second
        client.send(head + b"\r\n0\r\n\r\n" + WHOLE)
        answer = await client.until_ended()
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert answer.count(b"HTTP/1.1") == 1  # what stands behind it is no request of its own
