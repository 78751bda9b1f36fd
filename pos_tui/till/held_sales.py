"""Sales put aside for a while: held, listed, recalled with their dates and prices looked at."""

from __future__ import annotations

from pos_tui.books import BooksError, HeldSale
from pos_tui.checkout import events
from pos_tui.reasons import because, reason_of
from pos_tui.till.basket import BasketActs
from pos_tui.till.context import TillContext


class HeldSales:
    """Puts the open sale aside and takes one up again."""

    def __init__(self, context: TillContext, basket: BasketActs) -> None:
        self._cashier = context.cashier
        self._books = context.books
        self._clock = context.clock
        self._emit = context.emit
        self._basket = basket

    def sales(self) -> list[HeldSale]:
        """The sales that were put aside, the latest first. Raises BooksError."""
        self._books.wait()
        return self._books.held()

    def hold(self) -> None:
        """Put the open sale aside; the next one begins."""
        sale = self._basket.sale
        why = sale.why_not_change()
        if why is None and sale.warnings:
            why = because("sale.expired_before_hold", name=sale.warnings[-1].name)
        if why is None and not sale.list.lines and not sale.returns:
            why = because("sale.nothing_to_hold")
        if why:
            self._emit(events.Notice(why, "warning"))
            return
        sale.state = "held"
        self._books.hold(sale, self._clock.now(), self._cashier())
        self._emit(events.SaleHeld(sale.number))
        self._basket.begin_next()

    def recall(self, number: int) -> None:
        """Take a sale up again: what has expired meanwhile comes off, offers are those of now."""
        basket = self._basket
        if not basket.sale.is_empty:
            self._emit(events.Notice(because("sale.finish_before_recall"), "warning"))
            return
        self._books.refresh_offers()
        try:
            self._books.wait()
            sale = self._books.recalled(number)
        except LookupError:
            self._emit(events.Notice(because("sale.not_on_hold", number=number), "warning"))
            return
        except BooksError as error:
            self._emit(events.Notice(because("sale.stays_on_hold", why=reason_of(error)), "error"))
            return
        self._books.recall(sale, basket.sale, self._clock.now(), self._cashier())
        basket.show(sale)
        before = sale.list.totals.total
        basket.take_off_what_has_expired()
        if basket.reprice() and sale.list.totals.total != before:
            self._emit(events.Notice(because("sale.offers_of_now")))
