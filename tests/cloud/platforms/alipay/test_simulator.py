"""The simulated Alipay takes what SDKs send and refuses what the documents refuse."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from pos_tui.cloud.platforms.alipay.account import AlipayAccount
from pos_tui.cloud.platforms.alipay.simulator import AlipaySimulator
from pos_tui.cloud.platforms.alipay.simulator_rules import fen
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
from pos_tui.cloud.platforms.simulation.delivery import Delivery
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.wire import rsa
from tests.cloud.platforms.orders import payment_code

from ..simulated import wire_to

URL = "http://alipay.test/alipay/gateway.do"


class Counter:
    """Signed calls to the simulator: `ask` sends what every call has in the body, as we do."""

    def __init__(self, keys: Path) -> None:
        platform_keys = PlatformKeys(keys)
        self.account = AlipayAccount.simulated("http://alipay.test", platform_keys.text)
        self.behaviours = Behaviours()
        simulator = AlipaySimulator([self.account], platform_keys, self.behaviours)
        self.client = httpx.AsyncClient(transport=wire_to(simulator, Delivery(self.behaviours)))

    def signed(self, calls: str, content: str, **changes: str | None) -> dict[str, str]:
        """The parameters of a call; None leaves one out."""
        all_ = {
            "app_id": self.account.app_id,
            "method": calls,
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            "biz_content": content,
            **changes,
        }
        form = {name: value for name, value in all_.items() if value is not None}
        text = "&".join(f"{name}={form[name]}" for name in sorted(form) if form[name])
        key = rsa.private_key(self.account.private_key, "merchant")
        return {**form, "sign": rsa.sign(key, text.encode())}

    async def ask(self, method: str, content: str, **changes: str | None) -> Any:
        form = self.signed(method, content, **changes)
        return self.told(await self.client.post(URL, data=form))

    async def pay(self, **changes: object) -> Any:
        return await self.ask("alipay.trade.pay", json.dumps(payment(**changes)))

    @staticmethod
    def told(response: httpx.Response) -> Any:
        (answer,) = [each for each in response.json().values() if isinstance(each, dict)]
        return answer


def payment(**changes: object) -> dict[str, object]:
    content = {
        "out_trade_no": "T" + secrets.token_hex(11),
        "scene": "bar_code",
        "auth_code": payment_code("alipay"),
        "subject": "街角小店",
        "total_amount": "47.70",
    }
    return {**content, **changes}


@pytest.fixture
def counter(keys: Path) -> Counter:
    return Counter(keys)


# ---- what SDKs send ------------------------------------------------------------------------------


@pytest.mark.parametrize("in_body", [(), ("biz_content",), ("biz_content", "notify_url", "method")])
async def test_parameters_may_stand_in_the_address(
    counter: Counter, in_body: tuple[str, ...]
) -> None:
    form = counter.signed(
        "alipay.trade.pay", json.dumps(payment()), notify_url="http://a.test/?b=1"
    )
    query = {name: value for name, value in form.items() if name not in in_body}
    body = {name: form[name] for name in in_body}
    url = f"{URL}?{urlencode(query)}"
    assert counter.told(await counter.client.post(url, data=body))["code"] == "10000"


async def test_a_call_without_a_body_is_served_too(counter: Counter) -> None:
    form = counter.signed("alipay.trade.pay", json.dumps(payment()))
    assert counter.told(await counter.client.get(URL, params=form))["code"] == "10000"


@pytest.mark.parametrize("written", [None, "json", "JSON"])
async def test_the_format_may_be_written_either_way_or_not_at_all(
    counter: Counter, written: str | None
) -> None:
    answer = await counter.ask("alipay.trade.pay", json.dumps(payment()), format=written)
    assert answer["code"] == "10000"


@pytest.mark.parametrize(
    "changes",
    [
        {"total_amount": "47.7"},
        {"total_amount": "47"},
        {"total_amount": 47},
        {"total_amount": 47.7},
        {"total_amount": "0.01"},
        {"total_amount": "100000000"},
        {"product_code": "FACE_TO_FACE_PAYMENT"},
        {"timeout_express": "15d"},
        {"timeout_express": "360h"},
        {"timeout_express": "1c"},
        {"subject": "店" * 256},
        {"discountable_amount": "8.88"},
        {"discountable_amount": "8.88", "undiscountable_amount": "38.82"},
    ],
    ids=str,
)
async def test_what_the_documents_allow_is_paid(
    counter: Counter, changes: Mapping[str, object]
) -> None:
    assert (await counter.pay(**changes))["code"] == "10000"


# ---- what the documents refuse -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"format": "XML"}, ("40002", "isv.invalid-format")),
        ({"charset": "latin1"}, ("40002", "isv.invalid-charset")),
        ({"sign_type": "MD5"}, ("40002", "isv.invalid-signature-type")),
        ({"sign_type": None}, ("40001", "isv.missing-signature-type")),
        ({"version": None}, ("40001", "isv.missing-version")),
        ({"timestamp": None}, ("40001", "isv.missing-timestamp")),
        ({"timestamp": "2026-02-30 10:00:00"}, ("40002", "isv.invalid-timestamp")),
        ({"timestamp": "yesterday"}, ("40002", "isv.invalid-timestamp")),
        ({"app_id": "2021"}, ("40002", "isv.invalid-app-id")),
        ({"method": "alipay.trade.dance"}, ("40002", "isv.invalid-method")),
        ({"biz_content": "{"}, ("40002", "isv.invalid-parameter")),
        ({"biz_content": "[]"}, ("40002", "isv.invalid-parameter")),
        ({"biz_content": "{}"}, ("40002", "isv.invalid-parameter")),
    ],
    ids=str,
)
async def test_a_public_parameter_that_is_wrong_has_its_code(
    counter: Counter, changes: dict[str, str | None], refused: tuple[str, str]
) -> None:
    changes = {"method": "alipay.trade.pay", "biz_content": json.dumps(payment()), **changes}
    answer = counter.told(await counter.client.post(URL, data=counter.signed("", "", **changes)))
    assert (answer["code"], answer["sub_code"]) == refused


async def test_a_parameter_that_was_added_on_the_way_spoils_the_signature(counter: Counter) -> None:
    form = counter.signed("alipay.trade.pay", json.dumps(payment()))
    answer = counter.told(await counter.client.post(f"{URL}?notify_url=http://b.test", data=form))
    assert (answer["code"], answer["sub_code"]) == ("40002", "isv.invalid-signature")


@pytest.mark.parametrize(
    "changes",
    [
        {"total_amount": "1e2"},
        {"total_amount": "1_000"},
        {"total_amount": "４７"},
        {"total_amount": "47.701"},
        {"total_amount": "-47.70"},
        {"total_amount": "+47.70"},
        {"total_amount": " 47.70"},
        {"total_amount": ".5"},
        {"total_amount": "0.00"},
        {"total_amount": True},
        {"total_amount": None},
        {"subject": "&"},
        {"subject": "a=b"},
        {"subject": "a/b"},
        {"subject": "a\nb"},
        {"subject": " "},
        {"subject": ""},
        {"subject": "店" * 257},
        {"timeout_express": "16d"},
        {"timeout_express": "361h"},
        {"timeout_express": "21601m"},
        {"timeout_express": "1.5h"},
        {"timeout_express": "0m"},
        {"discountable_amount": "47.71"},
        {"discountable_amount": "a lot"},
        {"discountable_amount": "8.88", "undiscountable_amount": "8.88"},
        {"out_trade_no": "a-b"},
        {"out_trade_no": "订单1"},
        {"out_trade_no": "T" * 65},
        {"scene": "wave_code"},
        {"product_code": "QUICK_MSECURITY_PAY"},
        {"terminal_id": "t" * 33},
        {"body": "店" * 129},
    ],
    ids=str,
)
async def test_a_payment_that_is_not_as_documented_is_refused(
    counter: Counter, changes: Mapping[str, object]
) -> None:
    answer = await counter.pay(**changes)
    assert (answer["code"], answer["sub_code"]) == ("40004", "ACQ.INVALID_PARAMETER")
    assert counter.behaviours.charges() == {}


async def test_an_amount_written_as_a_power_of_ten_is_none(counter: Counter) -> None:
    content = json.dumps(payment()).replace('"47.70"', "1e2")
    answer = await counter.ask("alipay.trade.pay", content)
    assert answer["sub_code"] == "ACQ.INVALID_PARAMETER"


async def test_more_than_alipay_takes_has_its_own_code(counter: Counter) -> None:
    assert (await counter.pay(total_amount="100000000.01"))["sub_code"] == "ACQ.TOTAL_FEE_EXCEED"


@pytest.mark.parametrize(
    "auth_code", ["134857901234567890", "hello", "2812", "２８１２３４５６７８９０１２３４"]
)
async def test_a_foreign_payment_code_is_refused(counter: Counter, auth_code: str) -> None:
    answer = await counter.pay(auth_code=auth_code)
    assert answer["sub_code"] == "ACQ.PAYMENT_AUTH_CODE_INVALID"


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [
        ("47.70", 4770),
        ("0.1", 10),
        ("7", 700),
        ("007", 700),
        ("1e2", None),
        ("٧", None),
        ("", None),
    ],
)
def test_an_amount_is_read_as_it_is_written(yuan: str, expected: int | None) -> None:
    assert fen(yuan) == expected
