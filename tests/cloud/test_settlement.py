"""An order's life with a platform that says exactly what the test wants, when it wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pos_tui.cloud.gateway.order_life import Timing
from pos_tui.cloud.gateway.orders import OrderRow, Orders
from pos_tui.cloud.gateway.platforms import PlatformAnswer, PlatformOrder, answer
from pos_tui.cloud.gateway.settlement import Settlement
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.codes.payment import parse_formats
from pos_tui.messages import OrderStatus, TransactionLogEntry, TransactionOrder
from pos_tui.settings import payment_formats_text

from .shop import code, eventually, log_entries, order_no

WHEN = datetime(2025, 3, 1, 10, 32, tzinfo=UTC)
FORMATS = parse_formats(payment_formats_text())
TIMING = Timing(
    answer_s=0.2,
    patience_s=0.1,
    schedule=(0.05,),
    again=(0.05,),
    deadline_s=30.0,
    cancel_after_s=0.0,
    after_checks=(0.05, 0.05),
)


def paid(amount: int = 4770) -> PlatformAnswer:
    return PlatformAnswer(state="paid", platform_ref="42", paid_at=WHEN, amount=amount)


UNKNOWN = answer("unknown", "platform_error")
NOT_FOUND = answer("not_found", "platform_error")


class Scripted:
    """A platform that gives the prepared answers in turn; the last one stays."""

    currencies = frozenset({"CNY"})
    deadline_s = 60.0
    cancel_after_s = 0.0

    def __init__(self, **script: list[PlatformAnswer]) -> None:
        self.script = script
        self.asked: list[str] = []
        self.let_pay = asyncio.Event()
        self.let_pay.set()

    def _say(self, what: str) -> PlatformAnswer:
        self.asked.append(what)
        said = self.script.get(what, [UNKNOWN])
        return said.pop(0) if len(said) > 1 else said[0]

    async def pay(self, order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        said = self._say("pay")
        await self.let_pay.wait()
        return said

    async def query(self, order: PlatformOrder) -> PlatformAnswer:
        return self._say("query")

    async def cancel(self, order: PlatformOrder) -> PlatformAnswer:
        return self._say("cancel")

    async def refund(self, order: PlatformOrder, request_no: str) -> PlatformAnswer:
        return self._say(f"refund {request_no}")


class Desk:
    """A settlement over files that outlive it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.orders: Orders
        self.log: TransactionLog
        self.settlement: Settlement

    async def open(self, platform: Scripted, timing: Timing = TIMING) -> Settlement:
        self.orders = Orders(self.folder / "gateway.db")
        self.log = TransactionLog(self.folder / "log", "w", 1 << 20)
        self.settlement = Settlement(
            self.orders, self.log, {("M001", "wechat"): platform}, timing, FORMATS
        )
        await self.settlement.take_up()
        return self.settlement

    async def close(self) -> None:
        await self.settlement.close()
        self.log.close()
        self.orders.close()

    def row(self, number: str) -> OrderRow:
        row = self.orders.get("M001", number)
        assert row
        return row

    def logged(self) -> list[str]:
        return [entry.order_no for entry in log_entries(self.folder / "log")]

    async def until(self, number: str, true: Callable[[OrderRow], bool]) -> OrderStatus:
        async def look() -> OrderStatus | None:
            return self.settlement.status("M001", number) if true(self.row(number)) else None

        return await eventually(look)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    await desk.close()


def new_order() -> TransactionOrder:
    return TransactionOrder(
        merchant="M001",
        till="01",
        order_no=order_no(),
        amount=4770,
        currency="CNY",
        auth_code=code("wechat"),
        subject="Corner Market",
        made_at=WHEN,
    )


async def test_an_order_the_platform_does_not_know_yet_is_not_failed(desk: Desk) -> None:
    platform = Scripted(pay=[UNKNOWN], query=[NOT_FOUND, NOT_FOUND, paid()])
    settlement = await desk.open(platform)
    order = new_order()
    await settlement.pay(order)
    status = await desk.until(order.order_no, lambda row: row.state == "paid" and not row.unlogged)
    assert (status.answer, platform.asked.count("pay")) == ("paid", 1)
    assert desk.logged() == [order.order_no]


async def test_a_slow_answer_is_not_waited_for_when_a_query_knows(desk: Desk) -> None:
    platform = Scripted(pay=[paid()], query=[paid()])
    platform.let_pay.clear()
    settlement = await desk.open(platform)
    order = new_order()
    await settlement.pay(order)
    await desk.until(order.order_no, lambda row: row.state == "paid" and not row.unlogged)
    platform.let_pay.set()
    assert desk.logged() == [order.order_no]


async def test_a_success_after_the_cancel_is_given_back_and_shown(desk: Desk) -> None:
    platform = Scripted(
        pay=[paid()],
        query=[UNKNOWN],
        cancel=[answer("closed", "cancelled")],
    )
    platform.let_pay.clear()
    settlement = await desk.open(platform)
    order = new_order()
    platform.script["refund " + _refund_no_of(order.order_no)] = [
        UNKNOWN,
        answer("refunded", "money_returned"),
    ]
    await settlement.pay(order)
    await settlement.cancel("M001", order.order_no)
    await desk.until(order.order_no, lambda row: row.state == "cancelled")
    platform.let_pay.set()
    status = await desk.until(order.order_no, lambda row: row.refund == "done")
    assert (status.answer, status.reason) == ("cancelled", "money_returned")
    assert [asked for asked in platform.asked if asked.startswith("refund")] == [
        "refund " + _refund_no_of(order.order_no)
    ] * 2
    assert desk.logged() == []


