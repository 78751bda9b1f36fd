"""Telling the gateway which messages the till has, so that they need not be kept for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pos_tui.payments.gateway_client import GatewayClient
from pos_tui.payments.inbox import ConfirmationInbox
from pos_tui.payments.listener import id_of

_MANY = 50
_SELDOM_S = 3600.0
_AGAIN_S = 300.0
_LOOK_S = 15.0


class Acknowledger:
    """Says now and then how far the books have come; nothing waits for it and little depends on it.

    Never while a payment is under way: the answer may wait, the customer may not.
    """

    def __init__(
        self,
        client: GatewayClient,
        till: str,
        inbox: ConfirmationInbox,
        is_calm: Callable[[], bool],
        now: Callable[[], float],
    ) -> None:
        """`now` is a clock in seconds that only goes forward."""
        self._client = client
        self._till = till
        self._inbox = inbox
        self._is_calm = is_calm
        self._now = now
        self._reported = 0
        self._reported_at = now()
        self._not_before = 0.0

    async def run(self) -> None:
        """Look now and then, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_S)
            await self.look()

    async def look(self) -> bool:
        """Say it if it is time to; whether the gateway has heard something new."""
        accepted, now = self._inbox.accepted, self._now()
        new = accepted - self._reported
        is_time = new >= _MANY or (new > 0 and now - self._reported_at >= _SELDOM_S)
        if not is_time or now < self._not_before or not self._is_calm():
            return False
        # Only what is on disk, and no further than what was really read.
        upto = min(self._inbox.position(), self._inbox.last_accepted, key=id_of)
        if upto == "0-0" or not await self._client.acknowledge(self._till, upto):
            self._not_before = now + _AGAIN_S
            return False
        self._reported, self._reported_at = accepted, now
        return True
