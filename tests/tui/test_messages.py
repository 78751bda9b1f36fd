"""Messages on the till's screen: money before paper before advice, and when each one goes."""

import pytest
from msgspec.structs import replace
from textual.geometry import Size

from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.checkout.events import (
    LinkChanged,
    Notice,
    PaperChanged,
    PaymentChanged,
    PaymentFailed,
    PaymentView,
    SalePaid,
    Step,
)
from pos_tui.checkout.tenders import Tender
from pos_tui.demo.guide import Guide
from pos_tui.devices.printers import PrinterError
from pos_tui.reasons import because, plain
from pos_tui.tui.panes.scan_line import ScanLine
from pos_tui.tui.panes.standing import StandingMessage, StandingMessages, standing
from tests.conftest import COLA, MILK, NOON, SPREAD
from tests.tui.seat import put_under_way, sitting

AWAY = because("printer.no_answer", host="127.0.0.1", port=9109)
UNKNOWN = "4006381333931"


def shown(messages):
    return None if messages.shown is None else messages.shown.reason.kind


def test_money_stands_before_paper_and_paper_before_advice():
    messages = StandingMessages()
    messages.add(standing(because("sale.paid", number=1, total="3.50"), "good"))
    messages.add(StandingMessage(AWAY, "error", "paper", "printer"))
    messages.add(standing(because("till.no_receipt"), "info"))
    assert shown(messages) == "sale.paid"
    messages.remove("payment")
    assert shown(messages) == "printer.no_answer"
    messages.remove("printer")
    assert shown(messages) == "till.no_receipt"


def test_what_answers_the_last_act_is_shown_before_what_was_seen_already():
    messages = StandingMessages()
    messages.add(StandingMessage(AWAY, "error", "paper", "printer"))
    messages.act()
    messages.add(standing(because("till.no_receipt"), "info"))
    assert shown(messages) == "till.no_receipt"
    messages.act()
    assert shown(messages) == "printer.no_answer"
    assert messages.send_away()
    assert messages.shown is None


def test_a_drawer_that_did_not_open_is_said_before_the_next_act():
    messages = StandingMessages()
    messages.add(standing(because("sale.paid", number=1, total="3.50"), "good"))
    messages.add(standing(because("print_job.drawer_not_opened", why=AWAY), "warning"))
    assert shown(messages) == "print_job.drawer_not_opened"
    messages.act()
    assert shown(messages) == "sale.paid"


async def test_a_paper_in_doubt_is_said_until_somebody_has_decided(shop):
    doubt = because("print_job.may_be_printed", paper="receipt", why=AWAY)
    async with sitting(shop) as seat:
        seat.till_screen.show(PaperChanged("", 0, 1))
        seat.till_screen.show(Notice(doubt, "warning"))
        await seat.scan(COLA)
        assert "may be on paper" in seat.text
        seat.till_screen.show(PaperChanged("", 0, 0))
        await seat.until(lambda: "may be on paper" not in seat.text)


async def test_what_waits_for_the_printer_is_not_said_any_more_once_it_is_on_paper(shop):
    async with sitting(shop) as seat:
        seat.till_screen.show(Notice(because("print_job.waits_still", count=2)))
        await seat.until_shown("2 papers wait")
        seat.till_screen.show(PaperChanged("", 0, 0))
        await seat.until(lambda: "2 papers wait" not in seat.text)


