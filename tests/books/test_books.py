import threading
import time
from datetime import date

import apsw
import pytest

from pos_tui.books import Books, BooksError
from pos_tui.books.catalogue.goods_file import (
    GoodsFileError,
    import_goods,
    read_goods,
)
from pos_tui.books.catalogue.products import ImportCounts, ProductRow, find_product, import_products
from pos_tui.books.lock import TillLock
from pos_tui.checkout.orders import may_follow
from pos_tui.reasons import Reason, because
from pos_tui.tables.rejects import write_rejects
from pos_tui.wording.current import in_words
from tests.codes.contexts import context
from tests.conftest import COLA, NOON, SPREAD, Counter
from tests.spoken import raises

SHOP = context()


def test_nobody_waiting_any_more_does_not_stop_the_books(tmp_path):
    books = Books(tmp_path)
    gate = threading.Event()
    books.write(lambda _: gate.wait(5))
    abandoned = books.write(lambda c: c.execute("INSERT INTO offers VALUES (1,1,'','','1',1,0,0)"))
    abandoned.cancel()
    gate.set()
    assert books.write(lambda _: 42).result(5) == 42
    books.close()


def test_one_wrong_change_does_not_undo_its_neighbours(tmp_path):
    books = Books(tmp_path)
    gate = threading.Event()
    books.write(lambda _: gate.wait(5))
    good = books.write(lambda c: import_products(c, [ProductRow("1", "One", 100)]))
    wrong = books.write(lambda c: c.execute("INSERT INTO nothing VALUES (1)"))
    also = books.write(lambda c: import_products(c, [ProductRow("2", "Two", 200)]))
    gate.set()
    assert good.result(5) == ImportCounts(1, 0)
    with pytest.raises(BooksError, match=r"books\.change_refused"):
        wrong.result(5)
    assert also.result(5) == ImportCounts(1, 0)
    assert [p.name for p in books.search("o")] == ["One", "Two"]
    books.close()


def test_a_full_disk_is_said_and_what_was_scanned_meanwhile_is_kept(tmp_path):
    counter = Counter(tmp_path).stock().open()
    told: list[Reason | None] = []
    counter.books.on_trouble(told.append)
    full = threading.Event()
    full.set()
    connection = counter.books.write(lambda c: c).result()
    pages = counter.books.write(lambda c: c.pragma("page_count")).result()
    counter.books.write(lambda c: c.pragma("max_page_count", pages)).result()
    counter.scan(*[COLA, SPREAD] * 300)
    deadline = time.monotonic() + 10
    while not told and time.monotonic() < deadline:
        time.sleep(0.02)
    assert told[0] and told[0].kind == "books.disk_full"
    assert counter.total > 0
    with pytest.raises(BooksError, match=r"books\.disk_full"):
        counter.books.write(
            lambda c: c.execute("INSERT INTO journal VALUES (null,'','1','',zeroblob(99999),'')")
        ).result(5)
    # There is room again: someone has cleared the disk.
    connection.pragma("max_page_count", 2**30)
    while told[-1] is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    total, lines = counter.total, counter.till.sale.list.lines
    counter.power_cut()
    assert (counter.total, counter.till.sale.list.lines) == (total, lines)
    counter.books.close()


def test_the_same_till_does_not_start_twice_but_another_does(tmp_path):
    lock = TillLock(tmp_path / "a")
    with raises(BooksError, "already runs"):
        TillLock(tmp_path / "a")
    TillLock(tmp_path / "b").release()
    lock.release()
    TillLock(tmp_path / "a").release()


def test_every_commit_is_on_the_disk_and_every_reference_is_checked(tmp_path):
    books = Books(tmp_path)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "temp_store": 2}

    def pragmas(connection):
        return {name: connection.pragma(name) for name in wanted}

    assert books.write(pragmas).result() == wanted
    books.close()


def test_books_of_a_later_version_are_not_touched(tmp_path):
    Books(tmp_path).close()
    connection = apsw.Connection(str(tmp_path / "books.db"))
    connection.pragma("user_version", 99)
    connection.close()
    with pytest.raises(BooksError, match=r"books\.later_version"):
        Books(tmp_path)


@pytest.mark.parametrize("final", ["paid", "declined", "cancelled"])
def test_a_final_order_never_goes_back(final):
    for after in ("drafted", "sent", "pending", "unknown", "paid", "declined", "cancelled"):
        assert not may_follow(final, after)


