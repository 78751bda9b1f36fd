"""Scanners on Windows through Raw Input, which knows from which device a key came."""

from __future__ import annotations

import errno
import struct
import sys
import threading
import time
from collections.abc import Callable, Sequence

from msgspec import Struct

from pos_tui.devices.scanners.hid_pos import ReportJoiner
from pos_tui.devices.scanners.key_joiner import KeyJoiner
from pos_tui.devices.scanners.layouts import (
    ALT_GR,
    KEYPAD_ENTER,
    LEFT_META,
    RIGHT_CTRL,
    RIGHT_META,
    KeyboardLayout,
    layout_named,
)
from pos_tui.devices.scanners.listening import WAIT_S, NotReadable, NotThere, listen_to
from pos_tui.devices.scanners.raw_events import POINTER_SIZE, RawCame, RawInbox
from pos_tui.devices.scanners.scanner import Scanned, ScannerState
from pos_tui.reasons import Reason, because

_TYPE_KEYBOARD, _TYPE_HID = 1, 2
_BREAK, _E0, _E1 = 1, 2, 4
_OVERRUN = 0xFF
_LAST_SHARED = 0x58  # up to F12, scan codes and Linux key codes are the same numbers
_KEYPAD_SLASH = 98
_EXTENDED = {
    0x1C: KEYPAD_ENTER,
    0x1D: RIGHT_CTRL,
    0x35: _KEYPAD_SLASH,
    0x38: ALT_GR,
    0x5B: LEFT_META,
    0x5C: RIGHT_META,
}


class RawKey(Struct, frozen=True):
    """One RAWKEYBOARD: a scan code of set 1 and its flags (RI_KEY_BREAK, _E0, _E1)."""

    make_code: int
    flags: int


class RawReports(Struct, frozen=True):
    """One RAWHID: input reports of one device, each with its id in front."""

    reports: tuple[bytes, ...]


def parse_raw_input(data: bytes, pointer_size: int = POINTER_SIZE) -> RawKey | RawReports | None:
    """A RAWINPUT structure as values; None for the mouse's and for whatever is not whole.

    RAWINPUTHEADER is two DWORDs, a HANDLE and a WPARAM: 16 bytes, or 24 where pointers have 8.
    """
    header = 8 + 2 * pointer_size
    if len(data) < header:
        return None
    kind, size = struct.unpack_from("<II", data)
    if not header <= size <= len(data):
        return None
    body = data[header:size]
    if kind == _TYPE_KEYBOARD and len(body) >= 16:
        make_code, flags, _reserved, _virtual_key, _message, _extra = struct.unpack_from(
            "<HHHHII", body
        )
        return RawKey(make_code, flags)
    if kind == _TYPE_HID and len(body) >= 8:
        each, count = struct.unpack_from("<II", body)
        if not each or not count or each * count > len(body) - 8:
            return None
        return RawReports(
            tuple(body[start : start + each] for start in range(8, 8 + each * count, each))
        )
    return None


def key_code(key: RawKey) -> int | None:
    """The Linux key code of a scan code; None for keys that no scanner types."""
    if key.flags & _E1:
        return None
    if key.flags & _E0:
        return _EXTENDED.get(key.make_code)
    return key.make_code if 0 < key.make_code <= _LAST_SHARED else None


