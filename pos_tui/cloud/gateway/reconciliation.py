"""A platform's bill of a day against our own orders: which payments and refunds differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol

from msgspec import Struct

from pos_tui.cloud.gateway.differences import (
    Difference,
    MissingFromBill,
    NeighbourDay,
    duplicate,
    not_in_bill,
    not_paid_here,
    other_amount,
    other_reference,
    perhaps_beside,
    unfinished_refund,
    unknown_refund,
    unrecorded,
)
from pos_tui.cloud.gateway.order_records import RecordedPayment, RecordedRefund
from pos_tui.cloud.platforms.bills import CHINA, BillLine

MIDNIGHT = timedelta(minutes=10)


class PaymentHistory(Protocol):
    """What reconciling needs of the gateway's orders."""

    async def payments_between(
        self, merchant: str, channel: str, begin: datetime, end: datetime
    ) -> Sequence[RecordedPayment]:
        """A channel's orders that were paid, or gave money back, from begin until before end."""
        ...

    async def payments_by_number(
        self, merchant: str, order_nos: Collection[str]
    ) -> Sequence[RecordedPayment]:
        """The orders with these numbers, of any channel, state and day."""
        ...


class BillDay(Struct, frozen=True):
    """The day of a bill; what is nearer than `margin` to its ends may be in another day's bill."""

    begin: datetime
    end: datetime
    margin: timedelta = MIDNIGHT

    @staticmethod
    def of(day: date, margin: timedelta = MIDNIGHT) -> BillDay:
        """A day of China's."""
        begin = datetime.combine(day, time(), CHINA)
        return BillDay(begin, begin + timedelta(days=1), margin)

    def has(self, moment: datetime | None) -> bool:
        """Whether a moment is in this day."""
        return moment is not None and self.begin <= moment < self.end

    def beside(self, moment: datetime) -> NeighbourDay | None:
        """The other day whose bill may have what was done at this moment of this day."""
        if moment - self.begin <= self.margin:
            return "previous_day"
        return "next_day" if self.end - moment <= self.margin else None


class Neighbours(Struct, frozen=True):
    """The bills of the days before and after, each None where it cannot be had."""

    previous_day: Sequence[BillLine] | None = None
    next_day: Sequence[BillLine] | None = None

    def keys(self) -> set[tuple[str, str, str]]:
        """The payments and refunds that they have."""
        return {line.key for bill in (self.previous_day, self.next_day) for line in bill or ()}

    def lack(self, place: NeighbourDay) -> bool:
        """Whether this one cannot be had."""
        return (self.next_day if place == "next_day" else self.previous_day) is None


class Total(Struct, frozen=True, kw_only=True):
    """What a day comes to in one currency, in minor units: by the bill, and by our orders."""

    currency: str
    payments: int
    paid_there: int
    paid_here: int
    refunds: int
    refunded_there: int
    refunded_here: int


class Reconciliation(Struct, frozen=True, kw_only=True):
    """How a bill and our orders compare; `beside` may be in the bill of the day before or after."""

    matched: int
    differences: tuple[Difference, ...]
    beside: tuple[Difference, ...]
    totals: tuple[Total, ...]


ALONE = Neighbours()


def reconcile(
    bill: Sequence[BillLine],
    ours: Sequence[RecordedPayment],
    day: BillDay,
    neighbours: Neighbours = ALONE,
) -> Reconciliation:
    """Compare a day's bill with our orders: those of the day, and those that the bill names."""
    differences: list[Difference] = []
    lines: dict[tuple[str, str, str], BillLine] = {}
    for line in bill:
        first = lines.setdefault(line.key, line)
        if first is not line:
            differences.append(duplicate(line, first))
    orders = {order.order_no: order for order in ours}
    returned = _Returned(lines, orders.values())
    matched = 0
    for line in lines.values():
        compare = _payment if line.kind == "payment" else _refund
        found = compare(line, orders.get(line.order_no), returned)
        differences += found
        matched += not found
    beside: list[Difference] = []
    next_door = neighbours.keys()
    for missing in _missing(lines, orders.values(), day, returned):
        place = day.beside(missing.at)
        if missing.key in next_door:
            continue
        if place and neighbours.lack(place):
            beside.append(perhaps_beside(missing, place))
        else:
            differences.append(not_in_bill(missing))
    return Reconciliation(
        matched=matched,
        differences=tuple(differences),
        beside=tuple(beside),
        totals=tuple(_totals(lines.values(), orders.values(), day)),
    )