# ---- goods from another till -----------------------------------------------------------------


def test_the_real_old_tills_export_is_taken_in_whole_and_sold_from(shared, tmp_path):
    goods = read_goods(shared / "data" / "old-till-export.csv", SHOP, {})
    assert (len(goods.rows), goods.rejects) == (6467, [])
    counter = Counter(tmp_path).open()
    assert counter.books.write(lambda c: import_products(c, goods.rows)).result() == ImportCounts(
        6467, 0
    )
    assert counter.books.write(lambda c: import_products(c, goods.rows)).result() == ImportCounts(
        0, 6467
    )
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
83;Twelve "inch" pan;12.345;;
84;Blank price;;;
"""


def test_good_rows_are_kept_and_each_refused_one_has_its_line_and_reason(tmp_path):
    file = tmp_path / "goods.csv"
    file.write_text(DIRTY, encoding="utf-8")
    goods = read_goods(file, SHOP, {})
    assert [(row.code, row.price) for row in goods.rows] == [
        ("05449000000996", 350), ("78", 0), ("82", 200), ("83", 1235), ("84", 0),
    ]  # fmt: skip
    assert [(r.line, in_words(r.why)) for r in goods.rejects] == [
        (3, "it has no code"),
        (4, "it has no name"),
        (6, "its price “abc” is no number"),
        (7, "its price -1 is no price"),
        (8, "it has 3 columns where the header has 5"),
        (9, "the code 05449000000996 stands in line 2 already"),
        (10, "····7890 is no item code but a payment code"),
    ]
    list_file = write_rejects(goods.rejects, tmp_path, "goods", in_words)
    assert list_file
    listed = list_file.read_text(encoding="utf-8")
    assert listed.count("\n") == 8


@pytest.mark.parametrize(
    ("written", "minor"),
    [("1,234", 123400), ("1,234.5", 123450), ("12,5", 1250), ("0.005", 1), ("9" * 32, None),
     ("1e99", None), ("NaN", None)],
)  # fmt: skip
def test_prices_are_read_as_people_write_them_or_refused(tmp_path, written, minor):
    file = tmp_path / "goods.csv"
    file.write_text(f"code;name;price\n1;One;{written}\n")
    goods = read_goods(file, SHOP, {})
    assert [row.price for row in goods.rows] == ([] if minor is None else [minor])


def test_offers_and_lots_come_with_the_goods_and_are_sold_by(tmp_path):
    file = tmp_path / "goods.csv"
    file.write_text(
        "code,name,price,offer,produced_on,shelf_life_days,lot\n"
        "1,Bread,10,,2026-11-18,2,B1\n"
        "2,Cola,3.50,2 for 6.00,,,\n"
        "3,Jam,5,half,,,\n"
        "4,Tea,5,,18/11/2026,,\n"
    )
    goods = read_goods(file, SHOP, {})
    assert [reject.line for reject in goods.rejects] == [4, 5]
    counter = Counter(tmp_path / "till")
    counter.books.write(lambda c: import_goods(c, goods, NOON)).result()
    counter.books.write(lambda c: import_goods(c, goods, NOON)).result()
    counter.open().scan("1", "2*2")
    assert counter.till.sale.warnings[0].lot == "B1"
    assert [(line.actual, line.offer) for line in counter.till.sale.list.lines] == [
        (600, "2 for 6")
    ]
    counter.books.close()


def test_a_gb18030_export_with_chinese_column_names_is_read(tmp_path):
    file = tmp_path / "goods.csv"
    file.write_bytes("条码,品名,售价\n1028,驰星养生锅,145\n".encode("gb18030"))
    assert read_goods(file, SHOP, {}).rows == [ProductRow("1028", "驰星养生锅", 14500)]


@pytest.mark.parametrize(
    ("content", "columns", "says"),
    [
        ("", {}, "empty"),
        ("a,b,c\n1,2,3\n", {}, "--map code=COLUMN"),
        ("code,name,price\n", {"colour": "x"}, "no such field"),
        ("code,name,price\n", {"unit": "x"}, "no column “x”"),
    ],
)
def test_a_file_that_cannot_be_taken_in_says_what_to_do(tmp_path, content, columns, says):
    file = tmp_path / "goods.csv"
    file.write_text(content)
    with pytest.raises(GoodsFileError) as refused:
        read_goods(file, SHOP, columns)
    assert says in in_words(refused.value.reason)


def test_a_changed_price_is_taken_in_and_a_product_keeps_its_place(tmp_path):
    books = Books(tmp_path)
    books.write(
        lambda c: import_products(c, [ProductRow("1", "One", 100), ProductRow("2", "Two", 5)])
    )
    before = books.write(lambda c: find_product(c, "1")).result()
    again = [ProductRow("1", "One", 120), ProductRow("2", "Two", 5), ProductRow("3", "Three", 9)]
    assert books.write(lambda c: import_products(c, again)).result() == ImportCounts(2, 1)
    after = books.write(lambda c: find_product(c, "1")).result()
    assert before and after
    assert (after.id, after.price) == (before.id, 120)
    books.close()


def test_an_entry_that_can_never_be_written_does_not_stop_the_rest(tmp_path):
    books = Books(tmp_path)
    told: list[Reason | None] = []
    books.on_trouble(told.append)

    def impossible(connection):
        connection.execute("INSERT INTO nothing VALUES (1)")

    books._writer.post(impossible)
    rows = books.write(lambda c: import_products(c, [ProductRow("1", "One", 100)]))
    deadline = time.monotonic() + 10
    while not any(why and why.kind == "books.entry_lost" for why in told):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    if rows.exception() is not None:
        books.write(lambda c: import_products(c, [ProductRow("1", "One", 100)])).result(5)
    product = books.product("1")
    assert product and product.name == "One"
    books.close()


def test_goods_are_taken_in_by_the_template_that_their_row_names(tmp_path, counter):
    shop = context(
        codes={
            "template": [
                {"name": "cola", "pattern": "{name};{price};{shelf_life}"},
                {"name": "chicken", "pattern": "{name},{shelf_life},{price}"},
            ]
        }
    )
    file = tmp_path / "goods.csv"
    file.write_text(
        "code,name,template,produced_on\n"
        "Cola 500;3.50;365,,cola,\n"
        '"Roast chicken,2d,38",,,2026-11-22\n'
        "Cola 700;4.50;365,Big cola,chicken,\n"
    )
    goods = read_goods(file, shop, {})
    assert [(row.code, row.name, row.price) for row in goods.rows] == [
        ("COLA:COLA 500", "Cola 500", 350),
        ("CHICKEN:ROAST CHICKEN", "Roast chicken", 3800),
    ]
    assert [(lot.code, lot.expires_on) for lot in goods.lots] == [
        ("CHICKEN:ROAST CHICKEN", date(2026, 11, 24))
    ]
    assert [reject.line for reject in goods.rejects] == [4]
    assert "does not fit the template “chicken”" in in_words(goods.rejects[0].why)


@pytest.mark.parametrize(
    ("kept", "produced", "last"),
    [
        ("2", "2026-11-20", date(2026, 11, 22)),
        ("2w", "2026-11-20", date(2026, 12, 4)),
        ("1 month", "2026-01-31", date(2026, 2, 28)),
        ("6m", "2026-08-31", date(2027, 2, 28)),
        ("1y", "2024-02-29", date(2025, 2, 28)),
    ],
)
def test_a_lot_keeps_for_days_weeks_months_or_years(tmp_path, kept, produced, last):
    file = tmp_path / "goods.csv"
    file.write_text(f"code,name,price,shelf_life,produced_on\n7,Jam,5,{kept},{produced}\n")
    goods = read_goods(file, SHOP, {})
    assert not goods.rejects
    assert goods.lots[0].expires_on == last
    counter = Counter(tmp_path / "till")
    counter.books.write(lambda c: import_goods(c, goods, NOON)).result()
    counter.open()
    product = counter.books.product("7")
    assert product and product.shelf_life
    assert product.shelf_life[0] == int(kept.split()[0].rstrip("wmy"))
    assert not counter.books.write(lambda c: import_goods(c, goods, NOON)).result().accepted
    counter.books.close()


@pytest.mark.parametrize("wrong", ["soon", "-3", "6q", "123456"])
def test_a_shelf_life_that_is_none_is_refused_with_how_to_write_it(tmp_path, wrong):
    file = tmp_path / "goods.csv"
    file.write_text(f"code,name,price,shelf_life\n7,Jam,5,{wrong}\n")
    why = read_goods(file, SHOP, {}).rejects[0].why
    assert why == because("goods.row_shelf_life", text=wrong)
