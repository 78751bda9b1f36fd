"""Columns found by name, by the till that exports them, or as the shop says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pos_tui.books.catalogue.goods_file.columns import find_columns
from pos_tui.books.catalogue.goods_file.errors import GoodsFileError
from pos_tui.books.catalogue.goods_file.layouts import (
    FILE_NAME,
    FileChoices,
    read_layouts,
    remember,
    remembered_layout,
)
from pos_tui.books.catalogue.goods_file.reading import read_goods
from tests.books.catalogue.goods_file.reading import EUROPE, doubts, read
from tests.conftest import NOON

EXPORTS = Path(__file__).resolve().parents[3] / "data" / "exports"
COLA, ZERO, SPREAD = "05449000000996", "05449000131805", "03017620422003"

# Of each exporter's file: code, name, price, unit, category; the offers; the further codes.
Row = tuple[str, str, int, str, str]
_OF_ODOO: list[Row] = [
    (COLA, "Cola", 350, "Units", "All / Drinks"),
    ("FR-1", "Apples", 299, "kg", "All / Fruit"),
]
EXPECTED: dict[str, tuple[str, list[Row], dict[str, str], list[str]]] = {
    "square": (
        "Square",
        [
            (COLA, "Cola 330 ml", 350, "", "Drinks"),
            (ZERO, "Cola 500 ml", 450, "", "Drinks"),
            ("ROLL", "Bread roll", 0, "", "Bakery"),
        ],
        {},
        ["C-330", "C-500"],
    ),
    "loyverse": (
        "Loyverse",
        [
            (COLA, "Cola 330 ml", 350, "", "Drinks"),
            (ZERO, "Cola 500 ml", 450, "", "Drinks"),
            ("10002", "Apples", 299, "kg", "Fruit"),
            ("10003", "Basket", 1200, "", "Gifts"),
        ],
        {},
        ["10000", "10001"],
    ),
    "woocommerce": (
        "WooCommerce",
        [
            (COLA, "Mug", 900, "", "Kitchen"),
            (SPREAD, "Plate", 600, "", "Kitchen"),
            (ZERO, "Apron - red", 1400, "", ""),
        ],
        {COLA: "now 7.50", SPREAD: "now 5"},
        ["A-1", "A-2", "A-3-R"],
    ),
    "shopify": (
        "Shopify",
        [
            (COLA, "Cup Small", 900, "", "Kitchen"),
            (ZERO, "Cup Large", 1100, "", "Kitchen"),
            ("TEA", "Tea", 400, "", "Drinks"),
        ],
        {COLA: "now 7.50"},
        ["CUP-S", "CUP-L"],
    ),
    "shopify-new": (
        "Shopify",
        [(COLA, "Cup Small", 900, "", "Kitchen"), (ZERO, "Cup Large", 1100, "", "Kitchen")],
        {COLA: "now 7.50"},
        ["CUP-S", "CUP-L"],
    ),
    "odoo": (
        "Odoo",
        _OF_ODOO,
        {},
        ["DR-1"],
    ),
    "odoo-fields": (
        "Odoo",
        _OF_ODOO,
        {},
        ["DR-1"],
    ),
    "erpnext": (
        "ERPNext",
        [(COLA, "Cola", 350, "Nos", "Drinks"), ("APPLE", "Apples", 299, "Kg", "Fruit")],
        {},
        ["COLA", ZERO],
    ),
    "ospos": (
        "OSPOS",
        [(COLA, "Cola", 350, "", "Drinks"), ("ROLL", "Bread roll", 60, "", "Bakery")],
        {},
        [],
    ),
    "unicenta": (
        "uniCenta",
        [
            ("00049000042566", "Cola can", 199, "", "Drinks"),
            ("ROLL", "Bread roll", 60, "", "Bakery"),
        ],
        {},
        ["ABC391"],
    ),
    "core-pos": (
        "CORE-POS",
        [
            (ZERO, "COLA ZERO", 250, "", "GROCERY"),
            ("00049000042566", "COLA CAN", 150, "", "GROCERY"),
            ("4011", "BANANAS", 79, "lb", "PRODUCE"),
        ],
        {},
        [],
    ),
    "xiaomu": (
        "XiaoMu",
        [("06901234567892", "绿豆糕", 1280, "盒", "03"), ("2031", "散装花生", 650, "斤", "07")],
        {},
        [],
    ),
}  # fmt: skip


def test_each_file_of_an_exporter_has_an_expectation():
    assert {file.stem for file in EXPORTS.glob("*.csv")} == EXPECTED.keys()


@pytest.mark.parametrize("file", EXPECTED)
def test_what_known_tills_export_needs_no_map(file):
    exporter, rows, offers, others = EXPECTED[file]
    choices = FileChoices(codes="without-check-digit" if file == "core-pos" else "")
    goods = read_goods(EXPORTS / f"{file}.csv", EUROPE, NOON, choices)
    assert goods.rejects == []
    assert goods.columns.exporter and goods.columns.exporter.name == exporter
    found = [(row.code, row.name, row.price, row.unit, row.category) for row in goods.rows]
    assert found == rows
    assert {code: offer.name for code, offer in goods.offers if offer} == offers
    assert [other for other, _ in goods.other_codes] == others


def test_the_stock_of_an_export_is_kept():
    goods = read_goods(EXPORTS / "loyverse.csv", EUROPE, NOON, FileChoices())
    found = [(stock.code, stock.quantity) for stock in goods.stock]
    assert found == [(COLA, 24), (ZERO, 12), ("10002", Decimal("7.25"))]


def test_rows_that_are_no_products_of_their_own_are_left_out_aloud():
    woo = read_goods(EXPORTS / "woocommerce.csv", EUROPE, NOON, FileChoices())
    assert doubts(woo) == {"left_out_parent": (4, 1)}
    shopify = read_goods(EXPORTS / "shopify.csv", EUROPE, NOON, FileChoices())
    assert doubts(shopify)["left_out_below"] == (4, 1)


def test_an_offer_of_a_web_shop_holds_from_its_first_to_its_last_day():
    goods = read_goods(EXPORTS / "woocommerce.csv", EUROPE, NOON, FileChoices())
    offer = dict(goods.offers)[SPREAD]
    assert offer and offer.when.starts and offer.when.ends
    assert (f"{offer.when.starts:%m-%d}", f"{offer.when.ends:%m-%d}") == ("12-01", "12-25")


def test_goods_without_any_code_go_by_what_their_exporter_calls_them(tmp_path):
    goods = read(
        tmp_path,
        "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n"
        "cup,Cup,Size,Small,,7.50\ncup,,,Large,,9\ncup,,,,,\ntea,Tea,Title,Default Title,,4\n",
    )
    assert [(row.code, row.name, row.price) for row in goods.rows] == [
        ("CUP-SMALL", "Cup Small", 750), ("CUP-LARGE", "Cup Large", 900), ("TEA", "Tea", 400),
    ]  # fmt: skip
    assert doubts(goods) == {"code_of_exporter": (2, 3), "left_out_below": (4, 1)}


# ---- by name -------------------------------------------------------------------------------------


def places(header: str, **chosen: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    return find_columns("goods.csv", header.split(";"), chosen, ()).places


@pytest.mark.parametrize(
    ("header", "field", "found"),
    [
        ("code;name;price, incl. VAT, EUR, each", "price", (2,)),
        ("code;name, as printed;price", "name", (1,)),
        ("Code;Name;Price (EUR)", "price", (2,)),
        ("Code;Name;Price (purchase);Price (retail)", "price", (3,)),
        ("sku;barcode;name;price", "code", (1, 0)),
        ("code;name;sale price", "price", (2,)),
        ("code;name;price;sale price", "sale_price", (3,)),
        ("code;name;Regular price;Sale price", "price", (2,)),
        ("商品条码;品名;零售价;促销价", "sale_price", (3,)),
        ("code;name;unit-price", "price", (2,)),
    ],
)
def test_a_column_is_found_by_its_name_however_it_is_written(header, field, found):
    assert places(header)[field] == found


def test_two_columns_of_the_same_head_are_not_guessed_between():
    assert "price" not in places("code;name;price (shop);price (web)")


def test_the_shop_says_which_column_is_what():
    found = places("code;name;price;old", price=("old",), code=("name", "code"), name=("",))
    assert found == {"price": (3,), "code": (1, 0)}


def test_another_tills_discount_flag_is_no_offer():
    header = "upc;description;normal_price;discount;tax"
    assert not {"offer", "tax"} & places(header).keys()


def test_a_missing_column_is_named_with_those_that_are_there():
    with pytest.raises(GoodsFileError) as wrong:
        find_columns("goods.csv", ["code", "", "name"], {}, ("code", "price"))
    assert wrong.value.reason.values["fields"] == ("price",)
    assert wrong.value.reason.values["columns"] == ("code", "name")


# ---- remembered ----------------------------------------------------------------------------------


def test_what_was_said_about_a_header_is_remembered_for_the_next_file(tmp_path):
    header = ("Nr", "Text", "Amount")
    text = "Nr,Text,Amount\n1,One,2\n"
    columns = {"code": ("Nr",), "name": ("Text",), "price": ("Amount",)}
    first = read(tmp_path, text, FileChoices(columns, dates="dmy"))
    assert not first.is_known
    remember(tmp_path, header, first.choices)
    layouts = read_layouts(tmp_path)
    again = read_goods(tmp_path / "goods.csv", EUROPE, NOON, FileChoices(), layouts)
    assert again.is_known
    assert (again.choices.dates, [row.price for row in again.rows]) == ("dmy", [200])
    assert remembered_layout(layouts, ("Nr", "Text")) is None


def test_a_header_that_is_read_otherwise_is_shown_again(tmp_path):
    header = ("code", "name", "price", "old")
    remember(tmp_path, header, FileChoices())
    text = "code,name,price,old\n1,One,2,3\n"
    layouts = read_layouts(tmp_path)
    file = tmp_path / "goods.csv"
    file.write_text(text)
    assert read_goods(file, EUROPE, NOON, FileChoices(), layouts).is_known
    choices = FileChoices({"price": ("old",)})
    assert not read_goods(file, EUROPE, NOON, choices, layouts).is_known


def test_a_damaged_memory_is_forgotten(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"\xff[")
    assert read_layouts(tmp_path) == []
    remember(tmp_path, ("code",), FileChoices())
    assert len(read_layouts(tmp_path)) == 1
