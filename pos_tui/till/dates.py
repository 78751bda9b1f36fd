"""Looking at dates: an expired item is warned about, journalled, and kept from being sold."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date, datetime, time
from typing import NamedTuple

from pos_tui.books import Books, journal
from pos_tui.checkout import events
from pos_tui.checkout.expiry import FRESH, Lot, Verdict, expires_on, is_past, judge
from pos_tui.checkout.sale import ExpiryWarning, Sale
from pos_tui.codes import ItemCode


class Dated(NamedTuple):
    """The lot and the last good day that stand in a code itself; empty where they do not."""

    lot: str = ""
    expires_on: date | None = None
    expires_at: time | None = None


UNDATED = Dated()


def dated(code: ItemCode | None, shelf_life_days: int, moment: datetime) -> Dated:
    """What a code says of its lot and last good day: the earliest day that stands in it.

    A production date counts with the code's own shelf life, else with the product's. Where another
    reading of the code has a day that is over, that one counts: an item is sold only when no
    reading speaks against it.
    """
    if code is None:
        return UNDATED
    said = _dated(code, shelf_life_days)
    for other in code.others:
        if isinstance(other, ItemCode) and other.gtin == code.gtin:
            also = _dated(other, shelf_life_days)
            if also.expires_on is not None and is_past(also.expires_on, also.expires_at, moment):
                return also
    return said


def _dated(code: ItemCode, shelf_life_days: int) -> Dated:
    days = [day for day in (code.expires_on, code.best_before) if day is not None]
    shelf_life = code.shelf_life
    if shelf_life is None and shelf_life_days:
        shelf_life = (shelf_life_days, "days")
    if not days and code.produced_on is not None and shelf_life is not None:
        with contextlib.suppress(ValueError, OverflowError):  # a shelf life of thousands of years
            days = [expires_on(code.produced_on, *shelf_life)]
    last = min(days, default=None)
    at = code.expires_at if last == code.expires_on else None
    return Dated(code.lot or "", last, at)


class Dates:
    """Judges products by what their code says, else by their lots on hand."""

    def __init__(self, books: Books, emit: Callable[[events.TillEvent], None]) -> None:
        self._books = books
        self._emit = emit

    def has_expired(self, product_id: int, moment: datetime, code: Dated = UNDATED) -> bool:
        """Whether this item, or every lot of its product on hand, is past its last good day."""
        return self._verdict(product_id, moment, code).what == "expired"

    def is_expired(
        self, sale: Sale, product_id: int, name: str, moment: datetime, code: Dated = UNDATED
    ) -> bool:
        """As `has_expired`; then the sale gets a warning, which blocks its payment."""
        verdict = self._verdict(product_id, moment, code)
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

    def _verdict(self, product_id: int, moment: datetime, code: Dated) -> Verdict:
        if code.expires_on is not None:
            if not is_past(code.expires_on, code.expires_at, moment):
                return FRESH
            return Verdict("expired", Lot(0, product_id, code.lot, code.expires_on))
        lots = self._books.lots_of(product_id)
        named = [lot for lot in lots if code.lot and lot.lot == code.lot]
        return judge(named or lots, moment.date()) if lots else FRESH
