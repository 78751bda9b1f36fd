"""The page with the shop's offers: the list, goods and scans, what past sales would have cost."""

import threading
from datetime import date
from decimal import Decimal

import apsw
from msgspec.structs import replace
from textual.events import Paste

from pos_tui.books.catalogue.offers import set_offer_on_product
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow, find_product
from pos_tui.books.connection import BooksError
from pos_tui.devices.scanners.scanner import Scanned
from pos_tui.pricing import Offer
from pos_tui.pricing.offer_file import offer_of
from pos_tui.pricing.offers import PercentOff, SpecialPrice
from pos_tui.settings import ScreenSettings
from pos_tui.tui.scan_driver import Scan
from tests.conftest import CHICKEN, COLA, MILK, SPREAD
from tests.tui.offers_office import CNY, Office, office, sell
from tests.tui.seat import sitting

# ---- the preview -----------------------------------------------------------------------------


async def test_the_check_shows_what_past_sales_would_have_cost(shop):
    async with sitting(shop) as seat:
        at = Office(seat)
        await sell(at, SPREAD, SPREAD)
        await at.open()
        await at.choose("special price")
        await at.fill(price="30", on=SPREAD)
        await at.check()
        await at.until("65.80) would have cost 60.00")
        await at.press("escape")
        assert at.form.texts["price"] == "30"
        assert len(at.offers) == 2


async def test_a_changed_offer_is_tried_on_past_sales_in_place_of_the_old_one(shop):
    async with sitting(shop) as seat:
        at = Office(seat)
        await sell(at, COLA, COLA)
        await at.open()
        await at.press("enter")
        await at.fill(price="")
        await at.press("delete")
        await at.fill(price="6.50")
        await at.check()
        await at.until("6.00) would have cost 6.50")


class SlowOffers:
    """The shop's offers, which look at past sales only when they may."""

    def __init__(self, offers):
        self._offers = offers
        self.go = threading.Event()

    def __getattr__(self, name):
        return getattr(self._offers, name)

    def preview(self, offers, days):
        assert self.go.wait(20)
        return self._offers.preview(offers, days)


async def test_the_page_answers_while_past_sales_are_looked_at(shop):
    async with sitting(shop) as seat:
        at = Office(seat)
        slow = SlowOffers(shop.till.goods.offers)
        await at.open(slow)
        await at.choose("special price")
        await at.fill(price="30", on=SPREAD)
        await at.check()
        try:
            assert "Looking at past sales …" in at.text
            await at.press("escape", "f2")
            await at.until("Is this the offer?")
        finally:
            slow.go.set()
        await at.until("There are no sales of the last 7 days")


class BrokenOffers(SlowOffers):
    """Offers in books that take nothing."""

    def keep(self, offers, instead_of=0):
        raise BooksError("The disk is full. Nothing was kept; make room and try again.")

    def retire(self, offer_id):
        raise BooksError("The disk is full. Nothing was kept; make room and try again.")

    def preview(self, offers, days):
        raise BooksError("The books cannot be opened.")


async def test_books_that_take_nothing_are_told_and_the_offer_is_still_there(shop):
    async with sitting(shop) as seat:
        at = Office(seat)
        await at.open(BrokenOffers(shop.till.goods.offers))
        await at.choose("special price")
        await at.fill(price="30", on=SPREAD)
        await at.check()
        await at.until("Past sales could not be looked at")
        await at.press("enter")
        await at.until("The disk is full. Nothing was kept")
        await at.press("escape")
        assert at.form.texts["price"] == "30"
        await at.press("escape", "escape", "delete", "y", "enter")
        await at.until("The disk is full. Nothing was kept")
        assert len(at.offers) == 2


# ---- the list --------------------------------------------------------------------------------


async def test_the_list_shows_each_offers_state_goods_and_times(shop):
    def offer(name, **table):
        shop.set_offer(offer_of({"name": name, "kind": "percent_off", "percent": 5, **table}, CNY))

    offer("Evening", hours=["17:00-19:00"], on=["category:drinks"])
    offer("Gone", ends=date(2026, 11, 20))
    shop.set_offer(Offer(name="[b]Few[/b]", gives=SpecialPrice(100), limit_total=3))
    connection = apsw.Connection(str(shop.books.path))
    connection.execute("UPDATE offers SET used = 3 WHERE name LIKE '%Few%'")
    connection.close()
    async with office(shop) as at:
        rows = {row.strip("│ ").split("  ")[0]: " ".join(row.split()) for row in at.seat.rows}
        assert "Cola 330 ml always" in rows["✓ 2 for 6"]
        assert "category:drinks 17:00-19:00" in rows["○ Evening"]
        assert "everything over: until 20 Nov" in rows["✗ Gone"]
        assert "used up" in rows["✗ [b]Few[/b]"]
        await at.press("down", "down", "down", "down")
        assert "3 of 3 used" in at.text


