"""The simulators' HTTP: what is sent as to a proxy, and what is too large."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import msgspec
import pytest

from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.platforms.wechat.account import WeChatAccount
from pos_tui.cloud.platforms.wechat.client import WeChatClient
from pos_tui.cloud.simulators.app import make_app
from pos_tui.settings import CloudSettings, Merchant, SimulatorServer
from tests.cloud.platforms.orders import new_order, payment_code

from .conftest import StandIns


def _answered(standins: StandIns, head: str) -> bytes:
    """What comes back for the first lines of a request, as they are."""
    url = httpx.URL(standins.url)
    with socket.create_connection((url.host, url.port), timeout=30) as connection:
        connection.sendall(head.encode() + b"\r\nConnection: close\r\n\r\n")
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_an_address_may_be_written_whole_as_to_a_proxy(standins: StandIns) -> None:
    whole = _answered(standins, "GET http://a.test/_charges HTTP/1.1\r\nHost: a.test")
    short = _answered(standins, "GET /_charges HTTP/1.1\r\nHost: a.test")
    assert whole.startswith(b"HTTP/1.1 200")
    assert whole.rpartition(b"\r\n\r\n")[2] == short.rpartition(b"\r\n\r\n")[2]
    assert _answered(standins, "GET HTTP://a.test HTTP/1.1\r\nHost: a.test").startswith(
        b"HTTP/1.1 404"
    )


def test_a_body_that_is_too_large_is_not_read_to_its_end(standins: StandIns) -> None:
    for path in (
        "/alipay/gateway.do",
        "/wechat2/pay/micropay",
        "/wechat/v3/refund/domestic/refunds",
    ):
        reply = httpx.post(standins.url + path, content=b"a" * ((1 << 20) + 1), trust_env=False)
        assert reply.status_code == 413
        reply = httpx.post(standins.url + path, content=b"a" * (1 << 20), trust_env=False)
        assert reply.status_code != 413


@pytest.mark.parametrize(
    ("wait", "state"),
    [(SimulatorServer(), "unknown"), (SimulatorServer(reverse_after_s=0.0), "closed")],
    ids=["as documented", "at once"],
)
async def test_how_long_wechat_pay_reverses_nothing_is_a_setting(
    keys: Path, tmp_path: Path, wait: SimulatorServer, state: str
) -> None:
    account = WeChatAccount.simulated("http://simulated", PlatformKeys(keys).text)
    merchant = Merchant(id="M001", key="k", accounts={"wechat": account})
    simulator = msgspec.structs.replace(wait, keys=keys)
    settings = CloudSettings(merchant=(merchant,), simulator=simulator)
    wire = httpx.ASGITransport(app=make_app(settings, tmp_path))
    async with httpx.AsyncClient(transport=wire) as client:
        wechat = WeChatClient(account, client)
        order = new_order()
        await wechat.pay(order, payment_code("wechat"))
        assert (await wechat.cancel(order)).state == state
