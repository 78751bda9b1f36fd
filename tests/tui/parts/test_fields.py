"""What fields read, and what they refuse."""

from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict

import pytest

from pos_tui.money import Currency
from pos_tui.tui.parts.fields import (
    AmountField,
    ChoiceField,
    DateField,
    FieldError,
    FlagField,
    GoodsField,
    NumberField,
    TextField,
    words_of_error,
)
from pos_tui.tui.parts.goods_text import last_words, with_code

CNY = Currency.of("CNY")


class Named(TypedDict):
    id: str
    label: str


NAME: Named = {"id": "x", "label": "price"}


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (TextField(**NAME), "  Milk   week ", "Milk week"),
        (TextField(**NAME), " ", None),
        (AmountField(**NAME, currency=CNY), "12.50", 1250),
        (AmountField(**NAME, currency=CNY), "", None),
        (NumberField(**NAME), "3", Decimal(3)),
        (NumberField(**NAME), "-1", Decimal(-1)),
        (NumberField(**NAME, decimals=2), "12,5 %", Decimal("12.5")),
        (NumberField(**NAME, least=0, most=100), "100", Decimal(100)),
        (DateField(**NAME), "2026-11-22", date(2026, 11, 22)),
        (DateField(**NAME, with_time=True), "2026-11-22 17:30", datetime(2026, 11, 22, 17, 30)),  # noqa: DTZ001
        (ChoiceField(**NAME, options=(("a", "苹果"), ("b", "pear"))), "a", "a"),
        (FlagField(**NAME), "yes", True),
        (FlagField(**NAME), "", False),
        (GoodsField(**NAME), '1001, "tag:a, b", ', ("1001", "tag:a, b")),
    ],
)
def test_a_text_is_read(field, text, value):
    assert field.value(text) == value


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        (TextField(**NAME, needed=True, hint="how it is called"), " ", "price is empty; say how"),
        (AmountField(**NAME, currency=CNY), "abc", "“abc” is not an amount"),
        (NumberField(**NAME), "x", "write a whole number"),
        (NumberField(**NAME), "1.5", "write a whole number"),
        (NumberField(**NAME), "1e3", "write a whole number"),
        (NumberField(**NAME), "nan", "write a whole number"),
        (NumberField(**NAME, decimals=2), "x", "is no number"),
        (NumberField(**NAME, decimals=2), "1.234", "too many decimals; 2 at most"),
        (NumberField(**NAME, least=0), "-1", "too small; 0 at least"),
        (NumberField(**NAME, most=100), "101%", "too large; 100 at most"),
        (DateField(**NAME), "22.11.", "write a date like 2026-11-22"),
        (DateField(**NAME), "2026-11-22 17:30", "write a date like"),
        (ChoiceField(**NAME, options=(("a", "apple"),)), "c", "none of these"),
    ],
)
def test_what_is_refused_is_told_in_words(field, text, words):
    with pytest.raises(FieldError) as error:
        field.value(text)
    assert words in words_of_error(error.value)


def test_a_code_takes_the_place_of_the_words_that_found_it():
    assert with_code("category:tea, mil", "04061458000024", "mil") == (
        "category:tea, 4061458000024, ",
        True,
    )
    assert with_code("1001, ", "1001") == ("1001,", False)
    assert with_code("1001 / ", "1001") == ("1001 / 1001, ", True)
    assert last_words("1001, 1002 / mil") == "mil"
