"""What the gateway believes of a platform: real signatures, forged ones, and answers that lie."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization

from pos_tui.cloud import rsa
from pos_tui.cloud.flat_xml import XmlError, read_xml, write_xml
from pos_tui.cloud.gateway.platforms import PlatformOrder, alipay, unionpay, wechat
from pos_tui.cloud.gateway.platforms.wechat import WeChat
from pos_tui.settings import UnionPayAccount, WeChatAccount

ORDER = PlatformOrder(
    merchant="M001",
    till="01",
    order_no="T00000001",
    amount=4770,
    currency="CNY",
    subject="Corner Market",
)
ACCOUNT = UnionPayAccount(url="", mch_id="QRA1", key="k")


def wechat_account(public_key: Path, serial: str = "S1") -> WeChatAccount:
    return WeChatAccount(
        url="http://127.0.0.1:1/wechat",
        appid="wx1",
        mchid="190",
        serial="M1",
        private_key_file=Path("merchant-key.pem"),
        platform_serial=serial,
        platform_public_key_file=public_key,
    )


def test_a_real_answer_of_wechat_is_believed_and_only_while_it_is_fresh(
    vectors: dict[str, dict[str, Any]], keys: Path, tmp_path: Path
) -> None:
    vector = vectors["wechat_v3_response_rsa"]
    public = tmp_path / "wechat.pem"
    public.write_text(vector["public_key_pem"])
    headers = {**vector["headers"], "Wechatpay-Signature": vector["signature"]}
    stamp = int(headers["Wechatpay-Timestamp"])
    body = vector["string_to_sign"].split("\n", 2)[2].removesuffix("\n").encode()
    account = wechat_account(public, headers["Wechatpay-Serial"])

    def doubt(account: WeChatAccount, at: float, **changes: str) -> str | None:
        platform = WeChat(account, keys, httpx.AsyncClient(), lambda: at)
        return platform.doubt({**headers, **changes}, body)

    assert doubt(account, stamp + 299) is None
    assert doubt(account, stamp + 301)
    assert doubt(account, stamp - 301)
    assert doubt(wechat_account(public, "another"), stamp)
    probe = {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + vector["signature"]}
    assert doubt(account, stamp, **probe)
    assert doubt(account, stamp, **{"Wechatpay-Nonce": "another"})


def test_a_real_answer_of_alipay_is_believed(vectors: dict[str, dict[str, Any]]) -> None:
    vector = vectors["alipay_sync_response_rsa2"]
    raw, signature = vector["string_to_sign"], vector["signature"]
    body = f'{{"alipay_x_response": {raw} ,"sign":"{signature}"}}'
    assert alipay.signed_response(body, "alipay_x_response") == (raw, signature)
    key = serialization.load_pem_public_key(vector["public_key_pem"].encode())
    assert rsa.is_signed(key, raw.encode(), signature)  # type: ignore[arg-type]
    assert not rsa.is_signed(key, raw.encode() + b" ", signature)  # type: ignore[arg-type]


def test_a_real_answer_of_unionpay_is_believed(vectors: dict[str, dict[str, Any]]) -> None:
    vector = vectors["unionpay_qra_response_md5"]
    said = {**vector["params"], "sign": vector["signature"]}
    account = UnionPayAccount(url="", mch_id=said["mch_id"], key=vector["key"])
    assert unionpay.signature(said, vector["key"]) == vector["signature"]
    assert unionpay.doubt_about(said, account) is None
    assert unionpay.doubt_about({**said, "result_code": "0"}, account)
    found = unionpay.payment_of(said, ORDER)
    assert (found.state, found.reason) == ("declined", "configuration")


@pytest.mark.parametrize(
    "text",
    ['a "brace" }', "}{][", "\\", "\u4e2d", ' "sign":"x"'],
)
def test_braces_and_quotes_within_a_text_do_not_end_the_answer(text: str) -> None:
    raw = json.dumps({"code": "10000", "subject": text, "list": [{"a": text}]})
    body = f'{{"sign":"s", "alipay_trade_pay_response" :\n{raw}\n}}'
    assert alipay.signed_response(body, "alipay_trade_pay_response") == (raw, "s")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        "<html>502</html>",
        '{"error_response":{"code":"40002"}}',
        '{"alipay_trade_pay_response":{"code":"10000"}}',
        '{"alipay_trade_pay_response":{"code":"10000"},"sign":7}',
        '{"alipay_trade_pay_response":{"code":"10000"},"sign":"s"',
        '{"alipay_trade_pay_response":{"code":"10000"},"sign":"s"} trailing',
        '{"alipay_trade_pay_response":{},"alipay_trade_pay_response":{},"sign":"s"}',
    ],
)
def test_an_answer_of_alipay_that_is_not_whole_is_none(body: str) -> None:
    with pytest.raises(ValueError, match=r"reply|signature|Expecting"):
        alipay.signed_response(body, "alipay_trade_pay_response")


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<xml>",
        b"<xml><a>1</a><a>2</a></xml>",
        b"<xml><a><b>1</b></a></xml>",
        b"<!DOCTYPE xml><xml><a>1</a></xml>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><a>&b;</a></xml>',
        b"<xml><a>&undefined;</a></xml>",
        b"\xff\xfe",
    ],
)
def test_xml_that_is_more_than_flat_is_refused(document: bytes) -> None:
    with pytest.raises(XmlError):
        read_xml(document)


def test_flat_xml_comes_back_as_it_went() -> None:
    fields = {"body": "a < b & c ]]> “d”", "empty": "", "n": "1"}
    assert read_xml(write_xml(fields)) == fields
    assert read_xml(b"<xml>\n<a><![CDATA[<b>]]></a>\n</xml>") == {"a": "<b>"}


WECHAT_PAID = {
    "appid": "wx1",
    "mchid": "190",
    "out_trade_no": ORDER.order_no,
    "transaction_id": "42",
    "trade_state": "SUCCESS",
    "success_time": "2025-03-01T10:32:00+08:00",
    "amount": {"total": 4770},
}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "paid"),
        ({"amount": {"total": 4769}}, "unknown"),
        ({"amount": {"total": "4770"}}, "unknown"),
        ({"out_trade_no": "T00000002"}, "unknown"),
        ({"mchid": "191"}, "unknown"),
        ({"appid": "wx2"}, "unknown"),
        ({"success_time": "yesterday"}, "unknown"),
        ({"transaction_id": ""}, "unknown"),
        ({"trade_state": "USERPAYING"}, "paying"),
        ({"trade_state": "NOTPAY"}, "unpaid"),
        ({"trade_state": "REVOKED"}, "closed"),
        ({"trade_state": "SOMETHING_NEW"}, "unknown"),
    ],
)
def test_what_wechat_says_is_compared_with_the_order(changes: dict[str, Any], state: str) -> None:
    body = json.dumps({**WECHAT_PAID, **changes}).encode()
    account = wechat_account(Path("x"))
    assert wechat.payment_of(200, body, ORDER, account).state == state


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        (400, "USERPAYING", "paying"),
        (404, "ORDER_NOT_EXIST", "not_found"),
        (403, "NOTENOUGH", "declined"),
        (500, "SYSTEM_ERROR", "unknown"),
        (400, "ORDERPAID", "unknown"),
        (429, "FREQUENCY_LIMITED", "unknown"),
        (400, "", "unknown"),
        (500, "PARAM_ERROR", "unknown"),
    ],
)
def test_only_a_named_refusal_of_wechat_is_one(status: int, code: str, state: str) -> None:
    assert wechat.error_of(status, {"code": code}).state == state


ALIPAY_PAID = {
    "code": "10000",
    "trade_no": "42",
    "out_trade_no": ORDER.order_no,
    "total_amount": "47.70",
    "gmt_payment": "2025-03-01 10:32:00",
}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "paid"),
        ({"total_amount": "47.7"}, "paid"),
        ({"total_amount": "47.69"}, "unknown"),
        ({"total_amount": "47.701"}, "unknown"),
        ({"total_amount": None}, "unknown"),
        ({"out_trade_no": "T00000002"}, "unknown"),
        ({"gmt_payment": None}, "unknown"),
        ({"code": "10003"}, "paying"),
        ({"code": "20000", "sub_code": "isp.unknow-error"}, "unknown"),
        ({"code": "40004", "sub_code": "ACQ.SYSTEM_ERROR"}, "unknown"),
        ({"code": "40004", "sub_code": "ACQ.TRADE_HAS_SUCCESS"}, "unknown"),
        ({"code": "40004", "sub_code": "ACQ.BUYER_BALANCE_NOT_ENOUGH"}, "declined"),
        ({"code": "40006"}, "declined"),
    ],
)
def test_what_alipay_says_is_compared_with_the_order(changes: dict[str, Any], state: str) -> None:
    found = alipay.payment_of({**ALIPAY_PAID, **changes}, ORDER)
    assert found.state == state
    if state == "paid":
        assert found.paid_at and found.paid_at.isoformat() == "2025-03-01T10:32:00+08:00"


UNIONPAY_PAID = {
    "status": "0",
    "result_code": "0",
    "pay_result": "0",
    "out_trade_no": ORDER.order_no,
    "transaction_id": "42",
    "total_fee": "4770",
    "time_end": "20250301103200",
}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "paid"),
        ({"total_fee": "4769"}, "unknown"),
        ({"out_trade_no": "T00000002"}, "unknown"),
        ({"time_end": ""}, "unknown"),
        ({"pay_result": "1"}, "unknown"),
        ({"result_code": "1", "err_code": "USERPAYING", "need_query": "Y"}, "paying"),
        ({"result_code": "1", "err_code": "NOTENOUGH", "need_query": "Y"}, "unknown"),
        ({"result_code": "1", "err_code": "NOTENOUGH"}, "unknown"),
        ({"result_code": "1", "err_code": "NOTENOUGH", "need_query": "N"}, "declined"),
    ],
)
def test_what_unionpay_says_is_compared_with_the_order(changes: dict[str, str], state: str) -> None:
    assert unionpay.payment_of({**UNIONPAY_PAID, **changes}, ORDER).state == state


def test_a_cancel_that_is_to_be_repeated_is_no_acknowledgement() -> None:
    said = {"code": "10000", "action": "close", "retry_flag": "Y"}
    assert alipay.cancel_of(said).state == "unknown"
    assert alipay.cancel_of({**said, "retry_flag": "N"}).state == "closed"
    assert alipay.cancel_of({**said, "retry_flag": "N", "action": "refund"}).state == "reversed"
    assert wechat.cancel_of(200, b'{"recall":"Y"}').state == "unknown"
    assert wechat.cancel_of(204, b"").state == "closed"
    assert wechat.cancel_of(400, b'{"code":"USERPAYING"}').state == "unknown"


def test_a_refund_is_accepted_under_its_own_number_only() -> None:
    body = b'{"out_refund_no":"R1","status":"PROCESSING"}'
    assert wechat.refund_of(200, body, "R1").state == "refunded"
    assert wechat.refund_of(200, body, "R2").state == "unknown"
    said = {"status": "0", "result_code": "0", "out_refund_no": "R1"}
    assert unionpay.refund_of(said, "R1").state == "refunded"
    assert unionpay.refund_of(said, "R2").state == "unknown"


async def test_the_platforms_give_money_back_once(cloud: Any) -> None:
    """The refund calls, which a shop's day seldom sees, against the stand-ins."""
    import asyncio

    from pos_tui.cloud.gateway.app import open_platforms

    from .shop import code, order_no, settings_of

    async with httpx.AsyncClient(trust_env=False) as client:
        accounts = open_platforms(settings_of(cloud.folder), cloud.folder, client)
        for (merchant, name), platform in accounts.items():
            order = PlatformOrder(
                merchant=merchant,
                till="01",
                order_no=order_no(),
                amount=1,
                currency="CNY",
                subject="Corner Market",
            )
            assert (await platform.query(order)).state == "not_found"
            assert (await platform.cancel(order)).state == "not_found"
            auth_code = code(name)
            assert (await platform.pay(order, auth_code)).state == "paid"
            assert (await platform.refund(order, "R0000001")).state == "refunded"
            assert (await platform.refund(order, "R0000001")).state == "refunded"
            assert (await platform.query(order)).state in ("closed", "reversed")
            money = (await asyncio.to_thread(cloud.charges))[order.order_no]
            assert (money["charged"], money["refunded"]) == (1, 1)
