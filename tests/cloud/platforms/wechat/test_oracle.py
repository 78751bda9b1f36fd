"""WeChat Pay V3 against another implementation: what one signs or seals, the other opens."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from pos_tui.cloud.platforms.wechat.client import WeChatClient
from pos_tui.cloud.platforms.wechat_v2 import mapping as wechat_v2
from pos_tui.cloud.wire import rsa

from .shop import (
    API_V3_KEY,
    ORDER,
    REFUND,
    Shop,
    account_of,
    code,
    refund_notice,
    sealed,
    silent,
)

wechatpayv3 = pytest.importorskip("wechatpayv3", reason="the other implementation is not installed")
core = pytest.importorskip("wechatpayv3.core")
theirs = pytest.importorskip("wechatpayv3.utils")


def other(keys: Path) -> Any:
    """The other implementation with the same account."""
    return core.Core(
        mchid="190",
        cert_serial_no="M1",
        private_key=(keys / "merchant-key.pem").read_text(),
        apiv3_key=API_V3_KEY,
        public_key=(keys / "platform-public.pem").read_text(),
        public_key_id="PUB_KEY_ID_1",
    )


def parts(authorization: str) -> dict[str, str]:
    return dict(re.findall(r'(\w+)="([^"]*)"', authorization))


async def test_a_request_is_signed_as_the_other_would_have_signed_it(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(204)

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    account = account_of(keys, url="https://api.mch.weixin.qq.com")
    at = time.time()
    ours = WeChatClient(account, client, "https://shop.test/notice", now=lambda: at)
    await ours.pay(ORDER, code("0000"))
    await ours.query(ORDER)
    await ours.cancel(ORDER)
    await ours.refund(ORDER, REFUND)
    assert len(asked) == 5

    monkeypatch.setattr(theirs.time, "time", lambda: at)
    key = theirs.load_private_key((keys / "merchant-key.pem").read_text())
    for request in asked:
        mine = parts(request.headers["Authorization"])
        said = theirs.build_authorization(
            request.url.raw_path.decode(),
            request.method,
            "190",
            "M1",
            key,
            data=request.content.decode(),
            nonce_str=mine["nonce_str"],
        )
        assert said == request.headers["Authorization"]


async def test_a_request_of_the_other_is_served_by_the_simulator(keys: Path) -> None:
    shop = Shop(keys, account_of(keys))
    await shop.platform.pay(ORDER, code("0000"))
    key = theirs.load_private_key((keys / "merchant-key.pem").read_text())
    path = f"/wechat/v3/pay/transactions/out-trade-no/{ORDER.order_no}?mchid=190"
    authorization = theirs.build_authorization(path, "GET", "190", "M1", key)
    reply = await shop.client.get(
        f"http://wechat.test{path}", headers={"Authorization": authorization}
    )
    assert reply.json()["trade_state"] == "SUCCESS"
    assert other(keys)._verify_signature(dict(reply.headers), reply.text)
    assert not other(keys)._verify_signature(dict(reply.headers), reply.text + " ")
    assert shop.platform.doubt(reply.headers, reply.content) is None


async def test_the_other_opens_our_desks_notice_as_we_do(keys: Path) -> None:
    shop, parcel = await refund_notice(keys)
    opened = other(keys).callback(parcel.headers, parcel.body)
    assert opened["event_type"] == "REFUND.SUCCESS"
    notice = shop.platform.notice(parcel.headers, parcel.body)
    assert notice and notice.order_no == opened["resource"]["out_trade_no"] == ORDER.order_no


@pytest.mark.parametrize("text", ["plain", "a “quoted” 店 🍋", ""])
def test_a_notice_signed_by_the_others_hand_is_believed_by_both(keys: Path, text: str) -> None:
    body = sealed({"mchid": "190", "out_trade_no": "T1", "attach": text})
    body = json.dumps({**json.loads(body), "resource_type": "encrypt-resource"}).encode()
    key = theirs.load_private_key((keys / "platform-key.pem").read_text())
    stamp = str(int(time.time()))
    headers = {
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": "n",
        "Wechatpay-Serial": "PUB_KEY_ID_1",
        "Wechatpay-Signature": theirs.rsa_sign(key, f"{stamp}\nn\n{body.decode()}\n"),
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    }
    ours = WeChatClient(account_of(keys), silent())
    notice = ours.notice(headers, body)
    opened = other(keys).callback(headers, body)
    assert notice and notice.order_no == opened["resource"]["out_trade_no"]
    assert opened["resource"]["attach"] == text
    changed = {**headers, "Wechatpay-Nonce": "m"}
    assert ours.notice(changed, body) is None
    assert not other(keys).callback(changed, body)


def test_either_verifies_the_others_rsa(keys: Path) -> None:
    pem = (keys / "platform-key.pem").read_text()
    public = (keys / "platform-public.pem").read_text()
    mine = rsa.sign(rsa.private_key(pem, "key"), b"1\nn\nbody\n")
    assert theirs.rsa_verify("1", "n", "body", mine, theirs.load_public_key(public))
    said = theirs.rsa_sign(theirs.load_private_key(pem), "1\nn\nbody\n")
    assert rsa.is_signed(rsa.public_key(public, "key"), b"1\nn\nbody\n", said)


def test_the_hmac_of_v2_is_the_others_too(keys: Path) -> None:
    fields = {"appid": "wx1", "mch_id": "190", "nonce_str": "n", "body": "店 & 🍋"}
    mine = wechat_v2.signature(fields, API_V3_KEY, "HMAC-SHA256")
    hmac_type = wechatpayv3.SignType.HMAC_SHA256
    assert other(keys).sign(fields, hmac_type) == mine
