"""What a till tells its customer, as it comes, and whether the till is there at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from pos_tui.devices.displays.customer_link import LONGEST_LINE, LinkRefused, connect_to_till
from pos_tui.receipts.customer_snapshot import CustomerSnapshot, decode_snapshot

LinkState = Literal["starting", "live", "lost", "closed"]
"""Starting: no till has been found yet; lost: nothing was heard for LOST_AFTER_S; closed: the till
was left by its cashier.
"""
LOST_AFTER_S = 5.0
_RETRY_S = (0.1, 0.2, 0.4, 0.8)


class Followed(Struct, frozen=True):
    """What the customer may be shown now: a snapshot only while it is true."""

    link: LinkState
    snapshot: CustomerSnapshot | None = None


async def follow(
    folder: Path,
    lost_after_s: float = LOST_AFTER_S,
    monotonic: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Followed, None]:
    """Each snapshot of the till with this data folder, the newest only, and each change of the
    link; never ends, connects again by itself, and may begin before the till does.

    Nothing is yielded twice in a row; a snapshot that came before the link was lost is not either.
    """
    shown = Followed("starting")
    yield shown
    heard, tries = monotonic(), 0
    while True:
        try:
            reader, writer = await connect_to_till(folder)
        except (OSError, LinkRefused):
            if shown.link == "live" and monotonic() - heard >= lost_after_s:
                shown = Followed("lost")
                yield shown
            await asyncio.sleep(_RETRY_S[min(tries, len(_RETRY_S) - 1)])
            tries += 1
            continue
        tries = 0
        lines = _NewestLine()
        try:
            while True:
                left = max(heard + lost_after_s - monotonic(), 0.05)
                if shown.link != "live":
                    left = lost_after_s
                try:
                    data = await asyncio.wait_for(reader.read(LONGEST_LINE), left)
                except TimeoutError:
                    break
                if not data:
                    break
                line = lines.feed(data)
                snapshot = None if line is None else decode_snapshot(line)
                heard = monotonic()
                if snapshot is None:
                    continue
                found = Followed("live", snapshot)
                if found != shown:
                    shown = found
                    yield shown
        except (OSError, msgspec.MsgspecError):
            pass  # connected anew
        finally:
            writer.close()
        if shown.snapshot is not None and shown.snapshot.state == "closed":
            shown = Followed("closed", shown.snapshot)
            yield shown
        elif shown.link == "live" and monotonic() - heard >= lost_after_s:
            shown = Followed("lost")
            yield shown
        await asyncio.sleep(_RETRY_S[0])


class _NewestLine:
    """Bytes as they come → the newest whole line among them; empty ones say nothing new."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> bytes | None:
        *whole, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise ConnectionAbortedError
        return next((line for line in reversed(whole) if line), None)
