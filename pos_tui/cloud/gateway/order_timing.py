"""How long the gateway waits for what."""

from __future__ import annotations

from msgspec import Struct


class OrderTiming(Struct, frozen=True, kw_only=True):
    """Waiting times in seconds; the last step of a schedule repeats.

    Without a `schedule` every platform is asked at its own pace. An order whose gateway died with
    the payment code is given up once its platform has not heard of it for `orphan_s`.
    """

    answer_s: float = 3.0
    patience_s: float = 3.0
    schedule: tuple[float, ...] = ()
    again: tuple[float, ...] = (1, 1, 2, 3, 5, 10, 30, 60, 300, 900)
    deadline_s: float = 120.0
    cancel_after_s: float = 15.0
    after_checks: tuple[float, ...] = (10, 60, 300)
    orphan_s: float = 12.0
    beat_s: float = 1.0
    lease_s: float = 10.0
