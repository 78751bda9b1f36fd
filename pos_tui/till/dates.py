"""Looking at dates: an expired item is warned about, journalled, and kept from being sold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pos_tui.books import Books, journal
from pos_tui.checkout import events
from pos_tui.checkout.expiry import FRESH, Verdict, judge
from pos_tui.checkout.sale import ExpiryWarning, Sale


class Dates:
    """Judges products by their lots on hand, as the books know them."""

    def __init__(self, books: Books, emit: Callable[[events.TillEvent], None]) -> None:
        self._books = books
        self._emit = emit

    def has_expired(self, product_id: int, moment: datetime) -> bool:
        """Whether every lot of a product on hand is past its last good day."""
        return self._verdict(product_id, moment).what == "expired"

    def is_expired(self, sale: Sale, product_id: int, name: str, moment: datetime) -> bool:
        """As `has_expired`; then the sale gets a warning, which blocks its payment."""
        verdict = self._verdict(product_id, moment)
        lot = verdict.lot
        if lot is None:
            return False
        if verdict.what == "look":
            self._emit(events.LookAtDate(name, lot.expires_on))
            return False
        warning = ExpiryWarning(product_id, name, lot.lot, lot.expires_on, moment)
        sale.warnings.append(warning)
        self._books.record(sale, moment, journal.Expired(warning))
        self._emit(events.ItemExpired(warning))
        return True

    def _verdict(self, product_id: int, moment: datetime) -> Verdict:
        lots = self._books.lots_of(product_id)
        return judge(lots, moment.date()) if lots else FRESH
