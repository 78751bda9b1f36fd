"""GS1 Digital Links: the same rules as data in brackets."""

from datetime import date
from decimal import Decimal

import pytest

from pos_tui.codes import ItemCode, RefusedCode, UnknownCode
from pos_tui.codes.identify import identify
from tests.codes.contexts import item, shop

BEEF = "96901234123459"
ADDRESS = f"https://id.gs1.org/01/{BEEF}"


def test_a_damaged_weight_and_numbers_that_are_none_are_not_sold(shared):
    lines = (shared / "data/field/24-damaged-digital-link/scans.txt").read_text().split("\n")
    weight, empty, short = [identify(line, shop()) for line in lines if line]
    assert isinstance(weight, RefusedCode)
    assert isinstance(empty, UnknownCode)
    assert isinstance(short, UnknownCode)


@pytest.mark.parametrize(
    "query",
    ["3103=00075", "3103=", "3922=28x0", "30=0x", "3103=0000750", "9322=2850", "3922=285015261203",
     "30=0"],
)  # fmt: skip
def test_a_measure_that_cannot_be_is_refused_as_in_brackets(query):
    assert isinstance(identify(f"{ADDRESS}?{query}", shop()), RefusedCode)


@pytest.mark.parametrize(
    "number",
    ["", "0", "17", "1234567890", "00000000000000", "0000000000000", "00000000", "96901234123450",
     "969012341234590", "+969012341234", "９６９０１２３４１２３４５９"],
)  # fmt: skip
def test_no_number_is_padded_unless_it_has_a_length_of_gtins(number):
    found = identify(f"https://id.gs1.org/01/{number}", shop())
    assert not isinstance(found, ItemCode) or found.gtin == BEEF


def test_all_zeros_are_no_product_in_any_form():
    for scan in (f"(01){'0' * 14}", f"]C101{'0' * 14}", "https://id.gs1.org/01/00000000"):
        assert isinstance(identify(scan, shop()), UnknownCode)


@pytest.mark.parametrize(
    ("link", "what"),
    [
        (f"{ADDRESS}?3103=000750&3922=2850&17=261231", (2850, Decimal("0.750"), None)),
        (f"{ADDRESS}/10/A%2FB?exp=261231&linkType=gs1:pip#top", (None, None, "A/B")),
        (f"https://example.com/shop/01/x/gtin/{BEEF}/lot/A/ser/1?17=261231", (None, None, "A")),
        (f"HTTPS://EXAMPLE.COM/01/{BEEF}/10/A?17=261231", (None, None, "A")),
    ],
)
def test_a_links_data_are_read(link, what):
    found = item(link, shop())
    assert (found.price, found.weight_kg, found.lot) == what
    assert found.expires_on == date(2026, 12, 31)
