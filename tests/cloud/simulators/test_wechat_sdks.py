"""WeChat Pay's simulators with the SDKs that shops use: each pays, asks, reverses and refunds."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest

from tests.cloud.platforms.orders import payment_code

from .conftest import StandIns

wechatpy = pytest.importorskip("wechatpy.pay", reason="wechatpy is not installed")
wechatpayv3 = pytest.importorskip("wechatpayv3", reason="wechatpayv3 is not installed")

_NAME = "街角小店 & <柠檬> 🍋"


@pytest.fixture
def v2(standins: StandIns) -> Any:
    """wechatpy, which verifies an answer where it is asked to."""
    account = standins.wechat_v2
    sdk = wechatpy.WeChatPay(account.appid, account.key, account.mch_id)
    sdk.API_BASE_URL = account.url + "/"
    return sdk


@pytest.fixture
def v3(standins: StandIns) -> Any:
    """wechatpayv3, which verifies every answer."""
    account = standins.wechat
    ((key_id, key),) = account.platform_keys.items()
    sdk = wechatpayv3.WeChatPay(
        wechatpay_type=wechatpayv3.WeChatPayType.CODEPAY,
        mchid=account.mchid,
        private_key=account.private_key,
        cert_serial_no=account.serial,
        appid=account.appid,
        apiv3_key=account.api_v3_key,
        public_key=key,
        public_key_id=key_id,
    )
    sdk._core._gate_way = standins.url
    return sdk


def _order_no() -> str:
    return "T" + secrets.token_hex(11)


# ---- V2, wechatpy --------------------------------------------------------------------------------


def _micropay(sdk: Any, order_no: str, script: str = "1234", body: str = _NAME) -> Any:
    return sdk.micropay.create(
        body=body,
        total_fee=4770,
        auth_code=payment_code("wechat", script),
        client_ip="127.0.0.1",
        out_trade_no=order_no,
    )


def test_a_day_of_wechatpy_at_the_simulated_v2(standins: StandIns, v2: Any) -> None:
    order_no = _order_no()
    paid = _micropay(v2, order_no)
    assert (paid["out_trade_no"], paid["total_fee"]) == (order_no, "4770")
    by_ref = v2.micropay.query(transaction_id=paid["transaction_id"])
    found = v2.micropay.query(out_trade_no=order_no)
    assert found["trade_state"] == by_ref["trade_state"] == "SUCCESS"
    refunded = v2.refund.apply(4770, 1000, "R" + order_no[1:], out_trade_no=order_no)
    refund = v2.refund.query(out_refund_no="R" + order_no[1:])
    assert (refunded["refund_fee"], refund["refund_status_0"]) == ("1000", "SUCCESS")
    for answer in (paid, by_ref, found, refunded, refund):
        assert v2.check_signature(answer)
        assert not v2.check_signature({**answer, "nonce_str": "another"})
    assert standins.behaviours.charges()[order_no]["given_back"] == 1000


def test_wechatpy_reverses_what_nobody_pays(v2: Any) -> None:
    order_no = _order_no()
    with pytest.raises(wechatpy.WeChatPayException) as waiting:
        _micropay(v2, order_no, "9004")
    assert waiting.value.errcode == "USERPAYING"
    reversed_ = v2.order.reverse(out_trade_no=order_no)
    assert reversed_["recall"] == "N"
    assert v2.check_signature(reversed_)
    assert v2.order.query(out_trade_no=order_no)["trade_state"] == "CLOSED"


def test_wechatpy_is_told_what_is_wrong(v2: Any) -> None:
    with pytest.raises(wechatpy.WeChatPayException) as poor:
        _micropay(v2, _order_no(), "9001")
    with pytest.raises(wechatpy.WeChatPayException) as long:
        _micropay(v2, _order_no(), body="店" * 43)
    assert (poor.value.errcode, long.value.errcode) == ("NOTENOUGH", "PARAM_ERROR")
    forged = _micropay(v2, _order_no(), "9009")
    assert not v2.check_signature(forged)


# ---- V3, wechatpayv3 -----------------------------------------------------------------------------


def _codepay(sdk: Any, order_no: str, script: str = "1234", **changes: Any) -> Any:
    asked = {
        "description": _NAME,
        "out_trade_no": order_no,
        "amount": {"total": 4770},
        "payer": {"auth_code": payment_code("wechat", script)},
        "scene_info": {"store_info": {"id": "0001"}},
    }
    return _read(sdk.pay(pay_type=wechatpayv3.WeChatPayType.CODEPAY, **{**asked, **changes}))


def _read(said: tuple[int, str]) -> tuple[int, Any]:
    return said[0], json.loads(said[1])


def test_a_day_of_wechatpayv3_at_the_simulated_v3(standins: StandIns, v3: Any) -> None:
    order_no, number = _order_no(), "R" + secrets.token_hex(11)
    status, paid = _codepay(v3, order_no)
    assert (status, paid["trade_state"], paid["amount"]["total"]) == (200, "SUCCESS", 4770)
    assert _read(v3.query(out_trade_no=order_no))[1]["trade_state"] == "SUCCESS"
    by_ref = _read(v3.query(transaction_id=paid["transaction_id"]))
    assert by_ref[1]["out_trade_no"] == order_no
    amount = {"refund": 1000, "total": 4770, "currency": "CNY"}
    status, refund = _read(v3.refund(number, amount, out_trade_no=order_no, reason="少了一件"))
    assert (status, refund["status"]) == (200, "PROCESSING")
    assert _read(v3.query_refund(number))[1]["status"] == "SUCCESS"
    assert standins.behaviours.charges()[order_no]["given_back"] == 1000


def test_wechatpayv3_reverses_what_nobody_pays(v3: Any) -> None:
    order_no = _order_no()
    assert _codepay(v3, order_no, "9004")[1]["code"] == "USERPAYING"
    status, answer = _read(v3.codepay_reverse(order_no))
    assert (status, answer["out_trade_no"]) == (200, order_no)
    assert _read(v3.query(out_trade_no=order_no))[1]["trade_state"] == "CLOSED"


def test_wechatpayv3_is_told_what_is_wrong(v3: Any) -> None:
    assert _codepay(v3, _order_no(), "9001")[1]["code"] == "NOTENOUGH"
    assert _codepay(v3, _order_no(), description="店" * 43)[1]["code"] == "PARAM_ERROR"
    dollars = _codepay(v3, _order_no(), amount={"total": 1, "currency": "USD"})
    assert (dollars[0], dollars[1]["code"]) == (400, "PARAM_ERROR")


def test_wechatpayv3_believes_no_forged_answer(v3: Any) -> None:
    with pytest.raises(Exception, match=r"(?i)verif"):
        _codepay(v3, _order_no(), "9009")
