"""What the gateway makes of each request about an order: started, joined, refused, given back.

Orders stand in memory, their workers do nothing, and nobody waits.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from pos_tui.cloud.gateway import order_service as module
from pos_tui.cloud.gateway.channels import Channel
from pos_tui.cloud.gateway.order_records import OrderRow, RefundRow, states_before
from pos_tui.cloud.gateway.order_service import (
    AccountRemoved,
    NotRefundable,
    OrderConflict,
    OrderService,
)
from pos_tui.cloud.gateway.order_status import order_status, refund_status
from pos_tui.cloud.gateway.order_timing import OrderTiming
from pos_tui.cloud.gateway.orders import RefundNumberUsed, RequestReplayed
from pos_tui.cloud.platforms.protocol import SENTENCES
from pos_tui.codes.payment import parse_formats
from pos_tui.messages import RefundRequest, TransactionOrder
from pos_tui.settings import payment_formats_text
from tests.cloud.gateway.worked import NOW, Clock, Metrics, Platform

FORMATS = parse_formats(payment_formats_text())
TIMING = OrderTiming(answer_s=1.0, patience_s=3.0, beat_s=0.5)
CODE = "134857901234567890"
ORDER = TransactionOrder(
    merchant="M001", till="01", order_no="A1234567", amount=4770, currency="CNY",
    auth_code=CODE, subject="Corner Market", made_at=datetime(2026, 11, 22, tzinfo=UTC),
)  # fmt: skip
KEY = ("M001", "A1234567")
FINGERPRINT = hashlib.sha256(f"4770\nCNY\n{CODE}\n01".encode()).digest()
SENT = OrderRow(
    merchant="M001", order_no="A1234567", till="01", amount=4770, currency="CNY",
    subject="Corner Market", fingerprint=FINGERPRINT, platform="wechat", channel="wechat",
    account="190", scene="", made_at=NOW, state="sent", next_at=NOW + 3, owner="w",
)  # fmt: skip
PAID = replace(SENT, state="paid", paid_at="2026-11-22T04:00:00+00:00", next_at=None)
TO_LOG = replace(PAID, to_log=1, next_at=NOW)
DECLINED = replace(SENT, state="declined", reason="limit", next_at=None)
TOMBSTONE = OrderRow(
    merchant="M001", order_no="A1234567", till="", amount=0, currency="", subject="",
    fingerprint=None, platform=None, channel=None, account=None, scene="", made_at=NOW,
    state="cancelled", reason="cancelled", say=SENTENCES["cancelled"], owner="w",
)  # fmt: skip
ASKED = RefundRow(
    merchant="M001", order_no="A1234567", refund_no="REFUND01", amount=1000, wanted="broken",
    late=0, made_at=NOW, next_at=NOW,
)  # fmt: skip
DONE = replace(ASKED, state="done", next_at=None, done_at="2026-11-22T04:00:00+00:00")
REQUEST = RefundRequest(refund_no="REFUND01", amount=1000, reason="broken")


class Orders:
    """The orders of a test, and what was asked of them."""

    def __init__(self, *rows: OrderRow) -> None:
        self.rows = {row.key: row for row in rows}
        self.nonces: list[str] = []
        self.is_leased = True
        self.known: list[RefundRow] = []
        self.found: Any = None
        self.due: list[Any] = []
        self.left: list[OrderRow] = []
        self.ours: dict[Any, Any] = {}
        self.calls: list[Any] = []
        self.looked: Any = lambda: None

    async def get(self, merchant: str, order_no: str) -> OrderRow | None:
        self.calls.append("get")
        self.looked()
        return self.rows.get((merchant, order_no))

    async def claim(self, row: OrderRow, nonce: str | None = None) -> tuple[OrderRow, bool]:
        assert nonce is not None
        self.looked()
        if nonce in self.nonces:
            raise RequestReplayed
        self.nonces.append(nonce)
        if row.key in self.rows:
            return self.rows[row.key], False
        self.rows[row.key] = replace(row, owner="w")
        return self.rows[row.key], True

    async def advance(self, row: Any, state: Any, update: Any) -> bool:
        known = self.rows[row.key]
        if known.state not in states_before(state):
            return False
        self.rows[row.key] = update.applied_to(known, state)
        return True

    async def acquire_lease(self, row: Any) -> bool:
        assert row.key in self.rows
        return self.is_leased

    async def request_refund(self, refund: Any, nonce: str) -> Any:
        self.calls.append((refund, nonce))
        if isinstance(self.found, Exception):
            raise self.found
        return self.found, True

    async def refunds(self, merchant: str, order_no: str) -> list[RefundRow]:
        self.looked()
        return self.known if (merchant, order_no) in self.rows else []

    async def make_due(self, merchant: str, order_no: str) -> None:
        self.due.append((merchant, order_no))

    async def take_over(self, *, own: bool = False) -> list[OrderRow]:
        self.calls.append(("take_over", own))
        left, self.left = self.left, []
        return left

    async def renew_leases(self) -> Any:
        self.calls.append("renew_leases")
        return self.ours

    async def forget_nonces(self, older_than_s: float) -> None:
        self.calls.append(("forget_nonces", older_than_s))


class Worker:
    """A worker that does nothing until it is ended."""

    def __init__(self, *around: Any) -> None:
        self.around = around[:-1]
        self.row = around[-1]
        self.resolved = asyncio.Event()
        self.reportable = asyncio.Event()
        self.wake = asyncio.Event()
        self.ended = asyncio.Event()
        self.task: Any = None
        self.code: Any = "not run"

    async def run(self, auth_code: str | None) -> None:
        self.code = auth_code
        await self.ended.wait()


class Channels:
    """One account, at the merchant M001."""

    def __init__(self, channel: Channel) -> None:
        self.channel: Channel | None = channel
        self.account: Channel | None = channel

    def wallets(self, merchant: str) -> set[str]:
        return {"wechat", "alipay"} if merchant == "M001" else set()

    def taking(self, merchant: str, wallet: str) -> Channel | None:
        assert merchant == "M001"
        return self.channel if wallet == "wechat" else None

    def of_order(self, row: OrderRow) -> Channel | None:
        assert row.key == KEY
        return self.account


class NoWaiting:
    """asyncio, but what is slept goes over the clock at once."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.slept: list[float] = []
        self.patience: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.seconds += seconds
        await asyncio.sleep(0)

    async def wait_for(self, waiting: Any, seconds: float) -> Any:
        self.patience.append(seconds)
        return await asyncio.wait_for(waiting, 0.01)


