"""Alipay+ wallets' payment codes through Antom (user-presented mode): ours → theirs, and back.

Documents: docs.antom.com/ac/ams/ — upm (pay), paymentri (inquiryPayment), paymentc (cancel),
refund_online, ir (inquiryRefund), paymentrn (notifyPayment), api_fund (headers),
digital_signature; docs.antom.com/ac/ams_upm/bp (when to inquire and to cancel).
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import quote, unquote, urlsplit

import httpx
import msgspec
from msgspec import Struct

from pos_tui.cloud.platforms.antom.account import AntomAccount
from pos_tui.cloud.platforms.protocol import (
    Notice,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
    believe,
)
from pos_tui.cloud.wire import rsa
from pos_tui.cloud.wire.exchange import NoReply, call

_log = logging.getLogger(__name__)
_RECEIVED = b'{"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"}}'

# Result codes of pay with status F, which is final: a repeat gets the same again (upm). No one
# wallet gives all of them.
# SYSTEM_ERROR and REPEAT_REQ_INCONSISTENT are not among them: they leave open whether an earlier
# request under the same number has taken money.
_REFUSALS = {
    code: reason
    for reason, codes in {
        "insufficient_balance": "USER_BALANCE_NOT_ENOUGH",
        "code_expired": "EXPIRED_CODE",
        "code_invalid": "INVALID_PAYMENT_CODE INVALID_CODE",
        "customer_cancelled": """
            USER_PAYMENT_VERIFICATION_FAILED VERIFY_TIMES_EXCEED_LIMIT VERIFY_UNMATCHED
        """,
        "limit": """
            USER_AMOUNT_EXCEED_LIMIT PAYMENT_AMOUNT_EXCEED_LIMIT
            PAYMENT_COUNT_EXCEED_LIMIT
        """,
        "not_allowed": """
            AUTHENTICATION_REQUIRED FRAUD_REJECT NO_PAY_OPTIONS PAYMENT_PROHIBITED
            PROCESS_FAIL REGULATION_RESTRICTION RISK_REJECT UNAVAILABLE_PAYMENT_METHOD
            USER_KYC_NOT_QUALIFIED USER_NOT_EXIST USER_STATUS_ABNORMAL
        """,
        "closed": "ORDER_IS_CANCELED ORDER_IS_CLOSED",
        "configuration": """
            ACCESS_DENIED CLIENT_INVALID CURRENCY_NOT_SUPPORT INVALID_ACCESS_TOKEN INVALID_API
            INVALID_CLIENT INVALID_CONTRACT INVALID_MERCHANT_STATUS
            INVALID_PAYMENT_METHOD_META_DATA INVALID_SIGNATURE KEY_NOT_FOUND
            MEDIA_TYPE_NOT_ACCEPTABLE MERCHANT_KYB_NOT_QUALIFIED MERCHANT_NOT_REGISTERED
            METHOD_NOT_SUPPORTED NO_INTERFACE_DEF PARAM_ILLEGAL PAYMENT_NOT_QUALIFIED
            SETTLE_CONTRACT_NOT_MATCH SIGNATURE_INVALID
        """,
    }.items()
    for code in codes.split()
}
_REFUND_REFUSALS = {
    "MERCHANT_BALANCE_NOT_ENOUGH",
    "MULTIPLE_REFUNDS_NOT_SUPPORTED",
    "ORDER_IS_CANCELED",
    "PARTIAL_REFUND_NOT_SUPPORTED",
    "REFUND_AMOUNT_EXCEED",
    "REFUND_WINDOW_EXCEED",
    "RISK_REJECT",
}
# The cancel cannot be done any more, or not yet: what has become of the payment says which.
_UNCANCELLABLE = {"CANCEL_WINDOW_EXCEED", "ORDER_STATUS_INVALID", "PROCESS_FAIL"}
_CLOSED = {"ORDER_IS_CANCELED", "ORDER_IS_CLOSED"}


class Result(Struct, frozen=True, rename="camel"):
    """What every answer begins with: S done, F refused for good, U not known yet."""

    result_status: str
    result_code: str = ""


class Amount(Struct, frozen=True):
    """Money in the currency's smallest unit, written as a text."""

    currency: str
    value: str | int


class Transaction(Struct, frozen=True, rename="camel"):
    """What was done to a payment afterwards."""

    transaction_type: str | None = None
    transaction_status: str | None = None
    transaction_amount: Amount | None = None


