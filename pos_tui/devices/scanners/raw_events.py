"""What Windows reports of raw input, on its way from the window to the listeners."""

from __future__ import annotations

import queue
import struct

from msgspec import Struct

POINTER_SIZE = struct.calcsize("P")


class RawCame(Struct, frozen=True):
    """A RAWINPUT structure and the device that it came from."""

    device: str
    data: bytes
    at: float


class DevicesNow(Struct, frozen=True):
    """The devices that are plugged in, by name; `trouble` is why they cannot be listened to."""

    names: frozenset[str]
    trouble: str = ""


class RawInbox:
    """What the window saw, on its way to one listener: `put` from one thread, read in another.

    `devices` is what was plugged in when the last event that was read came.
    """

    def __init__(self) -> None:
        self.devices = DevicesNow(frozenset())
        self._events: queue.SimpleQueue[RawCame | DevicesNow] = queue.SimpleQueue()

    def put(self, event: RawCame | DevicesNow) -> None:
        """Leave an event for the listener."""
        self._events.put(event)

    def next(self, wait_s: float) -> RawCame | DevicesNow | None:
        """The next event, or None when none comes within `wait_s` seconds."""
        try:
            event = self._events.get(timeout=wait_s) if wait_s else self._events.get_nowait()
        except queue.Empty:
            return None
        if isinstance(event, DevicesNow):
            self.devices = event
        return event
