"""The lists of goods that want something done: each with the keys that do it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from textual.binding import Binding, BindingType
from textual.widget import Widget

from pos_tui.reasons import Reason
from pos_tui.settings import TillSettings
from pos_tui.till import BooksError
from pos_tui.till.goods.stock import (
    STOCK_LISTS,
    USUAL_DAYS,
    OrderFileError,
    near_expiry_steps,
    plain_quantity,
)
from pos_tui.tui.pages.counting import CountingPage
from pos_tui.tui.pages.label import GoodsToLabel, LabelPage
from pos_tui.tui.pages.number import NumberPage
from pos_tui.tui.pages.offers import Offers, OffersScreen
from pos_tui.tui.pages.stock_words import (
    columns_of,
    goods_cells,
    history_cells,
    history_columns,
    order_titles,
    summary_of,
)
from pos_tui.tui.parts.columns import Column, Row
from pos_tui.tui.parts.counting_shop import CountingShop
from pos_tui.tui.parts.fields import NumberField, words_of_error
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.parts.scanned_goods import ScannedGoods
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from decimal import Decimal

    from pos_tui.till import Product
    from pos_tui.till.goods.labels import ShopLabels
    from pos_tui.till.goods.stock import ListedGoods, PastMovement, ShopStock, StockList

_MOST_DAYS = 3660
_WITH_OFFERS = frozenset(("expiring", "dead"))
_WITH_MINIMUM = frozenset(("low", "reorder"))


class _Shop(Struct, frozen=True):
    """What the pages share."""

    palette: Palette
    settings: TillSettings
    stock: ShopStock
    labels: ShopLabels
    offers: Offers
    find: Callable[[str], list[Product]]
    counting: CountingShop


class StockListsMenu(PageScreen[None]):
    """Each list, and how much is on it."""

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        stock: ShopStock,
        labels: ShopLabels,
        offers: Offers,
        find: Callable[[str], list[Product]],
        counting: CountingShop,
    ) -> None:
        """`find` gives goods by words or code."""
        super().__init__(palette, say("stock_lists.title"), say("stock_lists.keys"))
        self._shop = _Shop(palette, settings, stock, labels, offers, find, counting)
        columns = (Column("", share=2), Column("", right=True), Column("", share=5, needs=70))
        self._list: RowList[StockList] = RowList(palette, columns)

    def body(self) -> Iterable[Widget]:
        """The lists."""
        yield self._list

    def on_mount(self) -> None:
        """Show the lists at once, and then how much is on each."""
        self._show({})
        self.say(say("stock_lists.looking"))

    def on_screen_resume(self) -> None:
        """Count again: a page above may have changed something."""
        self.run_worker(self._count(), exclusive=True)

    def on_row_list_moved(self) -> None:
        """Say what is on the chosen list."""
        which = self._list.chosen
        if which is not None:
            self.say(say(f"stock_lists.{which}_hint", days=USUAL_DAYS[which]))

    def on_row_list_opened(self) -> None:
        """Open the chosen list."""
        if self._list.chosen is not None:
            self.app.push_screen(StockListPage(self._shop, self._list.chosen))

    async def _count(self) -> None:
        try:
            counts = await asyncio.to_thread(self._shop.stock.counts)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        self._show({which: str(count) for which, count in counts.items()})
        self.on_row_list_moved()

    def _show(self, counts: dict[StockList, str]) -> None:
        self._list.show(
            Row(
                which,
                (
                    say(f"stock_lists.{which}"),
                    counts.get(which, ""),
                    say(f"stock_lists.{which}_hint", days=USUAL_DAYS[which]),
                ),
            )
            for which in STOCK_LISTS
        )


class StockListPage(PageScreen[None]):
    """One list; Enter shows what came and went, the other keys do what the list is for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2,alt+q", "days", id="quantity"),
        Binding("f4,alt+c", "offer", id="discount"),
        Binding("f6", "minimum"),
        Binding("f8,alt+o", "order_files", id="hold"),
        Binding("f11,alt+r", "label", id="receipt"),
        Binding("ctrl+n,insert", "count"),
    ]

    def __init__(self, shop: _Shop, which: StockList) -> None:
        super().__init__(shop.palette, "", say(f"stock_lists.keys_{which}"))
        self._shop = shop
        self._which = which
        self._days = USUAL_DAYS[which]
        self._currency = shop.settings.currency
        self._list: RowList[ListedGoods] = RowList(
            shop.palette, columns_of(which), empty=say("stock_lists.empty"), scan=self._scanned
        )
        self._goods = ScannedGoods(shop.settings, shop.find)

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    def on_mount(self) -> None:
        """Look through the stock, beside the screen."""
        self._look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Each list has the keys that it is for."""
        return {
            "offer": self._which in _WITH_OFFERS,
            "minimum": self._which in _WITH_MINIMUM,
            "order_files": self._which == "reorder",
            "label": self._which != "reorder",
            "count": self._which == "below_zero",
            "days": self._which != "below_zero",
        }.get(action, True)

    def on_row_list_moved(self) -> None:
        """Say what else there is to know of the chosen goods."""
        chosen = self._list.chosen
        self.say("" if chosen is None else summary_of(chosen, self._currency))

    def on_row_list_opened(self) -> None:
        """Show what came and went of the chosen goods."""
        assert self._list.chosen is not None
        self.app.push_screen(MovementsPage(self._shop, self._list.chosen))

    def _scanned(self, code: str) -> None:
        """Choose the scanned goods, where they are on the list."""
        found = self._goods.scanned(code)
        if isinstance(found, Reason):
            self.refuse_scan(in_words(found))
            return
        if self._list.words:
            self._list.search("")
        self.call_later(self._choose, found)  # after what the end of a search brings

    def _choose(self, product: Product) -> None:
        codes = [row.item.code for row in self._list.rows]
        if product.code not in codes:
            self.refuse_scan(say("stock_lists.not_listed", name=product.name))
            return
        self._list.show(self._list.rows, codes.index(product.code))
        self.on_row_list_moved()

    def action_days(self) -> None:
        """Ask how far the list looks."""
        field = NumberField(
            id="number",
            label=say("stock_lists.days_label"),
            hint=say("stock_lists.days_hint"),
            least=0,
            most=_MOST_DAYS,
            needed=True,
        )

        def then(number: Decimal | None) -> None:
            if number is not None:
                self._days = int(number)
                self._look()

        title, palette = say("stock_lists.days_title"), self._shop.palette
        page = NumberPage(palette, title, field, str(self._days), self._currency)
        self.app.push_screen(page, then)

    def action_minimum(self) -> None:
        """Ask how much of the chosen goods there should be at least."""
        row = self._list.chosen
        if row is None:
            return
        field = NumberField(
            id="number",
            label=say("stock_lists.minimum_label"),
            hint=say("stock_lists.minimum_hint"),
            decimals=3,
            least=0,
            most=10**9,
            needed=True,
        )

        def then(number: Decimal | None) -> None:
            if number is not None:
                self.run_worker(self._set_minimum(row, number), group="minimum")

        title = say("stock_lists.minimum_title", name=row.name)
        text = plain_quantity(row.minimum)
        page = NumberPage(self._shop.palette, title, field, text, self._currency)
        self.app.push_screen(page, then)

    def action_offer(self) -> None:
        """Make an offer on the chosen goods: the nearer the date, the more off."""
        row = self._list.chosen
        if row is None:
            return
        if row.days_left is not None and row.days_left < 0:
            self.say(say("stock_lists.over_no_offer", name=row.name), "warning")
            return
        texts = {"on": row.code}
        kind = "percent_off"
        if row.expires_on is not None and row.days_left is not None:
            kind = "near_expiry"
            texts |= {"steps": near_expiry_steps(row.days_left), "ends": f"{row.expires_on}"}
        shop = self._shop
        offers = OffersScreen(shop.palette, shop.settings, shop.offers, shop.find)

        def then(name: str | None) -> None:
            if name is not None:
                self.say(say("stock_lists.offer_kept", name=name), "good")

        self.app.push_screen(offers.page_for(kind, texts), then)

    def action_order_files(self) -> None:
        """Write a file for each supplier."""
        self.run_worker(self._write_orders(), group="orders")

    def action_label(self) -> None:
        """Make a label of the chosen goods."""
        row = self._list.chosen
        if row is not None:
            goods = GoodsToLabel(row.code, row.name, row.lot)
            shop = self._shop
            page = LabelPage(shop.palette, shop.labels, self._currency, goods)
            self.app.push_screen(page, self._labelled)

    def action_count(self) -> None:
        """Count the chosen goods, in the stock take of all that is below zero."""
        row = self._list.chosen
        if row is not None:
            self.run_worker(self._count(row), exclusive=True, group="count")

    async def _count(self, row: ListedGoods) -> None:
        product = self._goods.scanned(row.code)
        if isinstance(product, Reason):
            self.say(product, "error")
            return
        shop = self._shop
        name, by = say("stock_lists.count_name"), shop.counting.who()
        try:
            take = await asyncio.to_thread(shop.counting.counts.begin_or_join, name, by)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        self.app.push_screen(CountingPage(shop.counting, take, product), self._counted)

    def _counted(self, sentence: str | None) -> None:
        self._look(sentence or "")

    def _labelled(self, sentence: str | None) -> None:
        if sentence is not None:
            self._look(sentence)

    def _look(self, sentence: str = "") -> None:
        title = say(f"stock_lists.{self._which}")
        if self._days:
            title = say("stock_lists.title_days", title=title, days=self._days)
        self.query_one("#page").border_title = title
        self.load(self._load(sentence), "rows")

    async def _load(self, sentence: str = "") -> None:
        if not self._list.rows:
            self.say(say("stock_lists.looking"))
        try:
            found = await asyncio.to_thread(self._shop.stock.rows, self._which, self._days)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        which, currency = self._which, self._currency
        self._list.show(Row(row, goods_cells(which, row, currency), _style(row)) for row in found)
        if sentence:
            self.say(sentence, "good")
        else:
            self.on_row_list_moved()

    async def _set_minimum(self, row: ListedGoods, minimum: Decimal) -> None:
        try:
            there = await asyncio.to_thread(self._shop.stock.set_minimum, row.product_id, minimum)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        kind = "stock_lists.minimum_kept" if minimum else "stock_lists.minimum_gone"
        if there:
            text = f"{minimum} {row.unit}".rstrip()
            await self._load(say(kind, name=row.name, minimum=text))
        else:
            self.say(say("stock_lists.product_gone", name=row.name), "warning")

    async def _write_orders(self) -> None:
        rows = [row.item for row in self._list.rows]
        if not any(row.order for row in rows):
            self.say(say("stock_lists.nothing_to_order"), "warning")
            return
        try:
            count, folder = await asyncio.to_thread(
                self._shop.stock.write_orders, order_titles(), rows
            )
        except OrderFileError as error:
            self.say(words_of_error(error), "error")
        else:
            self.say(say("stock_lists.orders_written", count=count, folder=str(folder)), "good")


class MovementsPage(PageScreen[None]):
    """What came and went of one product, the latest first."""

    def __init__(self, shop: _Shop, row: ListedGoods) -> None:
        title = say("stock_lists.history_title", name=row.name)
        super().__init__(shop.palette, title, say("stock_lists.history_keys"))
        self._shop = shop
        self._row = row
        self._list: RowList[PastMovement] = RowList(
            shop.palette, history_columns(), empty=say("stock_lists.history_empty")
        )

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield self._list

    async def on_mount(self) -> None:
        """Read the movements, beside the screen."""
        try:
            found = await asyncio.to_thread(self._shop.stock.history, self._row.product_id)
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        self._list.show(Row(moved, history_cells(moved)) for moved in found)
        self.say(summary_of(self._row, self._shop.settings.currency))


def _style(row: ListedGoods) -> str:
    is_over = row.days_left is not None and row.days_left < 0
    return "warning" if is_over or (row.days_left == 0) else "line"
