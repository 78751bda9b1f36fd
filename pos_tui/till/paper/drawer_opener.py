"""Opens the drawer, apart from every paper and before it; says when it has stood open for long."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from pos_tui.checkout import events
from pos_tui.devices.printers import PrinterError
from pos_tui.reasons import Reason, because, reason_of
from pos_tui.settings import TillSettings
from pos_tui.till.paper.spool import PrintSpool, running_loop

_OPEN_S = 120.0


class DrawerOpener:
    """The receipt printer opens the drawer where the settings say so, also without paper."""

    def __init__(
        self,
        spool: PrintSpool,
        emit: Callable[[events.TillEvent], None],
        settings: TillSettings,
        open_s: float = _OPEN_S,
    ) -> None:
        """After `open_s` seconds that it stands open that is said, where the printer can tell."""
        self._spool = spool
        self._emit = emit
        self._is_used = settings.cash.drawer_kick
        self._printer = settings.printer
        self._open_s = open_s
        self._loop = running_loop()
        self._look_later: asyncio.TimerHandle | None = None
        self._look: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None

    async def open_for_cash(self) -> None:
        """Open it, once for all who want that now; where it does not go, say so."""
        self._loop = asyncio.get_running_loop()
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
        await asyncio.shield(self._opening)

    async def _open(self) -> None:
        why = await asyncio.to_thread(self.open_now)
        if why is not None:
            self._emit(events.Notice(because("print_job.drawer_not_opened", why=why), "warning"))

    def open_now(self) -> Reason | None:
        """Open it; why it did not open. Takes long."""
        if not self._is_used or not self._spool.has_printer:
            return None
        from pos_tui.devices.printers.escpos_commands import open_drawer

        try:
            self._spool.pulse(open_drawer(self._printer.drawer_pin, self._printer.drawer_pulse_ms))
        except PrinterError as error:
            return error.reason
        except Exception as error:  # whatever it trips over, the act is in the books
            return reason_of(error)
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the till is over
                self._loop.call_soon_threadsafe(self._begin_watch)
        return None

    def close(self) -> None:
        """Watch no longer."""
        if self._look_later is not None:
            self._look_later.cancel()
        for task in (self._look, self._opening):
            if task is not None:
                task.cancel()

    def _begin_watch(self) -> None:
        """Look once, so long after it was opened last."""
        if self._look_later is not None:
            self._look_later.cancel()
        self._look_later = asyncio.get_running_loop().call_later(self._open_s, self._start_look)

    def _start_look(self) -> None:
        self._look = asyncio.ensure_future(self._say_if_open())

    async def _say_if_open(self) -> None:
        if await asyncio.to_thread(self._spool.is_drawer_open):
            minutes = max(int(self._open_s // 60), 1)
            self._emit(events.Notice(because("print_job.drawer_open", minutes=minutes), "warning"))