class Log:
    """A transaction log with no line in it."""

    worker = "w"

    async def holds(self, merchant: str, order_no: str) -> bool:
        return False


class Gateway:
    """An order service and all that it works with."""

    def __init__(self, *rows: OrderRow) -> None:
        self.orders: Any = Orders(*rows)
        self.metrics: Any = Metrics()
        self.platform = Platform()
        channel = Channel("M001", "wechat", "190", ("wechat",), self.platform)
        self.channels: Any = Channels(channel)
        self.log: Any = Log()
        parts = (self.orders, self.log, self.channels, TIMING, lambda: FORMATS, self.metrics)
        around: list[Any] = list(parts)
        self.service = OrderService(*around)

    @property
    def row(self) -> OrderRow:
        row: OrderRow = self.orders.rows[KEY]
        return row

    @property
    def workers(self) -> Any:
        return self.service._workers

    def works(self, row: OrderRow) -> Any:
        """A worker that is at work on this order."""
        self.service._start_worker(row, None)
        return self.workers[row.key]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(module, "OrderWorker", Worker)
    return clock


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> NoWaiting:
    nobody = NoWaiting(clock)
    monkeypatch.setattr(module, "asyncio", nobody)
    return nobody


@pytest.fixture(autouse=True)
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="pos_tui")
    return caplog


# ---- a new order ---------------------------------------------------------------------------------


