"""Alipay's words and ours: what is asked, and what the answers mean. Pure."""

from __future__ import annotations

import json
import logging
import re
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
from pos_tui.money import AmountError, Currency, format_amount, parse_amount

_log = logging.getLogger(__name__)
_CNY = Currency.of("CNY")

# The business codes of alipay.trade.pay (opendocs.alipay.com/open/02ekfp) that refuse a payment
# code for good, all with the prefix "ACQ."; those that a till cannot meet are not here.
_REFUSED_FOR: dict[AnswerReason, str] = {
    "code_expired": "PAYMENT_AUTH_CODE_INVALID",
    "code_invalid": "AUTH_TOKEN_IS_NOT_EXIST PULL_MOBILE_CASHIER_FAIL",
    "insufficient_balance": """
        BUYER_BALANCE_NOT_ENOUGH BUYER_BANKCARD_BALANCE_NOT_ENOUGH ERROR_BALANCE_PAYMENT_DISABLE
        NO_PAYMENT_INSTRUMENTS_AVAILABLE""",
    "limit": """
        BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR
        REQUEST_AMOUNT_EXCEED TOTAL_FEE_EXCEED""",
    "not_allowed": """
        BEYOND_PAY_RESTRICTION BEYOND_PER_RECEIPT_DAY_RESTRICTION BEYOND_PER_RECEIPT_RESTRICTION
        BEYOND_PER_RECEIPT_SINGLE_RESTRICTION BUYER_ENABLE_STATUS_FORBID BUYER_NOT_EXIST
        BUYER_NOT_MAINLAND_CERT BUYER_SELLER_EQUAL ERROR_BUYER_CERTIFY_LEVEL_LIMIT
        EXIST_FORBIDDEN_WORD MERCHANT_PERM_RECEIPT_DAY_LIMIT MERCHANT_PERM_RECEIPT_SINGLE_LIMIT
        MOBILE_PAYMENT_SWITCH_OFF NOT_CERTIFIED_USER NOT_SUPPORT_PAYMENT_INST PAYER_UNMATCHED
        PAYMENT_FAIL PAYMENT_REQUEST_HAS_RISK PRODUCT_AMOUNT_LIMIT_ERROR
        RESTRICTED_MERCHANT_INDUSTRY TRADE_BUYER_NOT_MATCH USER_FACE_PAYMENT_SWITCH_OFF
        USER_LOGONID_DUP""",
    "closed": "TRADE_HAS_CLOSE",
    "configuration": """
        ACCESS_FORBIDDEN CONTEXT_INCONSISTENT CURRENCY_NOT_SUPPORT ERROR_SELLER_CERTIFY_LEVEL_LIMIT
        INVALID_PARAMETER INVALID_RECEIVE_ACCOUNT INVALID_STORE_ID MERCHANT_AGREEMENT_INVALID
        MERCHANT_AGREEMENT_NOT_EXIST MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT
        MERCHANT_STATUS_NOT_NORMAL NOW_TIME_AFTER_EXPIRE_TIME_ERROR PARTNER_ERROR
        SELLER_BEEN_BLOCKED SELLER_NOT_EXIST SMILE_PAY_MERCHANT_NOT_MATCH STORE_INFO_INVALID
        UN_SUPPORT_TRADE_SCENE""",
}
_REFUSALS = {f"ACQ.{code}": why for why, codes in _REFUSED_FOR.items() for code in codes.split()}
MISCONFIGURED = {"20001", "40001", "40002", "40003", "40006"}

# Of alipay.trade.cancel (opendocs.alipay.com/open/02ekfr): it will not be done, now or later.
_CANCEL_REFUSALS = {
    "ACQ.CANCEL_NOT_ALLOWED",
    "ACQ.REASON_TRADE_REFUND_FEE_ERR",
    "ACQ.TRADE_CANCEL_TIME_OUT",
    "ACQ.TRADE_HAS_FINISHED",
}

# Of alipay.trade.refund (its page at opendocs.alipay.com). What a full purse or Alipay's staff can
# still turn round (SELLER_BALANCE_NOT_ENOUGH, REASON_TRADE_BEEN_FREEZEN) is asked for again.
_REFUND_REFUSALS = {
    "ACQ.DISCORDANT_REPEAT_REQUEST",
    "ACQ.REASON_TRADE_REFUND_FEE_ERR",
    "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
    "ACQ.TRADE_HAS_FINISHED",
    "ACQ.TRADE_NOT_ALLOW_REFUND",
    "ACQ.TRADE_STATUS_ERROR",
}


# ---- ours → theirs ---------------------------------------------------------------------------


def request_params(
    app_id: str, method: str, content: Mapping[str, object], now: float
) -> dict[str, str]:
    """The parameters of a call that every mode has, unsigned."""
    return {
        "app_id": app_id,
        "method": method,
        "format": "JSON",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": datetime.fromtimestamp(now, CHINA).strftime("%Y-%m-%d %H:%M:%S"),
        "version": "1.0",
        "biz_content": json.dumps(content, ensure_ascii=False),
    }


