"""What differs between a bill and our orders, and the sentence about it for the operator."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from pos_tui.cloud.gateway.bills import CHINA, BillLine
from pos_tui.money import Currency, format_amount

DifferenceKind = Literal[
    "paid_there_not_here",
    "paid_here_not_there",
    "amount_differs",
    "refund_there_not_here",
    "refund_here_not_there",
    "refund_amount_differs",
    "reference_differs",
    "duplicate",
    "next_day",
    "previous_day",
]
NeighbourDay = Literal["next_day", "previous_day"]


class Difference(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something to look at: what the bill has (`there`), what we have (`here`), and a sentence.

    Amounts in minor units; `line` is the bill's.
    """

    kind: DifferenceKind
    order_no: str
    refund_no: str | None = None
    there: int | None = None
    here: int | None = None
    currency: str
    line: int | None = None
    say: str


class MissingFromBill(Struct, frozen=True, kw_only=True):
    """Money that moved by our orders, at an aware time, and of which the bill has no line."""

    key: tuple[str, str, str]
    amount: int
    currency: str
    at: datetime


def unrecorded(line: BillLine) -> Difference:
    """A payment for an order that we do not know."""
    return _of_line(
        "paid_there_not_here",
        line,
        f"The platform was paid {_worth(line)} for order {line.order_no} and we never recorded it: "
        f"look at the order with {_trace(line)}; give the money back at the platform unless the "
        "account is used by something else too.",
    )


def not_paid_here(line: BillLine, state: str) -> Difference:
    """A payment for an order that is not paid by our books."""
    return _of_line(
        "paid_there_not_here",
        line,
        f"The platform was paid {_worth(line)} for order {line.order_no}, which here is {state}: "
        f"look at the order with {_trace(line)}; if the customer left without the goods, the "
        "money must go back.",
    )


def other_amount(line: BillLine, here: int, currency: str) -> Difference:
    """A payment, or a refund, of which we have another amount."""
    ours = f"we recorded {_money(here, currency)}"
    if line.kind == "payment":
        return _of_line(
            "amount_differs",
            line,
            f"Order {line.order_no}: the platform was paid {_worth(line)}, {ours}: look at the "
            f"order with {_trace(line)} and at the receipt, and settle the difference with the "
            "customer.",
            here,
        )
    return _of_line(
        "refund_amount_differs",
        line,
        f"Refund {line.refund_no} of order {line.order_no}: the platform gave back {_worth(line)}, "
        f"{ours}: look at the order with {_trace(line)} and settle the difference with the "
        "customer.",
        here,
    )


def unknown_refund(line: BillLine) -> Difference:
    """A refund that we never made."""
    return _of_line(
        "refund_there_not_here",
        line,
        f"The platform gave back {_worth(line)} for order {line.order_no}{_numbered(line)}, and we "
        "know of no such refund: ask who made it at the platform's own pages, and look at the "
        f"order with {_trace(line)}.",
    )


def unfinished_refund(line: BillLine, state: str) -> Difference:
    """A refund that is not done by our books."""
    return _of_line(
        "refund_there_not_here",
        line,
        f"The platform gave back {_worth(line)} for order {line.order_no}{_numbered(line)}, which "
        f"here is {state}: look at the order with {_trace(line)}; the customer has the money, so "
        "do not pay it back a second time.",
    )


def other_reference(line: BillLine, here: str) -> Difference:
    """An order that has another number at the platform than we know."""
    return _of_line(
        "reference_differs",
        line,
        f"Order {line.order_no} has the number {line.platform_ref} at the platform and {here} "
        "here: it may have been paid twice; look at both numbers on the platform's own pages and "
        f"at the order with {_trace(line)}.",
    )


def duplicate(line: BillLine, first: BillLine) -> Difference:
    """A line that the bill has already."""
    what = f"refund {line.refund_no}".rstrip() if line.kind == "refund" else "payment"
    return _of_line(
        "duplicate",
        line,
        f"The bill has the {what} of order {line.order_no} twice, in lines {first.line} and "
        f"{line.line} ({_worth(line)}): ask the platform whether it moved the money twice; if so, "
        "once must be undone.",
    )


def not_in_bill(missing: MissingFromBill) -> Difference:
    """A payment or refund of ours that the platform does not have."""
    kind, order_no, refund_no = missing.key
    worth = _money(missing.amount, missing.currency)
    if kind == "payment":
        return _of_ours(
            "paid_here_not_there",
            missing,
            f"We have {worth} as paid for order {order_no} and the bill has no such payment: look "
            f"at the order with `pos-tui trace {order_no}` and at the platform's own pages; until "
            "it is found there, count on no money for it.",
        )
    return _of_ours(
        "refund_here_not_there",
        missing,
        f"We have {worth} of order {order_no} as given back (refund {refund_no}) and the bill has "
        "no such refund: look for it in the bill of the day on which it was asked for; if it is "
        "in none, the customer is still owed the money.",
    )


def perhaps_beside(missing: MissingFromBill, place: NeighbourDay) -> Difference:
    """A payment or refund of ours so near midnight that another day's bill may have it."""
    kind, order_no, refund_no = missing.key
    what = f"order {order_no}" if kind == "payment" else f"refund {refund_no} of order {order_no}"
    other = "next" if place == "next_day" else "previous"
    return _of_ours(
        place,
        missing,
        f"{_money(missing.amount, missing.currency)} for {what} was at "
        f"{missing.at.astimezone(CHINA):%H:%M:%S} and may be in the {other} day's bill: look for "
        "it there.",
    )


def _of_line(kind: DifferenceKind, line: BillLine, say: str, here: int | None = None) -> Difference:
    return Difference(
        kind=kind,
        order_no=line.order_no,
        refund_no=line.refund_no or None,
        there=line.amount,
        here=here,
        currency=line.currency,
        line=line.line,
        say=say,
    )


def _of_ours(kind: DifferenceKind, missing: MissingFromBill, say: str) -> Difference:
    return Difference(
        kind=kind,
        order_no=missing.key[1],
        refund_no=missing.key[2] or None,
        here=missing.amount,
        currency=missing.currency,
        say=say,
    )


def _worth(line: BillLine) -> str:
    return _money(line.amount, line.currency)


def _money(minor: int, currency: str) -> str:
    return f"{format_amount(minor, Currency.of(currency))} {currency}"


def _trace(line: BillLine) -> str:
    return f"`pos-tui trace {line.order_no}`"


def _numbered(line: BillLine) -> str:
    return f" (refund {line.refund_no})" if line.refund_no else ""
