"""Which weights may be sold, over every way in which readings may follow one another."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.devices.scales.reading import ReadingState, ScaleReading
from pos_tui.till.weighing.rule import APART_S, WeightRule

STATES: tuple[ReadingState, ...] = (
    "stable", "moving", "over", "under", "negative", "no_answer", "bad_data",
)  # fmt: skip


def lies(grams, at, *, is_net=False):
    return ScaleReading("stable", at, Decimal(grams), is_net)


def judged(rule, *readings):
    """Each state, and what was taken."""
    verdicts = [rule.judge(each) for each in readings]
    return [each.state for each in verdicts], [each.grams for each in verdicts if each.is_taken]


@pytest.fixture
def rule():
    """A rule that has seen the scale empty, with something to weigh."""
    rule = WeightRule()
    rule.judge(lies(0, 0))
    rule.begin(0)
    return rule


def test_two_equal_readings_that_are_far_enough_apart_are_a_weight(rule):
    assert judged(rule, lies(842, 1.0), lies(842, 1.2), lies(842, 1.31)) == (["steady"] * 3, [842])


def test_a_weight_is_taken_once(rule):
    states, taken = judged(rule, *(lies(842, 1 + n / 2) for n in range(6)))
    assert taken == [842]
    assert states[2:] == ["take_off"] * 4


@pytest.mark.parametrize("state", [each for each in STATES if each != "stable"])
def test_what_comes_between_begins_it_anew(rule, state):
    between = ScaleReading(state, 1.2, Decimal(842) if state in {"moving"} else None)
    _, taken = judged(rule, lies(842, 1.0), between, lies(842, 1.35))
    assert taken == []


def test_readings_that_differ_are_none(rule):
    _, taken = judged(rule, lies(842, 1), lies(843, 1.4), lies(842, 1.8), lies(842, 2.0))
    assert taken == []


def test_a_first_reading_of_long_ago_agrees_with_nothing(rule):
    assert judged(rule, lies(842, 1), lies(842, 9))[1] == []


def test_goods_may_lie_there_before_they_are_scanned():
    rule = WeightRule()
    judged(rule, lies(0, 0), lies(842, 1), lies(842, 2))
    rule.begin(0)
    assert judged(rule, lies(842, 3), lies(842, 3.31))[1] == [842]


def test_what_lies_there_at_the_start_is_not_sold_until_somebody_has_looked():
    rule = WeightRule()
    rule.begin(0)
    assert judged(rule, lies(842, 1), lies(842, 2)) == (["take_off"] * 2, [])
    rule.accept_as_it_lies()
    assert judged(rule, lies(842, 3), lies(842, 3.31))[1] == [842]


def test_a_scale_that_was_away_has_to_be_seen_empty_again(rule):
    judged(rule, ScaleReading("no_answer", 1.0))
    assert judged(rule, lies(842, 2), lies(842, 3)) == (["take_off"] * 2, [])


def test_one_garbled_answer_does_not_send_the_goods_off_the_scale(rule):
    _, taken = judged(rule, ScaleReading("bad_data", 1.0), lies(842, 2), lies(842, 2.31))
    assert taken == [842]


def test_a_tare_comes_off_and_nothing_is_left_of_it_alone():
    rule = WeightRule()
    rule.judge(lies(0, 0))
    rule.begin(8)
    assert judged(rule, lies(8, 1), lies(8, 2)) == (["too_light"] * 2, [])
    assert judged(rule, lies(3, 3), lies(3, 4)) == (["too_light"] * 2, [])
    assert judged(rule, lies(508, 5), lies(508, 5.31))[1] == [500]


def test_the_scale_s_own_tare_takes_the_place_of_the_product_s():
    rule = WeightRule()
    rule.judge(lies(0, 0, is_net=True))
    rule.begin(8)
    assert judged(rule, lies(500, 1, is_net=True), lies(500, 1.31, is_net=True))[1] == [500]


def test_gross_and_net_do_not_agree(rule):
    assert judged(rule, lies(500, 1), lies(500, 1.31, is_net=True))[1] == []


def test_less_than_the_smallest_part_of_its_unit_is_nothing():
    rule = WeightRule()
    rule.judge(lies(0, 0))
    rule.begin(0, Decimal("0.5"))
    assert judged(rule, lies("0.4", 1), lies("0.4", 1.5)) == (["too_light"] * 2, [])


# ---- all ways ------------------------------------------------------------------------------------

READINGS = st.tuples(
    st.sampled_from(STATES),
    st.sampled_from([0, 5, 8, 9, 842, 843]),
    st.sampled_from([0.0, 0.1, 0.29, 0.3, 0.5, 5.0]),
    st.booleans(),
)
ACTS = st.one_of(READINGS, st.sampled_from(["begin", "end", "typed"]))


def reading_from(state, grams, at, is_net):
    if state == "stable":
        return ScaleReading(state, at, Decimal(grams), is_net)
    if state in ("moving", "negative"):
        return ScaleReading(state, at, Decimal(-grams), is_net)
    return ScaleReading(state, at)


@given(st.lists(ACTS, max_size=60), st.sampled_from([0, 8]))
def test_whatever_comes_only_what_two_readings_at_rest_agree_on_is_sold(acts, tare):
    rule, at = WeightRule(), 0.0
    weighing, zero_since = False, False
    since_begun: list[ScaleReading] = []
    for act in acts:
        if act == "begin":
            rule.begin(tare)
            weighing, since_begun = True, []
            continue
        if act == "end":
            rule.end()
            weighing = False
            continue
        if act == "typed":
            rule.use_up()
            rule.end()
            weighing = zero_since = False
            continue
        state, grams, gap, is_net = act
        at += gap
        reading = reading_from(state, grams, at, is_net)
        verdict = rule.judge(reading)
        if reading.is_zero:
            zero_since = True
        if state == "no_answer":
            zero_since = False
        since_begun.append(reading)
        if not verdict.is_taken:
            continue
        assert weighing
        assert zero_since
        assert reading.state == "stable"
        assert verdict.grams is not None
        assert verdict.grams > 0
        assert reading.grams is not None
        assert verdict.grams == (reading.grams if is_net else reading.grams - tare)
        run = []
        for each in reversed(since_begun):
            if (each.state, each.grams, each.is_net) != ("stable", reading.grams, is_net):
                break
            run.append(each.at)
        assert run[0] - run[-1] >= APART_S - 1e-9
        weighing = zero_since = False
