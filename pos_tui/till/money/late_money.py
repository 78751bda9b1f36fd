"""Late money at the till: what came for payments that were given up, until somebody has seen it."""

from __future__ import annotations

from pos_tui.books.sales.late_money import LateMoney, late_money_not_seen, see_late_money
from pos_tui.checkout.open_payments import OpenPayment
from pos_tui.codes.payment import platform_reason
from pos_tui.money import format_amount
from pos_tui.reasons import Reason, because
from pos_tui.till.books_reader import books_reader
from pos_tui.till.context import TillContext


class ShopLateMoney:
    """What came late and is not seen yet."""

    def __init__(self, context: TillContext) -> None:
        self._context = context

    def rows(self) -> tuple[OpenPayment, ...]:
        """What came late, as rows beside the sales put aside. Raises BooksError."""
        with books_reader(self._context.books) as reader:
            found = late_money_not_seen(reader)
        return tuple(
            OpenPayment(each.sale_no, each.amount, "late", each.at, "", self._status(each))
            for each in found
        )

    def see(self, sale_no: int) -> bool:
        """Somebody has seen what came late for a sale; False where there was nothing of it. Raises
        BooksError.
        """
        at, by = self._context.clock.now(), self._context.who()
        seen = self._context.books.write(lambda c: see_late_money(c, sale_no, at, by))
        return seen.result()

    def _status(self, late: LateMoney) -> Reason:
        return because(
            f"late_money.{late.state}",
            amount=format_amount(late.amount, self._context.settings.currency),
            platform=platform_reason(late.platform),
            number=late.sale_no,
        )
