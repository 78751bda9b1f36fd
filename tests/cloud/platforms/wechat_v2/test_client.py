"""WeChat Pay V2: what is believed of it, what each code means, and a shop's day at it."""

from __future__ import annotations

import gzip
import ssl
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_tui.cloud.platforms.protocol import BillError, PlatformRefund
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
from pos_tui.cloud.platforms.simulation.delivery import Delivery
from pos_tui.cloud.platforms.wechat_v2 import mapping as wechat_v2
from pos_tui.cloud.platforms.wechat_v2.account import SignType, WeChatV2Account
from pos_tui.cloud.platforms.wechat_v2.client import (
    WeChatV2Client,
    certified_client,
    open_wechat_v2,
)
from pos_tui.cloud.platforms.wechat_v2.simulator import WeChatV2Simulator
from pos_tui.cloud.wire import rsa
from pos_tui.cloud.wire.flat_xml import read_xml, write_xml
from tests.spoken import raises

from ..simulated import wire_to
from ..wechat.shop import ORDER, REFUND, REFUSALS, REST, changed, code, platform_keys, silent

URL = "http://wechat.test/wechat2"
KEY = "192006250b4c09247ec02edce69f6a2d"
CHINA = timezone(timedelta(hours=8))
BOTH: tuple[SignType, ...] = ("MD5", "HMAC-SHA256")


def account_of(**changes: Any) -> WeChatV2Account:
    fields = {"url": URL, "appid": "wx1", "mch_id": "190", "key": KEY}
    return WeChatV2Account(**(fields | changes))


class Shop:
    """A platform and its simulator in one process; the simulator asks for no certificate."""

    def __init__(self, keys: Path, account: WeChatV2Account) -> None:
        self.now = 1000.0
        self.behaviours = Behaviours(
            clock=lambda: self.now, late_s=0.01, reverse_after_s=0.0, refund_gap_s=0.0
        )
        simulator = WeChatV2Simulator([account], platform_keys(keys), self.behaviours)
        self.sent: list[str] = []
        wire = wire_to(simulator, Delivery(self.behaviours), self.sent)
        self.client = httpx.AsyncClient(transport=wire)
        self.platform = WeChatV2Client(account, self.client, self.client)


@pytest.fixture(params=BOTH)
def shop(request: pytest.FixtureRequest, keys: Path) -> Shop:
    return Shop(keys, account_of(sign_type=request.param))


def signed(fields: dict[str, str], account: WeChatV2Account) -> bytes:
    """An answer as WeChat signs it."""
    said = {"return_code": "SUCCESS", "appid": "wx1", "mch_id": "190", "nonce_str": "n", **fields}
    sign = wechat_v2.signature(said, account.key, account.sign_type)
    return write_xml({**said, "sign": sign})


def told(
    *answers: dict[str, str] | bytes | Exception,
) -> tuple[WeChatV2Client, list[dict[str, str]]]:
    """A platform with a certificate that is told these things, and what it has asked."""
    waiting = list(answers)
    asked: list[dict[str, str]] = []
    account = account_of()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append({"path": request.url.path, **read_xml(request.content)})
        said = waiting.pop(0)
        if isinstance(said, Exception):
            raise said
        body = said if isinstance(said, bytes) else signed(said, account)
        return httpx.Response(200, stream=httpx.ByteStream(body))

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return WeChatV2Client(account, client, client), asked


# ---- signatures ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sign_type"),
    [("wechat_v2_md5_official", "MD5"), ("wechat_v2_hmac_official", "HMAC-SHA256")],
)
def test_the_documents_own_signatures(
    vectors: dict[str, dict[str, Any]], name: str, sign_type: SignType
) -> None:
    vector = vectors[name]
    found = wechat_v2.signature(vector["params"], vector["key"], sign_type)
    assert found == vector["signature"]
    with_more = {**vector["params"], "empty": "", "sign": "x"}
    assert wechat_v2.signature(with_more, vector["key"], sign_type) == found
    typed = {**vector["params"], "sign_type": sign_type}
    assert wechat_v2.signature(typed, vector["key"], sign_type) != found


