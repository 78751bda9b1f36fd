"""Tenders: what a sale is paid with, one part after another, each with a life of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from pos_tui.checkout.orders import OrderState

TenderKind = Literal["cash", "wallet", "card", "voucher", "account"]
TenderState = Literal["drafted", "pending", "unknown", "taken", "returning", "given_back", "failed"]

UNDER_WAY: frozenset[TenderState] = frozenset(("drafted", "pending", "unknown", "returning"))

_OF_ORDER: dict[OrderState, TenderState] = {
    "drafted": "drafted",
    "sent": "pending",
    "pending": "pending",
    "unknown": "unknown",
    "paid": "taken",
    "declined": "failed",
    "cancelled": "failed",
}


class Tender(Struct, frozen=True):
    """One part of what a sale is paid with; amounts in minor units, `at` aware.

    `due` is the amount that was to be paid with it, for the last one in cash rounded to coins, by
    `rounding`. `given` is what was handed over or charged, `change` what went back of it at once.
    `reference` is a card's last digits, a customer's code, or a voucher's number; of the shop's
    own, which the books know as `voucher`, it is what may be shown. `left` is what is left on that
    voucher, or what the customer owes then. `by` is who was at the till.

    Below zero it is a refund: money that goes back the way that tender `of_tender` of sale
    `of_sale` came (0: another way). A wallet's has that one's `order_no`, and a number of its own.
    """

    kind: TenderKind
    due: int
    given: int
    change: int = 0
    platform: str = ""
    platform_ref: str = ""
    order_no: str = ""
    masked_code: str = ""
    number: int = 1
    state: TenderState = "taken"
    rounding: int = 0
    reference: str = ""
    authorisation: str = ""
    at: datetime | None = None
    by: str = ""
    refund_no: str = ""
    of_sale: int = 0
    of_tender: int = 0
    voucher: int = 0
    left: int | None = None

    @property
    def is_refund(self) -> bool:
        """Whether money goes back by it."""
        return self.covers < 0

    @property
    def amount(self) -> int:
        """What stays in the shop of it."""
        return self.given - self.change

    @property
    def is_part(self) -> bool:
        """Whether it left something to pay, or to give back."""
        return abs(self.amount) < abs(self.due)

    @property
    def covers(self) -> int:
        """What it pays of the sale's total: 1.97 is covered by 1.95 in cash, rounded by −0.02."""
        return self.amount - self.rounding


def tender_state(order: OrderState) -> TenderState:
    """The state of a wallet's tender whose order is in this one."""
    return _OF_ORDER[order]
