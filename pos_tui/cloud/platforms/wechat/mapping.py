"""WeChat Pay V3's words and ours: what is asked, and what the answers mean. Pure."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime

from pos_tui.cloud.platforms.bill_texts import fit_bytes
from pos_tui.cloud.platforms.protocol import (
    UNCLEAR,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
    believe,
)
from pos_tui.cloud.platforms.wechat.account import WeChatAccount
from pos_tui.cloud.platforms.wechat.error_codes import (
    is_absent,
    plain_code,
    refusal_of,
    state_of,
)
from pos_tui.reasons import Reason, because

_log = logging.getLogger(__name__)


# ---- ours → theirs ---------------------------------------------------------------------------


def pay_body(order: PlatformOrder, auth_code: str, account: WeChatAccount) -> dict[str, object]:
    """The body of a pay call; the description takes 127 bytes."""
    # The documents of codepay (pay.weixin.qq.com/doc/v3/merchant/4012382150) say string(127), those
    # of native "127 characters", and what its answers count are bytes ("字节数").
    return {
        "appid": account.appid,
        "mchid": account.mchid,
        "description": fit_bytes(order.subject, 127) or order.order_no,
        "out_trade_no": order.order_no,
        "payer": {"auth_code": auth_code},
        "amount": {"total": order.amount, "currency": order.currency},
        "scene_info": {"store_info": {"out_id": order.till}},
    }


def refund_body(
    order: PlatformOrder, refund: PlatformRefund, notify_url: str | None = None
) -> dict[str, object]:
    """The body of a refund; the reason takes 80 bytes, and none is left out."""
    reason = fit_bytes(refund.reason, 80)
    return {
        "out_trade_no": order.order_no,
        "out_refund_no": refund.refund_no,
        **({"reason": reason} if reason else {}),
        **({"notify_url": notify_url} if notify_url else {}),
        "amount": {"refund": refund.amount, "total": order.amount, "currency": order.currency},
    }


# ---- theirs → ours ---------------------------------------------------------------------------


def payment_of(
    status: int, body: bytes, order: PlatformOrder, account: WeChatAccount
) -> PlatformAnswer:
    """What the answer to a pay call or a query says about the order."""
    content = object_of(body)
    if content is None or status >= 500:
        return UNCLEAR
    if status >= 300:
        return refusal_of(plain_code(content.get("code")))
    if (
        content.get("out_trade_no") != order.order_no
        or content.get("mchid") != account.mchid
        or content.get("appid") != account.appid
    ):
        _log.error("WeChat Pay: the answer is about another order or merchant")
        return UNCLEAR
    state = content.get("trade_state")
    return _paid(content, order) if state == "SUCCESS" else state_of(state)


def cancel_of(
    status: int, body: bytes, order: PlatformOrder, account: WeChatAccount
) -> PlatformAnswer:
    """Whether a reverse is acknowledged, for this order of this merchant."""
    content = object_of(body) if body else {}
    if content is None or status >= 500:
        return UNCLEAR
    if status < 300:
        named = content.get("out_trade_no", order.order_no), content.get("mchid", account.mchid)
        if content.get("recall") == "Y" or named != (order.order_no, account.mchid):
            return UNCLEAR
        return answer("closed", "cancelled")
    code = plain_code(content.get("code"))
    if is_absent(code):
        return answer("not_found", "platform_error")
    if code in ("ORDERREVERSED", "ORDERCLOSED"):
        return answer("closed", "cancelled")
    return UNCLEAR


def refund_of(
    status: int, body: bytes, order: PlatformOrder, refund: PlatformRefund
) -> PlatformAnswer:
    """Whether a refund is made; one that is on its way may still fail."""
    content = object_of(body)
    if content is None or status >= 300:
        return UNCLEAR
    amount = content.get("amount")
    money = amount if isinstance(amount, dict) else {}
    if (
        content.get("out_refund_no") != refund.refund_no
        or content.get("out_trade_no") != order.order_no
        or money.get("refund") != refund.amount
        or money.get("currency", order.currency) != order.currency
    ):
        _log.error("WeChat Pay: the answer is about another refund")
        return UNCLEAR
    match content.get("status"):
        case "SUCCESS":
            return answer("refunded", "refunded")
        case "PROCESSING":
            return answer("unknown", "refund_waiting")
        case "CLOSED":
            return answer("declined", "refund_refused")
        case "ABNORMAL":
            # The money waits at WeChat until somebody says on the website where it is to go.
            _log.error(
                "WeChat Pay cannot bring refund %s to the customer: finish it on the merchant "
                "website.",
                refund.refund_no,
            )
    return UNCLEAR


def _paid(content: Mapping[str, object], order: PlatformOrder) -> PlatformAnswer:
    amount = content.get("amount")
    money = amount if isinstance(amount, dict) else {}
    total = money.get("total")
    try:
        paid_at = datetime.fromisoformat(str(content.get("success_time")))
    except ValueError:
        return UNCLEAR
    if money.get("currency", order.currency) != order.currency:
        _log.error("WeChat Pay: the answer is about another currency")
        return UNCLEAR
    found = PlatformAnswer(
        state="paid",
        platform_ref=str(content.get("transaction_id") or ""),
        paid_at=paid_at if paid_at.tzinfo else None,
        amount=total if type(total) is int else None,
    )
    return believe(found, order)


def why_no_bill(status: int, code: str) -> Reason:
    """Why WeChat Pay has given no address of a bill."""
    match code:
        case "NOSTATEMENTEXIST":
            return because("bill.wechat_no_bill")
        case "STATEMENTCREATING":
            return because("bill.wechat_writing")
    if status >= 500 or code == "FREQUENCYLIMITED":
        return because("bill.wechat_silent")
    return because("bill.wechat_refused", why=code or f"HTTP {status}")


def code_of(body: bytes) -> str:
    """The plain code of an error's body; "" where there is none."""
    return plain_code((object_of(body) or {}).get("code"))


def object_of(body: bytes) -> dict[str, object] | None:
    """The JSON object that a body is; None for anything else."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
