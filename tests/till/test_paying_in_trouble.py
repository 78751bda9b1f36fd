"""Sales paid in parts, given back and put aside, while the gateway, the disk and the power fail."""

import pytest
from msgspec.structs import replace

from pos_tui.checkout import events
from tests.conftest import COLA, SPREAD
from tests.model_shop import Shop, wallet_code


@pytest.fixture
def shop():
    shop = Shop()
    yield shop
    shop.close()


def pay_by_wallet(shop, part=""):
    shop.do(shop.till.pay_part, part, wallet_code())


def kinds(shop):
    return [event.reason.kind for event in shop.notices]


def test_two_wallets_whose_return_was_cut_off_both_go_back(shop):
    shop.do(shop.till.scan, SPREAD)
    for part in ("10", "5"):
        pay_by_wallet(shop, part)
        shop.wait(1)
    assert len(shop.till.sale.taken) == 2
    shop.gateway.mood = "away"
    shop.do(shop.till.give_back)
    shop.wait(1)
    shop.power_cut(99)
    shop.gateway.mood = "well"
    shop.wait(10)
    assert [each.state for each in shop.till.sale.tenders] == ["given_back", "given_back"]
    assert shop.till.sale.state == "open"
    assert [order.kept for order in shop.gateway.orders.values()] == [0, 0]
    shop.finish()


def test_a_payment_that_the_disk_refused_takes_no_other_tenders_number(shop):
    shop.do(shop.till.scan, SPREAD)
    shop.books.disk.mood = "refuses"
    pay_by_wallet(shop)
    shop.wait(1)
    shop.books.disk.mood = "well"
    shop.wait(3)
    shop.do(shop.till.pay, "20")
    shop.wait(1)
    shop.power_cut(99)
    assert shop.till.sale.due == 1290
    shop.do(shop.till.pay, "5")
    shop.wait(1)
    assert shop.till.sale.due == 790
    shop.do(shop.till.pay, "=")
    shop.wait(1)
    assert [each.given for each in shop.taken.values()] == [2000, 500, 790]
    shop.finish()


def test_cash_is_handed_out_only_once_that_is_written(shop):
    shop.do(shop.till.scan, SPREAD)
    shop.do(shop.till.pay, "20")
    shop.wait(1)
    shop.books.disk.mood = "refuses"
    shop.do(shop.till.give_back)
    shop.wait(1)
    assert "sale.given_back" not in kinds(shop)
    assert kinds(shop)[-1] == "sale.not_given_back"
    assert shop.till.sale.due == 1290
    shop.books.disk.mood = "well"
    shop.wait(3)
    shop.do(shop.till.give_back)
    shop.wait(1)
    assert "sale.given_back" in kinds(shop)
    assert shop.till.sale.state == "open"
    shop.finish()


def test_a_payment_that_failed_while_the_disk_refused_does_not_shut_its_sale(shop):
    shop.do(shop.till.scan, SPREAD)
    shop.gateway.next_answer = "pending"
    pay_by_wallet(shop)
    shop.wait(1)
    number = shop.till.sale.number
    shop.do(shop.till.hold)
    shop.do(shop.till.scan, COLA)
    shop.books.disk.mood = "refuses"
    (order,) = shop.gateway.orders.values()
    order.answer = "declined"
    shop.wait(10)
    shop.books.disk.mood = "well"
    shop.wait(10)
    shop.do(shop.till.pay, "=")
    shop.wait(1)
    assert [each.number for each in shop.books.held()] == [number]
    shop.do(shop.till.recall, number)
    assert shop.till.why_not_pay() is None
    shop.do(shop.till.pay, "=")
    shop.wait(1)
    assert shop.paid == {number: 1, number + 1: 1}
    shop.finish()


def test_a_sale_aside_whose_till_stopped_as_its_payment_failed_waits_with_its_list_open(shop):
    """Its order is over in the books, and it is not on hold yet; its discount is off the basket."""
    shop.do(shop.till.scan, SPREAD)
    shop.do(shop.till.scan, SPREAD)
    shop.gateway.next_answer = "pending"
    before = shop.till.sale.list.totals
    assert before.discounts
    pay_by_wallet(shop)
    shop.wait(1)
    number = shop.till.sale.number
    shop.do(shop.till.hold)
    shop.wait(1)
    (order,) = shop.gateway.orders.values()
    order.answer = "cancelled"
    kept = shop.books.order(order.order_no)
    tender = replace(shop.replayed(number).tenders[0], state="failed")
    shop.books.keep_order(
        replace(kept, state="cancelled"), shop.counter.clock(), "open", tender=tender
    )
    shop.power_cut(99)
    shop.wait(1)
    shop.do(shop.till.recall, number)
    assert shop.till.sale.list.totals == before
    assert not shop.till.sale.list.is_closed
    shop.do(shop.till.scan, COLA)
    shop.do(shop.till.pay, "=")
    shop.wait(1)
    assert shop.told_of(events.SalePaid)[-1].total == before.total + 350
    shop.finish()
