"""A channel's day: its bill, fetched or given, compared with our orders."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import TypeGuard

from msgspec import Struct

from pos_tui.cloud.gateway.differences import Difference
from pos_tui.cloud.gateway.reconciliation import (
    MIDNIGHT,
    BillDay,
    Neighbours,
    PaymentHistory,
    Reconciliation,
    Total,
    reconcile,
)
from pos_tui.cloud.platforms.bill_files import parse_bill
from pos_tui.cloud.platforms.bills import BadRow, Bill, BillLine, BillUnreadable
from pos_tui.cloud.platforms.protocol import BillError, BillSource
from pos_tui.cloud.platforms.registry import row_named
from pos_tui.reasons import Reason

_ONE_DAY = timedelta(days=1)

Fetch = Callable[[date], Awaitable[Bill]]


class ChannelDay(Struct, frozen=True, kw_only=True):
    """What came of one channel's day; `problem` says why there was no bill to compare with."""

    merchant: str
    channel: str
    day: date
    problem: Reason | None = None
    matched: int = 0
    differences: tuple[Difference, ...] = ()
    beside: tuple[Difference, ...] = ()
    bad_rows: tuple[BadRow, ...] = ()
    totals: tuple[Total, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether there is something to look at."""
        return bool(self.differences or self.bad_rows)


def keeps_bills(platform: object) -> TypeGuard[BillSource]:
    """Whether a platform's bills can be fetched."""
    return callable(getattr(platform, "bill", None))


def fetch_from(platform: BillSource, written_as: str, currency: str) -> Fetch:
    """How the bill of a day is had from a platform; the result raises BillError."""

    async def fetch(day: date) -> Bill:
        text = await platform.bill(day)
        if not text.strip():
            return Bill()
        try:
            return parse_bill(written_as, text, day, currency)
        except BillUnreadable as error:
            raise BillError("bill.something_else", why=error.reason) from error

    return fetch


async def check_day(
    orders: PaymentHistory,
    merchant: str,
    channel: str,
    day: date,
    bill: Bill,
    fetch: Fetch | None = None,
) -> ChannelDay:
    """Compare the bill of a channel's day with our orders.

    Where a payment of ours is missing, the bills of the days before and after are asked too, as far
    as `fetch` can have them.
    """
    row = row_named(channel)
    china_day = BillDay.of(day, row.bill_margin if row else MIDNIGHT)
    of_day = await orders.payments_between(merchant, channel, china_day.begin, china_day.end)
    others = {line.order_no for line in bill.lines} - {order.order_no for order in of_day}
    ours = [*of_day, *await orders.payments_by_number(merchant, sorted(others))]
    found = reconcile(bill.lines, ours, china_day)
    if fetch is not None and _is_missing(found):
        neighbours = Neighbours(
            await _lines(fetch, day - _ONE_DAY), await _lines(fetch, day + _ONE_DAY)
        )
        found = reconcile(bill.lines, ours, china_day, neighbours)
    return ChannelDay(
        merchant=merchant,
        channel=channel,
        day=day,
        matched=found.matched,
        differences=found.differences,
        beside=found.beside,
        bad_rows=bill.bad_rows,
        totals=found.totals,
    )


def _is_missing(found: Reconciliation) -> bool:
    kinds = {difference.kind for difference in found.differences}
    return bool(found.beside or kinds & {"paid_here_not_there", "refund_here_not_there"})


async def _lines(fetch: Fetch, day: date) -> tuple[BillLine, ...] | None:
    try:
        return (await fetch(day)).lines
    except BillError:
        return None
