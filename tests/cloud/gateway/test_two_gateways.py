"""Two gateways over one database: an order is worked by one at a time, and none is orphaned."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Never

import msgspec
import pytest

from pos_tui.cloud.gateway.database.interface import DatabaseUnavailable
from pos_tui.cloud.gateway.order_records import OrderUpdate
from pos_tui.cloud.platforms.protocol import PlatformAnswer, PlatformOrder, answer
from tests.cloud.gateway.rig import (
    NOT_FOUND,
    TIMING,
    UNKNOWN,
    Scripted,
    ServiceRig,
    new_order,
    paid,
)
from tests.cloud.shop import eventually

pytestmark = pytest.mark.not_under_wine(
    "a lock that SQLite waits for is never given to it: it waits out its ten seconds"
)
QUICK_LEASE = msgspec.structs.replace(TIMING, lease_s=0.6, beat_s=0.1, answer_s=3.0)
LONG_LEASE = msgspec.structs.replace(TIMING, lease_s=60.0, beat_s=0.1, answer_s=0.3)


@pytest.fixture
async def rigs(tmp_path: Path, database: str) -> AsyncIterator[tuple[ServiceRig, ServiceRig]]:
    pair = ServiceRig(tmp_path, database, "one"), ServiceRig(tmp_path, database, "two")
    yield pair
    for rig in pair:
        await rig.close()


async def test_the_orders_of_a_gateway_that_died_are_taken_up_by_the_other(
    rigs: tuple[ServiceRig, ServiceRig],
) -> None:
    one, two = rigs
    await one.open(Scripted(pay=[UNKNOWN], query=[UNKNOWN]), QUICK_LEASE)
    order = new_order()
    paying = asyncio.create_task(one.pay(order))
    await eventually(lambda: one.orders.get("M001", order.order_no))
    await one.service.close()  # it stops where it is; its leases are left as they are
    paying.cancel()

    await two.open(Scripted(query=[paid()]), QUICK_LEASE)
    status = await two.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    assert status.answer == "paid"
    assert one.logged() == [order.order_no]
    assert (await two.row(order.order_no)).owner == "two"


async def test_a_gateway_leaves_alone_what_the_other_works_on(
    rigs: tuple[ServiceRig, ServiceRig],
) -> None:
    one, two = rigs
    idle = Scripted(query=[paid()])
    await one.open(Scripted(pay=[UNKNOWN], query=[UNKNOWN]), LONG_LEASE)
    await two.open(idle, LONG_LEASE)
    order = new_order()
    assert (await one.pay(order)).answer == "unknown"
    beats = two.service._renewals
    await eventually(lambda: _true(two.service._renewals > beats + 3))
    assert idle.asked == []
    assert (await one.row(order.order_no)).owner == "one"


async def test_the_same_order_sent_to_the_other_gateway_is_the_same_order(
    rigs: tuple[ServiceRig, ServiceRig],
) -> None:
    one, two = rigs
    slow, other = Scripted(pay=[paid()]), Scripted(pay=[paid()])
    slow.let_pay.clear()
    timing = msgspec.structs.replace(LONG_LEASE, answer_s=10.0, patience_s=10.0)
    await one.open(slow, timing)
    await two.open(other, timing)
    order = new_order()
    first = asyncio.create_task(one.pay(order))
    await eventually(lambda: two.orders.get("M001", order.order_no))
    second = asyncio.create_task(two.pay(order))
    slow.let_pay.set()
    assert (await first).answer == (await second).answer == "paid"
    assert (slow.asked, other.asked) == (["pay"], [])
    assert one.logged() == [order.order_no]


async def test_a_cancel_at_the_other_gateway_reaches_the_one_that_works(
    rigs: tuple[ServiceRig, ServiceRig],
) -> None:
    one, two = rigs
    waiting = answer("paying", "waiting_for_customer")
    closed = answer("closed", "cancelled")
    platform = Scripted(pay=[waiting], query=[closed], cancel=[closed])
    timing = msgspec.structs.replace(LONG_LEASE, schedule=(30.0,), answer_s=10.0)
    await one.open(platform, timing)
    await two.open(Scripted(), timing)
    order = new_order()
    assert (await one.pay(order)).answer == "pending"
    status = await two.cancel(order.order_no)
    assert (status.answer, status.reason) == ("cancelled", "cancelled")
    assert platform.asked.count("cancel") == 1


async def test_a_gateway_that_stalled_past_its_lease_lets_the_order_go(
    rigs: tuple[ServiceRig, ServiceRig],
) -> None:
    one, two = rigs
    stalled = Scripted(pay=[paid()])
    stalled.let_pay.clear()
    timing = msgspec.structs.replace(QUICK_LEASE, patience_s=30.0, answer_s=0.2)
    await one.open(stalled, timing)
    order = new_order()
    await one.pay(order)
    assert one.service._lease_task
    one.service._lease_task.cancel()  # it hangs and renews nothing
    await two.open(Scripted(query=[paid()]), timing)
    await two.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    worker = one.service._workers[("M001", order.order_no)]
    stalled.let_pay.set()
    assert worker.task
    await asyncio.wait_for(worker.task, 60)
    assert one.logged() == [order.order_no]


@pytest.mark.parametrize("line_was_written", [True, False])
async def test_a_payment_that_a_dead_gateway_recorded_is_not_recorded_again(
    rigs: tuple[ServiceRig, ServiceRig], line_was_written: bool
) -> None:
    one, two = rigs
    await one.open(Scripted(pay=[UNKNOWN], query=[UNKNOWN]), QUICK_LEASE)
    order = new_order()
    paying = asyncio.create_task(one.pay(order))
    await eventually(lambda: one.orders.get("M001", order.order_no))
    await one.service.close()
    paying.cancel()
    row = await one.row(order.order_no)
    when = "2025-03-01T10:32:00+00:00"
    changes = OrderUpdate(paid_at=when, platform_ref="42", next_at=0.0, to_log=1, log="one")
    assert await one.orders.advance(row, "paid", changes)
    if line_was_written:
        paid_row = await one.row(order.order_no)
        from datetime import UTC, datetime

        await one.log.append(paid_row.entry(datetime.now(UTC)))

    await two.open(Scripted(), QUICK_LEASE)
    await two.until(order.order_no, lambda row: not row.to_log)
    assert one.logged() == [order.order_no]


async def _true(value: bool) -> bool:
    return value


async def test_a_gateway_cut_off_from_all_sends_nothing_once_another_has_ended_the_order(
    rigs: tuple[ServiceRig, ServiceRig],
) -> None:
    one, two = rigs
    cut_off, sent = True, []

    async def pay(order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        if cut_off:
            return answer("unsent", "unreachable")
        sent.append(order.order_no)
        return paid()

    alone = Scripted()
    alone.pay = pay  # type: ignore[method-assign]
    timing = msgspec.structs.replace(QUICK_LEASE, orphan_s=0.2, after_checks=(0.1,), answer_s=0.2)
    await one.open(alone, timing)
    order = new_order()
    await one.pay(order)

    async def away(*_: object) -> Never:
        raise DatabaseUnavailable("no route")

    with pytest.MonkeyPatch.context() as line:
        line.setattr(one.orders._database, "read", away)
        line.setattr(one.orders._database, "write", away)
        await two.open(Scripted(query=[NOT_FOUND], cancel=[NOT_FOUND]), timing)
        await two.until(order.order_no, lambda row: row.state == "cancelled" and not row.next_at)
        cut_off = False
        worker = one.service._workers[("M001", order.order_no)]
    assert worker.task
    await asyncio.wait_for(worker.task, 30)
    assert sent == []
