"""F1: the keys, on one page."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from pos_tui.text_width import wrap
from pos_tui.tui.keymap import KEY_COMMANDS
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette

_ROOM = 74


class HelpPane(Pane):
    """Lines of help, which ↑↓ move where they do not fit."""

    def __init__(self, palette: Palette, troubles: Sequence[str], more: Sequence[str]) -> None:
        super().__init__(palette)
        self._lines = [
            *(row for trouble in troubles for row in ("! What is wrong now:", *_rows(trouble), "")),
            "Scan the goods, scan the customer's payment code. That is a sale.",
            "",
            " 3*          before a scan: three of it",
            " Enter       confirms an expired item; asks after a payment that hangs",
            *(_line_of(command.shown, command.keys, command.help) for command in KEY_COMMANDS),
            *more,
        ]
        self._top = 0

    def move(self, by: int) -> None:
        """Move the text by so many lines."""
        self._top = max(0, min(self._top + by, len(self._lines) - self.size.height + 2))
        self.refresh()

    def spans(self, y: int) -> Spans:
        """One row."""
        if y == 0:
            return self.top("Help — Esc goes back, ↑↓ move")
        if y == self.size.height - 1:
            return self.bottom()
        index = self._top + y - 1
        return self.inside(f" {self._lines[index]}" if index < len(self._lines) else "", "line")


def _rows(sentence: str) -> list[str]:
    return [f"  {row}" for row in wrap(sentence, _ROOM)]


def _line_of(shown: str, keys: Sequence[str], help_: str) -> str:
    twin = next((key.replace("alt+", "Alt+") for key in keys if key.startswith("alt+")), "")
    return f" {shown:5} {twin:6}{help_}"


class HelpScreen(Screen[None]):
    """Any key but the arrows goes back; a scan goes back and is taken."""

    AUTO_FOCUS = None

    def __init__(self, palette: Palette, troubles: Sequence[str], more: Sequence[str]) -> None:
        """`troubles` are sentences about what is wrong now; they come first."""
        super().__init__()
        self._pane = HelpPane(palette, troubles, more)

    def compose(self) -> ComposeResult:
        """The one pane."""
        yield self._pane

    def take_key(self, event: events.Key) -> None:
        """Move or go back."""
        if event.key in {"up", "down"}:
            self._pane.move(-1 if event.key == "up" else 1)
        else:
            self.dismiss(None)

    def take_scan(self, text: str, began: float | None = None) -> None:
        """Go back, and let the till take the scan at once: the next one may be on its way."""
        from pos_tui.tui.till_screen import TillScreen

        for screen in self.app.screen_stack:
            if isinstance(screen, TillScreen):
                screen.take_scan(text, began)
        if self.is_current:
            self.dismiss(None)
