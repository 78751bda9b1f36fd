"""All orders at this gateway: starting, joining and cancelling them, taking up what was left."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import msgspec

from pos_tui.cloud.gateway.channels import Channels
from pos_tui.cloud.gateway.database.interface import DatabaseUnavailable
from pos_tui.cloud.gateway.metrics import Metrics
from pos_tui.cloud.gateway.order_records import (
    TERMINAL,
    OrderKey,
    OrderRow,
    OrderUpdate,
    RefundRow,
)
from pos_tui.cloud.gateway.order_status import order_status, refund_status
from pos_tui.cloud.gateway.order_timing import OrderTiming
from pos_tui.cloud.gateway.order_worker import OrderWorker
from pos_tui.cloud.gateway.orders import Orders, RefundNumberUsed
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.cloud.platforms.protocol import SENTENCES, AnswerReason
from pos_tui.codes.payment import PaymentFormats, identify_payment, mask_code
from pos_tui.messages import (
    LastOrder,
    OrderStatus,
    RefundRequest,
    RefundStatus,
    TransactionOrder,
)

_log = logging.getLogger(__name__)
_POLLS_S = (0.03, 0.05, 0.1, 0.2)
_NONCES_S = 15 * 60


class OrderConflict(Exception):
    """Another order, or another refund, already has this number."""


class AccountRemoved(Exception):
    """The account that an order was paid to is not among the merchant's any more."""


class NotRefundable(Exception):
    """There is not that much left to refund of this order."""


