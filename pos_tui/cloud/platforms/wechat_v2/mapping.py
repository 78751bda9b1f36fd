"""WeChat Pay V2's words and ours: what is asked, and what the answers mean. Pure."""

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
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
    believe,
)
from pos_tui.cloud.platforms.wechat.error_codes import (
    is_absent,
    plain_code,
    refusal_of,
    state_of,
)
from pos_tui.cloud.platforms.wechat_v2.account import SignType, WeChatV2Account
from pos_tui.cloud.wire.flat_xml import XmlError, read_xml
from pos_tui.reasons import Reason, because

_log = logging.getLogger(__name__)


# ---- ours → theirs ---------------------------------------------------------------------------


def signature(fields: Mapping[str, str], key: str, sign_type: SignType) -> str:
    """The signature of a message's fields; a sign_type among them is signed with them."""
    named = sorted((k, v) for k, v in fields.items() if v and k != "sign")
    text = ("&".join(f"{k}={v}" for k, v in named) + f"&key={key}").encode()
    if sign_type == "MD5":
        return hashlib.md5(text, usedforsecurity=False).hexdigest().upper()
    return hmac.new(key.encode(), text, hashlib.sha256).hexdigest().upper()


def pay_fields(order: PlatformOrder, auth_code: str) -> dict[str, str]:
    """The fields of a pay call; the address is that of the machine that calls."""
    # V2's documents write String(127) for a body and String(32) for a device, and its answers
    # count bytes. Without control characters it is also what XML can hold, and a carriage return,
    # which would arrive as a line feed, cannot spoil the signature.
    return {
        "body": fit_bytes(order.subject, 127) or order.order_no,
        "out_trade_no": order.order_no,
        "total_fee": str(order.amount),
        "fee_type": order.currency,
        "spbill_create_ip": "127.0.0.1",
        "device_info": fit_bytes(order.till, 32),
        "auth_code": auth_code,
    }


def refund_fields(order: PlatformOrder, refund: PlatformRefund) -> dict[str, str]:
    """The fields of a refund."""
    return {
        "out_trade_no": order.order_no,
        "out_refund_no": refund.refund_no,
        "total_fee": str(order.amount),
        "refund_fee": str(refund.amount),
        "refund_fee_type": order.currency,
        "refund_desc": fit_bytes(refund.reason, 80),
    }


# ---- theirs → ours ---------------------------------------------------------------------------


def doubt_about(response: Mapping[str, str], account: WeChatV2Account) -> str | None:
    """Why a reply must not be believed; None when it is signed, in our way, and meant for us.

    A refusal to talk (return_code FAIL) is unsigned, and so believed by nobody.
    """
    if response.get("return_code") != "SUCCESS":
        return f"it is no answer but a complaint: {response.get('return_msg', '')[:80]!r}"
    expected = signature(response, account.key, account.sign_type)
    if not hmac.compare_digest(response.get("sign", "").encode(), expected.encode()):
        return "the signature is another's"
    if response.get("appid") != account.appid or response.get("mch_id") != account.mch_id:
        return "it is meant for another merchant"
    return None


def payment_of(reply: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a pay call says about the order."""
    if reply.get("result_code") == "SUCCESS":
        return _paid(reply, order)
    return refusal_of(plain_code(reply.get("err_code")))


def query_of(reply: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a query says about the order."""
    if reply.get("result_code") != "SUCCESS":
        # Only the order's absence is news here: a query that fails refuses no payment.
        found = refusal_of(plain_code(reply.get("err_code")))
        return found if found.state == "not_found" else UNCLEAR
    if reply.get("out_trade_no") != order.order_no:
        _log.error("WeChat Pay V2: the answer is about another order")
        return UNCLEAR
    state = reply.get("trade_state")
    return _paid(reply, order) if state == "SUCCESS" else state_of(state)


def cancel_of(reply: Mapping[str, str]) -> PlatformAnswer:
    """Whether a reverse is acknowledged; `recall` Y wants it again."""
    code = plain_code(reply.get("err_code"))
    if reply.get("recall") == "Y":
        return UNCLEAR
    if reply.get("result_code") == "SUCCESS" or code in ("ORDERREVERSED", "ORDERCLOSED"):
        return answer("closed", "cancelled")
    return answer("not_found", "platform_error") if is_absent(code) else UNCLEAR


def refund_of(
    reply: Mapping[str, str], order: PlatformOrder, refund: PlatformRefund
) -> PlatformAnswer:
    """Whether a refund is accepted; the same number asked again refunds once."""
    if reply.get("result_code") != "SUCCESS":
        return UNCLEAR
    if (
        reply.get("out_trade_no") != order.order_no
        or reply.get("out_refund_no") != refund.refund_no
        or reply.get("refund_fee") != str(refund.amount)
        or reply.get("fee_type", order.currency) != order.currency
    ):
        _log.error("WeChat Pay V2: the answer is about another refund")
        return UNCLEAR
    return answer("refunded", "refunded")


def refund_query_of(
    reply: Mapping[str, str], order: PlatformOrder, refund: PlatformRefund
) -> PlatformAnswer:
    """How a refund stands among those that a query tells of."""
    if reply.get("result_code") != "SUCCESS" or reply.get("out_trade_no") != order.order_no:
        return UNCLEAR
    for at in range(50):
        if reply.get(f"out_refund_no_{at}") == refund.refund_no:
            break
    else:
        return UNCLEAR
    if reply.get(f"refund_fee_{at}") != str(refund.amount):
        _log.error("WeChat Pay V2: a refund of another amount has this number")
        return UNCLEAR
    match reply.get(f"refund_status_{at}"):
        case "SUCCESS":
            return answer("refunded", "refunded")
        case "PROCESSING":
            return answer("unknown", "refund_waiting")
        case "REFUNDCLOSE":
            return answer("declined", "refund_refused")
        case "CHANGE":
            # The money waits at WeChat until somebody says on the website where it is to go.
            _log.error(
                "WeChat Pay cannot bring refund %s to the customer: finish it on the merchant "
                "website.",
                refund.refund_no,
            )
    return UNCLEAR


def _paid(reply: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    if (
        reply.get("out_trade_no") != order.order_no
        or reply.get("fee_type", order.currency) != order.currency
    ):
        _log.error("WeChat Pay V2: the answer is about another order or currency")
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
        amount=int(fee) if fee.isascii() and fee.isdigit() and len(fee) <= 12 else None,
    )
    return believe(found, order)


def why_no_bill(document: bytes) -> Reason:
    """Codes of pay.weixin.qq.com/doc/v2/merchant/4011985040; a reason is all they become."""
    try:
        reply = read_xml(document)
    except XmlError:
        return because("bill.wechat_damaged")
    match reply.get("error_code"):
        case "20002":
            return because("bill.wechat_no_bill")
        case "20003":
            return because("bill.wechat_writing")
        case "100" | "20007" | "20008":
            return because("bill.wechat_silent")
    said = reply.get("return_msg", "")[:80]
    return because("bill.wechat_refused", why=said or because("bill.no_reason_given"))
