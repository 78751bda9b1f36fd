"""The operator changes merchants while the gateway runs, and the tills notice nothing but that."""

from __future__ import annotations

import asyncio
import json

import httpx
import msgspec

from pos_tui.cloud.merchant_files import MerchantFiles
from pos_tui.messages import TransactionOrder
from pos_tui.settings import CloudSettings
from tests.command_line import typed

from .shop import Cloud, Till, code, eventually, order_no

ACCOUNTS = """
[qra]
url = "http://127.0.0.1:{port}/qra/pay/gateway"
mch_id = "QRA000000000007"
key = "the-banks-key"
accepts = ["unionpay", "wechat"]
"""


def merchants(cloud: Cloud, *words: str) -> None:
    places = ("--settings", str(cloud.folder / "cloud.toml"), "--data", str(cloud.folder))
    finished = typed("merchants", *words, *places)
    assert finished.returncode == 0, finished.stderr


def till_with_the_key_of_now(cloud: Cloud) -> Till:
    key = MerchantFiles(CloudSettings(), cloud.folder).read("M007").key
    return cloud.till("M007", key)


async def asks(till: Till, status: int) -> None:
    """Until the gateway answers this till's question about an unknown order so."""

    async def answered() -> bool:
        response = await till.send("GET", f"/v1/orders/{order_no()}")
        return response.status_code == status

    await eventually(answered)


async def pays(till: Till, order: TransactionOrder) -> None:
    await till.pay(order)
    assert (await till.ends(order.order_no)).answer == "paid"


async def test_a_merchant_comes_is_rotated_and_goes_while_the_gateway_runs(
    own_cloud: Cloud,
) -> None:
    accounts = own_cloud.folder / "accounts.toml"
    accounts.write_text(ACCOUNTS.format(port=own_cloud.simulators_port))
    await asyncio.to_thread(own_cloud.start_gateway)
    await asyncio.to_thread(merchants, own_cloud, "add", "M007", "--accounts", str(accounts))
    await asyncio.to_thread(own_cloud.start_simulators)
    till = till_with_the_key_of_now(own_cloud)
    await asks(till, 404)
    first = till.order(code("wechat"))
    await pays(till, first)  # the bank's channel takes this wallet too

    await asyncio.to_thread(merchants, own_cloud, "rotate", "M007")
    renewed = till_with_the_key_of_now(own_cloud)
    await asks(renewed, 404)
    await pays(till, till.order(code("unionpay")))
    await pays(renewed, renewed.order(code("unionpay")))

    await asyncio.to_thread(merchants, own_cloud, "rotate", "M007", "--keep-hours", "0")
    last = till_with_the_key_of_now(own_cloud)
    await asks(last, 404)
    await asks(renewed, 401)
    await asks(till, 401)

    await asyncio.to_thread(merchants, own_cloud, "disable", "M007")

    async def refused() -> httpx.Response | None:
        body = msgspec.json.encode(last.order(code("wechat")))
        response = await last.send("POST", "/v1/orders", body)
        return response if response.status_code == 403 else None

    response = await eventually(refused)
    assert last.believes(response)
    assert "cash" in json.loads(response.content)["error"]
    assert (await last.ask(first.order_no)).answer == "paid"
    assert (await last.pay_until_clear(first)).answer == "paid"
    written = (own_cloud.folder / "gateway.stderr").read_text()
    for secret in (till.key, renewed.key, last.key, b"the-banks-key"):
        assert secret.decode() not in written
