"""The pages of stock takes, by scanner and keys only."""

from concurrent.futures import Future
from contextlib import asynccontextmanager
from datetime import date

import pytest

from pos_tui.books import BooksError
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.people.staff import set_staff
from pos_tui.books.stock.on_hand import lots_there
from pos_tui.tui.pages.count_approval import ApprovalPage
from pos_tui.tui.pages.counting import CountingPage
from pos_tui.tui.pages.counts import CountsScreen
from pos_tui.tui.parts.permission import asking_permission
from tests.conftest import BREAD, COLA, MILK, SPREAD
from tests.stockroom import product_id, receive, sell
from tests.tui.seat import SIZES, sitting

GS1_MILK = f"]C1010{MILK}1726122410L7"


class StoreRoom:
    """Somebody who counts, in front of a till's screen."""

    def __init__(self, seat):
        self.seat, self.press, self.type = seat, seat.press, seat.type
        self.shop = seat.counter

    @property
    def words(self):
        """What the screen shows, as running words."""
        return " ".join(" ".join(row.strip("│ ") for row in self.seat.rows).split())

    async def until(self, words):
        await self.seat.until(lambda: words in self.words)

    async def until_page(self, page):
        await self.seat.until(lambda: isinstance(self.seat.app.screen, page))

    async def open(self):
        till = self.shop.till
        app = self.seat.app
        ask = asking_permission(app.palette, till.staff, app.push_screen)
        goods = till.goods.counts
        page = CountsScreen(app.palette, till.settings, goods, till.find, till.staff.who, ask)
        app.push_screen(page)
        await self.seat.pilot.pause()

    async def begin(self, name="Shelf 4"):
        await self.press("ctrl+n")
        await self.until("A new stock take")
        await self.type(name)
        await self.press("f2")
        await self.until_page(CountingPage)

    async def scan(self, *codes, says):
        await self.seat.scan(*codes)
        await self.until(says)

    async def enter(self, text, says):
        await self.type(text)
        await self.press("enter")
        await self.until(says)

    async def compare(self):
        await self.press("f2")
        await self.until_page(ApprovalPage)
        await self.until("Total")

    def write(self, job):
        return self.shop.books.write(job).result()

    def pieces(self, code):
        there = self.write(lambda c: lots_there(c, product_id(self.shop, code)))
        return {lot: each.quantity / 1000 for lot, each in there.items() if each.quantity}


@asynccontextmanager
async def store_room(shop, size=(80, 24)):
    async with sitting(shop, size) as seat:
        at = StoreRoom(seat)
        await at.open()
        yield at


@pytest.mark.parametrize("size", [*SIZES, (60, 20)])
async def test_a_shelf_is_counted_by_scanner_compared_and_approved(shop, size):
    async with store_room(shop, size) as at:
        receive(shop, COLA, 10000, 2000)
        receive(shop, SPREAD, 3000, 6000)
        await at.begin()
        await at.scan(COLA, says="Cola 330 ml: 1 can")
        await at.scan(COLA, says="Cola 330 ml: 2 can")
        assert "10" not in at.words  # what the books say is not shown
        await at.enter("8", says="Cola 330 ml: 8 can")
        await at.type("3*")
        await at.scan(SPREAD, says="Hazelnut spread: 3 jar")
        sell(shop, COLA, 1000, number=148)
        assert at.pieces(COLA) == {"": 9}
        await at.compare()
        assert "−2 −4.00" in at.words
        await at.press("f2")
        await at.until("Post 2 items?")
        await at.press("y", "enter")
        await at.until("“Shelf 4” is approved: 2 items are posted.")
        assert (at.pieces(COLA), at.pieces(SPREAD)) == ({"": 7}, {"": 3})


