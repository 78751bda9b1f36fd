"""What was under way when the till stopped, also as an earlier till's books have it."""

import msgspec
import pytest

from pos_tui.books.sales.sales import read_tenders
from pos_tui.checkout.orders import Order
from pos_tui.checkout.tenders import Tender
from tests.conftest import COLA, NOON, SPREAD


def order(state, sale_no=1, number="A1234567"):
    return Order(number, sale_no, 350, "CNY", "wechat", "····1234", state, NOON)


def tender(state):
    return Tender("wallet", 350, 350, platform="wechat", order_no="A1234567", state=state)


def test_one_tender_of_an_earlier_till_reads_as_the_only_one():
    kept = b'{"kind":"cash","due":350,"given":500,"change":150,"platform":"","platform_ref":"",'
    kept += b'"order_no":"","masked_code":""}'
    assert read_tenders(kept.decode()) == (Tender("cash", due=350, given=500, change=150),)
    several = (Tender("cash", due=350, given=100), Tender("card", due=250, given=250, number=2))
    assert read_tenders(msgspec.json.encode(several).decode()) == several


@pytest.mark.parametrize(
    ("state", "found"), [("drafted", "drafted"), ("sent", "pending"), ("unknown", "unknown")]
)
def test_an_order_of_an_earlier_till_is_the_sales_tender_under_way(counter, state, found):
    counter.scan(COLA)
    counter.books.keep_order(order(state), NOON, "awaiting")
    counter.power_cut()
    assert counter.till.sale.under_way is not None
    assert counter.till.sale.under_way.state == found
    assert counter.till.sale.due == 350


@pytest.mark.parametrize("state", ["declined", "cancelled"])
def test_an_order_that_is_over_leaves_the_list_open(counter, state):
    counter.scan(COLA)
    counter.books.keep_order(order(state), NOON, "awaiting")
    counter.power_cut()
    assert counter.till.sale.state == "open"
    counter.scan(SPREAD)
    assert counter.total == 3640


def test_a_tender_stands_as_its_order_does(counter):
    counter.scan(COLA)
    counter.books.keep_order(order("drafted"), NOON, "awaiting", tender=tender("drafted"))
    counter.books.keep_order(order("pending"), NOON, "awaiting")
    counter.power_cut()
    assert counter.till.sale.under_way == tender("pending")


def test_what_waits_aside_is_not_in_front_and_the_open_list_is(counter):
    counter.scan(COLA)
    counter.books.keep_order(order("pending"), NOON, "awaiting", tender=tender("pending"))
    counter.books.put_aside(1, NOON, "Ada")
    counter.power_cut()
    assert counter.till.sale.number == 2
    assert [each.sale_no for each in counter.till.open_payments()] == [1]
    counter.scan(SPREAD)
    counter.power_cut()
    assert [line.item.name for line in counter.till.sale.list.lines] == ["Hazelnut spread"]
    assert [each.sale_no for each in counter.till.open_payments()] == [1]


def test_a_payment_in_front_goes_before_an_open_list_of_an_earlier_till(counter):
    counter.scan(COLA)
    counter.books.keep_order(order("pending"), NOON, "awaiting", tender=tender("pending"))
    counter.power_cut()
    assert counter.till.sale.number == 1
    assert counter.till.sale.state == "awaiting"
