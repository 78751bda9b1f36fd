"""The first cloud server, as the till speaks with it: signed requests, signed answers."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from secrets import token_hex
from typing import TYPE_CHECKING, TypeVar

import msgspec

from pos_tui.messages import (
    MERCHANT_HEADER,
    NONCE_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    LastOrder,
    OrderStatus,
    RefundRequest,
    RefundStatus,
    TransactionOrder,
    request_signature,
    response_signature,
    same_signature,
)
from pos_tui.reasons import Reason, ReasonError, because, plain
from pos_tui.settings import GatewaySettings

if TYPE_CHECKING:
    import httpx

_StatusT = TypeVar("_StatusT", OrderStatus, RefundStatus)


class NothingSent(ReasonError):
    """The gateway could not be reached; the request has certainly not left for it."""


class NoAnswer(ReasonError):
    """The request may have arrived, but nothing that can be believed came back."""


class NotLetIn(NoAnswer):
    """Somebody, perhaps the gateway, answers without a signature that our key is not accepted."""


class KeyNotProven(ReasonError):
    """The order was not sent: the gateway has not yet shown that it knows this till's key."""


class Refused(ReasonError):
    """The gateway answered, believably, that it will not take this request; says why."""


class NotKnown(ReasonError):
    """The gateway answered, believably, that it does not know this order."""


