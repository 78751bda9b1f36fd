"""Takes back what was done to the open list: the same acts the other way, at today's prices."""

from __future__ import annotations

from pos_tui.books.journal import entries as journal
from pos_tui.checkout import events
from pos_tui.money import format_amount
from pos_tui.reasons import Reason, because
from pos_tui.till.basket import BasketActs
from pos_tui.till.context import TillContext
from pos_tui.till.undo_steps import Before, CustomerWas, DiscountWas, LineWasThere, QuantityWas


class Undo:
    """Takes back one act after another, the latest first, until the sale is closed for payment.

    Steps live as long as the till runs: after a start the list is there, its steps are not.
    """

    def __init__(self, context: TillContext, basket: BasketActs) -> None:
        self._books = context.books
        self._clock = context.clock
        self._emit = context.emit
        self._currency = context.settings.currency
        self._cashier = context.cashier
        self._basket = basket

    def undo(self) -> None:
        """Take the latest act back, and say what is as it was."""
        basket = self._basket
        why = basket.sale.why_not_change()
        if why is not None:
            self._emit(events.Notice(why, "warning"))
            return
        step = basket.steps.pop()
        if not step:
            self._emit(events.Notice(because("undo.nothing")))
            return
        note = journal.Noted("undone", f"{_in_journal(step[-1])} {self._cashier()}".strip())
        self._books.record(basket.sale, self._clock.now(), note)
        with basket.steps.one(keep=False):
            said = [self._take_back(before) for before in step]
        if said[-1] is not None:
            total = format_amount(basket.sale.list.totals.total, self._currency)
            self._emit(events.Notice(because("undo.done", what=said[-1], total=total)))

    def _take_back(self, before: Before) -> Reason | None:
        """What is as it was; None where that cannot be any more, which is said by then."""
        basket = self._basket
        if isinstance(before, LineWasThere):
            name = before.line.item.name
            return because("undo.line", name=name) if basket.bring_back(before.line) else None
        if isinstance(before, CustomerWas):
            basket.know_customer(before.customer)
            if before.customer is None:
                return because("undo.no_member")
            return because("undo.member", name=before.customer.name)
        if isinstance(before, DiscountWas) and before.number is None:
            basket.discount(None, before.discount)
            return because("undo.basket_discount")
        line = basket.line_of(before.number or 0)
        if line is None:  # it has expired since, or its own step is a part of this one
            self._emit(events.Notice(because("item.line_gone"), "warning"))
            return None
        if isinstance(before, QuantityWas):
            quantity = line.quantity - before.added
            basket.change_quantity(line.number, quantity)
            return because("undo.quantity", name=line.item.name, quantity=str(quantity))
        basket.discount(line.number, before.discount)
        return because("undo.discount", name=line.item.name)


def _in_journal(before: Before) -> str:
    if isinstance(before, LineWasThere):
        return f"remove {before.line.number}"
    if isinstance(before, QuantityWas):
        return f"quantity {before.number}"
    if isinstance(before, DiscountWas):
        return "basket discount" if before.number is None else f"discount {before.number}"
    return "customer"
