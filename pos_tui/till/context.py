"""What every part of a till works with: settings, books, the clock, chance, and who is notified."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from pos_tui.books import Books
from pos_tui.checkout import events
from pos_tui.settings import TillSettings
from pos_tui.till.clock import TillClock


class TillContext(NamedTuple):
    """One till's surroundings; `data` is the folder that keeps receipts.

    `randomness` gives whole numbers for order numbers, `emit` gets each event; `language` is that
    of receipts; `who` gives the name that an act beside the sale is written down under, `cashier`
    whose the acts of the sale are.
    """

    settings: TillSettings
    data: Path
    books: Books
    clock: TillClock
    randomness: Callable[[], int]
    emit: Callable[[events.TillEvent], None]
    language: str = "en"
    who: Callable[[], str] = str
    cashier: Callable[[], str] = str

    def notify(self, notice: events.Notice) -> None:
        """Tell the cashier something."""
        self.emit(notice)

    def receipt_path(self, sale_no: int) -> Path:
        """Where the receipt data file of a sale is kept."""
        return self.data / "receipts" / f"{sale_no:06d}.json"
