"""The shop's money at one till: each subject of it, made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from pos_tui.till.basket import BasketActs
from pos_tui.till.context import TillContext
from pos_tui.till.shop_codes import ShopCodes

if TYPE_CHECKING:
    from pos_tui.till.money.late_money import ShopLateMoney
    from pos_tui.till.money.returns import Returns
    from pos_tui.till.refunding import Refunding


class ShopMoney:
    """What may be done with the shop's money beside being paid."""

    def __init__(
        self,
        context: TillContext,
        basket: BasketActs,
        codes: ShopCodes,
        refunding: Callable[[], Refunding],
    ) -> None:
        self._context = context
        self._basket = basket
        self._codes = codes
        self._refunding = refunding

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
