"""A page with a list and a line that asks: acts come one after the other, each whole."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import Static

from pos_tui.reasons import ReasonError
from pos_tui.tui.parts.entry_line import EntryLine
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.theme import Palette

_Act = Callable[[], Awaitable[None]]


class EntryPage(PageScreen[ScreenResultType]):
    """What is typed, scanned or pressed waits its turn while the books are written.

    So a fast scanner, or answers typed ahead, lose nothing and change no order.
    """

    def __init__(self, palette: Palette, title: str, keys: str) -> None:
        super().__init__(palette, title, keys)
        self.entry_line = EntryLine(
            palette,
            lambda text: self.do(lambda: self.answer(text)),
            lambda text: self.do(lambda: self.scanned(text)),
        )
        self.hint = Static(classes="foot muted", markup=False)
        self._acts: asyncio.Queue[_Act] = asyncio.Queue()

    async def answer(self, text: str) -> None:
        """What was typed; "" for Enter alone. Raises ReasonError."""
        raise NotImplementedError

    async def scanned(self, text: str) -> None:
        """A code was scanned. Raises ReasonError."""
        raise NotImplementedError

    def show_question(self) -> None:
        """Ask on the line what is asked now."""
        raise NotImplementedError

    def do(self, act: _Act) -> None:
        """Do this once what came before is done; what it raises is said."""
        self._acts.put_nowait(act)

    def ask_on_line(
        self,
        sentence: Callable[[str], str],
        hint: str,
        subject: str = "",
        usual: str | None = None,
    ) -> None:
        """Ask on the line, with a hint below on how to answer; `sentence` is about the subject."""
        self.entry_line.ask(sentence, subject, usual)
        self.hint.update(Content(hint))

    def on_mount(self) -> None:
        """Begin to do what comes."""
        self.entry_line.focus()
        self.run_worker(self._serve(), group="acts")

    async def _serve(self) -> None:
        while True:
            act = await self._acts.get()
            try:
                await act()
            except ReasonError as error:
                self.say(words_of_error(error), "error")
                self.app.bell()
            if self.is_attached:
                self.show_question()
