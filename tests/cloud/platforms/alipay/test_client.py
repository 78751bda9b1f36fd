"""Alipay: what is sent, what is believed, every refusal, certificates, notices and bills."""

from __future__ import annotations

import csv
import io
import json
import re
import secrets
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pos_tui.cloud.platforms.alipay import bill_download
from pos_tui.cloud.platforms.alipay import mapping as alipay
from pos_tui.cloud.platforms.alipay.account import AlipayAccount
from pos_tui.cloud.platforms.alipay.certificates import (
    notice_fields,
    open_keys,
    root_serials,
    signed_notice,
    signed_response,
)
from pos_tui.cloud.platforms.alipay.client import AlipayClient
from pos_tui.cloud.platforms.alipay.simulator import AlipaySimulator
from pos_tui.cloud.platforms.alipay.simulator_bill import packed_bill
from pos_tui.cloud.platforms.protocol import (
    SENTENCES,
    BillError,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
)
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
from pos_tui.cloud.platforms.simulation.delivery import Delivery
from pos_tui.cloud.platforms.simulation.keys import (
    MERCHANT_KEY,
    PLATFORM_KEY,
    PLATFORM_PUBLIC,
    PlatformKeys,
)
from pos_tui.cloud.simulators.keys import make_keys
from pos_tui.cloud.wire import rsa
from pos_tui.settings import SettingsError
from tests.cloud.platforms.alipay import certificates as alipay_keys
from tests.spoken import raises, spoken

from ..simulated import wire_to

APP = "2021000000000001"
CHINA = timezone(timedelta(hours=8))
NOTIFY = "http://gateway/v1/notices/M001/alipay"
MADE_AT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alipay")
    make_keys(folder)
    alipay_keys.make_certificates(folder, APP)
    return folder


@pytest.fixture(scope="session")
def key_mode(folder: Path) -> AlipayAccount:
    return AlipayAccount(
        url="http://simulated/alipay/gateway.do",
        app_id=APP,
        private_key=(folder / MERCHANT_KEY).read_text(),
        alipay_key=(folder / PLATFORM_PUBLIC).read_text(),
    )


@pytest.fixture(scope="session")
def listener(key_mode: AlipayAccount) -> AlipayClient:
    return AlipayClient(key_mode, httpx.AsyncClient())


@pytest.fixture(scope="session")
def certificate_mode(key_mode: AlipayAccount, folder: Path) -> AlipayAccount:
    return msgspec.structs.replace(
        key_mode,
        alipay_key=None,
        app_certificate=(folder / alipay_keys.APP_CERTIFICATE).read_text(),
        alipay_certificate=(folder / alipay_keys.ALIPAY_CERTIFICATE).read_text(),
        root_certificates=(folder / alipay_keys.ROOT_CERTIFICATES).read_text(),
    )


@pytest.fixture(params=["key_mode", "certificate_mode"])
def account(request: pytest.FixtureRequest) -> AlipayAccount:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, AlipayAccount)
    return found


class Shop:
    """An account with its simulator in one process."""

    def __init__(self, account: AlipayAccount, folder: Path, notify_url: str | None = None):
        self.account, self.clock = account, 1_000.0
        self.behaviours = Behaviours(pin_s=5.0, late_s=0.0, clock=lambda: self.clock)
        self.simulator = AlipaySimulator([account], PlatformKeys(folder), self.behaviours)
        wire = wire_to(self.simulator, Delivery(self.behaviours))
        self.client = httpx.AsyncClient(transport=wire)
        self.alipay = AlipayClient(account, self.client, notify_url)

    def charged(self, order: PlatformOrder) -> tuple[int, int]:
        money = self.behaviours.charges().get(order.order_no, {})
        return money.get("charged", 0), money.get("given_back", 0)


@pytest.fixture
def shop(account: AlipayAccount, folder: Path) -> Shop:
    return Shop(account, folder)


def order_of(amount: int = 4770, **changes: Any) -> PlatformOrder:
    order = PlatformOrder(
        merchant="M001",
        till="01",
        order_no="T" + secrets.token_hex(11),
        amount=amount,
        currency="CNY",
        subject="Corner Market",
        made_at=MADE_AT,
    )
    return msgspec.structs.replace(order, **changes)


def code(script: str = "1234") -> str:
    return "28" + "".join(secrets.choice("0123456789") for _ in range(12)) + script


def refund_of(amount: int, number: str = "R0000001") -> PlatformRefund:
    return PlatformRefund(refund_no=number, amount=amount, reason="late", made_at=MADE_AT)


