"""Payments while the gateway, Redis or the relay is away: really killed, or frozen."""

from pos_tui.checkout import events
from tests.conftest import COLA, SPREAD
from tests.spoken import spoken

from .real_servers import code, linked, states, until_state, words


async def test_gateway_away_says_nothing_is_charged_and_pays_by_itself_once_it_is_back(till, cloud):
    cloud.kill(cloud.gateway)
    till.scan(COLA, code())
    await till.until_true(lambda: "has not left this till" in words(till))
    assert "nothing is charged" in words(till)
    assert states(till)[-1] == "drafted"
    assert till.last(events.LinkChanged).ok is False
    cloud.start(cloud.gateway)
    paid = await till.until(events.SalePaid)
    assert len(till.all(events.OrderMade)) == 1
    assert cloud.charges(paid.tender.order_no) == (1, 0)


async def test_gateway_away_and_given_up_takes_cash_and_is_never_charged(till, cloud):
    cloud.kill(cloud.gateway)
    till.scan(COLA, code())
    await till.until_true(lambda: "has not left this till" in words(till))
    till.till.give_up_payment()
    failed = await till.until(events.PaymentFailed)
    till.till.pay("5")
    await till.until(events.SalePaid)
    cloud.start(cloud.gateway)
    assert cloud.charges(failed.order_no) == (0, 0)


async def test_gateway_killed_while_awaiting_is_unknown_not_failed_and_then_paid_once(till, cloud):
    till.scan(COLA, code("9003"))
    await until_state(till, "sent")
    await until_state(till, "pending")
    cloud.kill(cloud.gateway)
    till.till.ask_now()
    await until_state(till, "unknown")
    assert "Take no other payment of this sale" in words(till)
    assert not till.all(events.PaymentFailed)
    cloud.start(cloud.gateway)
    paid = await till.until(events.SalePaid, 40)
    assert cloud.charges(paid.tender.order_no) == (1, 0)


async def test_no_answer_from_a_frozen_gateway_is_unknown_and_paid_once_when_it_wakes(till, cloud):
    cloud.freeze(cloud.gateway)
    till.scan(COLA, code())
    await until_state(till, "unknown")
    assert "not known yet whether the customer was charged" in words(till)
    cloud.thaw(cloud.gateway)
    paid = await till.until(events.SalePaid, 40)
    assert len(till.all(events.OrderMade)) == 1
    assert cloud.charges(paid.tender.order_no) == (1, 0)


async def test_redis_away_is_shown_and_the_gateway_is_asked_instead(till, cloud):
    cloud.kill(cloud.redis)
    await till.until_true(lambda: till.last(events.LinkChanged).ok is False)
    assert "Redis is away" in spoken(till.last(events.LinkChanged))
    till.scan(COLA, code())
    paid = await till.until(events.SalePaid)
    assert paid.channel == "gateway"
    cloud.start(cloud.redis)
    await till.until_true(lambda: linked(till))
    till.scan(SPREAD, code())
    await till.until_true(lambda: len(till.all(events.SalePaid)) == 2, 40)
    assert till.last(events.SalePaid).channel == "redis"
    await till.until_true(lambda: len(till.printer.jobs) == 2)


async def test_redis_killed_while_the_customer_types_the_pin_loses_nothing(till, cloud):
    till.scan(COLA, code("9003"))
    await until_state(till, "pending")
    cloud.kill(cloud.redis)
    paid = await till.until(events.SalePaid)
    assert paid.channel == "gateway"
    assert cloud.charges(paid.tender.order_no) == (1, 0)
    said = [spoken(event.view) for event in till.all(events.PaymentChanged)]
    assert "Paid: told by the gateway (no message)." in said
    cloud.start(cloud.redis)
    await till.until_true(lambda: linked(till))
    till.scan(SPREAD, code())
    await till.until_true(lambda: len(till.all(events.SalePaid)) == 2)
    assert till.last(events.SalePaid).channel == "redis"
    await till.until_true(lambda: len(till.printer.jobs) == 2)
    assert not [told for told in till.all(events.Notice) if told.tone == "error"]


async def test_relay_killed_the_gateways_answer_counts_and_its_late_message_changes_nothing(
    till, cloud
):
    cloud.kill(cloud.relay)
    till.scan(COLA, code())
    paid = await till.until(events.SalePaid)
    assert paid.channel == "gateway"
    cloud.start(cloud.relay)
    till.scan(SPREAD, code())
    await till.until_true(lambda: len(till.all(events.SalePaid)) == 2)
    assert [event.total for event in till.all(events.SalePaid)] == [350, 3290]
    assert not [told for told in till.all(events.Notice) if told.tone == "error"]
