"""Antom's user-presented payments: what is believed, what is refused, and the simulator."""

from __future__ import annotations

import functools
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pos_tui.cloud.platforms.antom import mapping as antom
from pos_tui.cloud.platforms.antom.account import AntomAccount
from pos_tui.cloud.platforms.antom.client import AntomClient
from pos_tui.cloud.platforms.antom.simulator import AntomSimulator
from pos_tui.cloud.platforms.protocol import SENTENCES, PlatformOrder, PlatformRefund
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
from pos_tui.cloud.platforms.simulation.keys import MERCHANT_KEY, PLATFORM_PUBLIC, PlatformKeys
from pos_tui.cloud.wire import rsa

from ..simulated import KeepingDelivery, wire_to

MADE = datetime(2026, 3, 1, 2, 32, tzinfo=UTC)
ORDER = PlatformOrder(
    merchant="M001",
    till="01",
    order_no="T00000001",
    amount=4770,
    currency="CNY",
    subject="Corner Market",
    made_at=MADE,
)
REFUND = PlatformRefund(refund_no="R0000001", amount=1000, reason="returned", made_at=MADE)
NOTIFY = "https://pay.example/notices/M001/antom?v=1"
CODE = "28176640000000"

keys_in = functools.cache(PlatformKeys)


def account_of(keys: Path, **changes: Any) -> AntomAccount:
    merchant = keys_in(keys)
    plain = AntomAccount(
        url="http://simulated/antom",
        client_id="5Y0000000000000001",
        private_key=merchant.text(MERCHANT_KEY),
        antom_key=merchant.text(PLATFORM_PUBLIC),
        currencies=("CNY", "JPY", "EUR"),
        store_name="Corner Market",
    )
    return msgspec.structs.replace(plain, **changes)


class Shop:
    """A platform whose calls end at a simulator in this process."""

    def __init__(self, keys: Path, notify_url: str | None = None, **changes: Any) -> None:
        self.account = account_of(keys, **changes)
        self.time = 1_800_000_000.0
        self.behaviours = Behaviours(pin_s=5.0, late_s=0.0, clock=lambda: self.time)
        self.simulator = AntomSimulator([self.account], keys_in(keys), self.behaviours)
        self.delivery = KeepingDelivery(self.behaviours)
        self.client = httpx.AsyncClient(transport=wire_to(self.simulator, self.delivery))
        self.platform = AntomClient(self.account, self.client, notify_url)

    def money(self, order_no: str = ORDER.order_no) -> dict[str, int]:
        return self.behaviours.charges()[order_no]


@pytest.fixture
async def shop(keys: Path) -> AsyncIterator[Shop]:
    shop = Shop(keys)
    yield shop
    await shop.client.aclose()


def answering(keys: Path, reply: Callable[[Request], Response]) -> AntomClient:
    """A platform that is answered by a function instead of a simulator."""

    async def endpoint(request: Request) -> Response:
        await request.body()
        return reply(request)

    app = Starlette(routes=[Route("/{path:path}", endpoint, methods=["POST"])])
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app))
    return AntomClient(account_of(keys), client)


def signed(keys: Path, path: str, client_id: str, body: bytes, stamp: str = "2") -> dict[str, str]:
    text = antom.signed_text(path, client_id, stamp, body)
    signature = rsa.sign(keys_in(keys).platform, text)
    return {
        "Client-Id": client_id,
        "Response-Time": stamp,
        "Signature": antom.signature_header(signature, 1),
    }


# ---- through the simulator -----------------------------------------------------------------------


async def test_the_same_number_with_another_amount_refuses_nothing(shop: Shop) -> None:
    assert (await shop.platform.pay(ORDER, CODE + "0001")).state == "paid"
    other = msgspec.structs.replace(ORDER, amount=1)
    assert (await shop.platform.pay(other, CODE + "0001")).state == "unknown"
    assert (await shop.platform.query(other)).state == "unknown"
    elsewhere = msgspec.structs.replace(ORDER, currency="EUR")
    assert (await shop.platform.pay(elsewhere, CODE + "0002")).state == "unknown"
    assert (await shop.platform.query(elsewhere)).state == "unknown"


