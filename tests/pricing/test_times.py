"""When offers hold: by dates, weekdays, hours and rules, also where clocks change."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from pos_tui.pricing.when import (
    ALWAYS,
    Hours,
    When,
    check_recurrence,
    holds_at,
    midnight_after,
    next_change,
    times_of,
)
from pos_tui.reasons import because, plain

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = SHANGHAI, fold: int = 0) -> datetime:
    """An aware moment by the shop's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def local(text: str) -> datetime:
    """A time by the shop's clock, as offers are written: naive."""
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


STARTS = When(starts=local("2026-11-22 09:00"))
ENDS = When(ends=local("2026-11-22 09:00"))
HAPPY = When(hours=(Hours(time(17), time(19)),))
NIGHT = When(hours=(Hours(time(22), time(2)),))
SUNDAYS = When(weekdays=(6,))
SUNDAY_NIGHTS = When(weekdays=(6,), hours=(Hours(time(22), time(2)),))
TWICE = When(hours=(Hours(time(8), time(9)), Hours(time(17), time(19))))
ALL_DAY = When(hours=(Hours(time(8), time(8)),), weekdays=(6,))


@pytest.mark.parametrize(
    ("when", "moment", "holds"),
    [
        (ALWAYS, at("2026-11-22 09:00"), True),
        (STARTS, at("2026-11-22 08:59:59.999999"), False),
        (STARTS, at("2026-11-22 09:00"), True),
        (ENDS, at("2026-11-22 08:59:59.999999"), True),
        (ENDS, at("2026-11-22 09:00"), False),
        (When(starts=utc("2026-11-22 01:00")), at("2026-11-22 09:00"), True),
        (When(starts=utc("2026-11-22 01:00")), at("2026-11-22 08:59"), False),
        (HAPPY, at("2026-11-22 16:59:59"), False),
        (HAPPY, at("2026-11-22 17:00"), True),
        (HAPPY, at("2026-11-22 18:59:59"), True),
        (HAPPY, at("2026-11-22 19:00"), False),
        (TWICE, at("2026-11-22 08:00"), True),
        (TWICE, at("2026-11-22 09:00"), False),
        (TWICE, at("2026-11-22 17:00"), True),
        (NIGHT, at("2026-11-22 21:59"), False),
        (NIGHT, at("2026-11-22 22:00"), True),
        (NIGHT, at("2026-11-22 01:59"), True),
        (NIGHT, at("2026-11-22 02:00"), False),
        (SUNDAYS, at("2026-11-21 23:59"), False),
        (SUNDAYS, at("2026-11-22 00:00"), True),
        (SUNDAYS, at("2026-11-22 23:59"), True),
        (SUNDAYS, at("2026-11-23 00:00"), False),
        (SUNDAY_NIGHTS, at("2026-11-22 01:00"), False),
        (SUNDAY_NIGHTS, at("2026-11-22 23:00"), True),
        (SUNDAY_NIGHTS, at("2026-11-23 01:00"), True),
        (SUNDAY_NIGHTS, at("2026-11-23 23:00"), False),
        (ALL_DAY, at("2026-11-22 07:59"), False),
        (ALL_DAY, at("2026-11-22 08:00"), True),
        (ALL_DAY, at("2026-11-23 07:59"), True),
        (ALL_DAY, at("2026-11-23 08:00"), False),
        (When(weekdays=(0, 6), starts=local("2026-11-23")), at("2026-11-22 12:00"), False),
        (When(weekdays=(0, 6), starts=local("2026-11-23")), at("2026-11-23 12:00"), True),
        (When(weekdays=(0, 6), starts=local("2026-11-23")), at("2026-11-24 12:00"), False),
        # 29 March 2026: 2:00 becomes 3:00. 25 October 2026: 3:00 becomes 2:00 again.
        (When(hours=(Hours(time(1), time(2, 30)),)), at("2026-03-29 01:59", BERLIN), True),
        (When(hours=(Hours(time(1), time(2, 30)),)), at("2026-03-29 03:00", BERLIN), False),
        (When(hours=(Hours(time(2, 30), time(4)),)), at("2026-03-29 01:59:59", BERLIN), False),
        (When(hours=(Hours(time(2, 30), time(4)),)), at("2026-03-29 03:00", BERLIN), True),
        (When(hours=(Hours(time(1), time(2, 30)),)), at("2026-10-25 02:29", BERLIN), True),
        (When(hours=(Hours(time(1), time(2, 30)),)), at("2026-10-25 02:29", BERLIN, 1), True),
        (When(hours=(Hours(time(1), time(2, 30)),)), at("2026-10-25 02:30", BERLIN, 1), False),
        (When(hours=(Hours(time(2, 30), time(4)),)), at("2026-10-25 02:29", BERLIN), False),
        (When(hours=(Hours(time(2, 30), time(4)),)), at("2026-10-25 02:30", BERLIN), True),
        (When(hours=(Hours(time(2, 30), time(4)),)), at("2026-10-25 02:10", BERLIN, 1), True),
        (When(ends=local("2026-10-25 02:30")), at("2026-10-25 02:29", BERLIN, 1), True),
        (When(ends=local("2026-10-25 02:30")), at("2026-10-25 02:30", BERLIN, 1), False),
        (When(starts=local("2026-10-25 02:30")), at("2026-10-25 02:29", BERLIN), False),
        (When(starts=local("2026-10-25 02:30")), at("2026-10-25 02:30", BERLIN), True),
    ],
)
def test_when_an_offer_holds(when: When, moment: datetime, holds: bool) -> None:
    assert holds_at(when, moment) is holds


