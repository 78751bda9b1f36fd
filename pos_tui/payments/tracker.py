"""One order's tracker at the till: sent, awaited, asked after, given up, to a sure outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from pos_tui.checkout.orders import OrderState
from pos_tui.messages import OrderStatus, TransactionOrder, TransactionSuccess
from pos_tui.payments.gateway_client import (
    GatewayClient,
    NoAnswer,
    NothingSent,
    NotKnown,
    Refused,
)

Channel = Literal["redis", "gateway"]

_ASK_S = (1.0, 1.0, 2.0, 3.0, 5.0)
_LINKED_ASK_S = (3.0, 5.0)
_MESSAGE_GRACE_S = 2.0


class Progress(Struct, frozen=True):
    """Where the money is, in a state and a sentence that says what the cashier can do."""

    state: OrderState
    say: str


class Paid(Struct, frozen=True):
    """The order is paid: how, where to find it, and which channel told it."""

    platform: str
    platform_ref: str
    paid_at: datetime | None
    channel: Channel
    message: tuple[str, str] | None = None


class NotPaid(Struct, frozen=True):
    """The order will never be paid; `say` tells why and what the cashier can do."""

    state: Literal["declined", "cancelled"]
    say: str


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
    ) -> None:
        """With an empty auth_code the order is one that was sent before the till last stopped."""
        self._client = client
        self._order = order
        self._linked = linked
        self._changed = changed
        self._maybe_sent = not order.auth_code
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
        self.outcome = await self._follow()
        return self.outcome

    async def _follow(self) -> Paid | NotPaid:
        while True:
            outcome = await self._one_round()
            if outcome is not None:
                return outcome
            waits = _LINKED_ASK_S if self._linked() and self._delivered else _ASK_S
            seconds = waits[min(self._attempt, len(waits) - 1)]
            self._attempt += 1
            outcome = await self._wait(seconds)
            if outcome is not None:
                return outcome

    async def _one_round(self) -> Paid | NotPaid | None:
        try:
            status = await self._unless_confirmed(self._request())
        except NothingSent:
            return self._on_nothing_sent()
        except _Interrupted:
            if not self._maybe_sent:
                return self._on_nothing_sent()
            self._unclear = True
            self._tell("unknown", f"The payment is being given up. {self._unknown_words()}")
            return None
        except NoAnswer as error:
            self._maybe_sent = self._unclear = True
            self._tell("unknown", f"{error} {self._unknown_words()}")
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
            return self._client.ask(self._order.order_no)
        return self._client.send(self._order, self._on_sent)

    def _on_sent(self) -> None:
        """The order is leaving the till: from now on it may have been charged."""
        if not self._maybe_sent:
            self._maybe_sent = True
            self._tell("sent", "The order is sent. Waiting for the gateway …")

    async def _on_status(self, status: OrderStatus) -> Paid | NotPaid | None:
        if status.answer == "paid":
            if (status.amount, status.currency) != (self._order.amount, self._order.currency):
                self._tell("unknown", "The gateway answered with another amount. Call for help.")
                return None
            if self._linked():
                await asyncio.wait((self._confirmed,), timeout=_MESSAGE_GRACE_S)
                if self._confirmed.done():
                    return self._confirmed.result()
            return Paid(status.platform or "", status.platform_ref or "", status.paid_at, "gateway")
        if status.answer == "declined":
            return NotPaid(
                "declined", status.say or "The payment was declined. Nothing is charged."
            )
        if status.answer == "cancelled":
            said = None if self._giving_up and status.reason == "cancelled" else status.say
            return NotPaid(
                "cancelled",
                said or "The payment was given up. Nothing is charged; the list is open again.",
            )
        if self._giving_up:
            self._tell("pending", "Giving the payment up … do not take another one yet.")
        elif status.answer == "pending":
            self._tell(
                "pending",
                "The customer is confirming on the phone (PIN). Wait, or give up with F12.",
            )
        else:
            self._tell("unknown", "The platform has not given a clear answer. " + self._words())
        return None

    def _on_nothing_sent(self) -> NotPaid | None:
        if self._maybe_sent:
            self._tell("unknown", f"The gateway is away. {self._unknown_words()}")
            return None
        if self._giving_up:
            return NotPaid(
                "cancelled",
                "The order had not left this till. Nothing is charged; the list is open.",
            )
        self._tell(
            "drafted",
            "The gateway is away; the order has not left this till and nothing is charged."
            " It is tried again by itself. F12 gives up, then take cash.",
        )
        return None

    def _on_refused(self, error: Refused) -> NotPaid | None:
        if not self._unclear:
            # The only request that there ever was for this order was turned away.
            return NotPaid(
                "declined", f"The gateway refused the order: {error} Nothing is charged."
            )
        self._tell("unknown", f"The gateway refused to answer: {error} {self._words()}")
        return None

    def _unknown_words(self) -> str:
        if self._giving_up:
            return "It will be given up as soon as the gateway answers; take no other payment yet."
        return self._words()

    @staticmethod
    def _words() -> str:
        return (
            "It is not known yet whether the customer was charged; the till keeps asking."
            " Do not take another payment. Enter asks now, F12 gives up."
        )

    def _tell(self, state: OrderState, say: str) -> None:
        self._changed(Progress(state, say))

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