async def test_yen_have_no_smaller_unit(shop: Shop) -> None:
    yen = msgspec.structs.replace(ORDER, currency="JPY", amount=1500)
    paid = await shop.platform.pay(yen, CODE + "0001")
    assert (paid.state, paid.amount) == ("paid", 1500)
    assert shop.platform.currencies == {"CNY", "JPY", "EUR"}


async def test_a_cancel_closes_what_is_unpaid_and_gives_back_what_is_paid(shop: Shop) -> None:
    assert (await shop.platform.cancel(ORDER)).state == "not_found"
    await shop.platform.pay(ORDER, CODE + "9004")
    assert (await shop.platform.cancel(ORDER)).state == "closed"
    assert (await shop.platform.query(ORDER)).state == "closed"
    paid = msgspec.structs.replace(ORDER, order_no="T00000002")
    await shop.platform.pay(paid, CODE + "0001")
    assert (await shop.platform.cancel(paid)).state == "closed"
    assert (await shop.platform.cancel(paid)).state == "closed"
    assert shop.money("T00000002")["given_back"] == 4770
    assert (await shop.platform.pay(paid, CODE + "0001")).reason == "closed"


async def test_a_cancel_that_comes_too_late_says_what_has_become_of_the_payment(
    shop: Shop,
) -> None:
    await shop.platform.pay(ORDER, CODE + "0001")
    part = await shop.platform.refund(ORDER, REFUND)
    assert part.state == "refunded"
    assert (await shop.platform.cancel(ORDER)).state == "paid"
    rest = msgspec.structs.replace(REFUND, refund_no="R0000002", amount=3770)
    assert (await shop.platform.refund(ORDER, rest)).state == "refunded"
    assert (await shop.platform.cancel(ORDER)).state == "reversed"


async def test_refunds_in_parts_give_back_once_and_never_more_than_was_paid(shop: Shop) -> None:
    assert (await shop.platform.refund(ORDER, REFUND)).state == "unknown"
    paid = await shop.platform.pay(ORDER, CODE + "0001")
    order = msgspec.structs.replace(ORDER, platform_ref=paid.platform_ref)
    for _ in range(2):
        assert (await shop.platform.refund(order, REFUND)).state == "refunded"
    assert shop.money()["given_back"] == 1000
    assert (await shop.platform.query(ORDER)).state == "paid"
    other = msgspec.structs.replace(REFUND, amount=1)
    assert (await shop.platform.refund(order, other)).state == "unknown"
    greedy = msgspec.structs.replace(REFUND, refund_no="R0000002", amount=3771)
    refused = await shop.platform.refund(order, greedy)
    assert (refused.state, refused.reason) == ("declined", "refund_refused")
    rest = msgspec.structs.replace(REFUND, refund_no="R0000003", amount=3770)
    assert (await shop.platform.refund(order, rest)).state == "refunded"
    assert (await shop.platform.query(ORDER)).state == "reversed"
    assert (await shop.platform.refund(ORDER, rest)).state == "refunded"


