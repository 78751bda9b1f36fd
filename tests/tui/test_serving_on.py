"""Payments aside on the screen: the next customer is served, and every answer is seen and heard."""

from pos_tui.checkout.events import PaymentFailed, ReceiptMade, SalePaid, TenderTaken
from pos_tui.checkout.tenders import Tender
from pos_tui.reasons import because
from pos_tui.tui.pages.recall import RecallPane
from tests.conftest import COLA, MILK, SPREAD, Counter
from tests.tui.seat import put_under_way, sitting

WALLET = Tender("wallet", 3290, 3290, platform="wechat")


async def serving_on(seat, shop):
    """A sale whose payment runs goes aside."""
    await seat.scan(SPREAD)
    put_under_way(shop)
    await seat.press("f8")
    await seat.pilot.pause()


async def test_f8_puts_a_running_payment_aside_and_nothing_of_it_stays(shop):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        await seat.type("20")
        await seat.press("enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        assert "LEFT TO PAY" in seat.text
        await seat.press("f8")
        await seat.pilot.pause()
        assert "1 payment open" in seat.rows[0]
        assert "sale 000002" in seat.rows[0]
        assert "LEFT TO PAY" not in seat.text
        assert "no payment yet" in seat.text
        assert "Sale 000001 waits for its payment" in seat.rows[-3]
        assert "+ Pay" in seat.rows[-1]


async def test_the_next_customer_pays_in_cash_meanwhile(shop):
    async with sitting(shop) as seat:
        await serving_on(seat, shop)
        await seat.scan(COLA)
        await seat.press("plus", "enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        assert "CHANGE" in seat.text
        assert "1 payment open" in seat.rows[0]


async def test_f9_lists_what_is_aside_and_enter_takes_it_up(shop):
    async with sitting(shop) as seat:
        await serving_on(seat, shop)
        await seat.press("f9")
        assert "000001  being paid" in seat.text
        assert "Hazelnut spread" in seat.text
        assert "32.90" in seat.text
        await seat.press("enter")
        await seat.pilot.pause()
        assert "sale 000001" in seat.rows[0]
        assert "payment open" not in seat.rows[0]
        assert "F12 give up" in seat.rows[-1]


async def test_a_payment_that_fails_while_f9_is_open_is_there_as_a_sale_on_hold(shop):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        await seat.type("c5")
        await seat.press("enter")
        await shop.till.until_idle()
        await seat.press("f8", "f9")
        assert "000001  paid in part" in seat.text
        (sale,) = shop.till._paying._aside.values()
        sale.put_tender(Tender("card", 3290, 500, state="failed"))
        shop.till._paying._put_on_hold(sale)
        seat.app.screen.query_one(RecallPane).look_again()
        await seat.pilot.pause()
        assert "000001  on hold" in seat.text


async def test_an_answer_for_a_sale_aside_rings_and_leaves_the_one_in_front_alone(shop):
    async with sitting(shop, (120, 36)) as seat:
        rung: list[bool] = []
        seat.till_screen._ring = lambda: rung.append(True)  # type: ignore[method-assign]
        await serving_on(seat, shop)
        await seat.scan(MILK)
        seat.till_screen.show(SalePaid(1, 3290, (WALLET,)))
        await seat.pilot.pause()
        assert "✓ Sale 000001, put aside before, is paid: 32.90" in seat.text
        assert "12.90" in seat.text
        seat.till_screen.show(PaymentFailed("1", "declined", because("payment.declined"), 1))
        await seat.pilot.pause()
        assert "✗ Sale 000001, put aside before, is not paid" in seat.text
        seat.till_screen.show(TenderTaken(1, WALLET, 700))
        await seat.pilot.pause()
        assert "32.90 of sale 000001, put aside before, is paid; 7.00 is left" in seat.text
        assert rung == [True] * 3
        assert shop.till.view.totals.total == 1290


async def test_a_receipt_of_a_sale_aside_is_not_shown_to_who_stands_there_now(tmp_path):
    shop = Counter(tmp_path, has_printer=False).stock()
    async with sitting(shop) as seat:
        await serving_on(seat, shop)
        await seat.scan(COLA)
        await seat.press("plus", "enter")
        await shop.till.until_idle()
        seat.till_screen.show(SalePaid(1, 3290, (WALLET,)))
        seat.till_screen.show(ReceiptMade(1, "", "Another customer's paper\n", "none"))
        await seat.pilot.pause()
        assert "Cola" in seat.text
        assert "Another customer" not in seat.text
        seat.till_screen.show(ReceiptMade(1, "", "Another customer's paper\n", "none"))
        await seat.pilot.pause()
        assert "Another customer" in seat.text  # asked for with its key
    shop.books.close()


async def test_a_code_behind_an_amount_typed_pays_that_part(shop):
    async with sitting(shop) as seat:
        parts = []
        shop.till.pay_part = lambda part, code: parts.append((part, code[-4:]))
        await seat.scan(SPREAD)
        await seat.press("plus")
        await seat.type("20")
        await seat.scan("134857901234567890")
        assert parts == [("20", "7890")]


async def test_f12_on_f9_takes_the_payment_up_and_asks_whether_to_give_it_up(shop):
    async with sitting(shop, (60, 20)) as seat:
        await serving_on(seat, shop)
        await seat.press("f9")
        assert "F12 gives up · Esc back" in seat.rows[-2]
        await seat.press("f12")
        await seat.pilot.pause()
        assert "sale 000001" in seat.rows[0]
        assert "Give this payment up?" in seat.rows[-2]
        assert "Enter answer" in seat.rows[-1]


async def test_f12_on_f9_asks_nothing_while_another_sale_is_in_front(shop):
    async with sitting(shop) as seat:
        await serving_on(seat, shop)
        await seat.scan(COLA)
        await seat.press("f9", "f12")
        await seat.pilot.pause()
        assert "sale 000002" in seat.rows[0]
        assert "then recall the other" in seat.text
        assert "?" not in seat.rows[-2]
