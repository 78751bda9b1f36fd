"""A row of news on a page that lies over the till: how a payment has ended."""

from __future__ import annotations

from pos_tui.text_width import pad
from pos_tui.tui.panes.fitting import fitted
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.panes.standing import StandingMessage
from pos_tui.tui.theme import Palette


class NewsRow(Pane):
    """One message at the foot of a page, for as long as the page is open."""

    DEFAULT_CSS = "NewsRow { dock: bottom; height: 1; width: 100%; }"

    def __init__(self, palette: Palette, message: StandingMessage) -> None:
        super().__init__(palette)
        self._message = message

    def spans(self, y: int) -> Spans:
        """The one row."""
        width = self.size.width
        words = fitted(self._message.reason, width - 2)
        return ((pad(f" {words}", width), self._message.style),)
