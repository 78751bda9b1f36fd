"""Asks about orders that were given up: money that came for them all the same is late money."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from pos_tui.books import Books, BooksError
from pos_tui.books.sales.late_money import LateState
from pos_tui.checkout import events
from pos_tui.checkout.orders import Order
from pos_tui.codes.payment import platform_reason
from pos_tui.messages import OrderStatus
from pos_tui.money import Currency, format_amount
from pos_tui.payments.gateway_client import GatewayClient, NoAnswer, NothingSent, NotKnown, Refused
from pos_tui.reasons import because

_LOOK_S = 60.0
_AGAIN_S = (30, 90, 300, 1800, 7200)
_LONGEST = timedelta(days=2)
_STATES: dict[str, LateState] = {"money_returning": "going_back", "money_returned": "gone_back"}


class LateMoneyWatch:
    """Looks for late money while the gateway is there, at growing intervals for each order."""

    def __init__(
        self,
        client: GatewayClient,
        books: Books,
        clock: Callable[[], datetime],
        emit: Callable[[events.TillEvent], None],
        currency: Currency,
    ) -> None:
        """`clock` gives aware times."""
        self._client = client
        self._books = books
        self._clock = clock
        self._emit = emit
        self._currency = currency
        self._next: dict[str, tuple[int, datetime]] = {}

    async def run(self) -> None:
        """For as long as the till runs. A fault of the books or the gateway only delays it."""
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                await self.look()
            except BooksError:
                continue

    async def look(self) -> None:
        """Ask about each order that is to be asked about now. Raises BooksError."""
        now = self._clock()
        orders = self._books.orders_given_up(now - _LONGEST)
        known = {each.order_no for each in orders}
        self._next = {number: when for number, when in self._next.items() if number in known}
        for order in orders:
            times, due = self._next.get(order.order_no, (0, now))
            if due > now:
                continue
            try:
                status = await self._client.ask(order.order_no)
            except (NothingSent, NoAnswer):
                return  # the gateway is away; nothing is lost by asking later
            except (Refused, NotKnown):
                status = None
            again = timedelta(seconds=_AGAIN_S[min(times, len(_AGAIN_S) - 1)])
            self._next[order.order_no] = times + 1, now + again
            if status is not None and (state := _late_state(status)) is not None:
                await self.note(order, state)

    async def note(self, order: Order, state: LateState) -> None:
        """Write late money down, and say it once. Raises BooksError."""
        noted = self._books.note_late_money(order, state, self._clock())
        if await asyncio.wrap_future(noted):
            why = because(
                f"late_money.{state}",
                amount=format_amount(order.amount, self._currency),
                platform=platform_reason(order.platform),
                number=order.sale_no,
            )
            self._emit(events.Notice(why, "warning"))


def _late_state(status: OrderStatus) -> LateState | None:
    if status.answer == "paid":
        return "here"
    return _STATES.get(status.reason or "")