async def test_a_refund_whose_answer_is_lost_is_inquired_about(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid = await shop.platform.pay(ORDER, CODE + "0001")
    order = msgspec.structs.replace(ORDER, platform_ref=paid.platform_ref)
    sent = httpx.ASGITransport.handle_async_request
    asked: list[str] = []

    async def half_lost(transport: httpx.ASGITransport, request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.rpartition("/")[2])
        response = await sent(transport, request)
        if asked[-1] == "refund":
            raise httpx.ReadTimeout("nothing came back", request=request)
        return response

    with monkeypatch.context() as patched:
        patched.setattr(httpx.ASGITransport, "handle_async_request", half_lost)
        assert (await shop.platform.refund(order, REFUND)).state == "refunded"
    assert asked == ["refund", "inquiryRefund"]
    assert shop.money()["given_back"] == 1000


async def test_a_cancelled_payment_has_nothing_to_refund(shop: Shop) -> None:
    paid = await shop.platform.pay(ORDER, CODE + "0001")
    await shop.platform.cancel(ORDER)
    order = msgspec.structs.replace(ORDER, platform_ref=paid.platform_ref)
    assert (await shop.platform.refund(order, REFUND)).reason == "refund_refused"


async def test_a_sandbox_account_calls_the_sandbox(keys: Path) -> None:
    shop = Shop(keys, client_id="SANDBOX_5Y0000000000000001")
    paths: list[str] = []

    async def note(request: httpx.Request) -> None:
        paths.append(request.url.path)

    shop.client.event_hooks = {"request": [note]}
    assert (await shop.platform.pay(ORDER, CODE + "0001")).state == "paid"
    assert paths == ["/antom/ams/sandbox/api/v1/payments/pay"]
    await shop.client.aclose()


@pytest.mark.parametrize("change", [{"client_id": "another"}, {"key_version": 2}, "key"])
async def test_the_simulator_serves_nobody_whose_signature_is_wrong(
    shop: Shop, keys: Path, change: dict[str, Any] | str
) -> None:
    mine = {"private_key": keys_in(keys).text("platform-key.pem")}
    changes = mine if isinstance(change, str) else change
    stranger = AntomClient(account_of(keys, **changes), shop.client)
    refused = await stranger.pay(ORDER, CODE + "0001")
    assert (refused.state, refused.reason) == ("declined", "configuration")
    assert (await stranger.query(ORDER)).state == "unknown"
    assert (await stranger.cancel(ORDER)).state == "unknown"
    assert not shop.behaviours.charges()


# ---- what is sent --------------------------------------------------------------------------------


def test_a_repeated_pay_call_is_the_very_same(keys: Path) -> None:
    account = account_of(keys, settlement_currency="EUR", region="JP")
    body = antom.pay_body(ORDER, CODE, account, NOTIFY)
    assert body == antom.pay_body(ORDER, CODE, account, NOTIFY)
    money = {"currency": "CNY", "value": "4770"}
    assert body["paymentAmount"] == money
    assert body["paymentMethod"] == {
        "paymentMethodType": "CONNECT_WALLET",
        "paymentMethodId": CODE,
    }
    assert body["settlementStrategy"] == {"settlementCurrency": "EUR"}
    assert (body["paymentNotifyUrl"], body["merchantRegion"]) == (NOTIFY, "JP")
    order = body["order"]
    assert isinstance(order, dict)
    assert order["orderAmount"] == money
    assert order["env"] == {
        "storeTerminalId": "01",
        "storeTerminalRequestTime": "2026-03-01T02:32:00+00:00",
    }
    long = msgspec.structs.replace(ORDER, subject="\u5e97" * 300)
    described = antom.pay_body(long, CODE, account, None)["order"]
    assert isinstance(described, dict)
    assert described["orderDescription"] == "\u5e97" * 256
    plain = antom.pay_body(ORDER, CODE, account_of(keys), None)
    assert "paymentNotifyUrl" not in plain and "settlementStrategy" not in plain


def test_a_signature_covers_method_path_client_time_and_body() -> None:
    text = antom.signed_text("/ams/api/v1/payments/pay", "C1", "1685599933871", b'{"a":1}')
    assert text == b'POST /ams/api/v1/payments/pay\nC1.1685599933871.{"a":1}'


def test_a_signature_is_quoted_in_its_header() -> None:
    header = antom.signature_header("a+b/c==", 3)
    assert header == "algorithm=RSA256, keyVersion=3, signature=a%2Bb%2Fc%3D%3D"


@pytest.mark.parametrize(
    ("header", "signature"),
    [
        ("algorithm=RSA256, keyVersion=1, signature=a%2Bb%2Fc%3D%3D", "a+b/c=="),
        ("algorithm=RSA256,keyVersion=1,signature=a+b/c==", "a+b/c=="),
        ("signature=", ""),
        ("", ""),
        ("algorithm=RSA256", ""),
    ],
)
def test_the_signature_header_is_read_whether_quoted_or_not(header: str, signature: str) -> None:
    assert antom.signature_of(header) == signature


# ---- what is believed ----------------------------------------------------------------------------

PAID: dict[str, Any] = {
    "result": {"resultStatus": "S", "resultCode": "SUCCESS", "resultMessage": "success"},
    "paymentRequestId": ORDER.order_no,
    "paymentId": "20260301190741010007000000000001",
    "paymentAmount": {"currency": "CNY", "value": "4770"},
    "paymentTime": "2026-03-01T10:32:00+08:00",
    "paymentStatus": "SUCCESS",
}


def content(**changes: Any) -> antom.Content:
    return msgspec.convert({**PAID, **changes}, antom.Content)


def result(status: str, code: str) -> dict[str, str]:
    return {"resultStatus": status, "resultCode": code, "resultMessage": ""}


@pytest.mark.parametrize(
    "changes",
    [
        {"paymentRequestId": "T00000002"},
        {"paymentRequestId": None},
        {"paymentAmount": {"currency": "CNY", "value": "4769"}},
        {"paymentAmount": {"currency": "CNY", "value": "47.70"}},
        {"paymentAmount": {"currency": "CNY", "value": "4" * 5000}},
        {"paymentAmount": {"currency": "JPY", "value": "4770"}},
        {"paymentAmount": None},
        {"paymentId": ""},
        {"paymentId": None},
        {"paymentTime": None},
        {"paymentTime": "2026-03-01T10:32:00"},
        {"paymentTime": "yesterday"},
    ],
)
def test_a_payment_that_is_not_wholly_ours_is_unknown(changes: dict[str, Any]) -> None:
    assert antom.payment_of(content(), ORDER).state == "paid"
    assert antom.query_of(content(), ORDER).state == "paid"
    assert antom.payment_of(content(**changes), ORDER).state == "unknown"
    assert antom.query_of(content(**changes), ORDER).state == "unknown"


REFUSALS = [
    ("USER_BALANCE_NOT_ENOUGH", "insufficient_balance"),
    ("EXPIRED_CODE", "code_expired"),
    ("INVALID_PAYMENT_CODE", "code_invalid"),
    ("INVALID_CODE", "code_invalid"),
    ("USER_PAYMENT_VERIFICATION_FAILED", "customer_cancelled"),
    ("VERIFY_TIMES_EXCEED_LIMIT", "customer_cancelled"),
    ("VERIFY_UNMATCHED", "customer_cancelled"),
    ("USER_AMOUNT_EXCEED_LIMIT", "limit"),
    ("PAYMENT_AMOUNT_EXCEED_LIMIT", "limit"),
    ("PAYMENT_COUNT_EXCEED_LIMIT", "limit"),
    ("AUTHENTICATION_REQUIRED", "not_allowed"),
    ("FRAUD_REJECT", "not_allowed"),
    ("NO_PAY_OPTIONS", "not_allowed"),
    ("PAYMENT_PROHIBITED", "not_allowed"),
    ("PROCESS_FAIL", "not_allowed"),
    ("REGULATION_RESTRICTION", "not_allowed"),
    ("RISK_REJECT", "not_allowed"),
    ("UNAVAILABLE_PAYMENT_METHOD", "not_allowed"),
    ("USER_KYC_NOT_QUALIFIED", "not_allowed"),
    ("USER_NOT_EXIST", "not_allowed"),
    ("USER_STATUS_ABNORMAL", "not_allowed"),
    ("ORDER_IS_CANCELED", "closed"),
    ("ORDER_IS_CLOSED", "closed"),
    ("ACCESS_DENIED", "configuration"),
    ("CLIENT_INVALID", "configuration"),
    ("CURRENCY_NOT_SUPPORT", "configuration"),
    ("INVALID_ACCESS_TOKEN", "configuration"),
    ("INVALID_API", "configuration"),
    ("INVALID_CLIENT", "configuration"),
    ("INVALID_CONTRACT", "configuration"),
    ("INVALID_MERCHANT_STATUS", "configuration"),
    ("INVALID_PAYMENT_METHOD_META_DATA", "configuration"),
    ("INVALID_SIGNATURE", "configuration"),
    ("KEY_NOT_FOUND", "configuration"),
    ("MEDIA_TYPE_NOT_ACCEPTABLE", "configuration"),
    ("MERCHANT_KYB_NOT_QUALIFIED", "configuration"),
    ("MERCHANT_NOT_REGISTERED", "configuration"),
    ("METHOD_NOT_SUPPORTED", "configuration"),
    ("NO_INTERFACE_DEF", "configuration"),
    ("PARAM_ILLEGAL", "configuration"),
    ("PAYMENT_NOT_QUALIFIED", "configuration"),
    ("SETTLE_CONTRACT_NOT_MATCH", "configuration"),
    ("SIGNATURE_INVALID", "configuration"),
]


def test_the_table_of_refusals_is_whole() -> None:
    assert {code for code, _ in REFUSALS} == antom.REFUSALS.keys()


@pytest.mark.parametrize(("code", "reason"), REFUSALS)
def test_a_named_refusal_is_one_for_the_pay_call_only(code: str, reason: str) -> None:
    refused = antom.Content(result=antom.Result("F", code))
    said = antom.payment_of(refused, ORDER)
    assert (said.state, said.reason, said.say) == ("declined", reason, SENTENCES[reason])
    assert antom.query_of(refused, ORDER).state == "unknown"
    failed = content(paymentStatus="FAIL", paymentResultCode=code)
    assert antom.query_of(failed, ORDER).reason == reason
    for status in ("U", "", "X"):
        unclear = antom.Content(result=antom.Result(status, code))
        assert antom.payment_of(unclear, ORDER).state == "unknown"
    another = antom.Content(result=antom.Result("F", code), payment_request_id="T00000002")
    assert antom.payment_of(another, ORDER).state == "unknown"


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        ("U", "PAYMENT_IN_PROCESS", "paying"),
        ("F", "PAYMENT_IN_PROCESS", "unknown"),
        ("U", "REQUEST_TRAFFIC_EXCEED_LIMIT", "unknown"),
        ("U", "UNKNOWN_EXCEPTION", "unknown"),
        ("F", "SYSTEM_ERROR", "unknown"),
        ("F", "REPEAT_REQ_INCONSISTENT", "unknown"),
        ("F", "ORDER_NOT_EXIST", "unknown"),
        ("F", "ORDER_STATUS_INVALID", "unknown"),
        ("F", "SOMETHING_NEW", "unknown"),
        ("F", "SUCCESS", "unknown"),
        ("", "SUCCESS", "unknown"),
    ],
)
def test_what_is_not_clear_refuses_nothing(status: str, code: str, state: str) -> None:
    assert antom.payment_of(content(result=result(status, code)), ORDER).state == state


