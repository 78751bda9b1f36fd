"""Keys of one scanner joined into whole codes."""

from __future__ import annotations

from pos_tui.devices.scanners.layouts import END, KeyboardLayout, KeyDecoder
from pos_tui.devices.scanners.scanned_text import HALF_READ, LONGEST, TOO_LONG
from pos_tui.devices.scanners.scanner import Scanned
from pos_tui.reasons import Reason

HALF_AFTER_S = 0.5
"""Seconds of silence after which a code without its end counts as half read."""


class KeyJoiner:
    """Joins keys until Enter or Tab; half a code is neither given nor joined to the next one."""

    def __init__(self, layout: KeyboardLayout) -> None:
        self._layout = layout
        self._decoder = KeyDecoder(layout)
        self._text = ""
        self._spoilt: Reason | None = None
        self._began = self._last = 0.0

    @property
    def holds(self) -> bool:
        """Whether a code has begun and not ended."""
        return bool(self._text or self._spoilt)

    def press(self, key_code: int, value: int, at: float) -> list[Scanned | Reason]:
        """Feed one key event (see KeyDecoder) at this time in seconds."""
        typed = self._decoder.feed(key_code, value)
        if self.holds:
            self._last = at
        if not typed:
            return []
        if not self.holds:
            self._began = self._last = at
        if not self._spoilt:
            self._text += typed.removesuffix(END)
            if len(self._text) > LONGEST:
                self._text, self._spoilt = "", TOO_LONG
        return self._ended(at) if typed.endswith(END) else []

    def lose(self, at: float) -> None:
        """Some keys never came: what is read until the next end or silence is no whole code."""
        self._decoder = KeyDecoder(self._layout)
        self._text, self._spoilt, self._last = "", HALF_READ, at

    def quiet(self, until: float) -> list[Scanned | Reason]:
        """Nothing came until this time: a code without its end was only half read."""
        if not self.holds or until - self._last < HALF_AFTER_S:
            return []
        why = self._spoilt or HALF_READ
        self._text, self._spoilt = "", None
        self._decoder = KeyDecoder(self._layout)
        return [why]

    def _ended(self, at: float) -> list[Scanned | Reason]:
        text, spoilt = self._text, self._spoilt
        self._text, self._spoilt = "", None
        if spoilt:
            return [spoilt]
        return [Scanned(text, self._began, at)] if text else []
