"""Looking at dates: an expired item is warned about, journalled, and kept from being sold."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from pos_tui.books.journal import entries as journal
from pos_tui.checkout import events
from pos_tui.checkout.expiry import (
    DateKind,
    DatePolicy,
    Lot,
    Verdict,
    expires_on,
    judge,
)
from pos_tui.checkout.sale import ExpiryWarning, Sale
from pos_tui.codes import ItemCode
from pos_tui.codes.reading import ShelfLifeUnit
from pos_tui.settings import TillSettings
from pos_tui.till.context import TillContext

ShelfLife = tuple[int, ShelfLifeUnit] | None


class Dated(NamedTuple):
    """The lot and the last good day that stand in a code itself; empty where they do not."""

    lot: str = ""
    expires_on: date | None = None
    expires_at: time | None = None
    kind: DateKind = "use_by"


UNDATED = Dated()


def dated(code: ItemCode | None, kept_for: ShelfLife, policy: DatePolicy) -> Dated:
    """What a code says of its lot and last good day: the day that is judged hardest, the earliest.

    A production date counts with the code's own shelf life, else with the product's.
    """
    if code is None:
        return UNDATED
    days: list[tuple[date, DateKind]] = []
    if code.expires_on is not None:
        days.append((code.expires_on, "use_by"))
    if code.best_before is not None:
        days.append((code.best_before, "best_before"))
    shelf_life = code.shelf_life or kept_for
    if not days and code.produced_on is not None and shelf_life is not None:
        with contextlib.suppress(ValueError, OverflowError):  # a shelf life of thousands of years
            days = [(expires_on(code.produced_on, *shelf_life), "use_by")]
    if not days:
        return Dated(code.lot or "")
    hardest = ("refuse", "warn", "allow")
    last, kind = min(days, key=lambda each: (hardest.index(policy.of(each[1])), each[0]))
    at = code.expires_at if last == code.expires_on else None
    return Dated(code.lot or "", last, at, kind)


def date_policy(settings: TillSettings) -> DatePolicy:
    """What the shop does with goods past their date, by its settings."""
    expiry = settings.expiry
    return DatePolicy(expiry.use_by, expiry.best_before, expiry.near_days)


class Dates:
    """Judges products by what their code says, else by their lots on hand."""

    def __init__(self, context: TillContext) -> None:
        self._books = context.books
        self._emit = context.emit
        self.policy = date_policy(context.settings)

    def verdict(self, product_id: int, moment: datetime, code: Dated = UNDATED) -> Verdict:
        """What the dates of an item say of it at a moment."""
        lots: Sequence[Lot]
        if code.expires_on is not None:
            lots = [Lot(0, product_id, code.lot, code.expires_on, kind=code.kind)]
            return judge(lots, moment, self.policy, code.expires_at)
        lots = self._books.lots_of(product_id)
        named = [lot for lot in lots if code.lot and lot.lot == code.lot]
        return judge(named or lots, moment, self.policy)

    def warn(
        self,
        sale: Sale,
        product_id: int,
        name: str,
        verdict: Verdict,
        moment: datetime,
        quantity: Decimal,
    ) -> None:
        """An expired item was kept from the list; the sale cannot be paid until it is confirmed."""
        lot = verdict.lot
        assert lot is not None
        warning = ExpiryWarning(product_id, name, lot.lot, lot.expires_on, moment, quantity)
        sale.warnings.append(warning)
        self._books.record(sale, moment, journal.Expired(warning))
        self._emit(events.ItemExpired(warning))

    def report(self, name: str, verdict: Verdict, offer: str = "") -> None:
        """Report what should be looked at on an item that was sold."""
        if verdict.lot is None:
            return
        day = verdict.lot.expires_on
        if verdict.what == "look":
            self._emit(events.LookAtDate(name, day))
        elif verdict.what == "past":
            self._emit(events.LookAtDate(name, day, "past"))
        elif verdict.what == "near":
            self._emit(events.LookAtDate(name, day, "near", offer))