def given_back(*amounts: str, kind: str = "REFUND", status: str = "SUCCESS") -> list[Any]:
    return [
        {
            "transactionType": kind,
            "transactionStatus": status,
            "transactionAmount": {"currency": "CNY", "value": amount},
        }
        for amount in amounts
    ]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"result": result("F", "ORDER_NOT_EXIST")}, "not_found"),
        ({"result": result("U", "ORDER_NOT_EXIST")}, "unknown"),
        ({"result": result("U", "PAYMENT_IN_PROCESS")}, "unknown"),
        ({"result": result("F", "ORDER_IS_CLOSED")}, "unknown"),
        ({"result": result("U", "SUCCESS")}, "unknown"),
        ({"paymentStatus": None}, "unknown"),
        ({"paymentStatus": "NEW"}, "unknown"),
        ({"paymentStatus": "Success"}, "paid"),
        ({"paymentStatus": "PROCESSING"}, "paying"),
        ({"paymentStatus": "PENDING"}, "paying"),
        ({"paymentStatus": "CANCELLED"}, "closed"),
        ({"paymentStatus": "FAIL"}, "declined"),
        ({"paymentStatus": "FAIL", "paymentResultCode": "SOMETHING_NEW"}, "declined"),
        ({"paymentStatus": "FAIL", "paymentRequestId": "T00000002"}, "unknown"),
        ({"paymentStatus": "CANCELLED", "paymentRequestId": None}, "unknown"),
        ({"transactions": given_back("4000")}, "paid"),
        ({"transactions": given_back("4000", "770")}, "reversed"),
        ({"transactions": given_back("4770", status="PROCESSING")}, "paid"),
        ({"transactions": given_back("4770", kind="CAPTURE")}, "paid"),
    ],
)
def test_an_inquiry_has_a_result_of_its_own(changes: dict[str, Any], state: str) -> None:
    assert antom.query_of(content(**changes), ORDER).state == state


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        ("S", "SUCCESS", "closed"),
        ("F", "ORDER_IS_CANCELED", "closed"),
        ("F", "ORDER_IS_CLOSED", "closed"),
        ("F", "ORDER_NOT_EXIST", "not_found"),
        ("F", "CANCEL_WINDOW_EXCEED", "unknown"),
        ("F", "ORDER_STATUS_INVALID", "unknown"),
        ("F", "PROCESS_FAIL", "unknown"),
        ("F", "SYSTEM_ERROR", "unknown"),
        ("F", "REPEAT_REQ_INCONSISTENT", "unknown"),
        ("F", "ACCESS_DENIED", "unknown"),
        ("U", "UNKNOWN_EXCEPTION", "unknown"),
        ("U", "ORDER_IS_CLOSED", "unknown"),
    ],
)
def test_only_an_acknowledged_cancel_is_one(status: str, code: str, state: str) -> None:
    assert antom.cancel_of(antom.Content(result=antom.Result(status, code)), ORDER).state == state
    another = antom.Content(result=antom.Result(status, code), payment_request_id="T00000002")
    assert antom.cancel_of(another, ORDER).state == "unknown"