PAID = {
    "result_code": "SUCCESS",
    "out_trade_no": ORDER.order_no,
    "transaction_id": "42",
    "fee_type": "CNY",
    "total_fee": "4770",
    "time_end": "20250301103200",
}


@pytest.mark.parametrize("sign_type", BOTH)
def test_an_answer_is_believed_when_it_is_signed_as_we_sign(sign_type: SignType) -> None:
    account = account_of(sign_type=sign_type)
    said = read_xml(signed(PAID, account))
    assert wechat_v2.doubt_about(said, account) is None
    assert wechat_v2.doubt_about({**said, "total_fee": "4771"}, account)
    assert wechat_v2.doubt_about({**said, "sign": ""}, account)
    assert wechat_v2.doubt_about({**said, "sign": said["sign"] + "é"}, account)
    assert wechat_v2.doubt_about(said, account_of(sign_type=sign_type, key="another"))
    other = BOTH[BOTH.index(sign_type) - 1]
    assert wechat_v2.doubt_about(said, account_of(sign_type=other))
    for field in ("appid", "mch_id"):
        foreign = read_xml(signed({**PAID, field: "another"}, account))
        assert "another merchant" in (wechat_v2.doubt_about(foreign, account) or "")


async def test_a_refusal_to_talk_is_unsigned_and_never_believed() -> None:
    complaint = write_xml({"return_code": "FAIL", "return_msg": "sign error"})
    lie = write_xml({"return_code": "FAIL", "result_code": "FAIL", "err_code": "NOTENOUGH"})
    unsigned = write_xml({"return_code": "SUCCESS", "appid": "wx1", "mch_id": "190", **PAID})
    for said in (complaint, lie, unsigned, b"", b"<html>502</html>", b"<!DOCTYPE x><xml></xml>"):
        platform, _ = told(said, said, said, said, said)
        assert (await platform.pay(ORDER, code("0000"))).state == "unknown"
        assert (await platform.query(ORDER)).state == "unknown"
        assert (await platform.cancel(ORDER)).state == "unknown"
        assert (await platform.refund(ORDER, REFUND)).state == "unknown"


async def test_what_is_asked_carries_what_wechat_wants() -> None:
    platform, asked = told(PAID)
    assert (await platform.pay(ORDER, code("0000"))).state == "paid"
    assert asked[0].pop("sign") == wechat_v2.signature(
        {k: v for k, v in asked[0].items() if k != "path"}, KEY, "HMAC-SHA256"
    )
    assert len(asked[0].pop("nonce_str")) == 32
    assert asked[0] == {
        "path": "/wechat2/pay/micropay",
        "appid": "wx1",
        "mch_id": "190",
        "sign_type": "HMAC-SHA256",
        "body": "Corner Market",
        "out_trade_no": ORDER.order_no,
        "total_fee": "4770",
        "fee_type": "CNY",
        "spbill_create_ip": "127.0.0.1",
        "device_info": "01",
        "auth_code": code("0000"),
    }


@pytest.mark.parametrize(
    "subject", ["店" * 60, "a\r\nb\x00\x0b\ud800c & <d> ]]>", "\U0001f34b" * 40]
)
async def test_any_subject_arrives_whole_enough_and_signed(shop: Shop, subject: str) -> None:
    order = changed(subject=subject)
    assert len(wechat_v2.pay_fields(order, "1")["body"].encode()) <= 127
    assert (await shop.platform.pay(order, code("0000"))).state == "paid"


