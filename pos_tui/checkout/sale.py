"""One sale: its list, its warnings, its tenders, and what may happen next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from pos_tui.checkout.returns import ReturnLine
from pos_tui.checkout.settlement_list import SettlementList
from pos_tui.checkout.tenders import UNDER_WAY, Tender
from pos_tui.pricing import Occasion, Offer
from pos_tui.pricing.tax import NO_TAX, TaxSystem
from pos_tui.reasons import Reason, because

SaleState = Literal["open", "held", "awaiting", "paid", "void"]


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


class Sale:
    """A sale from its first scan to its receipt. Knows its rules; does nothing to the world.

    `returns` is what comes back in it; `voids` the paid sale that it undoes, 0 for none.
    """

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
        self.age_checked = 0
        self.tenders: tuple[Tender, ...] = ()
        self.returns: tuple[ReturnLine, ...] = ()
        self.voids = 0
        self.is_being_written = False

    def occasion(self, moment: datetime) -> Occasion:
        """The circumstances under which this sale is priced at an aware moment."""
        groups = frozenset() if self.customer is None else frozenset((self.customer.group,))
        return Occasion(moment, groups, frozenset(self.coupons))

    @property
    def is_empty(self) -> bool:
        """Whether nothing has happened in this sale that anyone would miss."""
        known = self.customer is not None or bool(self.coupons)
        discounted = self.list.basket_discount is not None
        return not (self.list.lines or self.returns or self.warnings or known or discounted)

    @property
    def taken(self) -> tuple[Tender, ...]:
        """The tenders whose money is here."""
        return tuple(each for each in self.tenders if each.state == "taken")

    @property
    def returned(self) -> int:
        """What goes back for the goods that come back, in minor units."""
        return sum(each.amount for each in self.returns)

    @property
    def total(self) -> int:
        """What the sale comes to, in minor units: below zero where more comes back than is sold."""
        return self.list.totals.total - self.returned

    @property
    def due(self) -> int:
        """What is still to be paid, in minor units; below zero: what is still to go back."""
        return self.total - sum(each.covers for each in self.taken)

    @property
    def under_way(self) -> Tender | None:
        """The first tender that is not yet sure to be here or gone; only those that are being
        given back can be several.
        """
        return next((each for each in self.tenders if each.state in UNDER_WAY), None)

    @property
    def next_tender_number(self) -> int:
        """The number of the tender that comes next."""
        return max((each.number for each in self.tenders), default=0) + 1

    @property
    def age_to_check(self) -> int:
        """How old (years) the customer must be, where the cashier has not checked that; else 0."""
        needed = max((line.item.age_limit for line in self.list.lines), default=0)
        return needed if needed > self.age_checked else 0

    def put_tender(self, tender: Tender) -> None:
        """Add a tender, or change the one of its number."""
        others = tuple(each for each in self.tenders if each.number != tender.number)
        self.tenders = tuple(sorted((*others, tender), key=lambda each: each.number))

    def put_return(self, line: ReturnLine) -> None:
        """Add goods that come back, or change those of this number."""
        others = tuple(each for each in self.returns if each.number != line.number)
        self.returns = tuple(sorted((*others, line), key=lambda each: each.number))

    def drop_return(self, number: int) -> None:
        """Goods do not come back after all."""
        self.returns = tuple(each for each in self.returns if each.number != number)

    @property
    def next_return_number(self) -> int:
        """The number of the next goods that come back."""
        return max((each.number for each in self.returns), default=0) + 1

    def why_not_change(self) -> Reason | None:
        """Why the list may not change now; None when it may."""
        if self.state == "open":
            return None
        if self.state != "awaiting":
            return because("sale.finished")
        if self.taken and self.under_way is None and not self.is_being_written:
            return because("sale.paid_in_part")
        return because("sale.list_closed")

    def why_not_pay(self) -> Reason | None:
        """Why the sale cannot be paid now; None when it can."""
        if self.under_way is not None or self.is_being_written:
            return because("sale.payment_under_way")
        if self.state == "awaiting" and self.taken:
            return None
        if self.state != "open":
            return because("sale.finished")
        if self.warnings:
            return because("sale.expired_before_payment", name=self.warnings[-1].name)
        if not self.list.lines and not self.returns:
            return because("sale.empty")
        if self.list.lines and any(each.is_money for each in self.returns):
            return because("returns.void_alone", number=self.voids)
        if years := self.age_to_check:
            return because("sale.age_before_payment", years=years)
        return None