@pytest.mark.parametrize(
    ("rule", "starts", "days", "others"),
    [
        ("FREQ=DAILY", None, ["2026-11-22", "2026-11-23"], []),
        ("freq=daily;interval=2", "2026-11-20", ["2026-11-20", "2026-11-22"],
         ["2026-11-21", "2026-11-23", "2026-11-18"]),
        ("FREQ=DAILY;COUNT=3", "2026-11-20", ["2026-11-20", "2026-11-22"],
         ["2026-11-23", "2026-11-19"]),
        ("FREQ=DAILY;UNTIL=20261122T000000", "2026-11-20", ["2026-11-22"], ["2026-11-23"]),
        ("FREQ=WEEKLY", "2026-11-01", ["2026-11-01", "2026-11-22", "2027-11-21"],
         ["2026-11-21", "2026-11-23", "2026-10-25"]),
        ("FREQ=WEEKLY;BYDAY=TU,FR", None, ["2026-11-24", "2026-11-27"],
         ["2026-11-22", "2026-11-25"]),
        ("FREQ=WEEKLY;INTERVAL=2", "2026-11-01", ["2026-11-15", "2026-11-29"],
         ["2026-11-08", "2026-11-22"]),
        ("FREQ=WEEKLY;COUNT=2", "2026-11-01", ["2026-11-08"], ["2026-11-15"]),
        ("FREQ=MONTHLY;BYMONTHDAY=1", None, ["2026-11-01", "2026-12-01"],
         ["2026-11-02", "2026-11-30"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", None, ["2026-11-27", "2026-12-25"],
         ["2026-11-20", "2026-11-26"]),
        ("FREQ=MONTHLY", "2024-01-31", ["2026-01-31", "2026-03-31"], ["2026-02-28", "2026-03-30"]),
        ("FREQ=MONTHLY;INTERVAL=2", "2026-01-05", ["2026-03-05", "2026-11-05"],
         ["2026-02-05", "2026-12-05"]),
        ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=11", None, ["2026-11-11", "2030-11-11"],
         ["2026-11-12", "2026-12-11"]),
        ("FREQ=YEARLY", "2024-02-29", ["2024-02-29", "2028-02-29"],
         ["2026-02-28", "2026-03-01", "2027-02-28"]),
        ("FREQ=YEARLY", "2020-03-15", ["2026-03-15", "2020-03-15"], ["2026-03-14", "2019-03-15"]),
        ("FREQ=YEARLY", "2020-03-29", ["2026-03-29"], ["2026-03-28", "2026-02-28"]),
        ("FREQ=YEARLY", "2020-02-15", ["2026-02-15"], ["2026-02-28"]),
        ("FREQ=YEARLY;INTERVAL=2", "2020-03-15", ["2022-03-15", "2026-03-15"], ["2025-03-15"]),
    ],
)  # fmt: skip
def test_the_days_of_a_rule(
    rule: str, starts: str | None, days: list[str], others: list[str]
) -> None:
    begin = None if starts is None else datetime.fromisoformat(starts)
    when = When(starts=begin, recurs=rule)
    assert [day for day in days if not holds_at(when, at(f"{day} 12:00"))] == []
    assert [day for day in others if holds_at(when, at(f"{day} 12:00"))] == []


