"""The page on which a shopkeeper makes offers, by keys only."""

import threading
from collections.abc import Mapping
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal

import apsw
import pytest
from msgspec.structs import replace
from textual.events import Key, Paste
from textual.keys import _character_to_key

from pos_tui.books.catalogue.offers import set_offer_on_product
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow, find_product
from pos_tui.books.connection import BooksError
from pos_tui.devices.scanners.scanner import Scanned
from pos_tui.money import Currency
from pos_tui.pricing import Offer
from pos_tui.pricing.offer_file import KINDS, offer_of
from pos_tui.pricing.offer_short import offer_name
from pos_tui.pricing.offers import PercentOff, SpecialPrice
from pos_tui.settings import ScreenSettings
from pos_tui.tui.pages.offer_fields import (
    OFFER_KINDS,
    fields_of,
    kind_of,
    table_from,
    texts_of,
)
from pos_tui.tui.pages.offers import OfferPage, OffersScreen
from pos_tui.tui.parts.form import Form
from pos_tui.tui.scan_driver import Scan
from pos_tui.tui.till_screen import TillScreen
from tests.conftest import CHICKEN, COLA, MILK, SPREAD
from tests.tui.seat import SIZES, Seat, sitting

CNY = Currency.of("CNY")


class Office:
    """Somebody who makes offers, in front of a till's screen."""

    def __init__(self, seat: Seat) -> None:
        self.seat, self.press = seat, seat.press

    @property
    def text(self):
        """What the screen shows, and the same again as running words."""
        words = " ".join(" ".join(row.strip("│ ") for row in self.seat.rows).split())
        return f"{self.seat.text}\n{words}"

    async def open(self, offers=None):
        till = self.seat.counter.till
        screen = OffersScreen(
            self.seat.app.palette, till.settings, offers or till.goods.offers, till.find
        )
        self.seat.app.push_screen(screen)
        await self.seat.pilot.pause()

    async def type(self, text):
        """As the terminal sends it: a press of each key by Pilot would take its time."""
        await self.tap(*((_character_to_key(character), character) for character in text))

    async def tap(self, *keys):
        for key, character in keys:
            self.seat.app.post_message(Key(key, character))
        await self.seat.pilot.pause()

    async def scan(self, code, began=None):
        await self.seat.scan(code, began=began)

    async def until(self, words):
        await self.seat.until(lambda: words in self.text)

    async def choose(self, title):
        """The kind of a new offer."""
        await self.press("ctrl+n")
        index = [each.title for each in OFFER_KINDS].index(title)
        await self.tap(*[("down", None)] * index, ("enter", "\r"))

    async def go_to(self, label):
        """The field with this label."""
        for _ in range(600):
            if isinstance(self.seat.app.screen, OfferPage) and self.form.key:
                break
            await self.seat.pilot.pause(0.02)
        key = label.replace(" ", "_")
        keys = list(self.form.texts)
        by = keys.index(key) - keys.index(self.form.key)
        await self.tap(*[("down" if by > 0 else "up", None)] * abs(by))

    async def fill(self, **texts):
        for key, text in texts.items():
            await self.go_to(key)
            if text is True:
                await self.press("space")
            else:
                await self.type(text)

    async def check(self):
        await self.press("f2")
        await self.until("Is this the offer?")

    async def keep(self):
        await self.press("enter")
        await self.until("is kept")

    @property
    def form(self) -> Form:
        """The form that is filled in."""
        screen = self.seat.app.screen
        assert isinstance(screen, OfferPage), screen
        return screen.form

    @property
    def offers(self):
        return [row.offer for row in self.seat.counter.till.goods.offers.rows()]

    def offer(self, name):
        return next(offer for offer in self.offers if offer.name == name)


@asynccontextmanager
async def office(shop, size=(80, 24), offers=None):
    async with sitting(shop, size) as seat:
        at = Office(seat)
        await at.open(offers)
        yield at


