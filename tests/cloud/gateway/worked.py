"""One order's worker alone: orders in memory, a scripted platform, a clock that stands still."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, get_args

import msgspec

from pos_tui.cloud.gateway.channels import Channel
from pos_tui.cloud.gateway.order_records import OrderRow, RefundRow, states_before
from pos_tui.cloud.gateway.order_timing import OrderTiming
from pos_tui.cloud.gateway.order_worker import OrderWorker
from pos_tui.cloud.gateway.platform_calls import PlatformCall

NOW = 1000.0
ROW = OrderRow(
    merchant="M001", order_no="A1234567", till="01", amount=4770, currency="CNY",
    subject="Corner Market", fingerprint=b"f", platform="wechat", channel="wechat", account="190",
    scene="", made_at=900.0, state="sent", next_at=NOW, owner="w",
)  # fmt: skip
TIMING = OrderTiming(
    again=(1.0, 2.0), deadline_s=120.0, cancel_after_s=15.0, after_checks=(10.0, 60.0),
    orphan_s=12.0,
)  # fmt: skip


class Clock:
    """Stands still unless a test sets it."""

    def __init__(self) -> None:
        self.now = NOW
        self.seconds = 50.0

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.seconds


class NoWaiting:
    """asyncio, but nobody sleeps; how long they would have is in `slept`.

    What never ends is ended after fifty rounds.
    """

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.timeouts: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        assert len(self.slept) + len(self.timeouts) < 50
        await asyncio.sleep(0)

    async def wait(self, tasks: Any, **options: Any) -> Any:
        self.timeouts.append(options.pop("timeout"))
        assert options["return_when"] == asyncio.FIRST_COMPLETED
        assert len(self.slept) + len(self.timeouts) < 50
        return await asyncio.wait(tasks, timeout=0.002, **options)


class Platform:
    """Gives the prepared answers in turn, and keeps what it was asked."""

    currencies = frozenset({"CNY"})
    schedule: tuple[float, ...] = (5.0, 7.0)
    deadline_s = 90.0
    cancel_after_s = 10.0

    def __init__(self, **answers: list[Any]) -> None:
        self.answers = answers
        self.asked: list[Any] = []

    async def pay(self, order: Any, auth_code: str) -> Any:
        return self._answer("pay", order, auth_code)

    async def query(self, order: Any) -> Any:
        return self._answer("query", order)

    async def cancel(self, order: Any) -> Any:
        return self._answer("cancel", order)

    async def refund(self, order: Any, refund: Any) -> Any:
        return self._answer("refund", order, refund.refund_no, refund.amount, refund.reason)

    def notice(self, headers: Any, body: bytes) -> None:
        return None

    def _answer(self, what: str, order: Any, *more: Any) -> Any:
        assert order.order_no == ROW.order_no
        self.asked.append((what, *more) if more else what)
        return self.answers[what].pop(0)


class Orders:
    """One order and its refunds, with the rules of the database about who may change what."""

    owner = "w"

    def __init__(self, row: OrderRow, *refunds: RefundRow) -> None:
        self.row = row
        self.kept = {refund.refund_no: refund for refund in refunds}
        self.is_leased = True
        self.troubles: list[Exception] = []

    async def get(self, merchant: str, order_no: str) -> OrderRow:
        assert (merchant, order_no) == ROW.key
        if self.troubles:
            raise self.troubles.pop(0)
        return self.row

    async def advance(self, row: Any, state: Any, update: Any, refund: Any = None) -> bool:
        assert row.key == ROW.key
        if self.row.state not in states_before(state):
            return False
        return self._change(state, update, refund)

    async def update(self, row: Any, update: Any, refund: Any = None) -> bool:
        known = self.row
        if row.state != known.state or row.next_at not in (None, known.next_at):
            return False
        return self._change(known.state, update, refund)

    def _change(self, state: Any, update: Any, refund: Any) -> bool:
        self.row = update.applied_to(self.row, state)
        if refund is not None:
            self.kept[refund.refund_no] = refund
        return True

    async def mark_logged(self, row: Any) -> None:
        assert row.state == self.row.state == "paid"
        next_at = None if self.row.next_at == row.next_at else self.row.next_at
        self.row = msgspec.structs.replace(self.row, to_log=0, next_at=next_at)

    async def refunds(self, merchant: str, order_no: str) -> list[RefundRow]:
        assert (merchant, order_no) == ROW.key
        return list(self.kept.values())

    async def update_refund(self, refund: Any, update: Any, order: Any = None) -> None:
        number = refund.refund_no
        self.kept[number] = msgspec.structs.replace(self.kept[number], **update.columns())
        times = [each.next_at for each in self.kept.values() if each.state == "due"]
        if order is not None:
            self.row = order.applied_to(self.row, self.row.state)
        next_at = min((each for each in times if each is not None), default=None)
        self.row = msgspec.structs.replace(self.row, next_at=next_at)

    async def acquire_lease(self, row: Any) -> bool:
        assert row == self.row
        return self.is_leased


class Log:
    """The transaction log as a list."""

    worker = "the-log"

    def __init__(self) -> None:
        self.entries: list[Any] = []
        self.troubles: list[Exception] = []

    async def append(self, entry: Any, *, unless_held_in: tuple[str, ...] | None = None) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.entries.append((entry, unless_held_in))


class Metrics:
    """What was counted."""

    def __init__(self) -> None:
        self.counted: list[Any] = []

    def order_ended(self, channel: Any, answer: str) -> None:
        self.counted.append((channel, answer))

    def late_payment(self, channel: Any) -> None:
        self.counted.append((channel, "late"))

    def refunded(self, channel: Any, answer: str) -> None:
        self.counted.append((channel, answer))

    def platform_call(self, channel: str, call: str) -> Any:
        assert channel == "wechat"
        assert call in get_args(PlatformCall)
        return contextlib.nullcontext()


class Gateway:
    """A worker on one order, and all that it works with."""

    def __init__(
        self, row: OrderRow = ROW, *refunds: RefundRow, timing: Any = TIMING, **answers: Any
    ) -> None:
        self.orders: Any = Orders(row, *refunds)
        self.platform: Any = Platform(**answers)
        self.log: Any = Log()
        self.metrics: Any = Metrics()
        self.channel: Channel | None = Channel("M001", "wechat", "190", ("wechat",), self.platform)
        around: list[Any] = [self.orders, self.log, self._channel_of, timing, self.metrics, row]
        self.worker = OrderWorker(*around)

    def _channel_of(self, row: OrderRow) -> Channel | None:
        assert row.key == ROW.key
        return self.channel

    async def step(self, is_due: bool = True) -> OrderRow:
        """One step on the order as the worker knows it; how the order is afterwards."""
        await self.worker._step(self.worker.row, is_due)
        row: OrderRow = self.orders.row
        self.worker.row = row
        return row

    async def pays(self) -> asyncio.Task[Any]:
        """The pay call has been made, and has ended."""
        task = asyncio.create_task(self.worker._pay("134857901234567890"))
        self.worker._paying = task
        await asyncio.wait([task])
        return task
