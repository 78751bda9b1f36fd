"""Chinese names are found by pinyin and by its initials, where pypinyin was there at the import."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos_tui.books import Books
from pos_tui.books.catalogue import pinyin
from pos_tui.books.catalogue.pinyin import pinyin_of
from pos_tui.books.catalogue.product_import import ImportCounts, import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.catalogue.search_index import update_index

pytest.importorskip("pypinyin")
COLA = ProductRow("06901028001236", "可口可乐 330ml", 300)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("可口可乐 330ml", "kekoukele330ml kkkl330ml"),
        ("音乐盒", "yinyuehe yyh"),
        ("重庆小面", "chongqingxiaomian cqxm"),
        ("绿茶", "lvcha lc"),
        ("Cola", ""),
        ("Crème", ""),
        ("", ""),
    ],
)
def test_a_name_as_it_is_typed(name: str, typed: str) -> None:
    assert pinyin_of(name) == typed


@pytest.mark.parametrize("is_indexed", [True, False])
def test_goods_are_found_by_pinyin_and_initials(tmp_path: Path, is_indexed: bool) -> None:
    books = Books(tmp_path)
    books.write(lambda c: import_products(c, [COLA, ProductRow("1", "绿茶", 100)])).result()
    if is_indexed:
        update_index(books.path)
    for typed in ("kekou", "koukel", "kkkl", "kk", "k 330", "可乐"):
        assert [each.name for each in books.search(typed)] == [COLA.name]
    assert [each.name for each in books.search("lvc")] == ["绿茶"]
    books.close()


def test_an_import_without_pypinyin_leaves_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = Books(tmp_path)
    books.write(lambda c: import_products(c, [COLA])).result()
    monkeypatch.setattr(pinyin, "_readings", lambda: None)
    again = books.write(lambda c: import_products(c, [COLA])).result()
    dearer = books.write(lambda c: import_products(c, [COLA._replace(price=400)])).result()
    assert (again, dearer) == (ImportCounts(0, 1), ImportCounts(1, 0))
    assert [each.price for each in books.search("kkkl")] == [400]
    renamed = COLA._replace(name="百事可乐")
    books.write(lambda c: import_products(c, [renamed])).result()
    assert books.search("kkkl") == []
    books.close()


def test_goods_get_their_pinyin_at_the_next_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = Books(tmp_path)
    with monkeypatch.context() as without:
        without.setattr(pinyin, "_readings", lambda: None)
        books.write(lambda c: import_products(c, [COLA])).result()
    assert books.search("kkkl") == []
    counts = books.write(lambda c: import_products(c, [COLA])).result()
    assert counts == ImportCounts(0, 1)
    assert [each.name for each in books.search("kkkl")] == [COLA.name]
    books.close()