# ---- making one ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_three_for_ten_is_made_by_keys_alone_and_prices_the_next_sale(shop, size):
    async with office(shop, size) as at:
        await at.press("ctrl+n", "enter", "3", "down", "6", "0", "down", "down", *"spread", "f3")
        assert "Hazelnut spread: added." in at.text
        await at.check()
        assert "“3 for 60”, on Hazelnut spread." in at.text
        assert "3 x Hazelnut spread: 60.00 instead of 98.70" in at.text
        assert all(len(row) <= size[0] for row in at.seat.rows)
        await at.keep()
        assert "✓ 3 for 60" in at.text
        await at.press("escape")
        assert isinstance(at.seat.app.screen, TillScreen)
        await sell(at, MILK)
        await at.seat.scan(SPREAD, SPREAD, SPREAD)
        assert shop.till.sale.list.totals.total == 6000


MADE: Mapping[str, Mapping[str, str | bool]] = {
    "n for a price": {"count": "2", "price": "50", "on": SPREAD},
    "percent off": {"percent": "12,5%", "on": SPREAD, "weekdays": "sat - mon"},
    "amount off": {"amount": "1.50", "on": f"{SPREAD}, {MILK}", "hours": "17:00-19:00"},
    "special price": {"price": "2.99", "on": COLA, "starts": "2026-11-20", "ends": "2026-11-30"},
    "the more the cheaper": {"steps": "3: 5%, 6: 4,50", "on": SPREAD},
    "buy some, get some": {"buy": "2", "get": "1", "on": COLA, "get_on": MILK},
    "every nth cheaper": {"nth": "2", "percent": "50", "on": SPREAD, "same_item": True},
    "meal deal": {"groups": f"{COLA} / {MILK}, {SPREAD}", "price": "14"},
    "near expiry": {"steps": "2: 30%, 0: 50%", "on": MILK},
    "off the basket": {"over": "100", "amount": "20", "every": True, "min_amount": "10"},
    "member price": {"price": "9.90", "on": MILK, "limit": "2"},
    "clearance": {"price": "5", "on": SPREAD, "limit_total": "40"},
    "staff discount": {"percent": "10", "stackable": True, "priority": "-1"},
    "coupon": {"coupon": "save10", "over": "50", "amount": "10"},
}


@pytest.mark.parametrize("choice", OFFER_KINDS, ids=lambda choice: choice.title)
async def test_every_kind_can_be_made_and_opened_again_as_it_was(shop, choice):
    async with office(shop) as at:
        await at.choose(choice.title)
        await at.fill(**MADE[choice.title], name="Made by hand")
        await at.check()
        await at.keep()
        made = at.offer("Made by hand")
        assert kind_of(made, CNY).kind == choice.kind
        await at.press("enter")
        assert "Change “Made by hand”" in at.text
        await at.check()
        await at.keep()
        again = at.offer("Made by hand")
        assert replace(again, id=0) == replace(made, id=0)
        assert len(at.offers) == 3


def test_there_is_a_choice_for_each_kind_and_a_hint_for_each_field():
    assert {choice.kind for choice in OFFER_KINDS} == set(KINDS)
    for choice in OFFER_KINDS:
        for field in fields_of(choice, CNY):
            assert field.hint and not field.hint.startswith("offers_page.")
            assert field.label and not field.label.startswith("offers_page.")


