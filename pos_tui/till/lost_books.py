"""Books that were lost or put back: said, and no sale's number is used a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.checkout import events
from pos_tui.checkout.sale import Sale
from pos_tui.reasons import Reason, because
from pos_tui.till.basket import BasketActs
from pos_tui.till.context import TillContext

if TYPE_CHECKING:
    from pos_tui.messages import LastOrder


class LostBooks:
    """Compares the books with what lies beside them and with what the gateway remembers."""

    def __init__(self, context: TillContext, basket: BasketActs) -> None:
        self._books = context.books
        self._receipt_path = context.receipt_path
        self._clock = context.clock
        self._emit = context.emit
        self._basket = basket

    def look(self) -> None:
        """Say what the books lack."""
        missing = self._books.missing
        if missing is not None:
            range_ = {"first": missing.first, "last": missing.last, "count": missing.count}
            self._notify(because("books.put_back", **range_), "error")
        elif self._books.are_lost:
            self._notify(because("books.lost"), "error")
        sale = self._basket.sale
        if sale.state == "open" and self._receipt_path(sale.number).exists():
            self._change_number(sale)

    def compare(self, last: LastOrder) -> None:
        """What the gateway remembers of this till must be in the books, or they are not whole."""
        is_known = self._books.order(last.order_no) is not None
        if is_known and self._books.has_head(last.journal):
            return
        self._books.keep_free(last.highest_sale_no)
        kind = "books.order_not_in_books" if not is_known else "books.journal_is_another"
        self._notify(
            because(kind, order_no=last.order_no, number=last.sale_no, at=last.ordered_at),
            "error",
        )
        sale = self._basket.sale
        if sale.state == "open" and not is_known and sale.number <= last.highest_sale_no:
            self._change_number(sale)

    def _change_number(self, sale: Sale) -> None:
        """An open sale whose number another one has had already goes on under a free one."""
        number, at = max(sale.number + 1, self._books.next_sale_number()), self._clock.now()
        self._books.move(sale, number, at)
        self._books.keep_free(number)
        if not sale.is_empty:
            why = because("sale.another_number", number=number, before=sale.number)
            self._notify(why, "warning")
        sale.number = number
        self._emit(events.SaleOpened(number))

    def _notify(self, why: Reason, tone: events.Tone) -> None:
        self._emit(events.Notice(why, tone))