REFUNDED: dict[str, Any] = {
    "result": result("S", "SUCCESS"),
    "refundRequestId": REFUND.refund_no,
    "refundAmount": {"currency": "CNY", "value": "1000"},
    "refundStatus": "SUCCESS",
}


@pytest.mark.parametrize(
    ("changes", "told", "asked"),
    [
        ({}, "refunded", "refunded"),
        ({"refundRequestId": "R0000002"}, "unknown", "unknown"),
        ({"refundAmount": {"currency": "CNY", "value": "999"}}, "unknown", "unknown"),
        ({"refundAmount": None}, "unknown", "unknown"),
        ({"refundStatus": "PROCESSING"}, "refunded", "unknown"),
        ({"refundStatus": "FAIL"}, "refunded", "declined"),
        ({"result": result("U", "REFUND_IN_PROCESS")}, "unknown", "unknown"),
        ({"result": result("U", "UNKNOWN_EXCEPTION")}, "unknown", "unknown"),
        ({"result": result("F", "SYSTEM_ERROR")}, "unknown", "unknown"),
        ({"result": result("F", "ACCESS_DENIED")}, "unknown", "unknown"),
        ({"result": result("F", "ORDER_NOT_EXIST")}, "unknown", "unknown"),
        ({"result": result("F", "REFUND_AMOUNT_EXCEED")}, "declined", "unknown"),
        ({"result": result("F", "REFUND_WINDOW_EXCEED")}, "declined", "unknown"),
        ({"result": result("F", "MERCHANT_BALANCE_NOT_ENOUGH")}, "declined", "unknown"),
        ({"result": result("F", "PARTIAL_REFUND_NOT_SUPPORTED")}, "declined", "unknown"),
        ({"result": result("F", "MULTIPLE_REFUNDS_NOT_SUPPORTED")}, "declined", "unknown"),
        ({"result": result("F", "RISK_REJECT")}, "declined", "unknown"),
        ({"result": result("F", "ORDER_IS_CANCELED")}, "declined", "unknown"),
    ],
)
def test_a_refund_is_refused_by_name_only(changes: dict[str, Any], told: str, asked: str) -> None:
    said = msgspec.convert({**REFUNDED, **changes}, antom.Content)
    assert antom.refund_of(said, ORDER, REFUND).state == told
    found = antom.refund_query_of(said, ORDER, REFUND)
    assert found.state == asked
    if asked == "declined":
        assert found.reason == "refund_refused"


