"""A gateway that is a model: it answers, charges and gives back as a test wishes, in no time."""

from __future__ import annotations

import asyncio
import selectors
from collections import Counter as Count
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from pos_tui.messages import (
    Answer,
    LastOrder,
    OrderStatus,
    RefundRequest,
    RefundStatus,
    TransactionOrder,
    TransactionSuccess,
)
from pos_tui.payments.gateway_client import (
    GatewayClient,
    NoAnswer,
    NothingSent,
    NotKnown,
    Refused,
)
from pos_tui.reasons import ReasonError

Mood = Literal["well", "away", "mute", "deaf", "late", "refuses"]
_Result = TypeVar("_Result")
_ON_THE_WAY_S, _PATIENCE_S, _LATE_S = 0.05, 6.0, 15.0
_AT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


class _NothingIsWaitedFor(selectors.DefaultSelector):
    """Time passes as soon as nothing else is to be done."""

    seconds = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("nothing is left to wait for")
        if not ready:
            self.seconds += max(timeout or 0.0, 0.0)
        return ready


class QuickLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds pass at once; what is given to a thread is done in its own."""

    def __init__(self) -> None:
        self._quick = _NothingIsWaitedFor()
        super().__init__(self._quick)

    def time(self) -> float:
        return self._quick.seconds

    def run_in_executor(  # type: ignore[override]
        self, executor: object, func: Callable[..., _Result], *args: Any
    ) -> asyncio.Future[_Result]:
        future: asyncio.Future[_Result] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class ModelOrder:
    """One order at the gateway: its answer, and how often its money came and went."""

    def __init__(self, order: TransactionOrder | None, order_no: str, answer: Answer) -> None:
        """Without an order it is one that was given up before it came."""
        self.order_no = order_no
        self.amount = 0 if order is None else order.amount
        self.sale_no = 0 if order is None else order.sale_no
        self.answer = answer
        self.charged = 0
        self.refunds: dict[str, Literal["refunded", "pending", "refused"]] = {}
        self.amounts: dict[str, int] = {}
        self.reason = "cancelled"
        self.back = 0
        if answer == "paid":
            self.pay()

    @property
    def is_open(self) -> bool:
        """Whether the customer may still pay it."""
        return self.answer in {"pending", "unknown"}

    @property
    def kept(self) -> int:
        """How often its money is in the shop's account now, or a part of it."""
        return self.charged if self.worth else 0

    @property
    def worth(self) -> int:
        """What of it is in the shop's account now (minor units)."""
        return self.charged * self.amount - self.back

    @property
    def promised(self) -> int:
        """What will go back of it, once that is decided."""
        return sum(self.amounts[each] for each, how in self.refunds.items() if how == "pending")

    def pay(self) -> None:
        """The customer is charged."""
        self.answer = "paid"
        self.charged += 1

    def success(self, **changes: Any) -> TransactionSuccess:
        """What the relay says of it."""
        what: dict[str, Any] = {
            "merchant": "M001", "till": "01", "order_no": self.order_no, "amount": self.amount,
            "currency": "CNY", "platform": "wechat", "platform_ref": f"w{self.order_no}",
            "paid_at": _AT, "logged_at": _AT,
        }  # fmt: skip
        return TransactionSuccess(**{**what, **changes})