class _Returned:
    """The money that went back, by the bill and by our orders together, each refund once.

    A platform undoes a payment under its own number or none: such a line is the refund of ours
    that has its amount and no line of its own.
    """

    def __init__(
        self, lines: dict[tuple[str, str, str], BillLine], orders: Collection[RecordedPayment]
    ) -> None:
        self._sums: dict[str, int] = {}
        self._spare: dict[str, list[RecordedRefund]] = {}
        self._pairs: dict[tuple[str, str, str], RecordedRefund] = {}
        for order in orders:
            self._spare[order.order_no] = [
                refund
                for refund in order.refunds
                if refund.state == "done"
                and ("refund", order.order_no, refund.refund_no) not in lines
            ]
        for key, line in lines.items():
            if line.kind == "refund":
                self._sums[line.order_no] = self._sums.get(line.order_no, 0) + line.amount
                if not line.refund_no:
                    self._pair(key, line)
        for order_no, refunds in self._spare.items():
            back = sum(refund.amount for refund in refunds)
            self._sums[order_no] = self._sums.get(order_no, 0) + back

    def _pair(self, key: tuple[str, str, str], line: BillLine) -> None:
        spare = self._spare.get(line.order_no, [])
        for refund in spare:
            if refund.amount == line.amount:
                self._pairs[key] = refund
                spare.remove(refund)
                return

    def wholly(self, line: BillLine) -> bool:
        """Whether all of a payment has gone back."""
        return self._sums.get(line.order_no, 0) >= line.amount

    def pair(self, line: BillLine) -> RecordedRefund | None:
        """Our refund that a line without a number is."""
        return self._pairs.get(line.key)

    def unseen(self, order_no: str) -> list[RecordedRefund]:
        """Our done refunds of an order that no line of the bill is."""
        return self._spare.get(order_no, [])


def _payment(
    line: BillLine, order: RecordedPayment | None, returned: _Returned
) -> list[Difference]:
    if order is None:
        return [unrecorded(line)]
    if order.state != "paid":
        return [] if returned.wholly(line) else [not_paid_here(line, order.state)]
    found = []
    if (line.amount, line.currency) != (order.amount, order.currency):
        found.append(other_amount(line, order.amount, order.currency))
    return found + _reference(line, order)


def _refund(line: BillLine, order: RecordedPayment | None, returned: _Returned) -> list[Difference]:
    if order is None:
        return [unknown_refund(line)]
    numbered = (refund for refund in order.refunds if refund.refund_no == line.refund_no)
    mine = returned.pair(line) or next(numbered, None)
    if mine is None:
        if order.state != "paid" and line.amount == order.amount:
            return _reference(line, order)  # how a platform writes that a payment was cancelled
        return [unknown_refund(line)]
    if mine.state != "done":
        return [unfinished_refund(line, mine.state)]
    found = []
    if (line.amount, line.currency) != (mine.amount, order.currency):
        found.append(other_amount(line, mine.amount, order.currency))
    return found + _reference(line, order)


def _reference(line: BillLine, order: RecordedPayment) -> list[Difference]:
    if order.platform_ref is None or order.platform_ref == line.platform_ref:
        return []
    return [other_reference(line, order.platform_ref)]


def _missing(
    lines: Collection[tuple[str, str, str]],
    orders: Collection[RecordedPayment],
    day: BillDay,
    returned: _Returned,
) -> Iterator[MissingFromBill]:
    for order in orders:
        key = ("payment", order.order_no, "")
        at = order.paid_at
        if order.state == "paid" and at is not None and day.has(at) and key not in lines:
            yield MissingFromBill(key=key, amount=order.amount, currency=order.currency, at=at)
        for refund in returned.unseen(order.order_no):
            if refund.done_at is not None and day.has(refund.done_at):
                yield MissingFromBill(
                    key=("refund", order.order_no, refund.refund_no),
                    amount=refund.amount,
                    currency=order.currency,
                    at=refund.done_at,
                )


def _totals(
    lines: Collection[BillLine], orders: Collection[RecordedPayment], day: BillDay
) -> Iterator[Total]:
    paid = [o for o in orders if o.state == "paid" and day.has(o.paid_at)]
    back = [
        (order.currency, refund.amount)
        for order in orders
        for refund in order.refunds
        if refund.state == "done" and day.has(refund.done_at)
    ]
    currencies = {x.currency for x in lines} | {o.currency for o in paid} | {c for c, _ in back}
    for code in sorted(currencies):
        payments = [x.amount for x in lines if x.kind == "payment" and x.currency == code]
        refunds = [x.amount for x in lines if x.kind == "refund" and x.currency == code]
        yield Total(
            currency=code,
            payments=len(payments),
            paid_there=sum(payments),
            paid_here=sum(o.amount for o in paid if o.currency == code),
            refunds=len(refunds),
            refunded_there=sum(refunds),
            refunded_here=sum(amount for currency, amount in back if currency == code),
        )
