"""A gateway that knows every order and waits for every customer: each answer is `pending`."""

from __future__ import annotations

import asyncio
import contextlib

import msgspec

from pos_tui.messages import (
    NONCE_HEADER,
    SIGNATURE_HEADER,
    OrderStatus,
    TransactionOrder,
    response_signature,
)
from pos_tui.settings import TillSettings


class WaitingGateway:
    """Answers on loopback, in the event loop that opened it."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self._orders: dict[str, TransactionOrder] = {}
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        """Listen; the port."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Listen no more; hang up."""
        assert self._server is not None
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    head = (await reader.readuntil(b"\r\n\r\n")).decode()
                    first, *lines = head.split("\r\n")
                    pairs = (line.partition(":") for line in lines)
                    headers = {name.lower(): value.strip() for name, _, value in pairs}
                    body = await reader.readexactly(int(headers.get("content-length", 0)))
                    answer = self._answer(first.split()[1], body)
                    writer.write(self._signed(answer, headers.get(NONCE_HEADER.lower(), "")))
                    await writer.drain()
        finally:
            writer.close()

    def _answer(self, path: str, body: bytes) -> bytes:
        if body:
            order = msgspec.json.decode(body, type=TransactionOrder)
            self._orders[order.order_no] = order
        order_no = order.order_no if body else path.rpartition("/")[2]
        asked = self._orders.get(order_no)
        if not body and not path.startswith("/v1/orders/"):
            return b"{}"
        return msgspec.json.encode(
            OrderStatus(
                merchant=TillSettings().till.merchant,
                order_no=order_no,
                answer="pending",
                amount=350 if asked is None else asked.amount,
                currency="CNY" if asked is None else asked.currency,
            )
        )

    def _signed(self, answer: bytes, nonce: str) -> bytes:
        head = (
            "HTTP/1.1 200 OK",
            "Content-Type: application/json",
            f"Content-Length: {len(answer)}",
            f"{SIGNATURE_HEADER}: {response_signature(self._key, nonce, 200, answer)}",
        )
        return "\r\n".join(head).encode() + b"\r\n\r\n" + answer
