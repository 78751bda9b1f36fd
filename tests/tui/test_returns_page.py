"""Goods come back by the page of returns: by the receipt's code, by number, without one."""

import pytest

from pos_tui.books.sales.sales import open_sale
from pos_tui.checkout.orders import Order
from pos_tui.codes.receipt_code import receipt_code
from pos_tui.tui.pages.returns import ReturnsScreen
from pos_tui.tui.till_screen import TillScreen
from tests.conftest import COLA, MILK, SPREAD, Counter
from tests.tui.seat import SIZES, sitting


@pytest.fixture
def shop(tmp_path):
    counter = Counter(tmp_path / "till").stock()
    yield counter
    counter.books.close()


async def sell(seat, *codes):
    await seat.scan(*codes)
    number = seat.counter.till.sale.number
    await seat.press("plus", "enter")
    await seat.until(lambda: seat.counter.till.sale.number > number)
    return number


def on_page(seat):
    return isinstance(seat.app.screen, ReturnsScreen)


def paid(seat):
    """The totals of the sales that are paid, and what each was paid with last."""
    numbers = seat.counter.books.last_paid_numbers(9)
    sales = [seat.counter.books.paid_sale(number) for number in reversed(numbers)]
    return [(sale.total, tenders[-1].kind) for sale, _, tenders in sales]


@pytest.mark.parametrize("size", [*SIZES, (60, 20)])
async def test_a_scanned_receipt_opens_its_sale_and_the_money_goes_back(shop, size):
    async with sitting(shop, size) as seat:
        sold = await sell(seat, f"3*{COLA}", MILK)
        await seat.scan(receipt_code("M001", "01", sold))
        await seat.until(lambda: on_page(seat))
        await seat.until_shown("How much of Cola 330 ml")
        assert "9.50" in seat.text
        await seat.press("1", "enter")
        await seat.until_shown("-3.16")
        assert "cash 3.16" in seat.text
        await seat.press("f4")  # Milk: all of it, to be checked
        await seat.until_shown("-12.90")
        await seat.press("f2")
        await seat.until(lambda: isinstance(seat.app.screen, TillScreen))
        await seat.until_shown("Give 16.06 back: cash 16.06.")
        await seat.press("enter")
        await seat.until_shown("GIVE BACK")
        assert "16.06 out" in seat.text
        assert "has gone back" in seat.text


async def test_a_receipt_of_another_shop_is_told_apart(shop):
    async with sitting(shop) as seat:
        await seat.scan(receipt_code("M002", "01", 1))
        await seat.until_shown("This is a receipt of another till or shop")
        assert isinstance(seat.app.screen, TillScreen)


async def test_an_exchange_goes_on_at_the_till(shop):
    async with sitting(shop) as seat:
        sold = await sell(seat, MILK)
        await seat.open_money("returns")
        await seat.until(lambda: on_page(seat))
        await seat.until_shown(f"[{sold:06d}]")
        await seat.press("enter")
        await seat.until_shown("How much of Milk 1 l")
        await seat.press("enter")
        await seat.until_shown("-12.90")
        await seat.press("escape", "escape", "escape")
        await seat.until(lambda: isinstance(seat.app.screen, TillScreen))
        assert "1 return: −12.90" in seat.text
        await seat.scan(SPREAD)
        await seat.press("plus")
        await seat.until_shown("Pay 20.00")
        await seat.press("enter")
        await seat.until(lambda: paid(seat)[-1][0] == 2000)


async def test_goods_without_a_receipt_need_a_price_and_a_reason(shop):
    async with sitting(shop) as seat:
        await seat.open_money("returns")
        await seat.until(lambda: on_page(seat))
        await seat.until_shown("Receipt: scan or number")
        await seat.scan(SPREAD)
        await seat.until_shown("how much goes back for one")
        await seat.type("40")
        await seat.press("enter")
        await seat.until_shown("why does it come back")
        await seat.type("torn")
        await seat.press("enter")
        await seat.until_shown("costs 32.90 today")
        await seat.until_shown("how much goes back for one")
        await seat.press("enter")
        await seat.until_shown("why does it come back")
        await seat.type("torn")
        await seat.press("enter")
        await seat.until_shown("-32.90")
        assert seat.counter.till.sale.returns[0].reason == "torn"


async def test_a_sale_that_is_not_there_is_said_and_nothing_is_lost(shop):
    async with sitting(shop) as seat:
        await seat.open_money("returns")
        await seat.until(lambda: on_page(seat))
        await seat.type("77")
        await seat.press("enter")
        await seat.until_shown("There is no paid sale 000077")
        await seat.press("f2")
        await seat.until_shown("Nothing comes back yet")
        assert on_page(seat)


async def test_a_void_asks_why_and_gives_everything_back(shop):
    async with sitting(shop) as seat:
        sold = await sell(seat, MILK, COLA)
        await seat.open_money("returns")
        await seat.until_shown(f"[{sold:06d}]")
        await seat.press("enter")
        await seat.until_shown("How much of Milk 1 l")
        await seat.press("f12")
        await seat.until_shown("Why is the whole sale void")
        await seat.type("wrong")
        await seat.press("enter")
        await seat.until(lambda: paid(seat)[-1][0] == -1640)
        await seat.open_money("reports")
        await seat.until_shown("Income 0.00")
        await seat.press("d", "0", "enter")
        await seat.until_shown("-16.40")


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_a_voucher_comes_back_with_its_whole_sale_only(shop, size):
    async with sitting(shop, size) as seat:
        shop.till.sell_voucher("200")
        await seat.press("plus", "enter")
        await seat.until(lambda: paid(seat))
        await seat.open_money("returns")
        await seat.until_shown("[000001]")
        await seat.press("enter")
        await seat.until_shown("How much of Voucher")
        await seat.press("enter")
        await seat.until_shown("does not come back alone")
        await seat.press("f4")
        await seat.press("f12")
        await seat.until_shown("Why is the whole sale void")
        await seat.type("200 instead of 20")
        await seat.press("enter")
        await seat.until(lambda: paid(seat)[-1][0] == -20_000)


async def test_another_way_is_asked_for_where_the_shop_has_staff(shop):
    async with sitting(shop) as seat:
        await seat.scan(MILK)
        await seat.press("plus")
        await seat.type("c")
        await seat.press("enter")
        await seat.until(lambda: paid(seat))
        await seat.open_money("returns")
        await seat.until_shown("[000001]")
        await seat.press("enter")
        await seat.until_shown("How much of Milk 1 l")
        await seat.press("enter", "f2")
        await seat.until_shown("Give 12.90 back: card 12.90.")
        await seat.press("x", "enter")
        await seat.until_shown("h, c or v another way")
        await seat.press("v", "enter")
        await seat.until(lambda: paid(seat)[-1] == (-1290, "voucher"))


async def test_late_money_stands_among_the_sales_aside_until_it_is_seen(shop):
    order = Order("A1234567", 1, 1290, "CNY", "wechat", "····7890", "cancelled", shop.now, "w1")
    shop.books.write(lambda c: open_sale(c, 1, shop.now)).result()
    shop.books.keep_order(order, shop.now, "void").result()
    shop.books.note_late_money(order, "gone_back", shop.now).result()
    async with sitting(shop) as seat:
        await seat.press("f9")
        await seat.until_shown("money came late")
        assert "12.90" in seat.text
        assert "12.90 of WeChat Pay came late for sale 000001" in seat.text
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, TillScreen))
        await seat.press("f9")
        await seat.until_shown("puts the sale aside")
        assert "money came late" not in seat.text
