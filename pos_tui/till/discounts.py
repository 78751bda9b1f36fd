"""Discounts and prices by hand: read as they are typed, and what a cashier may give alone."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec.structs import replace

from pos_tui.checkout import events
from pos_tui.checkout.manual_discounts import (
    off_basket,
    off_line,
    percent_of_basket,
    percent_of_line,
)
from pos_tui.money import AmountError, format_amount, parse_amount
from pos_tui.pricing import Discount
from pos_tui.pricing.tax import taxes_of
from pos_tui.reasons import Reason, ReasonError, because
from pos_tui.till.basket import BasketActs
from pos_tui.till.context import TillContext

_PERCENT = re.compile(r"[-−]?\s*(\d{1,3}(?:[.,]\d{1,2})?)\s*%", re.ASCII)
_LONGEST_REASON = 24


class DiscountError(ReasonError):
    """A discount that cannot be given."""


class Discounts:
    """Gives discounts on the open list, approved where the cashier may not alone."""

    def __init__(self, context: TillContext, basket: BasketActs) -> None:
        self._settings = context.settings
        self._books = context.books
        self._cashier = context.cashier
        self._emit = context.emit
        self._basket = basket

    def read(self, text: str) -> Discount | None:
        """A discount as typed: "10%", "2.00", "=3.00" (a price); "0" for none.

        Raises DiscountError.
        """
        text, by = text.strip(), self._cashier()
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

    def is_override(self, number: int | None, discount: Discount) -> bool:
        """Whether this is another price for one line, however much that is off."""
        return number is not None and discount.kind == "price"

    def why_no_price(self, number: int, discount: Discount) -> Reason | None:
        """Why a line cannot have this price; None where it can."""
        line = self._basket.line_of(number)
        if line is None:
            return because("item.line_gone")
        if line.item.is_money:
            return because("discount.not_on_money")
        if discount.value >= line.item.unit_price:
            price = format_amount(line.item.unit_price, self._settings.currency)
            return because("discount.not_lower", price=price)
        return None

    def below_cost(self, number: int | None, discount: Discount) -> Reason | None:
        """That a price is below what the goods cost the shop, both without tax, and the margin;
        None where it is not, or the cost is not known. Not for everybody to see. Raises BooksError.
        """
        line = None if number is None else self._basket.line_of(number)
        if line is None or discount.kind != "price":
            return None
        cost = self._books.unit_cost(line.item.product_id, line.item.lot)
        price, system = int(discount.value), self._basket.sale.list.tax
        if system.mode == "included":
            price -= sum(each.tax for each in taxes_of([(price, line.item.tax)], system))
        if cost is None or price >= cost:
            return None
        margin = Decimal(-100) if price <= 0 else Decimal(price - cost) * 100 / price
        return because(
            "discount.below_cost",
            name=line.item.name,
            cost=format_amount(cost, self._settings.currency),
            margin=margin.quantize(Decimal("0.1")),
        )

    def described(self, number: int | None, discount: Discount) -> Reason:
        """What is given on the line with this number, or on the basket: who approves it reads it.

        Its kind is `discount.on_line` or `discount.on_basket`.
        """
        off = self._described(discount)
        line = None if number is None else self._basket.line_of(number)
        if line is None:
            return because("discount.on_basket", discount=off, reason=discount.reason)
        return because(
            "discount.on_line", name=line.item.name, discount=off, reason=discount.reason
        )

    def amount_off(self, number: int | None, discount: Discount) -> int:
        """How much a discount takes off now, in minor units."""
        listed = self._basket.sale.list
        line = None if number is None else self._basket.line_of(number)
        if line is None:
            return off_basket(listed, discount)
        return off_line(line, discount)

    def give_approved(
        self, sale_number: int, number: int | None, discount: Discount, approver: str
    ) -> None:
        """Give a discount that was approved, if that sale is still the one in front."""
        if self._basket.sale.number != sale_number:
            self._emit(events.Notice(because("discount.sale_is_over"), "warning"))
            return
        if self._basket.discount(number, replace(discount, approved_by=approver)):
            approved = because(
                "discount.approved",
                name=approver,
                discount=self._described(discount),
                reason=discount.reason,
            )
            self._emit(events.Notice(approved))

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
