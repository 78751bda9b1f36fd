"""The stand-ins' HTTP: three platforms under one roof, and a look at what was charged."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from pos_tui.cloud import rsa
from pos_tui.cloud.simulators.alipay import AlipayDesk
from pos_tui.cloud.simulators.behaviours import Behaviours, Manner
from pos_tui.cloud.simulators.unionpay import UnionPayDesk
from pos_tui.cloud.simulators.wechat import WeChatDesk
from pos_tui.settings import CloudSettings


class LeavingProtocol(H11Protocol):
    """HTTP whose requests know their connection, so that one can end without any answer."""

    def connection_made(self, transport: Any) -> None:
        """Put the connection where a request finds it."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


def make_app(
    settings: CloudSettings, data: Path, *, behaviours: Behaviours | None = None
) -> Starlette:
    """The stand-ins as an application. Raises KeyFileError for a key that cannot be used."""
    shared = behaviours or Behaviours(memory=data / "simulated-trades.jsonl")
    key = rsa.load_private_key(data / settings.simulator.private_key_file)
    wechat = WeChatDesk(settings, data, key, shared)
    alipay = AlipayDesk(settings, data, key, shared)
    unionpay = UnionPayDesk(settings, shared)

    async def deliver(request: Request, response: Response, manner: Manner) -> Response:
        if manner == "dropped":
            request.state.transport.abort()
            await asyncio.sleep(0.01)  # until the server has seen that nobody is left
        elif manner == "late":
            await asyncio.sleep(shared.late_s)
        return response

    async def wechat_pay(request: Request) -> Response:
        return await deliver(request, *await wechat.pay(request))

    async def alipay_gateway(request: Request) -> Response:
        return await deliver(request, *await alipay.serve(request))

    async def unionpay_gateway(request: Request) -> Response:
        return await deliver(request, *await unionpay.serve(request))

    async def charges(_request: Request) -> Response:
        return JSONResponse(shared.charges())

    orders = "/wechat/v3/pay/transactions/out-trade-no/{order_no}"
    return Starlette(
        routes=[
            Route("/wechat/v3/pay/transactions/codepay", wechat_pay, methods=["POST"]),
            Route(orders, wechat.query, methods=["GET"]),
            Route(orders + "/reverse", wechat.reverse, methods=["POST"]),
            Route("/wechat/v3/refund/domestic/refunds", wechat.refund, methods=["POST"]),
            Route("/alipay/gateway.do", alipay_gateway, methods=["POST"]),
            Route("/unionpay/pay/gateway", unionpay_gateway, methods=["POST"]),
            Route("/_charges", charges, methods=["GET"]),
        ]
    )