def test_a_rule_with_an_end_of_its_own_gets_no_other() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a rule with two ends is worth a warning
        for rule in ("FREQ=DAILY;COUNT=30", "freq=daily;count=31"):
            begin = local("2026-11-01")
            assert holds_at(When(starts=begin, recurs=rule), at("2026-11-22 12:00"))


def test_a_rule_and_weekdays_must_both_be_so() -> None:
    firsts = When(recurs="FREQ=MONTHLY;BYMONTHDAY=1", weekdays=(6,))
    assert holds_at(firsts, at("2026-11-01 12:00"))  # a Sunday
    assert not holds_at(firsts, at("2026-12-01 12:00"))  # a Tuesday
    assert not holds_at(firsts, at("2026-11-08 12:00"))


@pytest.mark.parametrize(
    ("when", "moment", "change"),
    [
        (ALWAYS, at("2026-11-22 12:00"), None),
        (STARTS, at("2026-11-22 08:00"), utc("2026-11-22 01:00")),
        (STARTS, at("2026-11-22 09:00"), None),
        (ENDS, at("2026-11-22 08:00"), utc("2026-11-22 01:00")),
        (ENDS, at("2026-11-22 09:00"), None),
        (When(starts=local("2026-11-22 09:00"), ends=local("2026-11-22 11:00")),
         at("2026-11-22 08:00"), utc("2026-11-22 01:00")),
        (When(starts=local("2026-11-22 09:00"), ends=local("2026-11-22 11:00")),
         at("2026-11-22 10:00"), utc("2026-11-22 03:00")),
        (HAPPY, at("2026-11-22 12:00"), utc("2026-11-22 09:00")),
        (HAPPY, at("2026-11-22 17:00"), utc("2026-11-22 11:00")),
        (HAPPY, at("2026-11-22 19:00"), utc("2026-11-22 16:00")),
        (NIGHT, at("2026-11-22 01:00"), utc("2026-11-21 18:00")),
        (SUNDAYS, at("2026-11-22 12:00"), utc("2026-11-22 16:00")),
        (SUNDAYS, at("2026-11-23 12:00"), utc("2026-11-23 16:00")),
        (SUNDAYS, at("2026-11-21 12:00"), utc("2026-11-21 16:00")),
        (When(recurs="FREQ=DAILY"), at("2026-11-22 12:00"), utc("2026-11-22 16:00")),
        (When(starts=utc("2026-11-22 03:00").astimezone(BERLIN)), at("2026-11-22 08:00"),
         utc("2026-11-22 03:00")),
        (When(starts=local("2026-11-22 09:00:00.000500")), at("2026-11-22 08:00"),
         utc("2026-11-22 01:00:00.000500")),
        (When(starts=local("2026-11-22 09:00"), weekdays=(6,)), at("2026-11-22 08:00"),
         utc("2026-11-22 01:00")),
        (When(ends=local("2026-10-25 02:30")), at("2026-10-25 00:00", BERLIN),
         utc("2026-10-25 01:30")),
        (When(starts=local("2026-10-25 02:30")), at("2026-10-25 00:00", BERLIN),
         utc("2026-10-25 00:30")),
        (When(starts=local("2026-03-29 02:30")), at("2026-03-29 00:00", BERLIN),
         utc("2026-03-29 01:00")),
        (When(ends=local("2026-03-29 02:30")), at("2026-03-29 00:00", BERLIN),
         utc("2026-03-29 01:00")),
        (When(hours=(Hours(time(2, 30), time(2, 45)),)), at("2026-03-29 00:00", BERLIN),
         utc("2026-03-29 01:00")),
    ],
)  # fmt: skip
def test_when_an_offer_may_change(when: When, moment: datetime, change: datetime | None) -> None:
    found = next_change(when, moment)
    assert found == change
    assert found is None or found.tzinfo is UTC


