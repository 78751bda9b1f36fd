"""What is wrong behind the till, with the demo's servers, is said on the screen; cash goes on."""

import threading

from pos_tui.reasons import because
from tests.conftest import COLA
from tests.tui.seat import sitting

WHY = because(
    "demo.cash_only",
    why=because("demo.servers_late", parts=("gateway", "relay")),
    log="/shop/cloud/cloud.log",
)


async def test_servers_that_do_not_start_are_said_and_cash_is_taken(shop):
    async with sitting(shop, await_trouble=lambda: WHY) as seat:
        await seat.until_shown("did not start (gateway, relay): cash only")
        assert "/shop/cloud/cloud.log" in seat.text
        await seat.scan(COLA)
        await seat.press("plus")
        await seat.type("5")
        await seat.press("enter")
        await seat.until_shown("change 1.50")


async def test_trouble_comes_up_in_the_middle_of_a_sale_and_the_list_stays(shop):
    is_wrong = threading.Event()

    def await_trouble():
        is_wrong.wait(60)
        return WHY

    async with sitting(shop, await_trouble=await_trouble) as seat:
        await seat.scan(COLA)
        is_wrong.set()
        await seat.until_shown("cash only")
        assert shop.total == 350


async def test_a_till_with_nothing_wrong_behind_it_says_nothing(shop):
    asked = threading.Event()

    def await_trouble():
        asked.set()

    async with sitting(shop, await_trouble=await_trouble) as seat:
        await seat.until(asked.is_set)
        assert "cash only" not in seat.text
