"""The table of the gateway's routes: it makes the application's routes and their description."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pos_tui.cloud.gateway import handlers
from pos_tui.cloud.gateway.authentication import Caller, RequestAuthentication
from pos_tui.cloud.gateway.field_rules import FIELD_RULES, broken_rule
from pos_tui.cloud.gateway.handlers import Gateway
from pos_tui.cloud.gateway.refusal import Refusal

SignedHandler = Callable[..., Awaitable[Struct | None]]
RefusalName = Literal["SwitchedOff", "NoSuchOrder", "NoSuchRefund", "OtherOrder", "NotPayable"]
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class SignedRoute(Struct, frozen=True, kw_only=True):
    """A route that only a merchant's till reaches.

    What its handler asks for by name comes from the path, `body` from the request; None is an
    answer without content. `label` is its name among the figures. `refuses` is what it may answer
    beside what every signed route may; `leads_to` names routes whose numbers its answer has.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    label: str
    handler: SignedHandler
    summary: str
    refuses: Mapping[int, RefusalName] = {}
    leads_to: tuple[str, ...] = ()
    needs_database: bool = True

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers in its path that its handler takes."""
        return tuple(name for name in ("till", "order_no", "refund_no") if name in self._types())

    @property
    def takes(self) -> type[Struct] | None:
        """What its body is read as."""
        return self._types().get("body")

    @property
    def gives(self) -> type[Struct] | None:
        """What its answer is written from."""
        found = self._types().get("return")
        return found if isinstance(found, type) and issubclass(found, Struct) else None

    def _types(self) -> dict[str, type[Struct]]:
        return typing.get_type_hints(self.handler)


class OpenAnswer(Struct, frozen=True):
    """An answer of a route that anybody reaches: its words, and a JSON schema for each form."""

    description: str
    content: Mapping[str, Mapping[str, object]]


class OpenRoute(Struct, frozen=True, kw_only=True):
    """A route that anybody reaches."""

    method: Literal["GET", "POST"]
    path: str
    name: str
    handler: Callable[[Request], Awaitable[Response]]
    summary: str
    answers: Mapping[int, OpenAnswer]
    names: tuple[str, ...] = ()
    takes_anything: bool = False


ApiRoute = SignedRoute | OpenRoute

_ORDER = "/v1/orders/{order_no}"
_ERROR = {"application/json": {"$ref": "#/components/schemas/Error"}}
_ANY_TEXT = {"type": "string"}


def _health(state: str, **more: object) -> dict[str, Mapping[str, object]]:
    properties = {"state": {"const": state}, **more}
    return {
        "application/json": {
            "type": "object",
            "properties": properties,
            "required": [*properties],
        }
    }


ROUTES: tuple[ApiRoute, ...] = (
    SignedRoute(
        method="POST",
        path="/v1/orders",
        name="postOrder",
        label="order",
        handler=handlers.post_order,
        summary="Charge a payment code. Waits a little for a clear answer; `pending` and "
        "`unknown` are to be asked about until they are paid, declined or cancelled.",
        refuses={403: "SwitchedOff", 409: "OtherOrder"},
        leads_to=("getOrder", "cancelOrder", "postRefund"),
    ),
    SignedRoute(
        method="GET",
        path=_ORDER,
        name="getOrder",
        label="status",
        handler=handlers.get_order,
        summary="How an order stands.",
        refuses={404: "NoSuchOrder"},
    ),
    SignedRoute(
        method="POST",
        path=_ORDER + "/cancel",
        name="cancelOrder",
        label="cancel",
        handler=handlers.cancel_order,
        summary="Cancel an order, unless it is paid already. One that has not come yet is "
        "cancelled for ever. The body is ignored.",
    ),
    SignedRoute(
        method="POST",
        path=_ORDER + "/refunds",
        name="postRefund",
        label="refund",
        handler=handlers.post_refund,
        summary="Give money of a paid order back, all or a part.",
        refuses={404: "NoSuchOrder", 409: "NotPayable"},
        leads_to=("getRefund",),
    ),
    SignedRoute(
        method="GET",
        path=_ORDER + "/refunds/{refund_no}",
        name="getRefund",
        label="refund status",
        handler=handlers.get_refund,
        summary="How a refund stands.",
        refuses={404: "NoSuchRefund"},
    ),
    SignedRoute(
        method="GET",
        path="/v1/tills/{till}/last-order",
        name="getLastOrder",
        label="last order",
        handler=handlers.get_last_order,
        summary="The order of a till that came last, with the sale's number and the state of the "
        "till's journal that it was sent with: a till whose books were lost or put back asks for "
        "it.",
        refuses={404: "NoSuchOrder"},
        leads_to=("getOrder",),
    ),
    SignedRoute(
        method="POST",
        path="/v1/taken",
        name="postTaken",
        label="taken",
        handler=handlers.post_acknowledgement,
        summary="Say that a till has the messages of its Redis stream up to this id, so that "
        "they need not be kept much longer.",
        needs_database=False,
    ),
    OpenRoute(
        method="POST",
        path="/v1/notices/{merchant}/{channel}",
        name="postNotice",
        handler=handlers.post_notice,
        summary="For the payment platforms: a notice, in the platform's own format and signed by "
        "it, that something has become of an order. The platform is asked then.",
        answers={
            200: OpenAnswer(
                "Believed; the receipt that the platform wants.",
                {"text/plain": {}, "application/json": {}},
            ),
            400: OpenAnswer("This cannot be believed, or there is no such channel.", _ERROR),
            413: OpenAnswer("The body is over 64 KiB. Unsigned.", _ERROR),
            503: OpenAnswer("The gateway's database is away; it is to be sent again.", _ERROR),
        },
        names=("merchant", "channel"),
        takes_anything=True,
    ),
    OpenRoute(
        method="GET",
        path="/v1/health",
        name="getHealth",
        handler=handlers.get_health,
        summary="Whether the gateway can take orders.",
        answers={
            200: OpenAnswer("It can.", _health("ok")),
            503: OpenAnswer("Its database cannot be reached.", _health("broken", say=_ANY_TEXT)),
        },
    ),
    OpenRoute(
        method="GET",
        path="/metrics",
        name="getMetrics",
        handler=handlers.get_metrics,
        summary="The gateway's figures for Prometheus.",
        answers={200: OpenAnswer("The figures.", {"text/plain": _ANY_TEXT})},
    ),
    OpenRoute(
        method="GET",
        path="/openapi.json",
        name="getDescription",
        handler=handlers.get_description,
        summary="This document.",
        answers={200: OpenAnswer("The document.", {"application/json": {"type": "object"}})},
    ),
)


def starlette_routes(authentication: RequestAuthentication) -> list[Route]:
    """The application's routes; they find the Gateway in its state."""
    return [
        Route(
            route.path,
            authentication.signed_route(route.label, _reading(route))
            if isinstance(route, SignedRoute)
            else route.handler,
            methods=[route.method],
        )
        for route in ROUTES
    ]


