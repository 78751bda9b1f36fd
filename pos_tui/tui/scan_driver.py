"""Joins a scanner's keystrokes in the thread that reads them, before any widget sees a key."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Literal

from textual import events
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual.driver import Driver
from textual.message import Message

from pos_tui.devices.scanners.keystrokes import KeystrokeScanner, Rhythm
from pos_tui.devices.scanners.scanned_text import pasted_codes
from pos_tui.devices.scanners.scanner import Scanned
from pos_tui.terminal_marks import drawable
from pos_tui.tui.short_frames import ShortFrames
from pos_tui.tui.straight_rows import keep_rows_straight
from pos_tui.tui.terminal_abilities import abilities_of
from pos_tui.tui.terminal_keys import TerminalParser
from pos_tui.tui.terminal_writer import TerminalWriter

if TYPE_CHECKING:
    from pos_tui.terminal_marks import Marks

_ARRIVES_WHOLE = 800  # characters: what is written at once and fits a packet is shown at once


class Scan(Message, bubble=False):
    """A whole code: keyed by a scanner, from a scanner's own device, or pasted.

    Only keys can have been torn, and the times of a paste mean nothing.
    """

    def __init__(self, scanned: Scanned, way: Literal["keys", "device", "paste"] = "keys") -> None:
        super().__init__()
        self.scanned = scanned
        self.way = way


def scanning_driver(
    base: type[Driver],
    rhythm: Rhythm,
    is_bound: Callable[[str], bool],
    marks: Marks = "full",
) -> type[Driver]:
    """The platform's driver, with scans kept apart from typing, for a terminal that has `marks`.

    `is_bound`: whether a key, as Textual names it, runs a command.
    """
    for module in (sys.modules[base.__module__], sys.modules.get("textual.drivers.win32")):
        if hasattr(module, "XTermParser"):  # drivers make their own; there is no other way in
            module.XTermParser = partial(TerminalParser, is_bound)  # type: ignore[union-attr]
        if hasattr(module, "WriterThread"):
            module.WriterThread = TerminalWriter  # type: ignore[union-attr]

    class ScanningDriver(base):  # type: ignore[misc, valid-type]
        """Hands on one Scan for each scanned code, and every other key as it came."""

        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)
            self._scanner: KeystrokeScanner[events.Key] = KeystrokeScanner(rhythm)
            self._scanner_lock = threading.Lock()
            self._patience_s = rhythm.longest_gap_ms / 1000
            self._armed = False
            self._reads = False
            self._frames = ShortFrames(abilities_of())
            self._frame: list[str] | None = None

        def write(self, data: str) -> None:
            """Write to the terminal what it can draw, briefly; rows stay straight whatever is in
            them.
            """
            if data == SYNC_START:
                self._frame = []
                return
            if data != SYNC_END:
                short = drawable(keep_rows_straight(self._frames.shorten(data)), marks)
                if self._frame is not None:
                    self._frame.append(short)
                elif short:
                    super().write(short)
                return
            frame, self._frame = "".join(self._frame or ()), None
            if len(frame) > _ARRIVES_WHOLE:
                frame = f"{SYNC_START}{frame}{SYNC_END}"
            if frame:
                super().write(frame)

        def forget_screen(self) -> None:
            """The terminal may show anything: what is written next is to be sent whole."""
            self._frames.forget()

        def start_application_mode(self) -> None:
            super().start_application_mode()
            self._reads = True
            writer = getattr(self, "_writer_thread", None)
            if isinstance(writer, TerminalWriter):
                writer.caught_up = self._send_whole_soon
                writer.gone = getattr(self._app, "end_soon", writer.gone)

        def _send_whole_soon(self) -> None:
            with suppress(RuntimeError):  # the program has ended meanwhile
                self._loop.call_soon_threadsafe(self._send_whole)

        def _send_whole(self) -> None:
            self.forget_screen()
            self._app.refresh(layout=True)

        def suspend_application_mode(self) -> None:
            self._reads = False
            super().suspend_application_mode()

        def _sigcont_application(self, *signal: object) -> None:
            # A process that was only stopped (SIGSTOP, a debugger) has not left the terminal:
            # entering it again would set a second reader beside the first, and split every scan.
            if self._reads:
                self._loop.call_soon_threadsafe(self._app.refresh)
            else:
                super()._sigcont_application(*signal)

        def process_message(self, message: Message) -> None:
            """Accept what the terminal sent; keys go through the scanner first."""
            if isinstance(message, events.Key):
                with self._scanner_lock:
                    at = message.time = time.monotonic()
                    self._hand_on(self._scanner.feed(message, message.key, message.character, at))
                    if self._scanner.holds and not self._armed:
                        self._armed = True
                        self._loop.call_soon_threadsafe(self._wait, self._patience_s)
                return
            if isinstance(message, events.Paste):
                now = time.monotonic()
                for line in pasted_codes(message.text):
                    super().process_message(Scan(Scanned(line, now, now), "paste"))
                return
            super().process_message(message)

        def _hand_on(self, out: Sequence[events.Key | Scanned]) -> None:
            for each in out:
                made = Scan(each) if isinstance(each, Scanned) else each
                super().process_message(made)

        def _wait(self, seconds: float) -> None:
            self._loop.call_later(seconds, self._release_when_due)

        def _release_when_due(self) -> None:
            """Held keys that no further key has followed in time were typed by a person."""
            with self._scanner_lock:
                left = self._scanner.last_at + self._patience_s - time.monotonic()
                if self._scanner.holds and left > 0.001:
                    self._wait(left)
                    return
                self._armed = False
                if self._scanner.holds:
                    self._hand_on(self._scanner.release())

    return ScanningDriver
