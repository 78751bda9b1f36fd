"""The first frame: plain ANSI, drawn before anything large is imported; keys typed now are kept."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any


class FirstFrame:
    """Shows shop and till at once, with the terminal in raw mode until it is handed back.

    In raw mode a scan made during the start stays whole in the terminal's queue, and the screen
    reads it when it is there.
    """

    def __init__(self, shop: str, till: str) -> None:
        self._text = f" {shop} · till {till}"
        self._before: list[Any] | None = None
        self._shown = False

    def __enter__(self) -> FirstFrame:
        os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
        self._make_raw()
        encoding = sys.stdout.encoding or "ascii"
        text = self._text.encode(encoding, "replace").decode(encoding)
        sys.stdout.write(f"\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H{text}\r\n\r\n starting ...\r\n")
        sys.stdout.flush()
        self._shown = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.hand_back()

    def hand_back(self) -> None:
        """Leave the terminal as it was found."""
        if self._before is not None:
            import termios

            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._before)
            self._before = None
        if self._shown:
            sys.stdout.write("\x1b[?1049l\x1b[?25h")
            sys.stdout.flush()
            self._shown = False

    def _make_raw(self) -> None:
        try:
            import termios
        except ImportError:  # Windows: its console has no modes that a key could fall foul of
            return
        descriptor = sys.stdin.fileno()
        try:
            self._before = termios.tcgetattr(descriptor)
            raw = termios.tcgetattr(descriptor)
        except termios.error:
            return
        raw[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
        raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        termios.tcsetattr(descriptor, termios.TCSANOW, raw)