async def test_a_new_order_is_claimed_whole_and_worked_on_with_its_code(
    lines: pytest.LogCaptureFixture, nobody_waits: NoWaiting
) -> None:
    gateway = Gateway()
    status = await gateway.service.pay(ORDER, "n1")
    assert gateway.row == SENT
    assert status == order_status(SENT)
    assert gateway.orders.nonces == ["n1"]
    worker = gateway.workers[KEY]
    assert (worker.code, worker.row) == (CODE, SENT)
    of_order = gateway.channels.of_order
    assert worker.around == (
        gateway.orders, gateway.log, of_order, TIMING, gateway.metrics
    )  # fmt: skip
    assert worker.task.get_name() == "order A1234567"
    assert lines.messages == ["M001 A1234567: ····7890"]
    assert nobody_waits.patience == [1.0]
    worker.ended.set()
    await worker.task
    await asyncio.sleep(0)
    assert not gateway.workers


async def test_the_row_keeps_the_scene_of_its_code() -> None:
    gateway = Gateway()
    gateway.channels.taking = lambda _merchant, _wallet: gateway.channels.channel
    row = gateway.service._first_row(replace(ORDER, auth_code=f"fp{'1' * 33}"))
    assert (row.platform, row.channel, row.scene) == ("alipay", "wechat", "security_code")


@pytest.mark.parametrize("code", ["281234567890123456", "99", "623485790123456789"])
async def test_a_code_that_no_account_takes_is_declined_and_kept_so(code: str) -> None:
    gateway = Gateway()
    order = replace(ORDER, auth_code=code)
    status = await gateway.service.pay(order, "n1")
    assert (status.answer, status.reason) == ("declined", "no_account")
    assert status.say == (
        "This shop has no account for that kind of code. Ask for another wallet or cash."
    )
    assert (gateway.row.channel, gateway.row.account, gateway.row.next_at) == (None, None, None)
    assert gateway.row.platform == ("alipay" if code.startswith("28") else None)
    assert gateway.row.scene == ""
    assert not gateway.workers
    assert gateway.metrics.counted == [(None, "declined")]


async def test_a_currency_that_the_account_does_not_take_is_declined() -> None:
    gateway = Gateway()
    status = await gateway.service.pay(replace(ORDER, currency="USD"), "n1")
    assert (status.answer, status.reason) == ("declined", "currency_not_taken")
    assert status.say == (
        "That wallet does not take this currency here. Ask for another wallet or cash."
    )
    assert gateway.metrics.counted == [("wechat", "declined")]


# ---- the same order again ------------------------------------------------------------------------


async def test_the_same_order_again_joins_and_starts_nothing(
    lines: pytest.LogCaptureFixture,
) -> None:
    gateway = Gateway(PAID)
    assert await gateway.service.pay(ORDER, "n2") == order_status(PAID)
    assert not gateway.workers
    assert lines.messages == []
    assert gateway.metrics.counted == []


@pytest.mark.parametrize(
    "other",
    [{"amount": 4771}, {"currency": "USD"}, {"auth_code": "134857901234567891"}, {"till": "02"}],
)
async def test_another_order_under_the_same_number_is_refused(other: dict[str, Any]) -> None:
    gateway = Gateway(PAID)
    with pytest.raises(OrderConflict):
        await gateway.service.pay(replace(ORDER, **other), "n2")
    assert gateway.row == PAID
    assert not gateway.service._claiming


async def test_an_order_that_was_cancelled_before_it_came_stays_so() -> None:
    gateway = Gateway(TOMBSTONE)
    status = await gateway.service.pay(ORDER, "n2")
    assert (status.answer, status.amount, status.currency) == ("cancelled", 4770, "CNY")
    assert gateway.row == TOMBSTONE
    assert not gateway.workers


async def test_a_request_that_was_made_before_changes_nothing() -> None:
    gateway = Gateway()
    gateway.orders.nonces.append("n1")
    with pytest.raises(RequestReplayed):
        await gateway.service.pay(ORDER, "n1")
    assert not gateway.orders.rows
    assert not gateway.service._claiming


async def test_an_order_is_named_while_it_is_being_claimed() -> None:
    gateway = Gateway()
    seen: list[Any] = []
    gateway.orders.looked = lambda: seen.append(set(gateway.service._claiming))
    await gateway.service.pay(ORDER, "n1")
    assert seen[0] == {KEY}
    assert seen[-1] == set()


# ---- how it stands -------------------------------------------------------------------------------


