"""The sales of an accounting day, one by one, as a report of the day leads to them."""

from __future__ import annotations

from datetime import date, datetime

import apsw
from msgspec import Struct

from pos_tui.books.reports.facts import SHIFT_DAY
from pos_tui.books.sales.sales import read_tenders
from pos_tui.checkout.tenders import Tender

_TOTAL = """total - (SELECT coalesce(sum(b.amount), 0) FROM returned_lines b
        WHERE b.return_sale = s.number)"""
_SALES = f"""
    SELECT number, closed_at, {_TOTAL}, coalesce(cashier, ''), tender FROM sales s
    WHERE state = 'paid' AND day = ?1 AND {SHIFT_DAY} = ?1
    UNION ALL SELECT number, closed_at, {_TOTAL}, coalesce(cashier, ''), tender FROM sales s
    WHERE state = 'paid' AND closed_at >= date(?1, '-1 day') AND closed_at < date(?1, '+3 days')
        AND {SHIFT_DAY} IS NULL AND date(substr(closed_at, 1, 19), '-' || ?2 || ' hours') = ?1
    ORDER BY 1
"""


class ListedSale(Struct, frozen=True):
    """A paid sale: when (aware), by whom, for how much (minor units, less what came back in it),
    and with what.
    """

    number: int
    at: datetime
    total: int
    cashier: str
    tenders: tuple[Tender, ...]


def sales_of_day(
    reader: apsw.Connection, day: date, day_ends_at: int, at: datetime | None = None
) -> list[ListedSale]:
    """The sales that were paid on an accounting day, up to an aware moment."""
    found = []
    for number, closed_at, total, cashier, tender in reader.execute(
        _SALES, (day.isoformat(), day_ends_at)
    ):
        when = datetime.fromisoformat(str(closed_at))
        if at is None or when <= at:
            tenders = () if tender is None else read_tenders(str(tender))
            found.append(
                ListedSale(int(str(number)), when, int(str(total or 0)), str(cashier), tenders)
            )
    return found
