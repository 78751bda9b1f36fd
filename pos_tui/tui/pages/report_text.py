"""A report on the screen as it stands on paper, and printed from there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from pos_tui.reasons import Reason, ReasonError
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen, Tone
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say


class ReportTextPage(PageScreen[None]):
    """Rows of text to read; F2 prints them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f2,ctrl+p,alt+p", "print")]

    def __init__(
        self,
        palette: Palette,
        title: str,
        text: str,
        print_it: Callable[[], Reason | None],
        first_said: tuple[str, Tone] = ("", "info"),
    ) -> None:
        """`print_it` gives why it was not printed; it may wait. `first_said` is said at once."""
        super().__init__(palette, title, say("drawer_page.report_keys"))
        self.text = text
        self._print_it = print_it
        self._first_said = first_said
        self._rows = VerticalScroll(Static(Content(text), markup=False))

    def body(self) -> Iterable[Widget]:
        """The rows."""
        yield self._rows

    def on_mount(self) -> None:
        """The arrows move at once."""
        self._rows.focus()
        if self._first_said[0]:
            self.say(*self._first_said)

    def action_print(self) -> None:
        """Print it, beside the screen."""
        self.run_worker(self._print(), exclusive=True)

    async def _print(self) -> None:
        try:
            why = await asyncio.to_thread(self._print_it)
        except ReasonError as error:
            self.say(words_of_error(error), "error")
            return
        if why is None:
            self.say(say("drawer_page.printed"), "good")
        else:
            self.say(say("drawer_page.not_printed", why=why), "warning")
