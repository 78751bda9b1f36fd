"""The shop's money at one till: each subject of it, made when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pos_tui.till.context import TillContext

if TYPE_CHECKING:
    from pos_tui.till.money.clearing import ShopClearing
    from pos_tui.till.money.reports import ShopReports


class ShopMoney:
    """What may be done with the shop's money beside being paid."""

    def __init__(self, context: TillContext) -> None:
        self._context = context

    @cached_property
    def reports(self) -> ShopReports:
        """What was earned."""
        from pos_tui.till.money.reports import ShopReports

        at = self._context
        return ShopReports(at.books, at.clock.now, at.settings.printer.columns)

    @cached_property
    def clearing(self) -> ShopClearing:
        """What wallets and cards owe."""
        from pos_tui.till.money.clearing import ShopClearing

        at = self._context
        return ShopClearing(at.books, at.settings.currency.code, at.clock.now, at.who)