def answers(
    account: AlipayAccount, folder: Path, reply: Callable[[str, dict[str, str]], bytes | str]
) -> AlipayClient:
    """An account at a gateway that answers each method as `reply` says."""

    async def door(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        return Response(reply(form["method"], form))

    app = Starlette(routes=[Route("/{any:path}", door, methods=["POST", "GET"])])
    return AlipayClient(account, httpx.AsyncClient(transport=httpx.ASGITransport(app=app)))


def signed(folder: Path, method: str, said: object) -> str:
    key = rsa.private_key((folder / PLATFORM_KEY).read_text(), "platform")
    raw = json.dumps(said)
    sign = rsa.sign(key, raw.encode())
    return f'{{"{method.replace(".", "_")}_response":{raw},"sign":"{sign}"}}'


# ---- the simulator's scripts ---------------------------------------------------------------------


async def test_a_good_code_is_paid_and_known(shop: Shop) -> None:
    order = order_of()
    assert (await shop.alipay.query(order)).state == "not_found"
    paid = await shop.alipay.pay(order, code())
    assert (paid.state, paid.amount) == ("paid", 4770)
    assert paid.platform_ref and paid.paid_at and paid.paid_at.utcoffset() == timedelta(hours=8)
    assert await shop.alipay.query(order) == paid
    assert await shop.alipay.pay(order, code()) == paid
    assert shop.charged(order) == (1, 0)


async def test_a_face_pays_where_the_scene_says_so(shop: Shop) -> None:
    face = "fp" + secrets.token_hex(16)[:29] + "1234"
    assert (await shop.alipay.pay(order_of(scene="security_code"), face)).state == "paid"
    refused = await shop.alipay.pay(order_of(), face)
    assert (refused.state, refused.reason) == ("declined", "code_expired")


async def test_what_is_cancelled_is_closed_or_given_back(shop: Shop) -> None:
    waiting, paid, unknown = order_of(), order_of(), order_of()
    await shop.alipay.pay(waiting, code("9004"))
    await shop.alipay.pay(paid, code())
    assert (await shop.alipay.cancel(waiting)).state == "closed"
    assert (await shop.alipay.cancel(paid)).state == "reversed"
    assert (await shop.alipay.cancel(paid)).state == "reversed"
    assert (await shop.alipay.cancel(unknown)).state == "not_found"
    assert (await shop.alipay.query(waiting)).state == "closed"
    assert (await shop.alipay.query(paid)).state == "reversed"
    assert (await shop.alipay.pay(waiting, code())).reason == "closed"
    assert (shop.charged(waiting), shop.charged(paid)) == ((0, 0), (1, 4770))


async def test_money_is_given_back_in_parts_and_each_part_once(shop: Shop) -> None:
    order = order_of(1000)
    await shop.alipay.pay(order, code())
    assert (await shop.alipay.refund(order, refund_of(300, "R0000001"))).state == "refunded"
    assert (await shop.alipay.refund(order, refund_of(300, "R0000001"))).state == "refunded"
    assert shop.charged(order) == (1, 300)
    too_much = await shop.alipay.refund(order, refund_of(701, "R0000002"))
    assert (too_much.state, too_much.reason) == ("declined", "refund_refused")
    another = await shop.alipay.refund(order, refund_of(301, "R0000001"))
    assert (another.state, another.reason) == ("declined", "refund_refused")
    assert (await shop.alipay.cancel(order)).state == "paid"  # a part is back already
    assert (await shop.alipay.query(order)).state == "paid"
    assert (await shop.alipay.refund(order, refund_of(700, "R0000003"))).state == "refunded"
    assert (await shop.alipay.query(order)).state == "reversed"
    assert shop.charged(order) == (1, 1000)


async def test_the_simulator_refuses_what_alipay_would(
    key_mode: AlipayAccount, folder: Path
) -> None:
    shop = Shop(key_mode, folder)
    stranger = msgspec.structs.replace(key_mode, app_id="2021000000000009")
    assert (await AlipayClient(stranger, shop.client).query(order_of())).state == "unknown"
    forger = msgspec.structs.replace(key_mode, private_key=(folder / PLATFORM_KEY).read_text())
    told = await AlipayClient(forger, shop.client).pay(order_of(), code())
    assert (told.state, told.reason) == ("declined", "configuration")
    assert (await shop.alipay.pay(order_of(order_no="a-b"), code())).reason == "configuration"
    assert (await shop.alipay.pay(order_of(), "1234")).reason == "code_expired"


async def test_long_and_odd_subjects_are_made_to_fit(shop: Shop) -> None:
    order = order_of(subject="A/B & C=D " + "\u5e97" * 300)
    assert (await shop.alipay.pay(order, code())).state == "paid"
    content = alipay.pay_content(order, "28")
    assert content["subject"] == "A B   C D " + "\u5e97" * 82
    assert content["total_amount"] == "47.70"
    assert (content["scene"], content["terminal_id"]) == ("bar_code", "01")


# ---- what is believed ----------------------------------------------------------------------------

REASONS = {
    "ACQ.ACCESS_FORBIDDEN": "configuration",
    "ACQ.BUYER_BALANCE_NOT_ENOUGH": "insufficient_balance",
    "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH": "insufficient_balance",
    "ACQ.BUYER_ENABLE_STATUS_FORBID": "not_allowed",
    "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR": "limit",
    "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR": "limit",
    "ACQ.BUYER_SELLER_EQUAL": "not_allowed",
    "ACQ.CONTEXT_INCONSISTENT": "configuration",
    "ACQ.ERROR_BALANCE_PAYMENT_DISABLE": "insufficient_balance",
    "ACQ.EXIST_FORBIDDEN_WORD": "not_allowed",
    "ACQ.INVALID_PARAMETER": "configuration",
    "ACQ.INVALID_STORE_ID": "configuration",
    "ACQ.MERCHANT_AGREEMENT_INVALID": "configuration",
    "ACQ.MOBILE_PAYMENT_SWITCH_OFF": "not_allowed",
    "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE": "insufficient_balance",
    "ACQ.PARTNER_ERROR": "configuration",
    "ACQ.PAYMENT_AUTH_CODE_INVALID": "code_expired",
    "ACQ.PAYMENT_FAIL": "not_allowed",
    "ACQ.PAYMENT_REQUEST_HAS_RISK": "not_allowed",
    "ACQ.PULL_MOBILE_CASHIER_FAIL": "code_invalid",
    "ACQ.SELLER_BEEN_BLOCKED": "configuration",
    "ACQ.TOTAL_FEE_EXCEED": "limit",
    "ACQ.TRADE_BUYER_NOT_MATCH": "not_allowed",
    "ACQ.TRADE_HAS_CLOSE": "closed",
    "ACQ.USER_FACE_PAYMENT_SWITCH_OFF": "not_allowed",
}


@pytest.mark.parametrize(("sub_code", "reason"), REASONS.items())
def test_a_named_refusal_is_one_with_its_reason(sub_code: str, reason: str) -> None:
    found = alipay.payment_of({"code": "40004", "sub_code": sub_code}, order_of())
    assert (found.state, found.reason, found.say) == ("declined", reason, SENTENCES[reason])
    assert alipay.payment_of({"code": "20000", "sub_code": sub_code}, order_of()).state == "unknown"
    assert alipay.query_of({"code": "40004", "sub_code": sub_code}, order_of()).state == "unknown"
    assert alipay.cancel_of({"code": "40004", "sub_code": sub_code}).state == "unknown"


@pytest.mark.parametrize("number", ["20001", "40001", "40002", "40003", "40006"])
def test_a_complaint_about_ourselves_is_one_for_support(
    number: str, caplog: pytest.LogCaptureFixture
) -> None:
    found = alipay.payment_of({"code": number, "sub_code": "isv.any"}, order_of())
    assert (found.state, found.reason) == ("declined", "configuration")
    assert [record.levelname for record in caplog.records] == ["ERROR"]


@pytest.mark.parametrize(
    "said",
    [
        {"code": "20000", "sub_code": "isp.unknow-error"},
        {"code": "20000", "sub_code": "aop.ACQ.SYSTEM_ERROR"},
        {"code": "40004", "sub_code": "ACQ.SYSTEM_ERROR"},
        {"code": "40004", "sub_code": "ACQ.TRADE_HAS_SUCCESS"},
        {"code": "40004", "sub_code": "ACQ.TRADE_STATUS_ERROR"},
        {"code": "40004", "sub_code": "ACQ.A_CODE_OF_TOMORROW"},
        {"code": "40005", "sub_code": "isv.app-call-limited"},
        {"code": 10000},
        {},
    ],
)
def test_whatever_is_not_a_named_refusal_is_unknown(said: dict[str, Any]) -> None:
    assert alipay.payment_of(said, order_of()).state == "unknown"


PAID = {
    "code": "10000",
    "trade_no": "42",
    "out_trade_no": "T00000001",
    "total_amount": "47.70",
    "gmt_payment": "2026-11-22 12:00:01",
}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "paid"),
        ({"total_amount": 47.7}, "paid"),
        ({"total_amount": "47.69"}, "unknown"),
        ({"total_amount": "47.701"}, "unknown"),
        ({"total_amount": None}, "unknown"),
        ({"out_trade_no": "T00000002"}, "unknown"),
        ({"trade_no": ""}, "unknown"),
        ({"gmt_payment": None}, "unknown"),
        ({"trans_currency": "USD"}, "unknown"),
        ({"code": "10003"}, "paying"),
    ],
)
async def test_a_payment_counts_when_all_of_it_is_the_orders(
    changes: dict[str, Any], state: str, key_mode: AlipayAccount, folder: Path
) -> None:
    platform = answers(key_mode, folder, lambda m, _: signed(folder, m, {**PAID, **changes}))
    assert (await platform.pay(order_of(order_no="T00000001"), code())).state == state