class RawJoiner:
    """Turns the RAWINPUT structures of one device, keys or reports, into codes."""

    def __init__(self, layout: KeyboardLayout, pointer_size: int = POINTER_SIZE) -> None:
        self._keys = KeyJoiner(layout)
        self._reports = ReportJoiner()
        self._down: set[int] = set()
        self._pointer_size = pointer_size

    def feed(self, data: bytes, at: float) -> list[Scanned | Reason]:
        """Feed one RAWINPUT structure that came at this time in seconds."""
        came = parse_raw_input(data, self._pointer_size)
        if isinstance(came, RawReports):
            return [each for report in came.reports for each in self._reports.feed(report, at)]
        return self._press(came, at) if came else []

    def quiet(self, until: float) -> list[Scanned | Reason]:
        """Nothing came until this time."""
        return self._keys.quiet(until) + self._reports.quiet(until)

    def _press(self, key: RawKey, at: float) -> list[Scanned | Reason]:
        if key.make_code == _OVERRUN:
            self._down.clear()
            self._keys.lose(at)
            return []
        code = key_code(key)
        if code is None:
            return []
        if key.flags & _BREAK:
            self._down.discard(code)
            return self._keys.press(code, 0, at)
        # Windows repeats the make code of a key that stays down.
        value = 2 if code in self._down else 1
        self._down.add(code)
        return self._keys.press(code, value, at)


def device_among(wanted: str, names: frozenset[str]) -> str | None:
    """The first name, in order, with `wanted` in it, in any case; "" is in none."""
    if not wanted:
        return None
    return next((name for name in sorted(names) if wanted.casefold() in name.casefold()), None)


class RawInputScanner:
    """Listens to one keyboard-like or HID-POS scanner on Windows.

    `device` is a part of the device's name, such as VID_05E0&PID_1200 (of two that have it, the
    first by name is meant); `layout` is the one the scanner is set to. Raw Input does not grab the
    keys: with the focus on it, the terminal gets them too, and the till's window against
    double reads drops the second one. Elsewhere than on Windows `listen` reports that and returns.
    Raises LayoutNameError for a layout that there is not.
    """

    def __init__(self, name: str, device: str, layout: str = "us") -> None:
        self.name = name
        self._device = device.strip()
        self._layout = layout_named(layout)
        self._closing = threading.Event()

    def listen(
        self, give: Callable[[Scanned], None], notify: Callable[[ScannerState], None]
    ) -> None:
        """Hand on each code until `close`; see Scanner."""
        if sys.platform == "win32":
            from pos_tui.devices.scanners import raw_window

            inbox = RawInbox()
            raw_window.subscribe(inbox)
            try:
                self.listen_at(inbox, give, notify)
            finally:
                raw_window.unsubscribe(inbox)
        else:
            why = because("scanner.raw_input_windows_only", name=self.name)
            notify(ScannerState(self.name, ready=False, why=why))

    def listen_at(
        self,
        inbox: RawInbox,
        give: Callable[[Scanned], None],
        notify: Callable[[ScannerState], None],
    ) -> None:
        """Hand on each code among the events in this inbox until `close`."""
        listen_to(self.name, lambda: self._find(inbox), self._closing, give, notify)

    def close(self) -> None:
        """Make `listen` return within a fraction of a second."""
        self._closing.set()

    def _find(self, inbox: RawInbox) -> _RawSource:
        # What came before the device did is left out, but nothing that came after it.
        while (found := device_among(self._device, inbox.devices.names)) is None:
            if inbox.next(0) is None:
                break
        if found is not None:
            return _RawSource(found, inbox, RawJoiner(self._layout))
        if inbox.devices.trouble:
            raise NotReadable(
                "scanner.raw_input_refused", name=self.name, why=inbox.devices.trouble
            )
        raise NotThere("scanner.raw_input_absent", name=self.name, device=self._device)


class _RawSource:
    def __init__(self, device: str, inbox: RawInbox, joiner: RawJoiner) -> None:
        self._device = device
        self._inbox = inbox
        self._joiner = joiner

    def read(self) -> Sequence[Scanned | Reason]:
        began = time.monotonic()
        event = self._inbox.next(WAIT_S)
        if event is None:
            return self._joiner.quiet(began)
        if isinstance(event, RawCame):
            return self._joiner.feed(event.data, event.at) if event.device == self._device else []
        if self._device not in event.names:
            raise OSError(errno.ENODEV, "the device was unplugged")
        return []

    def close(self) -> None:
        """Nothing was acquired, so nothing is given back."""
