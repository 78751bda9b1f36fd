"""Orders as reconciling sees them, without a database."""

from __future__ import annotations

from datetime import datetime

from pos_tui.cloud.gateway.order_records import GatewayOrderState, RecordedPayment
from pos_tui.cloud.platforms.bills import CHINA

NOON = datetime(2026, 11, 21, 12, tzinfo=CHINA)


class Order(RecordedPayment, frozen=True, kw_only=True):
    """An order as the gateway remembers it."""

    merchant: str = "M001"
    order_no: str = "A1"
    channel: str = "wechat"
    state: GatewayOrderState = "paid"
    amount: int = 4770
    currency: str = "CNY"
    platform_ref: str | None = "W1"
    paid_at: datetime | None = NOON
