"""The simulated WeChat Pay V2 refuses what the documents refuse, each with WeChat's own code."""

from __future__ import annotations

import secrets
from pathlib import Path

import httpx
import pytest

from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
from pos_tui.cloud.platforms.simulation.delivery import Delivery
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.platforms.wechat_v2 import mapping as wechat_v2
from pos_tui.cloud.platforms.wechat_v2.account import WeChatV2Account
from pos_tui.cloud.platforms.wechat_v2.simulator import WeChatV2Simulator
from pos_tui.cloud.wire.flat_xml import read_xml, write_xml

from ..simulated import wire_to
from ..wechat.shop import code

ACCOUNT = WeChatV2Account(url="http://wechat.test/wechat2", appid="wx1", mch_id="190", key="k" * 32)
GOOD = {
    "body": "店" * 42,
    "out_trade_no": "T00000001",
    "total_fee": "4770",
    "spbill_create_ip": "127.0.0.1",
    "auth_code": code("0000"),
}
GIVEN_BACK = {
    "out_trade_no": "T00000001",
    "out_refund_no": "R1",
    "total_fee": "4770",
    "refund_fee": "1000",
}


class Counter:
    """Signed calls to the simulator; `now` is its clock in seconds."""

    def __init__(self, keys: Path) -> None:
        self.now = 1000.0
        self.behaviours = Behaviours(clock=lambda: self.now)
        simulator = WeChatV2Simulator([ACCOUNT], PlatformKeys(keys), self.behaviours)
        self.client = httpx.AsyncClient(transport=wire_to(simulator, Delivery(self.behaviours)))

    async def ask(self, path: str, fields: dict[str, str]) -> dict[str, str]:
        asked = {"appid": "wx1", "mch_id": "190", "nonce_str": secrets.token_hex(16), **fields}
        sign = wechat_v2.signature(asked, ACCOUNT.key, "MD5")
        body = write_xml({**asked, "sign": sign})
        return read_xml((await self.client.post(ACCOUNT.url + path, content=body)).content)

    async def pay(self, **changes: str) -> dict[str, str]:
        return await self.ask("/pay/micropay", {**GOOD, **changes})


@pytest.fixture
def counter(keys: Path) -> Counter:
    return Counter(keys)


async def test_what_is_as_documented_is_paid(counter: Counter) -> None:
    assert (await counter.pay())["result_code"] == "SUCCESS"


@pytest.mark.parametrize(
    ("name", "value", "refused"),
    [
        ("body", "店" * 42 + "ab", "PARAM_ERROR"),  # 128 bytes of 44 characters
        ("body", "", "LACK_PARAMS"),
        ("attach", "a" * 128, "PARAM_ERROR"),
        ("device_info", "a" * 33, "PARAM_ERROR"),
        ("detail", "a" * 6001, "PARAM_ERROR"),
        ("goods_tag", "a" * 33, "PARAM_ERROR"),
        ("out_trade_no", "订单1", "PARAM_ERROR"),
        ("out_trade_no", "T 1", "PARAM_ERROR"),
        ("out_trade_no", "T" * 33, "PARAM_ERROR"),
        ("fee_type", "USD", "PARAM_ERROR"),
        ("total_fee", "47.70", "PARAM_ERROR"),
        ("total_fee", "0", "PARAM_ERROR"),
        ("total_fee", "４７７０", "PARAM_ERROR"),
        ("auth_code", "BADCODE", "AUTH_CODE_ERROR"),
        ("auth_code", "286123456789012345", "AUTH_CODE_INVALID"),
    ],
)
async def test_a_field_that_is_not_as_documented_is_refused(
    counter: Counter, name: str, value: str, refused: str
) -> None:
    answer = await counter.pay(**{name: value})
    assert (answer["result_code"], answer["err_code"]) == ("FAIL", refused)
    assert counter.behaviours.charges() == {}


async def test_a_way_of_signing_that_is_none_is_refused(counter: Counter) -> None:
    assert (await counter.pay(sign_type="SHA1"))["return_code"] == "FAIL"


async def test_nothing_is_reversed_within_fifteen_seconds(counter: Counter) -> None:
    await counter.pay()
    asked = {"out_trade_no": "T00000001"}
    counter.now += 14.9
    early = await counter.ask("/secapi/pay/reverse", asked)
    assert (early["err_code"], early["recall"]) == ("USERPAYING", "Y")
    assert wechat_v2.cancel_of(early).state == "unknown"
    counter.now += 0.1
    assert (await counter.ask("/secapi/pay/reverse", asked))["result_code"] == "SUCCESS"
    assert counter.behaviours.charges()["T00000001"]["given_back"] == 4770


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("out_refund_no", "R" * 65),
        ("out_refund_no", "退款1"),
        ("refund_fee", "1e3"),
        ("refund_fee_type", "USD"),
        ("refund_desc", "店" * 27),
    ],
)
async def test_a_refund_that_is_not_as_documented_is_refused(
    counter: Counter, name: str, value: str
) -> None:
    await counter.pay()
    refused = await counter.ask("/secapi/pay/refund", {**GIVEN_BACK, name: value})
    assert refused["err_code"] == "PARAM_ERROR"
    assert (await counter.ask("/secapi/pay/refund", GIVEN_BACK))["result_code"] == "SUCCESS"
