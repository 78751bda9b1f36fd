"""What a scale that speaks MT-SICS says."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.devices.scales.mt_sics import has_tare, sics_reading
from pos_tui.devices.scales.reading import GRAMS_OF
from pos_tui.wording.current import in_words


@pytest.mark.parametrize(
    ("answer", "state", "grams"),
    [
        (b"S S      1.252 kg\r\n", "stable", "1252"),
        (b"S S     100.05 g\r\n", "stable", "100.05"),
        (b"S S      0.000 kg\r\n", "stable", "0"),
        (b"S S     -0.000 kg\r\n", "stable", "0"),
        (b"SI S      1.252 kg\r\n", "stable", "1252"),
        (b"S D      1.252 kg\r\n", "moving", "1252"),
        (b"S D     -0.010 kg\r\n", "moving", "-10"),
        (b"S S     -0.100 kg\r\n", "negative", "-100"),
        (b"S S       2.00 lb\r\n", "stable", "907.18474"),
        (b"S I\r\n", "moving", None),
        (b"S +\r\n", "over", None),
        (b"S -\r\n", "under", None),
        (b"ES\r\n", "bad_data", None),
        (b"S L\r\n", "bad_data", None),
        (b"S S      1.252 ct\r\n", "bad_data", None),
        (b"S S      1.252\r\n", "bad_data", None),
        (b"S S      1.252 kg", "bad_data", None),
        (b"1.252 kg\r\n", "bad_data", None),
        (b"S S 1.2.5 kg\r\n", "bad_data", None),
        (b"", "bad_data", None),
    ],
)
def test_what_an_answer_means(answer, state, grams):
    reading = sics_reading(answer)
    assert (reading.state, reading.grams) == (state, None if grams is None else Decimal(grams))


def test_a_unit_that_is_not_known_is_named():
    why = sics_reading(b"S S      1.252 ct\r\n").why
    assert why is not None
    assert "ct" in in_words(why)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"TA A      0.100 kg\r\n", True),
        (b"TA A      0.000 kg\r\n", False),
        (b"ES\r\n", None),
        (b"TA I\r\n", None),
        (b"", None),
    ],
)
def test_whether_a_tare_is_set_at_the_scale(answer, expected):
    assert has_tare(answer) is expected


@given(st.integers(0, 10**7), st.integers(0, 4), st.sampled_from(sorted(GRAMS_OF)), st.booleans())
def test_every_number_comes_through_exactly(digits, places, unit, is_stable):
    number = Decimal(digits).scaleb(-places)
    answer = f"S {'S' if is_stable else 'D'} {number:>10f} {unit}\r\n".encode()
    reading = sics_reading(answer)
    assert reading.grams == number * GRAMS_OF[unit]
    assert (reading.state == "stable") == is_stable


@given(st.one_of(st.binary(max_size=24), st.text("SDI+-0.19 kg\r\n", max_size=24).map(str.encode)))
def test_no_bytes_whatsoever_upset_it(data):
    reading = sics_reading(data)
    assert reading.state != "stable" or (reading.grams is not None and reading.grams >= 0)
