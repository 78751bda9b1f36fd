"""Keys that are pressed before their page stands reach it, in their order."""

import threading

from pos_tui.tui.pages.drawer import DrawerScreen
from pos_tui.tui.pages.drawer_moves import DrawerMovePage
from pos_tui.tui.till_screen import TillScreen
from tests.conftest import MILK
from tests.tui.seat import key_of, sitting


def press_at_once(seat, *keys):
    """Press keys faster than the screen follows."""
    for key in keys:
        seat.app.post_message(key_of(key))


async def test_what_is_typed_right_behind_a_row_is_typed_into_its_page(shop):
    async with sitting(shop) as seat:
        drawer = shop.till.money.drawer
        drawer.open("Ada")
        await seat.open_money("drawer")
        await seat.until_shown("Pay out")
        press_at_once(seat, *"Pay", "space", *"out", "enter", "2", "0", "enter", "1", "enter")
        await seat.until_shown("20.00 paid out")
        assert drawer.status().shift is not None


async def test_from_the_sale_to_the_drawer_without_a_look_at_the_screen(shop):
    async with sitting(shop) as seat:
        shop.till.money.drawer.open("Ada")
        drop = *"drop", *(["backspace"] * 4)
        pay_out = *"Pay", "space", *"out", "enter", "5", "enter", "1", "enter"
        press_at_once(seat, "f5", "enter", *drop, *pay_out)
        await seat.until_shown("5.00 paid out")


async def test_keys_wait_for_the_books_and_escape_does_not(shop, monkeypatch):
    async with sitting(shop) as seat:
        drawer = shop.till.money.drawer
        drawer.open("Ada")
        go_on, status = threading.Event(), drawer.status

        def slowly():
            assert go_on.wait(10)
            return status()

        monkeypatch.setattr(drawer, "status", slowly)
        press_at_once(seat, "f5", "enter", *"Pay", "space", *"in", "enter", "7")
        await seat.until(lambda: isinstance(seat.app.screen, DrawerScreen))
        await seat.pilot.pause()
        assert not isinstance(seat.app.screen, DrawerMovePage)
        press_at_once(seat, "escape")
        await seat.until(lambda: not isinstance(seat.app.screen, DrawerScreen))
        go_on.set()
        press_at_once(seat, "escape")
        await seat.until(lambda: isinstance(seat.app.screen, TillScreen))
        await seat.scan(MILK)
        assert [line.item.name for line in seat.till_screen.view.lines] == ["Milk 1 l"]
