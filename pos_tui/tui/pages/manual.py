"""One page of the manual, over the till's screen."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Markdown

from pos_tui.manual.pages import manual_page
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import current, say


class _KeysRow(Pane):
    DEFAULT_CSS = "_KeysRow { height: 1; dock: bottom; }"

    def spans(self, y: int) -> Spans:
        """The one row."""
        return ((f" {say('help.manual_keys')}", "muted"),)


class ManualScreen(Screen[None]):
    """Arrows move; any other key, or a scan, goes back to the sale."""

    AUTO_FOCUS = None

    def __init__(
        self, palette: Palette, topic: str, scan: Callable[[str, float | None], None]
    ) -> None:
        """`scan` gets what is scanned meanwhile. Raises UnknownTopic."""
        super().__init__()
        words = current()
        self._text = VerticalScroll(Markdown(manual_page(topic, words.language, words.key)))
        self._text.can_focus = False
        self._row = _KeysRow(palette)
        self._scan = scan

    def compose(self) -> ComposeResult:
        """The page, and the keys under it."""
        yield self._text
        yield self._row

    def accept_key(self, event: events.Key) -> None:
        """Move, or go back."""
        page = max(self._text.size.height - 2, 1)
        steps = {"up": -1, "down": 1, "pageup": -page, "pagedown": page}
        if event.key in steps:
            self._text.scroll_relative(y=steps[event.key], animate=False)
        else:
            self.dismiss(None)

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """Go back, and let the till have the scan at once: the next one may be on its way."""
        self._scan(text, began)
        if self.is_current:
            self.dismiss(None)
