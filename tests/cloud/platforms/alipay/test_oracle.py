"""Alipay's signatures and certificates against an independent implementation of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from cryptography.hazmat.primitives import serialization

from pos_tui.cloud.platforms.alipay.account import AlipayAccount
from pos_tui.cloud.platforms.alipay.certificates import open_keys, signed_response
from pos_tui.cloud.platforms.alipay.client import AlipayClient
from pos_tui.cloud.platforms.simulation.keys import (
    MERCHANT_KEY,
    PLATFORM_KEY,
    PLATFORM_PUBLIC,
)
from pos_tui.cloud.simulators.keys import make_keys
from pos_tui.cloud.wire import rsa
from tests.cloud.platforms.alipay import certificates as alipay_keys

oracle = pytest.importorskip("alipay", reason="python-alipay-sdk is not installed")

pytestmark = pytest.mark.filterwarnings("ignore:X509:DeprecationWarning")

APP = "2021000000000001"
NODE = "alipay_trade_query_response"
CONTENT = {"out_trade_no": "T00000001", "subject": "50 % + \u5e97 & \u201ctea\u201d", "empty": ""}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("oracle")
    make_keys(folder)
    alipay_keys.make_certificates(folder, APP)
    return folder


@pytest.fixture(scope="module", params=["key mode", "certificate mode"])
def account(request: pytest.FixtureRequest, folder: Path) -> AlipayAccount:
    def text(name: str) -> str:
        return (folder / name).read_text()

    if request.param == "key mode":
        return AlipayAccount(
            app_id=APP, private_key=text(MERCHANT_KEY), alipay_key=text(PLATFORM_PUBLIC)
        )
    return AlipayAccount(
        app_id=APP,
        private_key=text(MERCHANT_KEY),
        app_certificate=text(alipay_keys.APP_CERTIFICATE),
        alipay_certificate=text(alipay_keys.ALIPAY_CERTIFICATE),
        root_certificates=text(alipay_keys.ROOT_CERTIFICATES),
    )


def as_shop(account: AlipayAccount) -> Any:
    """The oracle in the shop's place."""
    if account.alipay_key:
        return oracle.AliPay(
            appid=APP,
            app_private_key_string=account.private_key,
            alipay_public_key_string=account.alipay_key,
        )
    return oracle.DCAliPay(
        appid=APP,
        app_private_key_string=account.private_key,
        app_public_key_cert_string=account.app_certificate,
        alipay_public_key_cert_string=account.alipay_certificate,
        alipay_root_cert_string=account.root_certificates,
    )


def as_alipay(folder: Path) -> Any:
    """The oracle in Alipay's place: it signs with Alipay's key and believes the shop's."""
    merchant = rsa.private_key((folder / MERCHANT_KEY).read_text(), "merchant")
    return oracle.AliPay(
        appid=APP,
        app_private_key_string=(folder / PLATFORM_KEY).read_text(),
        alipay_public_key_string=merchant.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    )


async def sent_by_us(account: AlipayAccount, reply: bytes = b"") -> tuple[dict[str, str], Any]:
    """The form that a call of ours sends, and what we make of a reply."""
    sent: list[dict[str, str]] = []

    def catch(request: httpx.Request) -> httpx.Response:
        sent.append(dict(parse_qsl(request.content.decode(), keep_blank_values=True)))
        return httpx.Response(200, content=reply)

    client = httpx.AsyncClient(transport=httpx.MockTransport(catch))
    platform = AlipayClient(account, client, "http://gateway/notices?a=1&b=2")
    said = await platform._call("alipay.trade.query", CONTENT, "http://gateway/notices?a=1&b=2")
    return sent[0], said


async def test_what_we_sign_it_believes(account: AlipayAccount, folder: Path) -> None:
    form, _ = await sent_by_us(account)
    signature = form.pop("sign")
    sign_type = form.pop("sign_type")
    # It drops sign_type before it verifies, as is right for a notice; a request signs it.
    message = "&".join(f"{k}={v}" for k, v in sorted({**form, "sign_type": sign_type}.items()))
    assert as_alipay(folder)._verify(message, signature)
    assert not as_alipay(folder)._verify(message + " ", signature)


async def test_we_sign_what_it_signs(account: AlipayAccount) -> None:
    form, _ = await sent_by_us(account)
    signature = form.pop("sign")
    theirs = dict(parse_qsl(as_shop(account).sign_data(dict(form)), keep_blank_values=True))
    assert theirs["sign"] == signature


async def test_the_certificates_have_the_numbers_that_it_gives_them(
    account: AlipayAccount,
) -> None:
    form, _ = await sent_by_us(account)
    theirs = as_shop(account).build_body("alipay.trade.query", CONTENT)
    names = ("app_cert_sn", "alipay_root_cert_sn")
    assert [form.get(name) for name in names] == [theirs.get(name) for name in names]
    if account.alipay_certificate:
        number = oracle.DCAliPay.get_cert_sn(account.alipay_certificate)
        assert open_keys(account).alipay_cert_sn == number


def reply_of(account: AlipayAccount, folder: Path, said: dict[str, str]) -> str:
    """A reply that the oracle has signed with Alipay's key."""
    raw = json.dumps(said, ensure_ascii=False)
    number = ""
    if account.alipay_certificate:
        number = f',"alipay_cert_sn":"{oracle.DCAliPay.get_cert_sn(account.alipay_certificate)}"'
    return f'{{"{NODE}":{raw}{number},"sign":"{as_alipay(folder)._sign(raw)}"}}'


async def test_what_it_signs_we_believe(account: AlipayAccount, folder: Path) -> None:
    said = {"code": "10000", "out_trade_no": "T00000001", "buyer": "\u5f20\u4e09"}
    reply = reply_of(account, folder, said)
    assert (await sent_by_us(account, reply.encode()))[1] == said
    assert as_shop(account)._verify_and_return_sync_response(reply, NODE) == said
    forged = reply.replace("10000", "10003")
    assert (await sent_by_us(account, forged.encode()))[1].state == "unknown"


async def test_a_brace_within_a_text_stops_it_but_not_us(
    account: AlipayAccount, folder: Path
) -> None:
    said = {"code": "10000", "out_trade_no": "T00000001", "store_name": "a shop} by the sea"}
    reply = reply_of(account, folder, said)
    assert signed_response(reply, NODE)[0] == json.dumps(said)
    assert (await sent_by_us(account, reply.encode()))[1] == said
    with pytest.raises(oracle.exceptions.AliPayValidationError):
        as_shop(account)._verify_and_return_sync_response(reply, NODE)


def test_the_notices_that_it_signs_we_believe(account: AlipayAccount, folder: Path) -> None:
    fields = {
        "app_id": APP,
        "out_trade_no": "T00000001",
        "subject": "1 + 1 = 2 & more",
        "fund_bill_list": '[{"amount":"0.01"}]',
        "trade_status": "TRADE_SUCCESS",
    }
    message = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
    signature = as_alipay(folder)._sign(message)
    assert as_shop(account).verify({**fields, "sign_type": "RSA2"}, signature)
    platform = AlipayClient(account, httpx.AsyncClient())
    form = {**fields, "sign_type": "RSA2", "sign": signature, "nothing": ""}
    notice = platform.notice({}, urlencode(form).encode())
    assert notice and (notice.order_no, notice.receipt) == ("T00000001", b"success")
    assert platform.notice({}, urlencode({**form, "trade_status": "X"}).encode()) is None
