"""The simulated WeChat Pay V3 refuses what the documents refuse, each with WeChat's own code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pos_tui.cloud.platforms.wechat.simulator_rules import code_fault
from pos_tui.cloud.wire.exchange import Reply

from .shop import ORDER, REFUND, REST, Shop, account_of, code

PAY = "/v3/pay/transactions/codepay"
REFUNDS = "/v3/refund/domestic/refunds"
REVERSE = f"/v3/pay/transactions/out-trade-no/{ORDER.order_no}/reverse"
GOOD: dict[str, Any] = {
    "appid": "wx1",
    "mchid": "190",
    "description": "店" * 42,
    "out_trade_no": ORDER.order_no,
    "payer": {"auth_code": code("0000")},
    "amount": {"total": 4770},
    "scene_info": {"store_info": {"id": "0001"}},
}
MONEY = {"refund": 1000, "total": 4770, "currency": "CNY"}
GIVEN_BACK: dict[str, Any] = {
    "out_trade_no": ORDER.order_no,
    "out_refund_no": "R|1-*@_",
    "amount": MONEY,
}


@pytest.fixture
def shop(keys: Path) -> Shop:
    return Shop(keys, account_of(keys))


async def ask(shop: Shop, path: str, content: dict[str, Any]) -> tuple[int, str]:
    """The status and the error code of a signed call."""
    reply = await shop.platform._call("POST", path, content)
    assert isinstance(reply, Reply)
    return reply.status, json.loads(reply.body).get("code", "")


async def test_what_an_sdk_sends_is_paid(shop: Shop) -> None:
    assert await ask(shop, PAY, GOOD) == (200, "")


@pytest.mark.parametrize(
    "changes",
    [
        {"description": "店" * 42 + "ab"},  # 128 bytes of 44 characters
        {"description": ""},
        {"description": 7},
        {"out_trade_no": "T1234"},
        {"out_trade_no": "T" * 33},
        {"out_trade_no": "订单000001"},
        {"out_trade_no": "T 0000001"},
        {"out_trade_no": 12345678},
        {"attach": "店" * 43},
        {"amount": {"total": 4770, "currency": "USD"}},
        {"amount": {"total": 0}},
        {"amount": {"total": -1}},
        {"amount": {"total": 47.7}},
        {"amount": {"total": True}},
        {"amount": {"total": "4770"}},
        {"payer": {}},
        {"payer": "13"},
        {"scene_info": {"store_info": {}}},
        {"scene_info": {"store_info": {"name": "no number"}}},
        {"scene_info": []},
    ],
    ids=str,
)
async def test_a_field_that_is_not_as_documented_is_refused(
    shop: Shop, changes: dict[str, Any]
) -> None:
    assert await ask(shop, PAY, {**GOOD, **changes}) == (400, "PARAM_ERROR")
    assert shop.behaviours.charges() == {}


@pytest.mark.parametrize("missing", GOOD)
async def test_a_field_that_is_missing_is_refused(shop: Shop, missing: str) -> None:
    content = {name: value for name, value in GOOD.items() if name != missing}
    refused = "MCH_NOT_EXISTS" if missing == "mchid" else "PARAM_ERROR"
    assert await ask(shop, PAY, content) == (400, refused)


@pytest.mark.parametrize("number", ["T00001", "a-b_c|d*e@", "T" * 32])
async def test_order_numbers_have_their_signs_and_lengths(shop: Shop, number: str) -> None:
    assert await ask(shop, PAY, {**GOOD, "out_trade_no": number}) == (200, "")


@pytest.mark.parametrize(
    ("auth_code", "refused"),
    [
        ("2861234567890123", "AUTH_CODE_INVALID"),  # Alipay's
        ("1612345678901234", "AUTH_CODE_INVALID"),
        ("160000000000000000", "AUTH_CODE_INVALID"),
        ("hello", "AUTH_CODE_ERROR"),
        ("１３４８５７９０１２３４５６７８９０", "AUTH_CODE_ERROR"),
        ("", "AUTH_CODE_ERROR"),
    ],
)
async def test_a_foreign_payment_code_is_refused(shop: Shop, auth_code: str, refused: str) -> None:
    assert code_fault(auth_code) == refused
    assert await ask(shop, PAY, {**GOOD, "payer": {"auth_code": auth_code}}) == (400, refused)


@pytest.mark.parametrize("header", ["Accept", "User-Agent"])
async def test_a_call_says_who_it_is_and_what_it_accepts(shop: Shop, header: str) -> None:
    path = f"/v3/pay/transactions/out-trade-no/{ORDER.order_no}?mchid=190"
    url = shop.client.build_request("GET", account_url(shop) + path).url
    headers = {"User-Agent": "a test", **shop.platform._signed_headers("GET", url, b"")}
    reply = await shop.client.get(url, headers={**headers, header: ""})
    assert (reply.status_code, reply.json()["code"]) == (400, "PARAM_ERROR")
    assert (await shop.client.get(url, headers=headers)).json()["code"] == "ORDER_NOT_EXIST"


def account_url(shop: Shop) -> str:
    return shop.platform._account.url


async def test_a_reversal_names_its_account(shop: Shop) -> None:
    await ask(shop, PAY, GOOD)
    assert await ask(shop, REVERSE, {"mchid": "190"}) == (400, "PARAM_ERROR")
    assert await ask(shop, REVERSE, {"mchid": "190", "appid": "wx1"}) == (200, "")


# ---- waits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", ["0000", "9004"])
async def test_nothing_is_reversed_within_fifteen_seconds(keys: Path, script: str) -> None:
    shop = Shop(keys, account_of(keys), reverse_after_s=15.0)
    await shop.platform.pay(ORDER, code(script))
    assert await ask(shop, REVERSE, {"mchid": "190", "appid": "wx1"}) == (400, "USERPAYING")
    shop.now += 14.9
    assert (await shop.platform.cancel(ORDER)).state == "unknown"
    assert shop.behaviours.charges()[ORDER.order_no]["given_back"] == 0
    shop.now += 0.1
    assert (await shop.platform.cancel(ORDER)).state == "closed"
    assert (await shop.platform.cancel(ORDER)).state == "closed"
    charges = shop.behaviours.charges()[ORDER.order_no]
    assert charges["given_back"] == charges["charged"] * ORDER.amount


def test_the_gateway_waits_longer_than_that(keys: Path) -> None:
    from pos_tui.cloud.gateway.order_timing import OrderTiming

    client = Shop(keys, account_of(keys)).platform
    assert min(client.cancel_after_s, OrderTiming().cancel_after_s) > 15


async def test_two_refunds_of_an_order_are_a_minute_apart(keys: Path) -> None:
    shop = Shop(keys, account_of(keys), refund_gap_s=60.0)
    await shop.platform.pay(ORDER, code("0000"))
    second = {**GIVEN_BACK, "out_refund_no": REST.refund_no}
    assert await ask(shop, REFUNDS, {**GIVEN_BACK, "out_refund_no": REFUND.refund_no}) == (200, "")
    assert await ask(shop, REFUNDS, second) == (429, "FREQUENCY_LIMITED")
    assert (await shop.platform.refund(ORDER, REST)).state == "unknown"  # asked for again later
    assert (await shop.platform.refund(ORDER, REFUND)).state == "refunded"  # the same one again
    shop.now += 60
    assert (await shop.platform.refund(ORDER, REST)).state == "refunded"
    assert shop.behaviours.charges()[ORDER.order_no]["given_back"] == ORDER.amount


# ---- refunds -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"out_refund_no": "R" * 65},
        {"out_refund_no": "退款1"},
        {"out_refund_no": ""},
        {"out_trade_no": None},
        {"reason": "店" * 27},
        {"notify_url": "https://" + "a" * 249},
        {"amount": {**MONEY, "currency": "USD"}},
        {"amount": {"refund": 1000, "total": 4770}},
        {"amount": {**MONEY, "refund": "1000"}},
        {"amount": None},
    ],
    ids=str,
)
async def test_a_refund_that_is_not_as_documented_is_refused(
    shop: Shop, changes: dict[str, Any]
) -> None:
    await ask(shop, PAY, GOOD)
    assert await ask(shop, REFUNDS, {**GIVEN_BACK, **changes}) == (400, "PARAM_ERROR")
    assert await ask(shop, REFUNDS, GIVEN_BACK) == (200, "")


async def test_a_reason_of_eighty_bytes_is_accepted(shop: Shop) -> None:
    await ask(shop, PAY, GOOD)
    long = msgspec.structs.replace(REFUND, reason="少了一件" * 20)
    assert (await shop.platform.refund(ORDER, long)).state == "refunded"
    assert shop.behaviours.charges()[ORDER.order_no]["given_back"] == 1000
