"""What is exported imports again unchanged, as CSV and as a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pos_tui.books import Books
from pos_tui.books.catalogue.goods_file.codes import further_codes, in_further_codes
from pos_tui.books.catalogue.goods_file.keeping import import_goods
from pos_tui.books.catalogue.goods_file.layouts import FileChoices
from pos_tui.books.catalogue.goods_file.reading import read_goods
from pos_tui.books.catalogue.goods_file.writing import write_goods_csv, write_goods_workbook
from pos_tui.books.catalogue.product_import import ImportCounts, import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.codes.context import CodeContext
from pos_tui.codes.gtin import check_digit
from pos_tui.money import Currency
from pos_tui.plain_text import plain_text
from tests.codes.contexts import context
from tests.conftest import COLA, NOON

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
)
products = st.lists(rows, min_size=1, max_size=6, unique_by=lambda row: row.code)
further = st.lists(st.tuples(codes, st.integers(1, 9999)), max_size=4)


def write(books: Books, path: Path, currency: Currency) -> int:
    with books.goods_rows(currency) as cells:
        if path.suffix == ".xlsx":
            return write_goods_workbook(path, cells)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            return write_goods_csv(file, cells)


def comes_back(books: Books, folder: Path, form: str, shop: CodeContext) -> None:
    """Write, import into the same books and into empty ones: nothing differs anywhere."""
    path = folder / f"goods.{form}"
    count = write(books, path, shop.currency)
    goods = read_goods(path, shop, NOON, FileChoices())
    assert goods.rejects == []
    assert goods.doubts == []
    with books.goods_rows(shop.currency) as before:
        was = list(map(list, before))
    assert import_goods(books.path, goods, NOON) == ImportCounts(0, count), (was, goods.rows[0])
    other = Books(folder / "other")
    try:
        assert import_goods(other.path, goods, NOON) == ImportCounts(count, 0)
        with (
            books.goods_rows(shop.currency) as first,
            other.goods_rows(shop.currency) as second,
        ):
            # Their order is that of the import, by code; what they say is the same.
            assert sorted(map(list, first)) == sorted(map(list, second))
    finally:
        other.close()


@settings(max_examples=15, phases=[Phase.generate])  # each is a file and two books: no shrinking
@given(products, further, st.sampled_from([SHOP, DINARS, YEN]))
def test_goods_come_back_from_a_csv_file(
    tmp_path_factory: pytest.TempPathFactory,
    products: list[ProductRow],
    further: list[tuple[str, int]],
    shop: CodeContext,
) -> None:
    books = Books(tmp_path_factory.mktemp("books"))
    try:
        others = [(code, products[0].code, pieces) for code, pieces in further]
        books.write(lambda c: import_products(c, products, others)).result()
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
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in cells for cell in row)
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
