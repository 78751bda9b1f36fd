"""Goods in and out at the till's screen, by keys and scans only."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import date

import pytest
from textual.events import Key
from textual.keys import _character_to_key

from pos_tui.books import BooksError
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.till.goods.delivery_entry import LineEntry
from pos_tui.tui.pages.delivery import DeliveryPage
from pos_tui.tui.pages.goods_in import GoodsInScreen
from pos_tui.tui.pages.goods_out import GoodsOutScreen
from tests.conftest import BREAD, COLA, MILK, SPREAD, UNPRICED
from tests.stockroom import there
from tests.tui.seat import SIZES, sitting

SPREAD_OF_LOT = f"]C1010{SPREAD}17261224" + "3012" + "\x1d" + "10L-7"


class Storeroom:
    """Somebody who receives goods in front of a till's screen."""

    def __init__(self, seat):
        self.seat, self.press, self.scan = seat, seat.press, seat.scan

    async def open(self, entry="goods_in"):
        await self.seat.open_goods(entry)
        kind = GoodsInScreen if entry == "goods_in" else GoodsOutScreen
        await self.seat.until(lambda: isinstance(self.seat.app.screen, kind))

    async def begin(self, supplier="Dairy", document="A-1", total=""):
        await self.press("ctrl+n")
        await self.asked("Who delivers?")
        for text, then in (
            (supplier, "Number of"),
            (document, "Total on the paper?"),
            (total, "Goods?"),
        ):
            await self.say(text)
            await self.asked(then)

    async def say(self, text):
        for character in text:
            self.seat.app.post_message(Key(_character_to_key(character), character))
        await self.press("enter")

    async def asked(self, words):
        await self.seat.until(
            lambda: (
                isinstance(self.seat.app.screen, (DeliveryPage, GoodsOutScreen))
                and words in self.seat.text
            )
        )

    async def enter(self, code, *answers, kept):
        await self.scan(code)
        for answer in answers:
            await self.say(answer)
        await self.seat.until_shown(kept)

    @property
    def running(self):
        """The screen as running words, wherever its lines break."""
        return " ".join(" ".join(row.strip("│ ") for row in self.seat.rows).split())

    async def until(self, words):
        await self.seat.until(lambda: words in self.running)


@asynccontextmanager
async def storeroom(shop, size=(80, 24)):
    async with sitting(shop, size=size) as seat:
        yield Storeroom(seat)


@pytest.mark.parametrize("size", [*SIZES, (60, 20)])
async def test_a_delivery_is_entered_and_booked_by_keys(shop, size):
    async with storeroom(shop, size) as room:
        await room.open()
        await room.begin(total="40")
        await room.enter(COLA, "12", "24", "", "-", kept="✓ Cola 330 ml: 12")
        await room.until("1 line, 24.00 of 40.00: 16.00 to go")
        await room.enter(MILK, "2*5", "@1.60", "L-1", "261201", kept="as on the paper")
        await room.press("f2")
        await room.until("Delivery 1 is booked: 2 lines, 40.00.")
        assert there(shop, COLA)[1:3] == (12_000, 2400)
        milk = there(shop, MILK, "L-1")
        assert (milk.quantity, milk.cost, milk.expires_on) == (10_000, 1600, date(2026, 12, 1))


