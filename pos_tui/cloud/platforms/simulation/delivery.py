"""What a simulated platform is, and how its answers and notices reach whoever asked."""

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
from starlette.types import Message, Receive

from pos_tui.cloud.platforms.simulation.behaviours import Behaviours, Manner

_log = logging.getLogger(__name__)
_UNTIL_PAID_S = 0.1
_LARGEST = 1 << 20  # bytes of a body, as many as nginx lets pass to whoever is behind it


class OutgoingNotice(Struct, frozen=True):
    """A notice that a platform sends to the merchant's notify url."""

    url: str
    headers: dict[str, str]
    body: bytes


class SimulatedAnswer(Struct, frozen=True):
    """An answer, how it is to be delivered, and the notice that follows (None: not yet)."""

    response: Response
    manner: Manner = "answered"
    notice: Callable[[], OutgoingNotice | None] | None = None


Handler = Callable[[Request], Awaitable[SimulatedAnswer]]


class PlatformSimulator(Protocol):
    """One platform's interface: paths below the simulators' address, and what serves them."""

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Method, path and handler of everything that the platform offers."""
        ...


class Delivery:
    """Brings answers to whoever asked: as they are, late, never, as a 5xx, and notices twice."""

    def __init__(self, behaviours: Behaviours) -> None:
        self._behaviours = behaviours
        self._notifying: set[asyncio.Task[None]] = set()

    def route(self, method: str, path: str, handler: Handler) -> Route:
        """The route whose answers are delivered in the manner that the script wants."""

        async def endpoint(request: Request) -> Response:
            body = bytearray()
            async for part in request.stream():
                body += part
                if len(body) > _LARGEST:
                    return Response("<html>413 Request Entity Too Large</html>", 413)
            read = Request(request.scope, _once(bytes(body)))
            return await self._deliver(read, await handler(read))

        return Route(path, endpoint, methods=[method])

    async def _deliver(self, request: Request, answer: SimulatedAnswer) -> Response:
        if answer.notice:
            task = asyncio.create_task(self._notify_twice(answer.notice))
            self._notifying.add(task)
            task.add_done_callback(self._notifying.discard)
        match answer.manner:
            case "dropped":
                request.state.transport.abort()
                await asyncio.sleep(0.01)  # until the server has seen that nobody is left
            case "late":
                await asyncio.sleep(self._behaviours.late_s)
            case "failed":
                return Response("<html>502 Bad Gateway</html>", 502, media_type="text/html")
        return answer.response

    async def _notify_twice(self, notice: Callable[[], OutgoingNotice | None]) -> None:
        """Send a notice as soon as there is one, and then the very same again."""
        message = notice()
        for _ in range(600):
            if message is not None:
                break
            await asyncio.sleep(_UNTIL_PAID_S)
            message = notice()
        if message is None:
            return
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
            for _ in range(2):
                try:
                    await client.post(message.url, content=message.body, headers=message.headers)
                except httpx.HTTPError as error:
                    _log.warning("a notice did not arrive: %r", error)


def _once(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