async def test_a_success_found_after_a_restart_of_a_cancelled_order_is_given_back(
    desk: Desk,
) -> None:
    settlement = await desk.open(
        Scripted(pay=[UNKNOWN], cancel=[NOT_FOUND]),
        Timing(**{**_fields(TIMING), "after_checks": (60.0,)}),
    )
    order = new_order()
    await settlement.pay(order)
    await settlement.cancel("M001", order.order_no)
    await desk.until(order.order_no, lambda row: row.state == "cancelled")
    await desk.orders.note(desk.row(order.order_no), {"next_at": 0.0})
    await desk.close()

    platform = Scripted(query=[paid()])
    platform.script["refund " + _refund_no_of(order.order_no)] = [
        answer("refunded", "money_returned")
    ]
    await desk.open(platform)
    status = await desk.until(order.order_no, lambda row: row.refund == "done")
    assert status.answer == "cancelled"


async def test_a_charge_beside_a_complaint_about_the_request_is_given_back(desk: Desk) -> None:
    platform = Scripted(pay=[answer("declined", "configuration")], query=[NOT_FOUND, paid()])
    settlement = await desk.open(platform)
    order = new_order()
    platform.script["refund " + _refund_no_of(order.order_no)] = [
        answer("refunded", "money_returned")
    ]
    assert (await settlement.pay(order)).answer == "declined"
    status = await desk.until(order.order_no, lambda row: row.refund == "done")
    assert (status.answer, status.reason) == ("declined", "money_returned")


async def test_a_cancel_is_repeated_until_the_platform_says_so(desk: Desk) -> None:
    platform = Scripted(
        pay=[answer("paying", "waiting_for_customer")],
        query=[answer("paying", "waiting_for_customer")],
        cancel=[UNKNOWN, answer("unsent", "unreachable"), answer("closed", "cancelled")],
    )
    settlement = await desk.open(platform)
    order = new_order()
    await settlement.pay(order)
    status = await settlement.cancel("M001", order.order_no)
    status = await desk.until(order.order_no, lambda row: row.state == "cancelled")
    assert (status.answer, platform.asked.count("cancel")) == ("cancelled", 3)


async def test_a_customer_who_pays_during_the_cancel_gets_the_money_back(desk: Desk) -> None:
    platform = Scripted(
        pay=[answer("paying", "waiting_for_customer")],
        query=[answer("paying", "waiting_for_customer")],
        cancel=[UNKNOWN, answer("reversed", "money_returned")],
    )
    settlement = await desk.open(platform)
    order = new_order()
    await settlement.pay(order)
    await settlement.cancel("M001", order.order_no)
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
    await desk.open(platform)
    status = await desk.until(order.order_no, lambda row: row.state == "cancelled")
    assert (status.answer, status.reason) == ("cancelled", "interrupted")
    assert "pay" not in platform.asked


@pytest.mark.parametrize("line_was_written", [True, False])
async def test_a_crash_around_the_log_line_gives_exactly_one_line(
    desk: Desk, line_was_written: bool
) -> None:
    await desk.open(Scripted(pay=[UNKNOWN], query=[UNKNOWN]))
    order = new_order()
    await desk.settlement.pay(order)
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
    changes = {"paid_at": WHEN.isoformat(), "next_at": 0.0}
    assert await desk.orders.advance(desk.row(order.order_no), "paid", changes, entry)
    if line_was_written:
        await desk.log.append(entry)
    status = desk.settlement.status("M001", order.order_no)
    assert status and (status.answer, status.reason) == ("unknown", "recording")
    await desk.close()

    await desk.open(Scripted())
    status = await desk.until(order.order_no, lambda row: not row.unlogged)
    assert status.answer == "paid"
    assert desk.logged() == [order.order_no]


async def test_a_log_that_cannot_be_written_holds_the_answer_back(desk: Desk) -> None:
    settlement = await desk.open(Scripted(pay=[paid()]))
    tried = 0
    append = desk.log.append

    async def full_disk(entry: TransactionLogEntry, *, unless_held: bool = False) -> None:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise OSError(28, "No space left on device")
        await append(entry, unless_held=unless_held)

    desk.log.append = full_disk  # type: ignore[method-assign]
    order = new_order()
    status = await settlement.pay(order)
    assert status.answer in ("unknown", "paid")
    status = await desk.until(order.order_no, lambda row: row.state == "paid" and not row.unlogged)
    assert status.answer == "paid"
    assert (tried, desk.logged()) == (2, [order.order_no])


async def test_states_never_go_back(desk: Desk) -> None:
    settlement = await desk.open(Scripted(pay=[paid()]))
    order = new_order()
    assert (await settlement.pay(order)).answer == "paid"
    row = desk.row(order.order_no)
    for state in ("sent", "pending", "declined", "cancelling", "cancelled", "paid"):
        assert not await desk.orders.advance(row, state, {"reason": "never"})
    assert desk.row(order.order_no).state == "paid"


def _refund_no_of(number: str) -> str:
    from pos_tui.cloud.gateway.order_life import _refund_no

    return _refund_no(number)


def _fields(timing: Timing) -> dict[str, object]:
    import msgspec

    return msgspec.structs.asdict(timing)