@pytest.mark.parametrize(
    ("what", "state"),
    [
        ("signed", "paid"),
        ("unsigned", "unknown"),
        ("without time", "unknown"),
        ("other path", "unknown"),
        ("other client", "unknown"),
        ("other body", "unknown"),
        ("failed", "unknown"),
        ("unreadable", "unknown"),
    ],
)
async def test_only_what_antom_has_signed_for_this_call_is_believed(
    keys: Path, what: str, state: str
) -> None:
    def reply(request: Request) -> Response:
        body = b"<html>" if what == "unreadable" else json.dumps(PAID).encode()
        path = "/antom/ams/api/v1/payments/cancel" if what == "other path" else request.url.path
        client_id = "another" if what == "other client" else request.headers["client-id"]
        headers = signed(keys, path, client_id, body)
        if what == "unsigned":
            del headers["Signature"]
        if what == "without time":
            headers = signed(keys, path, client_id, body, stamp="")
        told = body + b" " if what == "other body" else body
        return Response(told, 500 if what == "failed" else 200, headers)

    platform = answering(keys, reply)
    assert (await platform.pay(ORDER, CODE)).state == state
    assert (await platform.query(ORDER)).state == state


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("FAIL", "closed"),
        ("CANCELLED", "closed"),
        ("SUCCESS", "paid"),
        ("PROCESSING", "unknown"),
        (None, "unknown"),
    ],
)
async def test_what_cannot_be_cancelled_any_more_is_asked_about(
    keys: Path, status: str | None, state: str
) -> None:
    def reply(request: Request) -> Response:
        refused = {"result": result("F", "CANCEL_WINDOW_EXCEED")}
        is_cancel = request.url.path.endswith("/cancel")
        said = refused if is_cancel else {**PAID, "paymentStatus": status}
        body = json.dumps(said).encode()
        path, client_id = request.url.path, request.headers["client-id"]
        return Response(body, headers=signed(keys, path, client_id, body))

    platform = answering(keys, reply)
    assert (await platform.cancel(ORDER)).state == state


