"""What is typed or scanned while a page opens waits for it, in its order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, runtime_checkable

from textual.message_pump import MessagePump

_ROUNDS = 3  # the key itself, what a list makes of it, what the page is told of that
_GONE_S = 1.0  # what has left the screen answers no more
_STAY_ON_THE_PAGE = frozenset(
    (
        "up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "shift+tab",
        "backspace", "delete", "escape", "space",
    )
)  # fmt: skip

Given = Callable[[], Awaitable[None]]


@runtime_checkable
class LoadingPage(Protocol):
    """A page that may wait for the books before it is whole."""

    async def until_loaded(self) -> None:
        """Wait for what it loads, if it loads anything."""


def may_open(screen: object, key: str) -> bool:
    """Whether a key may open another page above this one, or change it: it is no letter, and does
    not just move within it.
    """
    return isinstance(screen, LoadingPage) and len(key) > 1 and key not in _STAY_ON_THE_PAGE


class TypedAhead:
    """Keeps keys and scans from the key that may open a page until that page stands."""

    def __init__(self, top: Callable[[], object]) -> None:
        """`top` gives the screen that is up."""
        self._top = top
        self._kept: deque[Given] = deque()
        self._waiting: asyncio.Task[None] | None = None
        self._is_loading = False

    def keeps(self, give: Given, *, leaves: bool = False) -> bool:
        """Whether something waits now; `give` hands it on later.

        What `leaves` a page that the books keep waiting drops all that waits for that page.
        """
        if self._waiting is None:
            return False
        if leaves and self._is_loading:
            self._waiting.cancel()
            self._waiting, self._is_loading = None, False
            self._kept.clear()
            return False
        self._kept.append(give)
        return True

    def wait(self, path: Sequence[MessagePump]) -> None:
        """Something may open now, once messages have gone along this path, the app its last."""
        self._waiting = asyncio.create_task(self._wait(path))

    async def _wait(self, path: Sequence[MessagePump]) -> None:
        for _ in range(_ROUNDS):
            for pump in path:
                await _passed(pump)
        page: object = None
        while page is not (top := self._top()) and isinstance(top, LoadingPage):
            page = top
            if isinstance(top, MessagePump):
                await _passed(top)  # it is mounted
            await _passed(path[-1])  # and has the focus
            self._is_loading = True
            await top.until_loaded()
            self._is_loading = False
        path[-1].call_later(self._give_on)

    async def _give_on(self) -> None:
        self._waiting = None
        while self._kept and self._waiting is None:
            await self._kept.popleft()()


async def _passed(pump: MessagePump) -> None:
    """All messages that a part of the screen has now are done with."""
    done = asyncio.Event()
    if pump.call_later(done.set):
        await asyncio.wait((asyncio.ensure_future(done.wait()),), timeout=_GONE_S)
