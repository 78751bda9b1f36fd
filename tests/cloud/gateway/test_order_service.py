"""An order's life with a platform that says exactly what the test wants, when it wants."""

from __future__ import annotations

import asyncio
from typing import get_args

import pytest
from msgspec.structs import replace

from pos_tui.cloud.gateway.order_records import GatewayOrderState, OrderUpdate
from pos_tui.cloud.platforms.protocol import PlatformAnswer, PlatformOrder, answer
from pos_tui.messages import AcknowledgementNote, TransactionLogEntry
from tests.cloud.gateway.rig import (
    NOT_FOUND,
    TIMING,
    UNKNOWN,
    WHEN,
    Scripted,
    ServiceRig,
    new_order,
    paid,
    refund_asked,
)


async def test_an_order_the_platform_does_not_know_yet_is_not_failed(rig: ServiceRig) -> None:
    platform = Scripted(pay=[UNKNOWN], query=[NOT_FOUND, NOT_FOUND, paid()])
    await rig.open(platform)
    order = new_order()
    await rig.pay(order)
    status = await rig.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    assert (status.answer, platform.asked.count("pay")) == ("paid", 1)
    assert rig.logged() == [order.order_no]


async def test_a_slow_answer_is_not_waited_for_when_a_query_knows(rig: ServiceRig) -> None:
    platform = Scripted(pay=[paid()], query=[paid()])
    platform.let_pay.clear()
    await rig.open(platform)
    order = new_order()
    await rig.pay(order)
    await rig.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    platform.let_pay.set()
    assert rig.logged() == [order.order_no]


async def test_a_success_after_the_cancel_is_given_back_and_shown(rig: ServiceRig) -> None:
    platform = Scripted(
        pay=[paid()],
        query=[UNKNOWN],
        cancel=[answer("closed", "cancelled")],
    )
    platform.let_pay.clear()
    await rig.open(platform)
    order = new_order()
    platform.script[refund_asked(order)] = [
        UNKNOWN,
        answer("refunded", "money_returned"),
    ]
    await rig.pay(order)
    await rig.cancel(order.order_no)
    await rig.until(order.order_no, lambda row: row.state == "cancelled")
    platform.let_pay.set()
    status = await rig.until_given_back(order.order_no)
    assert (status.answer, status.reason) == ("cancelled", "money_returned")
    assert [asked for asked in platform.asked if asked.startswith("refund")] == [
        refund_asked(order)
    ] * 2
    assert rig.logged() == []


async def test_a_success_found_after_a_restart_of_a_cancelled_order_is_given_back(
    rig: ServiceRig,
) -> None:
    await rig.open(
        Scripted(pay=[UNKNOWN], cancel=[NOT_FOUND]),
        replace(TIMING, after_checks=(60.0,)),
    )
    order = new_order()
    await rig.pay(order)
    await rig.cancel(order.order_no)
    await rig.until(order.order_no, lambda row: row.state == "cancelled")
    await rig.orders.update(await rig.row(order.order_no), OrderUpdate(next_at=0.0))
    await rig.close()

    platform = Scripted(query=[paid()])
    platform.script[refund_asked(order)] = [answer("refunded", "money_returned")]
    await rig.open(platform)
    status = await rig.until_given_back(order.order_no)
    assert status.answer == "cancelled"


async def test_a_charge_beside_a_complaint_about_the_request_is_given_back(rig: ServiceRig) -> None:
    platform = Scripted(pay=[answer("declined", "configuration")], query=[NOT_FOUND, paid()])
    await rig.open(platform)
    order = new_order()
    platform.script[refund_asked(order)] = [answer("refunded", "money_returned")]
    assert (await rig.pay(order)).answer == "declined"
    status = await rig.until_given_back(order.order_no)
    assert (status.answer, status.reason) == ("declined", "money_returned")


async def test_a_cancel_is_repeated_until_the_platform_says_so(rig: ServiceRig) -> None:
    platform = Scripted(
        pay=[answer("paying", "waiting_for_customer")],
        query=[answer("paying", "waiting_for_customer")],
        cancel=[UNKNOWN, answer("unsent", "unreachable"), answer("closed", "cancelled")],
    )
    await rig.open(platform)
    order = new_order()
    await rig.pay(order)
    status = await rig.cancel(order.order_no)
    status = await rig.until(order.order_no, lambda row: row.state == "cancelled")
    assert (status.answer, platform.asked.count("cancel") >= 3) == ("cancelled", True)


async def test_a_customer_who_pays_during_the_cancel_gets_the_money_back(rig: ServiceRig) -> None:
    platform = Scripted(
        pay=[answer("paying", "waiting_for_customer")],
        query=[answer("paying", "waiting_for_customer")],
        cancel=[UNKNOWN, answer("reversed", "money_returned")],
    )
    await rig.open(platform)
    order = new_order()
    await rig.pay(order)
    await rig.cancel(order.order_no)
    status = await rig.until(order.order_no, lambda row: row.state == "cancelled")
    assert (status.answer, status.reason) == ("cancelled", "money_returned")
    assert rig.logged() == []


