"""The expiry pane: what came off the list, an age to check, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from pos_tui.checkout.events import AgeToCheck, LookAtDate
from pos_tui.checkout.sale import ExpiryWarning
from pos_tui.reasons import Reason, because
from pos_tui.text_width import clip, wrap
from pos_tui.tui.panes.pane import TextPane
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

_LOW = 7


class ExpiryPane(TextPane):
    """The open warnings, the one that Enter confirms first, and the notes on dates to look at."""

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self._warnings: tuple[ExpiryWarning, ...] = ()
        self._notes: list[tuple[Reason, str]] = []
        self._age: AgeToCheck | None = None

    def show_warnings(self, warnings: Sequence[ExpiryWarning]) -> None:
        """Show these warnings, given as they came; the latest stands on top."""
        self._warnings = tuple(warnings)
        self.refresh()

    def clear(self) -> None:
        """Another sale: the notes on the last one's dates go."""
        self._warnings, self._notes, self._age = (), [], None
        self.refresh()

    def show_note(self, event: LookAtDate) -> None:
        """Show that an item's date should be looked at; it stays on the list."""
        note = because(f"screen.date_{event.why}", name=event.name, day=event.expires_on)
        if event.offer:
            note = because("screen.date_with_offer", note=note, offer=event.offer)
        style = "muted" if event.why == "near" else "warning"
        self._notes = [each for each in self._notes if each[0] != note]
        self._notes.insert(0, (note, style))
        self.refresh()

    def show_age(self, age: AgeToCheck | None) -> None:
        """Show how old the customer must be, until the cashier has checked it (None)."""
        self._age = age
        self.refresh()

    def make_rows(self) -> tuple[str, list[tuple[str, str]]]:
        """The warning and the notes."""
        return say("screen.title_expiry"), self._rows()

    def _rows(self) -> list[tuple[str, str]]:
        room = self.outer_size.width - 4
        notes = [
            (f" {text}", style)
            for note, style in self._notes
            for text in wrap(in_words(note), room)
        ]
        age = self._age
        if age is not None and not self._warnings:
            rows = [(f"▸{say('screen.age_limit', years=age.years)}", "error")]
            rows += [(f"   {part}", "warning") for part in wrap(say("screen.born_by"), room - 2)]
            rows.append((f"   {say('screen.birth_day', day=age.born_by)}", "warning"))
            return [*rows, (f" {say('screen.age_checked')}", "typed"), *notes]
        if not self._warnings:
            return notes or [(f" {say('screen.nothing_expired')}", "muted")]
        first, rest = self._warnings[-1], self._warnings[-2::-1]
        names = wrap(f"✗ {first.name}", room - 1)[: 1 if rest else 2]
        rows = [(f"{' ' if at else '▸'}{text}", "error") for at, text in enumerate(names)]
        rows.append((f"   {say('screen.expired_on', day=first.expires_on)}", "warning"))
        if first.lot and self.outer_size.height > _LOW:
            rows.append((f"   {say('screen.lot', lot=first.lot)}", "warning"))
        if not rest:
            rows.append((f"   {say('screen.taken_off')}", "warning"))
        rows.append((f" {say('screen.dealt_with')}", "typed"))
        space = max(self.size.height - 2 - len(rows), 1)
        shown = rest if len(rest) <= space else rest[: space - 1]
        rows += [(f" {clip(f'✗ {each.name}', room)}", "error") for each in shown]
        if len(shown) < len(rest):
            more = say("screen.more_expired", count=len(rest) - len(shown))
            rows.append((f"   {more}", "error"))
        return [*rows, *notes]
