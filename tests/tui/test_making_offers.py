"""Offers are made by keys only, each kind, and opened again as they were."""

from collections.abc import Mapping
from datetime import date

import pytest
from msgspec.structs import replace

from pos_tui.pricing.offer_file import KINDS, offer_of
from pos_tui.pricing.offer_short import offer_name
from pos_tui.tui.pages.offer_fields import (
    OFFER_KINDS,
    fields_of,
    kind_of,
    table_from,
    texts_of,
)
from pos_tui.tui.till_screen import TillScreen
from tests.conftest import COLA, MILK, SPREAD
from tests.tui.offers_office import CNY, office, sell
from tests.tui.seat import SIZES

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
