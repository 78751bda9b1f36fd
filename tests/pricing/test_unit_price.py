"""What a kilogram, a litre or a metre costs, where a size says how much there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.pricing.unit_price import UnitPrice, unit_price


@pytest.mark.parametrize(
    ("price", "size", "expected"),
    [
        (350, "330 ml", UnitPrice(1061, "l")),
        (350, "330ML", UnitPrice(1061, "l")),
        (1290, "1 l", UnitPrice(1290, "l")),
        (1290, "1,5 L", UnitPrice(860, "l")),
        (1980, "6 x 330 ml", UnitPrice(1000, "l")),
        (1980, "6x330ml", UnitPrice(1000, "l")),
        (1980, "330ml x 6", UnitPrice(1000, "l")),
        (1980, "330毫升×6", UnitPrice(1000, "l")),
        (3290, "400 g", UnitPrice(8225, "kg")),
        (3290, "2 kg", UnitPrice(1645, "kg")),
        (900, "500克", UnitPrice(1800, "kg")),
        (900, "2斤", UnitPrice(900, "kg")),
        (900, "75 cl", UnitPrice(1200, "l")),
        (900, "3 m", UnitPrice(300, "m")),
    ],
)
def test_a_size_says_what_a_measure_costs(price, size, expected):
    assert unit_price(price, size) == expected


@pytest.mark.parametrize(
    "size", ["", "large", "12", "12 pieces", "3.5 %", "0 g", "0,0 l", "A4", "4 m²", "1.234.5 g"]
)
def test_a_size_without_a_measure_says_nothing(size):
    assert unit_price(900, size) is None


def test_the_size_goes_before_the_name_and_a_price_that_is_not_known_has_none():
    assert unit_price(500, "500 g", "Milk 1 l") == UnitPrice(1000, "kg")
    assert unit_price(500, "", "Milk 1 l") == UnitPrice(500, "l")
    assert unit_price(500, "", "Milk 3.5 % 500 ml") == UnitPrice(1000, "l")
    assert unit_price(0, "500 g") is None


@given(st.text(max_size=20), st.integers(0, 10**7))
def test_no_text_is_too_odd(text, price):
    found = unit_price(price, text)
    assert found is None or found.amount >= 0
