"""The gateway is killed at the worst moments: no money is lost, and none is taken or told twice."""

from __future__ import annotations

import asyncio
import contextlib
import random

import apsw
import httpx

from pos_tui.messages import OrderStatus, TransactionOrder
from tests.cloud.shop import Cloud, Till, code, eventually


def all_due_now(cloud: Cloud) -> None:
    db = apsw.Connection(str(cloud.folder / "gateway.db"))
    db.execute("UPDATE orders SET next_at = 0 WHERE next_at IS NOT NULL")
    db.close()


async def test_a_gateway_killed_between_charge_and_answer_finishes_the_orders(
    own_cloud: Cloud,
) -> None:
    own_cloud.timing["patience_s"] = 60.0
    await asyncio.to_thread(own_cloud.start, late_s=60.0)
    till = own_cloud.till()
    orders = [till.order(code(name, "9008")) for name in ("wechat", "alipay", "unionpay")]
    asking = [asyncio.create_task(till.pay(order)) for order in orders]

    async def all_charged() -> bool:
        return len(await asyncio.to_thread(own_cloud.charges)) == len(orders)

    await eventually(all_charged)
    assert own_cloud.gateway
    own_cloud.gateway.kill()
    await asyncio.gather(*asking, return_exceptions=True)
    assert own_cloud.logged() == []

    all_due_now(own_cloud)
    await asyncio.to_thread(own_cloud.start_gateway)
    for order in orders:
        assert (await till.ends(order.order_no)).answer == "paid"
        assert (await till.pay_until_clear(order)).answer == "paid"
    assert sorted(own_cloud.logged()) == sorted(order.order_no for order in orders)
    assert [money["charged"] for money in own_cloud.charges().values()] == [1, 1, 1]


async def test_a_restart_goes_on_waiting_for_the_customer(own_cloud: Cloud) -> None:
    await asyncio.to_thread(own_cloud.start, pin_s=1.0)
    till = own_cloud.till()
    order = till.order(code("alipay", "9003"))
    await till.pay(order)
    assert own_cloud.gateway
    own_cloud.gateway.kill()
    await asyncio.to_thread(own_cloud.start_gateway)
    assert (await till.ends(order.order_no)).answer == "paid"
    assert own_cloud.logged() == [order.order_no]


async def test_a_gateway_killed_again_and_again_charges_and_logs_everything_once(
    own_cloud: Cloud,
) -> None:
    own_cloud.timing["deadline_s"] = 2.0
    await asyncio.to_thread(own_cloud.start, pin_s=0.3)
    till = own_cloud.till()
    scripts = ["1234", "1234", "9003", "9005", "9006", "9009"]
    orders = [
        till.order(code(random.choice(("wechat", "alipay", "unionpay")), random.choice(scripts)))
        for _ in range(40)
    ]

    async def insist(order: TransactionOrder) -> OrderStatus:
        """What a till does: the same order, until there is a clear answer."""
        await asyncio.sleep(random.uniform(0, 3.0))
        while True:
            with contextlib.suppress(httpx.TransportError):
                status = await till.pay(order)
                if status.answer in ("paid", "declined", "cancelled"):
                    return status
            await asyncio.sleep(0.05)

    async def kill_now_and_then() -> None:
        for _ in range(3):
            await asyncio.sleep(random.uniform(0.2, 0.6))
            assert own_cloud.gateway
            await asyncio.to_thread(own_cloud.gateway.kill)
            await asyncio.to_thread(own_cloud.start_gateway)

    answers, _ = await asyncio.wait_for(
        asyncio.gather(asyncio.gather(*map(insist, orders)), kill_now_and_then()), 90
    )
    paid = [status.order_no for status in answers if status.answer == "paid"]

    async def everyone_has_what_is_theirs() -> bool:
        charges = await asyncio.to_thread(own_cloud.charges)
        return charges.keys() >= set(paid) and all(
            money["charged"] - money["reversed"] - money["refunded"] == (number in paid)
            for number, money in charges.items()
        )

    # A payment that overtook its own cancel is given back a moment later.
    await eventually(everyone_has_what_is_theirs)
    assert sorted(own_cloud.logged()) == sorted(paid)


async def test_a_gateway_asked_to_end_ends_gracefully(own_cloud: Cloud) -> None:
    await asyncio.to_thread(own_cloud.start)
    till: Till = own_cloud.till()
    assert (await till.pay_until_clear(till.order(code("wechat")))).answer == "paid"
    assert own_cloud.gateway and own_cloud.simulators
    assert await asyncio.to_thread(own_cloud.gateway.end) == 0
    assert await asyncio.to_thread(own_cloud.simulators.end) == 0
