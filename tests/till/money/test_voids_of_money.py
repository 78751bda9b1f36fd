"""A paid sale that sold a voucher, or in which a debt was paid, is voided whole, or not at all."""

import subprocess
import sys
from contextlib import closing
from datetime import date

import pytest
from msgspec.structs import replace

from pos_tui.books.cash.shift_moves import drawer_moves
from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance, wrong_sums
from pos_tui.books.ledger.verify import DOUBTS, ledger_differences
from pos_tui.books.people.accounts import set_account_limit
from pos_tui.books.people.customers import set_customer
from pos_tui.books.sales.sales import last_paid_numbers
from pos_tui.books.vouchers.vouchers import (
    VoucherError,
    movements_of_voucher,
    vouchers_of_sale,
    write_voucher_back,
    wrong_vouchers,
)
from pos_tui.checkout import events
from pos_tui.checkout.returns import ReturnError
from pos_tui.settings import VoucherSettings
from pos_tui.till.money.returns import ToReturn
from tests import model_shop
from tests.conftest import COLA, MILK, NOON, SPREAD, Counter
from tests.model_shop import Shop, wallet_code
from tests.spoken import spoken

GRACE = "M1"
HERS = accounts.customer_account(GRACE)


@pytest.fixture
def shop(monkeypatch):
    """A shop whose vouchers expire after a month."""
    settings = replace(model_shop.settings_of(1), vouchers=VoucherSettings(months=1))
    monkeypatch.setattr(model_shop, "settings_of", lambda _: settings)
    shop = Shop()
    yield shop
    shop.close()


async def pay(counter, *typed):
    number = counter.till.sale.number
    for text in typed:
        counter.till.pay(text)
        await counter.till.until_idle()
    return number


async def void(counter, number):
    counter.till.money.returns.void(number, "wrong amount")
    await counter.till.until_idle()


def add_grace(counter):
    def job(connection):
        set_customer(connection, GRACE, "Grace", "member", NOON.date())
        set_account_limit(connection, NOON, "Ada", GRACE, 50_000)

    counter.books.write(job).result()


def is_sound(data, reader):
    assert wrong_vouchers(reader) == 0
    assert balance(reader, accounts.SUSPENSE) == balance(reader, accounts.OPEN_SALES) == 0
    assert wrong_sums(reader) == []
    assert differences(reader, data) == []
    return [each for each in ledger_differences(reader) if each.kind not in DOUBTS] == []


async def test_a_voucher_that_was_sold_over_too_much_is_worth_nothing_any_more(counter, reader):
    counter.till.sell_voucher("200")
    counter.scan(COLA)
    sold = await pay(counter, "=")
    await void(counter, sold)
    (voucher,) = vouchers_of_sale(reader, sold)
    assert (voucher.amount, voucher.left) == (20_000, 0)
    assert [each.what for each in movements_of_voucher(reader, voucher.id)] == ["issued", "voided"]
    assert balance(reader, accounts.VOUCHERS) == balance(reader, accounts.DRAWER) == 0
    assert "-200.00" in counter.last(events.ReceiptMade).text
    counter.books.wait()
    assert is_sound(counter.data, reader)
    counter.scan(SPREAD)
    counter.till.scan(voucher.number)
    await counter.till.until_idle()
    assert "Nothing is left" in spoken(counter.last(events.Notice))
    with pytest.raises(ReturnError) as error:
        counter.till.void()
        await counter.till.until_idle()
        counter.till.money.returns.void(sold, "again")
    assert error.value.reason.kind == "returns.sale_all_back"


async def test_a_debt_that_was_paid_by_mistake_is_owed_again(counter, reader):
    add_grace(counter)
    counter.scan(SPREAD)
    counter.till.identify_customer(GRACE)
    await pay(counter, "k")
    counter.till.settle_account(GRACE, "20")
    counter.scan(MILK)
    sold = await pay(counter, "c")
    assert balance(reader, HERS) == 1290
    await void(counter, sold)
    assert (balance(reader, HERS), balance(reader, accounts.CARD)) == (3290, 0)
    assert is_sound(counter.data, reader)
    kinds = [each.kind for each in drawer_moves(reader, 1)]
    assert kinds.count("other_sale") == 2, "on her account, and by card: what is undone is no sale"
    z = counter.till.money.drawer.x_report("Ada")[0]
    assert (z.accounts_settled.count, z.accounts_settled.amount) == (0, 0)
    assert (z.paid_voids.count, z.paid_voids.amount) == (1, 1290)
    assert [(each.name, each.amount) for each in z.refunds] == [("card", 3290)]