class Content(Struct, frozen=True, rename="camel"):
    """The fields of Antom's answers that matter here."""

    result: Result
    payment_request_id: str | None = None
    payment_id: str | None = None
    payment_amount: Amount | None = None
    payment_time: str | None = None
    payment_status: str | None = None
    payment_result_code: str | None = None
    transactions: tuple[Transaction, ...] | None = None
    refund_request_id: str | None = None
    refund_amount: Amount | None = None
    refund_status: str | None = None


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
        """Charge the customer; a repeat is told what the first call was notified."""
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
        if content.result.result_status == "F" and _REFUSALS.get(code) == "configuration":
            _log.error("Antom refuses the shop's requests: %s %s", name, code)
        return content

    def _doubt(self, path: str, stamp: str, header: str, body: bytes) -> str | None:
        if not stamp:
            return "it has no time"
        text = signed_text(path, self._account.client_id, stamp, body)
        if not rsa.is_signed(self._antom_key, text, signature_of(header)):
            return "its signature is not Antom's"
        return None


# ---- signatures ------------------------------------------------------------------------------


def signed_text(path: str, client_id: str, stamp: str, body: bytes) -> bytes:
    """What a signature covers, of a request, an answer and a notice alike (digital_signature)."""
    return f"POST {path}\n{client_id}.{stamp}.".encode(errors="replace") + body


def signature_header(signature: str, key_version: int) -> str:
    """The Signature header of a base64 signature."""
    value = quote(signature, safe="")
    return f"algorithm=RSA256, keyVersion={key_version}, signature={value}"


def signature_of(header: str) -> str:
    """The base64 signature of a Signature header; "" where there is none."""
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name == "signature":
            return unquote(value)
    return ""


# ---- ours → theirs ---------------------------------------------------------------------------


def pay_body(
    order: PlatformOrder, auth_code: str, account: AntomAccount, notify_url: str | None
) -> dict[str, object]:
    """The body of a pay call: the same whenever it is repeated (upm)."""
    amount = {"currency": order.currency, "value": str(order.amount)}
    name = account.store_name or order.subject
    store = {
        "referenceStoreId": order.merchant,
        "storeName": name[:256],
        "storeMCC": account.store_mcc,
    }
    body: dict[str, object] = {
        "productCode": "IN_STORE_PAYMENT",
        "paymentRequestId": order.order_no,
        "order": {
            "referenceOrderId": order.order_no,
            "orderDescription": order.subject[:256],
            "orderAmount": amount,
            "merchant": {
                "referenceMerchantId": order.merchant,
                "merchantName": name[:256],
                "merchantMCC": account.store_mcc,
                "store": store,
            },
            "env": {
                "storeTerminalId": order.till,
                "storeTerminalRequestTime": order.made_at.isoformat(timespec="seconds"),
            },
        },
        "paymentAmount": amount,
        "paymentMethod": {"paymentMethodType": "CONNECT_WALLET", "paymentMethodId": auth_code},
        "paymentFactor": {"inStorePaymentScenario": "PaymentCode"},
        "merchantRegion": account.region,
    }
    if notify_url:
        body["paymentNotifyUrl"] = notify_url
    if account.settlement_currency:
        body["settlementStrategy"] = {"settlementCurrency": account.settlement_currency}
    return body


def refund_body(order: PlatformOrder, refund: PlatformRefund, payment_id: str) -> dict[str, object]:
    """The body of a refund, which names the payment by Antom's own number."""
    return {
        "refundRequestId": refund.refund_no,
        "paymentId": payment_id,
        "refundAmount": {"currency": order.currency, "value": str(refund.amount)},
        "refundReason": refund.reason[:256],
    }


# ---- theirs → ours ---------------------------------------------------------------------------


