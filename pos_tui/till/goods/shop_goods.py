"""The shop's goods at one till: each subject of theirs, made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from pos_tui.till.context import TillContext
from pos_tui.till.shop_codes import ShopCodes

if TYPE_CHECKING:
    from pos_tui.books import Product
    from pos_tui.till.goods.counts import ShopCounts
    from pos_tui.till.goods.deliveries import ShopDeliveries
    from pos_tui.till.goods.issues import ShopIssues
    from pos_tui.till.goods.labels import ShopLabels
    from pos_tui.till.goods.offers import ShopOffers
    from pos_tui.till.goods.products import ShopProducts
    from pos_tui.till.goods.stock import ShopStock
    from pos_tui.till.paper.spool import PrintSpool


class ShopGoods:
    """What may be done with the shop's goods beside selling them."""

    def __init__(
        self,
        context: TillContext,
        codes: ShopCodes,
        find: Callable[[str], list[Product]],
        spool: Callable[[], PrintSpool],
    ) -> None:
        """`find` searches the products by words."""
        self._context = context
        self._codes = codes
        self._find = find
        self._spool = spool

    @cached_property
    def offers(self) -> ShopOffers:
        """Offers, to look at and to change."""
        from pos_tui.till.goods.offers import ShopOffers

        at = self._context
        return ShopOffers(at.books, at.settings.currency, at.clock.now, self._codes.read)

    @cached_property
    def deliveries(self) -> ShopDeliveries:
        """Goods that come: deliveries, entered and booked."""
        from pos_tui.till.goods.deliveries import ShopDeliveries

        at, codes = self._context, self._codes
        return ShopDeliveries(at.books, at.settings, at.clock.now, codes.read, codes.find, at.who)

    @cached_property
    def issues(self) -> ShopIssues:
        """Goods that go without being sold."""
        from pos_tui.till.goods.issues import ShopIssues

        at, codes = self._context, self._codes
        return ShopIssues(at.books, at.settings, at.clock.now, codes.read, codes.find, at.who)

    @cached_property
    def products(self) -> ShopProducts:
        """Products, to look at and to change."""
        from pos_tui.till.goods.products import ShopProducts

        at = self._context
        return ShopProducts(
            at.books,
            at.settings.currency,
            at.clock.now,
            self._codes.read,
            tuple(at.settings.tax.rates),
            at.who,
        )

    @cached_property
    def counts(self) -> ShopCounts:
        """Stock takes."""
        from pos_tui.till.goods.counts import ShopCounts

        at, codes = self._context, self._codes
        return ShopCounts(at.books, at.clock.now, codes.read, codes.find, self._find)

    @cached_property
    def stock(self) -> ShopStock:
        """The lists of goods that want something done."""
        from pos_tui.till.goods.stock import ShopStock

        at = self._context
        return ShopStock(at.books, at.clock.now, at.who)

    @cached_property
    def labels(self) -> ShopLabels:
        """Labels for shelves and goods."""
        from pos_tui.till.goods.labels import ShopLabels

        at = self._context
        return ShopLabels(at.settings, at.books, at.clock.now, self._spool(), at.language, at.who)
