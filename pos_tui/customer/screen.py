"""The customer's screen in a terminal: one pane, and no key but those that leave."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.strip import Strip

from pos_tui.customer.following import Followed
from pos_tui.customer.layout import Spans, customer_rows
from pos_tui.settings import ScreenSettings
from pos_tui.standard_streams import is_terminal
from pos_tui.terminal_marks import drawable, marks_of
from pos_tui.tui.color_depth import depth_of, has_no_colors
from pos_tui.tui.panes.pane import Pane
from pos_tui.tui.theme import Palette, ThemeError, load_palette

_TURN_S = 8.0


class CustomerPane(Pane):
    """Everything that the customer sees."""

    def __init__(self, palette: Palette, language: str, marks: Callable[[str], str]) -> None:
        super().__init__(palette)
        self._language = language
        self._marks = marks
        self._followed = Followed("starting")
        self._rows: list[Spans] = []
        self._turn = 0

    def show(self, followed: Followed) -> None:
        """Show this from now on."""
        self._followed = followed
        self._lay_out()

    def next_turn(self) -> None:
        """Let the shop's next notices have their turn."""
        snapshot = self._followed.snapshot
        if snapshot is not None and len(snapshot.notices) > 1:
            self._turn += 1
            self._lay_out()

    def on_resize(self, _event: Resize) -> None:
        """Lay all out anew."""
        self._lay_out()

    def spans(self, y: int) -> Spans:
        """The row y."""
        return self._rows[y] if y < len(self._rows) else ()

    def render_line(self, y: int) -> Strip:
        """One row, never wider than the terminal."""
        return super().render_line(y).crop(0, self.outer_size.width)

    def _lay_out(self) -> None:
        width, height = self.outer_size.width, self.outer_size.height
        before = self._rows
        laid = customer_rows(self._followed, self._language, width, height, self._turn)
        self._rows = [tuple((self._marks(text), style) for text, style in spans) for spans in laid]
        if len(before) != len(self._rows):
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, self._rows, strict=True)):
            if old != new:
                self.repaint_row(y)


class CustomerApp(App[None], inherit_bindings=False):
    """Shows what is followed until somebody leaves."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "pos_tui"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,ctrl+c", "quit", show=False, priority=True)]

    def __init__(
        self,
        settings: ScreenSettings,
        language: str,
        followed: Callable[[], AsyncGenerator[Followed, None]],
    ) -> None:
        """`language` is for what is said before a till is found."""
        if has_no_colors():
            os.environ["NO_COLOR"] = "1"  # where Textual looks, for what it draws by itself
        super().__init__(ansi_color=True)
        self._follow = followed
        palette = self._load_palette(settings.theme)
        self.palette = palette
        theme = palette.as_theme()
        self.register_theme(theme)
        self.set_reactive(App.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())
        stream = sys.__stdout__ if sys.platform == "win32" else sys.__stderr__
        encoding = "utf-8" if stream is None or not is_terminal(stream) else stream.encoding
        marks = marks_of(encoding) if settings.marks == "auto" else settings.marks
        self.pane = CustomerPane(palette, language, lambda text: drawable(text, marks))
        self._following: asyncio.Task[None] | None = None
        self._running_in: asyncio.AbstractEventLoop | None = None
        self._is_to_end = False
        self.has_failed = False

    def compose(self) -> ComposeResult:
        """One pane."""
        yield self.pane

    def on_mount(self) -> None:
        """Begin to follow."""
        self._running_in = asyncio.get_running_loop()
        if self._is_to_end:
            self.exit()
        self._following = asyncio.create_task(self._show_followed())
        self._following.add_done_callback(self._ended)
        self.set_interval(_TURN_S, self.pane.next_turn)

    async def on_unmount(self) -> None:
        """Follow no more."""
        if self._following is not None:
            self._following.cancel()

    def end_soon(self) -> None:
        """Leave; from any thread, and from a signal."""
        self._is_to_end = True
        if self._running_in is not None:
            self._running_in.call_soon_threadsafe(self.exit)

    async def _show_followed(self) -> None:
        async with aclosing(self._follow()) as followed:
            async for each in followed:
                self.pane.show(each)

    def _ended(self, following: asyncio.Task[None]) -> None:
        """What cannot be shown must not leave the last thing standing there."""
        if not following.cancelled() and isinstance(error := following.exception(), Exception):
            self._handle_exception(error)

    def _fatal_error(self) -> None:
        """The screen cannot go on; no customer reads why."""
        self.has_failed = True
        self._close_messages_no_wait()

    def _load_palette(self, name: str) -> Palette:
        depth = "none" if self.no_color else depth_of(self.console.color_system)
        try:
            return load_palette(name, depth)
        except ThemeError:
            return load_palette("dark", depth)