async def test_a_printer_that_is_away_leaves_the_change_where_it_is(shop):
    shop.printer.trouble = PrinterError(AWAY)
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        await seat.type("50")
        await seat.press("enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        assert "change 17.10" in seat.rows[-3]
        assert "CHANGE" in seat.text
        assert "Given 50.00" in seat.text
        assert "Change 17.10" in seat.text  # in the payment's pane
        await seat.scan(COLA)
        assert "127.0.0.1:9109" in seat.rows[-4]  # it needs two rows
        assert "CHANGE" not in seat.text


async def test_a_printer_that_is_back_clears_what_was_said_of_it_and_a_reprint_is_said(shop):
    shop.printer.trouble = PrinterError(AWAY)
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        await seat.press("plus", "enter")
        await shop.till.until_idle()
        await seat.press("escape")  # the sale is seen
        await seat.until_shown("127.0.0.1:9109")
        shop.printer.trouble = None
        await seat.press("f11")
        await seat.until(lambda: len(shop.printer.jobs) == 1)
        await seat.until(lambda: "127.0.0.1:9109" not in seat.text)
        assert b"COPY" not in shop.printer.jobs[0]  # it had waited
        await seat.press("f11")
        await shop.till.until_idle()
        await seat.until_shown("The receipt of sale 000001 is printed.")
        assert b"COPY 1" in shop.printer.jobs[1]


async def test_what_was_said_of_a_payment_goes_when_the_next_one_begins(shop):
    why = because("payment.declined")
    view = PaymentView(
        because("payment.title_wallet", platform="WeChat Pay", code="····9004"),
        (Step("customer", "doing"),),
        because("payment.customer_confirms"),
    )
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        screen = seat.till_screen
        screen.show(PaymentFailed("1", "declined", why, 1))
        await seat.scan(UNKNOWN)
        assert "Not in the shop's books" in seat.rows[-3]
        await seat.scan(MILK)
        assert "✗ Not paid" in seat.rows[-3]
        put_under_way(shop)
        screen.show(PaymentChanged(view, "pending", 1))
        await seat.pilot.pause()
        assert "Not paid" not in seat.text
        shop.till.sale.tenders = ()
        shop.till.sale.state = "open"


async def test_the_end_of_a_payment_is_seen_and_heard_on_a_page_over_the_till(shop, monkeypatch):
    async with sitting(shop) as seat:
        screen, rung = seat.till_screen, [0]
        monkeypatch.setattr(seat.app, "bell", lambda: rung.append(1))
        for key in ("f1", "f3", "f9", "ctrl+o"):
            await seat.press(key)
            assert seat.app.screen is not screen
            screen.show(SalePaid(1, 350, (Tender("wallet", 350, 350),)))
            await seat.pilot.pause()
            assert "✓ Sale 000001 is paid: 3.50" in seat.rows[-1]
            await seat.press("escape")
        assert sum(rung) == 4


async def test_a_till_that_starts_without_its_gateway_says_that_cash_works(shop):
    async with sitting(shop) as seat:
        seat.till_screen.show(LinkChanged("gateway", False, because("gateway_client.away")))
        await seat.pilot.pause()
        assert "Wallets cannot be taken now; cash works." in seat.rows[-3]
        seat.till_screen.show(LinkChanged("gateway", True))
        await seat.pilot.pause()
        assert "Wallets" not in seat.text


async def test_lamps_stay_while_a_sentence_stands(shop):
    async with sitting(shop) as seat:
        seat.till_screen.show(LinkChanged("gateway", True))
        seat.till_screen.show(LinkChanged("printer", False, plain("The paper is out.")))
        await seat.scan(UNKNOWN)
        assert "pay ● paper ✗" in seat.rows[-2]
        assert "F12 Void" in seat.rows[-1]


async def test_a_hint_never_runs_into_what_was_scanned(shop):
    codes = iter(range(100))
    async with sitting(shop, hints=Guide(lambda: next(codes))) as seat:
        for _ in range(3):
            await seat.press("space")
        assert seat.rows[-3] == " Space: scan the next item"
        assert seat.rows[-2].startswith(" ▸ Cola 330 ml  2 ×  6.00 (−1.00)  5449000000996")
        shop.till.sale.state = "awaiting"
        seat.till_screen.show(
            PaymentChanged(PaymentView(plain("x"), (Step("customer", "doing", NOON),), None), "", 1)
        )
        await seat.pilot.pause()
        assert "Space" not in seat.text
        shop.till.sale.tenders = ()
        shop.till.sale.state = "open"


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_a_long_shop_name_gives_way_to_till_and_cashier(shop, size):
    long = replace(shop.settings.shop, name="The Harbour Street General Stores and Bakery of 1868")
    shop.settings = replace(shop.settings, shop=long)
    async with sitting(shop, size) as seat:
        assert seat.rows[0].startswith(" The Harbour ")
        assert "… · till 01 · Ada  " in seat.rows[0]
        assert seat.rows[0].endswith("sale 000001   12:00")


async def test_a_large_window_is_laid_out_for_it_in_its_first_frame(shop):
    async with sitting(shop, (120, 36)) as seat:
        assert seat.till_screen.has_class("-roomy")
        assert seat.till_screen.expiry.size.height == 10


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_a_question_keeps_its_sense_and_the_name_gives_way(shop, size):
    name = "Organic wholegrain sourdough bread loaf 400 g sliced"
    row = ProductRow("X1", name, 1990)
    shop.books.write(lambda c: import_products(c, [row])).result()
    async with sitting(shop, size) as seat:
        await seat.scan("X1")
        await seat.press("f4")
        asked = " ".join(" ".join(seat.rows[-3:-1]).split())
        assert "10%, 2.00 or =3.00 each; F4: on all:" in asked
        assert seat.rows[-1].startswith(" Enter answer")
        assert "Organic " in asked
        await seat.type("5%")
        await seat.press("enter")
        asked = " ".join(" ".join(seat.rows[-3:-1]).split())
        assert "1 damaged 2 short date 3 price promise 4 goodwill: ▁" in asked


async def test_many_reasons_are_a_page_to_choose_from(shop):
    reasons = tuple(f"a reason of its own {n}" for n in range(1, 10))
    shop.settings = replace(
        shop.settings, discounts=replace(shop.settings.discounts, reasons=reasons)
    )
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("f4")
        await seat.type("5%")
        await seat.press("enter")
        await seat.until_shown("9 a reason of its own 9")
        await seat.press("down", "down", "enter")
        assert shop.till.sale.list.lines[0].discount.reason == "a reason of its own 3"


async def test_in_a_window_that_is_too_small_one_sentence_says_so(shop):
    async with sitting(shop, (44, 14)) as seat:
        await seat.scan(COLA)
        assert "make this window larger" in " ".join(seat.text.split())


async def test_a_message_of_one_row_leaves_no_row_empty_below_the_keys(shop):
    async with sitting(shop, (80, 24)) as seat:
        seat.till_screen.show(Notice(plain("Sale goes on where it was before."), "warning"))
        await seat.until_shown("Sale goes on where it was before.")
        foot = seat.till_screen.query_one(ScanLine)
        # Textual asks for each column that it stands in, and takes the largest.
        heights = {foot.get_content_height(Size(80, 24), Size(80, 24), n) for n in (26, 54, 80)}
        assert heights == {3}
        assert "F1" in seat.rows[-1]