async def test_goods_counted_twice_are_asked_about_and_a_scan_meanwhile_is_not_the_answer(shop):
    async with store_room(shop) as at:
        await at.begin()
        await at.scan(COLA, says="Cola 330 ml: 1 can")
        await at.scan(MILK, says="Milk 1 l: 1")
        await at.type("4*")
        await at.scan(COLA, says="was counted already: 1 can")
        await at.seat.scan(SPREAD)
        assert "spread" not in at.words
        await at.press("a", "enter")
        await at.until("Cola 330 ml: 4 can here, 5 can in all")
        await at.type("9*")
        await at.scan(COLA, says="was counted already: 5 can")
        await at.press("r", "enter")
        await at.until("Cola 330 ml: 9 can")
        await at.type("2*")
        await at.scan(COLA, says="was counted already: 9 can")
        await at.press("escape")
        await at.until("stays as it was counted before")
        (cola, _) = sorted(at.shop.till.goods.counts.counted(1), key=lambda each: -each.quantity)
        assert (cola.quantity, cola.replaced) == (9000, (5000,))


async def test_a_lot_and_a_date_are_taken_from_the_code_or_typed(shop):
    async with store_room(shop) as at:
        await at.begin()
        await at.scan(GS1_MILK, says="Milk 1 l, good until 24 Dec 26: 1")
        await at.scan(COLA, says="Cola 330 ml: 1 can")
        await at.enter("2027-03-01", says="Cola 330 ml, good until 1 Mar 27: 1 can")
        await at.compare()
        await at.press("f2", "y", "enter")
        await at.until("is approved: 2 items are posted")
        lots = [at.shop.books.lots_of(product_id(shop, code))[0] for code in (MILK, COLA)]
        assert [(lot.lot, lot.expires_on) for lot in lots] == [
            ("L7", date(2026, 12, 24)), ("20270301", date(2027, 3, 1)),
        ]  # fmt: skip


async def test_what_is_wrong_is_said_and_counts_nothing(shop):
    async with store_room(shop) as at:
        await at.begin()
        await at.enter("12", says="12: scan the goods first")
        await at.scan("4006381333931", says="is not in the books")
        await at.scan("130000000000009001", says="a customer's payment code")
        assert "130000000000009001" not in at.words
        await at.press("ctrl+z")
        await at.until("There is nothing to take back.")
        assert at.shop.till.goods.counts.counted(1) == []


async def test_what_could_not_be_written_is_said_and_can_be_scanned_again(shop, monkeypatch):
    async with store_room(shop) as at:
        await at.begin()
        full: Future[None] = Future()
        full.set_exception(BooksError("books.disk_full"))
        await at.type("3*")
        with monkeypatch.context() as patch:
            patch.setattr(at.shop.books, "write", lambda _job: full)
            await at.scan(COLA, says="Not counted: ")
        await at.scan(COLA, says="Cola 330 ml: 3 can")


async def test_what_is_typed_before_the_comparison_is_counted_first(shop):
    async with store_room(shop) as at:
        await at.begin()
        await at.scan(COLA, says="Cola 330 ml: 1 can")
        await at.type("8")
        await at.compare()
        assert "8 can" in at.words


async def test_what_is_typed_before_a_scan_belongs_to_the_goods_before(shop):
    async with store_room(shop) as at:
        await at.begin()
        await at.scan(COLA, says="Cola 330 ml: 1 can")
        await at.type("8")
        await at.scan(MILK, says="Milk 1 l: 1")
        await at.until("Cola 330 ml: 8 can")


async def test_an_entry_is_taken_back(shop):
    async with store_room(shop) as at:
        await at.begin()
        await at.scan(COLA, COLA, says="Cola 330 ml: 2 can")
        await at.press("ctrl+z")
        await at.until("Taken back. Cola 330 ml: 1 can")
        await at.scan(COLA, says="Cola 330 ml: 2 can")


async def test_leaving_loses_nothing_and_the_count_goes_on(shop):
    async with store_room(shop) as at:
        await at.begin()
        await at.scan(BREAD, says="French bread: 1")
        await at.press("escape")
        await at.until("Shelf 4")
        await at.press("enter")
        await at.until("French bread: 1")
        await at.scan(BREAD, says="was counted already: 1")


