"""The head of the screen: who and when."""

from __future__ import annotations

from pos_tui.reasons import Reason
from pos_tui.text_width import pad, width_of
from pos_tui.tui.panes.fitting import fitted
from pos_tui.tui.panes.pane import Pane, Spans
from pos_tui.wording.current import in_words


class HeaderBar(Pane):
    """Shop, till, cashier; payments that run aside; sale; time of day."""

    _left: Reason | None = None
    _payments: Reason | None = None
    _sale: Reason | None = None
    _time = ""

    def show_header(
        self, left: Reason | None = None, sale: Reason | None = None, time: str | None = None
    ) -> None:
        """Change any of the three parts."""
        self._left = self._left if left is None else left
        self._sale = self._sale if sale is None else sale
        self._time = self._time if time is None else time
        self.refresh()

    def show_payments(self, payments: Reason | None) -> None:
        """Change what is said of the payments that run aside."""
        self._payments = payments
        self.refresh()

    def spans(self, y: int) -> Spans:
        """The one row."""
        sale = "" if self._sale is None else in_words(self._sale)
        payments = "" if self._payments is None else f"{in_words(self._payments)}   "
        right = f"  {payments}{sale}   {self._time} "
        room = self.outer_size.width - width_of(right)
        left = "" if self._left is None else fitted(self._left, room - 1)
        return ((pad(f" {left}", room) + right, "header"),)