@pytest.mark.parametrize(
    "reply",
    [
        lambda said, ours: said.replace('"sign":"', '"sign":"A'),
        lambda said, ours: said.replace("47.70", "47.7"),
        lambda said, ours: said.replace("trade_pay", "trade_query"),
        lambda said, ours: "[" * 100_000,
        lambda said, ours: '{"alipay_trade_pay_response":' + "[" * 100_000,
        lambda said, ours: (
            '{"alipay_trade_pay_response":{"code":"40004","sub_code":'
            '"ACQ.BUYER_BALANCE_NOT_ENOUGH"}}'
        ),
        lambda said, ours: '{"error_response":{"code":"40002"}}',
        lambda said, ours: said.encode("utf-16"),
        lambda said, ours: b"\xff\xfe",
        lambda said, ours: "",
        lambda said, ours: "1" * 10_000,
        lambda said, ours: b"a" * ((1 << 20) + 1),
    ],
)
async def test_a_reply_that_alipay_did_not_sign_is_unknown(
    reply: Callable[[str, str], bytes | str], key_mode: AlipayAccount, folder: Path
) -> None:
    def said(method: str, form: dict[str, str]) -> bytes | str:
        return reply(signed(folder, method, PAID), method)

    platform, order = answers(key_mode, folder, said), order_of(order_no="T00000001")
    assert (await platform.pay(order, code())).state == "unknown"


