"""A merchant's client at a simulated platform, in one process, with the wire between in reach."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from pos_tui.cloud.platforms.protocol import PlatformClient
from pos_tui.cloud.platforms.registry import PlatformRow
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
from pos_tui.cloud.platforms.simulation.delivery import (
    Delivery,
    OutgoingNotice,
    PlatformSimulator,
)
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.settings import Merchant, PlatformAccount

from .orders import payment_code


def wire_to(
    simulator: PlatformSimulator, delivery: Delivery, sent: list[str] | None = None
) -> httpx.ASGITransport:
    """The way to a simulator in this process; `sent` collects each call's method and path.

    A connection ends where the simulator gives no answer.
    """
    app = Starlette(routes=[delivery.route(*offered) for offered in simulator.routes()])
    return httpx.ASGITransport(app=_Leaving(app, [] if sent is None else sent))


Spoil = Callable[[httpx.Request, httpx.Response], httpx.Response]


class KeepingDelivery(Delivery):
    """Delivers answers, and keeps the notices instead of sending them."""

    def __init__(self, behaviours: Behaviours) -> None:
        super().__init__(behaviours)
        self.notices: list[Callable[[], OutgoingNotice | None]] = []

    async def _notify_twice(self, notice: Callable[[], OutgoingNotice | None]) -> None:
        self.notices.append(notice)

    async def sent(self) -> list[OutgoingNotice]:
        """The notices that there is a reason for by now."""
        for task in list(self._notifying):
            await task
        return [found for notice in self.notices if (found := notice()) is not None]


class SimulatedShop:
    """One merchant at one platform.

    `later` is how many seconds have passed, `replies` what has come over the wire; `spoil` changes
    a reply on its way, or raises what the network would.
    """

    def __init__(
        self, row: PlatformRow[PlatformAccount], keys: Path, notify_url: str | None = None
    ) -> None:
        self.later = 0.0
        self.spoil: Spoil | None = None
        self.replies: list[httpx.Response] = []
        self.behaviours = Behaviours(
            pin_s=5.0,
            late_s=0.0,
            reverse_after_s=0.0,
            refund_gap_s=0.0,
            clock=lambda: time.time() + self.later,
        )
        platform_keys = PlatformKeys(keys)
        self.account = row.account.simulated("http://simulated", platform_keys.text)
        merchant = Merchant(id="M001", key="k", accounts={row.name: self.account})
        simulator = row.simulate([merchant], platform_keys, self.behaviours)
        self.delivery = KeepingDelivery(self.behaviours)
        self._app = wire_to(simulator, self.delivery)
        self.http = httpx.AsyncClient(transport=httpx.MockTransport(self._pass), trust_env=False)
        self.client: PlatformClient = row.open_client(self.account, self.http, notify_url)

    def code(self, script: str = "1234") -> str:
        """A fresh payment code that the account accepts."""
        return payment_code(self.account.accepts[0], script)

    def money(self, order_no: str) -> dict[str, int]:
        """How often an order was charged, and what was given back."""
        nothing = {"charged": 0, "given_back": 0}
        return self.behaviours.charges().get(order_no, nothing)

    async def _pass(self, request: httpx.Request) -> httpx.Response:
        answer = await self._app.handle_async_request(request)
        status, headers, content = answer.status_code, answer.headers, await answer.aread()
        reply = httpx.Response(status, headers=headers, content=content)
        self.replies.append(reply)
        if self.spoil:
            return self.spoil(request, reply)
        # As from a network, since a bill is read while it comes.
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(content))


class _Leaving:
    """An application that knows its connection, which ends where no answer is to come."""

    def __init__(self, app: Starlette, sent: list[str]) -> None:
        self._app = app
        self._sent = sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._sent.append(f"{scope['method']} {scope['path']}")
        scope["state"] = {"transport": self}
        await self._app(scope, receive, send)

    def abort(self) -> None:
        raise httpx.ReadError("the connection has ended")
