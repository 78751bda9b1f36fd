"""The question for cash: exact by one key, the next note by another, too little stays open."""

import pytest
from msgspec.structs import replace

from pos_tui.checkout.events import Notice
from pos_tui.money import Currency
from pos_tui.reasons import plain
from pos_tui.settings import CashSettings
from pos_tui.settings.notes import next_note, notes_of
from tests.conftest import COLA, MILK, SPREAD
from tests.tui.seat import put_under_way, sitting


@pytest.mark.parametrize("key", ["enter", "equals_sign"])
async def test_one_key_is_the_exact_amount(shop, key):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        assert "Enter exact" in seat.rows[-1]
        await seat.press(key)
        await shop.till.until_idle()
        await seat.pilot.pause()
        assert "change 0.00" in seat.text
        assert shop.till.sale.number == 2


async def test_the_key_again_offers_the_next_note_and_typing_replaces_it(shop):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus", "plus")
        assert ": 50.00▁" in seat.text
        await seat.press("plus")
        assert ": 100.00▁" in seat.text
        await seat.type("40")
        assert ": 40▁" in seat.text
        await seat.press("enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        assert "change 7.10" in seat.text


async def test_the_notes_are_those_of_the_settings(shop):
    shop.settings = replace(shop.settings, cash=CashSettings(notes=(40, 1000)))
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus", "plus", "plus")
        assert ": 1000.00▁" in seat.text


async def test_too_little_pays_a_part_and_what_is_left_is_the_large_number(shop):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        await seat.type("30")
        await seat.press("enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        assert "30.00 is paid; 2.90 is left to pay" in seat.rows[-3]
        assert "LEFT TO PAY" in seat.text
        assert "+ pay the rest" in seat.rows[-1]
        await seat.press("enter")  # a second Enter of the same hand pays nothing
        assert shop.till.sale.number == 1
        await seat.press("plus")
        assert "Pay 2.90" in seat.rows[-2]
        await seat.type("5")
        await seat.press("enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        assert "change 2.10" in seat.text


async def test_what_does_not_pay_is_said_and_the_question_stays_open(shop):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        await seat.type("c40")
        await seat.press("enter")
        assert "only cash gives change" in seat.text
        assert "Pay 32.90" in seat.rows[-2]


async def test_a_code_that_pays_nothing_leaves_the_question_and_its_keys(shop):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        await seat.scan("4006381333931")
        assert "Not in the shop's books" in seat.text
        assert "Pay 32.90" in seat.rows[-2]
        assert "Enter exact" in seat.rows[-1]


async def test_what_is_paid_in_part_is_given_back_after_a_question(shop):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        await seat.type("c10 4242")
        await seat.press("enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        await seat.press("f12")
        assert "Give back the 10.00 paid so far?" in seat.rows[-2]
        await seat.press("y", "enter")
        assert "card ending 4242" in seat.text
        assert "LEFT TO PAY" not in seat.text
        await seat.scan(COLA)
        assert len(shop.till.sale.list.lines) == 2


async def test_an_item_scanned_in_the_question_is_said_with_what_is_due_now(shop):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        await seat.scan(MILK)
        assert "Milk 1 l is on the list now: 45.80 to pay." in seat.rows[-3]
        assert "Pay" not in seat.rows[-2]
        await seat.press("enter")
        assert shop.till.sale.number == 1


async def test_the_keys_follow_the_state(shop):
    async with sitting(shop, (60, 20)) as seat:
        await seat.scan(COLA)
        assert "+ Pay" in seat.rows[-1]
        assert "F12 Void" in seat.rows[-1]
        await seat.press("f2")
        assert seat.rows[-1].split("  ") == [" Enter answer", "Esc back"]
        await seat.press("escape", "plus")
        assert "+ next note" in seat.rows[-1]
        await seat.press("enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        assert "F11 receipt again" in seat.rows[-1]
        await seat.scan(COLA)
        put_under_way(shop)
        seat.till_screen.show(Notice(plain("under way")))
        await seat.pilot.pause()
        assert "F12 give up" in seat.rows[-1]
        assert "Enter ask now" in seat.rows[-1]


def test_notes_are_in_minor_units_and_after_the_largest_come_several_of_it():
    notes = notes_of(Currency.of("CNY"))
    assert next_note(4770, notes) == 5000
    assert next_note(5000, notes) == 10000
    assert next_note(10000, notes) == 20000
    assert next_note(23050, notes) == 30000
    assert next_note(999, notes_of(Currency.of("JPY"))) == 1000
    assert notes_of(Currency.of("KWD"))[0] == 5000
    assert notes_of(Currency.of("CNY"), (100, 20)) == (2000, 10000)
