"""The payment pane: which step the money is at, when each was reached, what to do now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.geometry import Region

from pos_tui.checkout.events import PaymentAsked, PaymentView, Step
from pos_tui.text_width import pad, pad_left, width_of, wrap
from pos_tui.tui.panes.pane import TextPane, changed_cells
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

_MARKS = {"done": "●", "doing": "◐", "todo": "○", "failed": "✗"}
_STYLES = {"done": "good", "doing": "typed", "todo": "muted", "failed": "error"}
_SHOWS_CLOCK = 36


class PaymentPane(TextPane):
    """Draws the last view of a payment it was given; while that is under way, seconds pass."""

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self._view: PaymentView | None = None
        self._asked: PaymentAsked | None = None
        self._now: datetime | None = None

    def show_view(self, view: PaymentView | None) -> None:
        """Show where the money is; None when there is no payment."""
        if view is None or self._view is None or view.title != self._view.title:
            self._asked = self._now = None
        self._view = view
        self.refresh()

    def show_asked(self, asked: PaymentAsked, now: datetime) -> None:
        """Show how often the till has asked, and when it will again."""
        self._asked, self._now = asked, now
        self.refresh()

    def show_time(self, now: datetime) -> None:
        """Time passes: paint the seconds again that are others now, and nothing else."""
        before, self._now = self._rows(), now
        for y, (old, new) in enumerate(zip(before, self._rows(), strict=False)):
            if old != new:
                first, last = changed_cells(old[0], new[0])
                self.refresh(Region(first + 1, y + 1, last - first, 1))

    def rows_needed(self) -> int:
        """The rows that title, current step and all that is to be said now need, frame and all."""
        if self._view is None or self._view.status is None:
            return 0
        return 4 + len(wrap(in_words(self._view.status), self.outer_size.width - 4))

    def make_rows(self) -> tuple[str, list[tuple[str, str]]]:
        """The steps and what to do now."""
        return say("screen.title_payment"), self._rows()

    def _rows(self) -> list[tuple[str, str]]:
        view, room = self._view, self.outer_size.width - 4
        if view is None:
            rows = [(f" {say('screen.no_payment')}", "muted"), ("", "line")]
            how = say("screen.how_to_pay")
            return rows + [(f" {text}", "muted") for text in wrap(how, room)]
        status = "" if view.status is None else in_words(view.status)
        status_rows = [(f" {text}", view.tone) for text in wrap(status, room)]
        asked = self._asked_row()
        left = self.outer_size.height - 3 - len(status_rows)
        steps = steps_with_room(view.steps, left - len(asked))
        if not steps:
            asked, steps = [], steps_with_room(view.steps, max(left, 1))
        rows = [(f" {in_words(view.title)}", "title")]
        rows += [self._step_row(view.steps, step) for step in steps]
        return rows + asked + status_rows

    def _step_row(self, steps: Sequence[Step], step: Step) -> tuple[str, str]:
        room = self.outer_size.width - 4
        began = next((each.at for each in steps if each.at), None)
        at = ""
        if step.at and began:
            at = f" {say('screen.seconds', seconds=f'{(step.at - began).total_seconds():.2f}')}"
            if room > _SHOWS_CLOCK:
                at = f"  {step.at:%H:%M:%S} {pad_left(at, 9)}"
        elif step.state == "doing" and self._now:
            since = max((each.at for each in steps if each.at), default=self._now)
            passed = max(int((self._now - since).total_seconds()), 0)
            at = f" {say('screen.seconds', seconds=str(passed))}"
        name = f"{_MARKS[step.state]} {say(f'payment.step_{step.name}')}"
        return f" {pad(name, room - width_of(at))}{at}", _STYLES[step.state]

    def _asked_row(self) -> list[tuple[str, str]]:
        asked, now = self._asked, self._now
        if asked is None or now is None or not asked.count or not self._is_under_way():
            return []
        seconds = max(round((asked.next_at - now).total_seconds()), 0)
        return [(f" {say('screen.asked', count=asked.count, seconds=seconds)}", "muted")]

    def _is_under_way(self) -> bool:
        return self._view is not None and any(each.state == "doing" for each in self._view.steps)


def steps_with_room(steps: Sequence[Step], room: int) -> list[Step]:
    """As many steps as there is room for, the current one among them: those to come go first,
    then those that are done.
    """
    shown = list(steps)
    while len(shown) > max(room, 0):
        last, first = shown[-1], shown[0]
        if last.state == "todo" or (last.state == "done" and len(shown) == 1):
            shown.pop()
        elif first.state == "done":
            shown.pop(0)
        elif room > 0:
            break
        else:
            return []
    return shown
