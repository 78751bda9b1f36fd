"""The page of wallets and cards: days beside their bills, and what came to the bank, by keys."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from pos_tui.books.ledger.clearing import keep_bill
from pos_tui.text_width import width_of
from pos_tui.till.money.clearing import PlatformBill
from pos_tui.wording.current import use
from tests.conftest import MILK
from tests.tui.seat import sitting


@asynccontextmanager
async def clearing(shop, size=(80, 24), billed=None):
    """A milk was paid by card; the bill has so much, or there is none."""
    async with sitting(shop, size) as seat:
        await seat.scan(MILK)
        shop.till.pay("c= 4242")
        await shop.till.until_idle()
        if billed is not None:
            bill = PlatformBill("Card", shop.now.date(), billed, 0)
            shop.books.write(lambda c: keep_bill(c, shop.now, "Ada", bill)).result()
        await seat.open_money("clearing")
        await seat.until_shown("2026-11-22")
        yield seat


@pytest.mark.parametrize(
    ("billed", "sentence"),
    [(None, "has not been read"), (1290, "has the same"), (1300, "0.10 more"), (0, "12.90 less")],
)
async def test_a_day_is_beside_its_bill(shop, billed, sentence):
    async with clearing(shop, billed=billed) as seat:
        await seat.until_shown(sentence)
        row = next(row for row in seat.rows if "2026-11-22" in row)
        assert "Card" in row
        assert row.split()[-2] == "12.90"


async def test_what_came_to_the_bank_is_booked_once(shop):
    async with clearing(shop) as seat:
        await seat.press("f2")
        await seat.until_shown("Paid to the bank: Card")
        await seat.press(*["backspace"] * 5)
        await seat.type("12")
        await seat.press("down")
        await seat.type("0.90")
        await seat.press("down")
        await seat.type("A-1")
        await seat.press("enter")
        await seat.until_shown("Card: A-1 is booked.")
        assert next(row for row in seat.rows if "2026-11-22" in row).split()[-2] == "0.00"
        await seat.press("f2")
        await seat.until_shown("Paid to the bank")
        await seat.type("1")
        await seat.press("down", "down")
        await seat.type("A-1")
        await seat.press("enter")
        await seat.until_shown("is booked already")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_the_page_fits_its_screen(shop, language, size):
    async with clearing(shop, size, billed=0) as seat:
        use(language)
        await seat.press("escape", "escape")
        await seat.open_money("clearing")
        await seat.until_shown("2026-11-22")
        for row in seat.rows:
            assert width_of(row) <= size[0]
        assert "…" not in seat.rows[-2], seat.text
