"""Payments as the gateway writes them into its log."""

from __future__ import annotations

from datetime import UTC, datetime

from pos_tui.messages import TransactionLogEntry
from tests.cloud.shop import KEY, order_no

NOW = datetime(2025, 3, 1, 23, 59, tzinfo=UTC)


def entry(number: str = "", merchant: str = "M001") -> TransactionLogEntry:
    return TransactionLogEntry(
        merchant=merchant,
        till="01",
        order_no=number or order_no(),
        amount=4770,
        currency="CNY",
        platform="wechat",
        platform_ref="42",
        paid_at=NOW,
        logged_at=NOW,
    )


def till_keys(_merchant: str) -> tuple[bytes, ...]:
    """What the tills of every merchant of the tests believe."""
    return (KEY.encode(),)
