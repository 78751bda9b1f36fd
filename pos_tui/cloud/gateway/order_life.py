"""One order's life at the gateway, step by step: pay, poll, cancel, give back."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from datetime import UTC, datetime

from msgspec import Struct

from pos_tui.cloud.gateway.orders import TERMINAL, Changes, OrderRow, Orders
from pos_tui.cloud.gateway.platforms import (
    SENTENCES,
    Platform,
    PlatformAnswer,
    PlatformOrder,
    answer,
)
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.messages import TransactionLogEntry

_log = logging.getLogger(__name__)


class Timing(Struct, frozen=True, kw_only=True):
    """How long the gateway waits for what (seconds); the last step of a schedule repeats."""

    answer_s: float = 3.0
    patience_s: float = 3.0
    schedule: tuple[float, ...] = (1, 1, 2, 2, 3, 5)
    again: tuple[float, ...] = (1, 1, 2, 3, 5, 10)
    deadline_s: float = 60.0
    cancel_after_s: float = 15.0
    after_checks: tuple[float, ...] = (10, 60, 300)


class Life:
    """The work on one order, from its first step to the last.

    `clear` is set once the outside can be told how it ended, `told` once there is anything to
    tell; `wake` makes it look at its row now.
    """

    def __init__(
        self,
        orders: Orders,
        log: TransactionLog,
        platform: Platform | None,
        timing: Timing,
        row: OrderRow,
    ) -> None:
        self.clear = asyncio.Event()
        self.told = asyncio.Event()
        self.wake = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self._orders = orders
        self._log = log
        self._platform = platform
        self._timing = timing
        self._key = row.key
        self._order = PlatformOrder(
            merchant=row.merchant,
            till=row.till,
            order_no=row.order_no,
            amount=row.amount,
            currency=row.currency,
            subject=row.subject,
        )
        self._paying: asyncio.Task[PlatformAnswer] | None = None
        self._nothing_sent = False  # known: no byte of the pay call has left this machine
        self._counted_from = time.monotonic()

    async def run(self, auth_code: str | None) -> None:
        """Take step after step until nothing is left to do."""
        self._nothing_sent = auth_code is not None
        try:
            while True:
                try:
                    if auth_code is not None:
                        code, auth_code = auth_code, None
                        await self._send(self._row(), code)
                    row = self._row()
                    if row.next_at is None and self._paying is None:
                        return
                    is_due = await self._wait(row)
                    await self._step(self._row(), is_due)
                except Exception:
                    # A fault here must not leave a customer's money in the air.
                    _log.exception("%s %s: the step failed and is tried again", *self._key)
                    await asyncio.sleep(1)
        finally:
            self.clear.set()
            self.told.set()
            if self._paying:
                self._paying.cancel()

    # ---- one step --------------------------------------------------------------------------

    async def _wait(self, row: OrderRow) -> bool:
        """Until the next step is due (True), the pay call has ended, or somebody wants a cancel."""
        if row.state in TERMINAL and not row.unlogged:
            self.clear.set()
            self.told.set()
        if row.state == "pending":
            self.told.set()
        # A clock that was set back must not stretch the wait.
        longest = max(15, *self._timing.after_checks) if row.state in TERMINAL else 15
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
            said, self._paying = self._paying.result(), None
            await self._accept(row, said)
        elif row.state == "new":
            # The code was only in memory and is gone, so this order can never be sent.
            await self._orders.advance(row, "cancelling", {"reason": "interrupted", "tries": 0})
        elif row.state == "paid":
            await self._record(row)
        elif row.state == "cancelling" and (is_due or not row.tries):
            await self._cancel(row)
        elif row.next_at is None or not is_due:
            return
        elif row.state in ("sent", "pending"):
            await self._poll(row)
        elif row.refund == "due":
            await self._give_back(row)
        else:
            await self._look_after(row)

    async def _send(self, row: OrderRow, auth_code: str) -> None:
        """Start the pay call; from this moment on the platform may know the order."""
        self._counted_from = time.monotonic()
        due = time.time() + self._timing.patience_s
        if await self._orders.advance(row, "sent", {"next_at": due}):
            self._paying = asyncio.create_task(self._pay(auth_code))

    async def _pay(self, auth_code: str) -> PlatformAnswer:
        """The pay call; while nothing has left this machine it is made again."""
        tries = 0
        while True:
            self._nothing_sent = False
            said = await self._ask("pay", auth_code)
            if said.state != "unsent" or said.reason == "configuration":
                return said
            self._nothing_sent = True
            await asyncio.sleep(min(0.2 * 2**tries, 2.0))
            tries += 1

    async def _accept(self, row: OrderRow, said: PlatformAnswer) -> None:
        """Take in an answer to a pay call or a query."""
        _log.info("%s %s: %s %s", *self._key, said.state, said.reason or "")
        match said.state:
            case "paid":
                await self._accept_paid(row, said)
            case "declined" | "closed" | "unsent" | "reversed":
                reason = said.reason or "closed"
                if row.state == "cancelling":
                    await self._end(row, "cancelled", row.reason or "cancelled")
                elif row.state in ("sent", "pending"):
                    # A complaint about the request has been seen beside a charge.
                    await self._end(row, "declined", reason, doubtful=reason == "configuration")
            case "paying":
                if row.state == "sent":
                    changes = {**_said(said.reason), **self._next(row, tries=0)}
                    await self._orders.advance(row, "pending", changes)
                elif row.state == "pending":
                    await self._orders.note(row, self._next(row))
            case _:
                if row.state in ("sent", "pending"):
                    await self._orders.note(row, {**_said(said.reason), **self._next(row)})

    async def _accept_paid(self, row: OrderRow, said: PlatformAnswer) -> None:
        if row.state in ("cancelled", "declined"):
            if row.refund is None:
                _log.error("%s %s: paid after it was %s; giving it back", *self._key, row.state)
                due: Changes = {"refund": "due", "next_at": time.time(), "tries": 0}
                await self._orders.note(row, {**_said("money_returning"), **due})
            return
        if row.state == "cancelling" or said.paid_at is None:
            return  # the cancel that is under way gives the money back
        entry = TransactionLogEntry(
            merchant=row.merchant,
            till=row.till,
            order_no=row.order_no,
            amount=row.amount,
            currency=row.currency,
            platform=row.platform or "",
            platform_ref=said.platform_ref or "",
            paid_at=said.paid_at.astimezone(UTC),
            logged_at=datetime.now(UTC),
        )
        changes = {
            "platform_ref": entry.platform_ref,
            "paid_at": entry.paid_at.isoformat(),
            "reason": None,
            "say": None,
            "next_at": time.time(),
        }
        if await self._orders.advance(row, "paid", changes, entry):
            await self._log.append(entry)
            await self._orders.logged(*self._key)

    async def _record(self, row: OrderRow) -> None:
        """Bring a paid order's line into the log, where an earlier attempt failed."""
        for entry in self._orders.unlogged():
            if (entry.merchant, entry.order_no) == row.key:
                await self._log.append(entry, unless_held=True)
        await self._orders.logged(*self._key)

    async def _poll(self, row: OrderRow) -> None:
        """Ask how the order stands; past the deadline this is the last time before the cancel."""
        allowed = self._timing.deadline_s
        if self._platform:
            allowed = min(allowed, self._platform.deadline_s)
        is_last = row.waited + self._elapsed() >= allowed
        if is_last and self._nothing_sent:
            await self._end_unsent(row)
            return
        if self._nothing_sent:
            said = answer("unknown", "connecting")
        else:
            said = await self._ask("query")
        if said.state == "unsent":
            said = answer("unknown", "platform_error")
        if not is_last or said.state in ("paid", "declined", "closed", "reversed"):
            await self._accept(row, said)
            return
        changes: Changes = {"reason": "timeout", "tries": 0, "next_at": time.time()}
        await self._orders.advance(row, "cancelling", changes)

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
        if self._platform:
            wanted = min(self._timing.cancel_after_s, self._platform.cancel_after_s)
            early = wanted - row.waited - self._elapsed()
            if early > 0 and row.reason != "interrupted":
                await self._orders.note(row, {"next_at": time.time() + early, "tries": 1})
                return
        said = await self._ask("cancel")
        _log.info("%s %s: cancel: %s", *self._key, said.state)
        match said.state:
            case "reversed":
                await self._end(row, "cancelled", "money_returned")
            case "closed" | "not_found":
                await self._end(row, "cancelled", row.reason or "cancelled", doubtful=True)
            case "paid":
                changes = {**_said("money_returning"), "refund": "due", "next_at": time.time()}
                await self._orders.advance(row, "cancelled", changes)
            case _:
                await self._orders.note(row, self._next(row, schedule=self._timing.again))

    async def _look_after(self, row: OrderRow) -> None:
        """See that an ended order stays unpaid: a pay call can arrive after its cancel."""
        said = await self._ask("query")
        if said.state == "paid":
            await self._accept_paid(row, said)
            return
        checks = self._timing.after_checks[row.tries + 1 :]
        settled = said.state in ("closed", "reversed", "declined")
        due = time.time() + checks[0] if checks and not settled else None
        await self._orders.note(row, {"next_at": due, "tries": row.tries + 1})

    async def _give_back(self, row: OrderRow) -> None:
        said = await self._ask("refund")
        _log.info("%s %s: refund: %s", *self._key, said.state)
        if said.state in ("refunded", "reversed"):
            changes = {**_said("money_returned"), "refund": "done", "next_at": None}
            await self._orders.note(row, changes)
        else:
            await self._orders.note(row, self._next(row, schedule=self._timing.again))

    async def _end(self, row: OrderRow, state: str, reason: str, *, doubtful: bool = False) -> None:
        """End an order; a doubtful end is looked after for a while."""
        checks = self._timing.after_checks if doubtful else ()
        due = time.time() + checks[0] if checks else None
        await self._orders.advance(row, state, {**_said(reason), "tries": 0, "next_at": due})

    # ---- small things ----------------------------------------------------------------------

    def _row(self) -> OrderRow:
        row = self._orders.get(*self._key)
        if row is None:  # pragma: no cover - orders are never deleted
            raise LookupError(self._key)
        return row

    async def _ask(self, what: str, auth_code: str = "") -> PlatformAnswer:
        if self._platform is None:
            return answer("unknown", "configuration")
        try:
            if what == "pay":
                return await self._platform.pay(self._order, auth_code)
            if what == "query":
                return await self._platform.query(self._order)
            if what == "cancel":
                return await self._platform.cancel(self._order)
            return await self._platform.refund(self._order, _refund_no(self._order.order_no))
        except Exception:
            _log.exception("%s %s: %s failed on this side", *self._key, what)
            return answer("unknown", "platform_error")

    def _next(
        self,
        row: OrderRow,
        *,
        tries: int | None = None,
        schedule: tuple[float, ...] = (),
    ) -> dict[str, float]:
        """When the next step is due, and how long the customer has had so far."""
        tries = row.tries if tries is None else tries
        steps = schedule or self._timing.schedule
        waited = row.waited + self._elapsed()
        self._counted_from = time.monotonic()
        due = time.time() + steps[min(tries, len(steps) - 1)]
        return {"next_at": due, "tries": tries + 1, "waited": waited}

    def _elapsed(self) -> float:
        return time.monotonic() - self._counted_from


def _said(reason: str | None) -> dict[str, str | None]:
    return {"reason": reason, "say": SENTENCES.get(reason or "")}


def _refund_no(order_no: str) -> str:
    """The number of an order's only refund, within what every platform takes."""
    return "R" + hashlib.sha256(order_no.encode()).hexdigest()[:31]