async def test_an_order_that_was_never_sent_is_cancelled_after_a_restart(rig: ServiceRig) -> None:
    await rig.open(Scripted())
    order = new_order()
    row = rig.service._first_row(order)
    await rig.orders.claim(row)
    await rig.close()

    platform = Scripted(cancel=[NOT_FOUND], query=[NOT_FOUND])
    await rig.open(platform, replace(TIMING, orphan_s=0.2))
    status = await rig.until(order.order_no, lambda row: row.state == "cancelled")
    assert (status.answer, status.reason) == ("cancelled", "interrupted")
    assert "pay" not in platform.asked


@pytest.mark.parametrize("line_was_written", [True, False])
async def test_a_crash_around_the_log_line_gives_exactly_one_line(
    rig: ServiceRig, line_was_written: bool
) -> None:
    await rig.open(Scripted(pay=[UNKNOWN], query=[UNKNOWN]))
    order = new_order()
    await rig.pay(order)
    entry = TransactionLogEntry(
        merchant="M001",
        till="01",
        order_no=order.order_no,
        amount=4770,
        currency="CNY",
        platform="wechat",
        platform_ref="42",
        paid_at=WHEN,
        logged_at=WHEN,
    )
    await rig.service.close()
    changes = OrderUpdate(paid_at=WHEN.isoformat(), next_at=0.0, to_log=1, log="w")
    assert await rig.orders.advance(await rig.row(order.order_no), "paid", changes)
    if line_was_written:
        await rig.log.append(entry)
    status = await rig.service.status("M001", order.order_no)
    assert status
    if line_was_written:
        assert status.answer == "paid"
    else:
        assert (status.answer, status.reason) == ("unknown", "recording")
    await rig.close()

    await rig.open(Scripted())
    status = await rig.until(order.order_no, lambda row: not row.to_log)
    assert status.answer == "paid"
    assert rig.logged() == [order.order_no]


async def test_a_log_that_cannot_be_written_holds_the_answer_back(rig: ServiceRig) -> None:
    await rig.open(Scripted(pay=[paid()]))
    tried = 0
    append = rig.log.append

    async def full_disk(
        entry: TransactionLogEntry | AcknowledgementNote,
        *,
        unless_held_in: tuple[str, ...] | None = None,
    ) -> None:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise OSError(28, "No space left on device")
        await append(entry, unless_held_in=unless_held_in)

    rig.log.append = full_disk  # type: ignore[method-assign]
    order = new_order()
    status = await rig.pay(order)
    assert status.answer in ("unknown", "paid")
    status = await rig.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    assert status.answer == "paid"
    assert (tried, rig.logged()) == (2, [order.order_no])


async def test_states_never_go_back(rig: ServiceRig) -> None:
    await rig.open(Scripted(pay=[paid()]))
    order = new_order()
    assert (await rig.pay(order)).answer == "paid"
    row = await rig.row(order.order_no)
    for state in get_args(GatewayOrderState):
        assert not await rig.orders.advance(row, state, OrderUpdate(reason="limit"))
    assert (await rig.row(order.order_no)).state == "paid"


async def test_what_a_platform_notifies_is_asked_about_at_once(rig: ServiceRig) -> None:
    waiting = answer("paying", "waiting_for_customer")
    platform = Scripted(pay=[waiting], query=[paid()])
    slow = replace(TIMING, schedule=(60.0,), patience_s=60.0)
    service = await rig.open(platform, slow)
    order = new_order()
    assert (await rig.pay(order)).answer == "pending"
    await service.notified("M001", order.order_no)
    await service.notified("M001", order.order_no)
    status = await rig.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    assert status.answer == "paid"
    await service.notified("M001", order.order_no)
    assert platform.asked.count("query") == 1
    assert rig.logged() == [order.order_no]


async def test_a_notice_about_an_order_that_was_cancelled_gives_the_money_back(
    rig: ServiceRig,
) -> None:
    closed = answer("closed", "cancelled")
    platform = Scripted(pay=[UNKNOWN], query=[NOT_FOUND], cancel=[closed])
    service = await rig.open(platform, replace(TIMING, after_checks=()))
    order = new_order()
    await rig.pay(order)
    await rig.cancel(order.order_no)
    await rig.until(order.order_no, lambda row: row.state == "cancelled" and row.next_at is None)
    platform.script["query"] = [paid()]
    platform.script[refund_asked(order)] = [answer("refunded", "refunded")]
    await service.notified("M001", order.order_no)
    status = await rig.until_given_back(order.order_no)
    assert (status.answer, status.reason) == ("cancelled", "money_returned")