async def test_an_empty_list_says_what_to_press(shop):
    async with sitting(shop) as seat:
        for row in shop.till.goods.offers.rows():
            shop.till.goods.offers.retire(row.offer.id)
        at = Office(seat)
        await at.open()
        assert "Press ^N to make one" in at.text
        await at.press("enter", "delete", "up", "insert")
        assert "which kind?" in at.text


async def test_an_offer_is_taken_back_only_with_y_and_enter(shop):
    async with office(shop) as at:
        await at.press("delete", "enter")
        assert "Nothing was taken back" in at.text
        await at.press("delete", "escape", "enter", "escape")
        assert len(at.offers) == 2
        await at.press("delete", "y", "enter")
        await at.until("is taken back")
        assert [offer.name for offer in at.offers] == ["−10 %"]


async def test_a_changed_offer_keeps_its_name_and_a_renamed_one_takes_the_old_ones_place(shop):
    shop.offer(MILK, "Milk week", PercentOff(Decimal(5)))
    async with office(shop) as at:
        await at.press("down", "down", "enter")
        await at.press("delete")
        await at.fill(percent="7.5")
        await at.check()
        assert "It takes the place of “Milk week”" in at.text
        await at.keep()
        assert at.offer("Milk week").gives == PercentOff(Decimal("7.5"))
        await at.press("enter")
        await at.go_to("name")
        await at.press("delete")
        await at.type("Milk days")
        await at.check()
        await at.keep()
        assert {offer.name for offer in at.offers} == {"2 for 6", "−10 %", "Milk days"}
        assert "“Milk days”" in at.text


async def test_an_offer_that_is_named_by_what_it_gives_is_renamed_when_that_changes(shop):
    async with office(shop) as at:
        await at.press("enter")
        await at.go_to("price")
        await at.press("delete", "5")
        await at.check()
        await at.keep()
        assert {offer.name for offer in at.offers} == {"2 for 5", "−10 %"}


async def test_an_offer_that_came_with_the_goods_is_replaced_when_it_is_changed(shop):
    def with_goods(connection):
        milk = find_product(connection, "0" + MILK)
        assert milk
        offer = Offer(name="−5 %", gives=PercentOff(Decimal(5)), on=(f"product:0{MILK}",))
        set_offer_on_product(connection, milk.id, offer, shop.now)

    shop.books.write(with_goods).result()
    async with office(shop) as at:
        await at.press("down", "down", "enter")
        await at.fill(customers="member")
        await at.check()
        await at.keep()
        assert [offer.customers for offer in at.offers if offer.name == "−5 %"] == [("member",)]


async def test_many_offers_scroll_and_the_selected_one_is_always_seen(shop):
    for n in range(40):
        shop.offer(MILK, f"Offer {n:02d}", PercentOff(Decimal(5)))
    async with office(shop) as at:
        await at.press(*["pagedown"] * 6)
        assert "Offer 39" in at.text
        assert "↑↓ select" in at.seat.rows[22]
        await at.press(*["pageup"] * 6)
        assert "✓ 2 for 6" in at.text


async def test_an_offer_on_hundreds_of_goods_fits_the_pages_and_looks_few_names_up(shop):
    codes = [f"T{n}" for n in range(300)]
    rows = [ProductRow(code, f"Thing {code}", 100) for code in codes]
    shop.books.write(lambda c: import_products(c, rows)).result()
    on = tuple(f"product:{code}" for code in codes)
    shop.set_offer(Offer(name="Clearing out", gives=PercentOff(Decimal(5)), on=on))
    async with office(shop) as at:
        await at.press("down", "down")
        assert "and 288 more" in at.text
        assert "↑↓ select" in at.seat.rows[22]
        await at.press("enter")
        await at.check()
        assert "Enter keeps it" in at.seat.rows[22]
        assert "Example: 1 x Thing" in at.text
        await at.keep()
        assert at.offer("Clearing out").on == on
        assert len(at.seat.app.screen._names) < 20


# ---- scans and goods -------------------------------------------------------------------------


