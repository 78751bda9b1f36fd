"""The simulators' HTTP: every platform under one address, and a look at what was charged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from pos_tui.cloud.merchants import MerchantBook
from pos_tui.cloud.platforms.registry import PLATFORMS
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
from pos_tui.cloud.platforms.simulation.delivery import Delivery, PlatformSimulator
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.settings import CloudSettings, Merchant


class LeavingProtocol(H11Protocol):
    """HTTP whose requests know their connection, so that one can end without any answer."""

    def connection_made(self, transport: Any) -> None:
        """Put the connection where a request finds it."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class _OriginForm:
    """Requests for `http://host/path`, as they are sent to a proxy, become requests for `/path`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            named = re.match("(?i)https?://[^/]*", scope["path"])
            raw = re.match(b"(?i)https?://[^/]*", scope["raw_path"])
            if named and raw:
                scope = {
                    **scope,
                    "path": scope["path"][named.end() :] or "/",
                    "raw_path": scope["raw_path"][raw.end() :] or b"/",
                }
        await self._app(scope, receive, send)


def make_app(
    settings: CloudSettings, data: Path, *, behaviours: Behaviours | None = None
) -> Starlette:
    """The simulated platforms as an application. Raises SettingsError for an unusable key."""
    shared = behaviours or Behaviours(
        reverse_after_s=settings.simulator.reverse_after_s,
        refund_gap_s=settings.simulator.refund_gap_s,
        memory=data / "simulated-trades.jsonl",
    )
    keys = PlatformKeys(data / settings.simulator.keys)
    return app_for(MerchantBook(settings, data).all(), keys, shared)


def app_for(merchants: Sequence[Merchant], keys: PlatformKeys, behaviours: Behaviours) -> Starlette:
    """The simulated platforms of these merchants. Raises SettingsError for an unusable key."""
    delivery = Delivery(behaviours)
    routes = [
        delivery.route(*offered)
        for simulator in simulate_platforms(merchants, keys, behaviours)
        for offered in simulator.routes()
    ]

    async def charges(_request: Request) -> Response:
        return JSONResponse(behaviours.charges())

    routes.append(Route("/_charges", charges, methods=["GET"]))
    return Starlette(routes=routes, middleware=[Middleware(_OriginForm)])


def simulate_platforms(
    merchants: Sequence[Merchant], keys: PlatformKeys, behaviours: Behaviours
) -> list[PlatformSimulator]:
    """A simulator for each platform."""
    return [row.simulate(merchants, keys, behaviours) for row in PLATFORMS]
