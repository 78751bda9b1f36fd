"""UnionPay ACP's words and ours: what is asked, and what the answers mean. Pure."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pos_tui.cloud.platforms.protocol import (
    CHINA,
    UNCLEAR,
    AnswerReason,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
    believe,
)

_log = logging.getLogger(__name__)
PAYMENT, REFUND, VOID, REVERSAL = "01", "04", "31", "99"
# The address that UnionPay's samples give for "send no notice".
_NO_NOTICE = "http://www.specialUrl.com"

# The answer codes of the access specification (平台接入接口规范, 第5部分 附录) that refuse for
# good, each with the reason that it is to a cashier.
_REFUSED_FOR: dict[AnswerReason, str] = {
    "insufficient_balance": "64 90",
    "code_expired": "80 86",
    "code_invalid": "88 89",
    "customer_cancelled": "65 69 71",
    "limit": "33 81 87",
    "not_allowed": "30 38 39 40 44 61 62 63 66 67 68 72 73 76 77 78 79 85 91",
    "configuration": "10 11 13 14 31 32 43 92 93 94 95 96",
}
_REFUSALS = {code: reason for reason, codes in _REFUSED_FOR.items() for code in codes.split()}
_DONE = {"00", "A6"}  # A6 is a "success with a defect": the money has moved
_ABSENT = "34"
_REVERSED = "46"
_WAITING = {"05", "70", "83"}  # accepted and not finished; 70 and 83 wait for customer and bank
_CHARGED = {"42", "74", "75"}  # charged, but something else went wrong
# Failed without a named reason: for a payment no end while it may be in flight, but one as soon as
# its reversal has been accepted (00, 12: once before) or finds nothing to reverse (35, 46).
_FAILED = {"01", "34", "60"}
# Of a refund: no such payment, another payment's data, already given back, already reversed.
REFUND_REFUSALS = {"35", "36", "45", "46"}
Outcome = Literal["done", "refused", "failed", "absent", "unclear"]


# ---- ours → theirs ---------------------------------------------------------------------------


def txn_time(when: datetime) -> str:
    """A time as UnionPay writes it, in China; with the order number it names a transaction."""
    return when.astimezone(CHINA).strftime("%Y%m%d%H%M%S")


def void_no(order_no: str) -> str:
    """The number of an order's void, the same for ever."""
    return "V" + hashlib.sha256(order_no.encode()).hexdigest()[:31]


def pay_fields(order: PlatformOrder, auth_code: str, notify_url: str | None) -> dict[str, str]:
    """The fields of a pay call. A termId is of eight digits: letters have been refused."""
    fields = {
        "txnType": PAYMENT,
        "txnSubType": "06",
        "channelType": "08",
        "orderId": order.order_no,
        "txnTime": txn_time(order.made_at),
        "txnAmt": str(order.amount),
        "currencyCode": "156",
        "qrNo": auth_code,
        "backUrl": notify_url or _NO_NOTICE,
    }
    if re.fullmatch("[0-9]{1,8}", order.till):
        fields["termId"] = order.till.zfill(8)
    return fields


def query_fields(number: str, when: str) -> dict[str, str]:
    """The fields of a query of a payment, a void or a refund."""
    return {"txnType": "00", "txnSubType": "00", "orderId": number, "txnTime": when}


def reversal_fields(order: PlatformOrder) -> dict[str, str]:
    """The fields of a reversal, which has the payment's own number and time."""
    return {
        "txnType": REVERSAL,
        "txnSubType": "01",
        "channelType": "08",
        "orderId": order.order_no,
        "txnTime": txn_time(order.made_at),
    }


def void_fields(order: PlatformOrder, ref: str) -> dict[str, str]:
    """The fields of a void, always of the whole amount."""
    return {
        "txnType": VOID,
        "txnSubType": "00",
        "channelType": "08",
        "orderId": void_no(order.order_no),
        "txnTime": txn_time(order.made_at),
        "txnAmt": str(order.amount),
        "currencyCode": "156",
        "origQryId": ref,
        "backUrl": _NO_NOTICE,
    }


def refund_fields(refund: PlatformRefund, ref: str) -> dict[str, str]:
    """The fields of a refund, of a part or the whole."""
    return {
        "txnType": REFUND,
        "txnSubType": "00",
        "channelType": "08",
        "orderId": refund.refund_no,
        "txnTime": txn_time(refund.made_at),
        "txnAmt": str(refund.amount),
        "currencyCode": "156",
        "origQryId": ref,
        "backUrl": _NO_NOTICE,
    }


# ---- theirs → ours ---------------------------------------------------------------------------


