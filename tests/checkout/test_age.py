"""Who is old enough today: by the birthdays that somebody has had."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pos_tui.checkout.age import born_by


def birthdays(born: date, today: date) -> int:
    """How many birthdays somebody has had, counted by hand; born on 29 February, it is in March."""
    had = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (not had)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 99))
def test_whoever_is_born_by_that_day_is_old_enough_and_nobody_who_is_born_after(today, years):
    last = born_by(today, years)
    assert birthdays(last, today) >= years > birthdays(last + timedelta(days=1), today)


def test_the_day_is_todays_so_many_years_ago():
    assert born_by(date(2026, 11, 29), 18) == date(2008, 11, 29)
    assert born_by(date(2028, 2, 29), 18) == date(2010, 2, 28)
    assert born_by(date(2028, 2, 29), 16) == date(2012, 2, 29)
