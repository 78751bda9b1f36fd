"""What is exported imports again unchanged, as CSV and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import apsw
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pos_tui.books import Books
from pos_tui.books.catalogue.goods_file.codes import further_codes, in_further_codes
from pos_tui.books.catalogue.goods_file.keeping import import_goods
from pos_tui.books.catalogue.goods_file.layouts import FileChoices
from pos_tui.books.catalogue.goods_file.reading import read_goods
from pos_tui.books.catalogue.goods_file.writing import write_goods_csv, write_goods_workbook
from pos_tui.books.catalogue.product_import import ImportCounts, import_products
from pos_tui.books.catalogue.product_records import ProductRecord, read_record
from pos_tui.books.catalogue.products import ProductRow, find_product
from pos_tui.books.movement import Movement
from pos_tui.books.stock.lots import SoldGoods, put_lot, sell_stock
from pos_tui.books.stock.movements import move_stock
from pos_tui.books.stock.on_hand import lots_there, mismatches
from pos_tui.codes.context import CodeContext
from pos_tui.codes.gtin import check_digit
from pos_tui.money import Currency
from pos_tui.plain_text import plain_text
from tests.codes.contexts import context
from tests.conftest import COLA, NOON

MORNING = NOON - timedelta(hours=2)
Came = tuple[str, date | None, int, int | None]
SHOP = context()
DINARS = context(shop={"currency": "KWD"})
YEN = context(shop={"currency": "JPY"})


def gtin(digits: str) -> str:
    return digits + check_digit(digits)


def one_line(text: str) -> str:
    return " ".join(plain_text(" ".join(text.split())).split())


texts = st.text(max_size=12).map(one_line)
gtins = st.one_of(
    st.from_regex(r"[0-9]{13}", fullmatch=True).map(gtin),
    st.from_regex(r"0[0-9]{12}", fullmatch=True).map(gtin),
    st.from_regex(r"000000[0-9]{7}", fullmatch=True).map(gtin),
).map(lambda code: code if code.strip("0") else "05449000000996")
house_codes = st.from_regex(r"[A-Z][A-Z0-9 *;\"',=-]{0,6}[A-Z0-9]|[1-9][0-9]{0,4}", fullmatch=True)
codes = st.one_of(gtins, house_codes.map(lambda code: " ".join(code.split())))
tags = st.lists(st.from_regex(r"[a-z]{1,5}", fullmatch=True), max_size=3).map(",".join)
rows = st.builds(
    ProductRow,
    code=codes,
    name=texts.map(lambda text: text or "Tea"),
    price=st.integers(0, 10**8),
    unit=texts,
    size=texts,
    category=texts,
    initials=texts.map(lambda text: one_line(text.upper())),
    updated_at=texts,
    brand=texts,
    supplier=texts,
    tags=tags,
    tax=texts,
    shelf_life_days=st.integers(0, 400),
    shelf_life=st.just(""),
    age_limit=st.sampled_from((0, 18)),
    tare=st.sampled_from((0, 8)),
    minimum=st.sampled_from((0, 842, 6000, 10**9)),
    discontinued=st.sampled_from(("", "2026-10-31")),
)
quantities = st.one_of(st.integers(1, 9).map(lambda each: each * 1000), st.integers(1, 10**6))


def _payable(came: Came) -> Came:
    """As much as a unit may cost in a file, at the most."""
    lot, day, quantity, cost = came
    return lot, day, quantity, None if cost is None else min(cost, quantity * 10**5)


lots = st.lists(
    st.tuples(
        st.sampled_from(("L1", "L-2", "=3", "'4")),
        st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
        quantities,
        st.integers(0, 10**7),
    ).map(_payable)
    | st.tuples(st.just(""), st.none(), quantities, st.integers(0, 10**7)).map(_payable),
    max_size=4,
    unique_by=lambda each: each[0],
)


@st.composite
def shops(draw: st.DrawFn) -> list[ProductRow]:
    """Products, some of them the deposit of others."""
    found = draw(st.lists(rows, min_size=1, max_size=6, unique_by=lambda row: row.code))
    deposits = st.sampled_from(["", *(row.code for row in found)])
    chosen = [(row, draw(deposits)) for row in found]
    return [row._replace(deposit="" if row.code == code else code) for row, code in chosen]


products = shops()
further = st.lists(st.tuples(codes, st.integers(1, 9999)), max_size=4)


def write(books: Books, path: Path, currency: Currency) -> int:
    with books.goods_rows(currency) as cells:
        if path.suffix == ".xlsx":
            return write_goods_workbook(path, cells)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            return write_goods_csv(file, cells)


def movements(books: Books) -> list[tuple[object, ...]]:
    return books.write(
        lambda c: list(c.execute("SELECT kind, lot, quantity, cost, counted FROM movements"))
    ).result()


def records(books: Books) -> dict[str, ProductRecord]:
    """Every product with all that the shop keeps of it, by its own code."""

    def job(connection: apsw.Connection) -> list[ProductRecord]:
        ids = list(connection.execute("SELECT id FROM products"))
        return [each for (n,) in ids if (each := read_record(connection, int(str(n))))]

    return {each.codes[0]: replace(each, id=0) for each in books.write(job).result()}


def minimums(books: Books) -> dict[object, object]:
    rows = (
        "SELECT code, minimum FROM products JOIN item_codes ON product_id = id AND NOT alternative"
    )
    return dict(books.write(lambda c: list(c.execute(rows))).result())


def said(row: Sequence[object]) -> list[str]:
    """The cells but for the moment; that there is none may stand as 0 or not at all."""
    return ["" if cell == 0 else str(cell) for cell in row[:-1]]


def receive(books: Books, code: str, came: Sequence[Came], at: datetime = MORNING) -> None:
    def job(connection: apsw.Connection) -> None:
        product = find_product(connection, code)
        assert product is not None
        for lot, day, quantity, cost in came:
            if day is not None:
                put_lot(connection, product.id, lot, day)
            moved = Movement(product.id, lot, quantity, "received", cost)
            move_stock(connection, at, "Ada", [moved])

    books.write(job).result()


def comes_back(books: Books, folder: Path, form: str, shop: CodeContext) -> None:
    """Write, import into the same books and into empty ones: nothing differs anywhere."""
    path = folder / f"goods.{form}"
    count = write(books, path, shop.currency)
    goods = read_goods(path, shop, NOON, FileChoices())
    assert goods.rejects == []
    assert goods.doubts == []
    with books.goods_rows(shop.currency) as before:
        was = list(map(list, before))
    moved = len(movements(books))
    assert import_goods(books.path, goods, NOON) == ImportCounts(0, count), (was, goods.rows[0])
    assert len(movements(books)) == moved
    other = Books(folder / "other")
    try:
        imported = import_goods(other.path, goods, NOON)
        assert (imported.accepted, imported.unchanged) == (count, 0)
        with (
            books.goods_rows(shop.currency) as first,
            other.goods_rows(shop.currency) as second,
        ):
            # Their order is that of the import, by code; what they say is the same.
            assert sorted(map(said, first)) == sorted(map(said, second))
        assert records(books) == records(other)
        assert minimums(books) == minimums(other)
        assert import_goods(other.path, goods, NOON) == ImportCounts(0, count)
    finally:
        other.close()


@settings(max_examples=15, phases=[Phase.generate])  # each is a file and two books: no shrinking
@given(products, further, lots, st.booleans(), st.sampled_from([SHOP, DINARS, YEN]))
def test_goods_come_back_from_a_csv_file(
    tmp_path_factory: pytest.TempPathFactory,
    products: list[ProductRow],
    further: list[tuple[str, int]],
    lots: list[Came],
    is_cost_known: bool,
    shop: CodeContext,
) -> None:
    books = Books(tmp_path_factory.mktemp("books"))
    try:
        others = [(code, products[0].code, pieces) for code, pieces in further]
        books.write(lambda c: import_products(c, products, others)).result()
        # Stock whose cost nobody knows gets that of the product's other lots, when it is new.
        came = [(a, b, c, cost if is_cost_known else None) for a, b, c, cost in lots]
        receive(books, products[-1].code, came)
        comes_back(books, tmp_path_factory.mktemp("out"), "csv", shop)
    finally:
        books.close()


def test_goods_come_back_from_a_workbook(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    books = Books(tmp_path / "books")
    goods = [
        ProductRow("0" + COLA, "=cmd|'/c calc'!A1", 350, "can", "330 ml", initials="KL"),
        ProductRow("1028", "'t Smidje", 0, "kg", tags="a,b", shelf_life="6m"),
        ProductRow("00049000042566", "+1 “Tea”, green", 12345, shelf_life_days=30),
    ]
    others = [("15449000000993", "0" + COLA, 12), ("SKU-1", "0" + COLA, 1)]
    books.write(lambda c: import_products(c, goods, others)).result()
    lots = [("A7", date(2027, 1, 1), 842, 1000), ("B", None, 3000, 1000), ("", None, 12_000, None)]
    receive(books, "0" + COLA, lots)
    try:
        comes_back(books, tmp_path, "xlsx", SHOP)
    finally:
        books.close()


def test_no_cell_of_an_export_is_a_formula(tmp_path: Path) -> None:
    books = Books(tmp_path / "books")
    names = ("=1+1", "+1", "-1", "@x")
    goods = [ProductRow(f"A{n}", name, 1, unit=name) for n, name in enumerate(names)]
    books.write(lambda c: import_products(c, goods)).result()
    with books.goods_rows(SHOP.currency) as cells:
        assert not any(str(cell).startswith(("=", "+", "-", "@")) for row in cells for cell in row)
    books.close()


@given(st.lists(st.tuples(codes, st.integers(1, 9999)), max_size=5))
def test_further_codes_stand_in_one_cell(several: list[tuple[str, int]]) -> None:
    assert further_codes(in_further_codes(several)) == several


def test_a_shop_writes_the_code_of_a_case_beside_that_of_a_piece(tmp_path: Path) -> None:
    file = tmp_path / "goods.csv"
    file.write_text(
        "code,name,price,further_codes\n"
        f"{COLA},Cola,3.50,15449000000993*12;SKU-7\n"
        "1028,Tea,2,SIX*six\n"
        "1029,Jam,2,\n",
        encoding="utf-8",
    )
    goods = read_goods(file, SHOP, NOON, FileChoices())
    assert [(reject.line, reject.why.kind) for reject in goods.rejects] == [(3, "goods.row_pieces")]
    books = Books(tmp_path / "books")
    assert import_goods(books.path, goods, NOON) == ImportCounts(2, 0)
    case, sku = books.product("15449000000993"), books.product("SKU-7")
    assert case is not None
    assert sku is not None
    assert (case.name, case.code, case.pieces, sku.pieces) == ("Cola", "0" + COLA, 12, 1)
    assert import_goods(books.path, goods, NOON) == ImportCounts(0, 2)
    books.close()


@pytest.fixture
def dairy(tmp_path: Path) -> Iterator[Books]:
    """A shop with a lot of milk, some milk without one, and tea that nobody has counted."""
    books = Books(tmp_path / "books")
    goods = [ProductRow("0" + COLA, "Milk", 350, "box"), ProductRow("1028", "Tea", 200)]
    books.write(lambda c: import_products(c, goods)).result()
    lots = [("A7", date(2027, 1, 1), 12_000, 1800), ("", None, 3000, 1000)]
    receive(books, "0" + COLA, lots)
    sell(books, "1028", "", 2000, MORNING)
    yield books
    assert books.write(mismatches).result() == []
    books.close()


def sell(books: Books, code: str, lot: str, quantity: int, at: datetime) -> None:
    def job(connection: apsw.Connection) -> None:
        product = find_product(connection, code)
        assert product is not None
        sold = [SoldGoods(1, product.id, lot, quantity)]
        sell_stock(connection, at, "Ada", 1, sold, frozenset())

    books.write(job).result()


def there(books: Books, code: str) -> dict[str, int]:
    product = books.product(code)
    assert product is not None
    found = books.write(lambda c: lots_there(c, product.id)).result()
    return {lot: each.quantity for lot, each in found.items() if each.quantity}


def edited(books: Books, path: Path, *changes: tuple[str, str]) -> ImportCounts:
    """Written, edited as in a spreadsheet, imported."""
    if not path.exists():
        write(books, path, SHOP.currency)
    text = path.read_text(encoding="utf-8-sig")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    goods = read_goods(path, SHOP, NOON, FileChoices())
    assert (goods.rejects, goods.doubts) == ([], [])
    return import_goods(books.path, goods, NOON)


def test_each_lot_is_a_row_with_what_there_is_of_it_and_what_one_costs(dairy: Books) -> None:
    with dairy.goods_rows(SHOP.currency) as rows:
        found = [[row[1], *map(str, row[-7:-1])] for row in rows]
    assert found == [
        ["Milk", "", "", "", "", "3", "3.333"],
        ["Milk", "A7", "", "2027-01-01", "", "12", "1.50"],
        ["Tea", "", "", "", "", "", ""],
    ]


def test_what_is_sold_while_the_file_is_edited_stays_sold(dairy: Books, tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    write(dairy, path, SHOP.currency)
    sell(dairy, "0" + COLA, "A7", 5000, MORNING + timedelta(hours=1))
    assert edited(dairy, path, ("3.50", "3.60")) == ImportCounts(1, 1)
    assert there(dairy, "0" + COLA) == {"A7": 7000, "": 3000}


def test_a_stock_that_is_mended_in_the_file_counts_once(dairy: Books, tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    write(dairy, path, SHOP.currency)
    sell(dairy, "0" + COLA, "A7", 5000, MORNING + timedelta(hours=1))
    assert edited(dairy, path, ("2027-01-01,,12,", "2027-01-01,,10,")) == ImportCounts(
        0, 2, stock=1
    )
    assert there(dairy, "0" + COLA) == {"A7": 5000, "": 3000}
    assert edited(dairy, path) == ImportCounts(0, 2)
    assert there(dairy, "0" + COLA) == {"A7": 5000, "": 3000}


def test_a_cost_counts_for_goods_whose_cost_is_not_known(dairy: Books, tmp_path: Path) -> None:
    receive(dairy, "1028", [("", None, 6000, None)])
    path = tmp_path / "goods.csv"
    assert edited(dairy, path, (",,4,,", ",,4,0.75,")) == ImportCounts(0, 2, stock=1)
    assert edited(dairy, path) == ImportCounts(0, 2)
    product = dairy.product("1028")
    assert product is not None
    here = dairy.write(lambda c: lots_there(c, product.id)).result()[""]
    assert (here.quantity, here.uncosted, here.cost) == (4000, 0, 300)


def test_a_price_that_is_changed_in_one_row_of_several_is_said(
    dairy: Books, tmp_path: Path
) -> None:
    path = tmp_path / "goods.csv"
    write(dairy, path, SHOP.currency)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    lines[2] = lines[2].replace("3.50", "3.60")
    path.write_text("\n".join(lines), encoding="utf-8")
    goods = read_goods(path, SHOP, NOON, FileChoices())
    assert [(each.line, each.why.kind) for each in goods.rejects] == [(3, "goods.row_differs")]


def test_rows_of_a_product_may_stand_in_any_order(dairy: Books, tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    write(dairy, path, SHOP.currency)
    header, *lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([header, *reversed(lines)]), encoding="utf-8")
    assert edited(dairy, path) == ImportCounts(0, 2)
    again = [header, *reversed(lines), lines[0]]
    path.write_text("\n".join(again), encoding="utf-8")
    goods = read_goods(path, SHOP, NOON, FileChoices())
    assert [(each.line, each.why.kind) for each in goods.rejects] == [(5, "goods.row_twice")]


def test_another_tills_cost_is_that_of_the_stock_in_its_file(tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text(
        f"code,name,price,cost,stock\n{COLA},Cola,3.50,1.8333,6\n1028,Tea,2,x,5\n", encoding="utf-8"
    )
    goods = read_goods(file, SHOP, NOON, FileChoices())
    assert [(doubt.line, doubt.why.kind) for doubt in goods.doubts] == [(3, "goods.no_cost")]
    books = Books(tmp_path / "books")
    assert import_goods(books.path, goods, NOON) == ImportCounts(2, 0, stock=2)
    assert movements(books) == [
        ("counted", "", 6000, 1100, 6000),
        ("counted", "", 5000, None, 5000),
    ]
    books.close()


def test_what_is_below_zero_is_a_number_and_no_formula_and_stays_so(
    dairy: Books, tmp_path: Path
) -> None:
    sell(dairy, "0" + COLA, "A7", 15_000, MORNING)
    path = tmp_path / "goods.csv"
    assert edited(dairy, path, ("2027-01-01,,-3,,", "2027-01-01,,-3,,")) == ImportCounts(0, 2)
    assert there(dairy, "0" + COLA) == {"A7": -3000, "": 3000}


def test_a_lot_that_was_counted_since_the_file_was_written_stays_as_counted(
    dairy: Books, tmp_path: Path
) -> None:
    path = tmp_path / "goods.csv"
    write(dairy, path, SHOP.currency)

    def count(connection: apsw.Connection) -> None:
        product = find_product(connection, "0" + COLA)
        assert product is not None
        counted = Movement(product.id, "A7", -4000, "counted", counted=8000)
        move_stock(connection, MORNING + timedelta(hours=1), "Ada", [counted])

    dairy.write(count).result()
    assert edited(dairy, path, ("2027-01-01,,12,", "2027-01-01,,11,")) == ImportCounts(0, 2)
    assert there(dairy, "0" + COLA) == {"A7": 8000, "": 3000}


def test_a_file_without_such_columns_leaves_age_limit_deposit_and_minimum(tmp_path: Path) -> None:
    books = Books(tmp_path / "books")
    goods = [
        ProductRow("BEER", "Beer", 500, age_limit=18, deposit="CRATE", minimum=12_000, tare=8),
        ProductRow("CRATE", "Crate", 150, discontinued="2026-11-01"),
    ]
    books.write(lambda c: import_products(c, goods)).result()
    before = records(books)
    assert before["BEER"].deposit == "CRATE"
    file = tmp_path / "goods.csv"
    file.write_text("code,name,price\nBEER,Beer,5.00\nCRATE,Crate,1.50\n", encoding="utf-8")
    goods_read = read_goods(file, SHOP, NOON, FileChoices())
    assert import_goods(books.path, goods_read, NOON) == ImportCounts(0, 2)
    assert (records(books), minimums(books)) == (before, {"BEER": 12_000, "CRATE": 0})
    books.close()


def test_what_is_emptied_in_an_export_goes_with_its_history(tmp_path: Path) -> None:
    books = Books(tmp_path / "books")
    goods = [
        ProductRow("BEER", "Beer", 500, age_limit=18, deposit="CRATE", minimum=842, tare=8),
        ProductRow("CRATE", "Crate", 150),
        ProductRow("KEG", "Keg", 150),
    ]
    books.write(lambda c: import_products(c, goods)).result()
    path = tmp_path / "goods.csv"
    assert edited(books, path, ("18,CRATE,0.842,,8", ",KEG,,2026-12-31,")) == ImportCounts(1, 2)
    beer = records(books)["BEER"]
    assert (beer.age_limit, beer.deposit, beer.discontinued) == (0, "KEG", "2026-12-31")
    assert minimums(books)["BEER"] == 0
    history = "SELECT field, before, after FROM product_changes ORDER BY field"
    assert books.write(lambda c: list(c.execute(history))).result() == [
        ("age_limit", "18", ""),
        ("deposit", "CRATE", "KEG"),
        ("discontinued", "", "2026-12-31"),
        ("minimum", "0.842", ""),
        ("tare", "8", ""),
    ]
    books.close()


def test_a_deposit_may_stand_below_its_product_and_must_be_in_the_books(tmp_path: Path) -> None:
    books = Books(tmp_path / "books")
    books.write(lambda c: import_products(c, [ProductRow("BEER", "Beer", 500)])).result()
    file = tmp_path / "goods.csv"
    file.write_text(
        "code,name,price,deposit code,min stock,minimum age,tare\n"
        f"BEER,Beer,5.00,ZCRATE,6,18+,8 g\nWINE,Wine,9.00,{COLA},x,old,-1\n"
        "ZCRATE,Crate,1.50,ZCRATE,,,\n",
        encoding="utf-8",
    )
    goods = read_goods(file, SHOP, NOON, FileChoices())
    assert [(doubt.line, doubt.why.kind) for doubt in goods.doubts] == [
        (3, "goods.no_term"),
        (3, "goods.no_term"),
        (3, "goods.no_term"),
        (4, "goods.no_term"),
    ]
    assert import_goods(books.path, goods, NOON) == ImportCounts(3, 0, deposits_unknown=1)
    found = records(books)
    beer = found["BEER"]
    assert (beer.deposit, beer.age_limit, beer.tare) == ("ZCRATE", 18, 8)
    assert (found["WINE"].deposit, found["ZCRATE"].deposit) == ("", "")
    assert import_goods(books.path, goods, NOON) == ImportCounts(0, 3, deposits_unknown=1)
    books.close()
