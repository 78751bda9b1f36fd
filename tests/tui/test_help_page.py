"""F1: first what matters at this moment; codes to try are chosen there."""

import pytest

from pos_tui.checkout.events import LinkChanged, Notice
from pos_tui.demo.guide import Guide
from pos_tui.devices.scanners.scanner import ScannerState
from pos_tui.reasons import because, plain
from tests.conftest import BREAD, COLA
from tests.tui.seat import put_under_way, sitting


async def test_help_begins_with_what_can_be_done_now(shop):
    async with sitting(shop) as seat:

        async def first_words():
            await seat.press("f1")
            words = " ".join(row.strip("│ ") for row in seat.rows[1:4])
            await seat.press("escape")
            return words

        assert "scan the goods, or type a code" in await first_words()
        await seat.scan(COLA)
        assert "scan the customer's payment code" in await first_words()
        await seat.scan(BREAD)
        assert "past its date" in await first_words()
        await seat.press("enter", "plus")
        assert "the exact amount" in await first_words()
        await seat.press("escape", "f2")
        assert "a question is open" in await first_words()
        await seat.press("escape")
        put_under_way(shop)
        seat.till_screen.show(Notice(plain("under way")))
        assert "asks at once how it stands" in await first_words()


async def test_help_has_a_line_for_each_command(shop):
    async with sitting(shop, (80, 60)) as seat:
        await seat.press("f1")
        assert "leave; an open sale" in seat.text
        assert "command." not in seat.text


async def test_help_says_what_is_behind_the_words_beside_the_scan_line(shop):
    async with sitting(shop) as seat:
        seat.till_screen.show(LinkChanged("redis", False, because("redis.away")))
        seat.till_screen.show_scanner(ScannerState("left", True, None))
        await seat.press("f1", "end")
        assert any("a device of its own: left" in row for row in seat.rows)
        assert any("push" in row and "Redis: tells at once" in row for row in seat.rows)


async def test_page_down_home_and_end_move_the_help(shop):
    async with sitting(shop) as seat:
        await seat.press("f1", "pagedown")
        assert "Now:" not in seat.text
        assert "Help" in seat.rows[0]
        await seat.press("home")
        assert "Now:" in seat.text


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_in_the_demo_arrows_choose_a_code_and_enter_scans_it(shop, size, monkeypatch):
    codes = iter(range(1000))
    scanned: list[str] = []
    async with sitting(shop, size, hints=Guide(lambda: next(codes))) as seat:
        till_screen = seat.till_screen
        await seat.press("f1")
        for _ in range(90):
            chosen = [row for row in seat.rows if "9003 " in row]
            if chosen and seat.style_of("9003 ") == seat.app.palette["selected"]:
                break
            await seat.press("down")
        monkeypatch.setattr(till_screen.till, "scan", scanned.append)
        await seat.press("enter")
        assert [code[-4:] for code in scanned] == ["9003"]
        assert seat.app.screen is till_screen