async def test_sales_in_between_are_named_and_the_other_place_can_be_said(shop):
    async with store_room(shop) as at:
        receive(shop, COLA, 14000, 2800)
        await at.begin()
        await at.scan(COLA, says="Cola 330 ml: 1 can")
        await at.enter("5", says="Cola 330 ml: 5 can")
        sell(shop, COLA, 2000, number=148)
        await at.type("7*")
        await at.scan(COLA, says="was counted already")
        await at.press("a", "enter")
        await at.until("12 can in all")
        await at.compare()
        await at.until("sale 000148 −2")
        await at.until("From a place counted before, the difference would be −2.")
        await at.press("f4")
        await at.until("From a place not counted yet, the difference would be 0.")
        await at.press("f2", "y", "enter")
        await at.until("is approved")
        assert at.pieces(COLA) == {"": 10}


async def test_some_items_are_left_for_later(shop):
    async with store_room(shop) as at:
        await at.begin()
        await at.scan(COLA, says="Cola 330 ml: 1 can")
        await at.scan(SPREAD, says="Hazelnut spread: 1 jar")
        await at.compare()
        await at.press("space", "f2")
        await at.until("Post 1 item?")
        await at.press("y", "enter")
        await at.until("1 item of “Shelf 4” is posted; 1 left.")
        assert (at.pieces(COLA), at.pieces(SPREAD)) == ({}, {"": 1})


async def test_goods_of_the_category_that_nobody_counted_are_named_and_counted_as_none(shop):
    rows = [ProductRow("0" + code, name, 100, category="Drinks")
            for code, name in ((COLA, "Cola"), (SPREAD, "Lemonade"))]  # fmt: skip
    shop.books.write(lambda c: import_products(c, rows)).result()
    async with store_room(shop) as at:
        receive(shop, SPREAD, 3000, 600)
        receive(shop, MILK, 3000, 600)
        at.shop.till.goods.counts.begin("Shelf 4", "drinks", "Ada")
        at.shop.till.goods.counts.counting(1, "Ada").enter(COLA)
        await at.open()
        await at.compare()
        await at.until("1 item is in the books and was not counted: Lemonade.")
        await at.press("ctrl+n")
        await at.until("−6.00")
        await at.press("f2", "y", "enter")
        await at.until("is approved: 2 items are posted")
        assert (at.pieces(COLA), at.pieces(SPREAD), at.pieces(MILK)) == ({"": 1}, {}, {"": 3})


async def test_a_supervisor_approves_where_the_shop_has_one_and_the_pin_is_not_shown(shop):
    shop.books.write(lambda c: set_staff(c, "Grace", "supervisor", "4711")).result()
    async with store_room(shop) as at:
        await at.begin()
        await at.scan(COLA, says="Cola 330 ml: 1 can")
        await at.compare()
        await at.press("f2", "y", "enter")
        await at.until("A supervisor's PIN")
        await at.type("2580")
        await at.press("enter")
        await at.until("That is no supervisor's PIN.")
        await at.type("4711")
        assert "4711" not in at.words
        assert at.pieces(COLA) == {}
        await at.press("enter")
        await at.until("is approved: 1 item is posted.")
        assert at.shop.till.goods.counts.rows()[0].closed_by == "Grace"


async def test_a_count_is_voided_after_a_question(shop):
    async with store_room(shop) as at:
        await at.begin()
        await at.scan(COLA, says="Cola 330 ml: 1 can")
        await at.press("escape", "delete")
        await at.until("Void “Shelf 4”?")
        await at.press("y", "enter")
        await at.until("“Shelf 4” is void")
        await at.press("enter")
        await at.until("was voided by Ada")
        assert at.pieces(COLA) == {}


async def test_the_menu_of_goods_leads_there(shop):
    async with sitting(shop) as seat:
        await seat.open_goods("stock_take")
        await seat.until_shown("There are no counts yet.")
