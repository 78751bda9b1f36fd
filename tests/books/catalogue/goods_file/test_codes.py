"""Codes as spreadsheets and other tills leave them, and what they are in this shop."""

from __future__ import annotations

import pytest

from pos_tui.books.catalogue.goods_file.codes import CodeColumn, CodeJudge
from pos_tui.books.catalogue.goods_file.errors import GoodsFileError
from pos_tui.books.catalogue.goods_file.layouts import FileChoices, read_layouts, remember
from pos_tui.books.catalogue.goods_file.reading import read_goods
from pos_tui.codes.gtin import check_digit
from pos_tui.codes.restricted import measure_check_digit
from pos_tui.settings import CodeSettings, TillSettings
from tests.books.catalogue.goods_file.reading import (
    EUROPE,
    doubts,
    imported,
    read,
    refused,
    written,
)
from tests.codes.contexts import context
from tests.conftest import COLA, NOON, Counter
from tests.spoken import raises, spoken

GTIN = "05449000000996"


def judged(cells: list[str]) -> CodeColumn:
    judge = CodeJudge()
    judge.look_at(cells)
    return judge.column()


@pytest.mark.parametrize(
    ("cell", "code", "doubt"),
    [
        ("5449000000996", GTIN, None),
        ("5449000000996.0", GTIN, "code_decimals"),
        ("5449000000996.00", GTIN, "code_decimals"),
        ('"5449000000996,0"', GTIN, "code_decimals"),
        ("5.449000000996E+12", GTIN, "code_decimals"),
        ('"=""5449000000996"""', GTIN, "code_formula"),
        ("=5449000000996", GTIN, "code_formula"),
        ("'5449000000996", GTIN, "code_apostrophe"),
        ("'ABC-1", "ABC-1", "code_apostrophe"),
        ('"=T(""5449000000996"")"', GTIN, "code_formula"),
        ("’5449000000996", GTIN, "code_apostrophe"),
        ("1E5", "1E5", None),
        ("5449000-000996", GTIN, "code_grouped"),
        ("5 449000 000996", GTIN, "code_grouped"),
        ('"5,449,000,000,996"', GTIN, "code_grouped"),
        ("5.449.000.000.996", GTIN, "code_grouped"),
        ("49000042566", "00049000042566", "code_zeros"),
        ("4011.0", "4011", "code_decimals"),
        ("84107", "84107", None),
        ("B-12-7", "B-12-7", None),
        ("5449000000997", "5449000000997", "code_no_check_digit"),
        ("0109506000134352\x1d10ABC", "09506000134352", None),
    ],
)
def test_what_a_spreadsheet_did_to_a_code_is_undone_and_counted(tmp_path, cell, code, doubt):
    goods = read(tmp_path, f"code,name,price\n{cell},Thing,1\n")
    assert refused(goods) == []
    assert [row.code for row in goods.rows] == [code]
    assert list(doubts(goods)) == ([] if doubt is None else [doubt])


@pytest.mark.parametrize(
    "cell", ["#NAME?", "#####", "#REF!", "12-Mar", "12-Mar-2026", "2026-03-12"]
)
def test_a_day_or_an_error_that_a_spreadsheet_made_is_no_code(tmp_path, cell):
    goods = read(tmp_path, f"code,name,price\n{cell},Thing,1\n")
    assert goods.rows == []
    assert "what a spreadsheet made of it" in spoken(goods.rejects[0].why)


@pytest.mark.parametrize(
    "cell", ["5.44901E+12", "40.06381333962", '"3,01762E+12"', "5E+12", "5.449e+012"]
)
def test_a_code_whose_digits_are_gone_is_refused(tmp_path, cell):
    goods = read(tmp_path, f"code,name,price\n{cell},Thing,1\n1,One,1\n")
    assert [row.code for row in goods.rows] == ["1"]
    assert [line for line, _ in refused(goods)] == [2]
    assert "kept the first digits only" in refused(goods)[0][1]