# ---- what is said about an order -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "paid"),
        ({"fee_type": "HKD"}, "unknown"),
        ({"total_fee": "4769"}, "unknown"),
        ({"total_fee": "47.70"}, "unknown"),
        ({"total_fee": "9" * 5000}, "unknown"),
        ({"total_fee": ""}, "unknown"),
        ({"out_trade_no": "T00000002"}, "unknown"),
        ({"time_end": "yesterday"}, "unknown"),
        ({"transaction_id": ""}, "unknown"),
    ],
)
def test_a_payment_is_compared_with_the_order(changes: dict[str, str], state: str) -> None:
    said = {**PAID, **changes}
    found = wechat_v2.payment_of(said, ORDER)
    assert found.state == state
    assert wechat_v2.query_of({**said, "trade_state": "SUCCESS"}, ORDER).state == state
    if state == "paid":
        assert found.paid_at == datetime(2025, 3, 1, 10, 32, tzinfo=CHINA)


def test_an_amount_without_a_currency_is_in_yuan() -> None:
    said = {name: text for name, text in PAID.items() if name != "fee_type"}
    assert wechat_v2.payment_of(said, ORDER).state == "paid"


@pytest.mark.parametrize(("named", "meant"), REFUSALS.items())
def test_every_code_of_a_pay_call(named: str, meant: tuple[str, str]) -> None:
    found = wechat_v2.payment_of({"result_code": "FAIL", "err_code": named}, ORDER)
    assert (found.state, found.reason) == meant


@pytest.mark.parametrize(
    ("trade_state", "state"),
    [
        ("SUCCESS", "paid"),
        ("USERPAYING", "paying"),
        ("ACCEPT", "paying"),
        ("NOTPAY", "unpaid"),
        ("PAYERROR", "declined"),
        ("CLOSED", "closed"),
        ("REVOKED", "closed"),
        ("REFUND", "reversed"),
        ("SYSTEMERROR", "unknown"),
        ("", "unknown"),
    ],
)
def test_every_state_of_a_query(trade_state: str, state: str) -> None:
    assert wechat_v2.query_of({**PAID, "trade_state": trade_state}, ORDER).state == state
    another = {**PAID, "trade_state": trade_state, "out_trade_no": "T00000002"}
    assert wechat_v2.query_of(another, ORDER).state == "unknown"


@pytest.mark.parametrize(
    ("err_code", "state"),
    [
        ("ORDERNOTEXIST", "not_found"),
        ("SYSTEMERROR", "unknown"),
        ("SIGNERROR", "unknown"),
        ("NOTENOUGH", "unknown"),
    ],
)
def test_a_query_that_fails_refuses_no_payment(err_code: str, state: str) -> None:
    said = {"result_code": "FAIL", "err_code": err_code}
    assert wechat_v2.query_of(said, ORDER).state == state


def failing(err_code: str, **more: str) -> dict[str, str]:
    return {"result_code": "FAIL", "err_code": err_code, **more}


@pytest.mark.parametrize(
    ("second", "state"),
    [
        (failing("ORDERNOTEXIST"), "declined"),
        ({**PAID, "trade_state": "NOTPAY"}, "declined"),
        ({**PAID, "trade_state": "SUCCESS"}, "paid"),
        ({**PAID, "trade_state": "USERPAYING"}, "paying"),
        (failing("SYSTEMERROR"), "unknown"),
        (httpx.ReadTimeout("late"), "unknown"),
    ],
)
async def test_a_refusal_is_believed_once_a_query_has_found_no_payment(
    second: dict[str, str] | Exception, state: str
) -> None:
    platform, asked = told(failing("AUTHCODEEXPIRE"), second)
    assert (await platform.pay(ORDER, code("0000"))).state == state
    assert asked[1]["path"].endswith("/pay/orderquery")


