"""Expiry: from production date and shelf life to the last good day, and the verdict on an item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Literal

from msgspec import Struct

from pos_tui.codes.reading import ShelfLifeUnit


class Lot(Struct, frozen=True):
    """Goods of one product that were taken in together; the last good day is expires_on."""

    id: int
    product_id: int
    lot: str
    expires_on: date
    produced_on: date | None = None


class Verdict(Struct, frozen=True):
    """What expiry says of a scanned item: sell it, look at its date, or take it off the list."""

    what: Literal["fresh", "look", "expired"]
    lot: Lot | None = None


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


def judge(lots: Sequence[Lot], today: date) -> Verdict:
    """The verdict on a product from its lots on hand: expired only when every lot is.

    With good and expired lots on hand a plain bar code cannot tell which this is: look at it.
    """
    past = [lot for lot in lots if lot.expires_on < today]
    if not past:
        return FRESH
    latest = max(past, key=lambda lot: lot.expires_on)
    return Verdict("expired" if len(past) == len(lots) else "look", latest)