def handed_in(reply: Mapping[str, str]) -> PlatformAnswer:
    """What the answer to a pay call says: accepted, refused, or nothing clear."""
    code = reply.get("respCode", "")
    if reply.get("txnType") != PAYMENT:
        return UNCLEAR
    if code in _DONE or code in _WAITING:
        return answer("paying", "waiting_for_customer")
    return _refusal(code)


def query_of(reply: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a query says about the order's payment."""
    outer, code = reply.get("respCode", ""), reply.get("origRespCode", "")
    if outer == _ABSENT:
        return answer("not_found", "platform_error")
    if outer != "00":
        if _REFUSALS.get(outer) == "configuration":
            _log.error("UnionPay refuses the shop's queries: %s", outer)
        return UNCLEAR
    if code == _REVERSED or (reply.get("txnType") == REVERSAL and code in _DONE):
        return answer("reversed", "money_returned")
    if reply.get("txnType") != PAYMENT:
        return UNCLEAR
    if code in _DONE:
        return _paid(reply, order)
    if code in _WAITING:
        return answer("paying", "waiting_for_customer")
    return _refusal(code)


def reversed_of(
    reply: Mapping[str, str], order: PlatformOrder, before: PlatformAnswer, *, accepted: bool
) -> PlatformAnswer:
    """How an order stands after its reversal was sent; `before` is how it stood until then."""
    found = query_of(reply, order)
    match found.state:
        case "reversed":
            # Nothing had been charged as far as anybody knew, and nothing is now.
            untouched = before.state in ("paying", "not_found")
            return answer("closed", "cancelled") if untouched else found
        case "declined":
            return answer("closed", "cancelled")
        case "not_found":
            return found
    # 01 and 60 stay unclear until the reversal itself is seen (46).
    if accepted and reply.get("respCode") == "00" and reply.get("origRespCode") == _ABSENT:
        return answer("closed", "cancelled")
    return UNCLEAR


def outcome_of(reply: Mapping[str, str], kind: str, amount: int, ref: str | None = None) -> Outcome:
    """What the answer to a query says about a void or a refund."""
    outer, code = reply.get("respCode"), reply.get("origRespCode", "")
    if outer == _ABSENT:
        return "absent"
    is_ours = (
        reply.get("txnType") == kind
        and reply.get("txnAmt") == str(amount)
        and (ref is None or reply.get("origQryId", ref) == ref)
    )
    if outer != "00" or not is_ours:
        return "unclear"
    if code in _DONE:
        return "done"
    if code in REFUND_REFUSALS or code in _REFUSALS:
        return "refused"
    return "failed" if code in _FAILED else "unclear"


def is_refusal(reply: Mapping[str, str]) -> bool:
    """Whether a void is refused for good, so that only a refund is left."""
    code = reply.get("respCode", "")
    return code in _REFUSALS or code in REFUND_REFUSALS or code in _FAILED


def _refusal(code: str) -> PlatformAnswer:
    if code in _CHARGED:
        _log.error("UnionPay has charged, but says %s", code)
    reason = _REFUSALS.get(code)
    if reason is None:
        return UNCLEAR
    if reason == "configuration":
        _log.error("UnionPay refuses the shop's requests: %s", code)
    return answer("declined", reason)


def _paid(reply: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    same = reply.get("orderId") == order.order_no and reply.get("txnTime") == txn_time(
        order.made_at
    )
    if not same or reply.get("currencyCode", "156") != "156":
        _log.error("UnionPay: the answer is about another order or currency")
        return UNCLEAR
    amount = reply.get("txnAmt", "")
    found = PlatformAnswer(
        state="paid",
        platform_ref=reply.get("queryId", ""),
        paid_at=_paid_at(reply.get("traceTime", ""), order.made_at),
        amount=int(amount) if re.fullmatch("[0-9]{1,12}", amount) else None,
    )
    return believe(found, order)


def _paid_at(trace_time: str, made_at: datetime) -> datetime:
    """UnionPay's time, MMDDhhmmss, in the year that brings it nearest to the order's."""
    made = made_at.astimezone(CHINA).replace(microsecond=0)
    found = []
    for year in (made.year - 1, made.year, made.year + 1):
        try:
            found.append(datetime.strptime(f"{year:04}{trace_time}+0800", "%Y%m%d%H%M%S%z"))
        except ValueError:  # the 29th of February is not in every year
            continue
    if not re.fullmatch("[0-9]{10}", trace_time) or not found:
        return made
    return min(found, key=lambda when: abs(when - made)).astimezone(CHINA)
