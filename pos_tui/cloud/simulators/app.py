"""The simulators' HTTP: every platform under one address, and a look at what was charged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
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


def make_app(
    settings: CloudSettings, data: Path, *, behaviours: Behaviours | None = None
) -> Starlette:
    """The simulated platforms as an application. Raises SettingsError for an unusable key."""
    shared = behaviours or Behaviours(memory=data / "simulated-trades.jsonl")
    keys = PlatformKeys(data / settings.simulator.keys)
    delivery = Delivery(shared)
    routes = [
        delivery.route(*offered)
        for simulator in simulate_platforms(MerchantBook(settings, data).all(), keys, shared)
        for offered in simulator.routes()
    ]

    async def charges(_request: Request) -> Response:
        return JSONResponse(shared.charges())

    return Starlette(routes=[*routes, Route("/_charges", charges, methods=["GET"])])


def simulate_platforms(
    merchants: Sequence[Merchant], keys: PlatformKeys, behaviours: Behaviours
) -> list[PlatformSimulator]:
    """A simulator for each platform."""
    return [row.simulate(merchants, keys, behaviours) for row in PLATFORMS]
