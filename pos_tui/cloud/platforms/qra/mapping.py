"""QRA's words and ours: what is asked, and what the answers mean. Pure."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Mapping
from datetime import datetime

from pos_tui.cloud.platforms.bill_texts import fit_bytes
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
from pos_tui.cloud.platforms.qra.account import QraAccount

_log = logging.getLogger(__name__)

# The wallets' own names for refusals come through, Alipay's with or without "ACQ." before them.
_REFUSED_FOR: dict[AnswerReason, str] = {
    "insufficient_balance": """
        NOTENOUGH BUYER_BALANCE_NOT_ENOUGH BUYER_BANKCARD_BALANCE_NOT_ENOUGH
        ERROR_BALANCE_PAYMENT_DISABLE""",
    "code_expired": "AUTHCODEEXPIRE AUTH_CODE_EXPIRE PAYMENT_AUTH_CODE_INVALID",
    "code_invalid": "AUTH_CODE_ERROR AUTH_CODE_INVALID AUTH_TOKEN_IS_NOT_EXIST",
    "customer_cancelled": "TRADE_ERROR",
    "limit": """
        RULELIMIT BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR
        TOTAL_FEE_EXCEED""",
    "not_allowed": "NOTSUPORTCARD BUYER_MISMATCH INVALID_REQUEST",
    "closed": "ORDERCLOSED ORDERREVERSED TRADE_HAS_CLOSE",
    "configuration": """
        NOAUTH SIGNERROR PARAM_ERROR LACK_PARAMS APPID_NOT_EXIST MCHID_NOT_EXIST
        APPID_MCHID_NOT_MATCH XML_FORMAT_ERROR NOT_UTF8 REQUIRE_POST_METHOD""",
}
_REFUSALS = {code: why for why, codes in _REFUSED_FOR.items() for code in codes.split()}
# Codes beside which the customer may have been charged, whatever else the answer says.
_NEVER_FINAL = {
    "ORDERPAID",
    "OUT_TRADE_NO_USED",
    "TRADE_HAS_SUCCESS",
    "SYSTEMERROR",
    "SYSTEM_ERROR",
    "BANKERROR",
}
_ABSENT = {"ORDERNOTEXIST", "ORDER_NOT_EXIST", "TRADE_NOT_EXIST"}
_REFUND_REFUSALS = {
    "TRADE_OVERDUE",
    "REFUND_FEE_MISMATCH",
    "REFUND_FEE_INVALID",
    "REFUND_AMT_NOT_EQUAL_TOTAL",
    "TRADE_HAS_FINISHED",
    "TRADE_NOT_ALLOW_REFUND",
}
# Most banks name the states as QRA does, some number them (SwiftPass).
_NUMBERED = {
    "0": "SUCCESS",
    "1": "REFUND",
    "2": "NOTPAY",
    "3": "CLOSED",
    "4": "REVOKED",
    "5": "REVOKING",
    "6": "USERPAYING",
    "7": "PAYERROR",
}
_MOST_REFUNDS = 50
_HASHES = {"MD5": hashlib.md5, "SHA256": hashlib.sha256, "SHA-256": hashlib.sha256}


# ---- ours → theirs ---------------------------------------------------------------------------


def signature(fields: Mapping[str, str], key: str) -> str:
    """The signature of a message's fields, by the hash that its sign_type names.

    Raises ValueError for one that needs more than the shared key.
    """
    kind = _HASHES.get(fields.get("sign_type") or "MD5")
    if kind is None:
        raise ValueError("the message is signed in another way than with the shared key")
    named = sorted((k, v) for k, v in fields.items() if v and k != "sign")
    text = "&".join(f"{k}={v}" for k, v in named) + f"&key={key}"
    return kind(text.encode(), usedforsecurity=False).hexdigest().upper()


def pay_fields(order: PlatformOrder, auth_code: str) -> dict[str, str]:
    """The fields of a pay call; a body is 127 bytes and a device's name 32."""
    # The interface is SwiftPass's, with String(127) and String(32); the body goes on to WeChat Pay,
    # which counts bytes.
    return {
        "out_trade_no": order.order_no,
        "body": fit_bytes(order.subject, 127) or order.order_no,
        "total_fee": str(order.amount),
        "mch_create_ip": "127.0.0.1",
        "device_info": fit_bytes(order.till, 32),
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


def doubt_about(response: Mapping[str, str], account: QraAccount) -> str | None:
    """Why a reply must not be believed; None when the account's key has signed it."""
    try:
        expected = signature(response, account.key)
    except ValueError as error:
        return str(error)
    if not hmac.compare_digest(response.get("sign", "").upper().encode(), expected.encode()):
        return "the signature is another's"
    if response.get("mch_id") != account.mch_id:
        return "it is meant for another merchant"
    return None


def payment_of(reply: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a pay call says about the order."""
    if _is_done(reply):
        return _paid(reply, order) if reply.get("pay_result") == "0" else UNCLEAR
    code = code_of(reply)
    if code == "USERPAYING":
        return answer("paying", "waiting_for_customer")
    # Nothing but this flag makes a refusal final: a status says only that QRA was reached.
    if reply.get("status") != "0" or reply.get("need_query") != "N" or code in _NEVER_FINAL:
        return UNCLEAR
    reason = _REFUSALS.get(code, "not_allowed")
    if reason == "configuration":
        _log.error("QRA refuses the shop's requests: %s", code)
    return answer("declined", reason)


def query_of(reply: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a query says about the order."""
    if not _is_done(reply):
        return answer("not_found", "platform_error") if code_of(reply) in _ABSENT else UNCLEAR
    state = reply.get("trade_state", "")
    match _NUMBERED.get(state, state):
        case "SUCCESS":
            return _paid(reply, order)
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
    return UNCLEAR


def cancel_of(reply: Mapping[str, str]) -> PlatformAnswer:
    """Whether a reverse is acknowledged; one that is to be repeated is not."""
    if reply.get("recall") == "Y":
        return UNCLEAR
    if _is_done(reply):
        return answer("closed", "cancelled")
    code = code_of(reply)
    if code in _ABSENT:
        return answer("not_found", "platform_error")
    if code in ("ORDERREVERSED", "ORDERCLOSED"):
        return answer("closed", "cancelled")
    return UNCLEAR


def refund_of(reply: Mapping[str, str], refund: PlatformRefund) -> PlatformAnswer:
    """Whether a refund is accepted; the same number asked again refunds once."""
    if _is_done(reply) and reply.get("out_refund_no") == refund.refund_no:
        fee = reply.get("refund_fee")
        return answer("refunded", "refunded") if fee in (None, str(refund.amount)) else UNCLEAR
    code = code_of(reply)
    if code:
        _log.error("QRA gives no money back: %s", code)
    if code in _REFUND_REFUSALS and reply.get("need_query") != "Y":
        return answer("declined", "refund_refused")
    return UNCLEAR


def is_refunded(reply: Mapping[str, str], refund: PlatformRefund) -> bool:
    """Whether a refund query says that this very refund is made; on its way, it may still fail."""
    if not _is_done(reply):
        return False
    for n in range(_MOST_REFUNDS):
        if reply.get(f"out_refund_no_{n}") == refund.refund_no:
            status = reply.get(f"refund_status_{n}")
            if status == "CHANGE":
                _log.error("QRA: the bank has sent a refund back; give the money back manually")
            is_same = reply.get(f"refund_fee_{n}") == str(refund.amount)
            return is_same and status == "SUCCESS"
    return False


def _is_done(reply: Mapping[str, str]) -> bool:
    return reply.get("status") == "0" and reply.get("result_code") == "0"


def code_of(reply: Mapping[str, str]) -> str:
    """The code of a refusal, without Alipay's prefix; "" where there is none."""
    return "" if _is_done(reply) else reply.get("err_code", "").removeprefix("ACQ.")


def _paid(reply: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    if reply.get("out_trade_no") != order.order_no or reply.get("fee_type", "CNY") != "CNY":
        _log.error("QRA: the answer is about another order or currency")
        return UNCLEAR
    fee = reply.get("total_fee", "")
    try:
        when = datetime.strptime(reply.get("time_end", ""), "%Y%m%d%H%M%S").replace(tzinfo=CHINA)
    except ValueError:
        return UNCLEAR
    found = PlatformAnswer(
        state="paid",
        platform_ref=reply.get("transaction_id", ""),
        paid_at=when,
        amount=int(fee) if fee.isascii() and fee.isdigit() else None,
    )
    return believe(found, order)
