"""Answers that a line bunches, scans while a question is open, refusals before a question."""

import pytest

from tests.conftest import COLA, SPREAD, UNPRICED
from tests.tui.seat import sitting


@pytest.mark.parametrize("typed", ["100", "10.50", "1000"])
async def test_cash_typed_over_a_line_that_bunches_keys_stays_in_the_question(shop, typed):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        await seat.press("plus")
        await seat.scan(typed, began=seat.hands.at)
        assert "Pay 3.50" in seat.text
        assert f"{typed}" in seat.rows[-2]
        assert "books" not in seat.text
        assert shop.till.sale.state == "open"
        await seat.press("enter", after_s=0.1)
        assert shop.till.sale.state == "open", "a second end is no answer"
        await seat.press("enter")
        await seat.until_shown("is paid: 3.50")


async def test_a_yes_that_looks_like_a_scan_voids_only_with_an_enter_of_its_own(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        await seat.press("f12")
        await seat.scan("yes", began=seat.hands.at)
        assert shop.till.sale.list.lines
        await seat.press("enter")
        await seat.until(lambda: not shop.till.sale.list.lines)


async def test_a_short_code_of_the_shop_is_a_scan_in_the_cash_question_too(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        await seat.press("plus")
        await seat.scan(UNPRICED, began=seat.hands.at)
        assert "Odd cup has no price" in seat.text


async def test_an_item_scanned_while_money_is_taken_is_said_with_the_new_total(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        await seat.press("plus", "5")
        await seat.scan(SPREAD)
        assert "Hazelnut spread is on the list now: 36.40 to pay." in seat.text
        assert not seat.till_screen.entry.is_used


async def test_an_unknown_code_scanned_while_money_is_taken_leaves_the_question_open(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        await seat.press("plus")
        await seat.scan("4006381333931")
        assert "Not in the shop's books" in seat.text
        await seat.type("4")
        assert "Pay 3.50" in seat.text
        await seat.press("enter")
        await seat.until_shown("is paid: 3.50")


@pytest.mark.parametrize("key", ["f2", "f7"])
async def test_a_closed_list_refuses_before_it_asks(shop, key):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        shop.till.sale.state = "awaiting"
        await seat.press(key)
        assert "The list is closed" in seat.text
        assert not seat.till_screen.entry.is_used
        shop.till.sale.state = "open"