class GatewayClient:
    """Speaks with the gateway for one merchant. The connection is made at the first request."""

    def __init__(
        self,
        settings: GatewaySettings,
        merchant: str,
        clock: Callable[[], datetime],
        heard: Callable[[datetime], None] = lambda _time: None,
    ) -> None:
        """`heard` gets the gateway's own time (aware) whenever it says that it is there."""
        self._heard = heard
        self._settings = settings
        self._merchant = merchant
        self._key = settings.key.encode()
        self._clock = clock
        self._http: httpx.AsyncClient | None = None
        # Nothing is ordered before the gateway has signed an answer with our key: what turns an
        # order away later, unsigned, may be somebody else, and the order may have been charged.
        self._proven = False

    async def send(
        self, order: TransactionOrder, sent: Callable[[], Awaitable[None]]
    ) -> OrderStatus:
        """Send an order; sending the same one again is safe. `sent` is awaited before it leaves.

        Raises NothingSent, KeyNotProven, NoAnswer or Refused, and what `sent` raises.
        """
        if not self._proven:
            known = await self._prove(order.order_no)
            if known is not None:
                return known
        body = msgspec.json.encode(order)
        return await self._request("POST", "/v1/orders", order.order_no, body, sent)

    async def ask(self, order_no: str) -> OrderStatus:
        """How an order stands. Raises NothingSent, NoAnswer, Refused or NotKnown."""
        return await self._request("GET", f"/v1/orders/{order_no}", order_no)

    async def cancel(self, order_no: str) -> OrderStatus:
        """Give an order up, also one that has not arrived yet, so that it can never be charged.

        Raises NothingSent, NoAnswer or Refused.
        """
        return await self._request("POST", f"/v1/orders/{order_no}/cancel", order_no)

    async def refund(self, order_no: str, refund: RefundRequest) -> RefundStatus:
        """Give money of a paid order back; asking again with the same number gives nothing more.

        Raises NothingSent, NoAnswer, Refused or NotKnown.
        """
        body = msgspec.json.encode(refund)
        code, content = await self._exchange("POST", f"/v1/orders/{order_no}/refunds", body)
        return self._refund_status(order_no, refund.refund_no, code, content)

    async def ask_refund(self, order_no: str, refund_no: str) -> RefundStatus:
        """How a refund stands. Raises NothingSent, NoAnswer, Refused or NotKnown."""
        path = f"/v1/orders/{order_no}/refunds/{refund_no}"
        code, content = await self._exchange("GET", path, b"")
        return self._refund_status(order_no, refund_no, code, content)

    async def last_order(self, till: str) -> LastOrder | None:
        """The order of this till that the gateway had last; None when it knows of none.

        Raises NothingSent, NoAnswer or Refused.
        """
        code, content = await self._exchange("GET", f"/v1/tills/{till}/last-order", b"")
        if code == 404:
            return None
        if code >= 400:
            raise Refused(_error_of(content))
        try:
            last = msgspec.json.decode(content, type=LastOrder)
        except ValueError as error:
            raise NoAnswer("gateway_client.unreadable") from error
        if (last.merchant, last.till) != (self._merchant, till):
            raise NoAnswer("gateway_client.another_order")
        return last

    async def acknowledge(self, till: str, upto: str) -> bool:
        """Say that this till has its messages up to this stream id; whether the gateway heard it.

        Nothing depends on it but how long messages are kept, so that no trouble is raised.
        """
        body = msgspec.json.encode(_Taken(till, upto))
        try:
            status, _ = await self._exchange("POST", "/v1/taken", body)
        except (NothingSent, NoAnswer, Refused):
            return False
        return status == 204

    async def is_there(self) -> bool:
        """Whether the gateway answers at all."""
        import httpx

        try:
            answer = await self._client().get("/v1/health")
        except (httpx.HTTPError, OSError):
            return False
        if answer.status_code != 200:
            return False
        if "date" in answer.headers:
            with contextlib.suppress(ValueError):
                self._heard(parsedate_to_datetime(answer.headers["date"]))
        return True

    async def close(self) -> None:
        """Close the connection."""
        if self._http is not None:
            await self._http.aclose()

    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            import httpx

            timeout = httpx.Timeout(self._settings.timeout_s, connect=2.0)
            self._http = httpx.AsyncClient(
                base_url=self._settings.url, timeout=timeout, trust_env=False
            )
        return self._http

    async def _prove(self, order_no: str) -> OrderStatus | None:
        """See the gateway answer with our key before an order leaves; how it stands if known."""
        try:
            return await self.ask(order_no)
        except NotKnown:
            return None
        except NotLetIn as error:
            raise KeyNotProven(error.reason) from error
        except NoAnswer as error:
            raise NothingSent(error.reason) from error

    async def _request(
        self,
        method: str,
        path: str,
        order_no: str,
        body: bytes = b"",
        sent: Callable[[], Awaitable[None]] | None = None,
    ) -> OrderStatus:
        code, content = await self._exchange(method, path, body, sent)
        return self._status_of(order_no, code, content, OrderStatus)

    def _refund_status(
        self, order_no: str, refund_no: str, code: int, content: bytes
    ) -> RefundStatus:
        status = self._status_of(order_no, code, content, RefundStatus)
        if status.refund_no != refund_no:
            raise NoAnswer("gateway_client.another_order")
        return status

    def _status_of(
        self, order_no: str, code: int, content: bytes, kind: type[_StatusT]
    ) -> _StatusT:
        """What an answer says of an order, or of its refund; it must be this merchant's."""
        if code == 404:
            raise NotKnown("gateway_client.not_known", order_no=order_no)
        if code >= 400:
            raise Refused(_error_of(content))
        try:
            status = msgspec.json.decode(content, type=kind)
        except ValueError as error:
            raise NoAnswer("gateway_client.unreadable") from error
        if status.order_no != order_no or status.merchant != self._merchant:
            raise NoAnswer("gateway_client.another_order")
        return status

    async def _exchange(
        self,
        method: str,
        path: str,
        body: bytes,
        sent: Callable[[], Awaitable[None]] | None = None,
    ) -> tuple[int, bytes]:
        """The code and content of an answer that can be believed, whatever it says."""
        import httpx

        async def trace(step: str, _details: object) -> None:
            if sent is not None and step.endswith("send_request_headers.started"):
                await sent()

        nonce, time_ms = token_hex(12), str(int(self._clock().timestamp() * 1000))
        headers = {
            MERCHANT_HEADER: self._merchant,
            TIME_HEADER: time_ms,
            NONCE_HEADER: nonce,
            SIGNATURE_HEADER: request_signature(self._key, method, path, time_ms, nonce, body),
            "Content-Type": "application/json",
        }
        try:
            answer = await self._client().request(
                method, path, content=body, headers=headers, extensions={"trace": trace}
            )
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
            httpx.LocalProtocolError,
            httpx.InvalidURL,
        ) as error:
            raise NothingSent("gateway_client.out_of_reach") from error
        except (httpx.HTTPError, OSError) as error:
            raise NoAnswer("gateway_client.no_answer_in_time") from error
        expected = response_signature(self._key, nonce, answer.status_code, answer.content)
        signed = same_signature(answer.headers.get(SIGNATURE_HEADER, ""), expected)
        if answer.status_code >= 500 or not signed:
            if answer.status_code == 401 and not signed:
                why = _why_not_let_in(answer.content)
                raise NotLetIn("gateway_client.not_let_in", why=why)
            raise NoAnswer("gateway_client.not_believed")
        self._proven = True
        if answer.status_code == 429:
            raise NoAnswer("gateway_client.too_busy")
        if answer.status_code == 425:
            raise NoAnswer("gateway_client.arrived_twice")
        return answer.status_code, answer.content


_UNSIGNED = frozenset(("unknown_merchant", "not_signed", "wrong_signature", "wrong_clock"))


class _Taken(msgspec.Struct):
    till: str
    upto: str


class _ErrorBody(msgspec.Struct):
    error: str
    reason: str = ""


def _why_not_let_in(body: bytes) -> Reason:
    """What an unsigned 401 says, if it is one of the gateway's own words; never another's text."""
    try:
        reason = msgspec.json.decode(body, type=_ErrorBody).reason
    except ValueError:
        reason = ""
    if reason not in _UNSIGNED:
        return because("gateway_client.no_reason_given")
    return because(f"gateway_error.{reason}", text="")


def _error_of(body: bytes) -> Reason:
    try:
        found = msgspec.json.decode(body, type=_ErrorBody)
    except ValueError:  # msgspec's own are, and text that is no UTF-8 is too
        return because("gateway_client.no_reason_given")
    if found.reason:
        return because(f"gateway_error.{found.reason}", text=found.error)
    return plain(found.error)
