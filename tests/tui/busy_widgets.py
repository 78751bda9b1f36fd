"""A pause of Pilot that asks only those widgets for a sign which have something to do.

Pilot's own sends a message to every widget of the screen and waits until each has come to it: on
a page of forms that took longer than most of what is tried there.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from textual.app import ScreenStackError
from textual.message_pump import MessagePump
from textual.pilot import Pilot, WaitForScreenTimeout


async def wait_for_screen(pilot: Pilot[object], timeout: float = 30.0) -> bool:  # noqa: ASYNC109
    """Wait until the app and all that is on its screen have done what they were given so far.

    False where the app failed meanwhile, as Pilot has it.
    """
    app = pilot.app
    try:
        widgets = app.screen.walk_children(with_self=True)
    except ScreenStackError:
        return False
    done: list[asyncio.Event] = []
    for each in (app, *widgets):
        if not _waits_for_work(each) and each.call_later((event := asyncio.Event()).set):
            done.append(event)
    if not done:
        return True
    waits = asyncio.ensure_future(asyncio.gather(*(event.wait() for event in done)))
    inside: Any = app
    failed = asyncio.ensure_future(inside._exception_event.wait())
    try:
        await asyncio.wait((waits, failed), timeout=timeout, return_when="FIRST_COMPLETED")
        if not (waits.done() or failed.done()):
            raise WaitForScreenTimeout("The screen's widgets did not come to an end.")
        return waits.done()
    finally:
        for task in (waits, failed):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waits


def _waits_for_work(pump: MessagePump) -> bool:
    """Whether it has done everything, and sleeps until the next message comes."""
    inside: Any = pump
    queue = inside._message_queue
    sleeps = bool(queue.ready_event._waiters) and queue.empty()
    return pump.is_running and sleeps and not inside._next_callbacks
