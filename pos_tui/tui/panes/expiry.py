"""The expiry pane: what came off the list, and what to do about it."""

from __future__ import annotations

from pos_tui.checkout.events import LookAtDate
from pos_tui.checkout.sale import ExpiryWarning
from pos_tui.text_width import wrap
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette

_LOW = 7


class ExpiryPane(Pane):
    """The oldest open warning, how many more there are, and the last notes on dates to look at."""

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self._warnings: list[ExpiryWarning] = []
        self._notes: list[tuple[str, str]] = []

    def show_warnings(self, warnings: list[ExpiryWarning]) -> None:
        """Show these warnings, the oldest first."""
        self._warnings = list(warnings)
        self.refresh()

    def clear(self) -> None:
        """Another sale: the notes on the last one's dates go."""
        self._warnings, self._notes = [], []
        self.refresh()

    def show_note(self, event: LookAtDate) -> None:
        """Show that an item's date should be looked at; it stays on the list."""
        day = f"{event.expires_on:%d %b}"
        note = {
            "mixed": f"! {event.name}: look at its date; some expired on {day}",
            "past": f"! {event.name}: past its date ({day}); show it to the customer",
            "near": f"· {event.name}: good until {day}",
        }[event.why]
        if event.offer:
            note += f", {event.offer}"
        style = "muted" if event.why == "near" else "warning"
        self._notes = [each for each in self._notes if each[0] != note]
        self._notes.insert(0, (note, style))
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
        notes = [(f" {text}", style) for note, style in self._notes for text in wrap(note, room)]
        if not self._warnings:
            return notes or [(" ✓ nothing expired", "muted")]
        first, more = self._warnings[0], len(self._warnings) - 1
        rows = [(f" {text}", "error") for text in wrap(f"✗ {first.name}", room)[:2]]
        rows.append((f"   expired {first.expires_on:%d %b %Y}", "warning"))
        if first.lot and self.size.height > _LOW:
            rows.append((f"   lot {first.lot}", "warning"))
        rows.append(("   taken off the list", "warning"))
        rows.append((f" Enter: dealt with{f' (+{more})' if more else ''}", "typed"))
        return [*rows, *notes]
