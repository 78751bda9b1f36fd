"""The shop's money at one till: each subject of it, made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from pos_tui.till.context import TillContext

if TYPE_CHECKING:
    from pos_tui.devices.printers import Printer
    from pos_tui.till.money.accounts import ShopAccounts
    from pos_tui.till.money.vouchers import ShopVouchers


class ShopMoney:
    """What may be done with the shop's money beside being paid."""

    def __init__(self, context: TillContext, make_printer: Callable[[], Printer]) -> None:
        self._context = context
        self._make_printer = make_printer

    @cached_property
    def vouchers(self) -> ShopVouchers:
        """The shop's own vouchers."""
        from pos_tui.till.money.vouchers import ShopVouchers

        return ShopVouchers(self._context, self._make_printer)

    @cached_property
    def accounts(self) -> ShopAccounts:
        """What customers owe."""
        from pos_tui.till.money.accounts import ShopAccounts

        return ShopAccounts(self._context)
