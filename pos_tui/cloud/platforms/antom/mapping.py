"""Antom's words and ours: what is asked, and what the answers mean. Pure."""

from __future__ import annotations

import logging
from datetime import datetime
from urllib.parse import quote, unquote

import msgspec
from msgspec import Struct

from pos_tui.cloud.platforms.antom.account import AntomAccount
from pos_tui.cloud.platforms.bill_texts import fit_characters
from pos_tui.cloud.platforms.protocol import (
    AnswerReason,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
    believe,
)

_log = logging.getLogger(__name__)

# Result codes of pay with status F, which is final: a repeat gets the same again (upm). No one
# wallet gives all of them.
# SYSTEM_ERROR and REPEAT_REQ_INCONSISTENT are not among them: they leave open whether an earlier
# request under the same number has taken money.
_REFUSED_FOR: dict[AnswerReason, str] = {
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
}
REFUSALS = {code: reason for reason, codes in _REFUSED_FOR.items() for code in codes.split()}
_REFUND_REFUSALS = {
    "MERCHANT_BALANCE_NOT_ENOUGH",
    "MULTIPLE_REFUNDS_NOT_SUPPORTED",
    "ORDER_IS_CANCELED",
    "PARTIAL_REFUND_NOT_SUPPORTED",
    "REFUND_AMOUNT_EXCEED",
    "REFUND_WINDOW_EXCEED",
    "RISK_REJECT",
}
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
    # "Maximum length: 256 characters" (upm), of a description, a name and a reason alike.
    subject = fit_characters(order.subject, 256) or order.order_no
    amount = {"currency": order.currency, "value": str(order.amount)}
    name = fit_characters(account.store_name, 256) or subject
    store = {
        "referenceStoreId": order.merchant,
        "storeName": name,
        "storeMCC": account.store_mcc,
    }
    body: dict[str, object] = {
        "productCode": "IN_STORE_PAYMENT",
        "paymentRequestId": order.order_no,
        "order": {
            "referenceOrderId": order.order_no,
            "orderDescription": subject,
            "orderAmount": amount,
            "merchant": {
                "referenceMerchantId": order.merchant,
                "merchantName": name,
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
        "refundReason": fit_characters(refund.reason, 256),
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
        case "F", code if code in REFUSALS:
            return answer("declined", REFUSALS[code])
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
            reason = REFUSALS.get(reply.payment_result_code or "", "not_allowed")
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
