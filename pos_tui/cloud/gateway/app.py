"""The gateway as an application: its routes, and what it opens when it starts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pos_tui import messages
from pos_tui.cloud.gateway.authentication import (
    Caller,
    Refusal,
    RequestAuthentication,
    read_body,
)
from pos_tui.cloud.gateway.channels import Channels
from pos_tui.cloud.gateway.database.interface import DatabaseUnavailable
from pos_tui.cloud.gateway.database.opening import open_database
from pos_tui.cloud.gateway.metrics import Metrics
from pos_tui.cloud.gateway.one_writer import gateway_id
from pos_tui.cloud.gateway.openapi import document
from pos_tui.cloud.gateway.order_service import (
    AccountRemoved,
    NotRefundable,
    OrderConflict,
    OrderService,
)
from pos_tui.cloud.gateway.order_timing import OrderTiming
from pos_tui.cloud.gateway.orders import Orders
from pos_tui.cloud.gateway.payment_formats import PaymentFormatsFile
from pos_tui.cloud.gateway.schema import order_migrations
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.cloud.merchants import MerchantBook
from pos_tui.messages import RefundRequest, TakenNote, TakenRequest, TransactionOrder
from pos_tui.settings import CloudSettings, SettingsError

_log = logging.getLogger(__name__)
_LARGEST_AMOUNT = 10**12
_ORDER_NO = re.compile(r"[0-9A-Za-z]{8,32}", re.ASCII)
_NAME = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_CHANGES_S = 1.0


def make_gateway(
    settings: CloudSettings, data: Path, *, timing: OrderTiming | None = None
) -> Starlette:
    """The gateway as an application; it opens its database and log when it starts.

    Raises SettingsError for a key or a table of formats that cannot be used.
    """
    times = timing or OrderTiming()
    metrics = Metrics()
    merchants = MerchantBook(settings, data, lenient=True)
    formats = PaymentFormatsFile(settings.gateway.formats_file)
    channels = Channels(merchants.all(), settings.gateway.public_url)
    authentication = RequestAuthentication(
        merchants, metrics, settings.gateway.rate_per_s, settings.gateway.burst
    )

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        place = settings.log
        log = TransactionLog(data / place.directory, place.worker, place.rotate_bytes)
        database = await open_database(settings.gateway.database, data, order_migrations)
        owner = f"{place.worker}@{gateway_id(data / place.directory)}"
        orders = Orders(database, owner, times.lease_s)
        service = OrderService(orders, log, channels, times, formats.current, metrics)
        app.state.service = service
        app.state.log = log
        app.state.orders = orders
        news = asyncio.create_task(_follow_changes(merchants, channels, formats), name="news")
        try:
            await service.start()
            yield
        finally:
            news.cancel()
            await service.close()
            await channels.close()
            log.close()
            await orders.close()

    async def notice(request: Request) -> Response:
        merchant, name = request.path_params["merchant"], request.path_params["channel"]
        channel = channels.get(merchant, name)
        try:
            body = await read_body(request)
        except Refusal as refusal:
            return JSONResponse({"error": refusal.say}, refusal.status)
        found = channel.platform.notice(request.headers, body) if channel else None
        metrics.notice(name if channel else "none", believed=found is not None)
        if found is None:
            return JSONResponse({"error": "This notice cannot be believed."}, 400)
        service: OrderService = request.app.state.service
        try:
            await service.notified(merchant, found.order_no)
        except DatabaseUnavailable as error:
            _log.error("a notice is left to its repetition: %s", error)
            return JSONResponse({"error": "The gateway's database is away; send it again."}, 503)
        return Response(found.receipt, media_type=found.content_type)

    async def figures(request: Request) -> Response:
        orders: Orders = request.app.state.orders
        with contextlib.suppress(DatabaseUnavailable):
            metrics.unfinished(await orders.unfinished())
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    signed = authentication.signed_route
    order = "/v1/orders/{order_no}"
    app = Starlette(
        routes=[
            Route("/v1/orders", signed("order", _post_order), methods=["POST"]),
            Route(order, signed("status", _get_order), methods=["GET"]),
            Route(
                order + "/cancel",
                signed("cancel", _cancel_order),
                methods=["POST"],
            ),
            Route(
                order + "/refunds",
                signed("refund", _post_refund),
                methods=["POST"],
            ),
            Route(
                order + "/refunds/{refund_no}",
                signed("refund status", _get_refund),
                methods=["GET"],
            ),
            Route("/v1/taken", signed("taken", _post_taken), methods=["POST"]),
            Route("/v1/notices/{merchant}/{channel}", notice, methods=["POST"]),
            Route("/v1/health", _health, methods=["GET"]),
            Route("/metrics", figures, methods=["GET"]),
            Route("/openapi.json", _openapi, methods=["GET"]),
        ],
        exception_handlers={HTTPException: _no_such_route},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


async def _follow_changes(
    merchants: MerchantBook, channels: Channels, formats: PaymentFormatsFile
) -> None:
    """Take in merchants and formats that have changed, while the gateway runs."""
    while True:
        await asyncio.sleep(_CHANGES_S)
        try:
            formats.refresh()
            for name in merchants.refresh():
                try:
                    channels.replace(name, merchants.get(name))
                except SettingsError as error:
                    _log.error("the accounts of %s stay as they were: %s", name, error)
                    continue
                _log.info("merchant %s: taken in anew", name)
        except OSError as error:
            _log.error("the merchants' folder cannot be read: %s", error)


# ---- routes ----------------------------------------------------------------------------------


async def _post_order(request: Request, caller: Caller) -> tuple[int, bytes]:
    try:
        order = msgspec.json.decode(caller.body, type=TransactionOrder)
    except _UNREADABLE as error:
        raise Refusal(400, f"The order cannot be read: {error}.") from error
    problem = _problem_with(order)
    if problem:
        raise Refusal(400, problem)
    if order.merchant != caller.merchant.id:
        raise Refusal(400, "The order names another merchant than the request does.")
    service: OrderService = request.app.state.service
    if caller.merchant.disabled and await service.status(order.merchant, order.order_no) is None:
        raise Refusal(403, "This merchant is switched off; nothing was charged. Take cash.")
    try:
        status = await service.pay(order, caller.nonce)
    except OrderConflict:
        raise Refusal(409, "This order number stands for another order.") from None
    return 200, msgspec.json.encode(status)


async def _get_order(request: Request, caller: Caller) -> tuple[int, bytes]:
    service: OrderService = request.app.state.service
    status = await service.status(caller.merchant.id, _path_number(request, "order_no"))
    if status is None:
        raise Refusal(404, "There is no order with this number.")
    return 200, msgspec.json.encode(status)


async def _cancel_order(request: Request, caller: Caller) -> tuple[int, bytes]:
    service: OrderService = request.app.state.service
    order_no = _path_number(request, "order_no")
    return 200, msgspec.json.encode(
        await service.cancel(caller.merchant.id, order_no, caller.nonce)
    )


async def _post_refund(request: Request, caller: Caller) -> tuple[int, bytes]:
    order_no = _path_number(request, "order_no")
    try:
        wanted = msgspec.json.decode(caller.body, type=RefundRequest)
    except _UNREADABLE as error:
        raise Refusal(400, f"The refund cannot be read: {error}.") from error
    if wanted.version != messages.VERSION:
        raise Refusal(400, f"The refund has version {wanted.version}, not {messages.VERSION}.")
    if not _ORDER_NO.fullmatch(wanted.refund_no):
        raise Refusal(400, "A refund number is 8 to 32 letters and digits.")
    if not 0 < wanted.amount <= _LARGEST_AMOUNT or not 0 < len(wanted.reason) <= 200:
        raise Refusal(400, "A refund needs an amount above nothing and a reason (200 characters).")
    if _UNPRINTABLE.search(wanted.reason):
        raise Refusal(400, "The reason must be of characters that can be printed.")
    service: OrderService = request.app.state.service
    try:
        status = await service.refund(caller.merchant.id, order_no, wanted, caller.nonce)
    except AccountRemoved:
        say = "The account that this order was paid to is not here any more. Put it back first."
        raise Refusal(409, say) from None
    except NotRefundable:
        raise Refusal(409, "This order is not paid, or not that much of it is left.") from None
    except OrderConflict:
        raise Refusal(409, "This refund number stands for another refund.") from None
    if status is None:
        raise Refusal(404, "There is no order with this number.")
    return 200, msgspec.json.encode(status)


async def _get_refund(request: Request, caller: Caller) -> tuple[int, bytes]:
    service: OrderService = request.app.state.service
    order_no, refund_no = _path_number(request, "order_no"), _path_number(request, "refund_no")
    status = await service.refund_state(caller.merchant.id, order_no, refund_no)
    if status is None:
        raise Refusal(404, "There is no refund with this number.")
    return 200, msgspec.json.encode(status)


async def _post_taken(request: Request, caller: Caller) -> tuple[int, bytes]:
    """Into the log with it, where the relay finds it: tills only ever read in Redis."""
    try:
        taken = msgspec.json.decode(caller.body, type=TakenRequest)
    except _UNREADABLE as error:
        raise Refusal(400, f"The request cannot be read: {error}.") from error
    if taken.version != messages.VERSION or not _NAME.fullmatch(taken.till):
        raise Refusal(400, "A till's number is letters, digits, - and _ only; the version is 1.")
    log: TransactionLog = request.app.state.log
    note = TakenNote(
        merchant=caller.merchant.id, till=taken.till, upto=taken.upto, logged_at=datetime.now(UTC)
    )
    await log.append(note)
    return 204, b""


async def _health(request: Request) -> Response:
    orders: Orders = request.app.state.orders
    try:
        await asyncio.wait_for(orders.unfinished(), 2.0)
    except (DatabaseUnavailable, TimeoutError):
        say = "The orders' database cannot be reached."
        return JSONResponse({"state": "broken", "say": say}, 503)
    return JSONResponse({"state": "ok"})


async def _no_such_route(_request: Request, problem: Exception) -> Response:
    if not isinstance(problem, HTTPException):
        raise problem
    said = {"error": "The gateway has nothing there; see /openapi.json."}
    return JSONResponse(said, problem.status_code, problem.headers)


async def _openapi(_request: Request) -> Response:
    return JSONResponse(document())


def _path_number(request: Request, name: str) -> str:
    number = str(request.path_params[name])
    if not _ORDER_NO.fullmatch(number):
        raise Refusal(400, "A number is 8 to 32 letters and digits.")
    return number


def _problem_with(order: TransactionOrder) -> str | None:
    if order.version != messages.VERSION:
        return f"The order has version {order.version}; this gateway reads {messages.VERSION}."
    if not _ORDER_NO.fullmatch(order.order_no):
        return "An order number is 8 to 32 letters and digits."
    if not _NAME.fullmatch(order.till):
        return "A till's number is letters, digits, - and _ only."
    if not 0 < order.amount <= _LARGEST_AMOUNT:
        return "The amount must be more than nothing and less than a fortune."
    if not _CURRENCY.fullmatch(order.currency):
        return "The currency must be a code of three capital letters."
    if not 0 < len(order.auth_code) <= 512 or not 0 < len(order.subject) <= 512:
        return "The payment code and the subject must be 1 to 512 characters."
    if _UNPRINTABLE.search(order.subject):
        return "The subject must be of characters that can be printed."
    return None