async def test_what_is_paid_already_is_looked_up() -> None:
    platform, asked = told(failing("ORDERPAID"), {**PAID, "trade_state": "SUCCESS"})
    assert (await platform.pay(ORDER, code("0000"))).state == "paid"
    assert asked[1]["path"].endswith("/pay/orderquery")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"result_code": "SUCCESS", "recall": "N"}, "closed"),
        ({"result_code": "SUCCESS", "recall": "Y"}, "unknown"),
        (failing("SYSTEMERROR", recall="Y"), "unknown"),
        (failing("USERPAYING", recall="N"), "unknown"),
        (failing("ORDERREVERSED", recall="N"), "closed"),
        (failing("ORDERNOTEXIST", recall="N"), "not_found"),
    ],
)
async def test_a_reverse_is_repeated_until_it_is_acknowledged(
    said: dict[str, str], state: str
) -> None:
    platform, _ = told(said)
    assert (await platform.cancel(ORDER)).state == state


async def test_what_is_too_old_to_be_reversed_is_looked_at() -> None:
    platform, _ = told(failing("REVERSE_EXPIRE", recall="N"), {**PAID, "trade_state": "SUCCESS"})
    assert (await platform.cancel(ORDER)).state == "paid"


@settings(max_examples=50)
@given(
    fields=st.dictionaries(
        st.sampled_from(
            [*PAID, "trade_state", "err_code", "recall", "out_refund_no_0", "refund_status_0"]
        ),
        st.text(max_size=12) | st.sampled_from(["SUCCESS", "FAIL", ORDER.order_no]),
    ),
    body=st.binary(max_size=100),
)
def test_nothing_that_is_said_breaks_anything_or_is_paid_by_chance(
    fields: dict[str, str], body: bytes
) -> None:
    assert wechat_v2.doubt_about(fields, account_of())
    assert wechat_v2.payment_of(fields, ORDER).state != "paid"
    assert wechat_v2.query_of(fields, ORDER).state != "paid"
    assert wechat_v2.refund_of(fields, ORDER, REFUND).state != "refunded"
    assert wechat_v2.refund_query_of(fields, ORDER, REFUND).state != "refunded"
    wechat_v2.cancel_of(fields)
    assert WeChatV2Client(account_of(), silent()).notice(fields, body) is None


# ---- refunds -------------------------------------------------------------------------------------

REFUNDED = {
    "result_code": "SUCCESS",
    "out_trade_no": ORDER.order_no,
    "out_refund_no": REFUND.refund_no,
    "refund_fee": "1000",
}
FOUND = {
    "result_code": "SUCCESS",
    "out_trade_no": ORDER.order_no,
    "out_refund_no_0": "R9",
    "out_refund_no_1": REFUND.refund_no,
    "refund_fee_1": "1000",
    "refund_status_1": "SUCCESS",
}
UNCLEAR = failing("SYSTEMERROR")
NO_REFUND = failing("REFUNDNOTEXIST")


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([REFUNDED, FOUND], "refunded"),
        ([REFUNDED, UNCLEAR], "unknown"),
        ([REFUNDED, {**FOUND, "refund_status_1": "PROCESSING"}], "unknown"),
        ([{**REFUNDED, "refund_fee": "999"}, UNCLEAR], "unknown"),
        ([{**REFUNDED, "out_refund_no": "R2"}, UNCLEAR], "unknown"),
        ([{**REFUNDED, "out_trade_no": "T2"}, UNCLEAR], "unknown"),
        ([{**REFUNDED, "fee_type": "HKD"}, UNCLEAR], "unknown"),
        ([UNCLEAR, FOUND], "refunded"),
        ([failing("BIZERR_NEED_RETRY"), NO_REFUND], "unknown"),
        ([httpx.ReadTimeout("late"), FOUND], "refunded"),
        ([UNCLEAR, {**FOUND, "refund_status_1": "SUCCESS"}], "refunded"),
        ([UNCLEAR, {**FOUND, "refund_status_1": "REFUNDCLOSE"}], "declined"),
        ([UNCLEAR, {**FOUND, "refund_status_1": "CHANGE"}], "unknown"),
        ([UNCLEAR, {**FOUND, "refund_fee_1": "999"}], "unknown"),
        ([UNCLEAR, {**FOUND, "out_refund_no_1": "R2"}], "unknown"),
        ([UNCLEAR, {**FOUND, "out_trade_no": "T2"}], "unknown"),
        ([UNCLEAR, NO_REFUND], "unknown"),
        ([failing("TRADE_OVERDUE"), NO_REFUND], "declined"),
        ([failing("INVALID_REQUEST"), NO_REFUND], "declined"),
        ([failing("INVALID_REQUEST"), UNCLEAR], "unknown"),
        ([failing("NOTENOUGH"), NO_REFUND], "unknown"),
        ([httpx.ConnectError("no")], "unsent"),
    ],
)
async def test_an_unclear_refund_is_asked_for_by_its_number(
    answers: list[dict[str, str] | Exception], state: str
) -> None:
    platform, asked = told(*answers)
    found = await platform.refund(ORDER, REFUND)
    assert (found.state, len(asked)) == (state, len(answers))
    if state == "declined":
        assert found.reason == "refund_refused"
    if len(asked) == 2:
        assert asked[1]["path"].endswith("/pay/refundquery")
        assert asked[1]["out_refund_no"] == REFUND.refund_no


