"""Sales put aside for a while: held, listed, recalled with their dates and prices looked at."""

from __future__ import annotations

from collections.abc import Callable

from pos_tui.books import Books, BooksError, HeldSale
from pos_tui.checkout import events
from pos_tui.checkout.settlement_list import LineChange
from pos_tui.settings import TillSettings
from pos_tui.till.basket import BasketActs
from pos_tui.till.clock import TillClock


class HeldSales:
    """Puts the open sale aside and takes one up again."""

    def __init__(
        self,
        settings: TillSettings,
        books: Books,
        clock: TillClock,
        basket: BasketActs,
        emit: Callable[[events.TillEvent], None],
    ) -> None:
        self._cashier = settings.till.cashier
        self._books = books
        self._clock = clock
        self._basket = basket
        self._emit = emit

    def sales(self) -> list[HeldSale]:
        """The sales that were put aside, the latest first. Raises BooksError."""
        self._books.wait()
        return self._books.held()

    def hold(self) -> None:
        """Put the open sale aside; the next one begins."""
        sale = self._basket.sale
        why = sale.why_not_change()
        if why is None and sale.warnings:
            name = sale.warnings[0].name
            why = f"{name} is expired. Put it aside and press Enter to confirm, then hold the sale."
        if why is None and not sale.list.lines:
            why = "There is nothing to hold. F9 recalls a sale that was put aside."
        if why:
            self._emit(events.Notice(why, "warning"))
            return
        sale.state = "held"
        self._books.hold(sale, self._clock.now(), self._cashier)
        self._emit(events.SaleHeld(sale.number))
        self._books.refresh_offers()
        number = max(sale.number + 1, self._books.next_sale_number())
        self._basket.begin(self._books.new_sale(number, self._clock.now()))

    def recall(self, number: int) -> None:
        """Take a sale up again: what has expired meanwhile comes off, offers are those of now."""
        basket = self._basket
        if not basket.sale.is_empty:
            say = "Hold this sale (F8), finish it or void it (F12) first, then recall the other."
            self._emit(events.Notice(say, "warning"))
            return
        self._books.refresh_offers()
        try:
            self._books.wait()
            sale = self._books.recalled(number)
        except LookupError:
            self._emit(events.Notice(f"Sale {number:06d} is not on hold any more.", "warning"))
            return
        except BooksError as error:
            self._emit(events.Notice(f"{error} The sale stays on hold.", "error"))
            return
        self._books.recall(sale, basket.sale, self._clock.now(), self._cashier)
        basket.begin(sale)
        for index, line in enumerate(sale.list.lines):
            self._emit(events.LineChanged(LineChange("added", index, line, sale.list.totals)))
        if sale.customer is not None:
            self._emit(events.CustomerKnown(sale.customer))
        before = sale.list.totals.total
        basket.take_off_what_has_expired()
        if basket.reprice() and sale.list.totals.total != before:
            self._emit(events.Notice("Offers are those of now; look at the total."))
