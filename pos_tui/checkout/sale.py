"""One sale: its list, its warnings, its order, and what may happen next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from pos_tui.checkout.orders import UNSETTLED, Order
from pos_tui.checkout.settlement_list import SettlementList
from pos_tui.pricing import Occasion, Offer
from pos_tui.pricing.tax import NO_TAX, TaxSystem
from pos_tui.reasons import Reason, because

SaleState = Literal["open", "held", "awaiting", "paid", "void"]
TenderKind = Literal["cash", "wallet"]


class ExpiryWarning(Struct, frozen=True):
    """An item that came off the list; the cashier must confirm that it has been dealt with."""

    product_id: int
    name: str
    lot: str
    expires_on: date
    at: datetime
    quantity: Decimal = Decimal(1)


class Customer(Struct, frozen=True):
    """Who buys, where the shop knows it: the code of the card, the name, the customer group."""

    code: str
    name: str
    group: str


class Tender(Struct, frozen=True):
    """How a sale was paid, in minor units: `given` and `change` are of cash, the rest of wallets.

    `due` is the amount to pay, for cash rounded to what can be paid in coins.
    """

    kind: TenderKind
    due: int
    given: int
    change: int = 0
    platform: str = ""
    platform_ref: str = ""
    order_no: str = ""
    masked_code: str = ""


class Sale:
    """A sale from its first scan to its receipt. Knows its rules; does nothing to the world."""

    def __init__(
        self,
        number: int,
        opened_at: datetime,
        offers: Iterable[Offer] = (),
        tax: TaxSystem = NO_TAX,
    ) -> None:
        self.number = number
        self.opened_at = opened_at
        self.state: SaleState = "open"
        self.list = SettlementList(offers, tax)
        self.customer: Customer | None = None
        self.coupons: list[str] = []
        self.warnings: list[ExpiryWarning] = []
        self.order: Order | None = None

    def occasion(self, moment: datetime) -> Occasion:
        """The circumstances under which this sale is priced at an aware moment."""
        groups = frozenset() if self.customer is None else frozenset((self.customer.group,))
        return Occasion(moment, groups, frozenset(self.coupons))

    @property
    def is_empty(self) -> bool:
        """Whether nothing has happened in this sale that anyone would miss."""
        known = self.customer is not None or bool(self.coupons)
        discounted = self.list.basket_discount is not None
        return not (self.list.lines or self.warnings or known or discounted)

    def why_not_change(self) -> Reason | None:
        """Why the list may not change now; None when it may."""
        if self.state == "open":
            return None
        return because("sale.list_closed" if self.state == "awaiting" else "sale.finished")

    def why_not_pay(self) -> Reason | None:
        """Why the sale cannot be paid now; None when it can."""
        if self.state == "awaiting" and self.order is not None and self.order.state in UNSETTLED:
            return because("sale.payment_under_way")
        if self.state != "open":
            return because("sale.finished")
        if self.warnings:
            return because("sale.expired_before_payment", name=self.warnings[-1].name)
        if not self.list.lines:
            return because("sale.empty")
        return None