async def test_how_an_order_stands() -> None:
    gateway = Gateway(DECLINED)
    assert await gateway.service.status(*KEY) == order_status(DECLINED)
    assert await gateway.service.status("M001", "OTHER001") is None


async def test_what_the_worker_has_on_the_disk_is_paid_though_the_row_does_not_say_so_yet() -> None:
    gateway = Gateway(TO_LOG)
    status = await gateway.service.status(*KEY)
    assert status and status.answer == "unknown"
    worker = gateway.works(TO_LOG)
    status = await gateway.service.status(*KEY)
    assert status and status.answer == "unknown"
    worker.row = PAID
    status = await gateway.service.status(*KEY)
    assert status and status.answer == "paid"


async def test_a_worker_that_knows_less_than_the_row_is_not_believed() -> None:
    gateway = Gateway(replace(SENT, state="cancelling"))
    gateway.works(PAID)
    status = await gateway.service.status(*KEY)
    assert status and status.answer == "unknown"


# ---- waiting for an answer -----------------------------------------------------------------------


async def test_a_worker_that_is_through_is_asked_itself() -> None:
    gateway = Gateway(TO_LOG)
    worker = gateway.works(TO_LOG)
    worker.row = PAID
    worker.resolved.set()
    assert (await gateway.service._await_status(SENT)).answer == "paid"
    assert gateway.orders.calls == []


async def test_a_worker_that_is_not_through_leaves_it_to_the_row() -> None:
    gateway = Gateway(replace(SENT, state="cancelling"))
    worker = gateway.works(SENT)
    for row in (SENT, TO_LOG):
        worker.row = row
        assert (await gateway.service._await_status(SENT)).reason == "cancelling"


async def test_only_a_till_that_has_just_sent_hears_that_the_customer_is_asked(
    nobody_waits: NoWaiting,
) -> None:
    pending = replace(SENT, state="pending")
    heard: list[str] = []

    def hears(name: str) -> Any:
        async def wait() -> None:
            heard.append(name)

        return wait

    for news in ({"waiting_is_news": True}, {}):
        gateway = Gateway(pending)
        worker = gateway.works(pending)
        for name in ("reportable", "resolved"):
            getattr(worker, name).wait = hears(name)
        await gateway.service._await_status(pending, **news)
    assert heard == ["reportable", "resolved"]
    assert nobody_waits.patience == [1.0, 1.0]


async def test_an_order_just_sent_waits_for_news_and_a_cancelled_one_for_its_end() -> None:
    gateway = Gateway()
    asked: list[Any] = []

    async def await_status(row: Any, *news: Any, **named: Any) -> Any:
        asked.append((row.state, *news, named))
        return order_status(row)

    gateway.service._await_status = await_status  # type: ignore[method-assign]
    await gateway.service.pay(ORDER, "n1")
    await gateway.service.cancel(*KEY, "n2")
    assert asked == [("sent", {"waiting_is_news": True}), ("sent", {})]


async def test_an_order_that_another_gateway_works_on_is_looked_at_again_and_again(
    nobody_waits: NoWaiting,
) -> None:
    gateway = Gateway(SENT)
    assert await gateway.service._await_status(SENT) == order_status(SENT)
    assert nobody_waits.slept == [0.03, 0.05, 0.1, 0.2, 0.2, 0.2, 0.2, 0.2]


