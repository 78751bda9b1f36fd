"""All orders at the gateway: starting, joining and cancelling them, taking up what was left."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Mapping
from datetime import datetime

import msgspec

from pos_tui.cloud.gateway.order_life import Life, Timing
from pos_tui.cloud.gateway.orders import TERMINAL, Changes, OrderRow, Orders
from pos_tui.cloud.gateway.platforms import SENTENCES, Platform
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.codes.payment import PaymentFormats, identify_payment, mask_code, platform_name
from pos_tui.messages import OrderStatus, TransactionOrder

_log = logging.getLogger(__name__)

Platforms = Mapping[tuple[str, str], Platform]
"""The accounts, by merchant and platform."""


class OrderConflict(Exception):
    """Another order already has this number."""


class Settlement:
    """Carries every order to a clear end; several requests about one order share its work."""

    def __init__(
        self,
        orders: Orders,
        log: TransactionLog,
        platforms: Platforms,
        timing: Timing,
        formats: PaymentFormats,
    ) -> None:
        self._orders = orders
        self._log = log
        self._platforms = platforms
        self._timing = timing
        self._formats = formats
        self._lives: dict[tuple[str, str], Life] = {}

    async def pay(self, order: TransactionOrder) -> OrderStatus:
        """Start an order, or join the one under this number; waits a little for a clear answer.

        Raises OrderConflict when the number stands for another order.
        """
        row, is_new = await self._orders.claim(self._first_row(order))
        if not is_new and row.fingerprint is None:
            row = msgspec.structs.replace(row, amount=order.amount, currency=order.currency)
            return _status(row)
        if row.fingerprint != _fingerprint(order):
            raise OrderConflict
        if is_new and row.next_at is not None:
            _log.info("%s %s: %s", order.merchant, order.order_no, mask_code(order.auth_code))
            self._live(row, order.auth_code)
        return await self._status_soon(row.key, waiting_is_news=True)

    def status(self, merchant: str, order_no: str) -> OrderStatus | None:
        """How an order stands now; None when there is none."""
        row = self._orders.get(merchant, order_no)
        return _status(row) if row else None

    async def cancel(self, merchant: str, order_no: str) -> OrderStatus:
        """Cancel an order; one that never came is kept as cancelled, so that it never will."""
        row, is_new = await self._orders.claim(_tombstone(merchant, order_no))
        if is_new or row.state in TERMINAL:
            return _status(row)
        changes: Changes = {"reason": "cancelled", "tries": 0, "next_at": time.time()}
        await self._orders.advance(row, "cancelling", changes)
        life = self._lives.get(row.key)
        if life:
            life.wake.set()
        else:
            self._live(row, None)
        return await self._status_soon(row.key)

    async def take_up(self) -> None:
        """Go on with what an earlier run of the gateway left unfinished."""
        for row in self._orders.unfinished():
            self._live(row, None)

    async def close(self) -> None:
        """Stop all work; what is unfinished goes on at the next start."""
        tasks = [life.task for life in self._lives.values() if life.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _first_row(self, order: TransactionOrder) -> OrderRow:
        known = {name for merchant, name in self._platforms if merchant == order.merchant}
        code = identify_payment(order.auth_code, known, self._formats)
        row = OrderRow(
            merchant=order.merchant,
            till=order.till,
            order_no=order.order_no,
            amount=order.amount,
            currency=order.currency,
            subject=order.subject,
            fingerprint=_fingerprint(order),
            platform=code.platform if code else None,
            state="new",
            next_at=time.time(),
        )
        if code is None:
            say = "This shop has no account for that kind of code. Ask for another wallet or cash."
        elif order.currency not in self._platforms[order.merchant, code.platform].currencies:
            say = f"{platform_name(code.platform)} does not take {order.currency} here."
        else:
            return row
        return msgspec.structs.replace(
            row, state="declined", reason="not_allowed", say=say, next_at=None
        )

    def _live(self, row: OrderRow, auth_code: str | None) -> None:
        life = Life(self._orders, self._log, self._platform_of(row), self._timing, row)
        self._lives[row.key] = life
        life.task = asyncio.create_task(life.run(auth_code), name=f"order {row.order_no}")
        life.task.add_done_callback(lambda _: self._lives.pop(row.key, None))

    def _platform_of(self, row: OrderRow) -> Platform | None:
        platform = self._platforms.get((row.merchant, row.platform or ""))
        if platform is None:
            _log.error("%s %s: its account is gone from the settings", *row.key)
        return platform

    async def _status_soon(
        self, key: tuple[str, str], waiting_is_news: bool = False
    ) -> OrderStatus:
        """The status once it is clear, or as it is after a while.

        That the customer is asked for the PIN is news to a till that has just sent the order.
        """
        life = self._lives.get(key)
        if life:
            news = life.told if waiting_is_news else life.clear
            try:
                await asyncio.wait_for(news.wait(), self._timing.answer_s)
            except TimeoutError:
                _log.debug("%s %s: no clear answer yet", *key)
        row = self._orders.get(*key)
        if row is None:  # pragma: no cover - orders are never deleted
            raise LookupError(key)
        return _status(row)


# ---- values ----------------------------------------------------------------------------------


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
        state="cancelled",
        reason="cancelled",
        say=SENTENCES["cancelled"],
    )


def _status(row: OrderRow) -> OrderStatus:
    reason, say = row.reason, row.say
    match row.state:
        case "paid" if row.unlogged:
            shown, reason, say = "unknown", "recording", SENTENCES["recording"]
        case "paid" | "declined" | "cancelled":
            shown = row.state
        case "pending":
            shown, reason = "pending", "waiting_for_customer"
            say = SENTENCES[reason]
        case "cancelling":
            shown, reason, say = "unknown", "cancelling", SENTENCES["cancelling"]
        case _:
            shown, reason = "unknown", reason or "platform_error"
            say = say or SENTENCES["platform_error"]
    return OrderStatus(
        merchant=row.merchant,
        order_no=row.order_no,
        answer=shown,  # type: ignore[arg-type]
        amount=row.amount,
        currency=row.currency,
        platform=row.platform,
        platform_ref=row.platform_ref,
        paid_at=datetime.fromisoformat(row.paid_at) if row.paid_at else None,
        reason=reason,
        say=say,
    )