async def test_a_platform_that_says_paid_after_the_refund_is_not_asked_for_ever(
    rig: ServiceRig,
) -> None:
    platform = Scripted(pay=[UNKNOWN], query=[NOT_FOUND], cancel=[answer("closed", "cancelled")])
    service = await rig.open(platform, replace(TIMING, after_checks=()))
    order = new_order()
    await rig.pay(order)
    await rig.cancel(order.order_no)
    await rig.until(order.order_no, lambda row: row.state == "cancelled" and row.next_at is None)
    platform.script["query"] = [paid()]
    platform.script[refund_asked(order)] = [answer("refunded", "refunded")]
    await service.notified("M001", order.order_no)
    await rig.until_given_back(order.order_no)
    await service.notified("M001", order.order_no)
    await rig.until(order.order_no, lambda row: row.next_at is None)
    assert platform.asked.count(refund_asked(order)) == 1


@pytest.mark.parametrize("blind", ["unsent", "unknown", "paying"])
async def test_an_order_that_was_given_up_is_looked_after_until_something_is_learnt(
    rig: ServiceRig, blind: str
) -> None:
    nothing_learnt = PlatformAnswer(state=blind)  # type: ignore[arg-type]
    platform = Scripted(pay=[UNKNOWN], cancel=[NOT_FOUND], query=[nothing_learnt] * 5 + [paid()])
    patient = replace(TIMING, schedule=(60.0,), patience_s=60.0)
    await rig.open(platform, patient)
    order = new_order()
    platform.script[refund_asked(order)] = [answer("refunded", "refunded")]
    await rig.pay(order)
    await rig.cancel(order.order_no)
    status = await rig.until_given_back(order.order_no)
    assert (status.answer, status.reason) == ("cancelled", "money_returned")


async def test_a_notice_that_comes_during_the_last_check_is_not_forgotten(rig: ServiceRig) -> None:
    platform = Scripted(pay=[UNKNOWN], cancel=[NOT_FOUND])
    asked, go_on = asyncio.Event(), asyncio.Event()
    answers = [NOT_FOUND, paid()]

    async def query(order: PlatformOrder) -> PlatformAnswer:
        said = answers.pop(0) if len(answers) > 1 else answers[0]
        if said is NOT_FOUND:
            asked.set()
            await go_on.wait()
        return said

    platform.query = query  # type: ignore[method-assign]
    timing = replace(TIMING, schedule=(60.0,), patience_s=60.0, after_checks=(0.05,))
    service = await rig.open(platform, timing)
    order = new_order()
    platform.script[refund_asked(order)] = [answer("refunded", "refunded")]
    await rig.pay(order)
    await rig.cancel(order.order_no)
    await asked.wait()
    await service.notified("M001", order.order_no)
    go_on.set()
    assert (await rig.until_given_back(order.order_no)).reason == "money_returned"


async def test_an_account_that_was_exchanged_is_not_asked_about_orders_of_the_one_before(
    rig: ServiceRig,
) -> None:
    waiting = answer("paying", "waiting_for_customer")
    before = Scripted(pay=[waiting], query=[waiting, waiting, paid()])
    await rig.open(before)
    order = new_order()
    assert (await rig.pay(order)).answer == "pending"
    after = Scripted(query=[NOT_FOUND], cancel=[NOT_FOUND])
    rig.channels.exchange(after)
    status = await rig.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    assert (status.answer, after.asked) == ("paid", [])
    assert (await rig.pay(new_order())).answer != "paid"
    assert after.asked


async def test_an_order_whose_account_is_gone_is_never_said_to_be_uncharged(
    rig: ServiceRig,
) -> None:
    waiting = answer("paying", "waiting_for_customer")
    await rig.open(Scripted(pay=[waiting], query=[waiting]))
    order = new_order()
    await rig.pay(order)
    await rig.close()
    stranger = Scripted(query=[NOT_FOUND], cancel=[NOT_FOUND])
    await rig.open(stranger, account="191")
    status = await rig.cancel(order.order_no)
    assert (status.answer, stranger.asked) == ("unknown", [])


async def test_a_payment_seen_while_it_was_being_cancelled_is_told_as_given_back(
    rig: ServiceRig,
) -> None:
    platform = Scripted(pay=[paid()], cancel=[UNKNOWN])
    platform.let_pay.clear()
    await rig.open(platform)
    order = new_order()
    await rig.pay(order)
    await rig.cancel(order.order_no)
    platform.let_pay.set()
    await rig.until(order.order_no, lambda row: row.platform_ref is not None)
    platform.script["cancel"] = [answer("closed", "cancelled")]
    status = await rig.until(order.order_no, lambda row: row.state == "cancelled")
    assert status.reason in ("money_returned", "money_returning")
