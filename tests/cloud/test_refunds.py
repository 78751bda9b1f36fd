"""Giving money back: a part or all of it, once, however often it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pos_tui.cloud.gateway.platforms import answer
from pos_tui.cloud.gateway.settlement import NotPayable, OrderConflict
from pos_tui.messages import RefundStatus, TransactionOrder

from .scripted import UNKNOWN, Desk, Scripted, new_order, paid
from .shop import eventually

REFUNDED = answer("refunded", "refunded")


@pytest.fixture
async def desk(tmp_path: Path, database: str) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path, database)
    yield desk
    await desk.close()


async def a_paid_order(desk: Desk, platform: Scripted) -> TransactionOrder:
    await desk.open(platform)
    order = new_order()
    await desk.pay(order)
    await desk.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    return order


async def clear(desk: Desk, order: TransactionOrder, refund_no: str) -> RefundStatus:
    async def look() -> RefundStatus | None:
        found = await desk.settlement.refund_state("M001", order.order_no, refund_no)
        return found if found and found.answer != "pending" else None

    return await eventually(look)


async def test_parts_are_given_back_until_nothing_is_left(desk: Desk) -> None:
    platform = Scripted(pay=[paid()])
    platform.script.update({"refund REFUND01 1000": [REFUNDED], "refund REFUND02 3770": [REFUNDED]})
    order = await a_paid_order(desk, platform)
    await desk.refund(order.order_no, "REFUND01", 1000)
    assert (await clear(desk, order, "REFUND01")).answer == "refunded"
    with pytest.raises(NotPayable):
        await desk.refund(order.order_no, "REFUND02", 3771)
    await desk.refund(order.order_no, "REFUND02", 3770)
    assert (await clear(desk, order, "REFUND02")).answer == "refunded"
    with pytest.raises(NotPayable):
        await desk.refund(order.order_no, "REFUND03", 1)


async def test_the_same_refund_asked_again_gives_nothing_more(desk: Desk) -> None:
    platform = Scripted(pay=[paid()])
    platform.script["refund REFUND01 1000"] = [REFUNDED]
    order = await a_paid_order(desk, platform)
    asked = [desk.refund(order.order_no, "REFUND01", 1000) for _ in range(5)]
    answers = await asyncio.gather(*asked)
    assert {status.amount for status in answers if status} == {1000}
    assert (await clear(desk, order, "REFUND01")).answer == "refunded"
    assert platform.asked.count("refund REFUND01 1000") == 1
    with pytest.raises(OrderConflict):
        await desk.refund(order.order_no, "REFUND01", 999)


async def test_two_tills_together_never_give_back_more_than_was_paid(desk: Desk) -> None:
    platform = Scripted(pay=[paid()])
    for number in range(8):
        platform.script[f"refund REFUND0{number} 1000"] = [REFUNDED]
    order = await a_paid_order(desk, platform)
    asked = [desk.refund(order.order_no, f"REFUND0{number}", 1000) for number in range(8)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert len([a for a in answers if isinstance(a, RefundStatus)]) == 4
    assert len([a for a in answers if isinstance(a, NotPayable)]) == 4


async def test_an_unclear_refund_is_asked_for_again_by_the_same_number(desk: Desk) -> None:
    platform = Scripted(pay=[paid()])
    platform.script["refund REFUND01 4770"] = [UNKNOWN, UNKNOWN, REFUNDED]
    order = await a_paid_order(desk, platform)
    await desk.refund(order.order_no, "REFUND01", 4770)
    status = await clear(desk, order, "REFUND01")
    assert (status.answer, platform.asked.count("refund REFUND01 4770")) == ("refunded", 3)
    assert status.refunded_at


async def test_a_refund_goes_on_after_a_restart(desk: Desk) -> None:
    platform = Scripted(pay=[paid()])
    order = await a_paid_order(desk, platform)
    status = await desk.refund(order.order_no, "REFUND01", 4770)
    assert status and status.answer == "pending"
    await desk.close()

    platform = Scripted()
    platform.script["refund REFUND01 4770"] = [REFUNDED]
    await desk.open(platform)
    assert (await clear(desk, order, "REFUND01")).answer == "refunded"
    assert (await desk.row(order.order_no)).state == "paid"


async def test_a_refund_that_the_platform_refuses_is_told_and_frees_its_amount(desk: Desk) -> None:
    platform = Scripted(pay=[paid()])
    platform.script["refund REFUND01 4770"] = [answer("declined", "refund_refused")]
    platform.script["refund REFUND02 4770"] = [REFUNDED]
    order = await a_paid_order(desk, platform)
    await desk.refund(order.order_no, "REFUND01", 4770)
    status = await clear(desk, order, "REFUND01")
    assert (status.answer, status.reason) == ("refused", "refund_refused")
    await desk.refund(order.order_no, "REFUND02", 4770)
    assert (await clear(desk, order, "REFUND02")).answer == "refunded"


async def test_nothing_is_given_back_for_what_is_not_paid(desk: Desk) -> None:
    await desk.open(Scripted(pay=[answer("declined", "insufficient_balance")]))
    order = new_order()
    assert (await desk.pay(order)).answer == "declined"
    with pytest.raises(NotPayable):
        await desk.refund(order.order_no, "REFUND01", 100)
    assert await desk.refund("NOSUCHORDER", "REFUND01", 100) is None
