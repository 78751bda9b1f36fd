"""F9: the sales that were put aside, on hold or with their payments running, to take one up."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from pos_tui.checkout.open_payments import OpenPayment
from pos_tui.money import format_amount
from pos_tui.settings import TillSettings
from pos_tui.text_width import pad, pad_left, width_of, wrap
from pos_tui.till import BooksError
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.till import HeldSale

_FOOT = 3  # rows: what happens next with the selected one, and the keys


class RecallPane(Pane):
    """One row a sale: number, how it stands, since when, what it begins with, and the amount."""

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        rows: Callable[[], Sequence[OpenPayment | HeldSale]],
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(palette)
        self._currency = settings.currency
        self._rows = rows
        self._clock = clock
        self.shown: Sequence[OpenPayment | HeldSale] = rows()
        self.selected = 0

    def look_again(self) -> None:
        """Show how each stands now; the selected one stays selected."""
        number = self.number
        with contextlib.suppress(BooksError):  # they are shown as they were
            self.shown = self._rows()
        numbers = [_number(each) for each in self.shown]
        if number in numbers:
            self.selected = numbers.index(number)
        self.selected = max(0, min(self.selected, len(self.shown) - 1))
        self.refresh()

    @property
    def number(self) -> int | None:
        """The number of the selected sale."""
        return _number(self.shown[self.selected]) if self.shown else None

    def move(self, by: int) -> None:
        """Select another sale."""
        self.selected = max(0, min(self.selected + by, len(self.shown) - 1))
        self.refresh()

    def spans(self, y: int) -> Spans:
        """One row."""
        height = self.size.height
        if y == 0:
            return self.top(say("recall.title"))
        if y == height - 1:
            return self.bottom()
        if y == height - 2:
            return self.inside(f" {say('recall.keys')}", "muted")
        if y > height - 2 - _FOOT:
            return self.inside(f" {self._next(y - (height - 1 - _FOOT))}", "line")
        top = max(0, self.selected - (height - 4 - _FOOT))
        index = top + y - 1
        if index >= len(self.shown):
            empty = f"   {say('recall.none')}" if y == 2 and not self.shown else ""
            return self.inside(empty, "muted")
        row = self._row(self.shown[index])
        return self.inside(row, "selected" if index == self.selected else "line")

    def _row(self, each: OpenPayment | HeldSale) -> str:
        cells = [self._cells(other) for other in self.shown]
        state, since, amount = self._cells(each)
        widths = [max(map(width_of, column)) for column in zip(*cells, strict=True)]
        left = f" {_number(each):06d}  {pad(state, widths[0])}  {pad_left(since, widths[1])}  "
        right = f" {pad_left(amount, widths[2])} "
        room = self.size.width - 2 - width_of(left) - width_of(right)
        return f"{left}{pad(each.first, room)}{right}"

    def _cells(self, each: OpenPayment | HeldSale) -> tuple[str, str, str]:
        """How a sale stands, since when, and its amount."""
        if isinstance(each, OpenPayment):
            since = _how_long(each.since, self._clock())
            amount = format_amount(each.amount, self._currency)
            return say(f"recall.{each.state}"), since, amount
        since = say("recall.held_at", at=each.held_at)
        return say("recall.on_hold"), since, format_amount(each.total, self._currency)

    def _next(self, row: int) -> str:
        """What happens next with the selected sale, in as many rows as the foot has."""
        if not self.shown:
            return ""
        each = self.shown[self.selected]
        if isinstance(each, OpenPayment):
            words = "" if each.status is None else in_words(each.status)
        else:
            words = say("recall.lines", count=each.lines)
        lines = wrap(words, self.size.width - 4)
        return lines[row] if row < len(lines) else ""


class RecallScreen(Screen[None]):
    """Enter takes the selected sale up; a scan goes back to the sale that is in front."""

    AUTO_FOCUS = None

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        rows: Callable[[], Sequence[OpenPayment | HeldSale]],
        clock: Callable[[], datetime],
        recall: Callable[[int], object],
        give_up: Callable[[int], object],
        give_up_keys: Collection[str],
        scan: Callable[[str, float | None], None],
    ) -> None:
        """`rows` gives the sales aside as they stand now; `clock` gives aware times.

        `recall` takes a sale up, `give_up` then asks whether it is given up.
        """
        super().__init__()
        self._recall = recall
        self._give_up = give_up
        self._give_up_keys = give_up_keys
        self._scan = scan
        self._pane = RecallPane(palette, settings, rows, clock)

    def compose(self) -> ComposeResult:
        """The one pane."""
        yield self._pane

    def on_mount(self) -> None:
        """Payments go on while they are looked at."""
        self.set_interval(1.0, self._pane.look_again)

    def accept_key(self, event: events.Key) -> None:
        """Select, take up, give up, or go back."""
        pane = self._pane
        if event.key == "escape":
            self.dismiss(None)
        elif event.key in {"up", "down"}:
            pane.move(-1 if event.key == "up" else 1)
        elif event.key == "enter" and pane.number is not None:
            self.dismiss(None)
            self._recall(pane.number)
        elif event.key in self._give_up_keys and pane.number is not None:
            self.dismiss(None)
            self._give_up(pane.number)

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """Go back, and let the till have the scan at once: the next one may be on its way."""
        self._scan(text, began)
        if self.is_current:
            self.dismiss(None)


def _number(each: OpenPayment | HeldSale) -> int:
    return each.sale_no if isinstance(each, OpenPayment) else each.number


def _how_long(since: datetime, now: datetime) -> str:
    seconds = max(int((now - since).total_seconds()), 0)
    return say("recall.how_long", minutes=seconds // 60, seconds=seconds % 60)
