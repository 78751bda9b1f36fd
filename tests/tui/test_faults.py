"""Whatever goes wrong behind a key or a scan: the sale stays, the screen stays, it is said."""

import pytest

from pos_tui.books import BooksError
from pos_tui.devices.scanners.scanner import Scanned
from pos_tui.tui.scan_driver import Scan
from tests.conftest import COLA, SPREAD
from tests.tui.seat import sitting

CODE = "134857901234567890"


def breaks(error):
    def break_(*_):
        raise error

    return break_


@pytest.mark.parametrize("way", ["scanner", "typed"])
async def test_a_damaged_page_behind_a_scan_is_said_and_the_sale_goes_on(shop, monkeypatch, way):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        with monkeypatch.context() as patch:
            error = BooksError("books.disk_full")
            patch.setattr(shop.books, "product", breaks(error))
            if way == "scanner":
                seat.app.post_message(Scan(Scanned(SPREAD, 0, 0)))
                await seat.pilot.pause()
            else:
                await seat.type(SPREAD)
                await seat.press("enter")
            assert "The disk is full" in seat.text
        assert shop.total == 350
        await seat.scan(SPREAD)
        assert shop.total == 350 + 3290


@pytest.mark.parametrize("key", ["f3", "f8", "f9", "plus", "f11", "slash"])
async def test_a_fault_behind_any_key_keeps_sale_and_screen(shop, monkeypatch, key):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        error = ZeroDivisionError(f"with {CODE}")
        for name in ("search", "held", "hold", "last_paid_numbers", "open_print_jobs", "product"):
            monkeypatch.setattr(shop.books, name, breaks(error))
        monkeypatch.setattr(type(shop.till), "why_not_pay", breaks(error))
        await seat.press(key)
        if key in {"f3", "slash"}:
            await seat.type("cola")
            await seat.press("enter")
        assert seat.app.is_running
        monkeypatch.undo()
        while seat.app.screen is not seat.app._till_screen:
            await seat.press("escape")
        await seat.press("escape")
        assert shop.till.sale.list.lines[0].item.code == "0" + COLA or shop.till.sale.number == 2
        await seat.scan(SPREAD)
        assert seat.app.is_running


async def test_a_fault_is_kept_for_the_technician_without_any_code(shop, monkeypatch):
    async with sitting(shop) as seat:
        monkeypatch.setattr(shop.till.codes, "read", breaks(ValueError(f"no {CODE}")))
        await seat.scan(COLA)
        assert "Something went wrong" in seat.text
        text = (shop.data / "faults.log").read_text()
    assert "ValueError" in text
    assert "accept_scan" in text
    assert CODE not in text