TABLES = [
    {"name": "a", "kind": "percent_off", "percent": "33.3333", "on": ["all"]},
    {"name": "b", "kind": "special_price", "price": "0.00", "on": ["category:fruit, veg", "tag:x"]},
    {"name": "c", "kind": "tiers", "steps": [{"count": 2, "price": 1}], "recurs": "FREQ=DAILY"},
    {"name": "d", "kind": "meal_deal", "groups": [["category:a / b", COLA], ["tag:y"]], "price": 5},
    {"name": "e", "kind": "percent_off", "percent": 5, "starts": "2026-11-22 17:30"},
    {"name": "f", "kind": "percent_off", "percent": 5, "ends": date(2026, 11, 30), "group": "g h"},
    {"name": "g", "kind": "percent_off", "percent": 5, "ends": "2026-11-30T00:00:00+08:00"},
    {"name": "h", "kind": "percent_off", "percent": 5, "but": ["00012345678905", "all", "AB-1"],
     "customers": ["member", "staff"], "coupon": "X", "weekdays": ["sun"], "hours": ["22:00-02:00"],
     "min_quantity": 2, "min_amount": "3.00", "limit": 4, "limit_total": 5, "same_item": True},
    {"name": "i", "kind": "basket", "percent": 5, "full_price_only": True, "stackable": True},
    {"name": "j", "kind": "near_expiry", "steps": [{"days": 2, "percent": "7.5"}]},
    {"name": "k", "kind": "buy_get", "buy": 1, "get": 1, "percent": 50, "get_on": ["brand:z"]},
]  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table["name"])
def test_an_offer_from_elsewhere_is_the_same_after_it_was_opened_in_the_form(table):
    offer = offer_of(table, CNY)
    texts = texts_of(offer, offer_name(offer.gives, CNY), CNY)
    assert offer_of(table_from(kind_of(offer, CNY), texts), CNY) == offer


async def test_an_offer_without_a_name_is_named_by_what_it_gives_and_never_takes_anothers_place(
    shop,
):
    async with office(shop) as at:
        await at.choose("n for a price")
        await at.fill(count="2", price="6", on=MILK)
        await at.check()
        await at.keep()
        assert {offer.name for offer in at.offers} == {"2 for 6", "−10 %", "2 for 6 (2)"}
        await at.choose("n for a price")
        await at.fill(count="3", price="9", name="2 for 6", on=MILK)
        await at.press("f2")
        await at.until("There is another offer with the name “2 for 6”")
        assert len(at.offers) == 3


async def test_a_wrong_offer_is_told_in_full_and_nothing_typed_is_lost(shop):
    async with office(shop) as at:
        await at.choose("amount off")
        await at.fill(amount="5", on=COLA, name="Too good")
        await at.press("f2")
        await at.until("and 5.00 would come off")
        assert (
            "“Too good” gives below zero: 1 x 5449000000996 costs 3.50, and 5.00 would come off."
            in at.text
        )
        assert {"amount": "5", "on": COLA, "name": "Too good"}.items() <= at.form.texts.items()
        await at.go_to("amount")
        await at.press("delete", "1")
        await at.check()
        assert "1 x Cola 330 ml: 2.50 instead of 3.50" in at.text


@pytest.mark.parametrize(
    ("choice", "texts", "say", "field"),
    [
        ("n for a price", {"price": "10"}, "count is missing", "count"),
        ("n for a price", {"count": "x", "price": "1"}, "write a whole number", "count"),
        ("the more the cheaper", {"steps": "three"}, "“three” is no step", "steps"),
        ("percent off", {"percent": "5", "weekdays": "mon-xyz"}, "are no weekdays", "weekdays"),
        ("percent off", {"percent": "5", "ends": "22.11."}, "write a date like", "ends"),
        ("coupon", {"over": "50", "amount": "5"}, "coupon is empty", "coupon"),
    ],
)
async def test_the_field_that_is_wrong_is_selected(shop, choice, texts, say, field):
    async with office(shop) as at:
        await at.choose(choice)
        await at.fill(**texts)
        await at.press("f2")
        await at.until(say)
        assert at.form.key == field


# ---- the preview -----------------------------------------------------------------------------


async def sell(at, *codes):
    till = at.seat.counter.till
    number = till.sale.number
    await at.seat.scan(*codes)
    till.pay("500")
    await at.seat.counter.until_true(lambda: till.sale.number > number)


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