# ---- a day at the simulator ----------------------------------------------------------------------


async def test_a_part_goes_back_and_then_the_rest_each_once(shop: Shop) -> None:
    await shop.platform.pay(ORDER, code("0000"))
    for refund in (REFUND, REFUND, REST, REST):
        assert (await shop.platform.refund(ORDER, refund)).state == "refunded"
    too_much = PlatformRefund(refund_no="R3", amount=1, reason="", made_at=ORDER.made_at)
    found = await shop.platform.refund(ORDER, too_much)
    assert (found.state, found.reason) == ("declined", "refund_refused")
    another = PlatformRefund(refund_no="R0000001", amount=1, reason="", made_at=ORDER.made_at)
    assert (await shop.platform.refund(ORDER, another)).state == "unknown"
    assert shop.behaviours.charges()[ORDER.order_no]["given_back"] == ORDER.amount


async def test_the_simulator_talks_to_nobody_with_another_key(keys: Path) -> None:
    shop = Shop(keys, account_of())
    for changes in ({"key": "another"}, {"appid": "wx2"}, {"mch_id": "191"}):
        strange = WeChatV2Client(account_of(**changes), shop.client, shop.client)
        assert (await strange.pay(ORDER, code("0000"))).state == "unknown"
    assert shop.behaviours.charges() == {}


# ---- without a certificate -----------------------------------------------------------------------


async def test_without_a_certificate_an_order_is_cancelled_once_wechat_has_closed_it(
    keys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(keys, account_of())
    bare = WeChatV2Client(account_of(), shop.client, None)
    assert (await bare.cancel(ORDER)).state == "not_found"
    await bare.pay(ORDER, code("9004"))
    assert (await bare.cancel(ORDER)).state == "unknown"
    assert "wechat_v2.certificate" in caplog.text
    shop.behaviours.cancel("190", ORDER.order_no)  # as WeChat does by itself after 45 s
    assert (await bare.cancel(ORDER)).state == "closed"
    assert "POST /wechat2/secapi/pay/reverse" not in shop.sent


async def test_without_a_certificate_what_was_paid_is_said_to_be_paid(keys: Path) -> None:
    shop = Shop(keys, account_of())
    bare = WeChatV2Client(account_of(), shop.client, None)
    await bare.pay(ORDER, code("9005"))
    assert (await bare.cancel(ORDER)).state == "paid"


async def test_without_a_certificate_a_refund_waits_for_support(
    keys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop(keys, account_of())
    bare = WeChatV2Client(account_of(), shop.client, None)
    await bare.pay(ORDER, code("0000"))
    found = await bare.refund(ORDER, REFUND)
    assert (found.state, found.reason) == ("unknown", "configuration")
    assert "wechat_v2.certificate" in caplog.text
    shop.behaviours.refund("190", ORDER.order_no, REFUND.refund_no, REFUND.amount)
    assert (await bare.refund(ORDER, REFUND)).state == "refunded"


def certificate_of(keys: Path, name: str) -> str:
    key = rsa.private_key((keys / name).read_text(), name)
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "190")])
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    return (
        x509.CertificateBuilder(who, who, key.public_key(), 7)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
        .decode()
    )


