"""A page that asks for a PIN; what is typed there is never shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from pos_tui.reasons import Reason
from pos_tui.till import BooksError
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say


class PinPage(PageScreen[str]):
    """Closes with the name of the supervisor whose PIN it was; with None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "try_pin", priority=True)]

    def __init__(
        self, palette: Palette, what_for: str, approver: Callable[[str], str | Reason]
    ) -> None:
        """`approver` gives the supervisor's name, or why nobody has approved; it may take long."""
        super().__init__(palette, say("pin_page.title"), say("pin_page.keys"))
        self._what_for = what_for
        self._approver = approver
        self._input = Input(password=True, max_length=8, compact=True, select_on_focus=False)
        self._input.cursor_blink = False

    def body(self) -> Iterable[Widget]:
        """What it is for, and the PIN."""
        yield Static(self._what_for, classes="part", markup=False)
        yield self._input

    def on_mount(self) -> None:
        """The PIN is typed at once."""
        self._input.focus()

    def action_try_pin(self) -> None:
        """Try the PIN, beside the screen."""
        self._input.call_later(self._begin)  # after what was typed before

    def _begin(self) -> None:
        pin, self._input.value = self._input.value, ""
        if pin:
            self.run_worker(self._try(pin), exclusive=True)

    async def _try(self, pin: str) -> None:
        try:
            found = await asyncio.to_thread(self._approver, pin)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        if isinstance(found, str):
            self.dismiss(found)
        else:
            self.say(found, "warning")