def read_content(body: bytes) -> Content | None:
    """An answer's fields; None where it is not one."""
    try:
        return msgspec.json.decode(body, type=Content)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def payment_of(reply: Content, order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a pay call says about the order (upm)."""
    if reply.payment_request_id not in (None, order.order_no):
        return _of_another()
    match reply.result.result_status, reply.result.result_code:
        case "S", _:
            return _paid(reply, order)
        case "U", "PAYMENT_IN_PROCESS":
            return answer("paying", "waiting_for_customer")
        case "F", code if code in _REFUSALS:
            return answer("declined", _REFUSALS[code])
    return answer("unknown", "platform_error")


def query_of(reply: Content, order: PlatformOrder) -> PlatformAnswer:
    """What an inquiry says about the order; its result is about the inquiry only (paymentri)."""
    if reply.result.result_status == "F" and reply.result.result_code == "ORDER_NOT_EXIST":
        return answer("not_found", "platform_error")
    if reply.result.result_status != "S":
        return answer("unknown", "platform_error")
    if reply.payment_request_id != order.order_no:
        return _of_another()
    # The reference writes SUCCESS, an example beside it (ams_ec/postpayment) "Success".
    match (reply.payment_status or "").upper():
        case "SUCCESS":
            paid = _paid(reply, order)
            if paid.state == "paid" and _given_back(reply, order) >= order.amount:
                return msgspec.structs.replace(
                    answer("reversed", "money_returned"), platform_ref=paid.platform_ref
                )
            return paid
        case "PROCESSING" | "PENDING":
            return answer("paying", "waiting_for_customer")
        case "FAIL":
            reason = _REFUSALS.get(reply.payment_result_code or "", "not_allowed")
            if reason == "configuration":
                _log.error("Antom refuses the shop's payments: %s", reply.payment_result_code)
            return answer("declined", reason)
        case "CANCELLED":
            return answer("closed", "closed")
    return answer("unknown", "platform_error")


def cancel_of(reply: Content, order: PlatformOrder) -> PlatformAnswer:
    """Whether a cancel is acknowledged; U is to be asked again under the same number (paymentc)."""
    if reply.payment_request_id not in (None, order.order_no):
        return _of_another()
    match reply.result.result_status, reply.result.result_code:
        case "S", _:
            return answer("closed", "cancelled")
        case "F", "ORDER_NOT_EXIST":
            return answer("not_found", "platform_error")
        case "F", code if code in _CLOSED:
            return answer("closed", "cancelled")
    return answer("unknown", "platform_error")


def refund_of(reply: Content, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
    """Whether a refund is done; one in process (U) may still fail (refund_online)."""
    match reply.result.result_status, reply.result.result_code:
        case "S", _ if _is_this(reply, order, refund):
            return answer("refunded", "refunded")
        case "F", code if code in _REFUND_REFUSALS:
            return answer("declined", "refund_refused")
    return answer("unknown", "platform_error")


def refund_query_of(reply: Content, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
    """What has become of a refund; the result is about the inquiry only (ir)."""
    if reply.result.result_status != "S" or not _is_this(reply, order, refund):
        return answer("unknown", "platform_error")
    match reply.refund_status:
        case "SUCCESS":
            return answer("refunded", "refunded")
        case "FAIL":
            return answer("declined", "refund_refused")
    return answer("unknown", "platform_error")


def _paid(reply: Content, order: PlatformOrder) -> PlatformAnswer:
    if reply.payment_request_id != order.order_no:
        return _of_another()
    try:
        paid_at = datetime.fromisoformat(reply.payment_time or "")
    except ValueError:
        return answer("unknown", "platform_error")
    found = PlatformAnswer(
        state="paid",
        platform_ref=reply.payment_id,
        paid_at=paid_at if paid_at.tzinfo else None,
        amount=_minor(reply.payment_amount, order.currency),
    )
    return believe(found, order)


def _is_this(reply: Content, order: PlatformOrder, refund: PlatformRefund) -> bool:
    amount = _minor(reply.refund_amount, order.currency)
    return reply.refund_request_id == refund.refund_no and amount == refund.amount


def _given_back(reply: Content, order: PlatformOrder) -> int:
    return sum(
        _minor(done.transaction_amount, order.currency) or 0
        for done in reply.transactions or ()
        if (done.transaction_type, done.transaction_status) == ("REFUND", "SUCCESS")
    )


def _minor(amount: Amount | None, currency: str) -> int | None:
    if amount is None or amount.currency != currency:
        return None
    text = str(amount.value)
    # An amount has a dozen digits; a text of thousands is not worth the reading.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _of_another() -> PlatformAnswer:
    _log.error("Antom: the answer is about another order")
    return answer("unknown", "platform_error")


def _path_of(url: str) -> str:
    split = urlsplit(url)
    return (split.path or "/") + (f"?{split.query}" if split.query else "")
