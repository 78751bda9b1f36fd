"""A desk for each platform that is stood in for, and how its answers reach whoever asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

import httpx
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pos_tui.cloud.platforms.simulation.behaviours import Behaviours, Manner

_log = logging.getLogger(__name__)
_UNTIL_PAID_S = 0.1


class Parcel(Struct, frozen=True):
    """A notice that a platform sends to the merchant's notify url."""

    url: str
    headers: dict[str, str]
    body: bytes


class Said(Struct, frozen=True):
    """A desk's answer, how it is to be delivered, and the notice that follows (None: not yet)."""

    response: Response
    manner: Manner = "answered"
    notice: Callable[[], Parcel | None] | None = None


Serve = Callable[[Request], Awaitable[Said]]


class Desk(Protocol):
    """One platform's interface: paths below the simulators' address, and what serves them."""

    def routes(self) -> list[tuple[str, str, Serve]]:
        """Method, path and handler of everything that the platform offers."""
        ...


class Delivery:
    """Brings answers to whoever asked: as they are, late, never, as a 5xx, and notices twice."""

    def __init__(self, behaviours: Behaviours) -> None:
        self._behaviours = behaviours
        self._notifying: set[asyncio.Task[None]] = set()

    def route(self, method: str, path: str, serve: Serve) -> Route:
        """The route whose answers are delivered in the manner that the script wants."""

        async def endpoint(request: Request) -> Response:
            return await self._deliver(request, await serve(request))

        return Route(path, endpoint, methods=[method])

    async def _deliver(self, request: Request, said: Said) -> Response:
        if said.notice:
            task = asyncio.create_task(self._notify_twice(said.notice))
            self._notifying.add(task)
            task.add_done_callback(self._notifying.discard)
        match said.manner:
            case "dropped":
                request.state.transport.abort()
                await asyncio.sleep(0.01)  # until the server has seen that nobody is left
            case "late":
                await asyncio.sleep(self._behaviours.late_s)
            case "failed":
                return Response("<html>502 Bad Gateway</html>", 502, media_type="text/html")
        return said.response

    async def _notify_twice(self, notice: Callable[[], Parcel | None]) -> None:
        """Send a notice as soon as there is one, and then the very same again."""
        parcel = notice()
        for _ in range(600):
            if parcel is not None:
                break
            await asyncio.sleep(_UNTIL_PAID_S)
            parcel = notice()
        if parcel is None:
            return
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
            for _ in range(2):
                try:
                    await client.post(parcel.url, content=parcel.body, headers=parcel.headers)
                except httpx.HTTPError as error:
                    _log.warning("a notice did not arrive: %r", error)
