"""The till's clock, and whether it can be believed: a clock set back would sell old goods."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from pos_tui.checkout import events

_TOLERANCE = timedelta(minutes=5)


class TillClock:
    """Gives the time; remembers the latest that was ever written down, and says when they differ.

    The time of the gateway decides between the two where it is known.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        latest: datetime | None,
        emit: Callable[[events.TillEvent], None],
    ) -> None:
        """`clock` gives aware times in the shop's zone; `latest` is the journal's last entry's."""
        self._clock = clock
        self._latest = latest
        self._emit = emit
        self._ahead = timedelta(0)
        self._said = ""

    def now(self) -> datetime:
        """The time of this machine, in the shop's zone."""
        return self._clock()

    def for_dates(self) -> datetime:
        """The time by which dates are judged: never before what is written down already."""
        now = self.look()
        if self._ahead > _TOLERANCE:
            now += self._ahead
        if self._latest is not None and self._latest - now > _TOLERANCE:
            return self._latest.astimezone(now.tzinfo)
        return now

    def look(self) -> datetime:
        """Read the clock; a clock that goes wrong, or right again, is told. Returns its time."""
        now = self._clock()
        if self._latest is None or now > self._latest:
            self._latest = now
        say = self._doubt(now)
        if say != self._said:
            self._said = say
            self._emit(events.LinkChanged("clock", not say, say))
        return now

    def hear(self, gateway: datetime) -> None:
        """The gateway's time (aware), just heard."""
        now = self._clock()
        self._ahead = gateway - now
        if self._latest is not None and self._latest - gateway > _TOLERANCE:
            self._latest = max(now, gateway)  # it was this machine that was ahead before
        self.look()

    def _doubt(self, now: datetime) -> str:
        latest = self._latest
        if latest is not None and latest - now > _TOLERANCE:
            return (
                f"This machine's clock was set back: it says {now:%d %b %H:%M}, but"
                f" {latest.astimezone(now.tzinfo):%d %b %H:%M} is in the journal already. Dates are"
                " judged by the later one. Set the clock right."
            )
        if abs(self._ahead) > _TOLERANCE:
            right = now + self._ahead
            later = "; dates are judged by the gateway's" if self._ahead > _TOLERANCE else ""
            return (
                f"This machine's clock is wrong: it says {now:%d %b %H:%M}, the gateway says"
                f" {right:%d %b %H:%M}{later}. Set the clock right."
            )
        return ""
