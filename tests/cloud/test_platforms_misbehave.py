"""Every platform, every script: what the till is told and what the customer was charged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from .shop import Cloud, code

WALLETS = ("wechat", "alipay", "unionpay", "ecny", "alipayplus")


async def everywhere(check: Callable[[str], Awaitable[None]]) -> None:
    """Check the wallets side by side; a failure names its wallet."""

    async def one(platform: str) -> None:
        try:
            await check(platform)
        except AssertionError as error:
            raise AssertionError(f"{platform}: {error}") from error

    await asyncio.gather(*(one(platform) for platform in WALLETS))


async def charged(cloud: Cloud, number: str) -> tuple[int, int, int]:
    money = (await asyncio.to_thread(cloud.charges)).get(number)
    return (money["charged"], money["reversed"], money["refunded"]) if money else (0, 0, 0)


async def test_a_good_code_is_paid_and_charged_once(cloud: Cloud) -> None:
    async def check(platform: str) -> None:
        till = cloud.till()
        order = till.order(code(platform), 4770)
        status = await till.pay_until_clear(order)
        assert (status.answer, status.amount, status.platform) == ("paid", 4770, platform)
        assert status.platform_ref and status.paid_at
        assert await charged(cloud, order.order_no) == (1, 0, 0)
        assert cloud.logged().count(order.order_no) == 1

    await everywhere(check)


@pytest.mark.parametrize(
    ("script", "reason"), [("9001", "insufficient_balance"), ("9002", "code_expired")]
)
async def test_a_refusal_is_told_with_what_to_do(cloud: Cloud, script: str, reason: str) -> None:
    async def check(platform: str) -> None:
        till = cloud.till()
        order = till.order(code(platform, script))
        status = await till.pay_until_clear(order)
        assert (status.answer, status.reason) == ("declined", reason)
        assert status.say and status.say.endswith(".")
        assert await charged(cloud, order.order_no) == (0, 0, 0)
        assert order.order_no not in cloud.logged()

    await everywhere(check)


async def test_a_customer_who_types_the_pin_pays(cloud: Cloud) -> None:
    async def check(platform: str) -> None:
        till = cloud.till()
        order = till.order(code(platform, "9003"))
        await till.pay(order)
        assert (await till.ends(order.order_no)).answer == "paid"
        assert await charged(cloud, order.order_no) == (1, 0, 0)
        assert cloud.logged().count(order.order_no) == 1

    await everywhere(check)


async def test_a_customer_who_never_types_the_pin_is_cancelled(hasty_cloud: Cloud) -> None:
    async def check(platform: str) -> None:
        till = hasty_cloud.till()
        order = till.order(code(platform, "9004"))
        await till.pay(order)
        status = await till.ends(order.order_no)
        assert (status.answer, status.reason) == ("cancelled", "timeout")
        assert await charged(hasty_cloud, order.order_no) == (0, 0, 0)

    await everywhere(check)


@pytest.mark.parametrize("script", ["9005", "9006", "9008", "9009", "9010"])
async def test_a_charge_whose_answer_is_lost_is_queried_and_charged_once(
    cloud: Cloud, script: str
) -> None:
    async def check(platform: str) -> None:
        till = cloud.till()
        order = till.order(code(platform, script))
        await till.pay(order)
        assert (await till.ends(order.order_no)).answer == "paid"
        assert await charged(cloud, order.order_no) == (1, 0, 0)
        assert cloud.logged().count(order.order_no) == 1

    await everywhere(check)


async def test_a_system_error_without_a_charge_ends_cancelled(hasty_cloud: Cloud) -> None:
    async def check(platform: str) -> None:
        till = hasty_cloud.till()
        order = till.order(code(platform, "9007"))
        assert (await till.pay(order)).answer in ("unknown", "cancelled")
        status = await till.ends(order.order_no)
        assert (status.answer, status.reason) == ("cancelled", "timeout")
        assert await charged(hasty_cloud, order.order_no) == (0, 0, 0)

    await everywhere(check)


async def test_a_code_pays_one_order_only(cloud: Cloud) -> None:
    async def check(platform: str) -> None:
        till = cloud.till()
        first = till.order(code(platform))
        assert (await till.pay_until_clear(first)).answer == "paid"
        status = await till.pay_until_clear(till.order(first.auth_code))
        assert (status.answer, status.reason) == ("declined", "code_expired")

    await everywhere(check)


async def test_the_cashier_cancels_while_the_customer_types(cloud: Cloud) -> None:
    async def check(platform: str) -> None:
        till = cloud.till()
        order = till.order(code(platform, "9004"))
        status = await till.pay(order)
        assert (status.answer, status.reason) == ("pending", "waiting_for_customer")
        await till.cancel(order.order_no)
        status = await till.ends(order.order_no)
        assert (status.answer, status.reason) == ("cancelled", "cancelled")
        assert await charged(cloud, order.order_no) == (0, 0, 0)

    await everywhere(check)


async def test_a_platform_that_is_away_is_asked_again_by_the_same_number(
    own_cloud: Cloud,
) -> None:
    own_cloud.start_gateway()
    till = own_cloud.till()
    order = till.order(code("alipay"))
    assert (await till.pay(order)).answer == "unknown"
    await asyncio.to_thread(own_cloud.start_simulators)
    assert (await till.ends(order.order_no)).answer == "paid"
    assert await charged(own_cloud, order.order_no) == (1, 0, 0)


async def test_an_order_that_never_left_is_cancelled_at_once(own_cloud: Cloud) -> None:
    own_cloud.start_gateway()
    till = own_cloud.till()
    order = till.order(code("wechat"))
    assert (await till.pay(order)).answer == "unknown"
    await till.cancel(order.order_no)
    assert (await till.ends(order.order_no)).answer == "cancelled"
