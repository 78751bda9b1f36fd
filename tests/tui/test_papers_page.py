"""The page of what is not on paper, by keys; the printer's lamp."""

import pytest

from pos_tui.checkout.events import PaperChanged
from pos_tui.devices.printers import PrinterError
from pos_tui.text_width import width_of
from pos_tui.wording.current import use
from tests.conftest import COLA
from tests.tui.seat import sitting

AWAY = PrinterError("printer.no_answer", host="printer", port=9100)
CUT_SHORT = PrinterError("printer.cut_short", is_unsure=True, why="The paper is out.")


async def sell(seat, trouble=None):
    seat.counter.printer.trouble = trouble
    await seat.scan(COLA)
    seat.counter.till.pay("=")
    await seat.counter.till.until_idle()


async def test_an_unsure_one_is_printed_again_and_says_so(shop):
    async with sitting(shop) as seat:
        await sell(seat, CUT_SHORT)
        await seat.until(lambda: "paper · 1 unsure" in seat.rows[-2])
        shop.printer.trouble = None
        await seat.open_money("papers")
        await seat.until_shown("receipt of sale 000001")
        assert "unsure" in seat.text
        assert "1 paper waits for your word" in seat.text
        await seat.press("enter")
        await seat.until_shown("Everything is on paper.")
        assert "Printed: receipt of sale 000001." in seat.text
        (job,) = shop.printer.jobs
        assert b"Printed after" in job
        await seat.press("escape", "escape")
        await seat.until(lambda: "paper ●" in seat.rows[-2])


async def test_del_gives_one_up_after_a_question(shop):
    async with sitting(shop) as seat:
        await sell(seat, CUT_SHORT)
        await seat.open_money("papers")
        await seat.until_shown("receipt of sale 000001")
        await seat.press("delete", "escape")
        assert shop.books.open_print_jobs()
        await seat.press("delete", "y", "enter")
        await seat.until_shown("Given up: receipt of sale 000001.")
        assert shop.books.open_print_jobs() == []
        assert shop.printer.jobs == []


async def test_a_slip_of_a_voucher_is_printed_again_by_whoever_may(shop, monkeypatch):
    async with sitting(shop) as seat:
        shop.printer.trouble = CUT_SHORT
        shop.till.sell_voucher("50")
        shop.till.pay("=")
        await shop.till.until_idle()
        shop.printer.trouble = None
        asked = []
        await seat.open_money("papers")
        await seat.until_shown("slip of voucher")
        page = seat.app.screen
        monkeypatch.setattr(page, "_with_permission", lambda kind, *_: asked.append(kind))
        await seat.press("down", "enter")
        await seat.pilot.pause()
        assert asked == ["refund_other_way"]
        assert shop.printer.jobs == []


@pytest.mark.parametrize(
    ("paper", "lamp"),
    [
        (PaperChanged("out_of_paper", 2, 0), "paper out · 2 waiting ✗"),
        (PaperChanged("cover_open", 0, 0), "cover open ✗"),
        (PaperChanged("away", 1, 1), "no printer · 2 waiting ✗"),
        (PaperChanged("", 0, 3), "paper · 3 unsure ○"),
        (PaperChanged("", 0, 0), "paper ●"),
    ],
)
async def test_the_lamp_says_what_is_wrong_and_how_many_wait(shop, paper, lamp):
    async with sitting(shop) as seat:
        seat.till_screen.show(paper)
        await seat.pilot.pause()
        assert lamp in seat.rows[-2]


async def test_on_a_narrow_screen_the_lamp_is_short_beside_an_item(shop):
    async with sitting(shop, (60, 20)) as seat:
        seat.till_screen.show(PaperChanged("out_of_paper", 2, 0))
        await seat.pilot.pause()
        assert "paper out · 2 waiting ✗" in seat.rows[-2]
        await seat.scan(COLA)
        assert "paper ✗" in seat.rows[-2]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_the_page_fits_its_screen(shop, language, size):
    async with sitting(shop, size) as seat:
        use(language)
        await sell(seat, CUT_SHORT)
        await sell(seat, AWAY)
        await seat.open_money("papers")
        await seat.until_shown("000002")
        for row in seat.rows:
            assert width_of(row) <= size[0]
        assert "…" not in seat.rows[-2], seat.text
