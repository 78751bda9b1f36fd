"""The shop's goods as double entry, judged by beancount itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.ledger.beancount import beancount_of_goods
from pos_tui.money import Currency
from tests.model_stock import year
from tests.stock_keeper import BEGINS, do, open_shop

CHECK = Path(sys.executable).with_name("bean-check")
pytestmark = pytest.mark.skipif(not CHECK.exists(), reason="beancount is not for this system")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Books after a year of deliveries, sales, counts and returns."""
    folder = tmp_path_factory.mktemp("shop")
    books = open_shop(folder, 24)
    for act in year(3, 24, 300, BEGINS):
        do(books, act)
    books.close()
    return folder


def written(shop: Path, fault: str = "") -> list[str]:
    """The file's lines, after a fault that is taken back."""
    connection = open_connection(shop / "books.db")
    connection.execute("BEGIN; DROP TRIGGER movements_stay; DROP TRIGGER movements_remain")
    connection.execute(fault)
    lines = list(beancount_of_goods(connection, Currency.of("CNY")))
    connection.execute("ROLLBACK")
    connection.close()
    return lines


def judged(folder: Path, lines: list[str]) -> str:
    """What bean-check says of a file; "" where all is well."""
    file = folder / "goods.beancount"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run([CHECK, file], capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (not done.stderr)
    return done.stderr


def test_a_year_of_goods_is_balanced(shop, tmp_path):
    lines = written(shop)
    assert sum(" * " in line for line in lines) > 300
    assert not judged(tmp_path, lines)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("UPDATE movements SET quantity = quantity - 1000 WHERE seq = 40", "Balance failed"),
        ("UPDATE movements SET cost = cost + 5 WHERE cost IS NOT NULL", "Balance failed"),
        ("DELETE FROM movements WHERE kind = 'received' AND seq > 50", "Balance failed"),
        ("UPDATE stock_on_hand SET quantity = quantity + 1 WHERE product_id = 2", "Balance failed"),
    ],
)
def test_a_planted_fault_is_named(shop, tmp_path, fault, said):
    assert said in judged(tmp_path, written(shop, fault))


def test_names_from_elsewhere_do_no_harm(tmp_path):
    books = open_shop(tmp_path / "shop", 3)
    acts = list(year(3, 3, 6, BEGINS))
    for act in acts:
        do(books, act)
    odd = (
        "UPDATE products SET name = 'A \"B\" \\ C';"
        "INSERT INTO item_codes (code, product_id) VALUES ('BAKERY:CHEESE ROLL', 1), ('00012', 2)"
    )
    books.write(lambda c: c.execute(odd)).result()
    books.close()
    connection = open_connection(tmp_path / "shop" / "books.db")
    lines = list(beancount_of_goods(connection, Currency.of("JPY")))
    connection.close()
    assert not judged(tmp_path, lines)
    assert any(" ID1" in line for line in lines)
    assert any(" P00012" in line for line in lines)
