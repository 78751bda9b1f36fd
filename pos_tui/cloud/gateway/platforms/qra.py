"""UnionPay QRA payment codes (XML, MD5): ours → theirs, theirs → ours, and one signed call."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

import httpx

from pos_tui.cloud.flat_xml import XmlError, read_xml, write_xml
from pos_tui.cloud.gateway.platforms import (
    Notice,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
    believe,
)
from pos_tui.cloud.gateway.platforms.exchange import call
from pos_tui.settings import QraAccount

_log = logging.getLogger(__name__)
_CHINA = timezone(timedelta(hours=8))

_REFUSALS = {
    "NOTENOUGH": "insufficient_balance",
    "AUTHCODEEXPIRE": "code_expired",
    "AUTH_CODE_ERROR": "code_invalid",
    "AUTH_CODE_INVALID": "code_invalid",
    "TRADE_ERROR": "customer_cancelled",
    "RULELIMIT": "limit",
    "NOTSUPORTCARD": "not_allowed",
    "BUYER_MISMATCH": "not_allowed",
    "ORDERCLOSED": "closed",
    "ORDERREVERSED": "closed",
    "NOAUTH": "configuration",
    "SIGNERROR": "configuration",
    "PARAM_ERROR": "configuration",
    "LACK_PARAMS": "configuration",
}
_ABSENT = {"ORDERNOTEXIST", "ORDER_NOT_EXIST", "TRADE_NOT_EXIST"}


class Qra:
    """One merchant's QRA account."""

    currencies = frozenset({"CNY"})
    schedule: tuple[float, ...] = (1, 1, 2, 2, 3, 5)
    deadline_s = 60.0
    cancel_after_s = 0.0

    def __init__(self, account: QraAccount, client: httpx.AsyncClient) -> None:
        self._account = account
        self._client = client

    async def pay(self, order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        """Charge the customer."""
        said = await self._call("unified.trade.micropay", pay_fields(order, auth_code))
        return said if isinstance(said, PlatformAnswer) else payment_of(said, order)

    async def query(self, order: PlatformOrder) -> PlatformAnswer:
        """What has become of an order."""
        said = await self._call("unified.trade.query", {"out_trade_no": order.order_no})
        return said if isinstance(said, PlatformAnswer) else query_of(said, order)

    async def cancel(self, order: PlatformOrder) -> PlatformAnswer:
        """Reverse: closes what is unpaid, gives back what is paid."""
        said = await self._call("unified.micropay.reverse", {"out_trade_no": order.order_no})
        return said if isinstance(said, PlatformAnswer) else cancel_of(said)

    async def refund(self, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
        """Give back what a refund says."""
        fields = refund_fields(order, refund, self._account.mch_id)
        said = await self._call("unified.trade.refund", fields)
        return said if isinstance(said, PlatformAnswer) else refund_of(said, refund)

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """QRA sends none about scanned codes."""
        return None

    async def _call(
        self, service: str, fields: Mapping[str, str]
    ) -> dict[str, str] | PlatformAnswer:
        account = self._account
        params = {
            "service": service,
            "version": "2.0",
            "charset": "UTF-8",
            "sign_type": "MD5",
            "mch_id": account.mch_id,
            "nonce_str": secrets.token_hex(16),
            **fields,
        }
        params["sign"] = signature(params, account.key)
        reply = await call(
            self._client,
            "POST",
            account.url,
            {"Content-Type": "text/xml; charset=utf-8"},
            write_xml(params),
        )
        if isinstance(reply, PlatformAnswer):
            return reply
        try:
            said = read_xml(reply.body)
        except XmlError as error:
            _log.warning("QRA: HTTP %d not believed: %s", reply.status, error)
            return answer("unknown", "platform_error")
        doubt = doubt_about(said, account)
        if doubt:
            _log.error("QRA: HTTP %d not believed: %s", reply.status, doubt)
            return answer("unknown", "platform_error")
        return said


# ---- ours → theirs ---------------------------------------------------------------------------


def signature(fields: Mapping[str, str], key: str) -> str:
    """The MD5 signature of a message's fields."""
    named = sorted((k, v) for k, v in fields.items() if v and k != "sign")
    text = "&".join(f"{k}={v}" for k, v in named) + f"&key={key}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


def pay_fields(order: PlatformOrder, auth_code: str) -> dict[str, str]:
    """The fields of a pay call."""
    return {
        "out_trade_no": order.order_no,
        "body": order.subject[:127],
        "total_fee": str(order.amount),
        "mch_create_ip": "127.0.0.1",
        "device_info": order.till,
        "auth_code": auth_code,
    }


def refund_fields(order: PlatformOrder, refund: PlatformRefund, operator: str) -> dict[str, str]:
    """The fields of a refund."""
    return {
        "out_trade_no": order.order_no,
        "out_refund_no": refund.refund_no,
        "total_fee": str(order.amount),
        "refund_fee": str(refund.amount),
        "op_user_id": operator,
    }


# ---- theirs → ours ---------------------------------------------------------------------------


def doubt_about(said: Mapping[str, str], account: QraAccount) -> str | None:
    """Why a reply must not be believed; None when the account's key has signed it."""
    if not hmac.compare_digest(
        said.get("sign", "").upper().encode(), signature(said, account.key).encode()
    ):
        return "the signature is another's"
    if said.get("mch_id") != account.mch_id:
        return "it is meant for another merchant"
    return None


def payment_of(said: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a pay call says about the order."""
    if _is_done(said):
        return _paid(said, order) if said.get("pay_result") == "0" else _unclear()
    if said.get("err_code") == "USERPAYING":
        return answer("paying", "waiting_for_customer")
    if said.get("need_query") != "N":
        # Nothing but this flag makes a refusal final.
        return _unclear()
    reason = _REFUSALS.get(said.get("err_code", ""), "not_allowed")
    if reason == "configuration":
        _log.error("QRA refuses the shop's requests: %s", said.get("err_code"))
    return answer("declined", reason)


def query_of(said: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a query says about the order."""
    if not _is_done(said):
        absent = said.get("err_code") in _ABSENT
        return answer("not_found", "platform_error") if absent else _unclear()
    match said.get("trade_state"):
        case "SUCCESS":
            return _paid(said, order)
        case "USERPAYING":
            return answer("paying", "waiting_for_customer")
        case "NOTPAY":
            return answer("unpaid", "platform_error")
        case "PAYERROR":
            return answer("declined", "customer_cancelled")
        case "CLOSED" | "REVOKED" | "REVERSE":
            return answer("closed", "closed")
        case "REFUND":
            return answer("reversed", "money_returned")
    return _unclear()


def cancel_of(said: Mapping[str, str]) -> PlatformAnswer:
    """Whether a reverse is acknowledged."""
    if _is_done(said):
        return answer("closed", "cancelled")
    code = said.get("err_code", "")
    if code in _ABSENT:
        return answer("not_found", "platform_error")
    if code in ("ORDERREVERSED", "ORDERCLOSED"):
        return answer("closed", "cancelled")
    return _unclear()


def refund_of(said: Mapping[str, str], refund: PlatformRefund) -> PlatformAnswer:
    """Whether a refund is accepted; the same number asked again refunds once."""
    if _is_done(said) and said.get("out_refund_no") == refund.refund_no:
        return answer("refunded", "refunded")
    return _unclear()


def _is_done(said: Mapping[str, str]) -> bool:
    return said.get("status") == "0" and said.get("result_code") == "0"


def _unclear() -> PlatformAnswer:
    return answer("unknown", "platform_error")


def _paid(said: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    if said.get("out_trade_no") != order.order_no:
        _log.error("QRA: the answer is about another order")
        return _unclear()
    fee = said.get("total_fee", "")
    try:
        when = datetime.strptime(said.get("time_end", ""), "%Y%m%d%H%M%S").replace(tzinfo=_CHINA)
    except ValueError:
        return _unclear()
    found = PlatformAnswer(
        state="paid",
        platform_ref=said.get("transaction_id", ""),
        paid_at=when,
        amount=int(fee) if fee.isascii() and fee.isdigit() else None,
    )
    return believe(found, order)
