"""A page that asks for a PIN; what is typed there is never shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from textual import events
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from pos_tui.reasons import Reason
from pos_tui.till import BooksError
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

_LONGEST = 8
_LONGEST_BURST = 7


class PinPage(PageScreen[str]):
    """Closes with the name of who approved by their PIN; with None when it is left."""

    def __init__(
        self,
        palette: Palette,
        what_for: str,
        approver: Callable[[str], str | Reason],
        trouble: Reason | None = None,
    ) -> None:
        """`approver` gives the name of who approves, or why nobody has; it may take long.
        `trouble` is what is known before anything is typed.
        """
        super().__init__(palette, say("pin_page.title"), say("pin_page.keys"))
        self._what_for = what_for
        self._approver = approver
        self._trouble = trouble
        self._one_by_one = asyncio.Lock()
        self._line = _PinLine(palette)

    def body(self) -> Iterable[Widget]:
        """What it is for, and the PIN."""
        yield Static(self._what_for, classes="part", markup=False)
        yield self._line

    def on_mount(self) -> None:
        """The PIN is typed at once."""
        self._line.focus()
        if self._trouble is not None:
            self.say(self._trouble, "warning")

    def on__pin_line_typed(self, message: _PinLine.Typed) -> None:
        """Try the PIN, beside the screen."""
        self.run_worker(self._try(message.pin))

    def accept_badge(self, code: str) -> None:
        """The badge of somebody who may approves, as their PIN does."""
        self.run_worker(self._try(code))

    async def _try(self, pin: str) -> None:
        try:
            async with self._one_by_one:
                if not self.is_current:
                    return
                found = await asyncio.to_thread(self._approver, pin)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        if isinstance(found, str):
            self.dismiss(found)
        else:
            self.say(found, "warning")


class _PinLine(Pane):
    can_focus = True

    class Typed(Message):
        """A PIN was typed to its end."""

        def __init__(self, pin: str) -> None:
            super().__init__()
            self.pin = pin

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self._pin = ""

    def spans(self, y: int) -> Spans:
        return ((f"▸ {'•' * len(self._pin)}▁", "typed"),) if y == 1 else ()

    def use_scan(self, text: str, began: float | None) -> bool:
        """A PIN over a line that bunches keys looks like a scan; a person's Enter gives it."""
        is_typed = began is not None and text.isdigit() and len(text) <= _LONGEST_BURST
        if is_typed:
            self._pin = (self._pin + text)[:_LONGEST]
            self.refresh()
        return is_typed

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            pin, self._pin = self._pin, ""
            if pin:
                self.post_message(self.Typed(pin))
        elif event.key == "backspace":
            self._pin = self._pin[:-1]
        elif event.is_printable and event.character and len(self._pin) < _LONGEST:
            self._pin += event.character
        else:
            return
        event.stop()
        self.refresh()