async def test_an_answer_about_another_order_is_none(key_mode: AlipayAccount, folder: Path) -> None:
    said = {"code": "10000", "out_trade_no": "T00000002", "action": "close", "fund_change": "Y"}
    platform = answers(key_mode, folder, lambda method, _: signed(folder, method, said))
    order = order_of(order_no="T00000001")
    assert (await platform.cancel(order)).state == "unknown"
    assert (await platform.refund(order, refund_of(1))).state == "unknown"


@pytest.mark.parametrize("text", ['a "brace" }', "}{][", "\\", "\u4e2d", ' "sign":"x"', '"'])
def test_braces_and_quotes_within_a_text_do_not_end_the_answer(text: str) -> None:
    raw = json.dumps({"code": "10000", "subject": text, "list": [{"a": text}]})
    body = f'{{"sign":"s", "alipay_trade_pay_response" :\n{raw}\n}}'
    assert signed_response(body, "alipay_trade_pay_response") == (raw, "s")


def test_a_real_answer_of_alipay_is_believed(vectors: dict[str, dict[str, Any]]) -> None:
    vector = vectors["alipay_sync_response_rsa2"]
    raw, signature = vector["string_to_sign"], vector["signature"]
    body = f'{{"alipay_x_response": {raw} ,"sign":"{signature}"}}'
    assert signed_response(body, "alipay_x_response") == (raw, signature)
    key = rsa.public_key(vector["public_key_pem"], "vector")
    assert rsa.is_signed(key, raw.encode(), signature)
    assert not rsa.is_signed(key, raw.encode() + b" ", signature)