def _reading(route: SignedRoute) -> Callable[[Request, Caller], Awaitable[tuple[int, bytes]]]:
    """The route's handler between what is sent and what is answered."""
    numbers, kind = route.numbers, route.takes
    assert set(inspect.signature(route.handler).parameters) == {
        "gateway",
        "caller",
        *numbers,
        *(["body"] if kind else []),
    }

    async def answer(request: Request, caller: Caller) -> tuple[int, bytes]:
        gateway: Gateway = request.app.state.gateway
        given: dict[str, object] = {name: _number(request, name) for name in numbers}
        if kind is not None:
            given["body"] = _read(caller.body, kind)
        found = await route.handler(gateway, caller, **given)
        return (204, b"") if found is None else (200, msgspec.json.encode(found))

    return answer


def _number(request: Request, name: str) -> str:
    number, rule = str(request.path_params[name]), FIELD_RULES[name]
    if not rule.allows(number):
        raise Refusal(400, rule.refusal)
    return number


def _read(body: bytes, kind: type[Struct]) -> Struct:
    try:
        message = msgspec.json.decode(body, type=kind)
    except _UNREADABLE as error:
        raise Refusal(400, "unreadable", f"The request cannot be read: {error}.") from error
    problem = broken_rule(message)
    if problem:
        raise Refusal(400, problem)
    return message
