"""What stands on labels: the codes that goods have, and rows no wider than the paper."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.codes.gtin import has_check_digit
from pos_tui.money import Currency
from pos_tui.pricing.unit_price import UnitPrice
from pos_tui.receipts.labels import (
    Label,
    LabelCode,
    dated_code,
    gtin_for_label,
    label_lines,
    shelf_code,
)
from pos_tui.text_width import width_of

CNY = Currency.of("CNY")
DAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("05449000000996", LabelCode("ean13", "5449000000996", "5449000000996")),
        ("00012345678905", LabelCode("ean13", "0012345678905", "0012345678905")),
        ("00000096385074", LabelCode("ean8", "96385074", "96385074")),
        ("15449000000993", LabelCode("gs1_datamatrix", "[01]15449000000993", "(01)15449000000993")),
        ("1001", LabelCode("code128", "1001", "1001")),
        ("BAKERY:ROLL", LabelCode("code128", "BAKERY:ROLL", "BAKERY:ROLL")),
        ("面包", None),
    ],
)
def test_a_shelf_label_has_the_code_that_stands_on_the_goods(code, expected):
    assert shelf_code(code) == expected


def test_a_dated_code_has_number_day_and_lot():
    code = dated_code("04061458000024", "AB-1", DAY)
    assert code.content == "[01]04061458000024[17]261201[10]AB-1"
    assert code.text == "(01)04061458000024(17)261201(10)AB-1"
    assert dated_code("04061458000024", "A", DAY, "best_before").text[18:22] == "(15)"


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_goods_without_a_gtin_get_a_number_each(one, other):
    number, is_own = gtin_for_label("1001", one)
    assert is_own
    assert len(number) == 14
    assert has_check_digit(number)
    assert (number == gtin_for_label("1002", other)[0]) == (one == other)
    assert gtin_for_label("05449000000996", one) == ("05449000000996", False)


def words(label, columns=32):
    return [line.text for line in label_lines(label, columns)]


def test_a_shelf_label_says_name_price_and_what_a_litre_costs():
    label = Label(name="Milk", price=1290, money=CNY, code=None, by_measure=UnitPrice(1290, "l"))
    assert words(label) == ["Milk", "12.90 CNY", "12.90 per litre"]


def test_a_label_near_its_day_says_what_it_cost_and_costs():
    label = Label(
        name="Milk", price=1290, money=CNY, code=None, lot="A7", expires_on=DAY, reduced=903,
        by_measure=UnitPrice(1290, "l"), language="zh_CN",
    )  # fmt: skip
    assert words(label) == [
        "Milk",
        "原价 12.90，现价",
        "9.03 CNY",
        "保质期至 2026-12-01",
        "批次 A7",
    ]


def test_goods_by_weight_cost_by_the_kilogram_and_those_without_a_price_say_none():
    assert words(Label(name="Ham", price=3800, money=CNY, code=None, unit="kg"))[1] == (
        "38.00 CNY / kg"
    )
    assert words(Label(name="Cup", price=0, money=CNY, code=None)) == ["Cup"]


@given(st.text(min_size=1, max_size=80), st.integers(20, 48))
def test_no_row_is_wider_than_the_paper(name, columns):
    label = Label(name=name, price=1290, money=CNY, code=None, lot="A7", expires_on=DAY)
    assert all(width_of(row) <= columns for row in words(label, columns))