def test_the_next_day_of_the_shop_begins_at_its_midnight() -> None:
    assert midnight_after(at("2026-11-22 00:00")) == utc("2026-11-22 16:00")
    assert midnight_after(at("2026-11-22 23:59")) == utc("2026-11-22 16:00")
    # Lebanon's clocks skip the hour after midnight: its day begins at 1:00.
    assert midnight_after(at("2026-03-28 12:00", ZoneInfo("Asia/Beirut"))) == utc(
        "2026-03-28 22:00"
    )
    # In Cuba the hour before 1:00 comes twice: its day begins with the first.
    assert midnight_after(at("2026-10-31 12:00", ZoneInfo("America/Havana"))) == utc(
        "2026-11-01 04:00"
    )


def test_times_for_a_person() -> None:
    assert times_of(ALWAYS) is None
    when = When(
        starts=local("2026-11-24"),
        ends=local("2026-12-01"),
        weekdays=(1, 0),
        hours=(Hours(time(17), time(19, 30)), Hours(time(8, 5), time(9))),
        recurs="FREQ=DAILY",
    )
    assert times_of(when) == because(
        "offer.times",
        parts=(
            because("offer.from_day", day=date(2026, 11, 24)),
            because("offer.until_day", day=date(2026, 11, 30)),
            because("offer.weekday_1"),
            because("offer.weekday_2"),
            plain("17:00-19:30"),
            plain("08:05-09:00"),
            plain("FREQ=DAILY"),
        ),
    )
    at_times = When(starts=local("2026-11-24 09:00"), ends=local("2026-12-01 20:00"))
    assert times_of(at_times) == because(
        "offer.times",
        parts=(
            because("offer.from_time", at=local("2026-11-24 09:00")),
            because("offer.until_time", at=local("2026-12-01 20:00")),
        ),
    )


def test_a_rule_that_has_days_and_one_that_has_none() -> None:
    assert check_recurrence(When(recurs="FREQ=DAILY"), date(2026, 11, 22))
    ended = When(recurs="FREQ=DAILY;UNTIL=20261122T000000", starts=local("2026-11-01"))
    assert check_recurrence(ended, date(2026, 11, 22))
    assert not check_recurrence(ended, date(2026, 11, 23))
    counted = When(recurs="FREQ=DAILY;COUNT=3", starts=local("2026-11-20"))
    assert check_recurrence(counted, date(2026, 11, 22))
    assert not check_recurrence(counted, date(2026, 11, 23))
    assert not check_recurrence(When(recurs="FREQ=DAILY;COUNT=3"), date(2026, 11, 23))
    assert check_recurrence(When(recurs="FREQ=DAILY;COUNT=1"), date(2000, 1, 1))
    assert not check_recurrence(When(recurs="FREQ=DAILY;COUNT=1"), date(2000, 1, 2))


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "FREQ=SECONDLY", "soon", "FREQ=DAILY;UNTIL=x"])
def test_what_is_no_rule_of_days_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match="UNTIL" if "UNTIL" in rule else rule):
        check_recurrence(When(recurs=rule), date(2026, 11, 22))
