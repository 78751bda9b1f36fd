"""Giving money back: a part or all of it, once, however often it is asked for."""

from __future__ import annotations

import asyncio
from types import GeneratorType
from typing import Any

import pytest

from pos_tui.cloud.gateway.database.interface import Work
from pos_tui.cloud.gateway.order_service import AccountRemoved, NotRefundable, OrderConflict
from pos_tui.cloud.platforms.protocol import (
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
)
from pos_tui.messages import RefundStatus, TransactionOrder
from tests.cloud.gateway.rig import UNKNOWN, Scripted, ServiceRig, new_order, paid
from tests.cloud.shop import eventually

REFUNDED = answer("refunded", "refunded")


async def a_paid_order(rig: ServiceRig, platform: Scripted) -> TransactionOrder:
    await rig.open(platform)
    order = new_order()
    await rig.pay(order)
    await rig.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    return order


async def clear(rig: ServiceRig, order: TransactionOrder, refund_no: str) -> RefundStatus:
    async def look() -> RefundStatus | None:
        found = await rig.service.refund_state("M001", order.order_no, refund_no)
        return found if found and found.answer != "pending" else None

    return await eventually(look)


async def test_parts_are_given_back_until_nothing_is_left(rig: ServiceRig) -> None:
    platform = Scripted(pay=[paid()])
    platform.script.update({"refund REFUND01 1000": [REFUNDED], "refund REFUND02 3770": [REFUNDED]})
    order = await a_paid_order(rig, platform)
    await rig.refund(order.order_no, "REFUND01", 1000)
    assert (await clear(rig, order, "REFUND01")).answer == "refunded"
    with pytest.raises(NotRefundable):
        await rig.refund(order.order_no, "REFUND02", 3771)
    await rig.refund(order.order_no, "REFUND02", 3770)
    assert (await clear(rig, order, "REFUND02")).answer == "refunded"
    with pytest.raises(NotRefundable):
        await rig.refund(order.order_no, "REFUND03", 1)


async def test_the_same_refund_asked_again_gives_nothing_more(rig: ServiceRig) -> None:
    platform = Scripted(pay=[paid()])
    platform.script["refund REFUND01 1000"] = [REFUNDED]
    order = await a_paid_order(rig, platform)
    asked = [rig.refund(order.order_no, "REFUND01", 1000) for _ in range(5)]
    answers = await asyncio.gather(*asked)
    assert {status.amount for status in answers if status} == {1000}
    assert (await clear(rig, order, "REFUND01")).answer == "refunded"
    assert platform.asked.count("refund REFUND01 1000") == 1
    with pytest.raises(OrderConflict):
        await rig.refund(order.order_no, "REFUND01", 999)