async def test_a_scan_adds_goods_on_the_row_on_and_nowhere_else(shop, monkeypatch):
    async with office(shop) as at:
        bells = []
        monkeypatch.setattr(at.seat.app, "bell", lambda: bells.append(1))
        await at.scan(COLA)
        assert "close this page (Esc) to sell" in at.text
        await at.press("ctrl+n")
        await at.scan(COLA)
        assert "not taken" in at.text
        await at.press("enter")
        await at.scan(COLA)
        assert "goods are scanned in a field of goods" in at.text
        assert len(bells) == 3
        assert not any(at.form.texts.values())
        await at.go_to("on")
        await at.scan(COLA)
        assert "Cola 330 ml: added" in at.text
        await at.scan(CHICKEN)
        await at.scan(COLA)
        assert "Cola 330 ml is there already" in at.text
        await at.scan("4006381333931")
        assert "not in the shop's books" in at.text
        await at.scan("134567890123456789")
        assert "payment code" in at.text
        assert "134567890123456789" not in at.text
        assert at.form.texts["on"].strip(", ").split(", ") == [COLA, CHICKEN]
        await at.fill(count="2", price="1")
        await at.check()
        await at.scan(COLA)
        assert "not taken" in at.text
        assert shop.till.sale.is_empty


async def test_a_scan_torn_by_a_busy_machine_is_put_together_on_the_row_on(shop):
    async with office(shop) as at:
        await at.choose("special price")
        await at.go_to("on")
        await at.scan(MILK)
        await at.type(COLA[:4])
        await at.scan(COLA[4:], began=at.form.typed_at)
        assert at.form.texts["on"].strip(", ").split(", ") == [MILK, COLA]
        await at.type("sp")
        await at.scan(SPREAD, began=at.form.typed_at)
        assert "Hazelnut spread: added" in at.text


async def test_neither_a_paste_nor_a_scanners_keys_become_text_in_a_field(shop):
    async with office(shop) as at:
        await at.choose("special price")
        at.seat.app.post_message(Paste(COLA))
        at.seat.app.post_message(Scan(Scanned(MILK, 1.0, 1.1)))
        await at.until("A code was scanned and not taken")
        assert not any(at.form.texts.values())
        await at.go_to("on")
        at.seat.app.post_message(Paste(COLA))
        at.seat.app.post_message(Scan(Scanned(MILK, 1.0, 1.1)))
        await at.until("Milk")
        assert at.form.texts["on"] == f"{COLA}, {MILK}, "


async def test_a_key_that_the_shop_has_given_to_another_command_holds_here_too(shop):
    keys = {"find": "f5", "remove": "f6"}
    shop.settings = replace(shop.settings, screen=ScreenSettings(keys=keys))
    async with office(shop) as at:
        await at.press("f6", "y", "enter")
        await at.until("is taken back")
        await at.choose("special price")
        await at.fill(on="spread")
        await at.press("f3")
        assert at.form.texts["on"] == "spread"
        await at.press("f5")
        assert "Hazelnut spread: added." in at.text


async def test_goods_are_found_by_words_and_chosen_among_several(shop):
    async with office(shop) as at:
        await at.choose("special price")
        await at.press("f3")
        assert "F3 finds goods for a field that names goods" in at.text
        await at.go_to("on")
        await at.type("category:tea, l")
        await at.press("f3")
        assert "Find goods for “on what”" in at.text
        await at.scan(MILK)
        assert "not taken" in at.text
        await at.press("backspace")
        await at.type("mil")
        assert "Milk 1 l" in at.text
        await at.press("enter")
        assert at.form.texts["on"] == f"category:tea, {MILK}, "
        await at.press("f3")
        await at.type("nothing like it")
        assert "nothing found" in at.text
        await at.press("enter", "escape")
        assert at.form.texts["on"] == f"category:tea, {MILK}, "


async def test_what_was_typed_is_dropped_only_with_esc_twice(shop):
    async with office(shop) as at:
        await at.choose("special price")
        await at.fill(price="5")
        await at.press("escape")
        assert "Esc once more drops what was typed" in at.text
        await at.press("down", "escape")
        assert at.form.texts["price"] == "5"
        await at.press("escape")
        assert "↑↓ select · Enter changes it" in at.text


async def test_a_space_sets_a_flag_and_letters_do_not(shop):
    async with office(shop) as at:
        await at.choose("n for a price")
        await at.go_to("same item")
        await at.type("x")
        assert "Space sets or clears" in at.text
        await at.press("space")
        assert at.form.texts["same_item"] == "yes"
        await at.press("space")
        assert at.form.texts["same_item"] == ""


async def test_enter_goes_from_row_to_row_and_checks_on_the_last_as_alt_s_does(shop):
    async with office(shop) as at:
        await at.choose("special price")
        await at.type("30")
        await at.press("enter", "enter")
        assert at.form.key == "on"
        await at.type(SPREAD)
        await at.press(*["enter"] * (len(at.form.texts) - 2))
        await at.until("Is this the offer?")
        await at.press("escape", "alt+s")
        await at.until("Is this the offer?")
