"""Where the gateway dies: its methods are replaced from outside, so that it kills itself there."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import httpx

from pos_tui.cloud.gateway.order_records import TERMINAL, GatewayOrderState
from pos_tui.cloud.gateway.orders import Orders
from pos_tui.cloud.gateway.transaction_log import TransactionLog

from .cells import KillPoint

KILLED = b'{"event": "killed"}\n'
_TAKEN_WITHIN_S = 10.0


def taken_file(folder: Path, order_no: str) -> Path:
    """The file by which the stand-ins say that they have taken an order's pay call."""
    return folder / order_no


def arm(point: KillPoint, taken: Path) -> None:
    """Let this process die at a point of the one order that it will carry."""
    match point:
        case "before send":
            _before_any_byte()
        case "after send":
            _at_http_event("http11.receive_response_headers.started", taken)
        case "after answer":
            _at_http_event("http11.receive_response_body.complete", None)
        case "after state":
            _after_the_end_is_committed()
        case "after log":
            _before_the_row_is_told()


def _die() -> None:
    os.write(1, KILLED)
    os.kill(os.getpid(), signal.SIGKILL)


def _before_any_byte() -> None:
    async def dying(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        _die()
        raise AssertionError

    httpx.AsyncHTTPTransport.handle_async_request = dying  # type: ignore[method-assign]


def _at_http_event(wanted: str, taken: Path | None) -> None:
    """Die at this event of the first exchange that comes to it, the pay call's as a rule."""
    real = httpx.AsyncHTTPTransport.handle_async_request

    async def traced(event: str, _info: dict[str, Any]) -> None:
        if event == wanted and (taken is None or _appears(taken)):
            _die()

    async def watched(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        request.extensions = {**request.extensions, "trace": traced}
        return await real(self, request)

    httpx.AsyncHTTPTransport.handle_async_request = watched  # type: ignore[method-assign]


def _appears(taken: Path) -> bool:
    """Stand still, so that nothing of an answer is read, until the platform has the pay call."""
    deadline = time.monotonic() + _TAKEN_WITHIN_S
    while not taken.exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True


def _after_the_end_is_committed() -> None:
    real = Orders.advance

    async def dying(
        self: Orders, row: Any, state: GatewayOrderState, *rest: Any, **named: Any
    ) -> bool:
        moved = await real(self, row, state, *rest, **named)
        if moved and state in TERMINAL:
            _die()
        return moved

    Orders.advance = dying  # type: ignore[method-assign]
    _die_instead(TransactionLog, "append")


def _before_the_row_is_told() -> None:
    _die_instead(Orders, "mark_logged")


def _die_instead(owner: type, name: str) -> None:
    getattr(owner, name)  # it must be there: a point that is never come by proves nothing

    async def dying(*_: Any, **__: Any) -> None:
        _die()

    setattr(owner, name, dying)