# ---- notices -------------------------------------------------------------------------------------


def test_the_schedule_is_the_documents() -> None:
    assert list(AntomClient.schedule) == [3]
    assert 10 <= AntomClient.deadline_s / 3 <= 20


async def test_a_customer_who_confirms_later_is_announced(keys: Path) -> None:
    shop = Shop(keys, NOTIFY)
    assert (await shop.platform.pay(ORDER, CODE + "9011")).state == "paying"
    await shop.delivery.sent()
    [notice_of] = shop.delivery.notices
    assert not notice_of()
    shop.time += 60
    parcel = notice_of()
    assert parcel
    assert parcel.url == NOTIFY
    notice = shop.platform.notice(parcel.headers, parcel.body)
    assert notice is not None
    assert (notice.order_no, notice.content_type) == (ORDER.order_no, "application/json")
    assert json.loads(notice.receipt)["result"] == {
        "resultCode": "SUCCESS",
        "resultStatus": "S",
        "resultMessage": "success",
    }
    await shop.platform.pay(ORDER, CODE + "9011")
    assert len(shop.delivery.notices) == 1
    await shop.client.aclose()


def told(keys: Path, account: AntomAccount, **changes: Any) -> tuple[dict[str, str], bytes]:
    fields = {"notifyType": "PAYMENT_RESULT", **PAID, **changes}
    body = json.dumps(fields).encode()
    headers = signed(keys, "/notices/M001/antom?v=1", account.client_id, body)
    headers["Request-Time"] = headers.pop("Response-Time")
    return headers, body


