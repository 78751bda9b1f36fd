"""Giving money back: an order's refunds, asked for again until the platform has answered each."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from pos_tui.cloud.gateway.metrics import Metrics
from pos_tui.cloud.gateway.orders import Changes, OrderRow, Orders, RefundRow
from pos_tui.cloud.platforms.protocol import PlatformAnswer, PlatformRefund, told

_log = logging.getLogger(__name__)

Ask = Callable[[PlatformRefund], Awaitable[PlatformAnswer]]


async def give_back(
    orders: Orders, row: OrderRow, ask: Ask, again: tuple[float, ...], metrics: Metrics
) -> bool:
    """Take every refund of an order one step further; False when it has none to be given.

    `again` says how many seconds pass from one try to the next.
    """
    due = [refund for refund in await orders.refunds(*row.key) if refund.state == "due"]
    for refund in due:
        if refund.next_at is None or refund.next_at <= time.time():
            said = await ask(platform_refund(refund))
            _log.info("%s %s: refund: %s %s", *row.key, said.state, said.reason or "")
            await _take_in(orders, refund, said, again, metrics, row.channel)
        else:
            await orders.move_refund(refund, {"next_at": refund.next_at}, {})
    return bool(due)


async def _take_in(
    orders: Orders,
    refund: RefundRow,
    said: PlatformAnswer,
    again: tuple[float, ...],
    metrics: Metrics,
    channel: str | None,
) -> None:
    changes: Changes
    if said.state in ("refunded", "reversed"):
        metrics.refunded(channel, "refunded")
        now = datetime.now(UTC).isoformat()
        changes = {"state": "done", "done_at": now, "next_at": None, **told("refunded")}
        order = told("money_returned") if refund.late else {}
        await orders.move_refund(refund, changes, order)
    elif said.state == "declined" and not refund.late:
        metrics.refunded(channel, "refused")
        changes = {"state": "refused", "next_at": None, **told("refund_refused")}
        await orders.move_refund(refund, changes, {})
    else:
        if said.state == "declined":
            # The customer's money is here and does not go back: somebody has to see to it.
            _log.error("%s %s: a late payment cannot be given back", *_key(refund))
        due = time.time() + again[min(refund.tries, len(again) - 1)]
        changes = {"next_at": due, "tries": refund.tries + 1, **told("refund_waiting")}
        await orders.move_refund(refund, changes, {})


def platform_refund(refund: RefundRow) -> PlatformRefund:
    """What a platform is told about a refund."""
    return PlatformRefund(
        refund_no=refund.refund_no,
        amount=refund.amount,
        reason=refund.wanted,
        made_at=datetime.fromtimestamp(refund.made_at, UTC),
    )


def _key(refund: RefundRow) -> tuple[str, str]:
    return refund.merchant, refund.order_no
