"""Wallets that do not pay as they should: declined, expired, slow, or charged without an answer."""

import asyncio

import pytest

from pos_tui.checkout import events
from tests.conftest import COLA, SPREAD
from tests.spoken import spoken

from .real_servers import (
    ALIPAY,
    code,
    until_state,
    words,
)


async def test_a_wallet_pays_at_once_and_only_then_is_the_receipt_printed(till, cloud):
    till.scan(COLA, SPREAD, code())
    made = await till.until(events.ReceiptMade)
    kinds = [type(event) for event in till.told]
    assert kinds.index(events.OrderMade) < kinds.index(events.SalePaid)
    assert kinds.index(events.SalePaid) < kinds.index(events.ReceiptMade)
    paid = till.last(events.SalePaid)
    assert paid.channel == "redis"
    assert (paid.total, paid.tender.platform) == (3640, "wechat")
    assert cloud.charges(paid.tender.order_no) == (1, 0)
    assert "WeChat Pay" in made.text
    assert len(till.printer.jobs) == 1


@pytest.mark.parametrize(
    ("start", "platform"), [("28024456785672", "alipay"), ("622573505320161", "unionpay")]
)
async def test_alipay_and_unionpay_are_known_by_their_format_and_pay(till, cloud, start, platform):
    till.scan(COLA, start + code()[-8:-4])
    await till.until(events.ReceiptMade)
    assert till.last(events.SalePaid).tender.platform == platform


async def test_a_declined_code_leaves_the_list_and_a_new_one_pays_under_a_new_number(till, cloud):
    till.scan(COLA, code("9001"))
    failed = await till.until(events.PaymentFailed)
    assert failed.state == "declined"
    assert "balance" in spoken(failed)
    assert till.till.sale.state == "open"
    assert till.total == 350
    till.scan(code())
    await till.until(events.SalePaid)
    first, second = (event.order.order_no for event in till.all(events.OrderMade))
    assert first != second
    assert cloud.charges(first) == (0, 0)
    assert cloud.charges(second) == (1, 0)


async def test_an_expired_code_asks_for_a_fresh_one(till, cloud):
    till.scan(COLA, code("9002"))
    failed = await till.until(events.PaymentFailed)
    assert "expired" in spoken(failed) or "fresh" in spoken(failed)
    assert till.total == 350


async def test_while_the_customer_types_the_pin_the_pane_says_so_and_then_it_is_paid(till, cloud):
    till.scan(COLA, code("9003"))
    await until_state(till, "pending")
    assert "PIN" in words(till)
    till.scan(SPREAD)
    assert "under way" in spoken(till.last(events.Notice))
    till.scan(code())
    assert "charge the customer twice" in spoken(till.last(events.Notice))
    paid = await till.until(events.SalePaid)
    assert paid.total == 350
    assert len(till.all(events.OrderMade)) == 1
    assert cloud.charges(paid.tender.order_no) == (1, 0)


async def test_a_pin_that_is_never_typed_is_given_up_and_cash_is_taken(till, cloud):
    # Alipay's, which may be cancelled at once: WeChat Pay wants to be left alone for 15 s.
    till.scan(COLA, code("9004", ALIPAY))
    await until_state(till, "pending")
    assert till.till.give_up_payment()
    failed = await till.until(events.PaymentFailed)
    assert failed.state == "cancelled"
    charged, given_back = cloud.charges(failed.order_no)
    assert charged in {given_back, 0}
    till.till.pay("10")
    assert (await till.until(events.SalePaid)).tender.kind == "cash"


@pytest.mark.parametrize("ending", ["9005", "9006", "9009"])
async def test_charged_but_the_answer_is_lost_wrong_or_forged_is_paid_once(till, cloud, ending):
    till.scan(COLA, code(ending))
    paid = await till.until(events.SalePaid)
    assert cloud.charges(paid.tender.order_no) == (1, 0)


async def test_giving_up_while_the_order_is_being_written_is_not_forgotten(till, cloud):
    till.scan(COLA, code())
    await asyncio.sleep(0)
    assert till.till.give_up_payment()
    failed = await till.until(events.PaymentFailed)
    assert failed.state == "cancelled"
    assert cloud.charges(failed.order_no) == (0, 0)
