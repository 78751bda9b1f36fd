"""Expiry: from production date and shelf life to the last good day, and the verdict on an item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Literal

from msgspec import Struct

from pos_tui.codes.reading import ShelfLifeUnit

DateKind = Literal["use_by", "best_before"]
Past = Literal["refuse", "warn", "allow"]


class Lot(Struct, frozen=True):
    """Goods of one product that were taken in together; the last good day is expires_on."""

    id: int
    product_id: int
    lot: str
    expires_on: date
    produced_on: date | None = None
    kind: DateKind = "use_by"


class DatePolicy(Struct, frozen=True):
    """What a shop does with goods past their date: refuse them, warn, or allow them.

    Past a use-by date food is not safe; past a best-before date it may be sold in many countries
    (Regulation (EU) 1169/2011, articles 2 and 24). `near_days` before the last good day it is said.
    """

    use_by: Past = "refuse"
    best_before: Past = "refuse"
    near_days: int = 2

    def of(self, kind: DateKind) -> Past:
        """What is done with goods past a date of this kind."""
        return self.use_by if kind == "use_by" else self.best_before

    @property
    def refused(self) -> frozenset[DateKind]:
        """The kinds of date past which goods are not sold."""
        kinds: tuple[DateKind, ...] = ("use_by", "best_before")
        return frozenset(kind for kind in kinds if self.of(kind) == "refuse")


class Verdict(Struct, frozen=True):
    """What expiry says of a scanned item: sell it, look at its date, or take it off the list.

    `good_until` is its last good day as far as that is known, `lot` what the verdict is about.
    """

    what: Literal["fresh", "near", "look", "past", "expired"]
    lot: Lot | None = None
    good_until: date | None = None


FRESH = Verdict("fresh")


def expires_on(produced_on: date, count: int, unit: ShelfLifeUnit) -> date:
    """The last good day: production date and shelf life, counted from the production date.

    A month later than 31 January is the last day of February.
    """
    from dateutil.relativedelta import relativedelta

    last_good_day: date = produced_on + relativedelta(**{unit: count})
    return last_good_day


def is_past(last_day: date, until: time | None, moment: datetime) -> bool:
    """Whether a moment (shop's time) is past a last good day, or past its hour where it has one."""
    if moment.date() == last_day and until is not None:
        return moment.time() > until
    return moment.date() > last_day


def judge(
    lots: Sequence[Lot], moment: datetime, policy: DatePolicy, until: time | None = None
) -> Verdict:
    """The verdict on an item from the lots that it may be of, at a moment in the shop's time.

    Expired only when every lot is. With good and expired lots a plain bar code cannot tell which
    this is: look at it. `until` is the hour on the last good day where the item's code has one.
    """
    if not lots:
        return FRESH
    latest = max(lots, key=lambda lot: lot.expires_on)
    past = [lot for lot in lots if is_past(lot.expires_on, until, moment)]
    refused = [lot for lot in past if policy.of(lot.kind) == "refuse"]
    if refused and len(refused) == len(lots):
        return Verdict("expired", latest, latest.expires_on)
    if refused:
        return Verdict("look", max(refused, key=lambda lot: lot.expires_on), latest.expires_on)
    warned = [lot for lot in past if policy.of(lot.kind) == "warn"]
    if warned:
        return Verdict("past", max(warned, key=lambda lot: lot.expires_on), latest.expires_on)
    if 0 <= (latest.expires_on - moment.date()).days <= policy.near_days:
        return Verdict("near", latest, latest.expires_on)
    return Verdict("fresh", None, latest.expires_on)
