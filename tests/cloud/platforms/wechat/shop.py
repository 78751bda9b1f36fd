"""A merchant at the simulated WeChat Pay, for the tests of both of its versions."""

from __future__ import annotations

import functools
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.applications import Starlette

from pos_tui.cloud.platforms.protocol import PlatformOrder, PlatformRefund
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
from pos_tui.cloud.platforms.simulation.delivery import Delivery
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.platforms.wechat.account import WeChatAccount
from pos_tui.cloud.platforms.wechat.client import WeChatClient
from pos_tui.cloud.platforms.wechat.simulator import WeChatSimulator

from ..simulated import wire_to

URL = "http://wechat.test/wechat"
API_V3_KEY = "0123456789abcdef0123456789abcdef"
NOTIFY = "https://shop.test/notify/wechat"
CHINA = timezone(timedelta(hours=8))
platform_keys = functools.cache(PlatformKeys)
ORDER = PlatformOrder(
    merchant="M001",
    till="01",
    order_no="T00000001",
    amount=4770,
    currency="CNY",
    subject="Corner Market",
    made_at=datetime(2025, 3, 1, 2, 30, tzinfo=UTC),
)
REFUND = PlatformRefund(refund_no="R0000001", amount=1000, reason="one lid", made_at=ORDER.made_at)
REST = PlatformRefund(refund_no="R0000002", amount=3770, reason="", made_at=ORDER.made_at)


def account_of(keys: Path, **changes: Any) -> WeChatAccount:
    platform_key = (keys / "platform-public.pem").read_text()
    fields = {
        "url": URL,
        "appid": "wx1",
        "mchid": "190",
        "serial": "M1",
        "private_key": (keys / "merchant-key.pem").read_text(),
        "platform_keys": {"PUB_KEY_ID_1": platform_key},
        "api_v3_key": API_V3_KEY,
    }
    return WeChatAccount(**(fields | changes))


class Shop:
    """A platform and its simulator in one process; what the platform sent is remembered."""

    def __init__(
        self,
        keys: Path,
        account: WeChatAccount,
        notify_url: str | None = None,
        *,
        reverse_after_s: float = 0.0,
        refund_gap_s: float = 0.0,
    ) -> None:
        self.now = 1000.0
        self.behaviours = Behaviours(
            clock=lambda: self.now,
            late_s=0.01,
            reverse_after_s=reverse_after_s,
            refund_gap_s=refund_gap_s,
        )
        self.simulator = WeChatSimulator([account], platform_keys(keys), self.behaviours)
        self.sent: list[str] = []
        wire = wire_to(self.simulator, Delivery(self.behaviours), self.sent)
        self.client = httpx.AsyncClient(transport=wire)
        self.platform = WeChatClient(account, self.client, notify_url)


def changed(**fields: Any) -> PlatformOrder:
    """The order with other fields."""
    return msgspec.structs.replace(ORDER, **fields)


def silent() -> httpx.AsyncClient:
    """A client that reaches nobody; an ordinary one takes long to make."""

    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody is there")

    return httpx.AsyncClient(transport=httpx.MockTransport(refuse))


def code(script: str) -> str:
    return "13485790123456" + script


REFUSALS = {
    "USERPAYING": ("paying", "waiting_for_customer"),
    "SYSTEM_ERROR": ("unknown", "platform_error"),
    "SYSTEMERROR": ("unknown", "platform_error"),
    "BANKERROR": ("unknown", "platform_error"),
    "BANK_ERROR": ("unknown", "platform_error"),
    "ORDERPAID": ("unknown", "platform_error"),
    "FREQUENCY_LIMITED": ("unknown", "platform_error"),
    "": ("unknown", "platform_error"),
    "SOMETHING_NEW": ("unknown", "platform_error"),
    "ORDER_NOT_EXIST": ("not_found", "platform_error"),
    "ORDERNOTEXIST": ("not_found", "platform_error"),
    "RESOURCE_NOT_EXISTS": ("not_found", "platform_error"),
    "AUTHCODEEXPIRE": ("declined", "code_expired"),
    "AUTH_CODE_EXPIRED": ("declined", "code_expired"),
    "AUTH_CODE_INVALID": ("declined", "code_invalid"),
    "AUTH_CODE_ERROR": ("declined", "code_invalid"),
    "INVALID_AUTH_CODE": ("declined", "code_invalid"),
    "NOTENOUGH": ("declined", "insufficient_balance"),
    "NOT_ENOUGH": ("declined", "insufficient_balance"),
    "NOTSUPORTCARD": ("declined", "not_allowed"),
    "TRADE_ERROR": ("declined", "customer_cancelled"),
    "RULELIMIT": ("declined", "limit"),
    "RULE_LIMIT": ("declined", "limit"),
    "ORDERCLOSED": ("declined", "closed"),
    "ORDERREVERSED": ("declined", "closed"),
    "BUYER_MISMATCH": ("declined", "not_allowed"),
    "OUT_TRADE_NO_USED": ("declined", "not_allowed"),
    "INVALID_REQUEST": ("declined", "not_allowed"),
    "NOAUTH": ("declined", "configuration"),
    "NO_AUTH": ("declined", "configuration"),
    "SIGNERROR": ("declined", "configuration"),
    "SIGN_ERROR": ("declined", "configuration"),
    "PARAM_ERROR": ("declined", "configuration"),
    "APPID_NOT_EXIST": ("declined", "configuration"),
    "MCHID_NOT_EXIST": ("declined", "configuration"),
    "MCH_NOT_EXISTS": ("declined", "configuration"),
    "XML_FORMAT_ERROR": ("declined", "configuration"),
    "LACK_PARAMS": ("declined", "configuration"),
    "NOT_UTF8": ("declined", "configuration"),
    "REQUIRE_POST_METHOD": ("declined", "configuration"),
    "APPID_MCHID_NOT_MATCH": ("declined", "configuration"),
}


async def refund_notice(keys: Path) -> tuple[Shop, Any]:
    shop = Shop(keys, account_of(keys), NOTIFY)
    await shop.platform.pay(ORDER, code("0000"))
    parcels: list[Any] = []
    say = shop.simulator.refund

    async def overheard(request: Any) -> Any:
        said = await say(request)
        parcels.append(said.notice and said.notice())
        return type(said)(said.response)

    delivery = Delivery(shop.behaviours)
    route = delivery.route("POST", "/wechat/v3/refund/domestic/refunds", overheard)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=Starlette(routes=[route])))
    found = await WeChatClient(account_of(keys), client, NOTIFY).refund(ORDER, REFUND)
    assert found.state == "unknown"  # on its way
    assert parcels[0].url == NOTIFY
    return shop, parcels[0]


def sealed(content: Any, **changes: Any) -> bytes:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    nonce = b"0123456789ab"
    text = AESGCM(API_V3_KEY.encode()).encrypt(nonce, raw, b"")
    resource = {
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": nonce.decode(),
        "ciphertext": b64encode(text).decode(),
    }
    return json.dumps({"resource": {**resource, **changes}}).encode()