async def test_a_sale_of_nothing_but_a_voucher_is_one_void_on_the_z(counter, reader):
    for amount in ("30", "200"):
        counter.till.sell_voucher(amount)
        sold = await pay(counter, "=")
    await void(counter, sold)
    z = counter.till.money.drawer.x_report("Ada")[0]
    assert (z.vouchers_sold.count, z.vouchers_sold.amount) == (1, 3000)
    assert (z.paid_voids.count, z.paid_voids.amount) == (1, 0)
    assert [(each.name, each.count, each.amount) for each in z.refunds] == [("cash", 1, 20_000)]
    assert z.totals.returns == z.unexplained == z.taken_for_open == 0
    assert is_sound(counter.data, reader)


async def test_once_something_was_paid_with_it_its_sale_stays(counter, reader):
    counter.till.sell_voucher("200")
    counter.till.sell_voucher("10")
    sold = await pay(counter, "=")
    used, _ = vouchers_of_sale(reader, sold)
    counter.scan(SPREAD)
    counter.till.scan(used.number)
    await counter.till.until_idle()
    with pytest.raises(ReturnError) as error:
        counter.till.money.returns.void(sold, "200 instead of 20")
    said = spoken(error.value.reason)
    assert f"{used.shown} of sale {sold:06d} has been used" in said
    assert "No money has gone back" in said
    assert counter.till.sale.is_empty
    assert balance(reader, accounts.VOUCHERS) == -21_000 + 3290
    assert is_sound(counter.data, reader)


async def test_what_a_voucher_paid_and_was_given_back_leaves_it_whole(counter, reader):
    counter.till.sell_voucher("20")
    sold = await pay(counter, "=")
    (voucher,) = vouchers_of_sale(reader, sold)
    counter.scan(SPREAD)
    counter.till.scan(voucher.number)
    await counter.till.until_idle()
    counter.till.give_back()
    await counter.till.until_idle()
    counter.till.void()
    await counter.till.until_idle()
    await void(counter, sold)
    assert balance(reader, accounts.VOUCHERS) == 0
    assert is_sound(counter.data, reader)


async def test_money_does_not_come_back_alone(counter, reader):
    counter.till.sell_voucher("20")
    counter.scan(COLA)
    sold = await pay(counter, "=")
    returns = counter.till.money.returns
    with pytest.raises(ReturnError) as error:
        returns.accept(sold, [ToReturn(1, 1000)])
    assert error.value.reason.kind == "returns.only_with_all"
    returns.accept(sold, [ToReturn(2, 1000)])
    returns.refund()
    await counter.till.until_idle()
    assert balance(reader, accounts.VOUCHERS) == -2000
    await void(counter, sold)  # the rest of it
    assert balance(reader, accounts.VOUCHERS) == balance(reader, accounts.DRAWER) == 0
    assert is_sound(counter.data, reader)


# ---- by wallet: whatever the gateway and the power do --------------------------------------------


def voucher_by_wallet(shop):
    number = shop.till.sale.number
    shop.do(shop.till.sell_voucher, "200")
    shop.do(shop.till.pay_part, "", wallet_code())
    shop.wait(1)
    return number


def left(shop):
    with closing(open_connection(shop.books.path)) as reader:
        assert wrong_vouchers(reader) == 0
        return [each.left for each in vouchers_of_sale(reader, 1)]


def number_of_voucher(shop):
    with closing(open_connection(shop.books.path)) as reader:
        (voucher,) = vouchers_of_sale(reader, 1)
        return voucher.number


def test_while_its_money_goes_back_a_voucher_pays_nothing(shop):
    sold = voucher_by_wallet(shop)
    shop.gateway.mood = "mute"
    shop.do(shop.till.money.returns.void, sold, "200 instead of 20")
    shop.wait(10)
    shop.do(shop.till.hold)
    shop.do(shop.till.scan, SPREAD)
    shop.do(shop.till.scan, number_of_voucher(shop))
    shop.wait(2)
    assert f"Sale {sold:06d}, which sold this voucher" in spoken(shop.notices[-1])
    assert (shop.till.sale.taken, left(shop)) == ((), [20_000])

    late = date(2099, 1, 1)
    written_back = shop.books.write(lambda c: write_voucher_back(c, NOON, "Ada", 1, late))
    shop.wait(1)
    with pytest.raises(VoucherError) as error:
        written_back.result()
    assert error.value.reason.kind == "voucher.being_voided"
    shop.gateway.mood = "well"
    shop.do(shop.till.pay, "=")
    shop.wait(60)
    assert left(shop) == [0]
    shop.finish()


