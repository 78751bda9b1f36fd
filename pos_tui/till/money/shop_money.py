"""The shop's money at one till: each subject of it, made when it is first asked for."""

from __future__ import annotations

from pos_tui.till.context import TillContext


class ShopMoney:
    """What may be done with the shop's money beside being paid."""

    def __init__(self, context: TillContext) -> None:
        self._context = context
