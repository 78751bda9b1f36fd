"""F9: the sales that were put aside, to recall one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from pos_tui.money import format_amount
from pos_tui.settings import TillSettings
from pos_tui.text_width import pad, pad_left, width_of
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pos_tui.till import HeldSale


class RecallPane(Pane):
    """One row a sale: number, when, what it begins with, lines and total."""

    def __init__(self, palette: Palette, settings: TillSettings, held: Sequence[HeldSale]) -> None:
        super().__init__(palette)
        self._currency = settings.currency
        self.held = held
        self.selected = 0

    def spans(self, y: int) -> Spans:
        """One row."""
        height = self.size.height
        if y == 0:
            return self.top(say("recall.title"))
        if y == height - 1:
            return self.bottom()
        if y == height - 2:
            return self.inside(f" {say('recall.keys')}", "muted")
        top = max(0, self.selected - (height - 5))
        index = top + y - 1
        if index >= len(self.held):
            empty = f"   {say('recall.none')}" if y == 2 and not self.held else ""
            return self.inside(empty, "muted")
        each = self.held[index]
        left = f" {each.number:06d}  {say('recall.held_at', at=each.held_at)}  "
        total = format_amount(each.total, self._currency)
        right = f" {pad_left(say('recall.lines', count=each.lines), 9)} {total:>10} "
        room = self.size.width - 2 - width_of(left) - width_of(right)
        row = f"{left}{pad(each.first, room)}{right}"
        return self.inside(row, "selected" if index == self.selected else "line")


class RecallScreen(Screen[None]):
    """Enter recalls the selected sale; a scan goes back to the sale that is open."""

    AUTO_FOCUS = None

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        held: Sequence[HeldSale],
        recall: Callable[[int], object],
        scan: Callable[[str, float | None], None],
    ) -> None:
        super().__init__()
        self._recall = recall
        self._scan = scan
        self._pane = RecallPane(palette, settings, held)

    def compose(self) -> ComposeResult:
        """The one pane."""
        yield self._pane

    def accept_key(self, event: events.Key) -> None:
        """Select, recall, or go back."""
        pane = self._pane
        if event.key == "escape":
            self.dismiss(None)
        elif event.key in {"up", "down"} and pane.held:
            step = -1 if event.key == "up" else 1
            pane.selected = max(0, min(pane.selected + step, len(pane.held) - 1))
            pane.refresh()
        elif event.key == "enter" and pane.held:
            self.dismiss(None)
            self._recall(pane.held[pane.selected].number)

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """Go back, and let the till have the scan at once: the next one may be on its way."""
        self._scan(text, began)
        if self.is_current:
            self.dismiss(None)
