"""One call to a platform about one order, measured; whatever goes wrong here is no clear answer."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Literal

from pos_tui.cloud.gateway.channels import Channel
from pos_tui.cloud.gateway.metrics import Metrics
from pos_tui.cloud.gateway.order_records import OrderRow, RefundRow
from pos_tui.cloud.platforms.protocol import PlatformAnswer, PlatformOrder, PlatformRefund, answer

_log = logging.getLogger(__name__)

PlatformCall = Literal["pay", "query", "cancel", "refund"]


async def call_platform(
    channel: Channel | None,
    what: PlatformCall,
    row: OrderRow,
    metrics: Metrics,
    auth_code: str = "",
    refund: PlatformRefund | None = None,
) -> PlatformAnswer:
    """Ask the platform of an order's channel; `pay` needs the code, `refund` what to give back."""
    if channel is None:
        return answer("unknown", "configuration")
    order, platform = platform_order(row), channel.platform
    try:
        with metrics.platform_call(channel.name, what):
            if what == "pay":
                return await platform.pay(order, auth_code)
            if what == "query":
                return await platform.query(order)
            if what == "cancel":
                return await platform.cancel(order)
            if refund is None:
                raise ValueError(what)
            return await platform.refund(order, refund)
    except Exception:
        _log.exception("%s %s: %s failed on this side", *row.key, what)
        return answer("unknown", "platform_error")


def platform_order(row: OrderRow) -> PlatformOrder:
    """An order as a platform is asked about it."""
    return PlatformOrder(
        merchant=row.merchant,
        till=row.till,
        order_no=row.order_no,
        amount=row.amount,
        currency=row.currency,
        subject=row.subject,
        made_at=datetime.fromtimestamp(row.made_at, UTC),
        scene=row.scene,
        platform_ref=row.platform_ref,
    )


def platform_refund(refund: RefundRow) -> PlatformRefund:
    """A refund as a platform is asked for it."""
    return PlatformRefund(
        refund_no=refund.refund_no,
        amount=refund.amount,
        reason=refund.wanted,
        made_at=datetime.fromtimestamp(refund.made_at, UTC),
    )
