"""Numbers of other tills: read in the one way that they can be, or asked for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.tables.errors import CellError
from pos_tui.tables.numbers import decimal_mark_of, read_decimal
from pos_tui.tables.reading import read_table
from tests.spoken import raises
from tests.tables.reading import names_goods


def column(shared, case, file, place):
    table = read_table(shared / "data/field" / case / file, names_goods)
    return table.delimiter, [row.cells[place] for row in table.rows]


def test_a_column_of_decimal_commas_is_never_a_thousand_times_too_large(shared):
    delimiter, cells = column(shared, "04-price-thousandfold", "prices.csv", 2)
    mark = decimal_mark_of(cells, delimiter)
    assert mark == ","
    assert [read_decimal(cell, mark) for cell in cells] == [
        Decimal("2.50"), Decimal("0.500"), Decimal("1.250"), Decimal("12.345"), Decimal(1234),
    ]  # fmt: skip


def test_prices_beside_offers_are_read_by_their_own_column(shared):
    delimiter, cells = column(shared, "18-decimal-comma-offers", "offers.csv", 2)
    assert decimal_mark_of(cells, delimiter) == ","


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"), ("3.50", "3.50"), ("3,50", "3.50"), ("0,500", "0.5"), ("0.500", "0.5"),
        ("00,500", "0.5"), (",5", "0.5"), (".5", "0.5"), ("5.", "5"), ("-3", "-3"), ("+3", "3"),
        ("\u22123,50", "-3.5"), ("1,2345", "1.2345"), ("1234,500", "1234.5"),
        ("1234.567", "1234.567"),
        ("1.234,50", "1234.5"), ("1,234.50", "1234.5"), ("1,234,567", "1234567"),
        ("1.234.567", "1234567"), ("1.234.567,8", "1234567.8"), ("1'234.50", "1234.5"),
        ("1 234,50", "1234.5"), ("1\u00a0234", "1234"), ("1\u202f234,5", "1234.5"),
        ("1,23,456.00", "123456"), ("12,34,567", "1234567"), (" 7 ", "7"), ("'3.50", "3.5"),
        ('="3.50"', "3.5"), ("¥3.50", "3.5"), ("￥ 3.50", "3.5"), ("-¥3.50", "-3.5"),
        ("¥-3.50", "-3.5"),
        ("3,50 €", "3.5"), ("3.50元", "3.5"), ("R$ 3,50", "3.5"), ("US$3.50", "3.5"),
        ("CHF 3.50", "3.5"),
        ("1.5 kg", "1.5"), ("12 pcs", "12"), ("3 个", "3"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mark", [None, ".", ","])
def test_what_can_be_read_in_one_way_is_read_so_whatever_its_column_shows(text, number, mark):
    assert read_decimal(text, mark) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "+", ".", ",", "nan", "inf", "1e3", "1E3", "1_000", "0x10", "١٢", "१२",
        "１２", "²", "½", "3.50/kg", "12abc", "1.2.3", "1,2,3", "1,234,5", "1.234.5", "0.123.456",
        "1 2", "1'23", "--3", "+-3", "(3)", "3-", "$3€", "¥¥3", "€", "kg", "3 kg 5", "10%", "3:50",
        "2026-12-31", "=1+1", "3\x003", "3\u200b", "9" * 99,
    ],
)  # fmt: skip
@pytest.mark.parametrize("mark", [None, ".", ","])
def test_what_is_no_number_is_refused(text, mark):
    with pytest.raises(CellError):
        read_decimal(text, mark)


@pytest.mark.parametrize(
    ("text", "decimal", "thousands"),
    [
        ("1,234", "1.234", "1234"),
        ("12,345", "12.345", "12345"),
        ("999,000", "999", "999000"),
        ("$1,234", "1.234", "1234"),
        ("-1,234", "-1.234", "-1234"),
    ],
)
def test_a_number_with_two_readings_is_refused_unless_its_column_shows_one(
    text, decimal, thousands
):
    assert read_decimal(text, ",") == Decimal(decimal)
    assert read_decimal(text, ".") == Decimal(thousands)
    with_points = text.replace(",", ".")
    assert read_decimal(with_points, ".") == Decimal(decimal)
    assert read_decimal(with_points, ",") == Decimal(thousands)
    for open_text in (text, with_points):
        with raises(CellError, "two ways, a thousand times apart"):
            read_decimal(open_text, None)


@pytest.mark.parametrize(
    ("cells", "delimiter", "mark"),
    [
        (["1,234"], ",", None),
        (["1,234", "12,345", "999,999"], ";", None),
        (["1.234", "2.500"], ";", None),
        (["12", "5", ""], ",", None),
        ([], ",", None),
        (["1,234", "5.00"], ",", "."),
        (["1,234", "5,00"], ";", ","),
        (["1.234", "0,500"], ";", ","),
        (["1,234,567"], ",", "."),
        (["1.234.567"], ";", ","),
        (["1.234,5"], ";", ","),
        (["2,50", "3.50"], ";", None),
        (["2,50"] * 20 + ["3.50"], ";", ","),
        (["2,50"] * 20 + ["3.50"], ",", None),
        (["nonsense", "€", "2,50"], ";", ","),
    ],
)
def test_a_column_shows_its_mark_or_leaves_it_open(cells, delimiter, mark):
    assert decimal_mark_of(cells, delimiter) == mark


@given(
    st.decimals(
        min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=2
    ),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("", "."), ("", ",")]),
)
def test_a_price_in_any_style_is_the_price(price, style):
    group, mark = style
    text = f"{price:,.2f}".replace(",", "_").replace(".", mark).replace("_", group)
    for column_mark in (None, ".", ","):
        assert read_decimal(text, column_mark) == price


@given(st.text(max_size=30), st.sampled_from([None, ".", ","]))
def test_any_text_is_a_number_or_a_cell_error(text, mark):
    try:
        number = read_decimal(text, mark)
    except CellError:
        return
    assert number.is_finite()
    assert abs(number) < 10**15


def test_digits_have_a_bound():
    with raises(CellError, "too many digits"):
        read_decimal("1" * 16, None)
    with raises(CellError, "too many digits"):
        read_decimal("0." + "1" * 11, None)
    assert read_decimal("0" * 20 + "1", None) == 1
