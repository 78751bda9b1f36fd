"""The till's clock, and whether it can be believed: a clock set back would sell old goods."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from pos_tui.checkout import events
from pos_tui.reasons import Reason, because

_TOLERANCE = timedelta(minutes=5)


def _ticks() -> float:
    """Seconds of a clock that runs on while the machine sleeps, where there is one."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    else:  # noqa: RET505 - mypy follows a platform's branches, not what is after a return
        return time.monotonic()  # Windows' runs on in a sleep


class TillClock:
    """Gives the time; remembers the latest that was ever written down, and says when they differ.

    The time of the gateway decides between the two where it is known.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        latest: datetime | None,
        emit: Callable[[events.TillEvent], None],
        keep: Callable[[datetime], None] = lambda _latest: None,
        ticks: Callable[[], float] = _ticks,
    ) -> None:
        """`clock` gives aware times in the shop's zone; `latest` is the latest that is written
        down, and `keep` writes an earlier one in its place; `ticks` are seconds that no one sets.
        """
        self._clock = clock
        self._latest = None if latest is None else latest.astimezone(UTC)
        self._emit = emit
        self._keep = keep
        self._ticks = ticks
        self._heard: tuple[datetime, float] | None = None
        self._doubted: Reason | None = None

    def now(self) -> datetime:
        """The time of this machine, in the shop's zone."""
        return self._clock()

    def ticks(self) -> float:
        """Seconds of a clock that nobody sets."""
        return self._ticks()

    def for_dates(self) -> datetime:
        """The time by which dates are judged: never before what is written down already."""
        now = self.look()
        ahead = self._ahead(now)
        if ahead > _TOLERANCE:
            now += ahead
        if self._latest is not None and self._latest - now.astimezone(UTC) > _TOLERANCE:
            return self._latest.astimezone(now.tzinfo)
        return now

    def look(self) -> datetime:
        """Read the clock; a clock that goes wrong, or right again, is told. Returns its time."""
        now = self._clock()
        instant = now.astimezone(UTC)
        if self._latest is None or instant > self._latest:
            self._latest = instant
        doubt = self._doubt(now)
        if doubt != self._doubted:
            self._doubted = doubt
            self._emit(events.LinkChanged("clock", doubt is None, doubt))
        return now

    def hear(self, gateway: datetime) -> None:
        """The gateway's time (aware), just heard."""
        now = self._clock().astimezone(UTC)
        self._heard = gateway.astimezone(UTC), self._ticks()
        if self._latest is not None and self._latest - gateway > _TOLERANCE:
            self._lower(max(now, gateway.astimezone(UTC)))  # this machine was ahead before
        self.look()

    def confirm(self) -> None:
        """Somebody who may has said that this machine's clock is right."""
        self._heard = None
        self._lower(self._clock().astimezone(UTC))
        self.look()

    @property
    def is_doubted(self) -> bool:
        """Whether the clock is told to be wrong."""
        return self._doubted is not None

    def _lower(self, latest: datetime) -> None:
        self._latest = latest
        self._keep(latest)

    def _ahead(self, now: datetime) -> timedelta:
        """How far the gateway's time is ahead of this machine's."""
        if self._heard is None:
            return timedelta(0)
        gateway, ticks = self._heard
        return gateway + timedelta(seconds=self._ticks() - ticks) - now.astimezone(UTC)

    def _doubt(self, now: datetime) -> Reason | None:
        latest, ahead = self._latest, self._ahead(now)
        if latest is not None and latest - now.astimezone(UTC) > _TOLERANCE:
            return because("clock.set_back", now=now, latest=latest.astimezone(now.tzinfo))
        if abs(ahead) > _TOLERANCE:
            right = (now.astimezone(UTC) + ahead).astimezone(now.tzinfo)
            return because(
                "clock.slow" if ahead > _TOLERANCE else "clock.fast", now=now, right=right
            )
        return None
