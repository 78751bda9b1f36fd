from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.checkout.expiry import DatePolicy, Lot, expires_on, judge

TODAY = date(2026, 11, 22)
SHANGHAI = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)
STRICT = DatePolicy(near_days=0)


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


def lot(day, kind="use_by"):
    return Lot(day.toordinal(), 1, f"L{day}", day, kind=kind)


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(st.lists(days, min_size=1, max_size=6))
def test_an_item_is_expired_only_when_every_lot_on_hand_is(some):
    verdict = judge([lot(day) for day in some], NOON, STRICT)
    past = [day for day in some if day < TODAY]
    near = max(some) == TODAY
    expected = "fresh" if not past else "expired" if len(past) == len(some) else "look"
    assert verdict.what == ("near" if near and not past else expected)
    if past:
        assert verdict.lot
        assert verdict.lot.expires_on == max(past)
    assert verdict.good_until == max(some)


def test_the_last_good_day_itself_is_still_good_and_the_next_minute_is_not():
    midnight = datetime(2026, 11, 22, 23, 59, 59, tzinfo=SHANGHAI)
    assert judge([lot(TODAY)], midnight, STRICT).what == "near"
    assert judge([lot(TODAY)], midnight + timedelta(seconds=1), STRICT).what == "expired"


def test_an_hour_in_the_code_ends_the_last_day():
    assert judge([lot(TODAY)], NOON, STRICT, time(12)).what == "near"
    assert judge([lot(TODAY)], NOON + timedelta(minutes=1), STRICT, time(12)).what == "expired"


@pytest.mark.parametrize(
    ("use_by", "best_before", "kind", "what"),
    [
        ("refuse", "refuse", "best_before", "expired"),
        ("refuse", "warn", "best_before", "past"),
        ("refuse", "allow", "best_before", "fresh"),
        ("refuse", "allow", "use_by", "expired"),
        ("warn", "refuse", "use_by", "past"),
        ("allow", "refuse", "use_by", "fresh"),
    ],
)
def test_use_by_and_best_before_are_treated_as_the_shop_has_set(use_by, best_before, kind, what):
    policy = DatePolicy(use_by, best_before, 0)
    assert judge([lot(date(2026, 11, 20), kind)], NOON, policy).what == what


@pytest.mark.parametrize(("ahead", "what"), [(0, "near"), (2, "near"), (3, "fresh")])
def test_goods_near_their_last_day_are_shown(ahead, what):
    verdict = judge([lot(TODAY + timedelta(days=ahead))], NOON, DatePolicy(near_days=2))
    assert verdict.what == what


def test_a_refused_lot_among_warned_ones_is_looked_at():
    lots = [lot(date(2026, 11, 20)), lot(date(2026, 11, 21), "best_before")]
    verdict = judge(lots, NOON, DatePolicy("refuse", "warn", 0))
    assert verdict.what == "look"
    assert verdict.lot
    assert verdict.lot.expires_on == date(2026, 11, 20)
