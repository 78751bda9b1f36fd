"""The second cloud server, as the till listens to it: one Redis stream, from a saved place on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pos_tui.messages import MessageError, TransactionSuccess, open_success, stream_name
from pos_tui.reasons import Reason, because, plain, reason_of

if TYPE_CHECKING:
    from pos_tui.payments.redis_link import Patience, RedisLink

_log = logging.getLogger(__name__)
_REREAD_MS = 10 * 60 * 1000
_AT_ONCE = 100


class Confirmation(Struct, frozen=True):
    """A message from the stream: what it says once its signature is checked, and its id.

    `success` is None for one that must not be believed; `refused` says why, for the technician.
    `content` tells equal entries from others while the program runs. `had`: the books had come
    past this id when the till started.
    """

    stream: str
    id: str
    success: TransactionSuccess | None
    refused: Reason | None = None
    content: int = 0
    had: bool = False


class ConfirmationListener:
    """Listens for as long as the till runs, and reconnects by itself.

    Redis may lose its tail and hand out ids again, so every connection starts ten minutes before
    the last id; whoever receives drops what it has.
    """

    def __init__(
        self,
        url: str,
        key: str,
        merchant: str,
        till: str,
        position: Callable[[], str],
        received: Callable[[Confirmation], None],
        link_changed: Callable[[bool, Reason | None], None],
        clock: Callable[[], datetime],
        chance: Callable[[], float],
        patience: Patience | None = None,
    ) -> None:
        """`position` is the last id that the books have, `chance` gives numbers in [0, 1).

        `link_changed` gets whether Redis answers, and if not, why.
        """
        self._url = url
        self._key = key.encode()
        self._stream = stream_name(merchant, till)
        self._position = position
        self._received = received
        self._link_changed = link_changed
        self._clock = clock
        self._chance = chance
        self._given_patience = patience
        self._had_up_to: tuple[int, int] | None = None
        self._caught_up = False
        self._reported: tuple[bool, Reason | None] | None = None
        self._linked_at = 0.0
        self.linked = False

    async def listen(self) -> None:
        """Read the stream until cancelled. Ends at once, having said why, if the URL names none."""
        from pos_tui.payments.redis_link import Patience, RedisLink, why_away
        from pos_tui.settings.redis_url import RedisAddressError, redis_address

        try:
            place = redis_address(self._url)
        except RedisAddressError as error:
            self._report(False, because("redis.url_unusable", why=reason_of(error)))
            return
        patience = self._given_patience or Patience()
        link = RedisLink(place, patience)
        loop = asyncio.get_running_loop()
        attempt = 0
        while True:
            try:
                await self._read_on(link, patience)
            except Exception as error:
                # Whatever the connection's trouble is, the till asks the gateway meanwhile.
                if link.follow(error):
                    continue
                _log.info("the listener's connection ended: %r", error)
                why = why_away(error, place)
                link.lost(error)
            held = self.linked and loop.time() - self._linked_at > patience.longest
            attempt = 1 if held else attempt + 1
            self._report(False, why)
            await asyncio.sleep(patience.before_attempt(attempt, self._chance()))

    async def _read_on(self, link: RedisLink, patience: Patience) -> None:
        from pos_tui.payments.redis_link import close

        async with asyncio.timeout(patience.let_in * 4):
            redis = await link.client()
        try:
            if self._had_up_to is None:
                self._had_up_to = id_of(self._position())
            last = self._begin()
            async with asyncio.timeout(patience.let_in):
                # First what is there already, without waiting.
                answer: Any = await redis.xread({self._stream: last}, count=_AT_ONCE)
            link.arrived()
            self._linked_at = asyncio.get_running_loop().time()
            self._report(True)
            while True:
                entries = [entry for _, some in answer for entry in some]
                for entry_id, fields in entries:
                    last = entry_id.decode()
                    self._hand_over(self._open(last, fields))
                if len(entries) < _AT_ONCE:
                    self._caught_up = True
                answer = await redis.xread(
                    {self._stream: last}, count=_AT_ONCE, block=int(patience.block * 1000)
                )
        finally:
            await close(redis)

    def _begin(self) -> str:
        """Ten minutes before the last id, or before now if that id claims to be from later."""
        now = int(self._clock().timestamp() * 1000)
        last, _ = id_of(self._position())
        return f"{max(min(last, now) - _REREAD_MS, 0)}-0"

    def _open(self, entry_id: str, fields: dict[bytes, bytes]) -> Confirmation:
        success: TransactionSuccess | None = None
        refused: Reason | None = None
        try:
            success = open_success(fields, self._key)
        except MessageError as error:
            refused = reason_of(error)
        except Exception as error:
            # Whoever can write into Redis must not be able to end the listener by it.
            refused = because("confirmation.unreadable", why=plain(str(error)))
        had = not self._caught_up and id_of(entry_id) <= (self._had_up_to or (0, 0))
        content = hash(frozenset(fields.items()))
        return Confirmation(self._stream, entry_id, success, refused, content, had)

    def _hand_over(self, confirmation: Confirmation) -> None:
        try:
            self._received(confirmation)
        except Exception:
            # One message that trips the till must not keep it from the next ones.
            _log.exception("the message %s could not be taken in", confirmation.id)

    def _report(self, linked: bool, why: Reason | None = None) -> None:
        self.linked = linked
        if (linked, why) != self._reported:
            self._reported = (linked, why)
            self._link_changed(linked, why)


def id_of(entry_id: str) -> tuple[int, int]:
    """A stream entry's id as numbers that can be compared."""
    first, _, second = entry_id.partition("-")
    return int(first), int(second or 0)
