"""F10: why a line costs what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from pos_tui.checkout.line import SettlementLine
from pos_tui.money import format_amount
from pos_tui.pricing.explain import Considered
from pos_tui.settings import TillSettings
from pos_tui.text_width import wrap
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

_MARKS = {"applied": "✓", "closed": "·", "not_reached": "·", "outdone": "·"}


class WhyPane(Pane):
    """A line's price, step by step, and every offer that was considered."""

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self._rows: list[tuple[str, str]] = []
        self._top = 0

    def show_line(
        self, line: SettlementLine, considered: tuple[Considered, ...], settings: TillSettings
    ) -> None:
        """Explain this line."""
        currency, room = settings.currency, max(self.size.width - 6, 20)

        def amount(minor: int) -> str:
            return format_amount(minor, currency)

        self._rows = [
            (line.item.name, "typed"),
            ("", "line"),
            (
                f"{line.quantity} x {amount(line.item.unit_price)} = {amount(line.gross)}",
                "line",
            ),
        ]
        for each in line.applied:
            saved = say("why_page.saved", name=each.name, amount=amount(each.saved))
            self._rows.append((f"  {saved}", "line"))
        to_pay = say("why_page.to_pay", amount=amount(line.actual))
        self._rows += [(to_pay, "total"), ("", "line")]
        if not considered:
            self._rows.append((say("why_page.no_offer"), "muted"))
        for offer in considered:
            style = "good" if offer.verdict == "applied" else "muted"
            text = say("why_page.considered", name=offer.name, why=offer.why)
            self._rows += [(row, style) for row in wrap(f"{_MARKS[offer.verdict]} {text}", room)]
        self._top = 0
        self.refresh()

    def move(self, by: int) -> None:
        """Move the text by so many lines."""
        self._top = max(0, min(self._top + by, len(self._rows) - self.size.height + 2))
        self.refresh()

    def spans(self, y: int) -> Spans:
        """One row."""
        height = self.size.height
        if y == 0:
            return self.top(say("why_page.title"))
        if y == height - 1:
            return self.bottom()
        if y == height - 2:
            return self.inside(f" {say('why_page.keys')}", "muted")
        index = self._top + y - 1
        if index >= len(self._rows):
            return self.inside("", "line")
        text, style = self._rows[index]
        return self.inside(f"  {text}", style)


class WhyScreen(Screen[None]):
    """Goes from line to line; any other key, or a scan, goes back."""

    AUTO_FOCUS = None

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        lines: Sequence[SettlementLine],
        selected: int,
        why: Callable[[int], tuple[Considered, ...]],
        scan: Callable[[str, float | None], None],
    ) -> None:
        """`why` explains the line at an index; `scan` gets what is scanned meanwhile."""
        super().__init__()
        self._settings = settings
        self._lines = lines
        self._selected = selected
        self._why = why
        self._scan = scan
        self._pane = WhyPane(palette)

    def compose(self) -> ComposeResult:
        """The one pane."""
        yield self._pane

    def on_mount(self) -> None:
        """Explain the line that was selected."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        line = self._lines[self._selected]
        self._pane.show_line(line, self._why(self._selected), self._settings)

    def accept_key(self, event: events.Key) -> None:
        """Another line, more of this one, or back."""
        if event.key in {"up", "down"}:
            step = -1 if event.key == "up" else 1
            self._selected = max(0, min(self._selected + step, len(self._lines) - 1))
            self._show()
        elif event.key in {"pageup", "pagedown"}:
            self._pane.move(-5 if event.key == "pageup" else 5)
        else:
            self.dismiss(None)

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """Go back, and let the till have the scan at once: the next one may be on its way."""
        self._scan(text, began)
        if self.is_current:
            self.dismiss(None)
