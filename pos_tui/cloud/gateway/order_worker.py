"""The work on one order, step by step: pay, poll, cancel, record, check again."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import UNSET, UnsetType

from pos_tui.cloud.gateway.channels import Channel
from pos_tui.cloud.gateway.database.interface import DatabaseUnavailable
from pos_tui.cloud.gateway.metrics import Metrics
from pos_tui.cloud.gateway.order_records import (
    TERMINAL,
    GatewayOrderState,
    OrderRow,
    OrderUpdate,
    RefundRow,
)
from pos_tui.cloud.gateway.order_timing import OrderTiming
from pos_tui.cloud.gateway.orders import Orders
from pos_tui.cloud.gateway.platform_calls import PlatformCall, call_platform
from pos_tui.cloud.gateway.refunds import advance_refunds
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.cloud.platforms.protocol import (
    PlatformAnswer,
    PlatformRefund,
    answer,
)

_log = logging.getLogger(__name__)
_ENDS = ("paid", "declined", "closed", "reversed")


class OrderWorker:
    """The work on one order, from its first step to the last.

    `resolved` is set once it is known outside how it ended, `reportable` once there is anything to
    report; `wake` makes it look at its row now. `row` is the order as this worker last knew it.
    """

    def __init__(
        self,
        orders: Orders,
        log: TransactionLog,
        channel_of: Callable[[OrderRow], Channel | None],
        timing: OrderTiming,
        metrics: Metrics,
        row: OrderRow,
    ) -> None:
        self.resolved = asyncio.Event()
        self.reportable = asyncio.Event()
        self.wake = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self.row = row
        self._orders = orders
        self._log = log
        self._channel_of = channel_of
        self._timing = timing
        self._metrics = metrics
        self._paying: asyncio.Task[PlatformAnswer] | None = None
        self._nothing_sent = False  # known: no byte of the pay call has left this machine
        self._orphaned_s: float | None = None  # waited when it began without its code
        self._counted_from = time.monotonic()

    async def run(self, auth_code: str | None) -> None:
        """Make step after step until nothing is left to do, or another gateway has the order."""
        if auth_code is None:
            self._orphaned_s = self.row.waited
        else:
            self._nothing_sent = True
            self._paying = asyncio.create_task(self._pay(auth_code))
        faults = 0
        try:
            while True:
                try:
                    if self.row.next_at is None and self._paying is None:
                        return
                    is_due = await self._wait(self.row)
                    if not (self._paying and self._paying.done()):
                        self.row = await self._fetch()
                    if self.row.owner != self._orders.owner:
                        _log.warning("%s %s: another gateway has taken it up", *self.row.key)
                        return
                    await self._step(self.row, is_due)
                    if not self._is_recorded(self.row):
                        self.row = await self._fetch()
                    faults = 0
                except DatabaseUnavailable as error:
                    _log.error("%s %s: waits for the database: %s", *self.row.key, error)
                    await asyncio.sleep(min(2**faults, 15))
                    faults += 1
                except Exception:
                    # A fault here must not leave a customer's money in the air.
                    _log.exception("%s %s: the step failed and is tried again", *self.row.key)
                    await asyncio.sleep(min(2**faults, 15))
                    faults += 1
        finally:
            self.resolved.set()
            self.reportable.set()
            if self._paying:
                self._paying.cancel()

    # ---- one step --------------------------------------------------------------------------

    async def _wait(self, row: OrderRow) -> bool:
        """Until the next step is due (True), the pay call has ended, or somebody wants a cancel."""
        if row.state in TERMINAL and not row.to_log:
            self.resolved.set()
            self.reportable.set()
        if row.state == "pending":
            self.reportable.set()
        # A clock that was set back must not stretch the wait.
        longest = max((15, *self._timing.after_checks)) if row.state in TERMINAL else 15
        due = 3600.0 if row.next_at is None else min(row.next_at - time.time(), longest)
        wake = asyncio.create_task(self.wake.wait())
        waited_for: set[asyncio.Task[bool] | asyncio.Task[PlatformAnswer]] = {wake}
        if self._paying:
            waited_for.add(self._paying)
        try:
            done, _ = await asyncio.wait(
                waited_for, timeout=max(0.0, due), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            wake.cancel()
        self.wake.clear()
        return not done

    async def _step(self, row: OrderRow, is_due: bool) -> None:
        if self._paying and self._paying.done():
            # Forgotten only once it has been applied: the database may be away just now.
            await self._apply_answer(row, self._paying.result())
            self._paying = None
        elif row.state == "paid" and row.to_log:
            await self._record(row)
        elif row.state == "cancelling" and (is_due or not row.tries):
            await self._cancel(row)
        elif row.next_at is None or not is_due:
            return
        elif row.state in ("sent", "pending"):
            await self._poll(row)
        elif not await self._advance_refunds(row):
            await self._check_ended(row)

    async def _pay(self, auth_code: str) -> PlatformAnswer:
        """The pay call; while nothing has left this machine, and the order is ours, again."""
        tries = 0
        while True:
            if tries and not await self._may_send():
                return answer("unsent", "unreachable")
            self._nothing_sent = False
            reply = await self._ask("pay", auth_code)
            if reply.state != "unsent" or reply.reason == "configuration":
                return reply
            self._nothing_sent = True
            await asyncio.sleep(min(0.2 * 2**tries, 2.0))
            tries += 1

    async def _may_send(self) -> bool:
        """Whether this gateway still holds an order that waits to be sent; else it may be over."""
        try:
            row = await self._fetch()
            return row.state == "sent" and await self._orders.acquire_lease(row)
        except DatabaseUnavailable:
            return False

    async def _apply_answer(self, row: OrderRow, reply: PlatformAnswer) -> None:
        """Apply an answer to a pay call or a query."""
        _log.info("%s %s: %s %s", *row.key, reply.state, reply.reason or "")
        match reply.state:
            case "paid":
                await self._apply_paid(row, reply)
            case "declined" | "closed" | "unsent" | "reversed":
                reason = reply.reason or "closed"
                # A complaint about the request has been seen beside a charge.
                doubtful = reason == "configuration"
                if reply.state == "unsent" and not doubtful:
                    self._nothing_sent = True
                elif row.state == "cancelling":
                    await self._end(row, "cancelled", row.reason or "cancelled", doubtful=doubtful)
                elif row.state in ("sent", "pending"):
                    await self._end(row, "declined", reason, doubtful=doubtful)
            case "paying":
                if row.state == "sent":
                    update = self._next(row, reason=reply.reason, tries=0)
                    await self._orders.advance(row, "pending", update)
                elif row.state == "pending":
                    await self._orders.update(row, self._next(row))
            case _:
                if row.state in ("sent", "pending"):
                    await self._orders.update(row, self._next(row, reason=reply.reason))

    async def _apply_paid(self, row: OrderRow, reply: PlatformAnswer) -> None:
        if row.state in ("cancelled", "declined"):
            await self._refund_late_payment(row, reply)
            return
        if row.state == "cancelling":
            # The cancel that is under way gives the money back, and may not say that it does.
            await self._orders.update(row, OrderUpdate(platform_ref=reply.platform_ref))
            return
        if reply.paid_at is None:
            return
        update = OrderUpdate(
            platform_ref=reply.platform_ref,
            paid_at=reply.paid_at.astimezone(UTC).isoformat(),
            reason=None,
            to_log=1,
            log=self._log.worker,
            next_at=time.time(),
        )
        if not await self._orders.advance(row, "paid", update):
            now = await self._fetch()
            if now.state != "paid":  # it was ended, or is being ended, in between
                await self._apply_paid(now, reply)
            return
        self._metrics.order_ended(row.channel, "paid")
        paid = update.applied_to(row, "paid")
        await self._log.append(paid.entry(datetime.now(UTC)))
        await self._mark_recorded(paid)

    async def _record(self, row: OrderRow) -> None:
        """Bring a paid order's line into the log, where an earlier attempt failed."""
        held_in = (row.log,) if row.log else ()
        await self._log.append(row.entry(datetime.now(UTC)), unless_held_in=held_in)
        await self._mark_recorded(row)

    async def _mark_recorded(self, row: OrderRow) -> None:
        """The line is on the disk: now the outside may know, and the row says so too."""
        self.row = OrderUpdate(to_log=0, next_at=None).applied_to(row, row.state)
        self.resolved.set()
        self.reportable.set()
        await self._orders.mark_logged(row)

    async def _poll(self, row: OrderRow) -> None:
        """Ask how the order stands; past the deadline this is the last time before the cancel."""
        waited = row.waited + self._elapsed()
        is_last = waited >= self._deadline_s(row)
        if is_last and self._nothing_sent:
            await self._end_unsent(row)
            return
        if self._nothing_sent:
            reply = answer("unknown", "connecting")
        else:
            reply = await self._ask("query")
        if reply.state == "unsent":
            reply = answer("unknown", "platform_error")
        # Whoever had the code is gone; had the platform got it, it would know the order by now.
        never_came = (
            self._orphaned_s is not None
            and reply.state == "not_found"
            and waited - self._orphaned_s >= self._timing.orphan_s
        )
        if reply.state in _ENDS or not (is_last or never_came):
            await self._apply_answer(row, reply)
            return
        reason = "timeout" if is_last else "interrupted"
        update = OrderUpdate(reason=reason, tries=0, next_at=time.time())
        await self._orders.advance(row, "cancelling", update)

    async def _end_unsent(self, row: OrderRow) -> None:
        """End an order that no platform ever heard of."""
        if self._paying:
            self._paying.cancel()
            self._paying = None
        reason = row.reason if row.state == "cancelling" and row.reason else "unreachable"
        await self._end(row, "cancelled", reason)

    async def _cancel(self, row: OrderRow) -> None:
        if self._nothing_sent:
            await self._end_unsent(row)
            return
        channel = self._channel_of(row)
        if channel:
            wanted = min(self._timing.cancel_after_s, channel.platform.cancel_after_s)
            early = wanted - row.waited - self._elapsed()
            if early > 0 and row.reason != "interrupted":
                update = OrderUpdate(next_at=time.time() + early, tries=1)
                await self._orders.update(row, update)
                return
        reply = await self._ask("cancel")
        _log.info("%s %s: cancel: %s", *row.key, reply.state)
        match reply.state:
            case "reversed":
                await self._end(row, "cancelled", "money_returned")
            case "closed" if row.platform_ref:
                await self._end(row, "cancelled", "money_returned", doubtful=True)
            case "closed" | "not_found":
                await self._end(row, "cancelled", row.reason or "cancelled", doubtful=True)
            case "paid":
                await self._refund_late_payment(row, reply)
            case _:
                await self._orders.update(row, self._next(row, schedule=self._timing.again))

    async def _refund_late_payment(self, row: OrderRow, reply: PlatformAnswer) -> None:
        """Money has come for an order that is ended, or is being ended: it goes back by itself."""
        before = [refund for refund in await self._orders.refunds(*row.key) if refund.late]
        if any(refund.state == "done" for refund in before):
            _log.error("%s %s: its platform says paid after the refund", *row.key)
            await self._orders.update(row, OrderUpdate(next_at=None))
            return
        _log.error("%s %s: paid although it is %s; giving it back", *row.key, row.state)
        refund = RefundRow(
            merchant=row.merchant,
            order_no=row.order_no,
            refund_no=late_refund_no(row.order_no),
            amount=row.amount,
            wanted="paid after the sale was cancelled",
            late=1,
            made_at=time.time(),
            next_at=time.time(),
        )
        update = OrderUpdate(
            reason="money_returning",
            platform_ref=reply.platform_ref or row.platform_ref,
            next_at=time.time(),
            tries=0,
        )
        self._metrics.late_payment(row.channel)
        if row.state == "cancelling":
            await self._orders.advance(row, "cancelled", update, refund)
        else:
            await self._orders.update(row, update, refund)

    async def _advance_refunds(self, row: OrderRow) -> bool:
        """Go on with the order's refunds; False when none is due."""

        async def ask(refund: PlatformRefund) -> PlatformAnswer:
            return await self._ask("refund", refund=refund)

        return await advance_refunds(self._orders, row, ask, self._timing.again, self._metrics)

    async def _check_ended(self, row: OrderRow) -> None:
        """See that an ended order stays unpaid: a pay call can arrive after its cancel."""
        if row.state == "paid":
            await self._orders.update(row, OrderUpdate(next_at=None))
            return
        reply = await self._ask("query")
        if reply.state == "paid":
            await self._refund_late_payment(row, reply)
            return
        if reply.state in ("paying", "unpaid"):
            await self._ask("cancel")  # the pay call has arrived after the cancel
        checks = self._timing.after_checks
        if reply.state in ("closed", "reversed", "declined", "not_found"):
            left = checks[row.tries + 1 :] if reply.state == "not_found" else ()
            due = time.time() + left[0] if left else None
            await self._orders.update(row, OrderUpdate(next_at=due, tries=row.tries + 1))
        else:  # nothing was learnt: this check is still to be made
            again = checks[min(row.tries, len(checks) - 1)] if checks else self._timing.again[-1]
            await self._orders.update(row, OrderUpdate(next_at=time.time() + again))

    async def _end(
        self, row: OrderRow, state: GatewayOrderState, reason: str, *, doubtful: bool = False
    ) -> None:
        """End an order; a doubtful end is checked again for a while."""
        checks = self._timing.after_checks if doubtful else ()
        due = time.time() + checks[0] if checks else None
        update = OrderUpdate(reason=reason, tries=0, next_at=due)
        if await self._orders.advance(row, state, update):
            self._metrics.order_ended(row.channel, state)

    # ---- small things ----------------------------------------------------------------------

    def _is_recorded(self, row: OrderRow) -> bool:
        return row.state == "paid" and not row.to_log and row.next_at is None

    def _deadline_s(self, row: OrderRow) -> float:
        channel = self._channel_of(row)
        allowed = self._timing.deadline_s
        return min(allowed, channel.platform.deadline_s) if channel else allowed

    async def _fetch(self) -> OrderRow:
        row = await self._orders.get(*self.row.key)
        if row is None:  # pragma: no cover - orders are never deleted
            raise LookupError(self.row.key)
        return row

    async def _ask(
        self, what: PlatformCall, auth_code: str = "", refund: PlatformRefund | None = None
    ) -> PlatformAnswer:
        channel = self._channel_of(self.row)
        return await call_platform(channel, what, self.row, self._metrics, auth_code, refund)

    def _next(
        self,
        row: OrderRow,
        *,
        reason: str | UnsetType | None = UNSET,
        tries: int | None = None,
        schedule: tuple[float, ...] = (),
    ) -> OrderUpdate:
        """When the next step is due, and how long the customer has had so far."""
        tries = row.tries if tries is None else tries
        channel = self._channel_of(row)
        steps = schedule or self._timing.schedule
        steps = steps or (channel.platform.schedule if channel else (5.0,))
        waited = row.waited + self._elapsed()
        self._counted_from = time.monotonic()
        due = time.time() + steps[min(tries, len(steps) - 1)]
        return OrderUpdate(reason=reason, next_at=due, tries=tries + 1, waited=waited)

    def _elapsed(self) -> float:
        return time.monotonic() - self._counted_from


def late_refund_no(order_no: str) -> str:
    """The number of a late payment's refund, within what every platform takes."""
    return "R" + hashlib.sha256(order_no.encode()).hexdigest()[:31]