def test_the_code_as_it_stood_still_finds_the_product_that_had_lost_a_zero(tmp_path):
    goods = read(tmp_path, "code,name,price\n49000042566,Can,2\n")
    counter = Counter(tmp_path / "till")
    imported(counter, goods)
    counter.open().scan("049000042566", "49000042566")
    assert [(line.item.name, str(line.quantity)) for line in counter.till.sale.list.lines] == [
        ("Can", "2")
    ]
    counter.books.close()


def test_a_shops_own_numbers_of_eleven_digits_get_no_zero():
    own = [str(10_000_000_000 + n) for n in range(50)]
    assert judged(own).zeros_lost == frozenset()
    assert judged(["49000042566", "12000161155"]).zeros_lost == {11}


CORE = """upc,description,normal_price,department
0544900013180,COLA ZERO,2.50,4
0004900004256,COLA CAN,1.50,4
0000000004011,BANANAS,0.79,2
"""


def test_a_column_without_check_digits_is_refused_until_the_shop_says_so(tmp_path):
    goods = read(tmp_path, CORE)
    assert (list(goods.rows), goods.lacking) == ([], (3, 3))
    assert [line for line, _ in refused(goods)] == [2, 3, 4]
    assert all("lacks its check digit" in why for _, why in refused(goods))


def test_missing_check_digits_are_added_where_the_shop_says_so(tmp_path):
    goods = read(tmp_path, CORE, FileChoices(codes="without-check-digit"))
    assert [row.code for row in goods.rows] == ["05449000131805", "00049000042566", "4011"]
    counter = Counter(tmp_path / "till")
    imported(counter, goods)
    counter.open().scan("5449000131805", "049000042566", "4011")
    assert [line.item.name for line in counter.till.sale.list.lines] == [
        "COLA ZERO", "COLA CAN", "BANANAS",
    ]  # fmt: skip
    counter.books.close()


def test_the_codes_stay_as_they_stand_where_the_shop_says_so(tmp_path):
    goods = read(tmp_path, CORE, FileChoices(codes="as-written"))
    assert [row.code for row in goods.rows] == [
        "0544900013180", "0004900004256", "0000000004011",
    ]  # fmt: skip
    assert goods.lacking is None


def test_upcs_of_13_digits_with_their_check_digits_are_taken_as_they_are(tmp_path):
    goods = read(tmp_path, "upc,name,price\n0049000042566,Can,2\n0012000161155,Soda,2\n")
    assert [row.code for row in goods.rows] == ["00049000042566", "00012000161155"]
    assert goods.lacking is None


@pytest.mark.parametrize("last", range(10))
def test_a_labels_number_with_no_weight_is_that_labels_item_whatever_its_last_digit(tmp_path, last):
    goods = read(
        tmp_path, f"code,name,price,unit\n220004300000{last},Apples,2.99,kg\n", shop=EUROPE
    )
    settings = TillSettings(codes=CodeSettings(layouts=("22IIIIIWWWWWC",)))
    counter = Counter(tmp_path / "till", settings)
    imported(counter, goods)
    counter.open().scan("2200043027509")
    (line,) = counter.till.sale.list.lines
    assert (line.item.name, str(line.quantity)) == ("Apples", "2.750")
    counter.books.close()


@pytest.mark.parametrize("number", ["0212345000000", "212345000000", "0212345000007"])
def test_a_label_whose_price_has_a_check_digit_of_its_own_finds_its_item(tmp_path, number):
    goods = read(tmp_path, f"code,name,price\n{number},Steak,9.99\n", shop=EUROPE)
    settings = TillSettings(codes=CodeSettings(layouts=("02IIIIIVPPPPC",)))
    counter = Counter(tmp_path / "till", settings)
    imported(counter, goods)
    label = f"0212345{measure_check_digit('1250')}1250"
    counter.open().scan(label + check_digit(label))
    (line,) = counter.till.sale.list.lines
    assert (line.item.name, line.actual) == ("Steak", 1250)
    counter.books.close()