async def test_two_tills_together_never_give_back_more_than_was_paid(rig: ServiceRig) -> None:
    platform = Scripted(pay=[paid()])
    for number in range(8):
        platform.script[f"refund REFUND0{number} 1000"] = [REFUNDED]
    order = await a_paid_order(rig, platform)
    asked = [rig.refund(order.order_no, f"REFUND0{number}", 1000) for number in range(8)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert len([a for a in answers if isinstance(a, RefundStatus)]) == 4
    assert len([a for a in answers if isinstance(a, NotRefundable)]) == 4


async def test_an_unclear_refund_is_asked_for_again_by_the_same_number(rig: ServiceRig) -> None:
    platform = Scripted(pay=[paid()])
    platform.script["refund REFUND01 4770"] = [UNKNOWN, UNKNOWN, REFUNDED]
    order = await a_paid_order(rig, platform)
    await rig.refund(order.order_no, "REFUND01", 4770)
    status = await clear(rig, order, "REFUND01")
    assert (status.answer, platform.asked.count("refund REFUND01 4770")) == ("refunded", 3)
    assert status.refunded_at


async def test_a_refund_goes_on_after_a_restart(rig: ServiceRig) -> None:
    platform = Scripted(pay=[paid()])
    order = await a_paid_order(rig, platform)
    status = await rig.refund(order.order_no, "REFUND01", 4770)
    assert status and status.answer == "pending"
    await rig.close()

    platform = Scripted()
    platform.script["refund REFUND01 4770"] = [REFUNDED]
    await rig.open(platform)
    assert (await clear(rig, order, "REFUND01")).answer == "refunded"
    assert (await rig.row(order.order_no)).state == "paid"


async def test_a_refund_that_the_platform_refuses_is_told_and_frees_its_amount(
    rig: ServiceRig,
) -> None:
    platform = Scripted(pay=[paid()])
    platform.script["refund REFUND01 4770"] = [answer("declined", "refund_refused")]
    platform.script["refund REFUND02 4770"] = [REFUNDED]
    order = await a_paid_order(rig, platform)
    await rig.refund(order.order_no, "REFUND01", 4770)
    status = await clear(rig, order, "REFUND01")
    assert (status.answer, status.reason) == ("refused", "refund_refused")
    await rig.refund(order.order_no, "REFUND02", 4770)
    assert (await clear(rig, order, "REFUND02")).answer == "refunded"


async def test_nothing_is_given_back_for_what_is_not_paid(rig: ServiceRig) -> None:
    await rig.open(Scripted(pay=[answer("declined", "insufficient_balance")]))
    order = new_order()
    assert (await rig.pay(order)).answer == "declined"
    with pytest.raises(NotRefundable):
        await rig.refund(order.order_no, "REFUND01", 100)
    assert await rig.refund("NOSUCHORDER", "REFUND01", 100) is None


async def test_a_refund_asked_for_while_another_ends_is_not_forgotten(rig: ServiceRig) -> None:
    platform = Scripted(pay=[paid()])
    held, go_on = asyncio.Event(), asyncio.Event()

    async def refund(order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
        if refund.refund_no == "REFUND01":
            held.set()
            await go_on.wait()
        return REFUNDED

    order = await a_paid_order(rig, platform)
    platform.refund = refund  # type: ignore[method-assign]
    first = asyncio.create_task(rig.refund(order.order_no, "REFUND01", 1000))
    await held.wait()
    real = rig.orders._database.write

    async def slowly(work: Work[Any]) -> Any:
        """The first refund ends between the second one's statements and its commit."""

        def held_back() -> Work[Any]:
            statement = next(work)
            while True:
                rows = yield statement
                if "tries = 0" in statement[0]:
                    go_on.set()
                    yield _nap(rig.database)
                try:
                    statement = work.send(rows)
                except StopIteration as end:
                    return end.value

        assert isinstance(work, GeneratorType)
        return await real(
            held_back() if work.__qualname__.startswith("Orders.request_refund") else work
        )

    rig.orders._database.write = slowly  # type: ignore[method-assign]
    await rig.refund(order.order_no, "REFUND02", 500)
    await first
    for number in ("REFUND01", "REFUND02"):
        assert (await clear(rig, order, number)).answer == "refunded"


def _nap(database: str) -> tuple[str, tuple[()]]:
    return ("SELECT pg_sleep(0.4)" if "://" in database else "SELECT 1"), ()


async def test_a_refund_number_stands_for_one_refund_of_the_whole_merchant(rig: ServiceRig) -> None:
    platform = Scripted(pay=[paid()])
    platform.script["refund REFUND01 1000"] = [REFUNDED]
    order = await a_paid_order(rig, platform)
    await rig.refund(order.order_no, "REFUND01", 1000)
    other = new_order()
    await rig.pay(other)
    await rig.until(other.order_no, lambda row: row.state == "paid" and not row.to_log)
    with pytest.raises(OrderConflict):
        await rig.refund(other.order_no, "REFUND01", 1000)


async def test_nothing_is_promised_back_where_the_account_is_gone(rig: ServiceRig) -> None:
    order = await a_paid_order(rig, Scripted(pay=[paid()]))
    await rig.close()
    await rig.open(Scripted(), account="191")
    with pytest.raises(AccountRemoved):
        await rig.refund(order.order_no, "REFUND01", 1000)
