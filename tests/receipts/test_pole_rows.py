"""Two rows of twenty columns: what the customer must know, and nothing cut of an amount."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pos_tui.receipts.customer_snapshot import CustomerLine, CustomerSnapshot, CustomerState
from pos_tui.receipts.pole_rows import COLUMNS, pole_rows
from pos_tui.text_width import width_of

SALE = CustomerSnapshot(
    seq=1,
    state="scanning",
    shop="Corner Market",
    currency="CNY",
    lines=(CustomerLine("Hazelnut spread 400 g", "32.90"), CustomerLine("Cola", "6.00", "× 2")),
    latest=0,
    total="38.90",
)


def rows(snapshot, can_show=lambda _text: True, **more):
    return pole_rows(snapshot, can_show, **more)


def ascii_only(text):
    return text.isascii()


@pytest.mark.parametrize(
    ("changes", "upper", "lower"),
    [
        ({"state": "idle"}, "   Corner Market    ", "      Welcome       "),
        ({"state": "closed"}, "   Corner Market    ", "  Checkout closed   "),
        ({}, "Hazelnut spre… 32.90", "Total          38.90"),
        ({"latest": -1}, " " * 20, "Total          38.90"),
        ({"state": "paying"}, "Payment code or cash", "Total          38.90"),
        ({"state": "paying", "due": "8.90"}, "Payment code or cash", "To pay          8.90"),
        ({"state": "confirming"}, "Confirm on phone    ", "Total          38.90"),
        ({"state": "waiting"}, "Please wait         ", "Total          38.90"),
        ({"state": "not_paid"}, "Please try again    ", "Total          38.90"),
        ({"state": "paid"}, "     Thank you      ", "Total          38.90"),
        ({"state": "paid", "change": "1.10"}, "Change          1.10", "     Thank you      "),
        ({"state": "paid", "total": "", "back": "5.00"}, "     Thank you      ",
         "Back to you     5.00"),
    ],
)  # fmt: skip
def test_each_moment_of_a_sale(changes, upper, lower):
    assert rows(replace(SALE, **changes)) == (upper, lower)


def test_a_shop_without_codes_asks_to_pay():
    assert rows(replace(SALE, state="paying"), takes_codes=False)[0] == "Please pay          "


def test_in_chinese_where_the_pole_has_its_letters():
    sale = replace(SALE, language="zh_CN", lines=(CustomerLine("可乐 330 毫升", "3.50"),))
    assert rows(sale) == ("可乐 330 毫升   3.50", "合计           38.90")
    assert rows(sale, ascii_only) == ("                3.50", "Total          38.90")


def test_an_amount_is_never_cut():
    assert rows(replace(SALE, total="1234567890123.00"))[1].endswith("1234567890123.00")


@given(
    state=st.sampled_from(get_args(CustomerState)),
    language=st.sampled_from(["en", "zh_CN"]),
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    total=st.decimals(-9999999, 9999999, places=2).map(str),
)
def test_rows_are_always_whole(state, language, name, total):
    line = CustomerLine(name, total)
    sale = replace(
        SALE, state=state, language=language, shop=name, lines=(line,), latest=0, total=total
    )
    for row in rows(sale):
        assert width_of(row) == COLUMNS
    if state not in {"idle", "closed"}:
        assert any(row.endswith(total) for row in rows(sale))