def test_a_refund_that_fails_leaves_the_voucher_good(shop):
    sold = voucher_by_wallet(shop)
    returns, number = shop.till.money.returns, shop.till.sale.number
    shop.gateway.next_refund = "refused"
    shop.do(returns.void, sold, "200 instead of 20")
    shop.wait(2)
    assert shop.notices[-1].reason.kind == "refunds.failed"
    assert (shop.till.sale.state, left(shop)) == ("open", [20_000])
    shop.do(shop.till.scan, COLA)  # its money goes back before anything new is sold
    shop.do(returns.refund)
    assert shop.notices[-1].reason.kind == "returns.void_alone"
    shop.do(shop.till.remove_line, 1)
    shop.do(shop.till.hold)
    shop.do(shop.till.scan, SPREAD)
    shop.do(shop.till.scan, number_of_voucher(shop))
    shop.wait(2)
    assert left(shop) == [20_000 - 3290]
    shop.do(shop.till.recall, number)
    shop.gateway.next_refund = "refunded"
    shop.do(returns.refund)
    shop.wait(2)
    assert shop.notices[-1].reason.kind == "refunds.not_begun"
    assert "has been used" in spoken(shop.notices[-1])
    shop.do(returns.remove_all)
    assert (shop.till.sale.voids, shop.till.sale.returns) == (0, ())
    assert left(shop) == [20_000 - 3290]
    (order,) = shop.gateway.orders.values()
    assert order.worth == 20_000
    shop.finish()


def test_a_void_that_becomes_a_return_leaves_the_money_out(shop):
    number = shop.till.sale.number
    shop.do(shop.till.scan, SPREAD)
    shop.do(shop.till.sell_voucher, "20")
    shop.do(shop.till.scan, MILK)
    shop.do(shop.till.pay_part, "", wallet_code())
    shop.wait(1)
    returns = shop.till.money.returns
    shop.gateway.next_refund = "refused"
    shop.do(returns.void, number, "wrong")
    shop.wait(2)
    assert [each.kind for each in returns.lines] == ["goods", "voucher", "goods"]
    shop.do(returns.remove, 3)
    assert [each.kind for each in returns.lines] == ["goods"]
    assert shop.till.sale.voids == 0
    shop.gateway.next_refund = "refunded"
    shop.do(returns.refund)
    shop.wait(2)
    assert left(shop) == [2000]
    shop.finish()


@pytest.mark.parametrize("mood", ["away", "mute", "late", "deaf"])
@pytest.mark.parametrize("written", [0, 1, 2, 3, 99])
def test_a_void_goes_on_after_a_power_cut(shop, mood, written):
    sold = voucher_by_wallet(shop)
    shop.gateway.mood = mood
    shop.do(shop.till.money.returns.void, sold, "200 instead of 20")
    if written == 99:
        shop.wait(2)
    shop.power_cut(written)
    assert left(shop) == [20_000]
    shop.gateway.mood = "well"
    shop.wait(60)
    if left(shop) == [20_000]:  # the power went before anything of it was written, or its plan
        if not shop.till.sale.is_empty:
            shop.do(shop.till.money.returns.remove_all)
        shop.do(shop.till.money.returns.void, sold, "200 instead of 20")
        shop.wait(60)
    assert left(shop) == [0]
    (order,) = shop.gateway.orders.values()
    assert (order.worth, len(order.refunds)) == (0, 1)
    shop.finish()


@pytest.mark.posix_only("kills by a signal")
@pytest.mark.parametrize("place", [0, 3, 8, 14, 20, 26, 32, 40, 50, 60, 500])
async def test_a_till_killed_in_the_middle_voids_whole_or_not_at_all(tmp_path, place):
    folder = tmp_path / "till"
    counter = Counter(folder).stock().open()
    counter.till.sell_voucher("200")
    await pay(counter, "=")
    await counter.till.close()
    counter.books.close()
    program = (sys.executable, "-m", "tests.voucher_spender")
    ended = subprocess.run((*program, str(folder), "void", str(place)), check=False)
    assert ended.returncode == (0 if place == 500 else -9)

    counter = Counter(folder).open()
    await counter.till.start()  # what was planned goes on
    await counter.till.until_idle()
    with closing(open_connection(counter.books.path)) as reader:
        if len(last_paid_numbers(reader, 9)) == 1:
            (voucher,) = vouchers_of_sale(reader, 1)
            assert voucher.left == 20_000
            assert balance(reader, accounts.VOUCHERS) == -20_000
            counter.till.money.returns.remove_all()
            counter.books.wait()
            await void(counter, 1)
        (voucher,) = vouchers_of_sale(reader, 1)
        assert (voucher.left, balance(reader, accounts.DRAWER)) == (0, 0)
        assert last_paid_numbers(reader, 9) == [2, 1]
        counter.books.wait()
        assert is_sound(folder, reader)
    await counter.till.close()
    counter.books.close()
