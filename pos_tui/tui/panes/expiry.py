"""The expiry pane: what came off the list, and what to do about it."""

from __future__ import annotations

from datetime import date

from pos_tui.checkout.sale import ExpiryWarning
from pos_tui.receipts.width import wrap
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette


class ExpiryPane(Pane):
    """The oldest open warning, how many more there are, and the last note to look at a date."""

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self._warnings: list[ExpiryWarning] = []
        self._note = ""

    def show_warnings(self, warnings: list[ExpiryWarning]) -> None:
        """Show these warnings, the oldest first."""
        self._warnings, self._note = list(warnings), ""
        self.refresh()

    def show_note(self, name: str, expires_on: date) -> None:
        """Show that an item's date should be looked at; it stays on the list."""
        self._note = f"! {name}: look at its date; some expired on {expires_on:%d %b}"
        self.refresh()

    def spans(self, y: int) -> Spans:
        """One row of the pane."""
        if y == 0:
            return self.top("Expiry")
        if y == self.size.height - 1:
            return self.bottom()
        rows = self._rows()
        return self.inside(*rows[y - 1]) if y - 1 < len(rows) else self.inside("", "line")

    def _rows(self) -> list[tuple[str, str]]:
        room = self.size.width - 4
        if not self._warnings:
            if self._note:
                return [(f" {text}", "warning") for text in wrap(self._note, room)]
            return [(" ✓ nothing expired", "muted")]
        first, more = self._warnings[0], len(self._warnings) - 1
        rows = [(f" {text}", "error") for text in wrap(f"✗ {first.name}", room)[:2]]
        rows.append((f"   expired {first.expires_on:%d %b %Y}", "warning"))
        rows.append(("   taken off the list", "warning"))
        rows.append((f" Enter: dealt with{f' (+{more})' if more else ''}", "typed"))
        return rows
