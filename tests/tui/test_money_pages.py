"""Vouchers, customers' accounts and prices by hand, by scanner and keys only."""

import pytest

from pos_tui.books.movement import Movement
from pos_tui.books.people.accounts import set_account_limit
from pos_tui.books.people.customers import set_customer
from pos_tui.books.people.staff import set_staff
from pos_tui.books.stock.movements import move_stock
from pos_tui.books.vouchers.vouchers import issue_for_nothing
from pos_tui.codes import gtin_of
from pos_tui.text_width import width_of
from pos_tui.wording.current import use
from tests.conftest import COLA, NOON, SPREAD
from tests.tui.seat import sitting

SIZES = [(80, 24), (60, 20)]


def words(seat):
    return " ".join(" ".join(row.strip("│ ") for row in seat.rows).split())


async def until(seat, text):
    await seat.until(lambda: text in words(seat))


def issued(shop, amount=5000, expires_on=None):
    return shop.books.write(
        lambda c: issue_for_nothing(c, NOON, "Ada", amount, expires_on, lambda: amount, "goodwill")
    ).result()


def grace(shop, limit=5000):
    def job(connection):
        set_customer(connection, "M1", "Grace", "member", NOON.date())
        set_account_limit(connection, NOON, "Ada", "M1", limit)

    shop.books.write(job).result()


async def typed(seat, text):
    await seat.type(text)
    await seat.press("enter")


@pytest.mark.parametrize("size", SIZES)
async def test_a_voucher_is_sold_from_the_menu_and_pays_by_a_scan(shop, size):
    async with sitting(shop, size) as seat:
        await seat.open_money("vouchers")
        await until(seat, "No voucher has been issued yet")
        await typed(seat, "50")
        assert shop.total == 5000
        assert "Voucher" in seat.text, "back at the sale, with the voucher on its list"
        await seat.press("plus", "enter")
        await seat.until(lambda: shop.books.last_paid_numbers(9) == [1])
        (voucher,) = shop.books.vouchers_of_sale(1)
        await seat.scan(SPREAD, voucher.number)
        await seat.until(lambda: len(shop.books.last_paid_numbers(9)) == 2)
        await until(seat, "17.10 is left on the voucher")
        assert voucher.number not in seat.text
        await seat.open_money("vouchers")
        await until(seat, "17.10")
        await seat.press("enter")
        await until(seat, "32.90 spent on 22 Nov 2026 (sale 000002)")
        assert all(width_of(row) <= size[0] for row in seat.rows)


async def test_a_part_is_typed_before_a_voucher_is_scanned(shop):
    voucher = issued(shop)
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        await seat.type("20")
        await seat.scan(voucher.number)
        await seat.until(lambda: shop.till.view.due == 1290)


async def test_a_scan_on_the_page_says_what_is_on_a_voucher_and_spends_nothing(shop):
    voucher = issued(shop)
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.open_money("vouchers")
        await seat.scan(voucher.number)
        await until(seat, "Issued over 50.00")
        await seat.scan(SPREAD)
        await until(seat, "no voucher 3017620422003")
        assert shop.till.view.taken == ()


async def write_back(seat):
    await seat.open_money("vouchers")
    await until(seat, "✗ 20 Nov 26")
    await seat.press("delete")
    await until(seat, "becomes income?")
    await typed(seat, "y")


async def test_an_expired_voucher_is_written_back(shop):
    issued(shop, 2000, NOON.date().replace(day=20))
    async with sitting(shop) as seat:
        await write_back(seat)
        await until(seat, "20.00 is income now")
        await until(seat, "spent")
        await seat.press("delete")
        await until(seat, "has not expired")


async def test_a_supervisor_does_not_write_vouchers_back(shop):
    shop.books.write(lambda c: set_staff(c, "Mia", "supervisor", "8142")).result()
    voucher = issued(shop, 2000, NOON.date().replace(day=20))
    async with sitting(shop) as seat:
        await write_back(seat)
        await until(seat, "Nobody on the staff may approve this")
        assert shop.books.voucher(voucher.number).left == 2000


async def test_a_slip_is_printed_again(shop):
    voucher = issued(shop)
    async with sitting(shop) as seat:
        await seat.open_money("vouchers")
        await until(seat, "goodwill")
        await seat.press("f11")
        await until(seat, "is printed")
        assert voucher.number[3:7].encode() in shop.printer.jobs[-1]
        assert voucher.number not in seat.text


async def test_the_list_is_not_touched_while_a_payment_runs(shop):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        await typed(seat, "10")
        await seat.until(lambda: shop.till.view.due == 2290)
        await seat.open_money("vouchers")
        await typed(seat, "50")
        await until(seat, "a part of it is paid")