def test_a_notice_counts_only_if_antom_signed_it_for_this_shop(keys: Path) -> None:
    account = account_of(keys)
    platform = AntomClient(account, httpx.AsyncClient(), NOTIFY)
    headers, body = told(keys, account)
    found = platform.notice({name.lower(): value for name, value in headers.items()}, body)
    assert found and found.order_no == ORDER.order_no
    assert platform.notice(headers, body + b" ") is None
    for name in headers:
        assert platform.notice({**headers, name: "1"}, body) is None
        assert platform.notice({k: v for k, v in headers.items() if k != name}, body) is None
    elsewhere = AntomClient(account, httpx.AsyncClient(), "https://pay.example/elsewhere")
    assert elsewhere.notice(headers, body) is None
    assert AntomClient(account, httpx.AsyncClient()).notice(headers, body) is None


@pytest.mark.parametrize(
    "changes",
    [{"notifyType": "REFUND_RESULT"}, {"notifyType": None}, {"paymentRequestId": ""}],
)
def test_a_notice_of_something_else_is_none_of_ours(keys: Path, changes: dict[str, Any]) -> None:
    account = account_of(keys)
    platform = AntomClient(account, httpx.AsyncClient(), NOTIFY)
    assert platform.notice(*told(keys, account, **changes)) is None


# ---- whatever comes ------------------------------------------------------------------------------

HEADERS = st.dictionaries(
    st.sampled_from(["Client-Id", "Request-Time", "Signature", "other"]),
    st.text() | st.just("5Y0000000000000001") | st.just("signature=AAAA"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from([*PAID, "transactions"]) | st.text(), inner)
    ),
    max_leaves=12,
)


@pytest.fixture(scope="session")
def listener(keys: Path) -> AntomClient:
    return AntomClient(account_of(keys), httpx.AsyncClient(), NOTIFY)


@given(headers=HEADERS, body=st.binary())
def test_no_bytes_make_a_notice_or_an_error(
    listener: AntomClient, headers: dict[str, str], body: bytes
) -> None:
    assert listener.notice(headers, body) is None
    assert listener._doubt("/", "1", headers.get("Signature", ""), body)


@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_is_an_error(body: bytes) -> None:
    said = antom.read_content(body)
    assert said is None or antom.payment_of(said, ORDER).state != "paid"


@given(
    changes=st.dictionaries(
        st.sampled_from(["paymentTime", "paymentId", "paymentRequestId", "paymentStatus"]),
        st.text() | st.none(),
    ),
    value=st.text() | st.integers(),
)
def test_no_field_is_an_error(changes: dict[str, Any], value: str | int) -> None:
    said = content(**{**changes, "paymentAmount": {"currency": "CNY", "value": value}})
    for found in (antom.payment_of(said, ORDER), antom.query_of(said, ORDER)):
        assert found.state != "paid" or str(value) == "4770"


def test_a_body_of_endless_brackets_is_no_content() -> None:
    assert antom.read_content(b'{"x":' + b"[" * 100_000) is None
