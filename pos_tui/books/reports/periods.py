"""The periods that reports are about: a day, a week, a month, a year of accounting days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal, get_args

from msgspec import Struct

PeriodLength = Literal["day", "week", "month", "year"]
"""How long a period is. Weeks begin on Mondays."""

PERIOD_LENGTHS: tuple[PeriodLength, ...] = get_args(PeriodLength)


class ReportPeriod(Struct, frozen=True):
    """A period by its length and its first and last accounting day."""

    length: PeriodLength
    first: date
    last: date

    @property
    def days(self) -> tuple[date, ...]:
        """Its days."""
        count = (self.last - self.first).days + 1
        return tuple(self.first + timedelta(days=place) for place in range(count))

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of each month that it touches."""
        return tuple(sorted({day.replace(day=1) for day in self.days}))

    def moved(self, by: int) -> ReportPeriod:
        """The period of the same length so many later (before: less than zero).

        The first of those that a calendar has stays itself.
        """
        first = self.first
        try:
            if self.length in ("day", "week"):
                return period_of(
                    self.length, first + (7 if self.length == "week" else 1) * _days(by)
                )
            months = first.year * 12 + first.month - 1 + by * (12 if self.length == "year" else 1)
            return period_of(self.length, date(months // 12, months % 12 + 1, 1))
        except (OverflowError, ValueError):
            return self

    @property
    def before(self) -> ReportPeriod:
        """The period just before, of the same length."""
        return self.moved(-1)

    @property
    def year_ago(self) -> ReportPeriod | None:
        """The same period of the year before; None where that is the period before anyway.

        A week's is 52 weeks before, so that it has the same weekdays; that of 29 February the 28th.
        """
        if self.length == "year":
            return None
        if self.length == "week":
            return self.moved(-52)
        if self.length == "month":
            return self.moved(-12)
        if self.first.year == date.min.year:
            return None
        last = monthrange(self.first.year - 1, self.first.month)[1]
        day = min(self.first.day, last)
        return period_of("day", self.first.replace(year=self.first.year - 1, day=day))


def period_of(length: PeriodLength, day: date) -> ReportPeriod:
    """The period of this length in which a day lies."""
    if length == "day":
        return ReportPeriod(length, day, day)
    if length == "week":
        first = day - timedelta(days=day.weekday())
        last = min(first.toordinal() + 6, date.max.toordinal())  # the calendar's last is shorter
        return ReportPeriod(length, first, date.fromordinal(last))
    if length == "month":
        last = monthrange(day.year, day.month)[1]
        return ReportPeriod(length, day.replace(day=1), day.replace(day=last))
    return ReportPeriod(length, date(day.year, 1, 1), date(day.year, 12, 31))


def _days(count: int) -> timedelta:
    return timedelta(days=count)
