"""The gateway's HTTP: its routes, and who may ask (every request and every answer is signed)."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pos_tui import messages
from pos_tui.cloud.gateway.order_life import Timing
from pos_tui.cloud.gateway.orders import Orders
from pos_tui.cloud.gateway.platforms import Platform
from pos_tui.cloud.gateway.platforms.alipay import Alipay
from pos_tui.cloud.gateway.platforms.exchange import make_client
from pos_tui.cloud.gateway.platforms.unionpay import UnionPay
from pos_tui.cloud.gateway.platforms.wechat import WeChat
from pos_tui.cloud.gateway.settlement import OrderConflict, Settlement
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.codes.payment import FormatsError, parse_formats
from pos_tui.messages import TransactionOrder
from pos_tui.settings import CloudSettings, Merchant, SettingsError, payment_formats_text

_log = logging.getLogger(__name__)
_LARGEST_BODY = 64 * 1024
_LARGEST_AMOUNT = 10**12
_ORDER_NO = re.compile(r"[0-9A-Za-z]{8,32}", re.ASCII)
_NAME = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
_NONCE = re.compile(r"[!-~]{8,128}", re.ASCII)

_Handler = Callable[[Request, "_Caller"], Awaitable[tuple[int, bytes]]]


class _Refusal(Exception):
    """A request that is answered with a sentence."""

    def __init__(self, status: int, say: str) -> None:
        super().__init__(say)
        self.status = status
        self.say = say


class _Caller(msgspec.Struct, frozen=True):
    """A till that has proved which merchant it belongs to."""

    merchant: Merchant
    nonce: str
    body: bytes


def make_app(settings: CloudSettings, data: Path, *, timing: Timing | None = None) -> Starlette:
    """The gateway as an application; it opens its database and log when it starts.

    Raises KeyFileError for a key that cannot be used, SettingsError for a table of formats.
    """
    gate = _Gate(settings)
    try:
        formats = parse_formats(payment_formats_text(settings.gateway.formats_file))
    except FormatsError as error:
        raise SettingsError(f"gateway.formats_file: {error}") from error
    client = make_client()
    platforms = open_platforms(settings, data, client)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        orders = Orders(data / settings.gateway.database)
        place = settings.log
        log = TransactionLog(data / place.directory, place.worker, place.rotate_bytes)
        settlement = Settlement(orders, log, platforms, timing or Timing(), formats)
        app.state.settlement = settlement
        try:
            await settlement.take_up()
            yield
        finally:
            await settlement.close()
            await client.aclose()
            log.close()
            orders.close()

    return Starlette(
        routes=[
            Route("/v1/orders", gate.signed(_post_order), methods=["POST"]),
            Route("/v1/orders/{order_no}", gate.signed(_get_order), methods=["GET"]),
            Route("/v1/orders/{order_no}/cancel", gate.signed(_cancel_order), methods=["POST"]),
            Route("/v1/health", _health, methods=["GET"]),
        ],
        lifespan=lifespan,
    )


def open_platforms(
    settings: CloudSettings, data: Path, client: httpx.AsyncClient
) -> dict[tuple[str, str], Platform]:
    """Every merchant's accounts. Raises KeyFileError for a key that cannot be used."""
    platforms: dict[tuple[str, str], Platform] = {}
    for merchant in settings.merchant:
        if merchant.wechat:
            platforms[merchant.id, "wechat"] = WeChat(merchant.wechat, data, client)
        if merchant.alipay:
            platforms[merchant.id, "alipay"] = Alipay(merchant.alipay, data, client)
        if merchant.unionpay:
            platforms[merchant.id, "unionpay"] = UnionPay(merchant.unionpay, client)
    return platforms


# ---- routes ----------------------------------------------------------------------------------


async def _post_order(request: Request, caller: _Caller) -> tuple[int, bytes]:
    try:
        order = msgspec.json.decode(caller.body, type=TransactionOrder)
    except msgspec.MsgspecError as error:
        raise _Refusal(400, f"The order cannot be read: {error}.") from error
    problem = _problem_with(order)
    if problem:
        raise _Refusal(400, problem)
    if order.merchant != caller.merchant.id:
        raise _Refusal(400, "The order names another merchant than the request does.")
    settlement: Settlement = request.app.state.settlement
    try:
        status = await settlement.pay(order)
    except OrderConflict:
        raise _Refusal(409, "This order number stands for another order.") from None
    return 200, msgspec.json.encode(status)


async def _get_order(request: Request, caller: _Caller) -> tuple[int, bytes]:
    settlement: Settlement = request.app.state.settlement
    status = settlement.status(caller.merchant.id, _order_no_of(request))
    if status is None:
        raise _Refusal(404, "There is no order with this number.")
    return 200, msgspec.json.encode(status)


