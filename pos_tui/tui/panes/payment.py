"""The payment pane: which step the money is at, when each was reached, what to do now."""

from __future__ import annotations

from pos_tui.checkout.events import PaymentView
from pos_tui.text_width import pad, pad_left, width_of, wrap
from pos_tui.tui.panes.pane import TextPane
from pos_tui.wording.current import in_words, say

_MARKS = {"done": "●", "doing": "◐", "todo": "○", "failed": "✗"}
_STYLES = {"done": "good", "doing": "typed", "todo": "muted", "failed": "error"}


class PaymentPane(TextPane):
    """Draws the last view of a payment it was given."""

    _view: PaymentView | None = None

    def show_view(self, view: PaymentView | None) -> None:
        """Show where the money is; None when there is no payment."""
        self._view = view
        self.refresh()

    def make_rows(self) -> tuple[str, list[tuple[str, str]]]:
        """The steps and what to do now."""
        return say("screen.title_payment"), self._rows()

    def _rows(self) -> list[tuple[str, str]]:
        view, room = self._view, self.size.width - 4
        if view is None:
            rows = [(f" {say('screen.no_payment')}", "muted"), ("", "line")]
            how = say("screen.how_to_pay")
            return rows + [(f" {text}", "muted") for text in wrap(how, room)]
        status = "" if view.status is None else in_words(view.status)
        status_rows = [(f" {text}", view.tone) for text in wrap(status, room)]
        steps = list(view.steps)
        while steps and len(steps) + len(status_rows) + 1 > self.size.height - 2:
            steps.pop()
        rows = [(f" {in_words(view.title)}", "title")]
        began = next((step.at for step in steps if step.at), None)
        for step in steps:
            at = ""
            if step.at and began:
                at = f" {say('screen.seconds', seconds=f'{(step.at - began).total_seconds():.2f}')}"
                if room > 36:
                    at = f"  {step.at:%H:%M:%S} {pad_left(at, 9)}"
            name = f"{_MARKS[step.state]} {say(f'payment.step_{step.name}')}"
            rows.append((f" {pad(name, room - width_of(at))}{at}", _STYLES[step.state]))
        return rows + status_rows
