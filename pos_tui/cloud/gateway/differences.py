"""What differs between a bill and our orders, and what the operator does about it."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import Literal

from msgspec import Struct

from pos_tui.cloud.platforms.bills import CHINA, BillLine
from pos_tui.money import Currency, format_amount
from pos_tui.reasons import Reason, because

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
    """Something to look at: what the bill has (`there`), what we have (`here`), and why.

    Amounts in minor units; `line` is the bill's.
    """

    kind: DifferenceKind
    order_no: str
    refund_no: str | None = None
    there: int | None = None
    here: int | None = None
    currency: str
    line: int | None = None
    say: Reason


class MissingFromBill(Struct, frozen=True, kw_only=True):
    """Money that moved by our orders, at an aware time, and of which the bill has no line."""

    key: tuple[str, str, str]
    amount: int
    currency: str
    at: datetime


def unrecorded(line: BillLine) -> Difference:
    """A payment for an order that we do not know."""
    return _of_line("paid_there_not_here", line, _about("difference.unrecorded", line))


def not_paid_here(line: BillLine, state: str) -> Difference:
    """A payment for an order that is not paid by our books."""
    why = _about("difference.not_paid_here", line, state=_state(state))
    return _of_line("paid_there_not_here", line, why)


def other_amount(line: BillLine, here: int, currency: str) -> Difference:
    """A payment, or a refund, of which we have another amount."""
    ours = _money(here, currency)
    if line.kind == "payment":
        why = _about("difference.other_amount", line, ours=ours)
        return _of_line("amount_differs", line, why, here)
    why = _about("difference.other_refund_amount", line, ours=ours)
    return _of_line("refund_amount_differs", line, why, here)


def unknown_refund(line: BillLine) -> Difference:
    """A refund that we never made."""
    why = _about(_with_number("difference.unknown_refund", line), line)
    return _of_line("refund_there_not_here", line, why)


def unfinished_refund(line: BillLine, state: str) -> Difference:
    """A refund that is not done by our books."""
    kind = _with_number("difference.unfinished_refund", line)
    return _of_line("refund_there_not_here", line, _about(kind, line, state=_state(state)))


def other_reference(line: BillLine, here: str) -> Difference:
    """An order that has another number at the platform than we know."""
    why = _about("difference.other_reference", line, there=line.platform_ref, here=here)
    return _of_line("reference_differs", line, why)


def duplicate(line: BillLine, first: BillLine) -> Difference:
    """A line that the bill has already."""
    kind = "difference.payment_twice"
    if line.kind == "refund":
        kind = _with_number("difference.refund_twice", line)
    return _of_line("duplicate", line, _about(kind, line, first=first.line, second=line.line))


def not_in_bill(missing: MissingFromBill) -> Difference:
    """A payment or refund of ours that the platform does not have."""
    kind, order_no, refund_no = missing.key
    worth = _money(missing.amount, missing.currency)
    if kind == "payment":
        why = because(
            "difference.payment_not_in_bill",
            worth=worth,
            order_no=order_no,
            typed=_typed(order_no),
        )
        return _of_ours("paid_here_not_there", missing, why)
    why = because(
        "difference.refund_not_in_bill", worth=worth, order_no=order_no, refund_no=refund_no
    )
    return _of_ours("refund_here_not_there", missing, why)


def perhaps_beside(missing: MissingFromBill, place: NeighbourDay) -> Difference:
    """A payment or refund of ours so near midnight that another day's bill may have it."""
    kind, order_no, refund_no = missing.key
    why = because(
        f"difference.{kind}_perhaps_{place}",
        worth=_money(missing.amount, missing.currency),
        order_no=order_no,
        refund_no=refund_no,
        at=missing.at.astimezone(CHINA).time().replace(microsecond=0),
    )
    return _of_ours(place, missing, why)


def _of_line(
    kind: DifferenceKind, line: BillLine, say: Reason, here: int | None = None
) -> Difference:
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


def _of_ours(kind: DifferenceKind, missing: MissingFromBill, say: Reason) -> Difference:
    return Difference(
        kind=kind,
        order_no=missing.key[1],
        refund_no=missing.key[2] or None,
        here=missing.amount,
        currency=missing.currency,
        say=say,
    )


def _about(kind: str, line: BillLine, **more: str | int | Reason) -> Reason:
    return because(
        kind,
        worth=_money(line.amount, line.currency),
        order_no=line.order_no,
        typed=_typed(line.order_no),
        refund_no=line.refund_no,
        **more,
    )


def _with_number(kind: str, line: BillLine) -> str:
    """The kind of a sentence about a refund that has a number, or has none in this bill."""
    return f"{kind}_numbered" if line.refund_no else kind


def _typed(order_no: str) -> str:
    """An order's number as the argument of a command that is copied into a shell."""
    quoted = shlex.quote(order_no)
    return f"-- {quoted}" if order_no.startswith("-") else quoted


def _state(state: str) -> Reason:
    return because(f"difference.state_{state}")


def _money(minor: int, currency: str) -> str:
    return f"{format_amount(minor, Currency.of(currency))} {currency}"
