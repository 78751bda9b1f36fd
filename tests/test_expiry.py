from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.checkout.expiry import Lot, expires_on, judge

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("made", "count", "unit", "last"),
    [
        (date(2026, 11, 18), 2, "days", date(2026, 11, 20)),
        (date(2026, 1, 31), 1, "months", date(2026, 2, 28)),
        (date(2028, 1, 31), 1, "months", date(2028, 2, 29)),
        (date(2024, 2, 29), 1, "years", date(2025, 2, 28)),
        (date(2026, 12, 20), 2, "weeks", date(2027, 1, 3)),
        (date(2026, 1, 31), 13, "months", date(2027, 2, 28)),
    ],
)
def test_the_last_good_day_is_counted_from_the_production_date(made, count, unit, last):
    assert expires_on(made, count, unit) == last


def lot(day):
    return Lot(day.toordinal(), 1, f"L{day}", day)


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(st.lists(days, min_size=1, max_size=6))
def test_an_item_is_expired_only_when_every_lot_on_hand_is(some):
    verdict = judge([lot(day) for day in some], TODAY)
    past = [day for day in some if day < TODAY]
    expected = "fresh" if not past else "expired" if len(past) == len(some) else "look"
    assert verdict.what == expected
    if past:
        assert verdict.lot.expires_on == max(past)


def test_the_last_good_day_itself_is_still_good():
    assert judge([lot(TODAY)], TODAY).what == "fresh"
