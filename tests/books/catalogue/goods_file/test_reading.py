"""A file of goods, read whole: good rows are kept, bad ones explained, doubts counted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pos_tui.books.catalogue.goods_file.errors import GoodsFileError
from pos_tui.books.catalogue.goods_file.layouts import FileChoices
from pos_tui.books.catalogue.goods_file.reading import read_goods
from pos_tui.books.catalogue.product_import import ImportCounts
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.reasons import because
from pos_tui.tables.errors import TableError
from tests.books.catalogue.goods_file.reading import SHOP, doubts, imported, read, refused
from tests.codes.contexts import context
from tests.conftest import NOON, Counter
from tests.spoken import spoken


def test_the_real_old_tills_export_is_taken_in_whole_and_sold_from(shared, tmp_path):
    file = shared / "data" / "old-till-export.csv"
    goods = read_goods(file, SHOP, NOON, FileChoices())
    assert (len(goods.rows), goods.rejects) == (6467, [])
    assert goods.columns.exporter and goods.columns.exporter.name == "XiaoMu"
    counter = Counter(tmp_path).open()
    assert imported(counter, goods) == ImportCounts(6467, 0)
    assert imported(counter, goods) == ImportCounts(0, 6467)
    counter.scan("6970239290029", "1028", "*ZC13169216SL*")
    assert [line.item.unit_price for line in counter.till.sale.list.lines][:2] == [1200, 14500]
    assert len(counter.till.sale.list.lines) == 3
    assert "小绕珠" in [product.name for product in counter.till.find("XRZ")]
    counter.books.close()


DIRTY = """\ufeffBarcode;Product Name;Retail price;Unit;Extra
5449000000996;Cola;3,50;can;
;No code;1;;
77;;1;;
78;Free;0;;
79;Wrong;abc;;
80;Minus;-1;;
81;Short;1
5449000000996;Cola again;4;;
134857901234567890;A wallet;1;;
82;"Semi;colon";2;pc;
83;Twelve "inch" pan;12,345;;
84;Blank price;;;
85;Exact;12,3400;;
"""


def test_good_rows_are_kept_and_each_refused_one_has_its_line_and_reason(tmp_path):
    goods = read(tmp_path, DIRTY)
    assert [(row.code, row.price) for row in goods.rows] == [
        ("05449000000996", 350), ("78", 0), ("81", 100), ("82", 200), ("84", 0), ("85", 1234),
    ]  # fmt: skip
    assert refused(goods) == [
        (3, "it has no code"),
        (4, "it has no name"),
        (6, "its column “Retail price”: “abc” is no number"),
        (7, "its column “Retail price”: -1 is no price"),
        (9, "the code 05449000000996 stands in line 2 already"),
        (10, "····7890 is no item code but a payment code"),
        (12, "its column “Retail price”: 12,345 has more decimals than CNY has (2)"),
    ]
    assert doubts(goods) == {"price_empty": (13, 1)}


@pytest.mark.parametrize(
    ("written", "minor"),
    [("1234", 123400), ("1234.5", 123450), ("12.50", 1250), ("12.5000", 1250), ("0.005", None),
     ("9" * 32, None), ("1e99", None), ("1_000", None), ("NaN", None), ("inf", None),
     ("１２", None)],
)  # fmt: skip
def test_a_price_is_an_amount_of_the_currency_or_refused(tmp_path, written, minor):
    goods = read(tmp_path, f"code;name;price\n1;One;{written}\n")
    assert [row.price for row in goods.rows] == ([] if minor is None else [minor])
    assert len(goods.rejects) == (minor is None)


def test_goods_without_a_price_are_counted_and_asked_for_at_the_till(tmp_path):
    goods = read(tmp_path, "code,name,price\n1,One,\n2,Two,variable\n3,Three,0\n4,Four,2\n")
    assert [row.price for row in goods.rows] == [0, 0, 0, 200]
    assert doubts(goods) == {"price_empty": (2, 2)}


def test_control_characters_never_get_into_the_books(tmp_path):
    goods = read(
        tmp_path,
        'code,name,price,unit\nZ1,"Milk\x1bp0\x19ú open",1.00,\n'
        'Z3,"\x1b[2J\x1b[HOwned",1.00,"k\x07g"\nZ5,"\u202eevil",1,\nZ6,\x07,1,\n',
    )
    assert [row.name for row in goods.rows] == ["Milkp0ú open", "[2J[HOwned", "evil"]
    assert goods.rows[1].unit == "kg"
    assert refused(goods) == [(5, "it has no name")]
    assert sum(count for _, count in doubts(goods).values())


def test_a_gb18030_export_with_chinese_column_names_is_read(tmp_path):
    file = tmp_path / "goods.csv"
    file.write_bytes("条码,品名,售价\n1028,驰星养生锅,145\n".encode("gb18030"))
    choices = FileChoices(encoding="gb18030")
    assert read_goods(file, SHOP, NOON, choices).rows == [ProductRow("1028", "驰星养生锅", 14500)]


@pytest.mark.parametrize(
    ("content", "columns", "says"),
    [
        ("a,b,c\n1,2,3\n", {}, "--map code=COLUMN"),
        ("code,name,price\n", {"colour": ("x",)}, "no such field"),
        ("code,name,price\n", {"unit": ("x",)}, "no column “x”"),
    ],
)
def test_a_file_whose_columns_are_not_found_says_what_to_do(tmp_path, content, columns, says):
    with pytest.raises(GoodsFileError) as wrong:
        read(tmp_path, content, FileChoices(columns))
    assert says in spoken(wrong.value)


def test_an_empty_file_is_refused_with_a_sentence(tmp_path):
    with pytest.raises((GoodsFileError, TableError)) as wrong:
        read(tmp_path, "")
    assert str(tmp_path) in spoken(wrong.value)


# ---- stock, lots and days ------------------------------------------------------------------------


def stock_of(counter: Counter) -> dict[str, int]:
    """The stock that was counted last, in thousandths, by the name of the product."""
    rows = counter.books.write(
        lambda c: list(
            c.execute(
                "SELECT p.name, m.lot, m.counted FROM movements m"
                " JOIN products p ON p.id = m.product_id WHERE m.kind = 'counted' ORDER BY m.seq"
            )
        )
    ).result()
    return {f"{name} {lot}".strip(): quantity for name, lot, quantity in rows}


def test_a_stock_without_a_date_is_kept_and_goods_by_weight_have_decimals(tmp_path):
    goods = read(
        tmp_path,
        "code,name,price,quantity\n1,Cola,1.20,12.00\n2,Gruyere,24,1.5\n3,Tea,1,\n4,Jam,1,0\n",
    )
    counter = Counter(tmp_path / "till")
    imported(counter, goods)
    assert stock_of(counter) == {"Cola": 12000, "Gruyere": 1500, "Jam": 0}
    again = read(tmp_path, "code,name,price,quantity\n1,Cola,1.20,12\n2,Gruyere,24,0.75\n")
    imported(counter, again)
    assert stock_of(counter) == {"Cola": 12000, "Gruyere": 750, "Jam": 0}
    count = "SELECT count(*) FROM movements"
    assert counter.books.write(lambda c: c.execute(count).fetchone()).result() == (4,)
    counter.books.close()


@pytest.mark.parametrize(
    ("stock", "why"),
    [("99999999999999999999", "too many digits"), ("9999999999", "too large"),
     ("-3", "below zero"), ("many", "no number"), ("0.1234567", "more than 6 decimals")],
)  # fmt: skip
def test_a_stock_that_cannot_be_kept_refuses_no_product_and_is_said(tmp_path, stock, why):
    goods = read(tmp_path, f"code,name,price,on_hand,expires_on\nB1,Tea,2,{stock},2027-01-01\n")
    assert ([row.name for row in goods.rows], goods.rejects) == (["Tea"], [])
    (doubt,) = goods.doubts
    assert doubt.line == 2
    assert "“on_hand”" in spoken(doubt.why)
    assert stock in spoken(doubt.why)
    assert why in spoken(doubt.why)
    assert [lot.expires_on for lot in goods.lots] == [date(2027, 1, 1)]
    imported(Counter(tmp_path / "till"), goods)


def test_a_lot_by_weight_is_there_and_its_weight_is_kept(tmp_path):
    goods = read(tmp_path, "code,name,price,on_hand,expires_on,lot\n5,Ham,9,0.4,2026-11-30,H1\n")
    assert goods.stock[0].quantity == Decimal("0.4")
    counter = Counter(tmp_path / "till")
    imported(counter, goods)
    product = counter.books.product("5")
    assert product
    assert [lot.lot for lot in counter.books.lots_of(product.id)] == ["H1"]
    assert stock_of(counter) == {"Ham H1": 400}
    counter.books.close()


def test_several_rows_of_one_product_bring_a_lot_each(tmp_path):
    goods = read(
        tmp_path,
        "code,name,price,lot,expires_on\n"
        "1,Milk,2,A,2026-11-25\n1,Milk,2,B,2026-11-28\n1,Milk,3,C,2026-11-29\n1,Milk,2,,\n",
    )
    assert [(lot.lot, lot.code) for lot in goods.lots] == [("A", "1"), ("B", "1")]
    assert [line for line, _ in refused(goods)] == [4, 5]


def test_a_day_that_cannot_be_read_is_left_out_aloud(tmp_path):
    goods = read(tmp_path, "code,name,price,expires_on\n1,Tea,2,soon\n2,Jam,2,2026-12-24\n")
    assert [row.name for row in goods.rows] == ["Tea", "Jam"]
    assert [lot.code for lot in goods.lots] == ["2"]
    assert doubts(goods) == {"no_day": (2, 1)}
    assert "“expires_on”" in spoken(goods.doubts[0].why)


def test_offers_and_lots_come_with_the_goods_and_are_sold_by(tmp_path):
    goods = read(
        tmp_path,
        "code,name,price,offer,produced_on,shelf_life_days,lot\n"
        "1,Bread,10,,2026-11-18,2,B1\n"
        "2,Cola,3.50,2 for 6.00,,,\n"
        "3,Jam,5,half,,,\n"
        "4,Tea,5,,,,\n",
    )
    assert [line for line, _ in refused(goods)] == [4]
    counter = Counter(tmp_path / "till")
    imported(counter, goods)
    imported(counter, goods)
    counter.open().scan("1", "2*2")
    assert counter.till.sale.warnings[0].lot == "B1"
    assert [(line.actual, line.offer) for line in counter.till.sale.list.lines] == [
        (600, "2 for 6")
    ]
    counter.books.close()


@pytest.mark.parametrize(
    ("kept", "produced", "last"),
    [
        ("2", "2026-11-20", date(2026, 11, 22)),
        ("2.00", "2026-11-20", date(2026, 11, 22)),
        ("2w", "2026-11-20", date(2026, 12, 4)),
        ("1 month", "2026-01-31", date(2026, 2, 28)),
        ("6m", "2026-08-31", date(2027, 2, 28)),
        ("1y", "2024-02-29", date(2025, 2, 28)),
        ("12个月", "2026-01-31", date(2027, 1, 31)),
        ("10 天", "2026-11-20", date(2026, 11, 30)),
        ("2年", "2024-02-29", date(2026, 2, 28)),
    ],
)
def test_a_lot_keeps_for_days_weeks_months_or_years(tmp_path, kept, produced, last):
    goods = read(tmp_path, f"code,name,price,shelf_life,produced_on\n7,Jam,5,{kept},{produced}\n")
    assert not goods.rejects
    assert goods.lots[0].expires_on == last
    counter = Counter(tmp_path / "till")
    imported(counter, goods)
    counter.open()
    product = counter.books.product("7")
    assert product and product.shelf_life
    assert product.shelf_life[0] == int(kept.split()[0].split(".")[0].rstrip("wmy个月年"))
    assert not imported(counter, goods).accepted
    counter.books.close()


@pytest.mark.parametrize("wrong", ["soon", "-3", "6q", "123456", "1.5"])
def test_a_shelf_life_that_is_none_is_refused_with_how_to_write_it(tmp_path, wrong):
    goods = read(tmp_path, f"code,name,price,shelf_life\n7,Jam,5,{wrong}\n")
    assert goods.rejects[0].why == because("goods.row_shelf_life", text=wrong)


def test_a_shelf_life_beyond_all_dates_gives_none_aloud(tmp_path):
    goods = read(tmp_path, "code,name,price,shelf_life,produced_on\n7,Salt,5,99999y,2026-11-20\n")
    assert [row.name for row in goods.rows] == ["Salt"]
    assert doubts(goods) == {"no_expiry": (2, 1)}


def test_goods_are_taken_in_by_the_template_that_their_row_names(tmp_path):
    shop = context(
        codes={
            "template": [
                {"name": "cola", "pattern": "{name};{price};{shelf_life}"},
                {"name": "chicken", "pattern": "{name},{shelf_life},{price}"},
            ]
        }
    )
    goods = read(
        tmp_path,
        "code,name,template,produced_on\n"
        "Cola 500;3.50;365,,cola,\n"
        '"Roast chicken,2d,38",,,2026-11-22\n'
        "Cola 700;4.50;365,Big cola,chicken,\n",
        shop=shop,
    )
    assert [(row.code, row.name, row.price) for row in goods.rows] == [
        ("COLA:COLA 500", "Cola 500", 350),
        ("CHICKEN:ROAST CHICKEN", "Roast chicken", 3800),
    ]
    assert [(lot.code, lot.expires_on) for lot in goods.lots] == [
        ("CHICKEN:ROAST CHICKEN", date(2026, 11, 24))
    ]
    assert [reject.line for reject in goods.rejects] == [4]
    assert "does not fit the template “chicken”" in spoken(goods.rejects[0].why)


def test_the_rows_that_are_read_are_told_as_they_go(tmp_path):
    rows = "".join(f"{n},Thing {n},1\n" for n in range(1, 4501))
    told: list[tuple[int, int]] = []
    file = tmp_path / "goods.csv"
    file.write_text(f"code,name,price\n{rows}")
    read_goods(file, SHOP, NOON, FileChoices(), progress=lambda done, of: told.append((done, of)))
    assert told == [(2000, 4500), (4000, 4500), (4500, 4500)]
