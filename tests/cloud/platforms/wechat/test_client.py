"""WeChat Pay V3: what is believed of it, what each code means, and a shop's day at it."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos_tui.cloud.platforms.protocol import BillError, PlatformRefund
from pos_tui.cloud.platforms.wechat import mapping as wechat
from pos_tui.cloud.platforms.wechat.client import WeChatClient
from pos_tui.cloud.platforms.wechat.error_codes import plain_code, refusal_of
from pos_tui.cloud.wire import rsa
from tests.spoken import raises

from .shop import (
    CHINA,
    ORDER,
    REFUND,
    REFUSALS,
    URL,
    Shop,
    account_of,
    changed,
    code,
    refund_notice,
    sealed,
    silent,
)


@pytest.fixture
def shop(keys: Path) -> Shop:
    return Shop(keys, account_of(keys))


def told(*answers: tuple[int, Any]) -> tuple[httpx.AsyncClient, list[httpx.Request]]:
    """A client whose platform says these things, one after the other, unsigned."""
    waiting = list(answers)
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        status, content = waiting.pop(0)
        if isinstance(content, Exception):
            raise content
        return httpx.Response(status, content=json.dumps(content).encode())

    return httpx.AsyncClient(transport=httpx.MockTransport(answer)), asked


def trusting(keys: Path, client: httpx.AsyncClient, **changes: Any) -> WeChatClient:
    """A platform that finds everything signed: for what is said, not for who says it."""
    platform = WeChatClient(account_of(keys, **changes), client)
    platform.doubt = lambda headers, body: None  # type: ignore[method-assign]
    return platform


# ---- signatures ----------------------------------------------------------------------------------


def test_a_real_answer_is_believed_and_only_while_it_is_fresh(
    vectors: dict[str, dict[str, Any]], keys: Path
) -> None:
    vector = vectors["wechat_v3_response_rsa"]
    headers = {**vector["headers"], "Wechatpay-Signature": vector["signature"]}
    stamp = int(headers["Wechatpay-Timestamp"])
    body = vector["string_to_sign"].split("\n", 2)[2].removesuffix("\n").encode()
    serial = headers["Wechatpay-Serial"]

    def doubt(serial: str, at: float, **changes: str) -> str | None:
        account = account_of(keys, platform_keys={serial: vector["public_key_pem"]})
        platform = WeChatClient(account, silent(), now=lambda: at)
        return platform.doubt({**headers, **changes}, body)

    assert doubt(serial, stamp + 299) is None
    assert doubt(serial.lower(), stamp) is None
    assert doubt(serial, stamp, **{"Wechatpay-Serial": serial.lower()}) is None
    assert "five minutes" in (doubt(serial, stamp + 301) or "")
    assert "five minutes" in (doubt(serial, stamp - 301) or "")
    assert "signed by key" in (doubt("another", stamp) or "")
    probe = {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + vector["signature"]}
    assert "probe" in (doubt(serial, stamp, **probe) or "")
    assert "not WeChat Pay's" in (doubt(serial, stamp, **{"Wechatpay-Nonce": "another"}) or "")
    assert doubt(serial, stamp, **{"Wechatpay-Timestamp": "9" * 5000})
    assert doubt(serial, stamp, **{"Wechatpay-Signature": ""})


def test_the_key_is_chosen_by_its_serial_and_may_be_a_certificate(keys: Path) -> None:
    key = rsa.private_key((keys / "platform-key.pem").read_text(), "platform")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Tenpay.com")])
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 0x5157F09EFDC0DE)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    other = rsa.private_key((keys / "merchant-key.pem").read_text(), "merchant").public_key()
    foreign = other.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
    account = account_of(keys, platform_keys={"5157f09efdc0de": pem, "PUB_KEY_ID_9": foreign})
    platform = WeChatClient(account, silent(), now=lambda: 1000.0)
    headers = {
        "wechatpay-timestamp": "1000",
        "wechatpay-nonce": "n",
        "wechatpay-serial": "5157F09EFDC0DE",
        "wechatpay-signature": rsa.sign(key, b"1000\nn\nbody\n"),
    }
    assert platform.doubt(headers, b"body") is None
    assert platform.doubt({**headers, "wechatpay-serial": "PUB_KEY_ID_9"}, b"body")


async def test_a_public_key_is_named_so_that_wechat_signs_with_it(keys: Path) -> None:
    client, asked = told((200, {}))
    await trusting(keys, client).query(ORDER)
    assert asked[0].headers["Wechatpay-Serial"] == "PUB_KEY_ID_1"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    headers=st.dictionaries(
        st.sampled_from(
            [f"Wechatpay-{name}" for name in ("Timestamp", "Nonce", "Serial", "Signature")]
        ),
        st.one_of(st.text(), st.just("PUB_KEY_ID_1"), st.integers().map(str)),
    ),
    body=st.binary(max_size=200),
)
def test_whatever_is_sent_as_a_notice_is_none(
    keys: Path, headers: dict[str, str], body: bytes
) -> None:
    platform = WeChatClient(account_of(keys), silent())
    assert platform.notice(headers, body) is None


# ---- what is said about an order -----------------------------------------------------------------

PAID = {
    "appid": "wx1",
    "mchid": "190",
    "out_trade_no": ORDER.order_no,
    "transaction_id": "42",
    "trade_state": "SUCCESS",
    "success_time": "2025-03-01T10:32:00+08:00",
    "amount": {"total": 4770, "currency": "CNY"},
}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "paid"),
        ({"amount": {"total": 4770}}, "paid"),
        ({"amount": {"total": 4769}}, "unknown"),
        ({"amount": {"total": "4770"}}, "unknown"),
        ({"amount": {"total": 4770, "currency": "HKD"}}, "unknown"),
        ({"amount": 4770}, "unknown"),
        ({"out_trade_no": "T00000002"}, "unknown"),
        ({"mchid": "191"}, "unknown"),
        ({"appid": "wx2"}, "unknown"),
        ({"success_time": "yesterday"}, "unknown"),
        ({"success_time": "2025-03-01T10:32:00"}, "unknown"),
        ({"transaction_id": ""}, "unknown"),
        ({"trade_state": "USERPAYING"}, "paying"),
        ({"trade_state": "ACCEPT"}, "paying"),
        ({"trade_state": "NOTPAY"}, "unpaid"),
        ({"trade_state": "PAYERROR"}, "declined"),
        ({"trade_state": "REVOKED"}, "closed"),
        ({"trade_state": "CLOSED"}, "closed"),
        ({"trade_state": "REFUND"}, "reversed"),
        ({"trade_state": "SOMETHING_NEW"}, "unknown"),
    ],
)
def test_what_is_said_is_compared_with_the_order(
    keys: Path, changes: dict[str, Any], state: str
) -> None:
    body = json.dumps({**PAID, **changes}).encode()
    found = wechat.payment_of(200, body, ORDER, account_of(keys))
    assert found.state == state
    if state == "paid":
        assert found.paid_at == datetime(2025, 3, 1, 10, 32, tzinfo=CHINA)


@pytest.mark.parametrize(("named", "meant"), REFUSALS.items())
def test_only_a_named_refusal_is_one(named: str, meant: tuple[str, str]) -> None:
    found = refusal_of(plain_code(named))
    assert (found.state, found.reason) == meant


def test_a_5xx_names_no_refusal(keys: Path) -> None:
    body = b'{"code":"PARAM_ERROR"}'
    assert wechat.payment_of(500, body, ORDER, account_of(keys)).state == "unknown"


NOT_THERE = (404, {"code": "ORDER_NOT_EXIST"})


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ((403, {"code": "NOTENOUGH"}), NOT_THERE, "declined"),
        ((403, {"code": "NOTENOUGH"}), (200, {**PAID, "trade_state": "NOTPAY"}), "declined"),
        ((400, {"code": "PARAM_ERROR"}), (200, PAID), "paid"),
        ((400, {"code": "PARAM_ERROR"}), (200, {**PAID, "trade_state": "USERPAYING"}), "paying"),
        ((400, {"code": "PARAM_ERROR"}), (500, {"code": "SYSTEM_ERROR"}), "unknown"),
        ((400, {"code": "PARAM_ERROR"}), (0, httpx.ConnectError("gone")), "unknown"),
        ((400, {"code": "ORDERPAID"}), (200, PAID), "paid"),
    ],
)
async def test_a_refusal_is_believed_once_a_query_has_found_no_payment(
    keys: Path, first: tuple[int, Any], second: tuple[int, Any], state: str
) -> None:
    client, asked = told(first, second)
    found = await trusting(keys, client).pay(ORDER, code("0000"))
    assert (found.state, [request.method for request in asked]) == (state, ["POST", "GET"])


async def test_a_query_that_is_refused_refuses_no_payment(keys: Path) -> None:
    for refusal in ("PARAM_ERROR", "SIGN_ERROR", "NOTENOUGH"):
        client, _ = told((400, {"code": refusal}))
        assert (await trusting(keys, client).query(ORDER)).state == "unknown"


async def test_what_was_never_sent_is_unsent_and_what_never_came_back_unknown(keys: Path) -> None:
    client, _ = told((0, httpx.ConnectTimeout("no")), (0, httpx.ReadTimeout("late")))
    platform = trusting(keys, client)
    assert (await platform.pay(ORDER, code("0000"))).state == "unsent"
    assert (await platform.pay(ORDER, code("0000"))).state == "unknown"


async def test_an_unsigned_answer_is_never_paid(keys: Path) -> None:
    client, _ = told((200, PAID), (403, {"code": "NOTENOUGH"}))
    platform = WeChatClient(account_of(keys), client)
    assert (await platform.pay(ORDER, code("0000"))).state == "unknown"
    assert (await platform.pay(ORDER, code("0000"))).state == "unknown"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    status=st.sampled_from([200, 204, 400, 404, 500]),
    body=st.one_of(
        st.binary(max_size=80),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=8),
            lambda some: st.lists(some) | st.dictionaries(st.sampled_from([*PAID, "code"]), some),
        ).map(lambda content: json.dumps(content).encode()),
    ),
)
def test_nothing_that_is_said_breaks_anything_or_is_paid_by_chance(
    keys: Path, status: int, body: bytes
) -> None:
    account = account_of(keys)
    assert wechat.payment_of(status, body, ORDER, account).state != "paid"
    assert wechat.cancel_of(status, body, ORDER, account).state in (
        "closed",
        "not_found",
        "unknown",
    )
    assert wechat.refund_of(status, body, ORDER, REFUND).state != "refunded"


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (204, b"", "closed"),
        (200, {"appid": "wx1", "mchid": "190", "out_trade_no": ORDER.order_no}, "closed"),
        (200, {"mchid": "190", "out_trade_no": "T00000002"}, "unknown"),
        (200, {"mchid": "191", "out_trade_no": ORDER.order_no}, "unknown"),
        (200, {"recall": "Y"}, "unknown"),
        (400, {"code": "USERPAYING"}, "unknown"),
        (400, {"code": "ORDER_REVERSED"}, "closed"),
        (404, {"code": "ORDER_NOT_EXIST"}, "not_found"),
        (500, {"code": "ORDERCLOSED"}, "unknown"),
    ],
)
def test_a_reverse_is_acknowledged_for_this_order_only(
    keys: Path, status: int, body: Any, state: str
) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert wechat.cancel_of(status, raw, ORDER, account_of(keys)).state == state


def test_a_subject_is_cut_to_what_wechat_takes(keys: Path) -> None:
    long = changed(subject="店" * 200)
    assert wechat.pay_body(long, "1", account_of(keys))["description"] == "店" * 42
    refund = PlatformRefund(refund_no="R1", amount=1, reason="店" * 50, made_at=ORDER.made_at)
    assert wechat.refund_body(ORDER, refund)["reason"] == "店" * 26


# ---- refunds -------------------------------------------------------------------------------------

REFUNDED = {
    "out_refund_no": REFUND.refund_no,
    "out_trade_no": ORDER.order_no,
    "status": "SUCCESS",
    "amount": {"refund": 1000, "total": 4770, "currency": "CNY"},
}
ON_ITS_WAY = {**REFUNDED, "status": "PROCESSING"}
UNCLEAR = (500, {"code": "SYSTEM_ERROR"})
NO_REFUND = (404, {"code": "RESOURCE_NOT_EXISTS"})


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([(200, REFUNDED)], "refunded"),
        ([(200, ON_ITS_WAY), (200, ON_ITS_WAY)], "unknown"),
        ([(200, ON_ITS_WAY), (200, REFUNDED)], "refunded"),
        ([(200, ON_ITS_WAY), (200, {**REFUNDED, "status": "CLOSED"})], "declined"),
        ([(200, {**REFUNDED, "status": "CLOSED"})], "declined"),
        ([(200, {**REFUNDED, "status": "ABNORMAL"}), UNCLEAR], "unknown"),
        ([(200, {**REFUNDED, "out_refund_no": "R2"}), UNCLEAR], "unknown"),
        ([(200, {**REFUNDED, "out_trade_no": "T2"}), UNCLEAR], "unknown"),
        ([(200, {**REFUNDED, "amount": {"refund": 999}}), UNCLEAR], "unknown"),
        ([UNCLEAR, (200, REFUNDED)], "refunded"),
        ([(0, httpx.ReadTimeout("late")), (200, REFUNDED)], "refunded"),
        ([UNCLEAR, NO_REFUND], "unknown"),
        ([(400, {"code": "INVALID_REQUEST"}), NO_REFUND], "declined"),
        ([(403, {"code": "USER_ACCOUNT_ABNORMAL"}), NO_REFUND], "declined"),
        ([(400, {"code": "INVALID_REQUEST"}), (200, REFUNDED)], "refunded"),
        ([(400, {"code": "INVALID_REQUEST"}), UNCLEAR], "unknown"),
        ([(403, {"code": "NOT_ENOUGH"}), NO_REFUND], "unknown"),
        ([(429, {"code": "FREQUENCY_LIMITED"}), NO_REFUND], "unknown"),
        ([(0, httpx.ConnectError("no"))], "unsent"),
    ],
)
async def test_an_unclear_refund_is_asked_for_by_its_number(
    keys: Path, answers: list[tuple[int, Any]], state: str
) -> None:
    client, asked = told(*answers)
    found = await trusting(keys, client).refund(ORDER, REFUND)
    assert (found.state, len(asked)) == (state, len(answers))
    if state == "declined":
        assert found.reason == "refund_refused"
    if len(asked) == 2:
        assert asked[1].url.path.endswith("/v3/refund/domestic/refunds/R0000001")


# ---- a day at the simulator ----------------------------------------------------------------------


async def test_the_simulator_refuses_what_is_signed_by_nobody_it_knows(keys: Path) -> None:
    strange = account_of(keys, private_key=(keys / "platform-key.pem").read_text())
    shop = Shop(keys, account_of(keys))
    found = await WeChatClient(strange, shop.client).pay(ORDER, code("0000"))
    assert found.state == "unknown"
    assert shop.behaviours.charges() == {}


# ---- notices -------------------------------------------------------------------------------------


async def test_a_refunds_notice_is_believed_and_acknowledged_with_nothing(keys: Path) -> None:
    shop, parcel = await refund_notice(keys)
    notice = shop.platform.notice(parcel.headers, parcel.body)
    assert notice is not None
    assert (notice.order_no, notice.receipt) == (ORDER.order_no, b"")


async def test_a_notice_that_is_old_changed_or_anothers_is_none(keys: Path) -> None:
    shop, parcel = await refund_notice(keys)
    late = WeChatClient(account_of(keys), shop.client, now=lambda: time.time() + 400)
    assert late.notice(parcel.headers, parcel.body) is None
    assert shop.platform.notice(parcel.headers, parcel.body + b" ") is None
    signature = parcel.headers["wechatpay-signature"]
    probe = {**parcel.headers, "wechatpay-signature": "WECHATPAY/SIGNTEST/" + signature}
    assert shop.platform.notice(probe, parcel.body) is None
    for changes in ({"api_v3_key": "x" * 32}, {"api_v3_key": None}, {"mchid": "191"}):
        other = WeChatClient(account_of(keys, **changes), shop.client)
        assert other.notice(parcel.headers, parcel.body) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"resource": 7}',
        b"[" * 100_000,
        sealed(b"\xff"),
        sealed([1]),
        sealed({}),
        sealed({"mchid": "190"}),
        sealed({"mchid": "190", "out_trade_no": 7}),
        sealed({"mchid": "190", "appid": "wx2", "out_trade_no": "T1"}),
        sealed({"mchid": "190", "out_trade_no": "T1"}, nonce="short"),
        sealed({"mchid": "190", "out_trade_no": "T1"}, nonce=7),
        sealed({"mchid": "190", "out_trade_no": "T1"}, ciphertext="!"),
        sealed({"mchid": "190", "out_trade_no": "T1"}, algorithm="none"),
        sealed({"mchid": "190", "out_trade_no": "T1"}, associated_data="other"),
    ],
)
def test_a_signed_notice_with_strange_content_is_none(keys: Path, body: bytes) -> None:
    assert trusting(keys, silent()).notice({}, body) is None


def test_a_payments_notice_is_read_alike(keys: Path) -> None:
    body = sealed({"mchid": "190", "appid": "wx1", "out_trade_no": "T1"}, associated_data=None)
    notice = trusting(keys, silent()).notice({}, body)
    assert notice and notice.order_no == "T1"


def test_an_api_v3_key_of_a_wrong_length_is_named(keys: Path) -> None:
    with raises(rsa.KeyTextError, "api_v3_key"):
        WeChatClient(account_of(keys, api_v3_key="short"), silent())


# ---- bills ---------------------------------------------------------------------------------------


async def test_a_days_bill_tells_of_payments_refunds_and_reversals(shop: Shop) -> None:
    await shop.platform.pay(ORDER, code("0000"))
    await shop.platform.refund(ORDER, REFUND)
    bill = await shop.platform.bill(datetime.now(CHINA).date())
    lines = bill.splitlines()
    assert lines[0].startswith("交易时间,")
    assert [line.split(",")[9] for line in lines[1:3]] == ["`SUCCESS", "`REFUND"]
    assert f"`{ORDER.order_no}" in lines[1] and "`47.70" in lines[1]
    assert f"`{REFUND.refund_no}" in lines[2] and "`10.00" in lines[2]
    assert lines[-1].startswith("`2,`47.70,`10.00")


BILL = "\ufeffa,b\r\n`1,`2\r\n".encode()


def billing(
    keys: Path, file: bytes, url: str = f"{URL}/v3/billdownload/file?token=a%2Bb", **changes: Any
) -> tuple[WeChatClient, list[httpx.Request]]:
    said = {
        "hash_type": "SHA1",
        "hash_value": hashlib.sha1(BILL, usedforsecurity=False).hexdigest(),
        "download_url": url,
    }
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if request.url.path.endswith("/tradebill"):
            return httpx.Response(200, json={**said, **changes})
        return httpx.Response(200, stream=httpx.ByteStream(file))

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return trusting(keys, client), asked


DAY = date(2025, 3, 1)


async def test_a_bill_is_unpacked_and_compared_with_its_hash(keys: Path) -> None:
    half = len(BILL) // 2
    for file in (
        gzip.compress(BILL, mtime=0),
        BILL,
        gzip.compress(BILL[:half], mtime=0) + gzip.compress(BILL[half:]),
    ):
        platform, asked = billing(keys, file)
        assert await platform.bill(DAY) == "a,b\r\n`1,`2\r\n"
        assert asked[0].url.params["bill_date"] == "2025-03-01"
        assert asked[1].url.raw_path.endswith(b"token=a%2Bb")
        assert asked[1].headers["Authorization"].startswith("WECHATPAY2-SHA256-RSA2048 ")


@pytest.mark.parametrize(
    "file",
    [
        gzip.compress(b"other", mtime=0),
        gzip.compress(BILL, mtime=0)[:-9],
        b"\x1f\x8b\x00",
        b"",
        b"\xff\xfe",
    ],
)
async def test_a_bill_that_is_not_whole_is_refused(keys: Path, file: bytes) -> None:
    platform, _ = billing(keys, file)
    with raises(BillError, "did not arrive whole"):
        await platform.bill(DAY)


async def test_a_bill_that_swells_is_not_unpacked(keys: Path) -> None:
    platform, _ = billing(keys, gzip.compress(bytes((64 << 20) + 1), 1))
    with raises(BillError, "larger than 64 MB"):
        await platform.bill(DAY)


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.test/file",
        "https://evil.test/file",
        "http://api.mch.weixin.qq.com/file",
        "https://api.mch.weixin.qq.com.evil.test/file",
        "https://api.mch.weixin.qq.com:8443/file",
        "https://user@api.mch.weixin.qq.com/file",
        "http://wechat.test:81/file",
        "file:///etc/passwd",
        "",
    ],
)
async def test_a_bill_is_fetched_from_wechat_only(keys: Path, url: str) -> None:
    platform, asked = billing(keys, gzip.compress(BILL, mtime=0), url)
    with raises(BillError, "not its own"):
        await platform.bill(DAY)
    assert len(asked) == 1


@pytest.mark.parametrize("host", ["api.mch.weixin.qq.com", "api2.wechatpay.cn"])
async def test_wechats_own_addresses_are_its_own(keys: Path, host: str) -> None:
    platform, asked = billing(
        keys, gzip.compress(BILL, mtime=0), f"https://{host}/v3/billdownload/file?t=1"
    )
    assert await platform.bill(DAY)
    assert asked[1].url.host == host


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([(400, {"code": "NO_STATEMENT_EXIST"})], "no bill"),
        ([(400, {"code": "STATEMENT_CREATING"})], "still writing"),
        ([(429, {"code": "FREQUENCY_LIMITED"})], "few minutes"),
        ([(500, {"code": "SYSTEM_ERROR"})], "few minutes"),
        ([(403, {"code": "NO_AUTH"})], "NOAUTH"),
        ([(0, httpx.ReadTimeout("late"))], "no clear answer"),
        ([(0, httpx.ConnectError("no"))], "no clear answer"),
        ([(200, {"hash_type": "MD5"})], "not arrive whole"),
        (
            [
                (200, {"hash_type": "SHA1", "hash_value": "0", "download_url": URL}),
                (0, httpx.ReadTimeout("late")),
            ],
            "no clear answer",
        ),
        ([(200, {"hash_type": "SHA1", "download_url": URL}), (403, {})], "HTTP 403"),
    ],
)
async def test_why_there_is_no_bill(keys: Path, answers: list[tuple[int, Any]], why: str) -> None:
    client, _ = told(*answers)
    with raises(BillError, why):
        await trusting(keys, client).bill(DAY)


async def test_a_reply_without_end_is_not_read(keys: Path) -> None:
    client = httpx.AsyncClient(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, content=bytes(2 << 20)))
    )
    assert (await WeChatClient(account_of(keys), client).query(ORDER)).state == "unknown"
