"""The line in which somebody counts: scans and typed quantities, and what became of the last."""

from __future__ import annotations

import time
from collections import deque

from textual import events
from textual.message import Message

from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette

_TORN_S = 0.3
_LONGEST = 64
_KEPT = 100


class CountLine(Pane):
    """What is typed, below it the last entries, the latest first.

    Enter, and a scan, post `Entered`. A scan that a busy machine tore has its head here, as typed
    keys; whatever else was typed before a scan is entered before it.
    """

    DEFAULT_CSS = "CountLine { height: 1fr; }"
    can_focus = True

    class Entered(Message):
        """Something was typed or scanned."""

        def __init__(self, text: str, scanned: bool) -> None:
            super().__init__()
            self.text = text
            self.scanned = scanned

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self.text = ""
        self._typed_at = 0.0
        self._entries: deque[tuple[str, str]] = deque(maxlen=_KEPT)

    def show_entry(self, words: str, style: str) -> None:
        """Put an entry above those before it."""
        self._entries.appendleft((words, style))
        self.refresh()

    def spans(self, y: int) -> Spans:
        """What is typed, a blank row, the entries."""
        if y == 0:
            return ((f"▸ {self.text}▁", "typed"),)
        if 2 <= y < len(self._entries) + 2:
            words, style = self._entries[y - 2]
            return ((words, style),)
        return ()

    def use_scan(self, text: str, began: float | None) -> bool:
        """Count what was scanned."""
        head, self.text = self.text, ""
        if head and began is not None and began - self._typed_at < _TORN_S:
            text = head + text
        elif head:
            self.post_message(self.Entered(head, False))
        self.post_message(self.Entered(text, True))
        self.refresh()
        return True

    def on_key(self, event: events.Key) -> None:
        """What is typed stays until Enter; Esc drops it."""
        if event.key == "enter":
            text, self.text = self.text.strip(), ""
            if text:
                self.post_message(self.Entered(text, False))
        elif event.key == "escape" and self.text:
            self.text = ""
        elif event.key == "backspace":
            self.text = self.text[:-1]
        elif event.is_printable and event.character and len(self.text) < _LONGEST:
            self.text += event.character
            self._typed_at = time.monotonic()
        else:
            return
        event.stop()
        self.refresh()