class ModelGateway(GatewayClient):
    """Keeps what a gateway promises, whatever happens to its answers: an order is charged once at
    the most, never after it was given up, and a refund is made once.
    """

    def __init__(self) -> None:
        self.orders: dict[str, ModelOrder] = {}
        self.mood: Mood = "well"
        self.next_answer: Answer = "paid"
        self.next_refund: Literal["refunded", "pending", "refused"] = "refunded"
        self.asked: Count[str] = Count()

    async def send(
        self, order: TransactionOrder, sent: Callable[[], Awaitable[None]]
    ) -> OrderStatus:
        assert order.auth_code, "an order without its payment code cannot be sent"

        def arrive() -> OrderStatus:
            if order.order_no not in self.orders:
                made = ModelOrder(order, order.order_no, self.next_answer)
                self.orders[order.order_no] = made
            return self._status(order.order_no)

        return await self._meet("send", arrive, sent)

    async def ask(self, order_no: str) -> OrderStatus:
        return await self._meet("ask", lambda: self._status(order_no))

    async def cancel(self, order_no: str) -> OrderStatus:
        def arrive() -> OrderStatus:
            found = self.orders.setdefault(order_no, ModelOrder(None, order_no, "cancelled"))
            if found.is_open:
                found.answer = "cancelled"
            return self._status(order_no)

        return await self._meet("cancel", arrive)

    async def refund(self, order_no: str, refund: RefundRequest) -> RefundStatus:
        found = self.orders.get(order_no)

        def arrive() -> RefundStatus:
            assert found is not None
            asked = found.amounts.setdefault(refund.refund_no, refund.amount)
            assert asked == refund.amount, "another amount under one number"
            if refund.refund_no not in found.refunds:
                if found.answer != "paid" or refund.amount > found.worth - found.promised:
                    raise Refused("gateway_client.no_reason_given")
                found.refunds[refund.refund_no] = "pending"
                self._decide(found, refund.refund_no)
            elif found.refunds[refund.refund_no] == "pending":
                self._decide(found, refund.refund_no)
            return self._refund_now(found, refund.refund_no)

        if self.mood == "refuses" and found is not None:
            found.refunds.setdefault(refund.refund_no, "refused")  # also for one that comes late
        return await self._meet("refund", arrive)

    async def ask_refund(self, order_no: str, refund_no: str) -> RefundStatus:
        found = self.orders.get(order_no)

        def arrive() -> RefundStatus:
            if found is None or refund_no not in found.refunds:
                raise NotKnown("gateway_client.not_known", order_no=order_no)
            return self._refund_now(found, refund_no)

        return await self._meet("ask refund", arrive)

    async def last_order(self, till: str) -> LastOrder | None:
        raise NoAnswer("gateway_client.no_answer_in_time")

    async def is_there(self) -> bool:
        return self.mood != "away"

    async def close(self) -> None:
        pass

    # ---- inside ------------------------------------------------------------------------------

    def _decide(self, found: ModelOrder, refund_no: str) -> None:
        found.refunds[refund_no] = self.next_refund
        if self.next_refund == "refunded":
            found.back += found.amounts[refund_no]

    def _refund_now(self, found: ModelOrder, refund_no: str) -> RefundStatus:
        return RefundStatus(
            merchant="M001", order_no=found.order_no, refund_no=refund_no,
            answer=found.refunds[refund_no], amount=found.amounts.get(refund_no, found.amount),
            currency="CNY",
        )  # fmt: skip

    def _status(self, order_no: str) -> OrderStatus:
        found = self.orders.get(order_no)
        if found is None:
            raise NotKnown("gateway_client.not_known", order_no=order_no)
        return OrderStatus(
            merchant="M001", order_no=order_no, answer=found.answer, amount=found.amount,
            currency="CNY", platform="wechat", platform_ref=f"w{order_no}",
            reason=found.reason if found.answer == "cancelled" else None,
        )  # fmt: skip

    async def _meet(
        self,
        what: str,
        arrive: Callable[[], _Result],
        sent: Callable[[], Awaitable[None]] | None = None,
    ) -> _Result:
        """A request on its way, to whatever meets it there."""
        mood = self.mood
        self.asked[what] += 1
        if mood == "away":
            await asyncio.sleep(_ON_THE_WAY_S)
            raise NothingSent("gateway_client.out_of_reach")
        if sent is not None:
            await sent()
        try:
            await asyncio.sleep(_ON_THE_WAY_S)
        except asyncio.CancelledError:
            if mood not in {"deaf", "refuses"}:  # what has left arrives, also when nobody waits
                self._later(arrive)
            raise
        if mood == "refuses" and what != "ask refund":
            raise Refused("gateway_client.no_reason_given")
        if mood == "late":
            self._later(arrive)
        if mood in {"well", "refuses"}:
            answer = arrive()
            await asyncio.sleep(_ON_THE_WAY_S)
            return answer
        if mood == "mute":
            with suppress(ReasonError):
                arrive()
        await asyncio.sleep(_PATIENCE_S)
        raise NoAnswer("gateway_client.no_answer_in_time")

    def _later(self, arrive: Callable[[], object]) -> None:
        def come() -> None:
            with suppress(ReasonError):
                arrive()

        asyncio.get_running_loop().call_later(_LATE_S, come)