async def test_nobody_looks_again_once_the_time_is_over(
    nobody_waits: NoWaiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_POLLS_S", (0.25,))
    await Gateway(SENT).service._await_status(SENT)
    assert nobody_waits.slept == [0.25] * 4


@pytest.mark.parametrize(
    ("row", "is_news", "looks"),
    [
        (PAID, False, 2),
        (DECLINED, False, 2),
        (TO_LOG, False, 8),
        (replace(SENT, state="pending"), False, 8),
        (replace(SENT, state="pending"), True, 2),
    ],
)
async def test_another_gateways_news_ends_the_looking(
    row: OrderRow, is_news: bool, looks: int, nobody_waits: NoWaiting
) -> None:
    gateway = Gateway(SENT)

    def look() -> None:
        if len(nobody_waits.slept) == 2:
            gateway.orders.rows[KEY] = row

    gateway.orders.looked = look
    status = await gateway.service._await_status(SENT, is_news)
    assert status == order_status(row)
    assert len(nobody_waits.slept) == looks


async def test_an_order_that_nobody_works_on_is_as_it_is(nobody_waits: NoWaiting) -> None:
    gateway = Gateway(DECLINED)
    assert await gateway.service._await_status(DECLINED) == order_status(DECLINED)
    assert nobody_waits.slept == []
    assert await Gateway().service._await_status(DECLINED) == order_status(DECLINED)


# ---- cancelling ----------------------------------------------------------------------------------


async def test_an_order_that_never_came_is_kept_as_cancelled() -> None:
    gateway = Gateway()
    status = await gateway.service.cancel(*KEY, "n1")
    assert gateway.row == TOMBSTONE
    assert status == order_status(TOMBSTONE)
    assert gateway.orders.nonces == ["n1"]
    assert not gateway.workers


@pytest.mark.parametrize("row", [PAID, DECLINED, TOMBSTONE])
async def test_an_order_that_is_over_is_not_cancelled(row: OrderRow) -> None:
    gateway = Gateway(row)
    assert await gateway.service.cancel(*KEY, "n1") == order_status(row)
    assert gateway.row == row
    assert not gateway.workers


async def test_a_paid_order_that_is_cancelled_says_what_the_worker_knows() -> None:
    gateway = Gateway(TO_LOG)
    worker = gateway.works(PAID)
    assert (await gateway.service.cancel(*KEY, "n1")).answer == "paid"
    assert not worker.wake.is_set()


async def test_an_order_under_way_is_cancelled_now_by_whoever_works_on_it() -> None:
    gateway = Gateway(replace(SENT, tries=3))
    worker = gateway.works(SENT)
    status = await gateway.service.cancel(*KEY, "n1")
    assert gateway.row == replace(
        SENT, state="cancelling", reason="cancelled", say=SENTENCES["cancelled"], tries=0,
        next_at=NOW,
    )  # fmt: skip
    assert worker.wake.is_set()
    assert (status.answer, status.reason) == ("unknown", "cancelling")
    assert gateway.workers == {KEY: worker}


async def test_an_order_that_nobody_works_on_is_taken_up_to_be_cancelled() -> None:
    gateway = Gateway(SENT)
    await gateway.service.cancel(*KEY, "n1")
    worker = gateway.workers[KEY]
    assert (worker.row, worker.code) == (gateway.row, None)
    gateway = Gateway(SENT)
    gateway.orders.is_leased = False
    await gateway.service.cancel(*KEY, "n1")
    assert not gateway.workers


async def test_an_order_that_has_nothing_left_to_do_is_not_taken_up() -> None:
    gateway = Gateway(DECLINED)
    await gateway.service._ensure_worked(SENT)
    assert not gateway.workers


async def test_an_order_is_not_taken_up_twice() -> None:
    gateway = Gateway(SENT)
    made: list[Any] = []

    def look() -> None:
        if not made:
            made.append(gateway.works(SENT))

    gateway.orders.looked = look
    await gateway.service._ensure_worked(SENT)
    assert gateway.workers == {KEY: made[0]}


# ---- giving back ---------------------------------------------------------------------------------


async def refund(gateway: Gateway) -> Any:
    return await gateway.service.refund(*KEY, REQUEST, "n1")


async def test_a_refund_is_asked_for_and_worked_on(nobody_waits: NoWaiting) -> None:
    gateway = Gateway(replace(PAID, next_at=NOW))
    gateway.orders.found = ASKED
    gateway.orders.known = [replace(ASKED, refund_no="REFUND00", state="done"), ASKED]
    status = await refund(gateway)
    assert (ASKED, "n1") in gateway.orders.calls
    assert status == refund_status(PAID, ASKED)
    assert gateway.workers[KEY].code is None
    assert sum(nobody_waits.slept) >= 1.0


async def test_a_refund_that_ends_while_the_till_waits_is_told_at_once(
    nobody_waits: NoWaiting,
) -> None:
    gateway = Gateway(replace(PAID, next_at=NOW))
    gateway.orders.found = ASKED
    gateway.orders.known = [replace(ASKED, refund_no="REFUND00"), ASKED]

    def look() -> None:
        if len(nobody_waits.slept) == 2:
            gateway.orders.known = [DONE, replace(ASKED, refund_no="REFUND02")]

    gateway.orders.looked = look
    assert await refund(gateway) == refund_status(PAID, DONE)
    assert nobody_waits.slept == [0.03, 0.05]


async def test_a_refund_that_is_done_already_is_told_and_nothing_more(
    nobody_waits: NoWaiting,
) -> None:
    gateway = Gateway(replace(PAID, next_at=NOW))
    gateway.orders.found = DONE
    gateway.orders.known = [DONE]
    assert await refund(gateway) == refund_status(PAID, DONE)
    assert not gateway.workers
    assert nobody_waits.slept == []


async def test_there_is_no_refund_of_an_order_that_there_is_not() -> None:
    assert await refund(Gateway()) is None


async def test_what_is_not_left_is_not_given_back() -> None:
    gateway = Gateway(PAID)
    with pytest.raises(NotRefundable):
        await refund(gateway)
    assert not gateway.workers


@pytest.mark.parametrize(
    "found",
    [replace(ASKED, amount=999), replace(ASKED, late=1), RefundNumberUsed()],
)
async def test_another_refund_under_the_same_number_is_refused(found: Any) -> None:
    gateway = Gateway(PAID)
    gateway.orders.found = found
    with pytest.raises(OrderConflict):
        await refund(gateway)
    assert not gateway.workers


async def test_where_the_account_is_gone_nothing_of_a_paid_order_is_promised_back() -> None:
    gateway = Gateway(PAID)
    gateway.channels.account = None
    gateway.orders.found = ASKED
    with pytest.raises(AccountRemoved):
        await refund(gateway)
    assert gateway.orders.calls == ["get"]
    gateway = Gateway(DECLINED)
    gateway.channels.account = None
    with pytest.raises(NotRefundable):
        await refund(gateway)


async def test_how_a_refund_stands() -> None:
    gateway = Gateway(PAID)
    gateway.orders.known = [replace(ASKED, refund_no="REFUND00"), DONE]
    assert await gateway.service.refund_state(*KEY, "REFUND01") == refund_status(PAID, DONE)
    assert await gateway.service.refund_state(*KEY, "REFUND02") is None
    assert await gateway.service.refund_state("M001", "OTHER001", "REFUND01") is None


# ---- notices -------------------------------------------------------------------------------------


async def test_a_notice_makes_an_order_due_and_sees_that_it_is_asked_about() -> None:
    gateway = Gateway(SENT)
    worker = gateway.works(SENT)
    await gateway.service.notified(*KEY)
    assert gateway.orders.due == [KEY]
    assert worker.wake.is_set()
    gateway = Gateway(PAID)
    await gateway.service.notified(*KEY)
    assert not gateway.workers
    await gateway.service.notified("M001", "OTHER001")


# ---- starting, leases, ending --------------------------------------------------------------------


async def test_what_an_earlier_run_left_is_gone_on_with(nobody_waits: NoWaiting) -> None:
    gateway = Gateway(SENT)
    gateway.orders.left = [SENT]
    await gateway.service.start()
    assert gateway.orders.calls == [("take_over", True)]
    await asyncio.sleep(0)
    worker = gateway.workers[KEY]
    assert worker.code is None
    task = gateway.service._lease_task
    assert task and task.get_name() == "leases"
    for _ in range(10):
        await asyncio.sleep(0)
    assert nobody_waits.slept[0] == 0.5
    assert "renew_leases" in gateway.orders.calls
    await gateway.service.close()
    assert task.cancelled()
    assert worker.task.cancelled()


async def test_what_was_never_started_can_be_closed() -> None:
    gateway = Gateway()
    await gateway.service.close()


async def test_a_lease_that_cannot_be_renewed_is_told_and_tried_again(
    lines: pytest.LogCaptureFixture,
) -> None:
    gateway = Gateway()
    troubles = [OSError("away")]
    renew = gateway.service._renew_leases

    async def trouble() -> None:
        if troubles:
            raise troubles.pop()
        await renew()

    gateway.service._renew_leases = trouble  # type: ignore[method-assign]
    await gateway.service.start()
    for _ in range(10):
        await asyncio.sleep(0)
    await gateway.service.close()
    assert lines.messages == ["the orders' leases could not be renewed: away"]
    assert "renew_leases" in gateway.orders.calls


async def renewed(gateway: Gateway, times: int = 1) -> Any:
    gateway.orders.calls.clear()
    for _ in range(times):
        await gateway.service._renew_leases()
    return gateway.orders.calls


async def test_without_work_the_leases_are_looked_at_every_fifth_time() -> None:
    gateway = Gateway()
    looked = [await renewed(gateway) and "renew_leases" in gateway.orders.calls for _ in range(11)]
    assert [place for place, did in enumerate(looked) if did] == [0, 5, 10]
    gateway.works(SENT)
    assert (await renewed(gateway, 3)).count("renew_leases") == 3


async def test_used_nonces_are_forgotten_every_sixtieth_time() -> None:
    gateway = Gateway()
    calls = await renewed(gateway, 61)
    assert calls.count(("forget_nonces", 900)) == 2
    assert calls[2] == ("forget_nonces", 900)
    assert calls.count(("take_over", False)) == 61


@pytest.mark.parametrize(
    ("state", "next_at", "is_woken"),
    [
        ("sent", NOW + 3, False),
        ("sent", NOW + 4, False),
        ("sent", NOW + 2, True),
        ("cancelling", NOW + 3, True),
    ],
)
async def test_a_worker_is_woken_where_somebody_has_changed_its_order(
    state: Any, next_at: float, is_woken: bool
) -> None:
    gateway = Gateway(SENT)
    worker = gateway.works(SENT)
    gateway.orders.ours = {KEY: (state, next_at)}
    await renewed(gateway)
    assert worker.wake.is_set() == is_woken


async def test_a_worker_without_a_time_is_woken_only_by_another_state() -> None:
    gateway = Gateway(SENT)
    worker = gateway.works(replace(SENT, next_at=None))
    gateway.orders.ours = {KEY: ("sent", NOW)}
    await renewed(gateway)
    assert not worker.wake.is_set()


async def test_an_order_of_ours_without_a_worker_gets_one_unless_it_is_just_being_claimed() -> None:
    for row, is_claimed, is_worked in (
        (SENT, False, True),
        (SENT, True, False),
        (DECLINED, False, False),
    ):
        gateway = Gateway(row)
        gateway.orders.ours = {KEY: ("sent", NOW)}
        if is_claimed:
            gateway.service._claiming.add(KEY)
        await renewed(gateway)
        await asyncio.sleep(0)
        assert (KEY in gateway.workers) == is_worked
        if is_worked:
            assert gateway.workers[KEY].code is None
            assert gateway.workers[KEY].row == SENT


async def test_an_order_of_ours_that_just_got_a_worker_keeps_that_one() -> None:
    gateway = Gateway(SENT)
    gateway.orders.ours = {KEY: ("sent", NOW)}
    made: list[Any] = []

    def look() -> None:
        if not made:
            made.append(gateway.works(SENT))

    gateway.orders.looked = look
    await renewed(gateway)
    assert gateway.workers == {KEY: made[0]}


async def test_an_order_of_ours_that_there_is_not_any_more_gets_no_worker() -> None:
    gateway = Gateway()
    gateway.orders.ours = {KEY: ("sent", NOW)}
    await renewed(gateway)
    assert not gateway.workers


async def test_an_order_that_nobody_has_is_taken_up_once(lines: pytest.LogCaptureFixture) -> None:
    gateway = Gateway(SENT)
    gateway.orders.left = [SENT]
    await renewed(gateway)
    await asyncio.sleep(0)
    worker = gateway.workers[KEY]
    assert (worker.code, worker.row) == (None, SENT)
    assert [(r.levelname, r.getMessage()) for r in lines.records] == [
        ("WARNING", "M001 A1234567: taken up")
    ]
    gateway.orders.left = [SENT]
    await renewed(gateway)
    assert gateway.workers == {KEY: worker}
    gateway = Gateway(SENT)
    gateway.service._claiming.add(KEY)
    gateway.orders.left = [SENT]
    await renewed(gateway)
    assert not gateway.workers
