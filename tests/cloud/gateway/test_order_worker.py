"""Each step on an order, answer by answer: what becomes of it, when it is looked at again, and
what is written about it. No database, no platform, no waiting."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from msgspec.structs import replace

from pos_tui.cloud.gateway import order_worker as module
from pos_tui.cloud.gateway import refunds as refunds_module
from pos_tui.cloud.gateway.database.interface import DatabaseUnavailable
from pos_tui.cloud.gateway.order_records import OrderRow, RefundRow
from pos_tui.cloud.gateway.order_worker import late_refund_no
from pos_tui.cloud.platforms.protocol import SENTENCES, PlatformAnswer, answer
from tests.cloud.gateway.worked import NOW, ROW, TIMING, Clock, Gateway, NoWaiting

PAID_AT = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=8)))
PAID = PlatformAnswer(state="paid", platform_ref="42", paid_at=PAID_AT, amount=4770)
UNKNOWN = answer("unknown", "platform_error")
NOT_FOUND = answer("not_found", "platform_error")
PAYING = answer("paying", "waiting_for_customer")
UNSENT = answer("unsent", "unreachable")
MISCONFIGURED = answer("unsent", "configuration")
DECLINED = answer("declined", "insufficient_balance")
CLOSED = PlatformAnswer(state="closed")
REVERSED = answer("reversed", "money_returned")
REFUNDED = answer("refunded", "refunded")
CODE = "134857901234567890"
PENDING = replace(ROW, state="pending", reason="waiting_for_customer", tries=1)
CANCELLING = replace(ROW, state="cancelling", reason="cancelled", waited=100.0)
CANCELLED = replace(ROW, state="cancelled", reason="cancelled")
DECLINED_ROW = replace(ROW, state="declined", reason="insufficient_balance")
TO_LOG = replace(
    ROW, state="paid", to_log=1, log="the-log", platform_ref="42",
    paid_at="2026-11-22T04:00:00+00:00",
)  # fmt: skip
RECORDED = replace(TO_LOG, to_log=0, next_at=None)
LATE = RefundRow(
    merchant="M001", order_no="A1234567", refund_no=late_refund_no("A1234567"), amount=4770,
    wanted="paid after the sale was cancelled", late=1, made_at=NOW, next_at=NOW,
)  # fmt: skip


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(refunds_module, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> NoWaiting:
    nobody = NoWaiting()
    monkeypatch.setattr(module, "asyncio", nobody)
    return nobody


@pytest.fixture(autouse=True)
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="pos_tui")
    return caplog


def written(lines: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """What stands in the log so far: how loud, and the words."""
    found = [(record.levelname, record.getMessage()) for record in lines.records]
    lines.clear()
    return found


def ended(row: OrderRow, state: str, reason: str, next_at: float | None = None) -> OrderRow:
    return replace(row, state=state, reason=reason, say=SENTENCES[reason], tries=0, next_at=next_at)


# ---- the pay call --------------------------------------------------------------------------------


async def test_the_pay_call_carries_the_code_and_its_answer_ends_the_order() -> None:
    gateway = Gateway(pay=[DECLINED])
    await gateway.pays()
    assert gateway.platform.asked == [("pay", CODE)]
    assert await gateway.step(False) == ended(ROW, "declined", "insufficient_balance")
    assert gateway.metrics.counted == [("wechat", "declined")]
    assert gateway.worker._paying is None


async def test_a_pay_call_that_did_not_leave_is_made_again_and_again(
    nobody_waits: NoWaiting,
) -> None:
    gateway = Gateway(pay=[UNSENT] * 6 + [DECLINED])
    assert (await gateway.pays()).result() == DECLINED
    assert nobody_waits.slept == [0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


async def test_what_has_left_this_machine_is_known_at_every_moment(
    monkeypatch: pytest.MonkeyPatch, nobody_waits: NoWaiting
) -> None:
    gateway, seen = Gateway(), []
    replies = [UNSENT, UNKNOWN]

    async def pay(_order: Any, _code: str) -> PlatformAnswer:
        seen.append(gateway.worker._nothing_sent)
        return replies.pop(0)

    async def sleep(_seconds: float) -> None:
        seen.append(gateway.worker._nothing_sent)

    gateway.platform.pay = pay
    monkeypatch.setattr(nobody_waits, "sleep", sleep)
    await gateway.pays()
    assert [*seen, gateway.worker._nothing_sent] == [False, True, False, False]


async def test_a_pay_call_that_cannot_ever_leave_is_not_repeated() -> None:
    gateway = Gateway(pay=[MISCONFIGURED])
    assert (await gateway.pays()).result() == MISCONFIGURED


@pytest.mark.parametrize("why", ["moved on", "leased by another", "database away"])
async def test_an_order_that_may_be_over_is_not_sent_again(why: str) -> None:
    gateway = Gateway(pay=[UNSENT])
    if why == "moved on":
        gateway.orders.row = PENDING
    elif why == "leased by another":
        gateway.orders.is_leased = False
    else:
        gateway.orders.troubles = [DatabaseUnavailable("away")]
    assert (await gateway.pays()).result() == UNSENT
    assert gateway.platform.asked == [("pay", CODE)]
    assert gateway.worker._nothing_sent


async def test_an_answer_is_kept_until_the_database_has_it() -> None:
    gateway = Gateway(pay=[DECLINED])
    await gateway.pays()
    advance = gateway.orders.advance

    async def away(*_: Any) -> bool:
        raise DatabaseUnavailable("away")

    gateway.orders.advance = away
    with pytest.raises(DatabaseUnavailable):
        await gateway.step()
    gateway.orders.advance = advance
    assert (await gateway.step()).state == "declined"


# ---- paid ----------------------------------------------------------------------------------------


async def test_a_payment_is_kept_then_logged_then_told() -> None:
    gateway = Gateway(replace(ROW, next_at=NOW + 3), pay=[PAID])
    await gateway.pays()
    seen = []
    append = gateway.log.append

    async def see(entry: Any, **held: Any) -> None:
        seen.append((gateway.orders.row, gateway.worker.resolved.is_set()))
        await append(entry, **held)

    gateway.log.append = see
    assert await gateway.step() == RECORDED
    assert seen == [(TO_LOG, False)]
    ((entry, held_in),) = gateway.log.entries
    assert entry == TO_LOG.entry(entry.logged_at)
    assert (entry.paid_at, entry.logged_at.tzinfo, held_in) == (PAID_AT, UTC, None)
    assert gateway.metrics.counted == [("wechat", "paid")]
    assert gateway.worker.resolved.is_set()
    assert gateway.worker.reportable.is_set()


async def test_a_payment_is_told_though_the_row_cannot_say_so_yet() -> None:
    gateway = Gateway(query=[PAID])

    async def away(_row: Any) -> None:
        raise DatabaseUnavailable("away")

    gateway.orders.mark_logged = away
    with pytest.raises(DatabaseUnavailable):
        await gateway.step()
    assert gateway.worker.row == RECORDED
    assert gateway.orders.row == TO_LOG
    assert gateway.worker.resolved.is_set()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="a clock that cannot be set to a place")
async def test_a_payments_time_is_kept_in_utc_wherever_the_gateway_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert await Gateway(query=[PAID]).step() == RECORDED
    finally:
        monkeypatch.undo()
        time.tzset()


async def test_a_reason_from_before_is_not_kept_with_a_payment() -> None:
    gateway = Gateway(PENDING, query=[PAID])
    assert await gateway.step() == replace(RECORDED, tries=1)


async def test_a_line_that_is_missing_is_written_where_it_is_not_yet() -> None:
    gateway = Gateway(TO_LOG)
    assert await gateway.step(False) == RECORDED
    ((entry, held_in),) = gateway.log.entries
    assert (entry.logged_at.tzinfo, held_in) == (UTC, ("the-log",))
    assert entry == TO_LOG.entry(entry.logged_at)
    gateway = Gateway(replace(TO_LOG, log=None))
    await gateway.step()
    assert gateway.log.entries[0][1] == ()


async def test_a_payment_without_its_time_is_not_believed() -> None:
    gateway = Gateway(query=[replace(PAID, paid_at=None)])
    assert await gateway.step() == ROW
    assert gateway.log.entries == []


async def test_a_payment_seen_while_cancelling_only_leaves_its_number() -> None:
    gateway = Gateway(CANCELLING, pay=[PAID])
    await gateway.pays()
    assert await gateway.step() == replace(CANCELLING, platform_ref="42")
    assert gateway.log.entries == []
    assert gateway.metrics.counted == []


async def test_a_payment_of_an_order_that_was_ended_meanwhile_goes_back() -> None:
    gateway = Gateway(query=[PAID])
    gateway.orders.row = replace(CANCELLED, next_at=None)
    row = await gateway.step()
    assert (row.state, row.reason) == ("cancelled", "money_returning")
    assert gateway.orders.kept == {LATE.refund_no: LATE}
    assert gateway.log.entries == []


async def test_a_payment_that_somebody_else_has_kept_is_not_logged_twice() -> None:
    gateway = Gateway(query=[PAID])
    gateway.orders.row = RECORDED
    assert await gateway.step() == RECORDED
    assert gateway.log.entries == []
    assert gateway.metrics.counted == []


# ---- not paid ------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [ROW, PENDING])
@pytest.mark.parametrize(
    ("reply", "reason"),
    [(DECLINED, "insufficient_balance"), (CLOSED, "closed"), (REVERSED, "money_returned")],
)
async def test_what_ends_an_order_declines_it(
    row: OrderRow, reply: PlatformAnswer, reason: str
) -> None:
    gateway = Gateway(row, query=[reply])
    assert await gateway.step() == ended(row, "declined", reason)
    assert gateway.metrics.counted == [("wechat", "declined")]


@pytest.mark.parametrize("reply", [MISCONFIGURED, answer("declined", "configuration")])
async def test_a_complaint_about_the_request_ends_it_and_is_looked_at_again(
    reply: PlatformAnswer,
) -> None:
    gateway = Gateway(pay=[reply])
    await gateway.pays()
    assert await gateway.step() == ended(ROW, "declined", "configuration", NOW + 10)
    assert not gateway.worker._nothing_sent


async def test_a_complaint_is_not_looked_at_again_where_nothing_is() -> None:
    timing = replace(TIMING, after_checks=())
    gateway = Gateway(timing=timing, query=[answer("declined", "configuration")])
    assert await gateway.step() == ended(ROW, "declined", "configuration")


async def test_an_order_whose_call_did_not_leave_stays_as_it_is() -> None:
    gateway = Gateway(pay=[UNSENT])
    gateway.orders.is_leased = False
    await gateway.pays()
    gateway.worker._nothing_sent = False
    assert await gateway.step() == ROW
    assert gateway.worker._nothing_sent


@pytest.mark.parametrize(
    ("reason", "reply", "shown", "next_at"),
    [
        ("timeout", DECLINED, "timeout", None),
        (None, DECLINED, "cancelled", None),
        ("timeout", answer("declined", "configuration"), "timeout", NOW + 10),
    ],
)
async def test_an_answer_that_ends_it_ends_an_order_that_is_being_cancelled(
    reason: str | None, reply: PlatformAnswer, shown: str, next_at: float | None
) -> None:
    row = replace(CANCELLING, reason=reason)
    gateway = Gateway(row, pay=[reply])
    await gateway.pays()
    assert await gateway.step() == ended(row, "cancelled", shown, next_at)
    assert gateway.metrics.counted == [("wechat", "cancelled")]


@pytest.mark.parametrize("row", [CANCELLED, DECLINED_ROW])
@pytest.mark.parametrize("reply", [DECLINED, PAYING, UNKNOWN, UNSENT])
async def test_an_order_that_is_over_is_left_so_by_whatever_is_not_money(
    row: OrderRow, reply: PlatformAnswer
) -> None:
    gateway = Gateway(row)
    await gateway.worker._apply_answer(row, reply)
    assert gateway.orders.row == row


async def test_an_end_that_comes_second_is_not_counted() -> None:
    gateway = Gateway(query=[DECLINED])
    gateway.orders.row = CANCELLED
    assert await gateway.step() == CANCELLED
    assert gateway.metrics.counted == []


# ---- waiting for the customer --------------------------------------------------------------------


async def test_a_customer_who_is_asked_for_the_pin_is_news(clock: Clock) -> None:
    gateway = Gateway(replace(ROW, tries=4), query=[PAYING])
    clock.seconds += 3
    assert await gateway.step() == replace(
        ROW, state="pending", reason="waiting_for_customer", say=SENTENCES["waiting_for_customer"],
        tries=1, waited=3.0, next_at=NOW + 5,
    )  # fmt: skip


async def test_while_the_customer_takes_time_the_platforms_pace_counts(clock: Clock) -> None:
    gateway = Gateway(PENDING, query=[PAYING, PAYING])
    clock.seconds += 3
    after = replace(PENDING, tries=2, waited=3.0, next_at=NOW + 7)
    assert await gateway.step() == after
    clock.seconds += 4
    clock.now += 7
    assert await gateway.step() == replace(after, tries=3, waited=7.0, next_at=NOW + 14)


async def test_the_settings_pace_comes_before_the_platforms() -> None:
    timing = replace(TIMING, schedule=(8.0,))
    gateway = Gateway(PENDING, timing=timing, query=[PAYING])
    assert (await gateway.step()).next_at == NOW + 8


async def test_without_its_account_an_order_is_asked_about_every_five_seconds() -> None:
    gateway = Gateway(PENDING)
    gateway.channel = None
    assert await gateway.step() == replace(
        PENDING, tries=2, next_at=NOW + 5, reason="configuration", say=SENTENCES["configuration"]
    )


@pytest.mark.parametrize("row", [ROW, PENDING])
@pytest.mark.parametrize(
    "reply", [UNKNOWN, NOT_FOUND, answer("unpaid", "customer_cancelled"), UNSENT]
)
async def test_what_is_not_clear_is_asked_again(row: OrderRow, reply: PlatformAnswer) -> None:
    gateway = Gateway(row, query=[reply])
    reason = "platform_error" if reply is UNSENT else reply.reason or ""
    assert await gateway.step() == replace(
        row, reason=reason, say=SENTENCES[reason], tries=row.tries + 1,
        next_at=NOW + (7 if row.tries else 5),
    )  # fmt: skip
    assert not gateway.worker._nothing_sent


async def test_while_nothing_was_sent_the_platform_is_not_asked(
    lines: pytest.LogCaptureFixture,
) -> None:
    gateway = Gateway()
    gateway.worker._nothing_sent = True
    assert await gateway.step() == replace(
        ROW, reason="connecting", say=SENTENCES["connecting"], tries=1, next_at=NOW + 5
    )
    assert gateway.platform.asked == []
    assert written(lines) == [("INFO", "M001 A1234567: unknown connecting")]


async def test_a_question_that_did_not_leave_says_nothing_of_the_order(
    lines: pytest.LogCaptureFixture,
) -> None:
    await Gateway(query=[UNSENT]).step()
    assert written(lines) == [("INFO", "M001 A1234567: unknown platform_error")]


# ---- too late ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("waited", "is_last"), [(86.5, False), (87.0, True)])
async def test_past_the_platforms_deadline_it_is_cancelled(
    clock: Clock, waited: float, is_last: bool
) -> None:
    row = replace(PENDING, waited=waited, next_at=NOW - 1)
    gateway = Gateway(row, query=[PAYING])
    clock.seconds += 3
    found = await gateway.step()
    if is_last:
        assert found == ended(row, "cancelling", "timeout", NOW)
    else:
        assert found.state == "pending"
    assert gateway.platform.asked == ["query"]
    assert gateway.metrics.counted == []


async def test_the_settings_deadline_counts_where_it_is_shorter_or_the_account_gone() -> None:
    timing = replace(TIMING, deadline_s=40.0)
    row = replace(PENDING, waited=40.0)
    assert (await Gateway(row, timing=timing, query=[PAYING]).step()).state == "cancelling"
    gateway = Gateway(replace(PENDING, waited=119.0))
    gateway.channel = None
    assert (await gateway.step()).state == "pending"
    gateway = Gateway(replace(PENDING, waited=120.0))
    gateway.channel = None
    assert (await gateway.step()).state == "cancelling"


@pytest.mark.parametrize("reply", [PAID, DECLINED, CLOSED, REVERSED])
async def test_a_clear_answer_at_the_last_moment_counts(reply: PlatformAnswer) -> None:
    gateway = Gateway(replace(PENDING, waited=500.0), query=[reply])
    assert (await gateway.step()).state in ("paid", "declined")


async def test_an_order_that_never_left_ends_without_asking_anybody() -> None:
    row = replace(ROW, waited=500.0)
    gateway = Gateway(row)
    gateway.worker._nothing_sent = True
    paying: asyncio.Task[Any] = asyncio.create_task(asyncio.sleep(3600))
    gateway.worker._paying = paying
    assert await gateway.step() == ended(row, "cancelled", "unreachable")
    assert not gateway.worker._paying
    await asyncio.wait([paying])
    assert paying.cancelled()
    assert gateway.platform.asked == []
    assert gateway.metrics.counted == [("wechat", "cancelled")]


async def test_an_order_that_never_left_may_have_no_call_under_way() -> None:
    gateway = Gateway(replace(ROW, waited=500.0))
    gateway.worker._nothing_sent = True
    assert (await gateway.step()).state == "cancelled"


@pytest.mark.parametrize(
    ("orphaned_s", "reply", "is_over"),
    [
        (0.0, NOT_FOUND, True),
        (0.5, NOT_FOUND, False),
        (None, NOT_FOUND, False),
        (0.0, UNKNOWN, False),
    ],
)
async def test_an_order_without_its_code_that_the_platform_does_not_know_never_came(
    orphaned_s: float | None, reply: PlatformAnswer, is_over: bool
) -> None:
    row = replace(ROW, waited=12.0)
    gateway = Gateway(row, query=[reply])
    gateway.worker._orphaned_s = orphaned_s
    found = await gateway.step()
    if is_over:
        assert found == ended(row, "cancelling", "interrupted", NOW)
    else:
        assert found.state == "sent"


# ---- cancelling ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "row", "reason", "next_at"),
    [
        (REVERSED, CANCELLING, "money_returned", None),
        (CLOSED, CANCELLING, "cancelled", NOW + 10),
        (NOT_FOUND, CANCELLING, "cancelled", NOW + 10),
        (NOT_FOUND, replace(CANCELLING, reason="timeout"), "timeout", NOW + 10),
        (NOT_FOUND, replace(CANCELLING, reason=None), "cancelled", NOW + 10),
        (CLOSED, replace(CANCELLING, platform_ref="42"), "money_returned", NOW + 10),
        (NOT_FOUND, replace(CANCELLING, platform_ref="42"), "cancelled", NOW + 10),
    ],
)
async def test_a_cancel_ends_the_order(
    reply: PlatformAnswer,
    row: OrderRow,
    reason: str,
    next_at: float | None,
    lines: pytest.LogCaptureFixture,
) -> None:
    gateway = Gateway(row, cancel=[reply])
    assert await gateway.step() == ended(row, "cancelled", reason, next_at)
    assert gateway.platform.asked == ["cancel"]
    assert gateway.metrics.counted == [("wechat", "cancelled")]
    assert written(lines) == [("INFO", f"M001 A1234567: cancel: {reply.state}")]


@pytest.mark.parametrize("reply", [UNKNOWN, UNSENT, PAYING, DECLINED])
async def test_a_cancel_without_a_clear_answer_is_repeated(reply: PlatformAnswer) -> None:
    gateway = Gateway(CANCELLING, cancel=[reply, reply, reply])
    assert await gateway.step() == replace(CANCELLING, tries=1, next_at=NOW + 1)
    assert await gateway.step() == replace(CANCELLING, tries=2, next_at=NOW + 2)
    assert await gateway.step() == replace(CANCELLING, tries=3, next_at=NOW + 2)


async def test_a_cancel_begins_at_once_and_goes_on_when_it_is_due() -> None:
    gateway = Gateway(CANCELLING, cancel=[NOT_FOUND])
    assert (await gateway.step(False)).state == "cancelled"
    again = replace(CANCELLING, tries=1)
    gateway = Gateway(again, cancel=[NOT_FOUND])
    assert await gateway.step(False) == again
    assert gateway.platform.asked == []
    assert (await gateway.step(True)).state == "cancelled"


async def test_a_cancel_waits_until_the_platform_wants_one(clock: Clock) -> None:
    row = replace(CANCELLING, waited=4.0)
    gateway = Gateway(row, cancel=[NOT_FOUND])
    clock.seconds += 2
    assert await gateway.step() == replace(row, tries=1, next_at=NOW + 4)
    assert gateway.platform.asked == []
    clock.seconds += 3.5
    assert (await gateway.step()).next_at == NOW + 0.5
    clock.seconds += 0.5
    assert (await gateway.step()).state == "cancelled"


async def test_the_settings_say_when_where_that_is_sooner() -> None:
    timing = replace(TIMING, cancel_after_s=3.0)
    gateway = Gateway(replace(CANCELLING, waited=2.0), timing=timing)
    assert (await gateway.step()).next_at == NOW + 1


async def test_what_was_interrupted_is_cancelled_without_waiting() -> None:
    row = replace(CANCELLING, waited=0.0, reason="interrupted")
    assert (await Gateway(row, cancel=[NOT_FOUND]).step()).state == "cancelled"


async def test_an_order_whose_account_is_gone_stays_cancelling() -> None:
    gateway = Gateway(replace(CANCELLING, waited=0.0))
    gateway.channel = None
    assert await gateway.step() == replace(CANCELLING, waited=0.0, tries=1, next_at=NOW + 1)


@pytest.mark.parametrize(
    ("reason", "shown"), [("timeout", "timeout"), (None, "unreachable"), ("", "unreachable")]
)
async def test_what_never_left_needs_no_cancel(reason: str | None, shown: str) -> None:
    row = replace(CANCELLING, reason=reason)
    gateway = Gateway(row)
    gateway.worker._nothing_sent = True
    assert await gateway.step() == ended(row, "cancelled", shown)
    assert gateway.platform.asked == []


async def test_a_reason_from_before_the_cancel_is_not_that_of_the_end() -> None:
    row = replace(ROW, reason="connecting", waited=500.0)
    gateway = Gateway(row)
    gateway.worker._nothing_sent = True
    assert (await gateway.step()).reason == "unreachable"


# ---- money that comes too late -------------------------------------------------------------------


def returning(row: OrderRow, ref: str | None = "42") -> OrderRow:
    return replace(
        row, state="declined" if row.state == "declined" else "cancelled",
        reason="money_returning", say=SENTENCES["money_returning"], platform_ref=ref,
        next_at=NOW, tries=0,
    )  # fmt: skip


async def test_a_cancel_that_finds_the_money_gives_it_back(
    lines: pytest.LogCaptureFixture,
) -> None:
    gateway = Gateway(CANCELLING, cancel=[PAID])
    assert await gateway.step() == returning(CANCELLING)
    assert gateway.orders.kept == {LATE.refund_no: LATE}
    assert gateway.metrics.counted == [("wechat", "late")]
    assert written(lines)[-1] == (
        "ERROR", "M001 A1234567: paid although it is cancelling; giving it back"
    )  # fmt: skip


@pytest.mark.parametrize("row", [replace(CANCELLED, tries=1), DECLINED_ROW])
async def test_a_check_that_finds_the_money_gives_it_back(row: OrderRow) -> None:
    gateway = Gateway(row, query=[PAID])
    assert await gateway.step() == returning(row)
    assert gateway.orders.kept == {LATE.refund_no: LATE}


@pytest.mark.parametrize("row", [replace(CANCELLED, next_at=NOW + 50), DECLINED_ROW])
async def test_a_slow_pay_call_that_brings_money_gives_it_back(
    row: OrderRow, lines: pytest.LogCaptureFixture
) -> None:
    gateway = Gateway(row, pay=[PAID])
    await gateway.pays()
    assert await gateway.step() == returning(row)
    assert written(lines)[0] == ("INFO", "M001 A1234567: paid ")


async def test_a_number_that_is_known_stays_known() -> None:
    row = replace(CANCELLED, platform_ref="41")
    gateway = Gateway(row, query=[replace(PAID, platform_ref=None)])
    assert await gateway.step() == returning(row, "41")


async def test_money_that_has_gone_back_is_not_given_back_twice(
    lines: pytest.LogCaptureFixture,
) -> None:
    done = replace(LATE, state="done", next_at=None)
    gateway = Gateway(CANCELLED, done, query=[PAID])
    assert await gateway.step() == replace(CANCELLED, next_at=None)
    assert gateway.orders.kept == {done.refund_no: done}
    assert gateway.metrics.counted == []
    assert written(lines) == [("ERROR", "M001 A1234567: its platform says paid after the refund")]


async def test_another_refund_that_is_done_is_not_the_late_payments() -> None:
    other = replace(LATE, refund_no="REFUND01", late=0, state="done", next_at=None)
    gateway = Gateway(CANCELLED, other, query=[PAID])
    assert (await gateway.step()).reason == "money_returning"


async def test_the_late_payment_goes_back_and_the_order_says_so() -> None:
    gateway = Gateway(CANCELLING, cancel=[PAID], refund=[REFUNDED])
    await gateway.step()
    row = await gateway.step()
    assert (row.reason, row.next_at) == ("money_returned", None)
    asked = ("refund", LATE.refund_no, 4770, "paid after the sale was cancelled")
    assert gateway.platform.asked == ["cancel", asked]
    assert gateway.orders.kept[LATE.refund_no].state == "done"


async def test_the_number_of_a_late_refund_is_always_the_same_and_short_enough() -> None:
    assert late_refund_no("A1234567") == "R358100c210df061db1f9a7a8945fa31"


# ---- refunds -------------------------------------------------------------------------------------

ASKED = replace(LATE, refund_no="REFUND01", amount=1000, wanted="broken", late=0)
OPEN = replace(RECORDED, next_at=NOW)


async def test_a_refund_of_a_paid_order_is_asked_for(lines: pytest.LogCaptureFixture) -> None:
    gateway = Gateway(OPEN, ASKED, refund=[REFUNDED])
    assert await gateway.step() == RECORDED
    assert gateway.platform.asked == [("refund", "REFUND01", 1000, "broken")]
    done = gateway.orders.kept["REFUND01"]
    assert done == replace(
        ASKED, state="done", next_at=None, reason="refunded", done_at=done.done_at,
        say=SENTENCES["refunded"] if done.say else None,
    )  # fmt: skip
    at = datetime.fromisoformat(done.done_at or "")
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)
    assert gateway.metrics.counted == [("wechat", "refunded")]
    assert written(lines) == [("INFO", "M001 A1234567: refund: refunded refunded")]


async def test_money_that_was_reversed_has_gone_back_too() -> None:
    gateway = Gateway(OPEN, ASKED, refund=[PlatformAnswer(state="reversed")])
    await gateway.step()
    assert gateway.orders.kept["REFUND01"].state == "done"


async def test_a_refund_that_is_refused_is_over(lines: pytest.LogCaptureFixture) -> None:
    gateway = Gateway(OPEN, ASKED, refund=[answer("declined", "refund_refused")])
    assert await gateway.step() == RECORDED
    refused = gateway.orders.kept["REFUND01"]
    assert (refused.state, refused.next_at, refused.reason) == ("refused", None, "refund_refused")
    assert gateway.metrics.counted == [("wechat", "refused")]
    assert [level for level, _ in written(lines)] == ["INFO"]


async def test_a_late_payments_refund_that_is_refused_is_tried_again_and_said_aloud(
    lines: pytest.LogCaptureFixture,
) -> None:
    row = replace(CANCELLED, reason="money_returning")
    gateway = Gateway(row, LATE, refund=[PlatformAnswer(state="declined")])
    assert await gateway.step() == replace(row, next_at=NOW + 1)
    assert gateway.orders.kept[LATE.refund_no].state == "due"
    assert gateway.metrics.counted == []
    assert written(lines) == [
        ("INFO", "M001 A1234567: refund: declined "),
        ("ERROR", "M001 A1234567: a late payment cannot be given back"),
    ]


async def test_a_refund_without_a_clear_answer_is_asked_for_again(clock: Clock) -> None:
    gateway = Gateway(OPEN, ASKED, refund=[UNKNOWN] * 3)
    for tries, wait in ((1, 1), (2, 2), (3, 2)):
        row = await gateway.step()
        refund = gateway.orders.kept["REFUND01"]
        assert (refund.state, refund.tries, refund.reason) == ("due", tries, "refund_waiting")
        assert row.next_at == refund.next_at == clock.now + wait
        clock.now += wait
    assert gateway.metrics.counted == []


async def test_each_refund_waits_for_its_own_time() -> None:
    later = replace(ASKED, refund_no="REFUND02", next_at=NOW + 0.5)
    always = replace(ASKED, refund_no="REFUND03", next_at=None)
    done = replace(ASKED, refund_no="REFUND04", state="done")
    gateway = Gateway(OPEN, later, ASKED, done, always, refund=[REFUNDED, REFUNDED])
    assert (await gateway.step()).next_at == NOW + 0.5
    assert [each[1] for each in gateway.platform.asked] == ["REFUND01", "REFUND03"]
    assert gateway.orders.kept["REFUND02"] == later


async def test_a_refund_that_is_not_due_yet_keeps_the_order_waiting_for_it() -> None:
    later = replace(ASKED, next_at=NOW + 5)
    gateway = Gateway(OPEN, later)
    assert await gateway.step() == replace(RECORDED, next_at=NOW + 5)
    assert gateway.platform.asked == []


async def test_an_order_is_not_checked_while_a_refund_of_it_is_open() -> None:
    gateway = Gateway(CANCELLED, replace(LATE, next_at=NOW + 5))
    assert (await gateway.step()).next_at == NOW + 5
    assert gateway.platform.asked == []


async def test_refunds_are_left_alone_until_something_is_due() -> None:
    gateway = Gateway(OPEN, ASKED)
    assert await gateway.step(False) == OPEN
    assert gateway.platform.asked == []


# ---- looking at ended orders again ---------------------------------------------------------------


async def test_a_paid_order_with_nothing_to_do_is_left_in_peace() -> None:
    gateway = Gateway(OPEN)
    assert await gateway.step() == RECORDED
    assert gateway.platform.asked == []


async def test_an_order_without_a_time_is_left_in_peace() -> None:
    for row in (RECORDED, replace(ROW, next_at=None), replace(CANCELLED, next_at=None)):
        gateway = Gateway(row)
        assert await gateway.step() == row


async def test_an_order_that_the_platform_does_not_know_is_looked_at_once_more() -> None:
    gateway = Gateway(CANCELLED, query=[NOT_FOUND, NOT_FOUND])
    assert await gateway.step() == replace(CANCELLED, tries=1, next_at=NOW + 60)
    assert await gateway.step() == replace(CANCELLED, tries=2, next_at=None)


@pytest.mark.parametrize("reply", [CLOSED, REVERSED, DECLINED])
async def test_an_end_that_the_platform_confirms_is_the_end(reply: PlatformAnswer) -> None:
    gateway = Gateway(CANCELLED, query=[reply])
    assert await gateway.step() == replace(CANCELLED, tries=1, next_at=None)


@pytest.mark.parametrize("reply", [PAYING, answer("unpaid", "closed")])
async def test_a_pay_call_that_arrives_after_the_cancel_is_cancelled_too(
    reply: PlatformAnswer,
) -> None:
    gateway = Gateway(CANCELLED, query=[reply], cancel=[CLOSED])
    assert await gateway.step() == replace(CANCELLED, next_at=NOW + 10)
    assert gateway.platform.asked == ["query", "cancel"]


@pytest.mark.parametrize(("tries", "wait"), [(0, 10), (1, 60), (2, 60)])
@pytest.mark.parametrize("reply", [UNKNOWN, UNSENT])
async def test_a_check_that_learnt_nothing_is_made_again(
    reply: PlatformAnswer, tries: int, wait: float
) -> None:
    row = replace(CANCELLED, tries=tries)
    gateway = Gateway(row, query=[reply])
    assert await gateway.step() == replace(row, next_at=NOW + wait)
    assert gateway.platform.asked == ["query"]


async def test_without_checks_a_check_is_repeated_as_late_as_a_cancel() -> None:
    timing = replace(TIMING, after_checks=(), again=(1.0, 2.0, 4.0))
    gateway = Gateway(CANCELLED, timing=timing, query=[UNKNOWN])
    assert (await gateway.step()).next_at == NOW + 4


# ---- the work as a whole -------------------------------------------------------------------------


async def ends(gateway: Gateway, code: str | None = CODE) -> None:
    await asyncio.wait_for(gateway.worker.run(code), 20)


async def test_an_order_is_paid_from_its_code_to_its_line(lines: pytest.LogCaptureFixture) -> None:
    gateway = Gateway(pay=[PAID])
    await ends(gateway)
    assert gateway.orders.row == RECORDED
    assert len(gateway.log.entries) == 1
    assert gateway.platform.asked == [("pay", CODE)]
    assert gateway.worker.row == RECORDED
    assert written(lines) == [("INFO", "M001 A1234567: paid ")]


async def test_a_worker_that_begins_with_the_code_has_sent_nothing_yet() -> None:
    gateway = Gateway(pay=[PAID])
    running = asyncio.create_task(gateway.worker.run(CODE))
    await asyncio.sleep(0)
    worker: Any = gateway.worker
    assert worker._nothing_sent
    assert worker._orphaned_s is None
    await running


async def test_an_order_that_is_found_without_its_code_is_asked_about() -> None:
    row = replace(ROW, waited=3.0, next_at=NOW)
    gateway = Gateway(row, query=[PAID])
    await ends(gateway, None)
    assert gateway.worker._orphaned_s == 3.0
    assert gateway.platform.asked == ["query"]
    assert gateway.orders.row == replace(RECORDED, waited=3.0)


async def test_money_that_comes_after_all_was_over_goes_back() -> None:
    gateway = Gateway(replace(CANCELLED, next_at=None), pay=[PAID], refund=[REFUNDED])
    await ends(gateway)
    assert gateway.orders.row.reason == "money_returned"
    assert gateway.orders.kept[LATE.refund_no].state == "done"


async def test_a_refund_is_made_in_one_round(nobody_waits: NoWaiting) -> None:
    gateway = Gateway(OPEN, ASKED, refund=[REFUNDED])
    await ends(gateway, None)
    assert gateway.orders.row == RECORDED
    assert nobody_waits.timeouts == [0.0]


async def test_an_order_that_another_gateway_has_is_left_to_it(
    lines: pytest.LogCaptureFixture,
) -> None:
    gateway = Gateway()
    gateway.orders.row = replace(ROW, owner="another")
    await ends(gateway, None)
    assert gateway.platform.asked == []
    assert gateway.worker.resolved.is_set()
    assert gateway.worker.reportable.is_set()
    assert written(lines) == [("WARNING", "M001 A1234567: another gateway has taken it up")]


async def test_a_pay_call_ends_with_its_worker() -> None:
    gateway = Gateway()
    gateway.orders.row = replace(ROW, owner="another")
    held = asyncio.Event()

    async def pay(_order: Any, _code: str) -> PlatformAnswer:
        held.set()
        await asyncio.sleep(3600)
        raise AssertionError

    gateway.platform.pay = pay
    await ends(gateway)
    paying = gateway.worker._paying
    assert paying
    await asyncio.wait([paying], timeout=60)
    assert paying.cancelled()


async def test_an_answer_counts_for_the_order_as_the_worker_knows_it() -> None:
    """Not asked anew: the database may be away, and the money is there."""
    gateway = Gateway(pay=[PAID])
    got = []
    get = gateway.orders.get

    async def count(*key: str) -> Any:
        got.append(key)
        return await get(*key)

    gateway.orders.get = count
    await ends(gateway)
    assert got == []


async def test_a_database_that_is_away_is_waited_for_longer_each_time(
    nobody_waits: NoWaiting, lines: pytest.LogCaptureFixture
) -> None:
    gateway = Gateway(query=[PAYING, PAID])
    away = DatabaseUnavailable("no route")
    gateway.orders.troubles = [away] * 6
    await ends(gateway, None)
    assert nobody_waits.slept == [1, 2, 4, 8, 15, 15]
    assert written(lines)[0] == ("ERROR", "M001 A1234567: waits for the database: no route")
    assert gateway.orders.row.state == "paid"


async def test_a_fault_of_this_program_is_told_and_the_step_tried_again(
    nobody_waits: NoWaiting, lines: pytest.LogCaptureFixture
) -> None:
    gateway = Gateway(query=[PAID])
    gateway.log.troubles = [OSError("full")] * 6
    await ends(gateway, None)
    assert nobody_waits.slept == [1, 2, 4, 8, 15, 15]
    faults = [record for record in lines.records if record.levelname == "ERROR"]
    assert faults[0].getMessage() == "M001 A1234567: the step failed and is tried again"
    assert faults[0].exc_info
    assert gateway.orders.row == RECORDED
    assert len(gateway.log.entries) == 1


@pytest.mark.parametrize("trouble", [DatabaseUnavailable("away"), ZeroDivisionError("odd")])
async def test_after_a_step_that_went_well_troubles_count_anew(
    nobody_waits: NoWaiting, trouble: Exception
) -> None:
    gateway = Gateway(query=[PAYING, PAYING, PAID])
    # One look before a step and one after it: the second trouble meets the third look.
    looks = iter([trouble, None, None, trouble])
    get = gateway.orders.get

    async def look(*key: str) -> Any:
        met = next(looks, None)
        if met is not None:
            raise met
        return await get(*key)

    gateway.orders.get = look
    await ends(gateway, None)
    assert nobody_waits.slept == [1, 1]


# ---- how long it waits ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "seconds"),
    [
        (replace(ROW, next_at=NOW + 7), 7.0),
        (replace(ROW, next_at=NOW + 100), 15),
        (replace(ROW, next_at=NOW - 5), 0.0),
        (replace(ROW, next_at=None), 3600.0),
        (replace(CANCELLED, next_at=NOW + 50), 50.0),
        (replace(CANCELLED, next_at=NOW + 100), 60.0),
    ],
)
async def test_it_waits_until_it_is_due_but_not_longer_than_a_clock_may_be_wrong(
    row: OrderRow, seconds: float, nobody_waits: NoWaiting
) -> None:
    gateway = Gateway(row)
    assert await gateway.worker._wait(row) is True
    assert nobody_waits.timeouts == [seconds]


async def test_an_ended_order_is_checked_at_least_every_fifteen_seconds_without_checks(
    nobody_waits: NoWaiting,
) -> None:
    timing = replace(TIMING, after_checks=())
    row = replace(CANCELLED, next_at=NOW + 100)
    await Gateway(row, timing=timing).worker._wait(row)
    assert nobody_waits.timeouts == [15]


async def test_whoever_wakes_it_is_heard_once_and_it_is_not_due() -> None:
    gateway = Gateway()
    gateway.worker.wake.set()
    assert await gateway.worker._wait(ROW) is False
    assert not gateway.worker.wake.is_set()
    assert await gateway.worker._wait(ROW) is True


async def test_the_end_of_the_pay_call_wakes_it() -> None:
    gateway = Gateway(pay=[PAID])
    await gateway.pays()
    assert await gateway.worker._wait(ROW) is False


@pytest.mark.parametrize(
    ("row", "resolved", "reportable"),
    [
        (ROW, False, False),
        (PENDING, False, True),
        (CANCELLING, False, False),
        (CANCELLED, True, True),
        (DECLINED_ROW, True, True),
        (TO_LOG, False, False),
        (RECORDED, True, True),
    ],
)
async def test_it_is_told_outside_once_there_is_something_to_tell(
    row: OrderRow, resolved: bool, reportable: bool
) -> None:
    gateway = Gateway(row)
    await gateway.worker._wait(row)
    assert gateway.worker.resolved.is_set() == resolved
    assert gateway.worker.reportable.is_set() == reportable
