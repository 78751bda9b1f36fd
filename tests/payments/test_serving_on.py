"""Payments that run on while others are served, with the real servers, frozen and cut off."""

import msgspec

from pos_tui.checkout import events
from pos_tui.codes import PaymentCode
from pos_tui.payments.returns import refund_number
from tests.cloud_fixture import as_toml
from tests.conftest import COLA, MILK, SPREAD, Counter
from tests.spoken import spoken

from .real_servers import code, linked, now, sell

MANY = 20


def pay_and_serve_on(till, wallet):
    """A wallet's payment is begun and put aside at once; the number of its sale."""
    number = till.till.sale.number
    till.scan(COLA, wallet)
    till.till.hold()
    assert till.till.sale.is_empty
    return number


async def cash_sale(till):
    number = till.till.sale.number
    till.scan(MILK)
    till.till.pay("=")
    await till.until_true(lambda: number in paid(till))
    return number


def paid(till):
    return [event.number for event in till.all(events.SalePaid)]


async def all_paid(till, numbers):
    await till.until_true(lambda: set(numbers) <= set(paid(till)), 90)
    await till.until_true(
        lambda: set(numbers) <= {event.sale_no for event in till.all(events.ReceiptMade)}
    )


async def test_twenty_payments_aside_complete_when_a_frozen_gateway_wakes(till, cloud):
    cloud.freeze(cloud.gateway)
    aside = [pay_and_serve_on(till, code()) for _ in range(MANY)]
    in_cash = [await cash_sale(till) for _ in range(3)]
    assert {each.sale_no for each in till.till.open_payments()} == set(aside)
    assert not set(aside) & set(paid(till))
    await till.until_true(lambda: {each.state for each in till.till.open_payments()} == {"unknown"})
    in_cash.append(await cash_sale(till))
    cloud.thaw(cloud.gateway)
    await all_paid(till, aside)
    assert sorted(paid(till)) == sorted(aside + in_cash)
    assert sorted(e.sale_no for e in till.all(events.ReceiptMade)) == sorted(aside + in_cash)
    assert len(till.printer.jobs) == MANY + 4
    assert till.till.open_payments() == ()
    orders = [event.order.order_no for event in till.all(events.OrderMade)]
    assert len(orders) == MANY
    assert {cloud.charges(order_no) for order_no in orders} == {(1, 0)}


async def test_twenty_payments_aside_come_back_after_a_power_cut_and_complete_once(cloud, tmp_path):
    cloud.all_up()
    counter = Counter(tmp_path / "till", cloud.a_till()).stock().open()
    counter.clock = now
    await counter.till.start()
    await counter.until_true(lambda: linked(counter))
    cloud.freeze(cloud.gateway)
    aside = [pay_and_serve_on(counter, code()) for _ in range(MANY)]
    await counter.until_true(
        lambda: {each.state for each in counter.till.open_payments()} == {"unknown"}
    )
    orders = [event.order.order_no for event in counter.all(events.OrderMade)]
    counter.scan(SPREAD)
    before = counter.till
    counter.power_cut()
    await before.close()
    assert counter.total == 3290
    assert {each.sale_no for each in counter.till.open_payments()} == set(aside)
    await counter.till.start()
    front = counter.till.sale.number
    counter.till.pay("=")
    await counter.until_true(lambda: front in paid(counter))
    cloud.thaw(cloud.gateway)
    await counter.until_true(lambda: counter.till.open_payments() == (), 90)
    held = [each.number for each in counter.till.held_sales()]
    by_wallet = [number for number in paid(counter) if number in aside]
    assert sorted(held + by_wallet) == aside
    assert len(set(by_wallet)) == len(by_wallet)
    charges = [cloud.charges(order_no) for order_no in orders]
    assert [charged - back for charged, back in charges].count(1) == len(by_wallet)
    await counter.till.close()
    counter.books.close()


async def test_one_that_fails_meanwhile_waits_on_hold_with_its_list_open(till, cloud):
    first = pay_and_serve_on(till, code("9001"))
    till.scan(SPREAD)
    failed = await till.until(events.PaymentFailed)
    assert (failed.sale_no, failed.state) == (first, "declined")
    assert [each.number for each in till.till.held_sales()] == [first]
    till.till.pay("=")
    await till.until(events.SalePaid)
    till.till.recall(first)
    till.scan(COLA, code())
    await till.until_true(lambda: first in paid(till))
    assert till.last(events.SalePaid).total == 600


async def test_a_part_by_wallet_goes_back_through_the_gateway(till, cloud):
    till.scan(SPREAD)
    till.till.pay("10")
    await till.until(events.TenderTaken)
    till.till.pay_part("12.90", code())
    await till.until_true(lambda: len(till.all(events.TenderTaken)) == 2)
    assert till.till.sale.due == 1000
    order = till.last(events.OrderMade).order
    assert len(refund_number(order.order_no)) <= 32
    till.till.give_back()
    await till.until_true(lambda: till.till.sale.state == "open")
    assert cloud.charges(order.order_no) == (1, 1)
    assert "hand 10.00 out of the drawer" in " ".join(
        spoken(told) for told in till.all(events.Notice)
    )
    till.scan(COLA)
    till.till.pay("=")
    assert (await till.until(events.SalePaid)).total == 3640


async def test_an_order_that_never_left_is_given_up_at_once_while_the_gateway_hangs(
    cloud, tmp_path
):
    cloud.all_up()
    settings = cloud.a_till()
    patient = msgspec.structs.replace(settings.gateway, timeout_s=60.0)
    settings = msgspec.structs.replace(settings, gateway=patient)
    counter = Counter(tmp_path / "till", settings).stock().open()
    counter.scan(COLA)
    wallet = counter.till.codes.read(code())
    assert isinstance(wallet, PaymentCode)
    order = counter.till._orders.draft(counter.till.sale, wallet, 350)
    (tender,) = counter.till.sale.tenders
    counter.books.keep_order(order, counter.now, "awaiting", tender=tender).result()
    counter.power_cut()
    counter.clock = now
    cloud.freeze(cloud.gateway)
    await counter.till.start()
    failed = await counter.until(events.PaymentFailed, 30)  # half of what the gateway may take
    assert "Nothing is charged" in spoken(failed)
    assert counter.till.sale.state == "open"
    counter.till.pay("=")
    await counter.until(events.SalePaid)
    cloud.thaw(cloud.gateway)
    assert cloud.charges(order.order_no) == (0, 0)
    await counter.till.close()
    counter.books.close()


async def test_a_sale_without_a_screen_does_not_wait_for_those_aside(till, cloud, tmp_path):
    number = pay_and_serve_on(till, code("9003"))
    await till.until_true(lambda: till.all(events.OrderMade))
    await till.till.close()
    till.books.close()
    file = tmp_path / "till.toml"
    file.write_text(as_toml(till.settings))
    cloud.freeze(cloud.gateway)
    try:
        ended, told = await sell(file, till.data, MILK, "cash", "20")
        assert ended == 0
        assert [event["sale"] for event in told if event["event"] == "paid"] == [number + 1]
    finally:
        cloud.thaw(cloud.gateway)
    ended, told = await sell(file, till.data)
    assert ended == 0
    assert [event["sale"] for event in told if event["event"] == "paid"] == [number]
    till.books = type(till.books)(till.data)
