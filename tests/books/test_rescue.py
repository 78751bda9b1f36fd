"""Damaged books are rescued: what can be read is kept, what cannot is said, nothing is guessed."""

import shutil
from contextlib import closing

import pytest

from pos_tui.books import Books, BooksError
from pos_tui.books.connection import first_damage, open_connection
from pos_tui.books.damaged_file import checksum
from pos_tui.books.journal.verify import differences
from pos_tui.books.rescue import rescue
from tests.books.damage import GOODS, PAGE, code_of, damage, make_shop, pages_of, price_of
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
    sale, _, (tender,) = books.paid_sale(3)
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


# ---- the journal afterwards ----------------------------------------------------------------------


def verified(folder):
    """What `journal verify` has to say, as (kind, first, last)."""
    with closing(open_connection(folder / "books.db")) as connection:
        found = differences(connection, folder)
    return [
        (reason.kind, reason.values.get("first"), reason.values.get("last")) for reason in found
    ]


async def sell_twice(folder):
    counter = Counter(folder).open()
    for number in (30, 31):
        counter.scan(code_of(number))
        counter.till.pay("1000")
        await counter.till.until_idle()
    await counter.till.close()
    counter.books.close()


def last_row(folder):
    with closing(open_connection(folder / "books.db")) as connection:
        return next(connection.execute("SELECT max(seq) FROM journal"))[0]


async def test_a_rescue_that_lost_nothing_leaves_a_journal_that_is_whole(folder):
    rescue(folder / "books.db", NOON)
    assert verified(folder) == []
    await sell_twice(folder)
    assert verified(folder) == []


async def test_all_rows_lost_are_named_once_and_later_rows_verify(folder):
    last = last_row(folder)
    for page in pages_of(folder / "books.db", "journal"):
        damage(folder / "books.db", page + 100, whole_page=True)
    rescue(folder / "books.db", NOON)
    lost = [("journal.lost_in_rescue", 1, last)]
    assert verified(folder) == lost
    await sell_twice(folder)
    assert verified(folder) == lost


@pytest.mark.parametrize("which", [0, 1, -1])
async def test_a_lost_page_of_the_journal_is_one_sentence(folder, which):
    for _ in range(4):
        await sell_twice(folder)
    pages = pages_of(folder / "books.db", "journal")
    assert len(pages) > 2
    damage(folder / "books.db", pages[which] + 100, whole_page=True)
    rescue(folder / "books.db", NOON)
    await sell_twice(folder)
    found = verified(folder)
    assert [kind for kind, _, _ in found] == ["journal.lost_in_rescue"]
    rescue(folder / "books.db", NOON)
    assert verified(folder) == found
    assert len(list(folder.glob("books.damaged-*.db"))) == 2


async def test_where_the_page_of_the_keys_is_lost_the_journal_is_still_whole(folder):
    for page in pages_of(folder / "books.db", "journal_keys"):
        damage(folder / "books.db", page + 100, whole_page=True)
    rescue(folder / "books.db", NOON)
    assert verified(folder) == []
    await sell_twice(folder)
    assert verified(folder) == []


async def test_journal_and_keys_lost_together_are_one_sentence(folder):
    for table in ("journal", "journal_keys"):
        for page in pages_of(folder / "books.db", table):
            damage(folder / "books.db", page + 100, whole_page=True)
    rescue(folder / "books.db", NOON)
    await sell_twice(folder)
    assert [kind for kind, _, _ in verified(folder)] == ["journal.lost_in_rescue"]


async def test_lost_books_with_which_the_till_was_started_once_are_rescued_alike(folder):
    last = last_row(folder)
    for path in folder.glob("books.db*"):
        path.unlink()
    counter = Counter(folder).open()
    await counter.till.close()
    counter.books.close()
    rescue(folder / "books.db", NOON)
    await sell_twice(folder)
    ((kind, _, lost),) = verified(folder)
    assert kind == "journal.lost_in_rescue"
    assert last - 5 < lost <= last  # the open sale has no receipt that remembers its rows


async def test_what_is_changed_after_a_rescue_is_still_noticed(folder):
    for page in pages_of(folder / "books.db", "journal"):
        damage(folder / "books.db", page + 100, whole_page=True)
    rescue(folder / "books.db", NOON)
    await sell_twice(folder)
    row = last_row(folder)
    with closing(open_connection(folder / "books.db")) as connection:
        connection.execute("UPDATE journal SET at = '2020-01-01' WHERE seq = ?", (row - 1,))
        connection.execute("UPDATE journal SET body = replace(body, 'lost 1-', 'lost 0-')")
    kinds_now = [kind for kind, _, _ in verified(folder)]
    assert "journal.row_changed" in kinds_now
    assert "journal.rows_missing" in kinds_now  # a note that is not the rescue's explains nothing
