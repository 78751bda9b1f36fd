"""How an order, or a refund, stands for the outside."""

from __future__ import annotations

from datetime import datetime

from pos_tui.cloud.gateway.order_records import OrderRow, RefundRow
from pos_tui.cloud.platforms.protocol import SENTENCES
from pos_tui.messages import Answer, OrderStatus, RefundAnswer, RefundStatus


def order_status(row: OrderRow) -> OrderStatus:
    """How an order stands; it is paid only once its line is in the log."""
    reason, say = row.reason, row.say
    shown: Answer
    match row.state:
        case "paid" if row.to_log:
            shown, reason, say = "unknown", "recording", SENTENCES["recording"]
        case "paid":
            shown = "paid"
        case "declined":
            shown = "declined"
        case "cancelled":
            shown = "cancelled"
        case "pending":
            shown, reason = "pending", "waiting_for_customer"
            say = SENTENCES[reason]
        case "cancelling":
            shown, reason, say = "unknown", "cancelling", SENTENCES["cancelling"]
        case _:
            shown, reason = "unknown", reason or "platform_error"
            say = say or SENTENCES["platform_error"]
    return OrderStatus(
        merchant=row.merchant,
        order_no=row.order_no,
        answer=shown,
        amount=row.amount,
        currency=row.currency,
        platform=row.platform,
        platform_ref=row.platform_ref,
        paid_at=datetime.fromisoformat(row.paid_at) if row.paid_at else None,
        reason=reason,
        say=say,
    )


def refund_status(row: OrderRow, refund: RefundRow) -> RefundStatus:
    """How a refund stands."""
    shown: RefundAnswer
    match refund.state:
        case "done":
            shown, reason = "refunded", "refunded"
        case "refused":
            shown, reason = "refused", "refund_refused"
        case _:
            shown, reason = "pending", "refund_waiting"
    return RefundStatus(
        merchant=row.merchant,
        order_no=row.order_no,
        refund_no=refund.refund_no,
        answer=shown,
        amount=refund.amount,
        currency=row.currency,
        refunded_at=datetime.fromisoformat(refund.done_at) if refund.done_at else None,
        reason=reason,
        say=SENTENCES[reason],
    )
