"""A price in another currency than the shop's is never taken for the shop's own."""

import pytest

from pos_tui.tables.currencies import names_other_currency


@pytest.mark.parametrize(
    ("text", "currency", "is_other"),
    [
        ("3.50", "CNY", False),
        ("¥3.50", "CNY", False),
        ("￥ 300", "JPY", False),
        ("3,50 €", "EUR", False),
        ("$3.50", "AUD", False),
        ("3.50 CNY", "CNY", False),
        ("3.50 pcs", "CNY", False),
        ("3.50元", "CNY", False),
        ("2,50 kr", "SEK", False),
        ("$3.50", "CNY", True),
        ("3.50 USD", "CNY", True),
        ("€2", "CNY", True),
        ("JPY 300", "CNY", True),
        ("2,50 kr", "CNY", True),
        ("3,50 USD", "EUR", True),
        ("HK$20", "USD", True),
        ("300円", "CNY", True),
    ],
)
def test_a_sign_or_a_code_beside_the_number_tells(text, currency, is_other):
    assert names_other_currency(text, currency) == is_other
