"""A gateway that is held by slow clients still answers, and still sells."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud.shop import Cloud, code

HALF = b"POST /v1/orders HTTP/1.1\r\nHost: gateway\r\nContent-Le"
HALF_BODY = b"POST /v1/orders HTTP/1.1\r\nHost: gateway\r\nContent-Length: 500\r\n\r\n{"


@pytest.fixture
def short_of_files(tmp_path: Path, keys: Path) -> Iterator[Cloud]:
    """A gateway that may have 256 files and connections open."""
    import resource

    cloud = Cloud(tmp_path, keys)
    cloud.start_simulators()
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, allowed[1]))
    try:
        cloud.start_gateway()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, allowed)
    yield cloud
    cloud.end()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize("half", [HALF, HALF_BODY])
async def test_three_hundred_half_requests_keep_nobody_out(
    short_of_files: Cloud, half: bytes
) -> None:
    cloud = short_of_files
    with contextlib.ExitStack() as held:
        for number in range(300):
            slow = held.enter_context(socket.create_connection(("127.0.0.1", cloud.gateway_port)))
            with contextlib.suppress(OSError):
                slow.sendall(half)
            if number % 50 == 49:
                till = cloud.till()
                till.client.timeout = 5.0
                assert (await till.client.get("/v1/health")).status_code == 200
                assert (await till.pay_until_clear(till.order(code("wechat")))).answer == "paid"
                await till.client.aclose()
