"""Alipay payment codes (RSA2, key mode): ours → theirs, theirs → ours, and one signed call."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

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
from pos_tui.cloud.gateway.platforms.exchange import call
from pos_tui.money import AmountError, Currency, format_amount, parse_amount
from pos_tui.settings import AlipayAccount

_log = logging.getLogger(__name__)
_CNY = Currency.of("CNY")
_CHINA = timezone(timedelta(hours=8))

_REFUSALS = {
    "ACQ.PAYMENT_AUTH_CODE_INVALID": "code_expired",
    "ACQ.BUYER_BALANCE_NOT_ENOUGH": "insufficient_balance",
    "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH": "insufficient_balance",
    "ACQ.ERROR_BALANCE_PAYMENT_DISABLE": "insufficient_balance",
    "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE": "insufficient_balance",
    "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR": "limit",
    "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR": "limit",
    "ACQ.TOTAL_FEE_EXCEED": "limit",
    "ACQ.PAYMENT_FAIL": "not_allowed",
    "ACQ.PAYMENT_REQUEST_HAS_RISK": "not_allowed",
    "ACQ.USER_FACE_PAYMENT_SWITCH_OFF": "not_allowed",
    "ACQ.BUYER_ENABLE_STATUS_FORBID": "not_allowed",
    "ACQ.BUYER_SELLER_EQUAL": "not_allowed",
    "ACQ.TRADE_BUYER_NOT_MATCH": "not_allowed",
    "ACQ.MOBILE_PAYMENT_SWITCH_OFF": "not_allowed",
    "ACQ.PULL_MOBILE_CASHIER_FAIL": "customer_cancelled",
    "ACQ.EXIST_FORBIDDEN_WORD": "not_allowed",
    "ACQ.TRADE_HAS_CLOSE": "closed",
    "ACQ.SELLER_BEEN_BLOCKED": "configuration",
    "ACQ.INVALID_STORE_ID": "configuration",
    "ACQ.CONTEXT_INCONSISTENT": "configuration",
    "ACQ.ACCESS_FORBIDDEN": "configuration",
    "ACQ.INVALID_PARAMETER": "configuration",
}
_MISCONFIGURED = {"20001", "40001", "40002", "40006"}


class Alipay:
    """One merchant's Alipay account."""

    currencies = frozenset({"CNY"})
    schedule: tuple[float, ...] = (1, 1, 2, 2, 3, 5)
    deadline_s = 60.0
    cancel_after_s = 0.0

    def __init__(
        self,
        account: AlipayAccount,
        client: httpx.AsyncClient,
        notify_url: str | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._account = account
        self._private_key = rsa.private_key(account.private_key, "alipay.private_key")
        self._alipay_key = rsa.public_key(account.alipay_key or "", "alipay.alipay_key")
        self._notify_url = notify_url
        self._client = client
        self._now = now

    async def pay(self, order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        """Charge the customer."""
        said = await self._call("alipay.trade.pay", pay_content(order, auth_code))
        return said if isinstance(said, PlatformAnswer) else payment_of(said, order)

    async def query(self, order: PlatformOrder) -> PlatformAnswer:
        """What has become of an order."""
        said = await self._call("alipay.trade.query", {"out_trade_no": order.order_no})
        return said if isinstance(said, PlatformAnswer) else query_of(said, order)

    async def cancel(self, order: PlatformOrder) -> PlatformAnswer:
        """Close what is unpaid, give back what is paid."""
        said = await self._call("alipay.trade.cancel", {"out_trade_no": order.order_no})
        return said if isinstance(said, PlatformAnswer) else cancel_of(said)

    async def refund(self, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
        """Give back what a refund says; what is unclear is asked again by the same number."""
        said = await self._call("alipay.trade.refund", refund_content(order, refund))
        if isinstance(said, PlatformAnswer):
            return said
        if said.get("code") == "10000" and said.get("fund_change") == "Y":
            return answer("refunded", "refunded")
        asked = {"out_trade_no": order.order_no, "out_request_no": refund.refund_no}
        said = await self._call("alipay.trade.fastpay.refund.query", asked)
        if isinstance(said, PlatformAnswer):
            return said
        if said.get("code") == "10000" and said.get("refund_status") == "REFUND_SUCCESS":
            return answer("refunded", "refunded")
        return answer("unknown", "platform_error")

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """Not believed yet."""
        return None

    async def _call(
        self, method: str, content: Mapping[str, object]
    ) -> dict[str, Any] | PlatformAnswer:
        params = request_params(self._account.app_id, method, content, self._now())
        params["sign"] = rsa.sign(self._private_key, signed_request(params))
        reply = await call(
            self._client,
            "POST",
            self._account.url + "?charset=utf-8",
            {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"},
            urlencode(params).encode(),
        )
        if isinstance(reply, PlatformAnswer):
            return reply
        try:
            text = reply.body.decode("utf-8")
            raw, signature = signed_response(text, method.replace(".", "_") + "_response")
        except ValueError as error:
            _log.warning("Alipay: HTTP %d not believed: %s", reply.status, error)
            return answer("unknown", "platform_error")
        if not rsa.is_signed(self._alipay_key, raw.encode(), signature):
            _log.error("Alipay: HTTP %d not believed: the signature is another's", reply.status)
            return answer("unknown", "platform_error")
        said = json.loads(raw)
        return said if isinstance(said, dict) else answer("unknown", "platform_error")


# ---- ours → theirs ---------------------------------------------------------------------------


def request_params(
    app_id: str, method: str, content: Mapping[str, object], now: float
) -> dict[str, str]:
    """The parameters of a call, unsigned."""
    return {
        "app_id": app_id,
        "method": method,
        "format": "JSON",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": datetime.fromtimestamp(now, _CHINA).strftime("%Y-%m-%d %H:%M:%S"),
        "version": "1.0",
        "biz_content": json.dumps(content, ensure_ascii=False),
    }


def signed_request(params: Mapping[str, str]) -> bytes:
    """The text that a request's signature covers."""
    named = sorted((k, v) for k, v in params.items() if v and k != "sign")
    return "&".join(f"{k}={v}" for k, v in named).encode()


def pay_content(order: PlatformOrder, auth_code: str) -> dict[str, object]:
    """The content of a pay call."""
    return {
        "out_trade_no": order.order_no,
        "scene": "bar_code",
        "auth_code": auth_code,
        "product_code": "FACE_TO_FACE_PAYMENT",
        "subject": order.subject[:256],
        "total_amount": format_amount(order.amount, _CNY),
        "terminal_id": order.till,
        "timeout_express": "3m",
    }


def refund_content(order: PlatformOrder, refund: PlatformRefund) -> dict[str, object]:
    """The content of a refund."""
    return {
        "out_trade_no": order.order_no,
        "refund_amount": format_amount(refund.amount, _CNY),
        "out_request_no": refund.refund_no,
        "refund_reason": refund.reason[:256],
    }


# ---- theirs → ours ---------------------------------------------------------------------------


def signed_response(text: str, name: str) -> tuple[str, str]:
    """The response object exactly as received, and the signature beside it.

    Raises ValueError when the reply is not a JSON object that holds both, once.
    """
    scan = json.JSONDecoder().raw_decode
    found: dict[str, tuple[int, int]] = {}
    at = _past_blanks(text, 0)
    if text[at : at + 1] != "{":
        raise ValueError("the reply is not an object")
    while text[at : at + 1] in ("{", ","):
        key, at = scan(text, _past_blanks(text, at + 1))
        at = _past_blanks(text, at)
        if not isinstance(key, str) or text[at : at + 1] != ":" or key in found:
            raise ValueError("the reply's names are not in order")
        begin = _past_blanks(text, at + 1)
        _, end = scan(text, begin)
        found[key] = (begin, end)
        at = _past_blanks(text, end)
    if text[at : at + 1] != "}" or text[at + 1 :].strip():
        raise ValueError("the reply does not end where its object ends")
    if name not in found or "sign" not in found:
        raise ValueError("the reply is not signed or not the one that was asked for")
    begin, end = found[name]
    signature = json.loads(text[slice(*found["sign"])])
    if not isinstance(signature, str):
        raise ValueError("the signature is not a text")
    return text[begin:end], signature


def payment_of(said: Mapping[str, Any], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a pay call says about the order."""
    match said.get("code"):
        case "10000":
            return _paid(said, said.get("gmt_payment"), order)
        case "10003":
            return answer("paying", "waiting_for_customer")
    return error_of(said)


def query_of(said: Mapping[str, Any], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a query says about the order."""
    if said.get("code") != "10000":
        # Only the order's absence is news here: a query that fails refuses no payment.
        found = error_of(said)
        return found if found.state == "not_found" else answer("unknown", "platform_error")
    match said.get("trade_status"):
        case "TRADE_SUCCESS" | "TRADE_FINISHED":
            return _paid(said, said.get("send_pay_date"), order)
        case "WAIT_BUYER_PAY":
            return answer("paying", "waiting_for_customer")
        case "TRADE_CLOSED":
            return answer("closed", "closed")
    return answer("unknown", "platform_error")


def cancel_of(said: Mapping[str, Any]) -> PlatformAnswer:
    """Whether a cancel is acknowledged, and whether money went back with it."""
    if said.get("code") != "10000":
        found = error_of(said)
        return found if found.state == "not_found" else answer("unknown", "platform_error")
    if said.get("retry_flag") == "Y":
        return answer("unknown", "platform_error")
    if said.get("action") == "refund":
        return answer("reversed", "money_returned")
    return answer("closed", "cancelled")


def error_of(said: Mapping[str, Any]) -> PlatformAnswer:
    """What an error says: only a named refusal is one."""
    code, sub_code = str(said.get("code")), str(said.get("sub_code"))
    if sub_code == "ACQ.TRADE_NOT_EXIST":
        return answer("not_found", "platform_error")
    if code in _MISCONFIGURED:
        _log.error("Alipay refuses the shop's requests: %s %s", code, sub_code)
        return answer("declined", "configuration")
    reason = _REFUSALS.get(sub_code)
    if code != "40004" or reason is None:
        return answer("unknown", "platform_error")
    if reason == "configuration":
        _log.error("Alipay refuses the shop's requests: %s %s", code, sub_code)
    return answer("declined", reason)


def _paid(said: Mapping[str, Any], paid_at: object, order: PlatformOrder) -> PlatformAnswer:
    if said.get("out_trade_no") != order.order_no:
        _log.error("Alipay: the answer is about another order")
        return answer("unknown", "platform_error")
    try:
        when = datetime.strptime(str(paid_at), "%Y-%m-%d %H:%M:%S").replace(tzinfo=_CHINA)
        amount = parse_amount(str(said.get("total_amount")), _CNY)
    except (ValueError, AmountError):
        return answer("unknown", "platform_error")
    found = PlatformAnswer(
        state="paid", platform_ref=str(said.get("trade_no") or ""), paid_at=when, amount=amount
    )
    return believe(found, order)


def _past_blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\r", "\n"):
        at += 1
    return at
