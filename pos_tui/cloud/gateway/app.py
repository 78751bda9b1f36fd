"""The gateway as an application: what it opens when it starts, and what it follows meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pos_tui.cloud.gateway.authentication import RequestAuthentication
from pos_tui.cloud.gateway.channels import Channels
from pos_tui.cloud.gateway.database.opening import open_database
from pos_tui.cloud.gateway.gateway_id import gateway_id
from pos_tui.cloud.gateway.handlers import Gateway
from pos_tui.cloud.gateway.metrics import Metrics
from pos_tui.cloud.gateway.openapi import openapi_document
from pos_tui.cloud.gateway.order_service import OrderService
from pos_tui.cloud.gateway.order_timing import OrderTiming
from pos_tui.cloud.gateway.orders import Orders
from pos_tui.cloud.gateway.payment_formats import PaymentFormatsFile
from pos_tui.cloud.gateway.refusal import refusal_body
from pos_tui.cloud.gateway.routes import ROUTES, starlette_routes
from pos_tui.cloud.gateway.schema import order_migrations
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.cloud.merchants import MerchantBook, till_keys
from pos_tui.settings import CloudSettings, SettingsError

_log = logging.getLogger(__name__)
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

    def keys(merchant: str) -> tuple[bytes, ...]:
        found = merchants.get(merchant)
        return () if found is None else till_keys(found, datetime.now(UTC))

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        place = settings.log
        log = TransactionLog(data / place.directory, place.worker, place.rotate_bytes, keys)
        database = await open_database(settings.gateway.database, data, order_migrations)
        owner = f"{place.worker}@{gateway_id(data / place.directory)}"
        orders = Orders(database, owner, times.lease_s)
        service = OrderService(orders, log, channels, times, formats.current, metrics)
        app.state.gateway = Gateway(
            service=service,
            orders=orders,
            log=log,
            channels=channels,
            metrics=metrics,
            description=openapi_document(ROUTES),
        )
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

    app = Starlette(
        routes=starlette_routes(authentication),
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


async def _no_such_route(_request: Request, problem: Exception) -> Response:
    if not isinstance(problem, HTTPException):
        raise problem
    body = refusal_body("no_route")
    headers = problem.headers
    return Response(body, problem.status_code, headers, media_type="application/json")
