"""Which of the shop's goods a scan names, where goods are chosen and not sold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from pos_tui.reasons import Reason, because
from pos_tui.settings import TillSettings

if TYPE_CHECKING:
    from pos_tui.codes.context import CodeContext
    from pos_tui.till import Product


class ScannedGoods:
    """Reads scans by the shop's settings; what that takes is loaded at the first one."""

    def __init__(self, settings: TillSettings, find: Callable[[str], list[Product]]) -> None:
        """`find` gives goods by words or code."""
        self._settings = settings
        self._find = find
        self._context: CodeContext | None = None

    def find(self, words: str) -> list[Product]:
        """Goods by words or code."""
        return self._find(words)

    def scanned(self, text: str) -> Product | Reason:
        """The goods that a scan names, or why there are none."""
        from pos_tui.codes import ItemCode, PaymentCode
        from pos_tui.codes.identify import identify

        reading = identify(text, self._loaded())
        if isinstance(reading, PaymentCode):
            return because("parts.payment_code")
        for each in (reading, *reading.others):
            for code in (each.key, *each.aliases) if isinstance(each, ItemCode) else ():
                for product in self._find(code):
                    if product.code == code:
                        return product
        return because("parts.not_in_books")

    def _loaded(self) -> CodeContext:
        from pos_tui.till.decoder import load_context

        if self._context is None:
            # The day only tells the century of dates in a code, which goods do not depend on.
            self._context = load_context(self._settings, datetime.now().astimezone().date())
        return self._context
