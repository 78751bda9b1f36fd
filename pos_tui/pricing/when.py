"""When an offer holds: dates, weekdays, hours and odd calendars, by the shop's clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from msgspec import Struct

from pos_tui.reasons import Reason, because, plain

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MIDNIGHT = time(0)
_LONG_AGO = date(2000, 1, 1)


class Hours(Struct, frozen=True):
    """From one time of day up to, not at, another; past midnight when `until` is not later."""

    since: time
    until: time


class When(Struct, frozen=True, kw_only=True):
    """The times at which an offer holds; all that is set must be so.

    `starts` and `ends` (exclusive) are aware, or naive in the shop's time. `weekdays` count from
    Monday, 0. `recurs` is a recurrence rule (RFC 5545) of days. Hours belong to the day on which
    they begin.
    """

    starts: datetime | None = None
    ends: datetime | None = None
    weekdays: tuple[int, ...] = ()
    hours: tuple[Hours, ...] = ()
    recurs: str = ""

    @property
    def is_always(self) -> bool:
        """Whether no time is excluded."""
        return self == ALWAYS


ALWAYS = When()


def holds_at(when: When, moment: datetime) -> bool:
    """Whether it holds at an aware moment in the shop's time zone.

    Instants are compared, not times of day: an hour that a clock change repeats neither ends an
    offer twice nor begins it again.
    """
    if when.is_always:
        return True
    now, zone = moment.astimezone(UTC), moment.tzinfo
    if when.starts is not None and now < _instant(when.starts, zone, first=True):
        return False
    if when.ends is not None and now >= _instant(when.ends, zone, first=False):
        return False
    if not _has_days(when):
        return True
    day = moment.date()
    return any(since <= now < until for since, until in _spans(when, day - _DAY, day, zone))


def next_change(when: When, moment: datetime) -> datetime | None:
    """The first instant (UTC) after a moment at which this may no longer be as it is."""
    now, zone = moment.astimezone(UTC), moment.tzinfo
    edges = []
    if when.starts is not None:
        edges.append(_instant(when.starts, zone, first=True))
    if when.ends is not None:
        edges.append(_instant(when.ends, zone, first=False))
    if _has_days(when):
        day = moment.date()
        edges += [edge for span in _spans(when, day - _DAY, day + _DAY, zone) for edge in span]
        edges.append(midnight_after(moment))
    return min((edge for edge in edges if edge > now), default=None)


def midnight_after(moment: datetime) -> datetime:
    """The instant (UTC) at which the next day of the shop begins."""
    return _instant(datetime.combine(moment.date() + _DAY, _MIDNIGHT), moment.tzinfo, first=True)


def times_of(when: When) -> Reason | None:
    """The times for a person: "from 24 Nov 26, Mon, Tue, 17:00-19:00"; None for always."""
    parts = []
    if when.starts is not None:
        parts.append(_edge("from", when.starts))
    if when.ends is not None:
        # An exclusive end is named as people do: by the day before a midnight.
        ends = when.ends - _DAY if when.ends.time() == _MIDNIGHT else when.ends
        parts.append(_edge("until", ends))
    parts += [because(f"offer.weekday_{day + 1}") for day in sorted(when.weekdays)]
    parts += [plain(f"{each.since:%H:%M}-{each.until:%H:%M}") for each in when.hours]
    if when.recurs:
        parts.append(plain(when.recurs))
    return because("offer.times", parts=tuple(parts)) if parts else None


def check_recurrence(when: When, begin: date) -> bool:
    """Whether its rule has a day from this one on. Raises ValueError for what is no such rule."""
    start = _LONG_AGO if when.starts is None else when.starts.date()
    rule = _rule(when.recurs, datetime.combine(start, _MIDNIGHT))
    first = datetime.combine(begin, _MIDNIGHT)
    return rule.after(first, inc=True) is not None  # type: ignore[attr-defined]


def _has_days(when: When) -> bool:
    return bool(when.weekdays or when.hours or when.recurs)


def _spans(
    when: When, first: date, last: date, zone: tzinfo | None
) -> Iterator[tuple[datetime, datetime]]:
    """The spans (UTC) that begin on these days."""
    day = first
    while day <= last:
        if _is_day(when, day):
            for each in when.hours or (Hours(_MIDNIGHT, _MIDNIGHT),):
                end = day + _DAY if each.until <= each.since else day
                yield (
                    _instant(datetime.combine(day, each.since), zone, first=True),
                    _instant(datetime.combine(end, each.until), zone, first=False),
                )
        day += _DAY


def _is_day(when: When, day: date) -> bool:
    if when.weekdays and day.weekday() not in when.weekdays:
        return False
    if not when.recurs:
        return True
    begin = _LONG_AGO if when.starts is None else when.starts.date()
    return _recurs_on(when.recurs, begin, day)


@lru_cache(maxsize=2048)
def _recurs_on(rule: str, begin: date, day: date) -> bool:
    at = datetime.combine(day, _MIDNIGHT)
    found = _rule(rule, datetime.combine(_nearer(rule, begin, day), _MIDNIGHT), at)
    return bool(found.between(at, at, inc=True))  # type: ignore[attr-defined]


def _nearer(rule: str, begin: date, day: date) -> date:
    """A begin of the same phase nearer to a day, where a rule counts nothing from its begin on:
    to go through years of days takes longer than a scan may.
    """
    rule = rule.upper()
    if "COUNT" in rule or "INTERVAL" in rule or day <= begin:
        return begin
    if rule.startswith("FREQ=DAILY"):
        return day
    if rule.startswith("FREQ=WEEKLY"):
        return day - timedelta(days=(day - begin).days % 7)
    years = max(begin.year, day.year - 1)
    return begin if (begin.month, begin.day) == (2, 29) else begin.replace(year=years)


def _rule(rule: str, begin: datetime, until: datetime | None = None) -> object:
    from dateutil.rrule import rrulestr

    if not rule.upper().startswith(("FREQ=YEARLY", "FREQ=MONTHLY", "FREQ=WEEKLY", "FREQ=DAILY")):
        raise ValueError(rule)
    if until is not None and "COUNT" not in rule.upper() and "UNTIL" not in rule.upper():
        rule += f";UNTIL={until:%Y%m%dT%H%M%S}"
    return rrulestr(rule, dtstart=begin)


def _instant(at: datetime, zone: tzinfo | None, *, first: bool) -> datetime:
    """A time of the shop as an instant: of a repeated hour the first or the last one, and for a
    time that a clock change leaves out the moment of that change.
    """
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    early, late = (at.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if late < early:
        return _jump(late, early, zone)
    return early if first else late


def _jump(before: datetime, after: datetime, zone: tzinfo | None) -> datetime:
    """The instant between these two (UTC) from which on the shop's clock shows another offset."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _edge(word: str, at: datetime) -> Reason:
    if at.time() == _MIDNIGHT:
        return because(f"offer.{word}_day", day=at.date())
    return because(f"offer.{word}_time", at=at)
