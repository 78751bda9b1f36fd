"""WeChat Pay V3 payment codes (codepay): ours → theirs, theirs → ours, and one signed call."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from pos_tui.cloud import rsa
from pos_tui.cloud.gateway.platforms import (
    Notice,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
    believe,
)
from pos_tui.cloud.gateway.platforms.exchange import Reply, call
from pos_tui.settings import WeChatAccount

_log = logging.getLogger(__name__)
_SCHEME = "WECHATPAY2-SHA256-RSA2048"
_FRESH_S = 5 * 60

# Error codes are published with and without underscores; they are compared without.
_REFUSALS = {
    "NOTENOUGH": "insufficient_balance",
    "AUTHCODEEXPIRE": "code_expired",
    "AUTHCODEEXPIRED": "code_expired",
    "AUTHCODEERROR": "code_invalid",
    "AUTHCODEINVALID": "code_invalid",
    "INVALIDAUTHCODE": "code_invalid",
    "NOTSUPORTCARD": "not_allowed",
    "NOTSUPPORTCARD": "not_allowed",
    "TRADEERROR": "customer_cancelled",
    "RULELIMIT": "limit",
    "ORDERCLOSED": "closed",
    "ORDERREVERSED": "closed",
    "BUYERMISMATCH": "not_allowed",
    "OUTTRADENOUSED": "not_allowed",
    "INVALIDREQUEST": "configuration",
    "NOAUTH": "configuration",
    "SIGNERROR": "configuration",
    "PARAMERROR": "configuration",
    "APPIDNOTEXIST": "configuration",
    "MCHIDNOTEXIST": "configuration",
    "MCHNOTEXISTS": "configuration",
    "APPIDMCHIDNOTMATCH": "configuration",
}
_ABSENT = {"ORDERNOTEXIST", "RESOURCENOTEXISTS", "NOTFOUND"}


class WeChat:
    """One merchant's WeChat Pay account."""

    currencies = frozenset({"CNY"})
    schedule: tuple[float, ...] = (1, 1, 2, 2, 3, 5)
    deadline_s = 45.0
    cancel_after_s = 15.0

    def __init__(
        self,
        account: WeChatAccount,
        client: httpx.AsyncClient,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._account = account
        self._private_key = rsa.private_key(account.private_key, "wechat.private_key")
        self._platform_keys = {
            serial: rsa.public_key(key, f"wechat.platform_keys.{serial}")
            for serial, key in account.platform_keys.items()
        }
        self._client = client
        self._now = now

    async def pay(self, order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        """Charge the customer; a refusal is believed once a query has found no payment."""
        reply = await self._call(
            "POST", "/v3/pay/transactions/codepay", pay_body(order, auth_code, self._account)
        )
        if isinstance(reply, PlatformAnswer):
            return reply
        paid = payment_of(reply.status, reply.body, order, self._account)
        if paid.state != "declined" or reply.status < 300:
            return paid
        # WeChat has been seen to charge and to answer 4xx all the same.
        found = await self.query(order)
        if found.state in ("unknown", "unsent"):
            return answer("unknown", "platform_error")
        return found if found.state in ("paid", "paying") else paid

    async def query(self, order: PlatformOrder) -> PlatformAnswer:
        """What has become of an order."""
        path = f"/v3/pay/transactions/out-trade-no/{order.order_no}?mchid={self._account.mchid}"
        reply = await self._call("GET", path, None)
        if isinstance(reply, PlatformAnswer):
            return reply
        return payment_of(reply.status, reply.body, order, self._account)

    async def cancel(self, order: PlatformOrder) -> PlatformAnswer:
        """Reverse: closes what is unpaid, gives back what is paid."""
        path = f"/v3/pay/transactions/out-trade-no/{order.order_no}/reverse"
        account = self._account
        reply = await self._call("POST", path, {"appid": account.appid, "mchid": account.mchid})
        return reply if isinstance(reply, PlatformAnswer) else cancel_of(reply.status, reply.body)

    async def refund(self, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
        """Give back what a refund says."""
        body = refund_body(order, refund)
        reply = await self._call("POST", "/v3/refund/domestic/refunds", body)
        if isinstance(reply, PlatformAnswer):
            return reply
        return refund_of(reply.status, reply.body, refund)

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """WeChat sends none about scanned codes' payments."""
        return None

    async def _call(
        self, method: str, path: str, content: Mapping[str, object] | None
    ) -> Reply | PlatformAnswer:
        body = b"" if content is None else json.dumps(content, ensure_ascii=False).encode()
        url = self._account.url.rstrip("/") + path
        split = urlsplit(url)
        target = split.path + (f"?{split.query}" if split.query else "")
        stamp, nonce = str(int(self._now())), secrets.token_hex(16)
        text = f"{method}\n{target}\n{stamp}\n{nonce}\n".encode() + body + b"\n"
        fields = {
            "mchid": self._account.mchid,
            "nonce_str": nonce,
            "signature": rsa.sign(self._private_key, text),
            "timestamp": stamp,
            "serial_no": self._account.serial,
        }
        headers = {
            "Authorization": f"{_SCHEME} " + ",".join(f'{k}="{v}"' for k, v in fields.items()),
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        reply = await call(self._client, method, url, headers, body)
        if isinstance(reply, PlatformAnswer):
            return reply
        doubt = self.doubt(reply.headers, reply.body)
        if doubt:
            _log.error("WeChat Pay: HTTP %d not believed: %s", reply.status, doubt)
            return answer("unknown", "platform_error")
        return reply

    def doubt(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """Why a reply must not be believed; None when it is signed, fresh and by the right key."""
        stamp = headers.get("Wechatpay-Timestamp", "")
        nonce = headers.get("Wechatpay-Nonce", "")
        serial = headers.get("Wechatpay-Serial", "")
        signature = headers.get("Wechatpay-Signature", "")
        platform_key = self._platform_keys.get(serial)
        if platform_key is None:
            return f"it is signed by key {serial or '(none)'}"
        if not stamp.isascii() or not stamp.isdigit() or abs(self._now() - int(stamp)) > _FRESH_S:
            return "its time is not within five minutes of ours"
        text = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
        if not rsa.is_signed(platform_key, text, signature):
            return "its signature is not WeChat Pay's"
        return None


# ---- ours → theirs ---------------------------------------------------------------------------


def pay_body(order: PlatformOrder, auth_code: str, account: WeChatAccount) -> dict[str, object]:
    """The body of a pay call."""
    return {
        "appid": account.appid,
        "mchid": account.mchid,
        "description": order.subject[:127],
        "out_trade_no": order.order_no,
        "payer": {"auth_code": auth_code},
        "amount": {"total": order.amount, "currency": order.currency},
        "scene_info": {"store_info": {"out_id": order.till}},
    }


def refund_body(order: PlatformOrder, refund: PlatformRefund) -> dict[str, object]:
    """The body of a refund."""
    return {
        "out_trade_no": order.order_no,
        "out_refund_no": refund.refund_no,
        "reason": refund.reason[:80],
        "amount": {"refund": refund.amount, "total": order.amount, "currency": order.currency},
    }


# ---- theirs → ours ---------------------------------------------------------------------------


def payment_of(
    status: int, body: bytes, order: PlatformOrder, account: WeChatAccount
) -> PlatformAnswer:
    """What the answer to a pay call or a query says about the order."""
    content = _object(body)
    if content is None:
        return answer("unknown", "platform_error")
    if status >= 300:
        return error_of(status, content)
    if (
        content.get("out_trade_no") != order.order_no
        or content.get("mchid") != account.mchid
        or content.get("appid") != account.appid
    ):
        _log.error("WeChat Pay: the answer is about another order or merchant")
        return answer("unknown", "platform_error")
    match content.get("trade_state"):
        case "SUCCESS":
            return believe(_paid(content), order)
        case "USERPAYING" | "ACCEPT":
            return answer("paying", "waiting_for_customer")
        case "NOTPAY":
            return answer("unpaid", "platform_error")
        case "PAYERROR":
            return answer("declined", "customer_cancelled")
        case "REVOKED" | "CLOSED":
            return answer("closed", "closed")
        case "REFUND":
            return answer("reversed", "money_returned")
    return answer("unknown", "platform_error")


def error_of(status: int, content: Mapping[str, Any]) -> PlatformAnswer:
    """What an error body says: only a named refusal is one."""
    code = str(content.get("code", "")).replace("_", "").upper()
    if code == "USERPAYING":
        return answer("paying", "waiting_for_customer")
    if code in _ABSENT:
        return answer("not_found", "platform_error")
    reason = _REFUSALS.get(code)
    if reason is None or status >= 500:
        return answer("unknown", "platform_error")
    if reason == "configuration":
        _log.error("WeChat Pay refuses the shop's requests: %s", code)
    return answer("declined", reason)


def cancel_of(status: int, body: bytes) -> PlatformAnswer:
    """Whether a reverse is acknowledged."""
    content = _object(body) if body else {}
    if content is None:
        return answer("unknown", "platform_error")
    if status < 300:
        if content.get("recall") == "Y":
            return answer("unknown", "platform_error")
        return answer("closed", "cancelled")
    code = str(content.get("code", "")).replace("_", "").upper()
    if code in _ABSENT:
        return answer("not_found", "platform_error")
    if code in ("ORDERREVERSED", "ORDERCLOSED"):
        return answer("closed", "cancelled")
    return answer("unknown", "platform_error")


def refund_of(status: int, body: bytes, refund: PlatformRefund) -> PlatformAnswer:
    """Whether a refund is accepted; the same number asked again refunds once."""
    content = _object(body)
    accepted = (
        content is not None
        and status < 300
        and content.get("out_refund_no") == refund.refund_no
        and content.get("status") in ("SUCCESS", "PROCESSING")
    )
    return answer("refunded", "refunded") if accepted else answer("unknown", "platform_error")


def _paid(content: Mapping[str, Any]) -> PlatformAnswer:
    amount = content.get("amount")
    total = amount.get("total") if isinstance(amount, dict) else None
    try:
        paid_at = datetime.fromisoformat(str(content.get("success_time")))
    except ValueError:
        return answer("unknown", "platform_error")
    return PlatformAnswer(
        state="paid",
        platform_ref=str(content.get("transaction_id") or ""),
        paid_at=paid_at if paid_at.tzinfo else None,
        amount=total if type(total) is int else None,
    )


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
