"""The page's server: whoever knows the address sees the newest, and nobody can do it harm."""

from __future__ import annotations

import asyncio
import json
import random
import re
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from pos_tui.customer.page import make_page
from pos_tui.customer.page_server import PageServer
from pos_tui.files.owner import is_owners_only
from pos_tui.receipts.customer_snapshot import CustomerSnapshot
from tests.served_page import ServedPage, ShowingTill, lines, raw_answer

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedPage]:
    page = ServedPage(tmp_path)
    yield page
    _, complaints = page.end()
    assert complaints == ""


@asynccontextmanager
async def served_here(beat_s: float = 2.0) -> AsyncIterator[tuple[PageServer, str, int]]:
    server = PageServer(make_page("en"), "t" * 16, beat_s)
    server.show(b'{"seq":0}')
    port = await server.start("127.0.0.1", 0)
    try:
        yield server, f"http://127.0.0.1:{port}/{'t' * 16}/", port
    finally:
        await server.close()


async def events_of(response: httpx.Response) -> AsyncIterator[tuple[str, str]]:
    """Each event's name and data; "message" where it has no name."""
    name, data = "message", ""
    async for line in response.aiter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            data = line[6:]
        elif not line:
            if data:
                yield name, data
            name, data = "message", ""


@asynccontextmanager
async def listening(address: str) -> AsyncIterator[AsyncIterator[tuple[str, str]]]:
    timeout = httpx.Timeout(30)
    async with (
        httpx.AsyncClient(timeout=timeout, trust_env=False) as client,
        client.stream("GET", f"{address}events") as response,
    ):
        assert response.status_code == 200
        async with aclosing(events_of(response)) as events:  # type: ignore[type-var]
            yield events


async def next_message(events: AsyncIterator[tuple[str, str]]) -> dict[str, Any]:
    async for name, data in events:
        if name == "message":
            found: dict[str, Any] = json.loads(data)
            return found
    raise AssertionError


