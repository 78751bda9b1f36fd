"""One order's tracker at the till: sent, awaited, asked after, given up, to a sure outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from pos_tui.books import BooksError
from pos_tui.checkout.orders import OrderState
from pos_tui.messages import OrderStatus, TransactionOrder, TransactionSuccess
from pos_tui.payments.gateway_client import (
    GatewayClient,
    KeyNotProven,
    NoAnswer,
    NothingSent,
    NotKnown,
    Refused,
)
from pos_tui.reasons import Reason, because

Channel = Literal["redis", "gateway"]

_ASK_S = (1.0, 1.0, 2.0, 3.0, 5.0)
_LINKED_ASK_S = (3.0, 5.0)
_ASIDE_ASK_S = 15.0
_MESSAGE_GRACE_S = 2.0
_COURTESY_S = 1.0


class Progress(Struct, frozen=True):
    """Where the money is, and what the cashier can do."""

    state: OrderState
    status: Reason


class Paid(Struct, frozen=True):
    """The order is paid: how, where to find it, and which channel told it."""

    platform: str
    platform_ref: str
    paid_at: datetime | None
    channel: Channel
    message: tuple[str, str] | None = None


class NotPaid(Struct, frozen=True):
    """The order will never be paid; `why` also tells what the cashier can do."""

    state: Literal["declined", "cancelled"]
    why: Reason


async def _nothing() -> None:
    """Nothing is done before an order leaves."""


class _Interrupted(Exception):
    """The cashier gave the order up while a request about it was under way."""


class PaymentTracker:
    """Follows one order until it is certainly paid or certainly not. Unknown is never failure."""

    def __init__(
        self,
        client: GatewayClient,
        order: TransactionOrder,
        linked: Callable[[], bool],
        changed: Callable[[Progress], None],
        leaving: Callable[[], Awaitable[None]] = _nothing,
        *,
        never_left: bool = False,
        is_aside: Callable[[], bool] = lambda: False,
        waits: Callable[[int, float], None] = lambda _count, _seconds: None,
    ) -> None:
        """With an empty auth_code the order is one from before the till last stopped; `never_left`
        when it is certain that it had not been sent then.

        One whose sale `is_aside`, so that nobody waits for it here, is asked after less often.
        `leaving` is awaited once, before the order first leaves; if it raises, nothing leaves.
        `waits` gets how often it was asked, and the seconds until it is asked again.
        """
        self._client = client
        self._order = order
        self._linked = linked
        self._changed = changed
        self._leaving = leaving
        self._never_left = never_left
        self._is_aside = is_aside
        self._waits = waits
        self._asked = 0
        self._maybe_sent = not order.auth_code and not never_left
        self._delivered = not order.auth_code
        self._unclear = not order.auth_code
        self._giving_up = False
        self._attempt = 0
        self.outcome: Paid | NotPaid | None = None
        self._nudge = asyncio.Event()
        self._confirmed: asyncio.Future[Paid] = asyncio.get_running_loop().create_future()

    @property
    def order(self) -> TransactionOrder:
        """The order as it was sent."""
        return self._order

    @property
    def is_paid(self) -> bool:
        """Whether somebody who is believed has said that the order is paid."""
        return self._confirmed.done() or isinstance(self.outcome, Paid)

    def confirm(self, success: TransactionSuccess, message: tuple[str, str]) -> Paid | None:
        """Take the relay's checked message in; its outcome, unless there is one already (None)."""
        if self.outcome is not None or self._confirmed.done():
            return None
        paid = Paid(success.platform, success.platform_ref, success.paid_at, "redis", message)
        self._confirmed.set_result(paid)
        return paid

    def give_up(self) -> None:
        """Ask for the order to be cancelled; it may still turn out to have been paid."""
        self._giving_up = True
        self._nudge.set()

    def ask_now(self) -> None:
        """Do not wait for the next asking."""
        self._nudge.set()

    def link_lost(self) -> None:
        """No message will come for now: ask at once, and often again."""
        self._attempt = 0
        self._nudge.set()

    async def run(self) -> Paid | NotPaid:
        """Follow the order to its outcome."""
        outcome = await self._follow()
        # Whatever the gateway answered in the same moment: the relay's message is written already.
        self.outcome = self._confirmed.result() if self._confirmed.done() else outcome
        return self.outcome

    async def _follow(self) -> Paid | NotPaid:
        if self._never_left:
            outcome = await self._cancel_unsent()
            if outcome is not None:
                return outcome
        while True:
            outcome = await self._one_round()
            if outcome is not None:
                return outcome
            waits = _LINKED_ASK_S if self._linked() and self._delivered else _ASK_S
            seconds = waits[min(self._attempt, len(waits) - 1)]
            self._attempt += 1
            if self._is_aside():
                seconds = max(seconds, _ASIDE_ASK_S)
            self._waits(self._asked, seconds)
            outcome = await self._wait(seconds)
            if outcome is not None:
                return outcome

    async def _cancel_unsent(self) -> Paid | NotPaid | None:
        """The gateway is told once of an order that never left; whatever it answers, or does not
        at once, nothing is charged, unless it says that it has this order after all.
        """
        self._never_left = False
        self._giving_up = True
        never_sent = NotPaid("cancelled", because("payment.never_sent"))
        try:
            cancelling = self._unless_confirmed(self._client.cancel(self._order.order_no))
            status = await asyncio.wait_for(cancelling, _COURTESY_S)
        except (NothingSent, NoAnswer, NotKnown, Refused, TimeoutError):
            return never_sent
        if isinstance(status, Paid):
            return status
        if status.answer in {"cancelled", "declined"}:
            return never_sent
        self._maybe_sent = True
        return await self._on_status(status)

    async def _one_round(self) -> Paid | NotPaid | None:
        try:
            status = await self._unless_confirmed(self._request())
        except NothingSent:
            return self._on_nothing_sent(because("payment.not_sent_yet"))
        except KeyNotProven as error:
            return NotPaid("declined", because("payment.key_not_accepted", why=error.reason))
        except BooksError as error:
            return self._on_nothing_sent(because("payment.not_sent_unwritten", why=error.reason))
        except _Interrupted:
            if not self._maybe_sent:
                return self._on_nothing_sent(because("payment.not_sent_yet"))
            self._unclear = True
            self._report_unknown(because("payment.being_given_up"))
            return None
        except NoAnswer as error:
            self._maybe_sent = self._unclear = True
            self._report_unknown(error.reason)
            return None
        except NotKnown:
            if self._order.auth_code:
                self._delivered = False
            else:
                self._giving_up = True
            self._nudge.set()
            return None
        except Refused as error:
            return self._on_refused(error)
        if isinstance(status, Paid):
            return status
        self._maybe_sent = self._delivered = self._unclear = True
        return await self._on_status(status)

    def _request(self) -> Coroutine[Any, Any, OrderStatus]:
        if self._giving_up:
            return self._client.cancel(self._order.order_no)
        if self._delivered:
            self._asked += 1
            return self._client.ask(self._order.order_no)
        return self._client.send(self._order, self._on_sent)

    async def _on_sent(self) -> None:
        """The order is leaving the till: from now on it may have been charged."""
        if not self._maybe_sent:
            await self._leaving()
            self._maybe_sent = True
            self._report("sent", because("payment.order_sent"))

    async def _on_status(self, status: OrderStatus) -> Paid | NotPaid | None:
        if status.answer == "paid":
            if (status.amount, status.currency) != (self._order.amount, self._order.currency):
                self._report("unknown", because("payment.another_amount"))
                return None
            if self._linked():
                await asyncio.wait((self._confirmed,), timeout=_MESSAGE_GRACE_S)
                if self._confirmed.done():
                    return self._confirmed.result()
            return Paid(status.platform or "", status.platform_ref or "", status.paid_at, "gateway")
        if status.answer == "declined":
            return NotPaid("declined", _why_not_paid(status, because("payment.declined")))
        if status.answer == "cancelled":
            given_up = because("payment.given_up")
            asked_for = self._giving_up and status.reason == "cancelled"
            return NotPaid("cancelled", given_up if asked_for else _why_not_paid(status, given_up))
        if self._giving_up:
            self._report("pending", because("payment.giving_up"))
        elif status.answer == "pending":
            self._report("pending", because("payment.customer_confirms"))
        else:
            self._report(
                "unknown", because("payment.not_known", why=because("payment.no_clear_answer"))
            )
        return None

    def _on_nothing_sent(self, why: Reason) -> NotPaid | None:
        if self._maybe_sent:
            self._report_unknown(because("payment.gateway_away"))
            return None
        if self._giving_up:
            return NotPaid("cancelled", because("payment.never_sent"))
        self._report("drafted", why)
        return None

    def _on_refused(self, error: Refused) -> NotPaid | None:
        if not self._unclear:
            # The only request that there ever was for this order was turned away.
            return NotPaid("declined", because("payment.refused", why=error.reason))
        refused = because("payment.refused_to_answer", why=error.reason)
        self._report("unknown", because("payment.not_known", why=refused))
        return None

    def _report_unknown(self, why: Reason) -> None:
        kind = "payment.given_up_later" if self._giving_up else "payment.not_known"
        self._report("unknown", because(kind, why=why))

    def _report(self, state: OrderState, status: Reason) -> None:
        self._changed(Progress(state, status))

    async def _unless_confirmed(
        self, request: Coroutine[Any, Any, OrderStatus]
    ) -> OrderStatus | Paid:
        """The request's answer, or the relay's message if that comes first."""
        task = asyncio.ensure_future(request)
        nudged = asyncio.ensure_future(self._nudged_to_give_up())
        try:
            first: list[asyncio.Future[Any]] = [task, self._confirmed, nudged]
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            if self._confirmed.done():
                return self._confirmed.result()
            if not task.done():
                raise _Interrupted
            return task.result()
        finally:
            for each in (task, nudged):
                each.cancel()
            await asyncio.gather(task, nudged, return_exceptions=True)

    async def _nudged_to_give_up(self) -> None:
        """Done when the cashier gives up while a request is under way."""
        if self._giving_up:
            await asyncio.Future()
        while not self._giving_up:
            self._nudge.clear()
            await self._nudge.wait()

    async def _wait(self, seconds: float) -> Paid | None:
        """Wait for the relay's message, the cashier's wish, or the time for the next asking."""
        nudge = asyncio.ensure_future(self._nudge.wait())
        try:
            first: list[asyncio.Future[Any]] = [self._confirmed, nudge]
            await asyncio.wait(first, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            nudge.cancel()
        self._nudge.clear()
        return self._confirmed.result() if self._confirmed.done() else None


def _why_not_paid(status: OrderStatus, otherwise: Reason) -> Reason:
    """The gateway's reason; the sentence it sent with it serves where this till knows none."""
    if status.reason is None and status.say is None:
        return otherwise
    return because(f"gateway_answer.{status.reason or 'other'}", text=status.say or "")