async def test_the_certificate_is_shown_and_leaves_no_file_behind(
    keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    shown: list[tuple[str, int]] = []
    load = ssl.SSLContext.load_cert_chain

    def loading(context: ssl.SSLContext, path: Path) -> None:
        shown.append((path.read_text(), path.stat().st_mode & 0o077))
        load(context, path)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", loading)
    account = account_of(
        url="https://api.mch.weixin.qq.com",
        certificate=certificate_of(keys, "merchant-key.pem"),
        certificate_key=(keys / "merchant-key.pem").read_text(),
    )
    client = certified_client(account)
    assert client is not None
    await client.aclose()
    assert "BEGIN CERTIFICATE" in shown[0][0]
    assert sys.platform == "win32" or shown[0][1] == 0
    assert list(tmp_path.iterdir()) == []


def test_a_certificate_that_does_not_fit_its_key_is_named(keys: Path) -> None:
    fields = {
        "url": "https://api.mch.weixin.qq.com",
        "certificate": certificate_of(keys, "platform-key.pem"),
        "certificate_key": (keys / "merchant-key.pem").read_text(),
    }
    for changes in ({}, {"certificate": "no PEM"}):
        with raises(rsa.KeyTextError, r"wechat_v2\.certificate"):
            certified_client(account_of(**(fields | changes)))
    with raises(rsa.KeyTextError, r"wechat_v2\.certificate_key"):
        certified_client(account_of(**(fields | {"certificate_key": "no PEM"})))
    assert certified_client(account_of(**(fields | {"certificate": None}))) is None
    assert certified_client(account_of(**(fields | {"certificate_key": None}))) is None


async def test_without_tls_no_certificate_is_needed(keys: Path) -> None:
    shop = Shop(keys, account_of())
    platform = open_wechat_v2(account_of(), shop.client, None)
    await platform.pay(ORDER, code("0000"))
    assert (await platform.cancel(ORDER)).state == "closed"


# ---- bills ---------------------------------------------------------------------------------------


async def test_a_days_bill(shop: Shop) -> None:
    await shop.platform.pay(ORDER, code("0000"))
    await shop.platform.cancel(ORDER)
    lines = (await shop.platform.bill(datetime.now(CHINA).date())).splitlines()
    assert [line.split(",")[9] for line in lines[1:3]] == ["`SUCCESS", "`REVOKED"]
    assert f"`{ORDER.order_no}" in lines[1]
    with raises(BillError, "no bill for this day"):
        await shop.platform.bill(date(2025, 1, 1))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (write_xml({"return_code": "FAIL", "error_code": "20003"}), "still writing"),
        (write_xml({"return_code": "FAIL", "error_code": "100"}), "no clear answer"),
        (
            write_xml({"return_code": "FAIL", "error_code": "20001", "return_msg": "sign error"}),
            "refuses to give the bill .sign error",
        ),
        (b"<html>", "did not arrive whole"),
        (gzip.compress(b"a,b", mtime=0)[:-4], "did not arrive whole"),
        (httpx.ReadTimeout("late"), "no clear answer"),
    ],
)
async def test_why_there_is_no_bill(said: bytes | Exception, why: str) -> None:
    platform, _ = told(said)
    with raises(BillError, why):
        await platform.bill(date(2025, 3, 1))