async def test_an_unsigned_complaint_is_no_answer_but_is_written_down(
    key_mode: AlipayAccount, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(key_mode, folder)
    stranger = msgspec.structs.replace(key_mode, app_id="2021000000000009")
    told = await AlipayClient(stranger, shop.client).pay(order_of(), code())
    assert told.state == "unknown"
    assert "isv.invalid-app-id" in caplog.text


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
SAID = st.dictionaries(
    st.sampled_from([*PAID, "sub_code", "trade_status", "retry_flag", "action", "fund_change"]),
    JSON | st.sampled_from(["10000", "Y", "TRADE_SUCCESS", "REFUND_SUCCESS", "40004"]),
)


@given(said=SAID)
def test_no_answer_however_odd_breaks_the_mapping(said: dict[str, Any]) -> None:
    order = order_of(order_no="T00000001")
    for found in (
        alipay.payment_of(said, order),
        alipay.query_of(said, order),
        alipay.cancel_of(said),
        alipay.refund_of(said),
    ):
        assert isinstance(found, PlatformAnswer)
        if found.state == "paid":
            assert said["out_trade_no"] == "T00000001" and float(said["total_amount"]) == 47.7
    assert alipay.is_refunded(said, refund_of(4770)) in (True, False)


@given(text=st.text() | JSON.map(json.dumps))
def test_no_text_however_odd_is_a_signed_reply(text: str) -> None:
    with pytest.raises(ValueError):
        signed_response(text, "alipay_trade_pay_response")


# ---- cancels and refunds that are not plain ------------------------------------------------------


@pytest.mark.parametrize(
    ("cancel", "query", "state"),
    [
        ({"code": "10000", "retry_flag": "Y", "action": "close"}, None, "unknown"),
        ({"code": "10000", "retry_flag": "N", "action": "close"}, None, "closed"),
        ({"code": "10000", "retry_flag": "N", "action": "refund"}, None, "reversed"),
        ({"code": "20000", "sub_code": "isp.unknow-error"}, None, "unknown"),
        ({"code": "40004", "sub_code": "AQC.SYSTEM_ERROR"}, None, "unknown"),
        ({"code": "40004", "sub_code": "ACQ.SELLER_BALANCE_NOT_ENOUGH"}, None, "unknown"),
        ({"code": "40004", "sub_code": "ACQ.TRADE_NOT_EXIST"}, None, "not_found"),
        ({"code": "10000", "retry_flag": "N"}, "TRADE_CLOSED", "closed"),
        ({"code": "10000", "retry_flag": "N"}, "WAIT_BUYER_PAY", "unknown"),
        ({"code": "40004", "sub_code": "ACQ.TRADE_CANCEL_TIME_OUT"}, "TRADE_SUCCESS", "paid"),
        ({"code": "40004", "sub_code": "ACQ.TRADE_HAS_FINISHED"}, "TRADE_FINISHED", "paid"),
        ({"code": "40004", "sub_code": "ACQ.CANCEL_NOT_ALLOWED"}, "WAIT_BUYER_PAY", "unknown"),
        ({"code": "40004", "sub_code": "ACQ.REASON_TRADE_REFUND_FEE_ERR"}, "ANY", "unknown"),
    ],
)
async def test_a_cancel_is_what_is_acknowledged_or_what_a_query_finds(
    cancel: dict[str, str],
    query: str | None,
    state: str,
    key_mode: AlipayAccount,
    folder: Path,
) -> None:
    asked: list[str] = []

    def reply(method: str, form: dict[str, str]) -> str:
        asked.append(method)
        if method == "alipay.trade.cancel":
            return signed(folder, method, cancel)
        when = {"send_pay_date": "2026-11-22 12:00:01"} if query != "TRADE_CLOSED" else {}
        return signed(folder, method, {**PAID, **when, "trade_status": query})

    platform = answers(key_mode, folder, reply)
    assert (await platform.cancel(order_of(order_no="T00000001"))).state == state
    assert asked[1:] == (["alipay.trade.query"] if query else [])


@pytest.mark.parametrize(
    ("refund", "query", "state"),
    [
        ({"code": "10000", "fund_change": "Y"}, None, "refunded"),
        ({"code": "10000", "fund_change": "N"}, {}, "refunded"),
        ({"code": "10000", "fund_change": "N"}, {"refund_status": ""}, "unknown"),
        ({"code": "10000", "fund_change": "N"}, {"refund_amount": "0.02"}, "unknown"),
        ({"code": "10000", "fund_change": "N"}, {"out_request_no": "R2"}, "unknown"),
        ({"code": "20000", "sub_code": "isp.unknow-error"}, {}, "refunded"),
        ({"code": "20000", "sub_code": "isp.unknow-error"}, {"refund_status": ""}, "unknown"),
        ({"code": "40006", "sub_code": "isv.any"}, {"refund_status": ""}, "unknown"),
        *(
            ({"code": "40004", "sub_code": f"ACQ.{name}"}, {"refund_status": ""}, state)
            for name, state in {
                "SELLER_BALANCE_NOT_ENOUGH": "unknown",
                "REASON_TRADE_BEEN_FREEZEN": "unknown",
                "SYSTEM_ERROR": "unknown",
                "TRADE_NOT_EXIST": "unknown",
                "TRADE_HAS_FINISHED": "declined",
                "TRADE_STATUS_ERROR": "declined",
                "TRADE_NOT_ALLOW_REFUND": "declined",
                "REFUND_AMT_NOT_EQUAL_TOTAL": "declined",
                "REASON_TRADE_REFUND_FEE_ERR": "declined",
                "DISCORDANT_REPEAT_REQUEST": "declined",
            }.items()
        ),
        ({"code": "40004", "sub_code": "ACQ.TRADE_STATUS_ERROR"}, {"code": "20000"}, "unknown"),
        ({"code": "40004", "sub_code": "ACQ.TRADE_STATUS_ERROR"}, {}, "refunded"),
    ],
)
async def test_a_refund_that_is_not_plainly_made_is_asked_about(
    refund: dict[str, str],
    query: dict[str, str] | None,
    state: str,
    key_mode: AlipayAccount,
    folder: Path,
) -> None:
    made = {
        "code": "10000",
        "refund_status": "REFUND_SUCCESS",
        "refund_amount": "0.01",
        "out_request_no": "R0000001",
    }
    asked: list[str] = []

    def reply(method: str, form: dict[str, str]) -> str:
        asked.append(method)
        said = refund if method == "alipay.trade.refund" else {**made, **(query or {})}
        return signed(folder, method, said)

    found = await answers(key_mode, folder, reply).refund(order_of(), refund_of(1))
    assert found.state == state
    if state == "declined":
        assert found.reason == "refund_refused"
    expected = [] if query is None else ["alipay.trade.fastpay.refund.query"]
    assert asked[1:] == expected


# ---- certificate mode ----------------------------------------------------------------------------


def test_half_a_mode_is_refused_with_what_is_missing(certificate_mode: AlipayAccount) -> None:
    def opened(**changes: str | None) -> None:
        open_keys(msgspec.structs.replace(certificate_mode, **changes))

    opened()
    with raises(SettingsError, r"nothing to believe Alipay by\. Give alipay_key"):
        opened(app_certificate=None, alipay_certificate=None, root_certificates=None)
    with raises(SettingsError, "certificate mode also needs root_certificates"):
        opened(root_certificates=None)
    with raises(SettingsError, "needs app_certificate, root_certificates"):
        opened(app_certificate="", root_certificates="")
    with raises(SettingsError, r"not the certificate of alipay\.private_key"):
        opened(app_certificate=certificate_mode.alipay_certificate)
    with raises(SettingsError, r"alipay\.root_certificates: no certificate"):
        opened(root_certificates="roots")
    assert certificate_mode.root_certificates
    first_is_not_rsa = certificate_mode.root_certificates.split("\n\n")[0]
    with raises(SettingsError, "none of the certificates is an RSA root"):
        opened(root_certificates=first_is_not_rsa)


def test_a_root_that_cannot_be_read_is_left_out_unless_it_may_be_an_rsa_one(
    certificate_mode: AlipayAccount,
) -> None:
    roots = certificate_mode.root_certificates or ""
    known = root_serials(roots, "roots")
    assert len(known.split("_")) == 2
    frame = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"
    assert root_serials(frame.format("MAMCAQE=") + roots, "roots") == known
    with raises(SettingsError, "roots: not a certificate"):
        root_serials(frame.format("BgkqhkiG9w0BAQs=") + roots, "roots")
    with raises(SettingsError, "roots: not a certificate"):
        root_serials(frame.format("MI?") + roots, "roots")


async def test_an_answer_by_another_certificate_is_not_believed(
    certificate_mode: AlipayAccount, folder: Path
) -> None:
    number = open_keys(certificate_mode).alipay_cert_sn
    order = order_of(order_no="T00000001")

    async def told(named: str) -> str:
        def reply(method: str, form: dict[str, str]) -> str:
            return signed(folder, method, PAID).replace('"sign"', named + '"sign"')

        return (await answers(certificate_mode, folder, reply).pay(order, code())).state

    assert await told(f'"alipay_cert_sn":"{number}",') == "paid"
    assert await told('"alipay_cert_sn":"' + "0" * 32 + '",') == "unknown"
    assert await told('"alipay_cert_sn":null,') == "unknown"
    assert await told("") == "unknown"


async def test_the_simulator_wants_the_certificates_named(
    certificate_mode: AlipayAccount, key_mode: AlipayAccount, folder: Path
) -> None:
    shop = Shop(certificate_mode, folder)
    told = await AlipayClient(key_mode, shop.client).pay(order_of(), code())
    assert (told.state, told.reason) == ("declined", "configuration")


# ---- notices -------------------------------------------------------------------------------------


async def test_a_customer_who_has_paid_is_told_of_in_a_notice_that_is_believed(
    account: AlipayAccount, folder: Path
) -> None:
    shop = Shop(account, folder, NOTIFY)
    order = order_of()
    said = await shop.simulator.serve(await _asked(shop, order, code("9011")))
    assert said.manner == "notified" and said.notice and said.notice() is None
    shop.clock += 10
    parcel = said.notice()
    assert parcel and parcel.url == NOTIFY
    notice = shop.alipay.notice(parcel.headers, parcel.body)
    assert notice and (notice.order_no, notice.receipt) == (order.order_no, b"success")
    assert shop.alipay.notice(parcel.headers, parcel.body + b"&more=1") is None


async def _asked(shop: Shop, order: PlatformOrder, auth_code: str) -> Request:
    """The request that a pay call sends."""
    caught: list[bytes] = []

    def catch(request: httpx.Request) -> httpx.Response:
        caught.append(request.content)
        return httpx.Response(500)

    client = httpx.AsyncClient(transport=httpx.MockTransport(catch))
    await AlipayClient(shop.account, client, NOTIFY).pay(order, auth_code)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": caught[0], "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": [], "query_string": b""}
    return Request(scope, receive)


async def test_a_notice_is_asked_for_only_where_it_can_arrive(shop: Shop) -> None:
    sent: list[dict[str, str]] = []

    def catch(request: httpx.Request) -> httpx.Response:
        sent.append(dict(parse_qsl(request.content.decode())))
        return httpx.Response(500)

    client = httpx.AsyncClient(transport=httpx.MockTransport(catch))
    await AlipayClient(shop.account, client).pay(order_of(), code())
    await AlipayClient(shop.account, client, NOTIFY).pay(order_of(), code())
    assert "notify_url" not in sent[0] and sent[1]["notify_url"] == NOTIFY


def real_notice(vectors: dict[str, dict[str, Any]], folder: Path) -> tuple[AlipayAccount, Any]:
    vector = vectors["alipay_notify_rsa2"]
    account = AlipayAccount(
        app_id="9021000122682882",
        private_key=(folder / MERCHANT_KEY).read_text(),
        alipay_key=vector["public_key_pem"],
        seller_id="2088721003899159",
    )
    return account, vector


def test_a_real_notice_of_alipay_is_believed(
    vectors: dict[str, dict[str, Any]], folder: Path
) -> None:
    account, vector = real_notice(vectors, folder)

    def heard(changes: dict[str, str] | None = None, **others: Any) -> str | None:
        platform = AlipayClient(msgspec.structs.replace(account, **others), httpx.AsyncClient())
        body = urlencode({**vector["params"], **(changes or {})}).encode()
        notice = platform.notice({}, body)
        return notice.order_no if notice else None

    fields = notice_fields(urlencode(vector["params"]).encode())
    assert fields and signed_notice(fields) == vector["string_to_sign"].encode()
    assert heard() == "1703147160"
    assert heard({"empty": ""}) == "1703147160"
    assert heard(seller_id=None) == "1703147160"
    assert heard(seller_id="2088721003899150") is None
    assert heard(app_id="9021000122682883") is None
    assert heard({"out_trade_no": "1703147161"}) is None
    assert heard({"another": "1"}) is None
    assert heard({"sign": ""}) is None
    assert heard({"sign": "\u4e2d"}) is None
    assert heard({"sign_type": "RSA"}) is None
    twice = urlencode(vector["params"]).encode() + b"&out_trade_no=1703147160"
    assert AlipayClient(account, httpx.AsyncClient()).notice({}, twice) is None


@given(body=st.binary() | st.text().map(str.encode) | st.binary().map(lambda b: b"sign=" + b))
def test_no_bytes_however_odd_are_a_notice(listener: AlipayClient, body: bytes) -> None:
    assert listener.notice({}, body) is None


# ---- bills ---------------------------------------------------------------------------------------


async def test_the_bill_of_a_day_has_every_payment_and_refund(shop: Shop) -> None:
    paid, parted, reversed_, waiting = order_of(100), order_of(1000), order_of(250), order_of(9)
    for order in (paid, parted, reversed_):
        await shop.alipay.pay(order, code())
    await shop.alipay.pay(waiting, code("9004"))
    await shop.alipay.refund(parted, refund_of(300, "R0000001"))
    await shop.alipay.cancel(reversed_)

    text = await shop.alipay.bill(datetime.now(CHINA).date())
    rows = list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))
    assert {len(row) for row in rows} == {25}
    found = [(row[1].strip(), row[11], row[21].strip()) for row in rows[1:]]
    assert sorted(found) == sorted(
        [
            (paid.order_no, "1.00", ""),
            (parted.order_no, "10.00", ""),
            (parted.order_no, "-3.00", "R0000001"),
            (reversed_.order_no, "2.50", ""),
            (reversed_.order_no, "-2.50", reversed_.order_no),
        ]
    )


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"code": "40006", "sub_code": "isv.any"}, "Check the application's keys"),
        ({"code": "20000", "sub_code": "isp.unknow-error"}, "Try again later"),
        ({"code": "10000"}, "not a safe one"),
        ({"code": "10000", "bill_download_url": "file:///etc/passwd"}, "not a safe one"),
        ({"code": "10000", "bill_download_url": "http://[::"}, "cannot be read"),
        ({"code": "10000", "bill_download_url": "http://simulated/missing"}, "cannot be unpacked"),
    ],
)
async def test_a_bill_that_cannot_be_had_says_why(
    said: dict[str, str], sentence: str, key_mode: AlipayAccount, folder: Path
) -> None:
    method = "alipay.data.dataservice.bill.downloadurl.query"

    async def door(request: Request) -> Response:
        return Response(signed(folder, method, said) if request.method == "POST" else "no zip")

    app = Starlette(routes=[Route("/{any:path}", door, methods=["POST", "GET"])])
    platform = AlipayClient(key_mode, httpx.AsyncClient(transport=httpx.ASGITransport(app=app)))
    with pytest.raises(BillError) as error:
        await platform.bill(date(2026, 11, 21))
    words = spoken(error.value)
    assert re.search(sentence, words)
    assert words.endswith(".")


