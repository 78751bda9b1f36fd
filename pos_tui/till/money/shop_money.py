"""The shop's money at one till: each subject of it, made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from pos_tui.books.shift import current_shift, has_float
from pos_tui.reasons import Reason, because
from pos_tui.till.basket import BasketActs
from pos_tui.till.books_reader import books_reader
from pos_tui.till.context import TillContext
from pos_tui.till.shop_codes import ShopCodes

if TYPE_CHECKING:
    from pos_tui.till.money.accounts import ShopAccounts
    from pos_tui.till.money.clearing import ShopClearing
    from pos_tui.till.money.drawer import ShopDrawer
    from pos_tui.till.money.late_money import ShopLateMoney
    from pos_tui.till.money.reports import ShopReports
    from pos_tui.till.money.returns import Returns
    from pos_tui.till.money.vouchers import ShopVouchers
    from pos_tui.till.paper.drawer_opener import DrawerOpener
    from pos_tui.till.paper.open_papers import OpenPapers
    from pos_tui.till.refunding import Refunding


class ShopMoney:
    """What may be done with the shop's money beside being paid."""

    def __init__(
        self,
        context: TillContext,
        basket: BasketActs,
        codes: ShopCodes,
        refunding: Callable[[], Refunding],
        papers: Callable[[], OpenPapers],
        opener: Callable[[], DrawerOpener],
    ) -> None:
        self._context = context
        self._basket = basket
        self._codes = codes
        self._refunding = refunding
        self._papers = papers
        self._opener = opener

    @cached_property
    def late(self) -> ShopLateMoney:
        """Money that came for payments given up."""
        from pos_tui.till.money.late_money import ShopLateMoney

        return ShopLateMoney(self._context)

    @cached_property
    def returns(self) -> Returns:
        """Goods that come back, and their money."""
        from pos_tui.till.money.returns import Returns

        return Returns(self._context, self._basket, self._codes, self._refunding())

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
        spool, opener = self._papers().spool, self._opener()
        return ShopDrawer(at.settings, at.books, at.clock.now, spool, opener, at.language)

    @cached_property
    def vouchers(self) -> ShopVouchers:
        """The shop's own vouchers."""
        from pos_tui.till.money.vouchers import ShopVouchers

        return ShopVouchers(self._context, self._papers().spool)

    @property
    def papers(self) -> OpenPapers:
        """What is not on paper."""
        return self._papers()

    @cached_property
    def accounts(self) -> ShopAccounts:
        """What customers owe."""
        from pos_tui.till.money.accounts import ShopAccounts

        return ShopAccounts(self._context)

    @cached_property
    def reports(self) -> ShopReports:
        """What was earned."""
        from pos_tui.till.money.reports import ShopReports
        from pos_tui.till.shop_design import ShopDesign

        at = self._context
        design = ShopDesign(at.settings, at.data)
        return ShopReports(at.books, at.clock.now, at.settings.printer.columns, design)

    @cached_property
    def clearing(self) -> ShopClearing:
        """What wallets and cards owe."""
        from pos_tui.till.money.clearing import ShopClearing

        at = self._context
        return ShopClearing(at.books, at.settings.currency.code, at.clock.now, at.who)