def test_the_page_is_served_to_whoever_has_its_address(served):
    answer = httpx.get(served.address, trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.text.startswith("<!DOCTYPE html>")
    assert "server" not in answer.headers


def test_the_token_is_made_once_and_is_its_owners(tmp_path):
    first = ServedPage(tmp_path)
    token = (tmp_path / "customer_page_token").read_text()
    assert re.fullmatch("[a-z2-9]{16}", token)
    assert token in first.address
    assert is_owners_only(tmp_path / "customer_page_token")
    first.end()
    second = ServedPage(tmp_path)
    assert token in second.address
    second.end()


def test_a_token_that_is_none_is_made_anew(tmp_path):
    (tmp_path / "customer_page_token").write_bytes(b"\xff\xfe short")
    page = ServedPage(tmp_path)
    assert re.search("/[a-z2-9]{16}/$", page.address)
    page.end()


@pytest.mark.parametrize(
    "path",
    ["/", "", "/events", "/favicon.ico", "/{wrong}/", "/{wrong}/events", "/{token}x/",
     "/{token}/../", "/{token}/events/", "/{token}/page.js", "//{token}/", "/%00/"],
)  # fmt: skip
def test_everything_else_is_not_there(served, path):
    token = served.address.rstrip("/").rpartition("/")[2]
    target = path.format(token=token, wrong="a" * 16)
    answer = httpx.get(f"http://127.0.0.1:{served.port}{target}", trust_env=False)
    if target == f"/{token}/../":
        target = "/"  # as every client reads it
    assert answer.status_code == 404
    assert answer.content == b""
    assert answer.headers["cache-control"] == "no-store"


def test_an_address_without_its_last_stroke_leads_to_the_page(served):
    bare = served.address.rstrip("/")
    assert httpx.get(bare, trust_env=False).headers["location"] == served.address.removeprefix(
        f"http://127.0.0.1:{served.port}"
    )
    shouted = bare.rpartition("/")[0] + "/" + bare.rpartition("/")[2].upper() + "/"
    assert httpx.get(shouted, trust_env=False).status_code == 200  # as a tablet's keyboard may


def test_only_what_reads_is_allowed(served):
    with httpx.Client(trust_env=False) as client:
        assert client.post(served.address, content=b"x" * 100_000).status_code == 405
        assert client.put(f"{served.address}events").status_code == 405
        head = client.head(served.address)
    assert head.status_code == 200
    assert head.content == b""
    assert int(head.headers["content-length"]) > 1000


async def test_a_page_hears_of_each_sale_as_it_stands_whole_and_in_order(served):
    async with ShowingTill(served.folder) as till, listening(served.address) as events:
        message = await next_message(events)
        while message.get("snapshot") is None:
            message = await next_message(events)
        assert message["link"] == "live"
        assert message["snapshot"]["shop"] == "Corner Market"
        seen = [0]
        for seq in range(1, 40):
            till.show(CustomerSnapshot(seq=seq, state="scanning", lines=lines(seq), total="9.00"))
            if seq % 4 == 0:
                message = await next_message(events)
                seen.append(message["snapshot"]["seq"])
        while seen[-1] != 39:
            seen.append((message := await next_message(events))["snapshot"]["seq"])
        assert seen == sorted(set(seen))
        assert len(message["snapshot"]["lines"]) == 39
        assert message["amounts"] == [{"label": "Total", "amount": "9.00"}]


async def test_a_page_that_comes_later_gets_what_stands_now(served):
    async with ShowingTill(served.folder) as till:
        till.show(CustomerSnapshot(seq=7, state="paying", total="5.00"))
        for _ in range(3):
            async with listening(served.address) as events:
                message = await next_message(events)
                while message.get("snapshot") is None:
                    message = await next_message(events)
                assert message["snapshot"]["seq"] == 7


async def test_without_a_till_a_page_asks_for_patience_and_shows_nothing(served):
    async with listening(served.address) as events:
        message = await next_message(events)
    assert message["link"] == "starting"
    assert "snapshot" not in message or message["snapshot"] is None
    assert message["one_moment"] == "One moment, please"


async def test_a_till_that_is_left_is_said_to_be_closed(served):
    async with listening(served.address) as events:
        async with ShowingTill(served.folder) as till:
            while (await next_message(events))["link"] != "live":
                pass
            till.show(CustomerSnapshot(seq=2, state="closed", say="This checkout is closed"))
        while (message := await next_message(events))["link"] != "closed":
            pass
    assert message["snapshot"]["say"] == "This checkout is closed"


async def test_a_page_is_told_that_the_server_is_there_with_its_version():
    async with served_here(beat_s=0.05) as (_, address, _), listening(address) as events:
        assert await anext(events) == ("message", '{"seq":0}')
        beats = [await anext(events) for _ in range(3)]
    assert beats == [("beat", make_page("en").version)] * 3


async def test_who_reads_slowly_gets_the_newest_and_keeps_nobody_waiting():
    async with served_here() as (server, address, port):
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        slow.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(slow, ("127.0.0.1", port))
        await loop.sock_sendall(slow, f"GET /{'t' * 16}/events HTTP/1.0\r\n\r\n".encode())
        async with listening(address) as events:
            for seq in range(1, 401):
                server.show(json.dumps({"seq": seq, "fill": "x" * 4000}).encode())
                while (await next_message(events))["seq"] != seq:
                    pass
        got = b""
        while b'"seq": 400,' not in got:
            got += await asyncio.wait_for(loop.sock_recv(slow, 65536), 30)
        slow.close()
    assert got.count(b"\ndata: ") < 50


async def test_who_never_reads_is_left(monkeypatch):
    monkeypatch.setattr("pos_tui.customer.page_server._READ_S", 0.2)
    async with served_here() as (server, _, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(f"GET /{'t' * 16}/events HTTP/1.1\r\nhost: a\r\n\r\n".encode())
        await asyncio.wait_for(reader.readuntil(b"retry: 1000"), 10)
        for seq in range(60):
            server.show(json.dumps({"seq": seq, "fill": "x" * 60_000}).encode())
            await asyncio.sleep(0.01)
        with pytest.raises(ConnectionError):
            while await asyncio.wait_for(reader.read(65536), 30):
                pass
            raise ConnectionResetError  # closed in order, where the system says it so
        writer.close()


async def test_connections_that_ask_nothing_do_not_keep_a_tablet_out(served):
    idle = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(200)]
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        assert (await client.get(served.address)).status_code == 200
    for _, writer in idle:
        writer.close()


async def test_of_too_many_pages_the_oldest_gives_way(served):
    token = served.address.rstrip("/").rpartition("/")[2]
    pages = []
    for _ in range(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(f"GET /{token}/events HTTP/1.1\r\nhost: a\r\n\r\n".encode())
        await asyncio.wait_for(reader.readuntil(b"one_moment"), 30)
        pages.append((reader, writer))
    left = await asyncio.wait_for(asyncio.gather(*(ended(reader) for reader, _ in pages)), 60)
    assert left[-1] is False
    assert left[:30] == [True] * 30
    assert left.count(False) == 24
    for _, writer in pages:
        writer.close()


async def ended(reader: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(0.5):
            while await reader.read(4096):
                pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\r\n\r\n\r\n", None),
        (b"hello\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), 400),  # https
        (b"GET / HTTP/9.9\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\n\r\n", 400),  # no host
        (b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: a\r\nx y: 1\r\n\r\n", 400),
        (b"GET /" + b"a" * 30_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nhost: a\r\n" + b"x: y\r\n" * 3000 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n", 400),
        (b"GET /\xff\xfe HTTP/1.1\r\nhost: a\r\n\r\n", None),
        (b"BREW / HTTP/1.1\r\nhost: a\r\n\r\n", 404),
        (b"GET http://evil.example/ HTTP/1.1\r\nhost: a\r\n\r\n", 404),
        (b"CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n", 404),
        (b"GET * HTTP/1.1\r\nhost: a\r\n\r\n", 404),
        (random.Random(19).randbytes(4000), None),
        (b"\n" * 20000, None),
        (b"\0", None),
    ],
    ids=lambda value: repr(value)[:30] if isinstance(value, bytes) else str(value),
)  # fmt: skip
async def test_nonsense_is_answered_and_does_no_harm(served, sent, status):
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(sent)
    writer.write_eof()
    try:
        answer = await asyncio.wait_for(reader.read(), 30)
    except ConnectionError:
        answer = b""
    writer.close()
    assert not answer or re.match(rb"HTTP/1\.1 4\d\d ", answer)
    if status is not None:
        assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Traceback" not in answer
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        assert (await client.get(served.address)).status_code == 200


async def test_a_head_that_never_ends_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("pos_tui.customer.page_server._HEAD_S", 0.1)
    async with served_here() as (_, _, port):
        answer = await raw_answer(port, b"GET / HTTP/1.1\r\nhost: a\r\n")
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_port_that_is_taken_is_said_in_a_sentence(served, tmp_path):
    other = ServedPage(tmp_path / "other", port=served.port)
    code, complaint = other.end()
    assert code == 2
    assert f"127.0.0.1:{served.port}" in complaint
    assert complaint.count("\n") == 1


def test_an_address_that_is_not_this_machines_is_said_in_a_sentence(tmp_path):
    other = ServedPage(tmp_path, host="no.such.host.invalid", language="zh_CN")
    code, complaint = other.end()
    assert code == 2
    assert "无法在 no.such.host.invalid:0 提供网页" in complaint


@pytest.mark.posix_only("a process is asked to end by a signal")
async def test_it_ends_in_order_while_pages_listen(tmp_path):
    page = ServedPage(tmp_path)
    async with listening(page.address) as events:
        await next_message(events)
        code, complaints = await asyncio.to_thread(page.end)
        assert (code, complaints) == (0, "")
        with pytest.raises(httpx.RemoteProtocolError):
            async for _ in events:
                pass


@pytest.mark.skipif(sys.platform != "linux", reason="all of 127/8 is this machine on Linux only")
async def test_it_is_not_reached_from_elsewhere_unless_it_is_meant_to(tmp_path):
    page = ServedPage(tmp_path)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.2", page.port)
    page.end()
    page = ServedPage(tmp_path, host="0.0.0.0")
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(page.address)).status_code == 200
    _, writer = await asyncio.open_connection("127.0.0.2", page.port)
    writer.close()
    page.end()


@pytest.mark.parametrize("host", ["::", "::1"])
def test_an_address_of_ipv6_is_one_that_a_browser_opens(tmp_path, host):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    page = ServedPage(tmp_path, host=host)
    assert "http://[" in page.address, page.end()
    assert httpx.get(page.address, trust_env=False).status_code == 200
    page.end()
