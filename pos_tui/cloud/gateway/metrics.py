"""The gateway's figures for Prometheus; several workers on one port add theirs together."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What the gateway counts. No label ever holds a merchant, an order or a code."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = Counter(
            "pos_gateway_requests",
            "Requests by what they got.",
            ("route", "status"),
            registry=registry,
        )
        self._request_seconds = Histogram(
            "pos_gateway_request_seconds",
            "From a request to its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._ended = Counter(
            "pos_gateway_orders",
            "Orders that have come to an end.",
            ("channel", "answer"),
            registry=registry,
        )
        self._late = Counter(
            "pos_gateway_late_payments",
            "Payments that came for an ended order.",
            ("channel",),
            registry=registry,
        )
        self._refunds = Counter(
            "pos_gateway_refunds",
            "Refunds that have come to an end.",
            ("channel", "answer"),
            registry=registry,
        )
        self._platform_seconds = Histogram(
            "pos_gateway_platform_seconds",
            "Calls to the platforms.",
            ("channel", "call"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._notices = Counter(
            "pos_gateway_notices",
            "The platforms' notices.",
            ("channel", "believed"),
            registry=registry,
        )
        self._unfinished = Gauge(
            "pos_gateway_unfinished_orders",
            "Orders that somebody works on.",
            ("state",),
            registry=registry,
            multiprocess_mode="mostrecent",
        )

    def request(self, route: str, status: int, seconds: float) -> None:
        """A request has been answered."""
        self._requests.labels(route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def order_ended(self, channel: str | None, answer: str) -> None:
        """An order has come to an end."""
        self._ended.labels(channel or "none", answer).inc()

    def late_payment(self, channel: str | None) -> None:
        """A payment has come for an order that had ended."""
        self._late.labels(channel or "none").inc()

    def refunded(self, channel: str | None, answer: str) -> None:
        """A refund has come to an end."""
        self._refunds.labels(channel or "none", answer).inc()

    def notice(self, channel: str, *, believed: bool) -> None:
        """A platform, or somebody who says so, has sent a notice."""
        self._notices.labels(channel, "yes" if believed else "no").inc()

    def unfinished(self, states: dict[str, int]) -> None:
        """How many orders are being worked on, by state."""
        for state in ("sent", "pending", "cancelling", "paid", "declined", "cancelled"):
            self._unfinished.labels(state).set(states.get(state, 0))

    @contextlib.contextmanager
    def platform_call(self, channel: str, call: str) -> Iterator[None]:
        """Measures one call to a platform."""
        began = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - began
            self._platform_seconds.labels(channel, call).observe(seconds)

    def text(self) -> bytes:
        """All figures in Prometheus' text format, of all workers where there are several."""
        if MULTIPROCESS not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