def test_a_bill_is_fetched_over_tls_but_from_the_very_server_that_was_asked() -> None:
    own = "http://127.0.0.1:8080/alipay/gateway.do"
    assert (
        bill_download.bill_url("http://127.0.0.1:8080/b?a=1", own) == "http://127.0.0.1:8080/b?a=1"
    )
    assert bill_download.bill_url("http://127.0.0.1:8081/b", own) == "https://127.0.0.1:8081/b"
    alipays = "http://dwbillcenter.alipay.com/downloadBillFile.resource?fileId=a%2Bb"
    assert bill_download.bill_url(alipays, own) == alipays.replace("http:", "https:")


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_csv", ".csv"), content)
    return packed.getvalue()


def test_only_the_single_payments_are_read_and_never_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    details = "\u4e1a\u52a1\u660e\u7ec6"
    sums = details + "(\u6c47\u603b)"
    text = "#\u652f\u4ed8\u5b9d,1\n"
    packed = zipped(**{f"{sums}_csv": b"sums", f"{details}_csv": text.encode("gbk"), "x": b""})
    assert bill_download.details_of(packed) == text
    with raises(BillError, "not the one list"):
        bill_download.details_of(zipped(**{f"{sums}_csv": b"sums"}))
    with raises(BillError, "not the one list"):
        bill_download.details_of(zipped(a_csv=b"", b_csv=b""))
    monkeypatch.setattr(bill_download, "_LARGEST_BILL", 1 << 20)
    assert len(bill_download.details_of(zipped(a_csv=b"0" * (1 << 20)))) == 1 << 20
    with raises(BillError, "larger than 1 MB"):
        bill_download.details_of(zipped(a_csv=b"0" * ((1 << 20) + 1)))


