"""Damaged books are rescued: what can be read is kept, what cannot is said, nothing is guessed."""

import shutil
from contextlib import closing

import pytest

from pos_tui.books import Books, BooksError
from pos_tui.books.connection import first_damage, open_connection
from pos_tui.books.damaged_file import checksum
from pos_tui.books.rescue import rescue
from tests.books.damage import GOODS, PAGE, code_of, damage, make_shop, price_of
from tests.conftest import NOON, Counter


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    make_shop(folder)
    return folder


@pytest.fixture
def folder(shop, tmp_path):
    folder = tmp_path / "till"
    shutil.copytree(shop, folder)
    return folder


def pages_of(path, table):
    """Where the leaf pages of a table begin."""
    with closing(open_connection(path)) as connection:
        rows = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno",
            (table,),
        )
        return [(int(number) - 1) * PAGE for (number,) in rows]


def kinds(rescued):
    return {loss.kind for loss in rescued.losses}


async def test_goods_of_a_damaged_page_are_named_and_all_others_are_sold(folder):
    path = folder / "books.db"
    pages = pages_of(path, "products")
    damage(path, pages[len(pages) // 2] + 100, whole_page=False)
    damaged = path.read_bytes()
    found = rescue(path, NOON)
    assert found.kept_as.read_bytes() == damaged
    assert kinds(found) == {"rescue.rows_lost", "rescue.goods_lost"}
    assert GOODS - 140 < found.rows["products"] < GOODS
    counter = Counter(folder).open()
    sold = 0
    for number in range(0, GOODS, 7):
        counter.scan(code_of(number))
    for line in counter.till.sale.list.lines:
        number = int(line.item.code[-13:-1]) - 4_000_000_000_00
        assert line.item.unit_price == price_of(number)
        sold += 1
    assert sold > GOODS // 7 - 20
    counter.books.close()


async def test_lost_sales_are_made_again_from_their_receipts(folder):
    path = folder / "books.db"
    for page in pages_of(path, "sales"):
        damage(path, page + 50, whole_page=True)
    with pytest.raises(BooksError, match=r"books\.damaged"):
        Counter(folder).open()
    found = rescue(path, NOON)
    assert "rescue.sales_again" in kinds(found)
    books = Books(folder)
    assert books.last_paid_numbers(20) == [8, 7, 6, 5, 4, 3, 2, 1]
    sale, _, tender = books.paid_sale(3)
    assert sale.list.totals.total == tender.due == price_of(2) + price_of(52)
    assert books.next_sale_number() == 10
    books.close()


@pytest.mark.parametrize("place", [0, 17, 20, 30, 40, 61, 103, 110, 300, 2000, 4090])
async def test_a_damaged_first_page_does_not_lose_the_rest(folder, place):
    path = folder / "books.db"
    damage(path, place, whole_page=False)
    with pytest.raises(BooksError):
        Counter(folder).open()
    found = rescue(path, NOON)
    assert found.rows["products"] == GOODS
    with closing(open_connection(path)) as connection:
        assert first_damage(connection, thorough=True) is None
    counter = Counter(folder).open()
    counter.scan(code_of(5))
    assert counter.till.sale.list.lines[-1].item.unit_price == price_of(5)
    counter.books.close()


async def test_of_a_file_that_is_none_nothing_is_kept_but_what_the_receipts_say(folder):
    path = folder / "books.db"
    path.write_bytes(b"\x5a" * 40_000)
    found = rescue(path, NOON)
    assert "rescue.nothing_readable" in kinds(found) or found.rows["products"] == 0
    books = Books(folder)
    assert books.last_paid_numbers(20)[0] == 8
    assert books.next_sale_number() == 9
    books.close()


def test_the_checksum_of_a_page_is_the_one_that_sqlite_writes(folder):
    content = (folder / "books.db").read_bytes()
    for place in range(0, len(content), PAGE):
        page = content[place : place + PAGE]
        assert checksum(page) == page[-8:]
