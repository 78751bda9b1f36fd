"""An order's life with a platform that says exactly what the test wants, when it wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pos_tui.cloud.gateway.timing import Timing
from pos_tui.cloud.platforms.protocol import PlatformAnswer, PlatformOrder, answer
from pos_tui.messages import TransactionLogEntry

from .scripted import (
    NOT_FOUND,
    TIMING,
    UNKNOWN,
    WHEN,
    Desk,
    Scripted,
    new_order,
    paid,
    refund_asked,
)


@pytest.fixture
async def desk(tmp_path: Path, database: str) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path, database)
    yield desk
    await desk.close()


async def test_an_order_the_platform_does_not_know_yet_is_not_failed(desk: Desk) -> None:
    platform = Scripted(pay=[UNKNOWN], query=[NOT_FOUND, NOT_FOUND, paid()])
    await desk.open(platform)
    order = new_order()
    await desk.pay(order)
    status = await desk.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    assert (status.answer, platform.asked.count("pay")) == ("paid", 1)
    assert desk.logged() == [order.order_no]


async def test_a_slow_answer_is_not_waited_for_when_a_query_knows(desk: Desk) -> None:
    platform = Scripted(pay=[paid()], query=[paid()])
    platform.let_pay.clear()
    await desk.open(platform)
    order = new_order()
    await desk.pay(order)
    await desk.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    platform.let_pay.set()
    assert desk.logged() == [order.order_no]


async def test_a_success_after_the_cancel_is_given_back_and_shown(desk: Desk) -> None:
    platform = Scripted(
        pay=[paid()],
        query=[UNKNOWN],
        cancel=[answer("closed", "cancelled")],
    )
    platform.let_pay.clear()
    await desk.open(platform)
    order = new_order()
    platform.script[refund_asked(order)] = [
        UNKNOWN,
        answer("refunded", "money_returned"),
    ]
    await desk.pay(order)
    await desk.cancel(order.order_no)
    await desk.until(order.order_no, lambda row: row.state == "cancelled")
    platform.let_pay.set()
    status = await desk.until_given_back(order.order_no)
    assert (status.answer, status.reason) == ("cancelled", "money_returned")
    assert [asked for asked in platform.asked if asked.startswith("refund")] == [
        refund_asked(order)
    ] * 2
    assert desk.logged() == []


async def test_a_success_found_after_a_restart_of_a_cancelled_order_is_given_back(
    desk: Desk,
) -> None:
    await desk.open(
        Scripted(pay=[UNKNOWN], cancel=[NOT_FOUND]),
        Timing(**{**_fields(TIMING), "after_checks": (60.0,)}),
    )
    order = new_order()
    await desk.pay(order)
    await desk.cancel(order.order_no)
    await desk.until(order.order_no, lambda row: row.state == "cancelled")
    await desk.orders.note(await desk.row(order.order_no), {"next_at": 0.0})
    await desk.close()

    platform = Scripted(query=[paid()])
    platform.script[refund_asked(order)] = [answer("refunded", "money_returned")]
    await desk.open(platform)
    status = await desk.until_given_back(order.order_no)
    assert status.answer == "cancelled"


async def test_a_charge_beside_a_complaint_about_the_request_is_given_back(desk: Desk) -> None:
    platform = Scripted(pay=[answer("declined", "configuration")], query=[NOT_FOUND, paid()])
    await desk.open(platform)
    order = new_order()
    platform.script[refund_asked(order)] = [answer("refunded", "money_returned")]
    assert (await desk.pay(order)).answer == "declined"
    status = await desk.until_given_back(order.order_no)
    assert (status.answer, status.reason) == ("declined", "money_returned")


async def test_a_cancel_is_repeated_until_the_platform_says_so(desk: Desk) -> None:
    platform = Scripted(
        pay=[answer("paying", "waiting_for_customer")],
        query=[answer("paying", "waiting_for_customer")],
        cancel=[UNKNOWN, answer("unsent", "unreachable"), answer("closed", "cancelled")],
    )
    await desk.open(platform)
    order = new_order()
    await desk.pay(order)
    status = await desk.cancel(order.order_no)
    status = await desk.until(order.order_no, lambda row: row.state == "cancelled")
    assert (status.answer, platform.asked.count("cancel") >= 3) == ("cancelled", True)


async def test_a_customer_who_pays_during_the_cancel_gets_the_money_back(desk: Desk) -> None:
    platform = Scripted(
        pay=[answer("paying", "waiting_for_customer")],
        query=[answer("paying", "waiting_for_customer")],
        cancel=[UNKNOWN, answer("reversed", "money_returned")],
    )
    await desk.open(platform)
    order = new_order()
    await desk.pay(order)
    await desk.cancel(order.order_no)
    status = await desk.until(order.order_no, lambda row: row.state == "cancelled")
    assert (status.answer, status.reason) == ("cancelled", "money_returned")
    assert desk.logged() == []


async def test_an_order_that_was_never_sent_is_cancelled_after_a_restart(desk: Desk) -> None:
    await desk.open(Scripted())
    order = new_order()
    row = desk.settlement._first_row(order)
    await desk.orders.claim(row)
    await desk.close()

    platform = Scripted(cancel=[NOT_FOUND], query=[NOT_FOUND])
    await desk.open(platform, Timing(**{**_fields(TIMING), "orphan_s": 0.2}))
    status = await desk.until(order.order_no, lambda row: row.state == "cancelled")
    assert (status.answer, status.reason) == ("cancelled", "interrupted")
    assert "pay" not in platform.asked


@pytest.mark.parametrize("line_was_written", [True, False])
async def test_a_crash_around_the_log_line_gives_exactly_one_line(
    desk: Desk, line_was_written: bool
) -> None:
    await desk.open(Scripted(pay=[UNKNOWN], query=[UNKNOWN]))
    order = new_order()
    await desk.pay(order)
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
    await desk.settlement.close()
    changes = {"paid_at": WHEN.isoformat(), "next_at": 0.0, "to_log": 1, "log": "w"}
    assert await desk.orders.advance(await desk.row(order.order_no), "paid", changes)
    if line_was_written:
        await desk.log.append(entry)
    status = await desk.settlement.status("M001", order.order_no)
    assert status and (status.answer, status.reason) == ("unknown", "recording")
    await desk.close()

    await desk.open(Scripted())
    status = await desk.until(order.order_no, lambda row: not row.to_log)
    assert status.answer == "paid"
    assert desk.logged() == [order.order_no]


async def test_a_log_that_cannot_be_written_holds_the_answer_back(desk: Desk) -> None:
    await desk.open(Scripted(pay=[paid()]))
    tried = 0
    append = desk.log.append

    async def full_disk(
        entry: TransactionLogEntry, *, unless_held_in: tuple[str, ...] | None = None
    ) -> None:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise OSError(28, "No space left on device")
        await append(entry, unless_held_in=unless_held_in)

    desk.log.append = full_disk  # type: ignore[method-assign]
    order = new_order()
    status = await desk.pay(order)
    assert status.answer in ("unknown", "paid")
    status = await desk.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    assert status.answer == "paid"
    assert (tried, desk.logged()) == (2, [order.order_no])


async def test_states_never_go_back(desk: Desk) -> None:
    await desk.open(Scripted(pay=[paid()]))
    order = new_order()
    assert (await desk.pay(order)).answer == "paid"
    row = await desk.row(order.order_no)
    for state in ("pending", "declined", "cancelling", "cancelled", "paid"):
        assert not await desk.orders.advance(row, state, {"reason": "never"})
    assert (await desk.row(order.order_no)).state == "paid"


def _fields(timing: Timing) -> dict[str, object]:
    import msgspec

    return msgspec.structs.asdict(timing)


async def test_what_a_platform_notifies_is_asked_about_at_once(desk: Desk) -> None:
    waiting = answer("paying", "waiting_for_customer")
    platform = Scripted(pay=[waiting], query=[paid()])
    slow = Timing(**{**_fields(TIMING), "schedule": (60.0,), "patience_s": 60.0})
    settlement = await desk.open(platform, slow)
    order = new_order()
    assert (await desk.pay(order)).answer == "pending"
    await settlement.heard("M001", order.order_no)
    await settlement.heard("M001", order.order_no)
    status = await desk.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    assert status.answer == "paid"
    await settlement.heard("M001", order.order_no)
    assert platform.asked.count("query") == 1
    assert desk.logged() == [order.order_no]


async def test_a_notice_about_an_order_that_was_cancelled_gives_the_money_back(desk: Desk) -> None:
    closed = answer("closed", "cancelled")
    platform = Scripted(pay=[UNKNOWN], query=[NOT_FOUND], cancel=[closed])
    settlement = await desk.open(platform, Timing(**{**_fields(TIMING), "after_checks": ()}))
    order = new_order()
    await desk.pay(order)
    await desk.cancel(order.order_no)
    await desk.until(order.order_no, lambda row: row.state == "cancelled" and row.next_at is None)
    platform.script["query"] = [paid()]
    platform.script[refund_asked(order)] = [answer("refunded", "refunded")]
    await settlement.heard("M001", order.order_no)
    status = await desk.until_given_back(order.order_no)
    assert (status.answer, status.reason) == ("cancelled", "money_returned")


async def test_a_platform_that_says_paid_after_the_refund_is_not_asked_for_ever(desk: Desk) -> None:
    platform = Scripted(pay=[UNKNOWN], query=[NOT_FOUND], cancel=[answer("closed", "cancelled")])
    settlement = await desk.open(platform, Timing(**{**_fields(TIMING), "after_checks": ()}))
    order = new_order()
    await desk.pay(order)
    await desk.cancel(order.order_no)
    await desk.until(order.order_no, lambda row: row.state == "cancelled" and row.next_at is None)
    platform.script["query"] = [paid()]
    platform.script[refund_asked(order)] = [answer("refunded", "refunded")]
    await settlement.heard("M001", order.order_no)
    await desk.until_given_back(order.order_no)
    await settlement.heard("M001", order.order_no)
    await desk.until(order.order_no, lambda row: row.next_at is None)
    assert platform.asked.count(refund_asked(order)) == 1


@pytest.mark.parametrize("blind", ["unsent", "unknown", "paying"])
async def test_an_order_that_was_given_up_is_looked_after_until_something_is_learnt(
    desk: Desk, blind: str
) -> None:
    nothing_learnt = PlatformAnswer(state=blind)  # type: ignore[arg-type]
    platform = Scripted(pay=[UNKNOWN], cancel=[NOT_FOUND], query=[nothing_learnt] * 5 + [paid()])
    patient = Timing(**{**_fields(TIMING), "schedule": (60.0,), "patience_s": 60.0})
    await desk.open(platform, patient)
    order = new_order()
    platform.script[refund_asked(order)] = [answer("refunded", "refunded")]
    await desk.pay(order)
    await desk.cancel(order.order_no)
    status = await desk.until_given_back(order.order_no)
    assert (status.answer, status.reason) == ("cancelled", "money_returned")


async def test_a_notice_that_comes_during_the_last_check_is_not_forgotten(desk: Desk) -> None:
    platform = Scripted(pay=[UNKNOWN], cancel=[NOT_FOUND])
    asked, go_on = asyncio.Event(), asyncio.Event()
    answers = [NOT_FOUND, paid()]

    async def query(_order: PlatformOrder) -> PlatformAnswer:
        said = answers.pop(0) if len(answers) > 1 else answers[0]
        if said is NOT_FOUND:
            asked.set()
            await go_on.wait()
        return said

    platform.query = query  # type: ignore[method-assign]
    timing = {"schedule": (60.0,), "patience_s": 60.0, "after_checks": (0.05,)}
    settlement = await desk.open(platform, Timing(**{**_fields(TIMING), **timing}))
    order = new_order()
    platform.script[refund_asked(order)] = [answer("refunded", "refunded")]
    await desk.pay(order)
    await desk.cancel(order.order_no)
    await asked.wait()
    await settlement.heard("M001", order.order_no)
    go_on.set()
    assert (await desk.until_given_back(order.order_no)).reason == "money_returned"


async def test_an_account_that_was_exchanged_is_not_asked_about_orders_of_the_one_before(
    desk: Desk,
) -> None:
    waiting = answer("paying", "waiting_for_customer")
    before = Scripted(pay=[waiting], query=[waiting, waiting, paid()])
    await desk.open(before)
    order = new_order()
    assert (await desk.pay(order)).answer == "pending"
    after = Scripted(query=[NOT_FOUND], cancel=[NOT_FOUND])
    desk.channels.exchange(after)
    status = await desk.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    assert (status.answer, after.asked) == ("paid", [])
    assert (await desk.pay(new_order())).answer != "paid"
    assert after.asked


async def test_an_order_whose_account_is_gone_is_never_said_to_be_uncharged(desk: Desk) -> None:
    waiting = answer("paying", "waiting_for_customer")
    await desk.open(Scripted(pay=[waiting], query=[waiting]))
    order = new_order()
    await desk.pay(order)
    await desk.close()
    stranger = Scripted(query=[NOT_FOUND], cancel=[NOT_FOUND])
    await desk.open(stranger, account="191")
    status = await desk.cancel(order.order_no)
    assert (status.answer, stranger.asked) == ("unknown", [])


async def test_a_payment_seen_while_it_was_being_cancelled_is_told_as_given_back(
    desk: Desk,
) -> None:
    platform = Scripted(pay=[paid()], cancel=[UNKNOWN])
    platform.let_pay.clear()
    await desk.open(platform)
    order = new_order()
    await desk.pay(order)
    await desk.cancel(order.order_no)
    platform.let_pay.set()
    await desk.until(order.order_no, lambda row: row.platform_ref is not None)
    platform.script["cancel"] = [answer("closed", "cancelled")]
    status = await desk.until(order.order_no, lambda row: row.state == "cancelled")
    assert status.reason in ("money_returned", "money_returning")