async def test_a_download_without_end_is_broken_off(
    key_mode: AlipayAccount, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bill_download, "_LARGEST_BILL", 1 << 20)
    said = {"code": "10000", "bill_download_url": "http://simulated/bill"}
    method = "alipay.data.dataservice.bill.downloadurl.query"

    async def endless() -> AsyncIterator[bytes]:
        for part in range(1 << 10):
            assert part < 1 << 5, "it goes on reading"
            yield b"0" * (1 << 16)

    def door(request: httpx.Request) -> httpx.Response:
        content = signed(folder, method, said) if request.method == "POST" else endless()
        return httpx.Response(200, content=content)

    platform = AlipayClient(key_mode, httpx.AsyncClient(transport=httpx.MockTransport(door)))
    with raises(BillError, "larger than 1 MB"):
        await platform.bill(date(2026, 11, 21))


def test_the_simulators_bill_names_its_files_as_alipay_does() -> None:
    packed = packed_bill([], date(2026, 11, 21))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = [entry.filename.encode("cp437").decode("gbk") for entry in archive.infolist()]
    stem = "20880000000000000156_20261121_\u4e1a\u52a1\u660e\u7ec6"
    assert names == [f"{stem}.csv", f"{stem}(\u6c47\u603b).csv"]
    assert bill_download.details_of(packed).startswith(
        "#\u652f\u4ed8\u5b9d\u4e1a\u52a1\u660e\u7ec6"
    )


_PACKED = zipped(a_csv=b"a,b\n" * 50)


@given(
    changes=st.lists(st.tuples(st.integers(0, len(_PACKED) - 1), st.integers(0, 255)), max_size=4),
    length=st.integers(0, len(_PACKED)),
)
def test_no_damage_to_a_bill_does_more_than_say_so(
    changes: list[tuple[int, int]], length: int
) -> None:
    damaged = bytearray(_PACKED)
    for at, value in changes:
        damaged[at] = value
    try:
        bill_download.details_of(bytes(damaged[:length]))
    except BillError as error:
        assert spoken(error).endswith(".")
