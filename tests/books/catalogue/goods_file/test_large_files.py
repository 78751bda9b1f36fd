"""Large files: the short way reads what the long one reads, and tills go on meanwhile."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import apsw
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pos_tui.books import Books, BooksError
from pos_tui.books.catalogue.goods_file import keeping, plain_rows
from pos_tui.books.catalogue.goods_file.keeping import import_goods
from pos_tui.books.catalogue.goods_file.layouts import FileChoices
from pos_tui.books.catalogue.goods_file.reading import GoodsFile, read_goods
from pos_tui.books.catalogue.goods_file.row import LotRow
from pos_tui.books.catalogue.goods_file.seen_codes import SeenCodes
from pos_tui.books.catalogue.goods_file.spool import Spool
from pos_tui.books.catalogue.product_import import ImportCounts, import_products, write_part
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.codes.gtin import check_digit
from pos_tui.reasons import Reason
from tests.books.catalogue.goods_file.reading import SHOP
from tests.conftest import NOON

HEADER = "code,name,price,unit,category,initials,shelf_life,tags,stock,expires_on,barcode_2"
cells = st.one_of(
    st.sampled_from(
        ["5449000000996", "05449000000996", "5449000000997", "049000042566", "2100001000005",
         "0000000000000", "1028", "SKU-7", "", " ", "3.50", "3,50", "1,234", "0", "-1", "variable",
         "kg", "pc", " two  words ", "a\x1bb", "6m", "30", "30d", "x,y; z", "2027-01-31", "-", "é",
         "可乐", "kkkl", "12.5", "999999999999", "'5449000000996", "6.90123E+12", "¥3"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters='"\r\n'), max_size=5),
)  # fmt: skip
usual = st.tuples(
    st.integers(0, 10**12 - 1).map(lambda n: f"{n:012}" + check_digit(f"{n:012}")),
    st.sampled_from(["Cola", "Milk 1 l", "可乐"]),
    st.sampled_from(["3.50", "12", "0"]),
    *(st.sampled_from(options) for options in (["", "kg"], ["", "drinks"], ["", "kl"])),
    *(st.sampled_from(options) for options in (["", "30", "6m"], ["", "a, b"], ["", "7", "0.5"])),
    st.just(""),
    st.just(""),
)
table = st.lists(st.one_of(usual, st.tuples(*[cells] * 11)), min_size=1, max_size=25)


def everything(goods: GoodsFile) -> object:
    kinds = [(each.line, each.why, each.row) for each in goods.rejects]
    return (
        list(goods.rows), list(goods.lots), list(goods.stock), list(goods.offers),
        goods.other_codes, kinds, goods.doubts, goods.lost, goods.lacking,
    )  # fmt: skip


@settings(max_examples=150)
@given(table)
@example([("5449000000996", "Cola", "3.50", *[""] * 8)] * 2)
def test_the_short_way_reads_what_the_long_one_reads(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, ...]]
) -> None:
    file = tmp_path_factory.mktemp("file") / "goods.csv"
    lines = [",".join(f'"{cell}"' for cell in row) for row in table]
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8", newline="")

    quick = read_goods(file, SHOP, NOON, FileChoices())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_rows.PlainRows, "read", lambda _self, _cells: None)
        slow = read_goods(file, SHOP, NOON, FileChoices())

    assert everything(quick) == everything(slow)


@given(st.lists(st.text(max_size=3), max_size=300))
def test_codes_are_seen_again_in_their_first_line(codes: list[str]) -> None:
    seen, first = SeenCodes(), dict[str, int]()
    for line, code in enumerate(codes, 1):
        assert seen.line_of(code) == first.get(code, 0)
        assert seen.note(code, line) == first.get(code, 0)
        first.setdefault(code, line)


def test_many_codes_are_seen_again() -> None:
    seen = SeenCodes()
    for number in range(1, 20_000):
        assert seen.note(f"0{number:013}", number) == 0
    assert all(seen.line_of(f"0{number:013}") == number for number in range(1, 20_000))


def test_a_long_list_is_read_from_disk_as_it_was_written() -> None:
    lots: Spool[LotRow] = Spool(LotRow)
    wanted = [LotRow(f"{n}", f"L{n}", date(2027, 1, 1 + n % 28), None) for n in range(9_001)]
    for lot in wanted:
        lots.append(lot)
    assert len(lots) == 9_001
    assert list(lots) == wanted == list(lots)
    assert [lots[0], lots[4_000], lots[-1]] == [wanted[0], wanted[4_000], wanted[-1]]
    assert lots[3_999:4_002] == wanted[3_999:4_002]


def large(folder: Path, count: int) -> GoodsFile:
    file = folder / "goods.csv"
    rows = "".join(f"{n},Thing {n},1\n" for n in range(1, count + 1))
    file.write_text(f"code,name,price\n{rows}", encoding="utf-8")
    return read_goods(file, SHOP, NOON, FileChoices())


def test_a_till_writes_between_two_parts_of_an_import(tmp_path: Path) -> None:
    """Whoever waits to write gets his turn long before the import is over."""
    goods = large(tmp_path, 12_000)
    books = Books(tmp_path / "books")
    books.write(lambda _: None).result()
    parts: list[tuple[int, int]] = []
    waiting, in_the_middle = threading.Event(), threading.Event()

    def sell() -> None:
        waiting.wait()
        books.write(lambda c: c.execute("INSERT INTO paper VALUES (1, '')").fetchall()).result()
        in_the_middle.set()

    till = threading.Thread(target=sell)
    till.start()

    def progress(done: int, count: int) -> None:
        parts.append((done, count))
        waiting.set()
        if len(parts) == 2:
            assert in_the_middle.wait(30)

    assert import_goods(books.path, goods, NOON, progress) == ImportCounts(12_000, 0)
    till.join()
    assert parts == [(done, 12_000) for done in range(2_000, 12_001, 2_000)]
    books.close()


def test_what_a_till_adds_meanwhile_is_not_added_twice(tmp_path: Path) -> None:
    goods = large(tmp_path, 4_000)
    books = Books(tmp_path / "books")

    def progress(done: int, _count: int) -> None:
        if done == 2_000:  # in order of their codes the last ones come later
            row = ProductRow("999", "Sold at the counter", 5)
            books.write(lambda c: import_products(c, [row])).result()

    assert import_goods(books.path, goods, NOON, progress) == ImportCounts(4_000, 0)
    product = books.product("999")
    assert product is not None
    assert product.name == "Thing 999"
    books.close()


def test_an_import_that_is_stopped_says_how_far_it_got_and_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goods = large(tmp_path, 5_000)
    books = Books(tmp_path / "books")
    written = write_part

    def full(connection: apsw.Connection, first: int, *rest: object) -> object:
        if first > 4_000:
            raise apsw.FullError("database or disk is full")
        return written(connection, first, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(keeping, "write_part", full)
    with pytest.raises(BooksError) as stopped:
        import_goods(books.path, goods, NOON)
    why = stopped.value.reason
    assert (why.kind, why.values["done"], why.values["count"]) == (
        "goods.import_stopped", 4_000, 5_000,
    )  # fmt: skip
    assert isinstance(why.values["why"], Reason)

    monkeypatch.setattr(keeping, "write_part", written)
    assert import_goods(books.path, goods, NOON) == ImportCounts(1_000, 4_000)
    books.close()
