"""Discounts by hand: read as they are typed, and how much of them a cashier may give alone."""

from __future__ import annotations

import asyncio
import re
from decimal import Decimal

from msgspec.structs import replace

from pos_tui.books import BooksError
from pos_tui.checkout import events
from pos_tui.checkout.manual_discounts import percent_of_basket, percent_of_line
from pos_tui.money import AmountError, format_amount, parse_amount
from pos_tui.pricing import Discount
from pos_tui.reasons import Reason, ReasonError, because, reason_of
from pos_tui.till.basket import BasketActs
from pos_tui.till.context import TillContext

_PERCENT = re.compile(r"[-−]?\s*(\d{1,3}(?:[.,]\d{1,2})?)\s*%", re.ASCII)
_LONGEST_REASON = 24


class DiscountError(ReasonError):
    """A discount that cannot be given."""


class Discounts:
    """Gives discounts on the open list, with a supervisor's PIN where the cashier may not alone.

    `approver` is the supervisor whose PIN came last.
    """

    def __init__(self, context: TillContext, basket: BasketActs) -> None:
        self._settings = context.settings
        self._books = context.books
        self._clock = context.clock
        self._emit = context.emit
        self._basket = basket
        self.approver = ""

    def read(self, text: str) -> Discount | None:
        """A discount as typed: "10%", "2.00", "=3.00" (a price); "0" for none.

        Raises DiscountError.
        """
        text, by = text.strip(), self._settings.till.cashier
        percent = _PERCENT.fullmatch(text)
        if percent is not None:
            value = Decimal(percent[1].replace(",", "."))
            if value > 100:
                raise DiscountError("discount.over_100_percent")
            return Discount("percent", value, "", by) if value else None
        price = text.startswith("=")
        try:
            amount = parse_amount(text.lstrip("=-− "), self._settings.currency)
        except AmountError as error:
            raise DiscountError("discount.unreadable", text=text) from error
        if price:
            return Discount("price", Decimal(amount), "", by)
        return Discount("amount", Decimal(amount), "", by) if amount else None

    def with_reason(self, discount: Discount, why: str) -> Discount:
        """The discount with its reason: the number of a set one, or as typed."""
        reasons, why = self._settings.discounts.reasons, " ".join(why.split())
        if why.isascii() and why.isdigit() and 1 <= int(why) <= len(reasons):
            why = reasons[int(why) - 1]
        return replace(discount, reason=why[:_LONGEST_REASON] or "discount")

    def why_not_alone(self, number: int | None, discount: Discount) -> Reason | None:
        """Why the cashier may not give this alone; None when that is allowed.

        number is a line's; None: the whole basket.
        """
        most = self._settings.discounts.cashier_percent
        percent = self._percent(number, discount)
        if percent <= most:
            return None
        return because("discount.not_alone", percent=percent, most=most)

    def can_be_approved(self) -> bool:
        """Whether there is a supervisor whose PIN could approve."""
        return self._books.needs_approval()

    async def approved_by(self, pin: str) -> str:
        """The supervisor whose PIN this is; "" where it is none's, and that is said."""
        from pos_tui.books.people.staff import Approved, StaffError, find_supervisor

        moment, ticks = self._clock.now(), self._clock.ticks()
        try:
            found = await asyncio.wrap_future(
                self._books.write(lambda c: find_supervisor(c, pin.strip(), moment, ticks))
            )
        except (BooksError, StaffError) as error:
            self._emit(events.Notice(reason_of(error), "error"))
            return ""
        if isinstance(found, Approved):
            self.approver = found.name
            return found.name
        why = because("discount.not_approved", why=found.why)
        self._emit(events.Notice(why, "warning"))
        return ""

    async def give_approved(self, number: int | None, discount: Discount, pin: str) -> bool:
        """Give a discount when the PIN is a supervisor's; else say why not. False: it is not."""
        sale = self._basket.sale
        name = await self.approved_by(pin)
        if not name:
            return False
        if self._basket.sale is not sale:
            self._emit(events.Notice(because("discount.sale_is_over"), "warning"))
            return True
        if self._basket.discount(number, replace(discount, approved_by=name)):
            approved = because(
                "discount.approved",
                name=name,
                discount=self._described(discount),
                reason=discount.reason,
            )
            self._emit(events.Notice(approved))
        return True

    def _percent(self, number: int | None, discount: Discount) -> Decimal:
        """How many percent of a line, or of the basket, go off by hand with this discount."""
        listed = self._basket.sale.list
        if number is None:
            return percent_of_basket(listed, discount)
        index = listed.index_of(number)
        return (
            Decimal(0) if index is None else percent_of_line(listed, listed.lines[index], discount)
        )

    def _described(self, discount: Discount) -> Reason:
        if discount.kind == "percent":
            return because("discount.percent_off", percent=discount.value)
        amount = format_amount(int(discount.value), self._settings.currency)
        return because(f"discount.by_{discount.kind}", amount=amount)
