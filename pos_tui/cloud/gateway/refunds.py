"""An order's refunds, asked for again until the platform has answered each."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from pos_tui.cloud.gateway.metrics import Metrics
from pos_tui.cloud.gateway.order_records import OrderRow, OrderUpdate, RefundRow, RefundUpdate
from pos_tui.cloud.gateway.orders import Orders
from pos_tui.cloud.gateway.platform_calls import platform_refund
from pos_tui.cloud.platforms.protocol import PlatformAnswer, PlatformRefund

_log = logging.getLogger(__name__)

Ask = Callable[[PlatformRefund], Awaitable[PlatformAnswer]]


async def advance_refunds(
    orders: Orders, row: OrderRow, ask: Ask, again: tuple[float, ...], metrics: Metrics
) -> bool:
    """Bring every refund of an order one step further; False when it has none to be given.

    `again` says how many seconds pass from one try to the next.
    """
    due = [refund for refund in await orders.refunds(*row.key) if refund.state == "due"]
    for refund in due:
        if refund.next_at is None or refund.next_at <= time.time():
            reply = await ask(platform_refund(refund))
            _log.info("%s %s: refund: %s %s", *row.key, reply.state, reply.reason or "")
            await _apply_reply(orders, refund, reply, again, metrics, row.channel)
        else:
            await orders.update_refund(refund, RefundUpdate(next_at=refund.next_at))
    return bool(due)


async def _apply_reply(
    orders: Orders,
    refund: RefundRow,
    reply: PlatformAnswer,
    again: tuple[float, ...],
    metrics: Metrics,
    channel: str | None,
) -> None:
    if reply.state in ("refunded", "reversed"):
        metrics.refunded(channel, "refunded")
        now = datetime.now(UTC).isoformat()
        update = RefundUpdate(state="done", done_at=now, next_at=None, reason="refunded")
        order = OrderUpdate(reason="money_returned") if refund.late else None
        await orders.update_refund(refund, update, order)
    elif reply.state == "declined" and not refund.late:
        metrics.refunded(channel, "refused")
        update = RefundUpdate(state="refused", next_at=None, reason="refund_refused")
        await orders.update_refund(refund, update)
    else:
        if reply.state == "declined":
            # The customer's money is here and does not go back: somebody has to see to it.
            _log.error("%s %s: a late payment cannot be given back", *_key(refund))
        due = time.time() + again[min(refund.tries, len(again) - 1)]
        update = RefundUpdate(next_at=due, tries=refund.tries + 1, reason="refund_waiting")
        await orders.update_refund(refund, update)


def _key(refund: RefundRow) -> tuple[str, str]:
    return refund.merchant, refund.order_no