async def test_a_gs1_code_says_quantity_lot_and_date_and_nothing_is_typed(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin(total="")
        await room.enter(SPREAD_OF_LOT, "240", kept="✓ Hazelnut spread: 12")
        await room.scan(SPREAD_OF_LOT.replace("L-7", "L-8"))  # it costs what it cost last
        await room.seat.until_shown("cost of all 12")
        await room.scan(SPREAD_OF_LOT.replace("L-7", "L-9"))
        await room.seat.until_shown("L-8")
        await room.press("enter")
        await room.seat.until_shown("L-9")
        await room.press("f2")
        await room.say("720")
        await room.until("Delivery 1 is booked: 3 lines, 720.00.")
        assert there(shop, SPREAD, "L-9")[1:6] == (12_000, 24_000, 0, True, date(2026, 12, 24))


async def test_the_draft_is_there_after_a_power_cut(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin(total="24")
        await room.enter(COLA, "12", "24", "", "-", kept="✓ Cola")
    shop.power_cut()
    async with storeroom(shop) as room:
        await room.open()
        await room.until("Dairy A-1 1 24.00 draft")
        await room.press("enter")
        await room.seat.until_shown("as on the paper")
        await room.press("f2")
        await room.until("Delivery 1 is booked")


async def test_a_difference_is_named_and_has_to_be_confirmed(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin(total="20")
        await room.enter(COLA, "12", "24", "", "-", kept="4.00 too much")
        await room.press("f2")
        await room.until("4.00 too much. Book?")
        await room.press("enter")
        await room.until("Not booked.")
        assert there(shop, COLA).quantity == 0
        await room.press("f2")
        await room.until("Book?")
        await room.press("y", "enter")
        await room.until("4.00 more than the paper says; that is noted.")
        assert there(shop, COLA).quantity == 12_000


async def test_a_price_at_or_below_cost_is_said_at_once(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin()
        await room.enter(COLA, "10", "35", "", "-", kept="sells at 3.50 and costs 3.50")
        await room.enter(UNPRICED, "10", "35", "", "-", kept="✓ Odd cup")  # its price is asked


async def test_a_production_date_proposes_the_date_and_a_shelf_life_is_learnt(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin(total="10")
        await room.scan(BREAD)
        for answer in ("10", "10", "", "p261120"):
            await room.say(answer)
        await room.until("Produced 20 Nov 26.")
        await room.say("5d")
        await room.until("25 Nov 26")
        await room.press("f2")
        await room.until("Learnt: French bread keeps 5 days.")
        await room.begin(document="A-2", total="10")
        await room.scan(BREAD)
        for answer in ("10", "10", "", "p261121"):
            await room.say(answer)
        await room.seat.until_shown("[2026-11-26]")
        await room.press("enter")
        await room.until("as on the paper")


@pytest.mark.parametrize("size", [*SIZES, (60, 20)])
async def test_an_unknown_code_is_added_with_its_supplier_and_its_line_goes_on(shop, size):
    new = "4000417025005"
    async with storeroom(shop, size) as room:
        await room.open()
        await room.begin(total="18")
        await room.scan(f"]C101{new.zfill(14)}17261224" + "3012" + "\x1d" + "10L-7")
        await room.until(f"New here: add {new}")
        await room.seat.press(*"Choc", "down", "down", *"bar", "f2")
        await room.until("Choc: cost of all 12?")
        await room.say("18")
        await room.until("as on the paper")
        await room.press("f2")
        await room.until("Delivery 1 is booked")
        here = there(shop, new, "L-7")
        assert (here.quantity, here.expires_on) == (12_000, date(2026, 12, 24))
    product = shop.till.goods.products.find(new)
    assert product is not None
    assert (product.name, product.unit, product.supplier) == ("Choc", "bar", "Dairy")


async def test_a_scan_right_behind_a_new_code_is_not_lost_to_it(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin()
        page = room.seat.app.screen
        for code in ("4000417025005", COLA):  # faster than a page opens
            page.accept_scan(code)
        await room.until("New here: add 4000417025005")
        await room.seat.press(*"Choc", "f2")
        await room.until("Cola 330 ml: how many")
        await room.until("First finish “Cola 330 ml”")


async def test_a_typed_code_that_is_new_is_added_too_and_escape_leaves_no_line(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin()
        await room.say("4000417025005")
        await room.until("New here: add 4000417025005")
        await room.press("escape")
        await room.asked("Goods?")
        await room.until("Nothing entered yet")
        await room.say("6*4000417025005")
        await room.until("New here: add 4000417025005")
        await room.seat.press(*"Choc", "f2")
        await room.until("Choc: cost of all 6?")


async def test_a_line_is_changed_and_taken_off(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin()
        await room.enter(COLA, "12", "24", "", "-", kept="✓ Cola")
        await room.press("enter")
        await room.seat.until_shown("[12]")
        for answer in ("6", "", "L-2", "261201"):
            await room.say(answer)
        await room.until("✓ Cola 330 ml: 6 for 12.00.")
        await room.press("delete")
        await room.until("Take “Cola 330 ml” off?")
        await room.press("y", "enter")
        await room.until("is off the delivery")
        await room.until("Nothing entered yet")


async def test_a_scan_is_no_answer_where_something_must_be_typed(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.press("ctrl+n")
        await room.asked("Who delivers?")
        await room.scan(COLA)
        await room.until("First what stands on the paper")
        await room.press("escape")
        await room.begin()
        await room.scan(COLA, MILK)
        await room.until("First finish “Cola 330 ml”")
        await room.press("escape")
        await room.until("was not entered")
        await room.scan("4000417025005")
        await room.until("New here: add 4000417025005")
        await room.press("escape")
        await room.say("nothing like it")
        await room.until("is no goods of this shop")


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (("twelve",), "is no quantity"),
        (("12", "-3"), "-3"),
        (("12", "24", "", "31 Feb"), "is no day"),
        (("12", "24", "", "6m"), "Type the production date first"),
        (("12", "24", "", "p271201"), "is still to come"),
        (("12", "24", "", ""), "Type an answer"),
    ],
)
async def test_a_wrong_answer_is_said_and_asked_again(shop, answers, why):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin()
        await room.scan(COLA)
        for answer in answers:
            await room.say(answer)
        await room.until(why)
        assert "No line" not in room.running
        assert "Nothing entered yet" in room.running


async def test_words_find_goods(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin()
        await room.say("haz")
        await room.until("Hazelnut spread: how many (jar)?")


async def test_a_paper_is_not_booked_twice(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin(total="24")
        await room.enter(COLA, "12", "24", "", "-", kept="✓")
        await room.press("f2")
        await room.until("is booked")
        await room.press("ctrl+n")
        await room.asked("Who delivers?")
        for answer in ("1", "a-1", ""):
            await room.say(answer)
        await room.until("was booked already: delivery 1")
        await room.say("A-2")
        await room.say("")
        await room.asked("Goods?")


async def test_a_booked_delivery_is_looked_at_and_stays(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin(total="24")
        await room.enter(COLA, "12", "24", "", "-", kept="✓")
        await room.press("f2")
        await room.until("booked 22 Nov 26")
        await room.press("delete")
        await room.until("it stays as it is")
        await room.press("enter")
        await room.until("Cola 330 ml 12 can")
        await room.scan(MILK)
        await room.press("f2", "delete")
        await room.press("escape")
        await room.until("booked 22 Nov 26")
        assert there(shop, COLA).quantity == 12_000


async def test_a_draft_is_dropped_only_when_that_is_confirmed(shop):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin()
        await room.press("escape")
        await room.until("draft")
        await room.press("delete", "enter")
        await room.until("The draft stays.")
        await room.press("delete", "y", "enter")
        await room.until("Draft 1 is dropped")
        await room.until("There are no deliveries yet")


async def test_a_line_that_the_disk_refuses_is_tried_again(shop, monkeypatch):
    async with storeroom(shop) as room:
        await room.open()
        await room.begin()
        put, refused = shop.till.goods.deliveries.put, list[LineEntry]()

        def refuse_once(number, entry):
            if not refused:
                refused.append(entry)
                raise BooksError("books.disk_full")
            return put(number, entry)

        monkeypatch.setattr(shop.till.goods.deliveries, "put", refuse_once)
        await room.scan(COLA)
        for answer in ("12", "24", "", "-"):
            await room.say(answer)
        await room.until("Cola 330 ml is not kept yet. Try again?")
        await room.press("enter")
        await room.until("✓ Cola 330 ml: 12 for 24.00.")


async def test_the_question_stays_whole_beside_a_long_name(shop):
    name = "An exceedingly long name of something that is sold by the piece"
    row = ProductRow("2001", name, 500)
    shop.books.write(lambda c: import_products(c, [row])).result()
    async with storeroom(shop, (60, 20)) as room:
        await room.open()
        await room.begin()
        await room.scan("2001")
        await room.until("…: how many (pieces)? ▸")


# ---- goods out -----------------------------------------------------------------------------------


async def stocked(room):
    await room.open()
    await room.begin(total="48")
    await room.enter(MILK, "10", "24", "old", "261201", kept="✓")
    await room.enter(MILK, "10", "24", "new", "261224", kept="as on the paper")
    await room.press("f2")
    await room.until("is booked")
    await room.press("escape")
    await room.press("down", "enter")
    await room.seat.until(lambda: isinstance(room.seat.app.screen, GoodsOutScreen))


@pytest.mark.parametrize("size", [*SIZES, (60, 20)])
async def test_goods_are_written_off_with_a_reason(shop, size):
    async with storeroom(shop, size) as room:
        await stocked(room)
        await room.scan(MILK)
        await room.asked("how many")
        await room.say("3")
        await room.until("1 old, 1 Dec 26: 10 · 2 new")
        await room.say("2")
        await room.until("7 back to the supplier")
        await room.say("1")
        await room.until("✓ Milk 1 l: 3 gone (broken), cost 7.20.")
        assert there(shop, MILK, "new").quantity == 7000
        assert there(shop, MILK, "old").quantity == 10_000


async def test_what_goes_to_another_shop_says_which(shop):
    async with storeroom(shop) as room:
        await stocked(room)
        await room.scan(f"3*{MILK}")
        for answer in ("", "6", "North"):
            await room.say(answer)
        await room.until("gone (to another shop)")
        await room.until("to another shop: North")
        assert there(shop, MILK, "old").quantity == 7000


async def test_more_than_there_is_goes_only_when_that_is_confirmed(shop):
    async with storeroom(shop) as room:
        await stocked(room)
        await room.scan(COLA)
        for answer in ("3", "3"):
            await room.say(answer)
        await room.until("Only 0 of Cola 330 ml. Take out 3?")
        await room.press("enter")
        await room.until("nothing went")
        assert there(shop, COLA).quantity == 0


async def test_a_box_is_repacked(shop):
    async with storeroom(shop) as room:
        await stocked(room)
        await room.scan(MILK)
        for answer in ("1", "1", "8"):
            await room.say(answer)
        await room.until("becomes which goods?")
        await room.scan(UNPRICED)
        await room.until("How many of Odd cup does it become?")
        await room.say("5")
        await room.until("✓ 1 Milk 1 l became 5 Odd cup, cost 2.40.")
        assert there(shop, UNPRICED, "old")[1:3] == (5000, 240)