async def _cancel_order(request: Request, caller: _Caller) -> tuple[int, bytes]:
    settlement: Settlement = request.app.state.settlement
    status = await settlement.cancel(caller.merchant.id, _order_no_of(request))
    return 200, msgspec.json.encode(status)


async def _health(_request: Request) -> Response:
    return JSONResponse({"state": "ok"})


def _order_no_of(request: Request) -> str:
    order_no = str(request.path_params["order_no"])
    if not _ORDER_NO.fullmatch(order_no):
        raise _Refusal(400, "An order number is 8 to 32 letters and digits.")
    return order_no


def _problem_with(order: TransactionOrder) -> str | None:
    if order.version != messages.VERSION:
        return f"The order has version {order.version}; this gateway reads {messages.VERSION}."
    if not _ORDER_NO.fullmatch(order.order_no):
        return "An order number is 8 to 32 letters and digits."
    if not _NAME.fullmatch(order.till):
        return "A till's number is letters, digits, - and _ only."
    if not 0 < order.amount <= _LARGEST_AMOUNT:
        return "The amount must be more than nothing and less than a fortune."
    if not (len(order.currency) == 3 and order.currency.isascii() and order.currency.isupper()):
        return "The currency must be a code of three capital letters."
    if not 0 < len(order.auth_code) <= 512 or not 0 < len(order.subject) <= 512:
        return "The payment code and the subject must be 1 to 512 characters."
    return None


# ---- who may ask -----------------------------------------------------------------------------


class _Gate:
    """Lets in whoever signs with a merchant's key, now, and with a nonce not used before."""

    def __init__(self, settings: CloudSettings) -> None:
        self._merchants = {merchant.id: merchant for merchant in settings.merchant}
        self._nonces: dict[tuple[str, str], None] = {}
        self._ages: deque[tuple[float, tuple[str, str]]] = deque()

    def signed(self, handler: _Handler) -> Callable[[Request], Awaitable[Response]]:
        """A route that only a merchant's till reaches, and whose answers carry a signature."""

        async def route(request: Request) -> Response:
            try:
                caller = self._caller(request, await _body_of(request))
            except _Refusal as refusal:
                return JSONResponse({"error": refusal.say}, refusal.status)
            try:
                status, body = await handler(request, caller)
            except _Refusal as refusal:
                status, body = refusal.status, json.dumps({"error": refusal.say}).encode()
            except Exception:
                _log.exception("%s %s failed", request.method, request.url.path)
                say = "The gateway has a fault of its own; ask again for this order."
                status, body = 500, json.dumps({"error": say}).encode()
            key = caller.merchant.key.encode()
            signature = messages.response_signature(key, caller.nonce, status, body)
            headers = {messages.SIGNATURE_HEADER: signature}
            return Response(body, status, headers, media_type="application/json")

        return route

    def _caller(self, request: Request, body: bytes) -> _Caller:
        given = request.headers
        time_ms = given.get(messages.TIME_HEADER, "")
        nonce = given.get(messages.NONCE_HEADER, "")
        merchant = self._merchants.get(given.get(messages.MERCHANT_HEADER, ""))
        if merchant is None or merchant.disabled:
            raise _Refusal(401, "This gateway does not know the merchant.")
        if not _NONCE.fullmatch(nonce) or not (time_ms.isascii() and time_ms.isdigit()):
            raise _Refusal(401, "The request is not signed.")
        expected = messages.request_signature(
            merchant.key.encode(), request.method, request.url.path, time_ms, nonce, body
        )
        if not messages.same_signature(given.get(messages.SIGNATURE_HEADER, ""), expected):
            raise _Refusal(401, "The signature is not the merchant's; compare the till's key.")
        now = time.time()
        if len(time_ms) > 15 or abs(now * 1000 - int(time_ms)) > messages.FRESHNESS_MS:
            raise _Refusal(401, "The till's clock and the gateway's differ by over five minutes.")
        self._spend(merchant.id, nonce, now)
        return _Caller(merchant, nonce, body)

    def _spend(self, merchant: str, nonce: str, now: float) -> None:
        # A request may come early or late by the whole window, so a nonce is kept for two.
        while self._ages and self._ages[0][0] < now - 2 * messages.FRESHNESS_MS / 1000:
            self._nonces.pop(self._ages.popleft()[1], None)
        key = (merchant, nonce)
        if key in self._nonces:
            raise _Refusal(401, "This request was made before.")
        self._nonces[key] = None
        self._ages.append((now, key))


async def _body_of(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_BODY:
            raise _Refusal(413, "The request is too large.")
    return bytes(body)
