"""The display of two rows at a till: what the customer's screen shows, in short."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import lru_cache

from pos_tui.checkout import events
from pos_tui.devices.displays.make_pole import make_pole
from pos_tui.devices.displays.pole_commands import pole_can_show
from pos_tui.devices.displays.serial_pole import SerialPole
from pos_tui.reasons import Reason, because
from pos_tui.receipts.customer_snapshot import CustomerSnapshot
from pos_tui.receipts.pole_rows import pole_rows
from pos_tui.settings import DisplaySettings


class CustomerPole:
    """Keeps a pole at what is to be seen. Changes that come together are shown once."""

    def __init__(
        self,
        settings: DisplaySettings,
        snapshot: Callable[[], CustomerSnapshot],
        emit: Callable[[events.TillEvent], None],
        takes_codes: bool,
    ) -> None:
        self._settings = settings
        self._snapshot = snapshot
        self._emit = emit
        self._takes_codes = takes_codes
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pole: SerialPole | None = None
        self._is_scheduled = False

    def start(self) -> None:
        """Show what is to be seen from now on, on the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._pole = make_pole(self._settings, self._notify)
        self._show()

    def publish(self) -> None:
        """What is to be seen is another now."""
        if self._loop is not None and not self._is_scheduled:
            self._is_scheduled = True
            self._loop.call_soon(self._show)

    async def close(self) -> None:
        """Show what there is to be seen at last, and end."""
        if self._loop is not None and self._pole is not None:
            self._show()
            await asyncio.to_thread(self._pole.close)

    def _show(self) -> None:
        self._is_scheduled = False
        if self._pole is not None:
            rows = pole_rows(self._snapshot(), self._can_show, takes_codes=self._takes_codes)
            self._pole.show(*rows)

    def _can_show(self, text: str) -> bool:
        return _can_show(text, self._settings.encoding)

    def _notify(self, why: Reason | None) -> None:
        """Called in the pole's thread."""
        if self._loop is None or self._loop.is_closed():
            return
        notice = events.Notice(because("display.back"))
        if why is not None:
            notice = events.Notice(because("display.away", why=why), "warning")
        self._loop.call_soon_threadsafe(self._emit, notice)


@lru_cache(maxsize=512)
def _can_show(text: str, encoding: str) -> bool:
    try:
        return pole_can_show(text, encoding)
    except LookupError:  # the pole's thread says so
        return text.isascii()
