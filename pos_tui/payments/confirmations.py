"""The second cloud server, as the till listens to it: one Redis stream, from a saved place on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from pos_tui.messages import MessageError, TransactionSuccess, open_success, stream_name

if TYPE_CHECKING:
    from redis.asyncio import Redis

_log = logging.getLogger(__name__)
BLOCK_MS = 5000
_REREAD_MS = 10 * 60 * 1000
_BACKOFF_S = (0.1, 0.2, 0.5, 1.0, 2.0)


class Confirmation(Struct, frozen=True):
    """A message from the stream: what it says once its signature is checked, and its id.

    `success` is None for one that must not be believed; `refused` says why, for the technician.
    """

    stream: str
    id: str
    success: TransactionSuccess | None
    refused: str = ""


class Confirmations:
    """Listens for as long as the till runs, and reconnects by itself.

    Redis may lose its tail and hand out ids again, so every connection starts ten minutes before
    the last id; whoever receives drops what is known already, by order number.
    """

    def __init__(
        self,
        url: str,
        key: str,
        merchant: str,
        till: str,
        position: Callable[[], str],
        received: Callable[[Confirmation], None],
        link_changed: Callable[[bool], None],
    ) -> None:
        self._url = url
        self._key = key.encode()
        self._stream = stream_name(merchant, till)
        self._position = position
        self._received = received
        self._link_changed = link_changed
        self.linked = False

    async def listen(self) -> None:
        """Read the stream until cancelled."""
        attempt = 0
        while True:
            try:
                await self._read_on()
            except asyncio.CancelledError:
                raise
            except Exception as error:
                # Whatever the connection's trouble is, the till asks the gateway meanwhile.
                _log.info("the listener's connection ended: %r", error)
            attempt = 0 if self.linked else attempt + 1
            self._set_linked(False)
            await asyncio.sleep(_BACKOFF_S[min(attempt, len(_BACKOFF_S) - 1)])

    async def _read_on(self) -> None:
        redis = self._connect()
        try:
            last = _before(self._position())
            block: int | None = None  # first what is there already, without waiting
            while True:
                answer = await redis.xread({self._stream: last}, count=100, block=block)
                self._set_linked(True)
                block = BLOCK_MS
                for _, entries in _as_pairs(answer):
                    for entry_id, fields in entries:
                        last = entry_id.decode()
                        self._received(self._open(last, fields))
        finally:
            await redis.aclose()

    def _open(self, entry_id: str, fields: dict[bytes, bytes]) -> Confirmation:
        try:
            return Confirmation(self._stream, entry_id, open_success(fields, self._key))
        except MessageError as error:
            return Confirmation(self._stream, entry_id, None, str(error))

    def _connect(self) -> Redis:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        return Redis.from_url(
            self._url,
            socket_timeout=BLOCK_MS / 1000 + 3,
            socket_connect_timeout=3,
            retry=Retry(NoBackoff(), 0),
            driver_info=None,
            single_connection_client=True,
        )

    def _set_linked(self, linked: bool) -> None:
        if linked != self.linked:
            self.linked = linked
            self._link_changed(linked)


def _before(last_id: str) -> str:
    """The place to read from after a break: ten minutes before the last id."""
    milliseconds = int(last_id.partition("-")[0])
    return f"{max(milliseconds - _REREAD_MS, 0)}-0"


_Entries = list[tuple[bytes, dict[bytes, bytes]]]


def _as_pairs(answer: object) -> list[tuple[bytes, _Entries]]:
    """XREAD's answer as (stream, entries) pairs; RESP3 gives a map, RESP2 a list."""
    if isinstance(answer, dict):
        return [(name, [e for part in parts for e in part]) for name, parts in answer.items()]
    return list(answer) if isinstance(answer, list) else []
