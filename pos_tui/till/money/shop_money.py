"""The shop's money at one till: each subject of it, made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from pos_tui.books.cash.drawer_acts import has_float
from pos_tui.books.shift import current_shift
from pos_tui.reasons import Reason, because
from pos_tui.till.books_reader import books_reader
from pos_tui.till.context import TillContext

if TYPE_CHECKING:
    from pos_tui.devices.printers import Printer
    from pos_tui.till.money.drawer import ShopDrawer


class ShopMoney:
    """What may be done with the shop's money beside being paid."""

    def __init__(self, context: TillContext, make_printer: Callable[[], Printer]) -> None:
        self._context = context
        self._make_printer = make_printer

    def shift_notice(self) -> Reason | None:
        """What is to be said of a shift that nobody has opened; None where one is open.

        Raises BooksError.
        """
        with books_reader(self._context.books) as reader:
            shift = current_shift(reader)
            if shift is not None and (shift.opened_by or has_float(reader, shift.number)):
                return None
        return because("shift.not_opened")

    @cached_property
    def drawer(self) -> ShopDrawer:
        """The drawer: shifts, money in and out beside sales, X and Z reports."""
        from pos_tui.till.money.drawer import ShopDrawer

        at = self._context
        return ShopDrawer(at.settings, at.books, at.clock.now, self._make_printer, at.language)
