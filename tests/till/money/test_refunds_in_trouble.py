"""A wallet's money goes back under a number of its own, whatever the gateway, disk and power do."""

import pytest

from pos_tui.checkout import events
from pos_tui.till.money.returns import ToReturn
from tests.conftest import COLA, MILK, SPREAD
from tests.model_shop import Shop, wallet_code


@pytest.fixture
def shop():
    shop = Shop()
    yield shop
    shop.close()


def paid_by_wallet(shop, *codes, part=""):
    number = shop.till.sale.number
    for code in codes:
        shop.do(shop.till.scan, code)
    shop.do(shop.till.pay_part, part, wallet_code())
    shop.wait(1)
    return number


def give_back(shop, number, *lines):
    returns = shop.till.money.returns
    shop.do(returns.accept, number, [ToReturn(line, 1000) for line in lines])
    shop.do(returns.refund)


def order_of(shop):
    (order,) = shop.gateway.orders.values()
    return order


def kinds(shop):
    return [event.reason.kind for event in shop.notices]


def test_each_return_has_its_own_refund(shop):
    sold = paid_by_wallet(shop, MILK, SPREAD)
    give_back(shop, sold, 1)
    shop.wait(1)
    assert order_of(shop).worth == 2931  # of 45.80, 5.00 had come off the basket
    give_back(shop, sold, 2)
    shop.wait(1)
    assert order_of(shop).worth == 0
    assert len(order_of(shop).refunds) == 2
    assert all(8 <= len(each) <= 32 and each.isalnum() for each in order_of(shop).refunds)
    shop.finish()


@pytest.mark.parametrize("mood", ["away", "mute", "late", "deaf"])
@pytest.mark.parametrize("written", [0, 1, 2, 3, 99])
def test_a_refund_is_resumed_after_a_power_cut_under_the_same_number(shop, mood, written):
    sold = paid_by_wallet(shop, MILK, SPREAD)
    shop.gateway.mood = mood
    give_back(shop, sold, 1)
    if written == 99:
        shop.wait(2)
    shop.power_cut(written)
    shop.gateway.mood = "well"
    shop.wait(60)
    if shop.till.sale.due < 0:  # the power went before anything of it was written
        shop.do(shop.till.money.returns.refund)
        shop.wait(60)
    assert order_of(shop).worth == 2931  # of 45.80, 5.00 had come off the basket
    assert len(order_of(shop).refunds) == 1
    shop.finish()


def test_what_is_unknown_stays_unknown_and_the_next_customer_is_served(shop):
    sold = paid_by_wallet(shop, MILK)
    shop.gateway.mood = "mute"
    number = shop.till.sale.number
    give_back(shop, sold, 1)
    shop.wait(10)
    (tender,) = shop.till.sale.tenders
    assert tender.state == "unknown"
    assert not shop.till.give_up_payment()
    shop.do(shop.till.hold)
    assert [(each.sale_no, each.state, each.first) for each in shop.till.open_payments()] == [
        (number, "unknown", "Milk 1 l")
    ]
    shop.do(shop.till.scan, COLA)
    shop.do(shop.till.pay, "=")
    shop.wait(1)
    assert number not in shop.paid
    shop.gateway.mood = "well"
    shop.wait(60)
    assert shop.paid[number] == 1
    assert shop.till.open_payments() == ()
    assert order_of(shop).worth == 0
    shop.finish()


def test_a_refused_refund_leaves_the_goods_to_be_given_back_another_way(shop):
    sold = paid_by_wallet(shop, MILK)
    shop.gateway.next_refund = "refused"
    give_back(shop, sold, 1)
    shop.wait(2)
    assert kinds(shop)[-1] == "refunds.failed"
    assert (shop.till.sale.state, shop.till.sale.due) == ("open", -1290)
    shop.do(shop.till.money.returns.refund, "cash")
    shop.wait(1)
    assert shop.told_of(events.SalePaid)[-1].tender.kind == "cash"
    shop.finish()


def test_wallet_first_then_cash_and_a_refusal_stops_before_the_cash(shop):
    number = shop.till.sale.number
    shop.do(shop.till.scan, SPREAD)
    shop.do(shop.till.pay, "10")
    shop.wait(1)
    shop.do(shop.till.pay_part, "", wallet_code())
    shop.wait(1)
    shop.gateway.next_refund = "refused"
    give_back(shop, number, 1)
    shop.wait(2)
    assert [(each.kind, each.state) for each in shop.till.sale.tenders] == [
        ("wallet", "failed"),
        ("cash", "failed"),
    ]
    shop.gateway.next_refund = "refunded"
    shop.do(shop.till.money.returns.refund)
    shop.wait(1)
    assert [(each.kind, each.given) for each in shop.told_of(events.SalePaid)[-1].tenders] == [
        ("wallet", -2290),
        ("cash", -1000),
    ]
    shop.finish()


def test_money_leaves_only_once_its_return_is_written(shop):
    sold = paid_by_wallet(shop, MILK)
    shop.books.disk.mood = "refuses"
    give_back(shop, sold, 1)
    shop.wait(2)
    assert kinds(shop)[-1] == "refunds.not_begun"
    assert shop.gateway.asked["refund"] == 0
    shop.books.disk.mood = "well"
    shop.wait(3)
    shop.do(shop.till.money.returns.refund)
    shop.wait(2)
    assert order_of(shop).worth == 0
    shop.finish()


def test_an_exchange_paid_by_wallet_that_is_cut_off_completes(shop):
    sold = paid_by_wallet(shop, MILK)
    shop.do(shop.till.scan, SPREAD)
    shop.do(shop.till.money.returns.accept, sold, [ToReturn(1, 1000)])
    shop.gateway.mood = "mute"
    shop.do(shop.till.pay_part, "", wallet_code())
    shop.wait(3)
    shop.power_cut(99)
    shop.gateway.mood = "well"
    shop.wait(60)
    assert shop.told_of(events.SalePaid)[-1].total == 2000
    shop.finish()
