"""Authentication of requests: tills that sign, now, once, not too often; answers are signed."""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from pos_tui import messages
from pos_tui.cloud.gateway.database.interface import DatabaseUnavailable
from pos_tui.cloud.gateway.metrics import Metrics
from pos_tui.cloud.gateway.orders import RequestReplayed
from pos_tui.cloud.gateway.refusal import Refusal, refusal_body
from pos_tui.cloud.merchants import MerchantBook, till_keys
from pos_tui.settings import Merchant

_log = logging.getLogger(__name__)
LARGEST_BODY = 64 * 1024
_NONCE = re.compile(r"[!-~]{8,128}", re.ASCII)


class Caller(Struct, frozen=True):
    """A till that has proved which merchant it belongs to, with the key that it used."""

    merchant: Merchant
    key: bytes
    nonce: str
    body: bytes


Handler = Callable[[Request, Caller], Awaitable[tuple[int, bytes]]]


class RequestAuthentication:
    """Accepts requests that are signed with a merchant's key, now, with a fresh nonce, in its rate.

    A merchant that asks too often is answered when to ask again. Times are the gateway's own.
    """

    def __init__(
        self, merchants: MerchantBook, metrics: Metrics, rate_per_s: int, burst: int
    ) -> None:
        self._merchants = merchants
        self._metrics = metrics
        self._rate = float(rate_per_s)
        self._burst = float(burst)
        self._buckets: dict[str, tuple[float, float]] = {}
        self._nonces: dict[tuple[str, str], None] = {}
        self._ages: deque[tuple[float, tuple[str, str]]] = deque()

    def signed_route(
        self, route: str, handler: Handler
    ) -> Callable[[Request], Awaitable[Response]]:
        """A route that only a merchant's till reaches, and whose answers carry a signature."""

        async def endpoint(request: Request) -> Response:
            began = time.perf_counter()
            response = await self._answer(request, handler)
            self._metrics.request(route, response.status_code, time.perf_counter() - began)
            return response

        return endpoint

    async def _answer(self, request: Request, handler: Handler) -> Response:
        try:
            caller = self._caller(request, await read_body(request))
        except Refusal as refusal:
            body = refusal_body(refusal.reason, refusal.say)
            return Response(body, refusal.status, media_type="application/json")
        headers: Mapping[str, str] = {}
        try:
            self._use_nonce(caller.merchant.id, caller.nonce)
            self._limit_rate(caller.merchant.id)
            status, body = await handler(request, caller)
        except Refusal as refusal:
            status, headers = refusal.status, refusal.headers
            body = refusal_body(refusal.reason, refusal.say)
        except RequestReplayed:
            # Signed, and no refusal: the request that it repeats may be on its way.
            status, body = 425, refusal_body("repeated")
        except DatabaseUnavailable as error:
            _log.error("%s %s: %s", request.method, request.scope["path"], error)
            status, body = 503, refusal_body("database_away")
        except Exception:
            _log.exception("%s %s failed", request.method, request.scope["path"])
            status, body = 500, refusal_body("fault")
        signature = messages.response_signature(caller.key, caller.nonce, status, body)
        signed = {**headers, messages.SIGNATURE_HEADER: signature}
        return Response(body, status, signed, media_type="application/json")

    def _caller(self, request: Request, body: bytes) -> Caller:
        given = request.headers
        time_ms = given.get(messages.TIME_HEADER, "")
        nonce = given.get(messages.NONCE_HEADER, "")
        merchant = self._merchants.get(given.get(messages.MERCHANT_HEADER, ""))
        if merchant is None:
            raise Refusal(401, "unknown_merchant")
        if not _NONCE.fullmatch(nonce) or not (time_ms.isascii() and time_ms.isdigit()):
            raise Refusal(401, "not_signed")
        now = time.time()
        # What is signed is what is served: the path that chose the handler, whatever Host says.
        path = request.scope["path"]
        key = next(
            (
                key
                for key in till_keys(merchant, datetime.fromtimestamp(now, UTC))
                if messages.same_signature(
                    given.get(messages.SIGNATURE_HEADER, ""),
                    messages.request_signature(key, request.method, path, time_ms, nonce, body),
                )
            ),
            None,
        )
        if key is None:
            raise Refusal(401, "wrong_signature")
        if len(time_ms) > 15 or abs(now * 1000 - int(time_ms)) > messages.FRESHNESS_MS:
            raise Refusal(401, "wrong_clock")
        return Caller(merchant, key, nonce, body)

    def _use_nonce(self, merchant: str, nonce: str) -> None:
        """Raises RequestReplayed."""
        now = time.time()
        # A request may come early or late by the whole window, so a nonce is kept for two.
        while self._ages and self._ages[0][0] < now - 2 * messages.FRESHNESS_MS / 1000:
            self._nonces.pop(self._ages.popleft()[1], None)
        key = (merchant, nonce)
        if key in self._nonces:
            raise RequestReplayed
        self._nonces[key] = None
        self._ages.append((now, key))

    def _limit_rate(self, merchant: str) -> None:
        """A token bucket for each merchant. Raises Refusal (429) where it is empty."""
        now = time.monotonic()
        tokens, since = self._buckets.get(merchant, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._rate)
        if tokens < 1:
            self._buckets[merchant] = (tokens, now)
            seconds = max(1, round((1 - tokens) / self._rate))
            raise Refusal(429, "too_often", headers={"Retry-After": str(seconds)})
        self._buckets[merchant] = (tokens - 1, now)


async def read_body(request: Request) -> bytes:
    """The body of a request. Raises Refusal: 413 for one that is too large, 400 for half a one."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_BODY:
                raise Refusal(413, "too_large")
    except ClientDisconnect:
        raise Refusal(400, "unreadable") from None
    return bytes(body)
