"""A product and the several codes that it goes by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_tui.books import Books
from pos_tui.books.catalogue.product_import import ImportCounts, import_products
from pos_tui.books.catalogue.products import ProductRow, all_products, find_product
from pos_tui.books.connection import migrate, open_connection
from pos_tui.books.schema import MIGRATIONS

COLA = "05449000000996"


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = Books(tmp_path)
    yield opened
    opened.close()


def keep(books: Books, *rows: ProductRow, other: tuple[tuple[str, str], ...] = ()) -> ImportCounts:
    return books.write(lambda c: import_products(c, rows, other)).result()


def named(books: Books, code: str) -> tuple[str, str] | None:
    product = books.product(code)
    return None if product is None else (product.name, product.code)


def test_a_product_is_found_by_each_of_its_codes_under_its_own(books):
    keep(books, ProductRow(COLA, "Cola", 350), other=(("SKU-1", COLA), ("77", COLA)))
    for code in (COLA, "SKU-1", "77"):
        assert named(books, code) == ("Cola", COLA)
    assert [(each.name, each.code) for each in books.search("SKU-1")] == [("Cola", COLA)]
    assert [each.code for each in books.write(all_products).result()] == [COLA]


def test_a_second_import_of_the_same_codes_changes_nothing(books):
    for counts in (ImportCounts(1, 0), ImportCounts(0, 1)):
        row = ProductRow(COLA, "Cola", 350)
        assert keep(books, row, other=(("SKU-1", COLA),)) == counts


def test_a_further_code_that_names_another_product_stays_with_that(books):
    keep(books, ProductRow("10", "Bread", 100))
    counts = keep(books, ProductRow(COLA, "Cola", 350), other=(("10", COLA),))
    assert counts.codes_elsewhere == 1
    assert named(books, "10") == ("Bread", "10")


def test_the_own_code_of_a_new_product_is_its_own_whoever_had_it_as_a_further_one(books):
    keep(books, ProductRow(COLA, "Cola", 350), other=(("10", COLA),))
    keep(books, ProductRow("10", "Bread", 100))
    assert (named(books, "10"), named(books, COLA)) == (("Bread", "10"), ("Cola", COLA))


def test_a_product_of_the_same_name_is_known_by_its_further_code(books):
    keep(books, ProductRow(COLA, "Cola", 350), other=(("SKU-1", COLA),))
    before = books.product(COLA)
    assert keep(books, ProductRow("SKU-1", "Cola", 380)) == ImportCounts(1, 0)
    after = books.product("SKU-1")
    assert before and after
    assert (after.id, after.price, after.code) == (before.id, 380, COLA)


def test_a_product_that_was_kept_under_a_mangled_code_gets_its_right_one(books):
    keep(books, ProductRow("49000042566", "Can", 200))
    right = "00049000042566"
    keep(books, ProductRow(right, "Can", 210), other=(("49000042566", right),))
    assert len(books.write(all_products).result()) == 1
    for code in (right, "49000042566"):
        product = books.product(code)
        assert product and (product.price, product.code) == (210, "49000042566")


def test_books_from_before_keep_one_own_code_for_each_product(tmp_path):
    connection = open_connection(tmp_path / "books.db")
    for step in MIGRATIONS[:2]:
        connection.execute(str(step))
    connection.pragma("user_version", 2)
    connection.execute("INSERT INTO products (id, name, price) VALUES (1, 'Cola', 350)")
    connection.execute("INSERT INTO item_codes VALUES ('B', 1), ('A', 1)")
    migrate(connection)
    for code in "AB":
        product = find_product(connection, code)
        assert product and product.code == "A"
    connection.close()
