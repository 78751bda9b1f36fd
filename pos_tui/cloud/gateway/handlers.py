"""What the gateway does for each of its routes.

The types that a signed handler takes and gives are what its route reads, answers and describes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pos_tui.cloud.gateway.authentication import Caller, read_body
from pos_tui.cloud.gateway.channels import Channels
from pos_tui.cloud.gateway.database.interface import DatabaseUnavailable
from pos_tui.cloud.gateway.metrics import Metrics
from pos_tui.cloud.gateway.order_service import (
    AccountRemoved,
    NotRefundable,
    OrderConflict,
    OrderService,
)
from pos_tui.cloud.gateway.orders import Orders
from pos_tui.cloud.gateway.refusal import DATABASE_AWAY, Refusal, RefusalReason, refusal_body
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.messages import (
    Acknowledgement,
    AcknowledgementNote,
    LastOrder,
    OrderStatus,
    RefundRequest,
    RefundStatus,
    TransactionOrder,
)

_log = logging.getLogger(__name__)


class Gateway(Struct, frozen=True, kw_only=True):
    """What a running gateway has opened; `description` is its OpenAPI document."""

    service: OrderService
    orders: Orders
    log: TransactionLog
    channels: Channels
    metrics: Metrics
    description: dict[str, object]


# ---- for tills that sign ---------------------------------------------------------------------


async def post_order(gateway: Gateway, caller: Caller, body: TransactionOrder) -> OrderStatus:
    """Charge a payment code. Raises Refusal."""
    service = gateway.service
    if body.merchant != caller.merchant.id:
        raise Refusal(400, "another_merchant")
    if caller.merchant.disabled and await service.status(body.merchant, body.order_no) is None:
        raise Refusal(403, "switched_off")
    try:
        return await service.pay(body, caller.nonce)
    except OrderConflict:
        raise Refusal(409, "another_order") from None


async def get_order(gateway: Gateway, caller: Caller, order_no: str) -> OrderStatus:
    """How an order stands. Raises Refusal."""
    status = await gateway.service.status(caller.merchant.id, order_no)
    if status is None:
        raise Refusal(404, "no_order")
    return status


async def get_last_order(gateway: Gateway, caller: Caller, till: str) -> LastOrder:
    """A till's last order, for a till that asks whether its books are whole. Raises Refusal."""
    last = await gateway.service.last_order(caller.merchant.id, till)
    if last is None:
        raise Refusal(404, "no_order")
    return last


async def cancel_order(gateway: Gateway, caller: Caller, order_no: str) -> OrderStatus:
    """Cancel an order, also one that has not come yet."""
    return await gateway.service.cancel(caller.merchant.id, order_no, caller.nonce)


async def post_refund(
    gateway: Gateway, caller: Caller, order_no: str, body: RefundRequest
) -> RefundStatus:
    """Give money of a paid order back. Raises Refusal."""
    try:
        status = await gateway.service.refund(caller.merchant.id, order_no, body, caller.nonce)
    except AccountRemoved:
        raise Refusal(409, "account_removed") from None
    except NotRefundable:
        raise Refusal(409, "not_refundable") from None
    except OrderConflict:
        raise Refusal(409, "another_refund") from None
    if status is None:
        raise Refusal(404, "no_order")
    return status


async def get_refund(
    gateway: Gateway, caller: Caller, order_no: str, refund_no: str
) -> RefundStatus:
    """How a refund stands. Raises Refusal."""
    status = await gateway.service.refund_state(caller.merchant.id, order_no, refund_no)
    if status is None:
        raise Refusal(404, "no_refund")
    return status


async def post_acknowledgement(gateway: Gateway, caller: Caller, body: Acknowledgement) -> None:
    """A till has its messages: into the log with it, where the relay finds it.

    Tills only ever read in Redis.
    """
    note = AcknowledgementNote(
        merchant=caller.merchant.id, till=body.till, upto=body.upto, logged_at=datetime.now(UTC)
    )
    await gateway.log.append(note)


# ---- for anybody -----------------------------------------------------------------------------


async def post_notice(request: Request) -> Response:
    """A platform's notice: a reason to ask it, and nothing more."""
    gateway: Gateway = request.app.state.gateway
    merchant, name = request.path_params["merchant"], request.path_params["channel"]
    channel = gateway.channels.get(merchant, name)
    try:
        body = await read_body(request)
    except Refusal as refusal:
        return _refused(refusal.status, refusal.reason)
    found = channel.platform.notice(request.headers, body) if channel else None
    gateway.metrics.notice(name if channel else "none", believed=found is not None)
    if found is None:
        return _refused(400, "not_believed")
    try:
        await gateway.service.notified(merchant, found.order_no)
    except DatabaseUnavailable as error:
        _log.error("a notice is left to its repetition: %s", error)
        return _refused(503, "notice_unkept")
    return Response(found.receipt, media_type=found.content_type)


def _refused(status: int, reason: RefusalReason) -> Response:
    return Response(refusal_body(reason), status, media_type="application/json")


async def get_health(request: Request) -> Response:
    """Whether the gateway can take orders."""
    gateway: Gateway = request.app.state.gateway
    try:
        await asyncio.wait_for(gateway.orders.unfinished(), 2.0)
    except (DatabaseUnavailable, TimeoutError):
        return JSONResponse({"state": "broken", "say": DATABASE_AWAY}, 503)
    return JSONResponse({"state": "ok"})


async def get_metrics(request: Request) -> Response:
    """The figures for Prometheus."""
    gateway: Gateway = request.app.state.gateway
    with contextlib.suppress(DatabaseUnavailable):
        gateway.metrics.unfinished(await gateway.orders.unfinished())
    text = gateway.metrics.text()
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


async def get_description(request: Request) -> Response:
    """The OpenAPI document."""
    gateway: Gateway = request.app.state.gateway
    return JSONResponse(gateway.description)