class OrderService:
    """Carries every order to a clear end; several requests about one order share its work."""

    def __init__(
        self,
        orders: Orders,
        log: TransactionLog,
        channels: Channels,
        timing: OrderTiming,
        formats: Callable[[], PaymentFormats],
        metrics: Metrics,
    ) -> None:
        self._orders = orders
        self._log = log
        self._channels = channels
        self._timing = timing
        self._formats = formats
        self._metrics = metrics
        self._workers: dict[OrderKey, OrderWorker] = {}
        self._claiming: set[OrderKey] = set()
        self._lease_task: asyncio.Task[None] | None = None
        self._renewals = 0
        self._is_resuming = False

    async def pay(self, order: TransactionOrder, nonce: str) -> OrderStatus:
        """Start an order, or join the one under this number; waits a little for a clear answer.

        Raises OrderConflict when the number stands for another order, and Replayed.
        """
        first = self._first_row(order)
        self._claiming.add(first.key)
        try:
            row, is_new = await self._orders.claim(first, nonce)
            if not is_new and row.fingerprint is None:
                row = msgspec.structs.replace(row, amount=order.amount, currency=order.currency)
                return order_status(row)
            if row.fingerprint != _fingerprint(order):
                raise OrderConflict
            if is_new and row.next_at is not None:
                _log.info("%s %s: %s", order.merchant, order.order_no, mask_code(order.auth_code))
                self._start_worker(row, order.auth_code)
            elif is_new:
                self._metrics.order_ended(row.channel, row.state)
        finally:
            self._claiming.discard(first.key)
        return await self._await_status(row, waiting_is_news=True)

    async def status(self, merchant: str, order_no: str) -> OrderStatus | None:
        """How an order stands now; None when there is none."""
        row = await self._orders.get(merchant, order_no)
        if row is None:
            return None
        latest = self._latest(row)
        if latest.state == "paid" and latest.to_log and await self._was_recorded(latest):
            latest = msgspec.structs.replace(latest, to_log=0)
        return order_status(latest)

    async def last_order(self, merchant: str, till: str) -> LastOrder | None:
        """The order of a till that came last; None before the first."""
        rows = await self._orders.latest_of_till(merchant, till)
        if not rows:
            return None
        last = rows[0]
        return LastOrder(
            merchant=merchant,
            till=till,
            order_no=last.order_no,
            amount=last.amount,
            currency=last.currency,
            sale_no=last.sale_no,
            highest_sale_no=max(row.sale_no for row in rows),
            journal=last.journal,
            ordered_at=datetime.fromtimestamp(last.made_at, UTC),
        )

    async def cancel(self, merchant: str, order_no: str, nonce: str) -> OrderStatus:
        """Cancel an order; one that never came is kept as cancelled, so that it never will.

        Raises RequestReplayed.
        """
        row, is_new = await self._orders.claim(_tombstone(merchant, order_no), nonce)
        if is_new or row.state in TERMINAL:
            return order_status(self._latest(row))
        update = OrderUpdate(reason="cancelled", tries=0, next_at=time.time())
        await self._orders.advance(row, "cancelling", update)
        await self._ensure_worked(row)
        return await self._await_status(row)

    async def refund(
        self, merchant: str, order_no: str, request: RefundRequest, nonce: str
    ) -> RefundStatus | None:
        """Give money of a paid order back; the same refund_no gives it back once.

        None when there is no such order. Raises NotRefundable, AccountRemoved, OrderConflict and
        RequestReplayed.
        """
        row = await self._orders.get(merchant, order_no)
        if row is None:
            return None
        asked = RefundRow(
            merchant=merchant,
            order_no=order_no,
            refund_no=request.refund_no,
            amount=request.amount,
            wanted=request.reason,
            late=0,
            made_at=time.time(),
            next_at=time.time(),
        )
        if row.state == "paid" and self._channels.of_order(row) is None:
            raise AccountRemoved
        try:
            found, _ = await self._orders.request_refund(asked, nonce)
        except RefundNumberUsed:
            raise OrderConflict from None
        if found is None:
            raise NotRefundable
        if found.amount != request.amount or found.late:
            raise OrderConflict
        if found.state == "due":
            await self._ensure_worked(row)
        return await self._await_refund(row, found)

    async def refund_state(
        self, merchant: str, order_no: str, refund_no: str
    ) -> RefundStatus | None:
        """How a refund stands now; None when there is none."""
        row = await self._orders.get(merchant, order_no)
        for refund in await self._orders.refunds(merchant, order_no):
            if row and refund.refund_no == refund_no:
                return refund_status(row, refund)
        return None

    async def notified(self, merchant: str, order_no: str) -> None:
        """A platform's notice, believed, names an order: ask about it now."""
        await self._orders.make_due(merchant, order_no)
        row = await self._orders.get(merchant, order_no)
        if row and row.next_at is not None:
            await self._ensure_worked(row)

    async def start(self) -> None:
        """Go on with what an earlier run left unfinished; from now on look for more of it.

        Where nothing can be written yet, as on a full disk, tills can ask meanwhile.
        """
        self._is_resuming = True
        try:
            await self._take_over()
        except DatabaseUnavailable as error:
            _log.error("unfinished orders wait for the database: %s", error)
        self._lease_task = asyncio.create_task(self._renew_leases_forever(), name="leases")

    async def close(self) -> None:
        """Stop all work; what is unfinished is taken up at the next start, or by another."""
        tasks = [worker.task for worker in self._workers.values() if worker.task]
        if self._lease_task:
            tasks.append(self._lease_task)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ---- leases ----------------------------------------------------------------------------

    async def _renew_leases_forever(self) -> None:
        while True:
            await asyncio.sleep(self._timing.beat_s)
            try:
                await self._renew_leases()
            except Exception as error:
                _log.error("the orders' leases could not be renewed: %s", error)

    async def _renew_leases(self) -> None:
        """Keep this gateway's leases, see what others have changed, take up what nobody has."""
        ours = await self._orders.renew_leases() if self._workers or self._renewals % 5 == 0 else {}
        for key, (state, next_at) in ours.items():
            worker = self._workers.get(key)
            if worker is None:
                if key not in self._claiming:
                    row = await self._orders.get(*key)
                    if row and row.next_at is not None and key not in self._workers:
                        self._start_worker(row, None)
            elif worker.row.state != state or (worker.row.next_at or next_at) > next_at:
                worker.wake.set()
        await self._take_over()
        if self._renewals % 60 == 0:
            await self._orders.forget_nonces(_NONCES_S)
        self._renewals += 1

    async def _take_over(self) -> None:
        for row in await self._orders.take_over(own=self._is_resuming):
            if row.key not in self._workers and row.key not in self._claiming:
                _log.warning("%s %s: taken up", *row.key)
                self._start_worker(row, None)
        self._is_resuming = False

    async def _ensure_worked(self, row: OrderRow) -> None:
        """See that somebody works on an order: this gateway, or the one that holds its lease."""
        worker = self._workers.get(row.key)
        if worker:
            worker.wake.set()
        elif await self._orders.acquire_lease(row):
            now = await self._orders.get(*row.key)
            if now and now.next_at is not None and row.key not in self._workers:
                self._start_worker(now, None)

    def _start_worker(self, row: OrderRow, auth_code: str | None) -> None:
        worker = OrderWorker(
            self._orders, self._log, self._channels.of_order, self._timing, self._metrics, row
        )
        self._workers[row.key] = worker
        worker.task = asyncio.create_task(worker.run(auth_code), name=f"order {row.order_no}")
        worker.task.add_done_callback(lambda _: self._workers.pop(row.key, None))

    # ---- what an order begins with ---------------------------------------------------------

    def _first_row(self, order: TransactionOrder) -> OrderRow:
        wallets = self._channels.wallets(order.merchant)
        code = identify_payment(order.auth_code, wallets, self._formats())
        channel = self._channels.taking(order.merchant, code.platform) if code else None
        row = OrderRow(
            merchant=order.merchant,
            till=order.till,
            order_no=order.order_no,
            amount=order.amount,
            currency=order.currency,
            subject=order.subject,
            fingerprint=_fingerprint(order),
            platform=code.platform if code else None,
            channel=channel.name if channel else None,
            account=channel.account if channel else None,
            scene=code.scene if code else "",
            made_at=time.time(),
            state="sent",
            sale_no=order.sale_no,
            journal=order.journal,
            next_at=time.time() + self._timing.patience_s,
        )
        reason: AnswerReason
        if code is None or channel is None:
            reason = "no_account"
        elif order.currency not in channel.platform.currencies:
            reason = "currency_not_taken"
        else:
            return row
        return msgspec.structs.replace(
            row, state="declined", reason=reason, say=SENTENCES[reason], next_at=None
        )

    # ---- answers ---------------------------------------------------------------------------

    def _latest(self, row: OrderRow) -> OrderRow:
        """A paid order whose line is on the disk is paid, though its row may not say so yet."""
        worker = self._workers.get(row.key)
        known = worker.row if worker else None
        return known if known and known.state == row.state == "paid" and not known.to_log else row

    async def _was_recorded(self, row: OrderRow) -> bool:
        """Whether an earlier run brought the line to the disk and ended before its row said so."""
        if row.log != self._log.worker or row.key in self._workers:
            return False
        try:
            return await self._log.holds(row.merchant, row.order_no)
        except OSError as error:
            _log.warning("%s %s: its line could not be looked up: %s", *row.key, error)
            return False

    async def _await_status(self, row: OrderRow, waiting_is_news: bool = False) -> OrderStatus:
        """The status once it is clear, or as it is after a while.

        That the customer is asked for the PIN is news to a till that has just sent the order.
        """
        news = (*TERMINAL, "pending") if waiting_is_news else TERMINAL

        async def is_news() -> bool:
            nonlocal row
            row = await self._orders.get(*row.key) or row
            return row.state in news and not row.to_log

        worker = self._workers.get(row.key)
        if worker:
            event = worker.reportable if waiting_is_news else worker.resolved
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), self._timing.answer_s)
            if worker.row.state in TERMINAL and not worker.row.to_log:
                return order_status(worker.row)
        elif row.next_at is not None:  # another gateway works on it
            await self._poll_until(is_news)
        row = await self._orders.get(*row.key) or row
        return order_status(self._latest(row))

    async def _await_refund(self, row: OrderRow, refund: RefundRow) -> RefundStatus:
        async def ended() -> bool:
            nonlocal refund
            for found in await self._orders.refunds(*row.key):
                if found.refund_no == refund.refund_no:
                    refund = found
            return refund.state != "due"

        await self._poll_until(ended)
        return refund_status(row, refund)

    async def _poll_until(self, true: Callable[[], Awaitable[bool]]) -> None:
        """Look at the database again and again, for as long as an answer may take."""
        deadline = time.monotonic() + self._timing.answer_s
        looks = 0
        while not await true() and time.monotonic() < deadline:
            await asyncio.sleep(_POLLS_S[min(looks, len(_POLLS_S) - 1)])
            looks += 1


def _fingerprint(order: TransactionOrder) -> bytes:
    """What makes two orders the same; the payment code cannot be read back from it."""
    text = f"{order.amount}\n{order.currency}\n{order.auth_code}\n{order.till}"
    return hashlib.sha256(text.encode()).digest()


def _tombstone(merchant: str, order_no: str) -> OrderRow:
    return OrderRow(
        merchant=merchant,
        order_no=order_no,
        till="",
        amount=0,
        currency="",
        subject="",
        fingerprint=None,
        platform=None,
        channel=None,
        account=None,
        scene="",
        made_at=time.time(),
        state="cancelled",
        reason="cancelled",
        say=SENTENCES["cancelled"],
    )
