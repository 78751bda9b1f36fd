"""The drawer where something is not as it should be: damaged pages, too much money in it."""

import pytest
from msgspec.structs import replace

from pos_tui.books import Books
from pos_tui.books.connection import open_connection
from pos_tui.checkout.events import Notice
from pos_tui.reasons import because
from pos_tui.settings import CashSettings
from pos_tui.till.money.cash_count import CashSoFar
from pos_tui.till.money.drawer import ShopDrawer
from pos_tui.till.paper.drawer_opener import DrawerOpener
from pos_tui.till.paper.spool import PrintSpool
from tests.books.damage import damage
from tests.conftest import COLA, MILK, SPREAD, Counter


def cash(amount):
    return CashSoFar(loose=amount)


async def pay(counter, text):
    counter.till.pay(text)
    await counter.till.until_idle()


async def test_a_drop_is_suggested_once_until_there_is_less_again(tmp_path):
    counter = Counter(tmp_path / "till").stock()
    counter.settings = replace(counter.settings, cash=CashSettings(drop_above=20))
    counter.open()

    def suggested():
        return [each.reason for each in counter.all(Notice) if each.reason.kind.startswith("shift")]

    for _ in range(3):
        counter.scan(MILK)
        await pay(counter, "=")
    assert suggested() == [because("shift.wants_drop", amount="20.00")]
    counter.till.money.drawer.move("drop", 3000, "", "Ada")
    for _ in range(3):
        counter.scan(MILK)
        await pay(counter, "=")
    assert len(suggested()) == 2
    counter.books.close()


@pytest.mark.parametrize("table", ["sold_lines", "sold_offers", "orders", "journal"])
async def test_it_closes_with_a_damaged_page_and_names_what_is_missing(tmp_path, table):
    counter = Counter(tmp_path / "till").stock().open()
    counter.till.money.drawer.open("Ada", cash(100))
    for _ in range(30):  # so that a page holds nothing but these
        counter.scan(MILK, f"2*{COLA}", SPREAD)
        counter.remove(2)
        await pay(counter, "=")
    counter.books.write(lambda _: None).result()
    counter.books.close()
    connection = open_connection(counter.data / "books.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    rows = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,))
    root = next(int(str(page)) for (page,) in rows)
    connection.close()
    page = root - 1 if table != "journal" else _page_of(counter.data / "books.db", b'"remove"')
    damage(counter.data / "books.db", page * 4096 + 2000, whole_page=False)
    counter.books = Books(counter.data)
    settings, books, printer = counter.settings, counter.books, counter.printer
    spool = PrintSpool(books, counter.clock, lambda _: printer, lambda _: None, 8)
    opener = DrawerOpener(spool, lambda _: None, settings)
    drawer = ShopDrawer(settings, books, counter.clock, spool, opener, "en")
    z, _ = drawer.close("Ada", cash(90_000))
    expected = {"sold_lines": "goods", "sold_offers": "goods", "journal": "journal"}
    if table == "orders":
        assert z.report.unread == () or "open_payments" in z.report.unread
    else:
        assert expected[table] in z.report.unread
        assert "NOT READABLE" in z.text.decode()
    assert z.report.drawer.counted == 90_000
    assert z.report.drawer.left == 90_000
    assert drawer.status().shift is None
    counter.books.close()


def _page_of(path, words):
    """The first page of rows in a file that has these words; inner pages keep old bytes."""
    content = path.read_bytes()
    return next(
        at // 4096
        for at in range(0, len(content), 4096)
        if content[at] == 0x0D and words in content[at : at + 4096]
    )
