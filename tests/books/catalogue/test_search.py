"""Goods are found as they are typed, with the index and without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos_tui.books import Books
from pos_tui.books.catalogue.pinyin import pinyin_of
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.catalogue.search import folded
from pos_tui.books.catalogue.search_index import FILE_NAME, update_index

COLA = "05449000000996"
GOODS = (
    ProductRow(COLA, "Coca-Cola 330 ml", 350, size="330 ml"),
    ProductRow("06901028001236", "可口可乐", 300, initials="KKKL"),
    ProductRow("06901028001243", "百事可乐", 300, initials="BSKL"),
    ProductRow("1028", "Crème brûlée", 1450),
    ProductRow("1029", "50% fat_free milk", 100),
    ProductRow("1030", "Chocolate", 900),
    ProductRow("1031", 'O\'Neill "dry" cider', 400),
)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = Books(tmp_path)
    keep(opened, *GOODS)
    yield opened
    opened.close()


@pytest.fixture(params=["indexed", "not indexed"])
def shop(books: Books, request: pytest.FixtureRequest) -> Books:
    if request.param == "indexed":
        update_index(books.path)
    return books


def keep(books: Books, *rows: ProductRow, other: tuple[tuple[str, str], ...] = ()) -> None:
    books.write(lambda c: import_products(c, rows, other)).result()


def found(books: Books, words: str) -> list[str]:
    return [product.name for product in books.search(words)]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("cola", ["Coca-Cola 330 ml", "Chocolate"]),
        ("ocol", ["Chocolate"]),
        ("co", ["Coca-Cola 330 ml", "Chocolate"]),
        ("c", ["Chocolate", "Coca-Cola 330 ml", "Crème brûlée", 'O\'Neill "dry" cider']),
        ("可乐", ["可口可乐", "百事可乐"]),
        ("可", ["可口可乐", "百事可乐"]),
        ("乐", ["可口可乐", "百事可乐"]),
        ("口可乐", ["可口可乐"]),
        ("kkkl", ["可口可乐"]),
        ("skl", ["百事可乐"]),
        ("可乐 百", ["百事可乐"]),
        ("creme", ["Crème brûlée"]),
        ("CRÈME", ["Crème brûlée"]),
        ("50%", ["50% fat_free milk"]),
        ("t_f", ["50% fat_free milk"]),
        ('"dry', ['O\'Neill "dry" cider']),
        ("o'n", ['O\'Neill "dry" cider']),
        ("544900", ["Coca-Cola 330 ml"]),
        ("000996", ["Coca-Cola 330 ml"]),
        ("05449000000996", ["Coca-Cola 330 ml"]),
        ("00996", ["Coca-Cola 330 ml"]),
        ("1028", ["Crème brûlée", "可口可乐", "百事可乐"]),
        ("choco late", ["Chocolate"]),
        ("choco milk", []),
        ("", []),
        ("  ", []),
        ("NEAR", []),
    ],
)
def test_goods_are_found_by_any_part(shop: Books, typed: str, names: list[str]) -> None:
    assert sorted(found(shop, typed)) == sorted(names)


def test_names_that_begin_so_stand_first(shop: Books) -> None:
    keep(shop, ProductRow("2001", "Diet Coca", 1), ProductRow("2002", "Alcoca", 1))
    assert found(shop, "coca") == ["Coca-Cola 330 ml", "Diet Coca", "Alcoca"]


def test_what_came_or_changed_after_the_index_is_found(books: Books) -> None:
    update_index(books.path)
    keep(books, ProductRow("3001", "Pomegranate", 5))
    keep(books, ProductRow("1030", "Nougat", 900))
    keep(books, GOODS[0], other=(("CASE-9", COLA),))
    for _ in range(2):
        assert found(books, "megra") == ["Pomegranate"]
        assert found(books, "noug") == ["Nougat"]
        assert found(books, "chocol") == []
        assert found(books, "case-9") == ["Coca-Cola 330 ml"]
        update_index(books.path)


@pytest.mark.parametrize("content", [b"", b"no index at all, but as long as one" * 200])
def test_a_damaged_index_is_made_anew(books: Books, content: bytes) -> None:
    (books.path.parent / FILE_NAME).write_bytes(content)
    assert found(books, "ocol") == ["Chocolate"]
    update_index(books.path)
    assert found(books, "ocol") == ["Chocolate"]


def test_an_index_of_other_books_is_not_believed(books: Books, tmp_path: Path) -> None:
    update_index(books.path)
    other = Books(tmp_path / "other")
    keep(other, *(ProductRow(f"7{n:03}", f"Thing {n}", 1) for n in range(9)))
    (tmp_path / "other" / FILE_NAME).write_bytes((tmp_path / FILE_NAME).read_bytes())
    assert found(other, "thing 3") == ["Thing 3"]
    assert found(other, "ocol") == []
    update_index(other.path)
    assert found(other, "thing 3") == ["Thing 3"]
    other.close()


def test_the_till_adds_many_new_goods_by_itself(books: Books) -> None:
    keep(books, *(ProductRow(f"8{n:05}", f"Article {n}", 1) for n in range(400)))
    assert found(books, "cle 399") == ["Article 399"]
    searching = books._searching
    assert searching is not None
    assert searching._thread is not None
    searching._thread.join()
    index = apsw.Connection(str(books.path.parent / FILE_NAME))
    assert index.execute("SELECT last_product FROM state").fetchone() == (407,)
    index.close()
    assert found(books, "cle 399") == ["Article 399"]


WORDS = st.text(alphabet="ab 可乐éo1", max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(names=st.lists(WORDS, min_size=1, max_size=12), typed=WORDS)
def test_the_index_finds_what_has_the_words_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], typed: str
) -> None:
    books = Books(tmp_path_factory.mktemp("books"))
    keep(books, *(ProductRow(f"X{n}", name or "-", 1) for n, name in enumerate(names)))
    update_index(books.path)
    try:
        wanted = [folded(word) for word in typed.split()]
        expected = {
            f"X{n}"
            for n, name in enumerate(names)
            if wanted
            and all(
                any(
                    word in text for text in (folded(name or "-"), folded(pinyin_of(name)), f"x{n}")
                )
                for word in wanted
            )
        }
        assert {product.code for product in books.search(typed)} == expected
    finally:
        books.close()
