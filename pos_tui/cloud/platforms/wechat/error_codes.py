"""What WeChat Pay's error codes mean, in both of its versions."""

from __future__ import annotations

import logging

from pos_tui.cloud.platforms.protocol import AnswerReason, PlatformAnswer, answer

_log = logging.getLogger(__name__)

PAYING = "USERPAYING"
PAID_BEFORE = "ORDERPAID"

_REFUSALS: dict[str, AnswerReason] = {
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
    "INVALIDREQUEST": "not_allowed",
    "NOAUTH": "configuration",
    "SIGNERROR": "configuration",
    "PARAMERROR": "configuration",
    "LACKPARAMS": "configuration",
    "NOTUTF8": "configuration",
    "XMLFORMATERROR": "configuration",
    "REQUIREPOSTMETHOD": "configuration",
    "APPIDNOTEXIST": "configuration",
    "MCHIDNOTEXIST": "configuration",
    "MCHNOTEXISTS": "configuration",
    "APPIDMCHIDNOTMATCH": "configuration",
}
_ABSENT = {
    "ORDERNOTEXIST",
    "REFUNDNOTEXIST",
    "RESOURCENOTEXIST",
    "RESOURCENOTEXISTS",
    "NOTFOUND",
}
# Not among them: NOT_ENOUGH, the shop's own money, which is there again tomorrow.
_REFUND_REFUSALS = {
    "TRADEOVERDUE",
    "USERACCOUNTABNORMAL",
    "REFUNDFEEMISMATCH",
    "INVALIDREQUEST",
    "INVALIDTRANSACTIONID",
    *_ABSENT,
}


def plain_code(code: object) -> str:
    """A code as it is compared: they are published with and without underscores."""
    return str(code or "").replace("_", "").upper()


def is_absent(code: str) -> bool:
    """Whether a plain code says that WeChat Pay does not know what was asked about."""
    return code in _ABSENT


def refuses_refund(code: str) -> bool:
    """Whether a plain code says that a refund will never be accepted.

    As in the documents of /v3/refund/domestic/refunds and of V2's /secapi/pay/refund.
    """
    return code in _REFUND_REFUSALS


def refusal_of(code: str) -> PlatformAnswer:
    """What a plain code says about an order: only a named refusal is one."""
    if code == PAYING:
        return answer("paying", "waiting_for_customer")
    if code in _ABSENT:
        return answer("not_found", "platform_error")
    reason = _REFUSALS.get(code)
    if reason is None:
        return answer("unknown", "platform_error")
    if reason == "configuration" or code == "INVALIDREQUEST":
        _log.error("WeChat Pay refuses the shop's request: %s", code)
    return answer("declined", reason)


def state_of(trade_state: object) -> PlatformAnswer:
    """What a trade state other than SUCCESS says about an order.

    REFUND stands as soon as a part has gone back; only paid orders are given back.
    """
    match trade_state:
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