def pay_content(order: PlatformOrder, auth_code: str) -> dict[str, object]:
    """The content of a pay call; a subject is 256 bytes without `/`, `=` and `&`."""
    # The page of alipay.trade.pay (opendocs.alipay.com/open/02ekfp) says string(256) for a subject
    # and string(32) for a terminal, without a unit; Alipay's older interface explains its
    # String(256) as 128 Chinese characters (global.alipay.com/doc/global/createandpay). What is
    # cut by bytes fits either way.
    subject = fit_bytes(re.sub("[/=&]", " ", order.subject), 256)
    return {
        "out_trade_no": order.order_no,
        "scene": order.scene or "bar_code",
        "auth_code": auth_code,
        "product_code": "FACE_TO_FACE_PAYMENT",
        "subject": subject or order.order_no,
        "total_amount": format_amount(order.amount, _CNY),
        "terminal_id": fit_bytes(order.till, 32),
        "timeout_express": "3m",
    }


def refund_content(order: PlatformOrder, refund: PlatformRefund) -> dict[str, object]:
    """The content of a refund, of a part or the whole."""
    reason = fit_bytes(refund.reason, 256)
    return {
        "out_trade_no": order.order_no,
        "refund_amount": format_amount(refund.amount, _CNY),
        "out_request_no": refund.refund_no,
        **({"refund_reason": reason} if reason else {}),
    }


# ---- theirs → ours ---------------------------------------------------------------------------


def payment_of(reply: Mapping[str, object], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a pay call says about the order."""
    match reply.get("code"):
        case "10000":
            return _paid(reply, reply.get("gmt_payment"), order)
        case "10003":
            return answer("paying", "waiting_for_customer")
    return error_of(reply)


def query_of(reply: Mapping[str, object], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a query says about the order."""
    if reply.get("code") != "10000":
        # Only the order's absence is news here: a query that fails refuses no payment.
        found = error_of(reply)
        return found if found.state == "not_found" else UNCLEAR
    match reply.get("trade_status"):
        case "TRADE_SUCCESS" | "TRADE_FINISHED":
            return _paid(reply, reply.get("send_pay_date"), order)
        case "WAIT_BUYER_PAY":
            return answer("paying", "waiting_for_customer")
        case "TRADE_CLOSED" if reply.get("send_pay_date"):
            return answer("reversed", "money_returned")
        case "TRADE_CLOSED":
            return answer("closed", "closed")
    return UNCLEAR


def cancel_of(reply: Mapping[str, object]) -> PlatformAnswer:
    """Whether a cancel is acknowledged, and whether money went back with it."""
    if reply.get("code") != "10000":
        found = error_of(reply)
        return found if found.state == "not_found" else UNCLEAR
    match reply.get("retry_flag"), reply.get("action"):
        case "Y", _:
            return UNCLEAR
        case _, "refund":
            return answer("reversed", "money_returned")
        case _, "close":
            return answer("closed", "cancelled")
    return UNCLEAR


def will_not_cancel(reply: Mapping[str, object]) -> bool:
    """Whether a cancel has come to its end without any effect, so that a query tells more."""
    if reply.get("code") == "10000":
        return reply.get("retry_flag") != "Y" and not reply.get("action")
    return reply.get("sub_code") in _CANCEL_REFUSALS


def refund_of(reply: Mapping[str, object]) -> PlatformAnswer:
    """Whether a refund is accepted; `fund_change` is N for a repeat, so N alone says nothing."""
    code, sub_code = str(reply.get("code")), str(reply.get("sub_code"))
    if code == "10000" and reply.get("fund_change") == "Y":
        return answer("refunded", "refunded")
    if code != "10000":
        _log.error("Alipay gives no money back: %s %s", code, sub_code)
    if code == "40004" and sub_code in _REFUND_REFUSALS:
        return answer("declined", "refund_refused")
    return UNCLEAR


def is_refunded(reply: Mapping[str, object], refund: PlatformRefund) -> bool:
    """Whether a refund query says that this very refund has been made."""
    if reply.get("code") != "10000" or reply.get("refund_status") != "REFUND_SUCCESS":
        return False
    try:
        amount = parse_amount(str(reply.get("refund_amount")), _CNY)
    except AmountError:
        return False
    return amount == refund.amount and reply.get("out_request_no") == refund.refund_no


def error_of(reply: Mapping[str, object]) -> PlatformAnswer:
    """What an error says: only a named refusal is one."""
    code, sub_code = str(reply.get("code")), str(reply.get("sub_code"))
    if sub_code == "ACQ.TRADE_NOT_EXIST":
        return answer("not_found", "platform_error")
    if code in MISCONFIGURED:
        _log.error("Alipay refuses the shop's requests: %s %s", code, sub_code)
        return answer("declined", "configuration")
    reason = _REFUSALS.get(sub_code)
    if code != "40004" or reason is None:
        return UNCLEAR
    if reason == "configuration":
        _log.error("Alipay refuses the shop's requests: %s %s", code, sub_code)
    return answer("declined", reason)


def _paid(reply: Mapping[str, object], paid_at: object, order: PlatformOrder) -> PlatformAnswer:
    if reply.get("trans_currency", "CNY") != "CNY":
        _log.error("Alipay: the answer is about another currency")
        return UNCLEAR
    if reply.get("out_trade_no") != order.order_no:
        _log.error("Alipay: the answer is about another order")
        return UNCLEAR
    try:
        when = datetime.strptime(str(paid_at), "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
        amount = parse_amount(str(reply.get("total_amount")), _CNY)
    except (ValueError, AmountError):
        return UNCLEAR
    found = PlatformAnswer(
        state="paid", platform_ref=str(reply.get("trade_no") or ""), paid_at=when, amount=amount
    )
    return believe(found, order)
