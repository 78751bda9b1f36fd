"""How long the gateway waits for what."""

from __future__ import annotations

from msgspec import Struct


class OrderTiming(Struct, frozen=True, kw_only=True):
    """Waiting times in seconds; the last step of a schedule repeats."""

    answer_s: float = 3.0
    """How long a till's request waits for a clear answer."""
    patience_s: float = 3.0
    """From the pay call to the first query."""
    schedule: tuple[float, ...] = ()
    """From one query to the next; without it every platform is asked at its own pace."""
    again: tuple[float, ...] = (1, 1, 2, 3, 5, 10, 30, 60, 300, 900)
    """From one try of a cancel or a refund to the next."""
    deadline_s: float = 120.0
    """How long the customer may take before the order is cancelled."""
    cancel_after_s: float = 16.0
    """How long after the pay call a platform may want no cancel, at most."""
    after_checks: tuple[float, ...] = (10, 60, 300)
    """When an order that ended in doubt is checked again."""
    orphan_s: float = 12.0
    """How long a platform may not know an order whose gateway died with the payment code."""
    beat_s: float = 1.0
    """From one renewal of the leases to the next."""
    lease_s: float = 10.0
    """How long a lease lasts."""
