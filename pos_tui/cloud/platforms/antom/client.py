"""Antom's client: Alipay+ wallets' payment codes (user-presented mode), one signed call.

Documents: docs.antom.com/ac/ams/ — upm (pay), paymentri (inquiryPayment), paymentc (cancel),
refund_online, ir (inquiryRefund), paymentrn (notifyPayment), api_fund (headers),
digital_signature; docs.antom.com/ac/ams_upm/bp (when to inquire and to cancel).
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import httpx
import msgspec
from msgspec import Struct

from pos_tui.cloud.platforms.antom.account import AntomAccount
from pos_tui.cloud.platforms.antom.mapping import (
    REFUSALS,
    Content,
    cancel_of,
    pay_body,
    payment_of,
    query_of,
    read_content,
    refund_body,
    refund_of,
    refund_query_of,
    signature_header,
    signature_of,
    signed_text,
)
from pos_tui.cloud.platforms.protocol import (
    Notice,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
)
from pos_tui.cloud.wire import rsa
from pos_tui.cloud.wire.exchange import NoReply, call

_log = logging.getLogger(__name__)
_RECEIVED = b'{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"}}'
# The cancel cannot be done any more, or not yet: what has become of the payment says which.
_UNCANCELLABLE = {"CANCEL_WINDOW_EXCEED", "ORDER_STATUS_INVALID", "PROCESS_FAIL"}


class _NotifyBody(Struct, frozen=True, rename="camel"):
    notify_type: str
    payment_request_id: str


class AntomClient:
    """One merchant's account at Antom.

    After an unclear answer the payment is inquired about 10-20 times, every 3 seconds (ams_upm/bp).
    """

    schedule: tuple[float, ...] = (3,)
    deadline_s = 60.0
    cancel_after_s = 0.0

    def __init__(
        self,
        account: AntomAccount,
        client: httpx.AsyncClient,
        notify_url: str | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.currencies = frozenset(account.currencies)
        self._account = account
        self._private_key = rsa.private_key(account.private_key, "antom.private_key")
        self._antom_key = rsa.public_key(account.antom_key, "antom.antom_key")
        self._client = client
        self._notify_url = notify_url
        self._now = now
        is_sandbox = account.client_id.startswith("SANDBOX_")
        self._place = "/ams/sandbox/api/v1/payments/" if is_sandbox else "/ams/api/v1/payments/"

    async def pay(self, order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        """Charge the customer; a repeat gets the first call's answer."""
        asked = pay_body(order, auth_code, self._account, self._notify_url)
        reply = await self._call("pay", asked)
        return reply if isinstance(reply, PlatformAnswer) else payment_of(reply, order)

    async def query(self, order: PlatformOrder) -> PlatformAnswer:
        """What has become of an order."""
        reply = await self._call("inquiryPayment", {"paymentRequestId": order.order_no})
        return reply if isinstance(reply, PlatformAnswer) else query_of(reply, order)

    async def cancel(self, order: PlatformOrder) -> PlatformAnswer:
        """Close what is unpaid, give back what is paid; Antom does not say which it was."""
        reply = await self._call("cancel", {"paymentRequestId": order.order_no})
        if isinstance(reply, PlatformAnswer):
            return reply
        done = cancel_of(reply, order)
        if done.state != "unknown" or reply.result.result_code not in _UNCANCELLABLE:
            return done
        found = await self.query(order)
        if found.state == "declined":
            return answer("closed", "cancelled")
        return found if found.state in ("paid", "closed", "reversed") else done

    async def refund(self, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
        """Give back what a refund says; what is unclear is inquired about by the same number."""
        payment_id = order.platform_ref
        if not payment_id:
            found = await self.query(order)
            if found.state not in ("paid", "reversed"):
                return found if found.state == "unsent" else answer("unknown", "platform_error")
            payment_id = found.platform_ref
        if payment_id:
            reply = await self._call("refund", refund_body(order, refund, payment_id))
            done = reply if isinstance(reply, PlatformAnswer) else refund_of(reply, order, refund)
            if done.state != "unknown":
                return done
        reply = await self._call("inquiryRefund", {"refundRequestId": refund.refund_no})
        if isinstance(reply, PlatformAnswer):
            return answer("unknown", "platform_error")
        return refund_query_of(reply, order, refund)

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """A notice with Antom's signature over our notify url's path and our client id.

        The documents give no age beyond which one is stale (a retry may be 24 hours old,
        notify_refund); it says no more than: ask.
        """
        if not self._notify_url:
            return None
        named = {name.lower(): value for name, value in headers.items()}
        if named.get("client-id") != self._account.client_id:
            return None
        path, stamp = _path_of(self._notify_url), named.get("request-time", "")
        if self._doubt(path, stamp, named.get("signature", ""), body):
            _log.warning("Antom: a notice that Antom has not signed")
            return None
        try:
            notified = msgspec.json.decode(body, type=_NotifyBody)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        if not notified.notify_type.startswith("PAYMENT_") or not notified.payment_request_id:
            return None
        return Notice(
            order_no=notified.payment_request_id, receipt=_RECEIVED, content_type="application/json"
        )

    async def _call(self, name: str, asked: Mapping[str, object]) -> Content | PlatformAnswer:
        account = self._account
        url = account.url.rstrip("/") + self._place + name
        path, stamp = _path_of(url), str(int(self._now() * 1000))
        body = json.dumps(asked, ensure_ascii=False).encode()
        signature = rsa.sign(self._private_key, signed_text(path, account.client_id, stamp, body))
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "Client-Id": account.client_id,
            "Request-Time": stamp,
            "Signature": signature_header(signature, account.key_version),
        }
        reply = await call(self._client, "POST", url, headers, body)
        if isinstance(reply, NoReply):
            return answer(reply.state, reply.reason)
        doubt = self._doubt(
            path,
            reply.headers.get("Response-Time", ""),
            reply.headers.get("Signature", ""),
            reply.body,
        )
        if doubt is None and reply.status >= 500:
            doubt = "it failed"
        if doubt:
            _log.error("Antom: %s, HTTP %d not believed: %s", name, reply.status, doubt)
            return answer("unknown", "platform_error")
        content = read_content(reply.body)
        if content is None:
            _log.error("Antom: %s, HTTP %d cannot be read", name, reply.status)
            return answer("unknown", "platform_error")
        code = content.result.result_code
        if content.result.result_status == "F" and REFUSALS.get(code) == "configuration":
            _log.error("Antom refuses the shop's requests: %s %s", name, code)
        return content

    def _doubt(self, path: str, stamp: str, header: str, body: bytes) -> str | None:
        if not stamp:
            return "it has no time"
        text = signed_text(path, self._account.client_id, stamp, body)
        if not rsa.is_signed(self._antom_key, text, signature_of(header)):
            return "its signature is not Antom's"
        return None


def _path_of(url: str) -> str:
    split = urlsplit(url)
    return (split.path or "/") + (f"?{split.query}" if split.query else "")