@pytest.mark.parametrize("size", SIZES)
async def test_bought_on_account_and_settled_from_the_menu(shop, size):
    grace(shop)
    async with sitting(shop, size) as seat:
        await seat.scan(SPREAD, "M1")
        await seat.press("plus")
        await typed(seat, "k")
        await seat.until(lambda: shop.books.last_paid_numbers(9) == [1])
        await until(seat, "is owed now")
        await seat.open_money("accounts")
        await until(seat, "Grace pays:")
        await seat.press("f3")
        await until(seat, "bought, sale 000001")
        await seat.press("f8")
        await until(seat, "Written")
        await seat.press("escape")
        await typed(seat, "20")
        assert shop.total == 2000
        await seat.press("plus", "enter")
        await seat.until(lambda: len(shop.books.last_paid_numbers(9)) == 2)
        assert shop.books.account("M1").owes == 1290
        assert all(width_of(row) <= size[0] for row in seat.rows)


async def test_the_subjects_of_money_are_named_in_full_on_a_small_screen(shop):
    async with sitting(shop, (60, 20)) as seat:
        await seat.press("f5")
        await until(seat, "Customers' accounts")


async def test_a_member_s_card_and_f6_open_an_account(shop):
    shop.books.write(lambda c: set_customer(c, "M1", "Grace", "member", NOON.date())).result()
    async with sitting(shop) as seat:
        await seat.open_money("accounts")
        await until(seat, "Nobody has an account")
        await seat.scan("M9")
        await until(seat, "no customer")
        await seat.scan("M1")
        await until(seat, "Grace has no account; F6 gives one")
        await seat.press("f6")
        await until(seat, "How much may Grace owe?")
        await seat.type("50")
        await seat.press("f2")
        await until(seat, "Grace may owe 50.00 now")
        assert shop.books.account("M1").limit == 5000
        await seat.press("f6")
        await until(seat, "How much may Grace owe?")
        await seat.press("escape")
        await seat.press("enter")
        assert shop.total == 0, "nothing is owed"


async def test_beyond_the_limit_a_supervisor_s_pin_is_asked_for(shop):
    grace(shop, 1000)
    shop.books.write(lambda c: set_staff(c, "Mia", "supervisor", "8142")).result()
    async with sitting(shop) as seat:
        await seat.scan(SPREAD, "M1")
        await seat.press("plus")
        await typed(seat, "k")
        await until(seat, "Grace would owe 32.90, and may owe 10.00")
        assert shop.till.view.taken == ()
        await typed(seat, "8142")
        await seat.until(lambda: shop.books.last_paid_numbers(9) == [1])
        assert shop.books.account("M1").owes == 3290


async def set_price(seat, text):
    await seat.press("f4")
    await typed(seat, text)
    await typed(seat, "3")


async def test_another_price_needs_a_supervisor_even_when_it_is_near(shop):
    shop.books.write(lambda c: set_staff(c, "Mia", "supervisor", "8142")).result()
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await set_price(seat, "=32.00")
        await until(seat, "Hazelnut spread: now 32.00")
        assert "costs the shop" not in seat.text
        await typed(seat, "8142")
        await shop.until_true(lambda: shop.total == 3200)


async def test_below_cost_is_said_to_who_approves_and_confirmed(shop):
    shop.books.write(lambda c: set_staff(c, "Mia", "supervisor", "8142")).result()
    product = shop.books.product(gtin_of(SPREAD))
    receipt = Movement(product.id, "", 10_000, "received", 25_000)
    shop.books.write(lambda c: move_stock(c, NOON, "Ada", [receipt])).result()
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await set_price(seat, "=20.00")
        await until(seat, "now 20.00")
        assert "25.00" not in seat.text, "a cashier hears only that it must be approved"
        await typed(seat, "8142")
        await until(seat, "costs the shop 25.00: margin -25 %")
        assert shop.total == 3290
        await typed(seat, "y")
        assert shop.total == 2000


async def test_without_staff_a_near_price_is_given_at_once_and_no_higher_one(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        await set_price(seat, "=3.40")
        assert shop.total == 340
        await set_price(seat, "=5.00")
        assert "no lower price" in seat.text
        assert shop.total == 340


@pytest.fixture
def chinese():
    use("zh_CN")
    yield
    use("en")


@pytest.mark.parametrize("size", SIZES)
async def test_the_pages_fit_in_chinese_too(shop, size, chinese):
    grace(shop)
    issued(shop)
    issued(shop, 2000, NOON.date().replace(day=20))
    async with sitting(shop, size) as seat:
        await seat.scan(SPREAD, "M1")
        await seat.press("plus")
        assert "k 挂账" in seat.text
        await typed(seat, "k")
        await seat.until(lambda: shop.books.last_paid_numbers(9) == [1])
        for subject, shown in (("vouchers", "出售代金券"), ("accounts", "Grace 还")):
            await seat.open_money(subject)
            await until(seat, shown)
            assert all(width_of(row) <= size[0] for row in seat.rows)
            assert "Esc 返回" in seat.rows[-2]
            await seat.press("escape", "escape")