def test_the_second_column_of_codes_counts_where_the_first_is_empty(tmp_path):
    goods = read(
        tmp_path,
        "sku,barcode,name,price\nSKU-77,5449000131805,Cola Zero,2.50\nSKU-78,,Own cake,3\n",
    )
    assert [row.code for row in goods.rows] == ["05449000131805", "SKU-78"]
    assert goods.other_codes == [("SKU-77", "05449000131805")]


@pytest.mark.parametrize("nothing", ["-", "N/A", "0", "0000000000000", "none", "无"])
def test_what_stands_for_no_code_is_none(tmp_path, nothing):
    goods = read(
        tmp_path, f"barcode,sku,name,price\n{nothing},A,Cake,3\n{nothing},B,Pie,4\n{nothing},,X,1\n"
    )
    assert [row.code for row in goods.rows] == ["A", "B"]
    assert refused(goods) == [(4, "it has no code")]


def test_a_bar_code_whose_digits_are_gone_leaves_the_shops_own_number(tmp_path):
    goods = read(tmp_path, "sku,barcode,name,price\nS-1,5.44901E+12,Cola,2.50\n")
    assert [row.code for row in goods.rows] == ["S-1"]
    assert doubts(goods) == {"code_left_out": (2, 1)}
    assert "kept the first digits only" in spoken(goods.doubts[0].why)


def test_several_bar_codes_in_one_cell_are_all_kept(tmp_path):
    goods = read(tmp_path, f'code,name,price\n"{COLA}, 5449000131805",Cola,2.50\n"a, b",Ab,1\n')
    assert [row.code for row in goods.rows] == [GTIN, "A, B"]
    assert goods.other_codes == [("05449000131805", GTIN)]


def test_a_further_code_never_takes_another_rows_place(tmp_path):
    goods = read(
        tmp_path,
        "barcode,sku,name,price\n5449000000996,10,Cola,3\n,10,Bread,2\n"
        "5449000131805,20,Zero,3\n3017620422003,20,Spread,4\n",
    )
    assert [row.code for row in goods.rows] == [
        GTIN, "10", "05449000131805", "03017620422003",
    ]  # fmt: skip
    assert goods.other_codes == [("20", "05449000131805")]
    assert doubts(goods) == {"other_code_taken": (2, 2)}


def test_a_payment_code_in_a_second_column_is_left_out_and_never_shown(tmp_path):
    shop = context(payments={"platforms": ("wechat",)})
    goods = read(tmp_path, f"barcode,sku,name,price\n{COLA},134857901234567890,Cola,3\n", shop=shop)
    assert goods.other_codes == []
    assert "134857901234567890" not in spoken(goods.doubts[0].why)


DUMP = """upc,description,normal_price,quantity,special_price,discount,scale
544900013180,COLA ZERO,2.50,0,1.00,1,0
4900004256,COLA CAN,1.50,0,0,1,0
4011,BANANAS,0.79,0,0,1,1
"""


def test_a_till_known_for_it_is_noticed_after_a_spreadsheet_took_the_zeros_away(tmp_path):
    goods = read(tmp_path, DUMP)
    assert ([row.code for row in goods.rows], goods.lacking) == (["4011"], (2, 2))
    told = read(tmp_path, DUMP, FileChoices(codes="without-check-digit"))
    assert [(row.code, row.price) for row in told.rows] == [
        ("05449000131805", 250), ("00049000042566", 150), ("4011", 79),
    ]  # fmt: skip
    assert [*told.offers, *told.stock] == []  # its special price may be an old one


def test_no_digit_is_added_to_codes_that_have_theirs(tmp_path):
    whole = "upc,name,price\n5449000000996,Cola,2\n049000042566,Can,2\n4011,Banana,1\n"
    with raises(GoodsFileError, "2 of 2 codes end in their right check digit"):
        read(tmp_path, whole, FileChoices(codes="without-check-digit"))
    header = ("upc", "name", "price")
    remember(tmp_path, header, FileChoices(codes="without-check-digit"))
    goods = read_goods(
        written(tmp_path, whole), EUROPE, NOON, FileChoices(), read_layouts(tmp_path)
    )
    assert [row.code for row in goods.rows] == [GTIN, "00049000042566", "4011"]
