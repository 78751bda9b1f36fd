"""Opens the pages that lie over the till's screen; each is imported when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.reasons import Reason, ReasonError, because, reason_of
from pos_tui.settings import TillSettings
from pos_tui.tui.panes.settlement import SettlementPane
from pos_tui.tui.theme import Palette

if TYPE_CHECKING:
    from textual.screen import Screen

    from pos_tui.checkout.open_payments import OpenPayment
    from pos_tui.till import HeldSale, Till
    from pos_tui.tui.hints import Hints
    from pos_tui.tui.pages.help import Moment
    from pos_tui.tui.parts.permission import WithPermission
    from pos_tui.tui.picture_watch import PictureWatch


class PageOpener:
    """Gives each page what it shows, and the two ways back: a scan, and a sentence."""

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        till: Till,
        lines: SettlementPane,
        keymap: Mapping[str, str],
        push: Callable[[Screen[None]], object],
        with_permission: WithPermission,
        accept_scan: Callable[[str, float | None], None],
        say: Callable[[Reason, str], None],
        moment: Callable[[tuple[Reason, ...]], Moment],
    ) -> None:
        """`push` puts a page on top; `with_permission` opens those that not everybody may;
        `accept_scan` gets what is scanned while a page is open.

        `moment` gives what the help is about, with these troubles.
        """
        self._palette = palette
        self._settings = settings
        self._till = till
        self._lines = lines
        self._keymap = keymap
        self._push = push
        self._with_permission = with_permission
        self._accept_scan = accept_scan
        self._say = say
        self.hints: Hints | None = None
        self.pictures: PictureWatch | None = None
        self.troubles: dict[str, Reason] = {}
        self._moment = moment

    def help(self) -> None:
        """The keys and what is wrong now, then the pages of the manual."""
        from pos_tui.tui.pages.help import HelpScreen

        more = () if self.hints is None else self.hints.help_lines()
        moment = self._moment(tuple(self.troubles.values()))
        self._push(HelpScreen(self._palette, moment, self._keymap, more, self._accept_scan))

    def why(self) -> None:
        """Why the selected line costs what it does."""
        from pos_tui.tui.pages.why import WhyScreen

        if self._lines.selected_line is None:
            self._say(because("screen.no_line_for_why"), "info")
            return
        till, lines = self._till, self._till.view.lines
        self._push(
            WhyScreen(
                self._palette,
                self._settings,
                lines,
                self._lines.selected,
                lambda index: till.why_price(lines[index].number),
                self._accept_scan,
            )
        )

    def recall(self) -> None:
        """The sales put aside: those whose payments run, and those on hold."""
        from pos_tui.till import BooksError
        from pos_tui.tui.pages.recall import RecallScreen

        till = self._till
        seen: dict[int, Sequence[HeldSale]] = {}

        def rows() -> Sequence[OpenPayment | HeldSale]:
            """Those on hold are read again when a payment has ended: that sale may be one now."""
            running = till.open_payments()
            if len(running) not in seen:
                seen.clear()
                seen[len(running)] = till.held_sales()
            return *running, *seen[len(running)]

        try:
            page = RecallScreen(
                self._palette, self._settings, rows, till.clock.now, till.recall, self._accept_scan
            )
        except BooksError as error:
            self._say(reason_of(error), "error")
            return
        self._push(page)

    def choose_reason(self, reasons: Sequence[str], chosen: Callable[[str], None]) -> None:
        """The reasons for a discount; `chosen` gets the place of one, counted from 1."""
        from pos_tui.tui.pages.reasons import ReasonsPage

        self._push(ReasonsPage(self._palette, reasons, chosen))

    def offers(self) -> None:
        """The shop's offers."""
        from pos_tui.tui.pages.offers import OffersScreen

        till = self._till
        self._push(OffersScreen(self._palette, self._settings, till.goods.offers, till.find))

    def goods(self) -> None:
        """The menu of the shop's goods."""
        from pos_tui.tui.parts.subjects_menu import SubjectsMenu
        from pos_tui.wording.current import say

        pages = {
            "products": self.products,
            "goods_in": self._goods_in,
            "goods_out": self._goods_out,
            "stock_take": self.counts,
            "stock_lists": self.stock_lists,
        }
        self._push(SubjectsMenu(self._palette, lambda word: say(f"goods_menu.{word}"), pages))

    def money(self) -> None:
        """The menu of the shop's money."""
        from pos_tui.tui.parts.subjects_menu import SubjectsMenu
        from pos_tui.wording.current import say

        pages: dict[str, Callable[[], None]] = {
            "reports": self._reports,
            "clearing": self._clearing,
        }
        self._push(SubjectsMenu(self._palette, lambda word: say(f"money_menu.{word}"), pages))

    def _reports(self) -> None:
        from pos_tui.tui.pages.report import ReportPage

        reports = self._till.money.reports

        def open_page(_: str) -> None:
            self._push(ReportPage(self._palette, self._settings, reports))

        self._with_permission("reports", because("permission.open_reports"), open_page)

    def _clearing(self) -> None:
        from pos_tui.tui.pages.clearing import ClearingPage

        clearing = self._till.money.clearing

        def open_page(_: str) -> None:
            self._push(ClearingPage(self._palette, self._settings, clearing, self._with_permission))

        self._with_permission("reports", because("permission.open_clearing"), open_page)

    def _goods_in(self) -> None:
        from pos_tui.tui.pages.goods_in import GoodsInScreen

        self._push(GoodsInScreen(self._palette, self._till.goods.deliveries, self._till.find))

    def _goods_out(self) -> None:
        from pos_tui.tui.pages.goods_out import GoodsOutScreen

        self._push(GoodsOutScreen(self._palette, self._till.goods.issues, self._till.find))

    def products(self) -> None:
        """The shop's products."""
        from pos_tui.tui.pages.products import ProductsScreen

        till = self._till
        self._push(ProductsScreen(self._palette, self._settings, till.goods.products, till.find))

    def add_product(self) -> None:
        """Add the code that was scanned last and is not in the books, and sell it."""
        from pos_tui.till.goods.products import ProductRecord
        from pos_tui.tui.pages.product import COUNTER_FIELDS, ProductPage
        from pos_tui.wording.current import say

        till, scanned = self._till, self._till.unknown
        try:
            code = till.goods.products.code_of(scanned)
        except ReasonError as error:
            self._say(reason_of(error), "warning")
            return

        def sell(_: object) -> None:
            till.unknown = ""
            till.scan(scanned)

        title = say("products_page.counter_title", code=code.lstrip("0") or code)
        self._push(
            ProductPage(
                self._palette,
                self._settings,
                till.goods.products,
                title,
                ProductRecord((code,), ""),
                {},
                sell,
                names=COUNTER_FIELDS,
            )
        )

    def counts(self) -> None:
        """The shop's stock takes."""
        from pos_tui.tui.pages.counts import CountsScreen

        till = self._till
        self._push(
            CountsScreen(
                self._palette,
                self._settings,
                till.goods.counts,
                till.find,
                till.staff.who,
                self._with_permission,
            )
        )

    def stock_lists(self) -> None:
        """The lists of goods that want something done."""
        from pos_tui.tui.pages.stock_lists import StockListsMenu

        goods, find = self._till.goods, self._till.find
        self._push(
            StockListsMenu(
                self._palette, self._settings, goods.stock, goods.labels, goods.offers, find
            )
        )

    def find(self) -> None:
        """Find an item; the same key again goes on to a picture of goods."""
        from pos_tui.tui.pages.find import FindScreen

        till = self._till
        keys = {key for key, command in self._keymap.items() if command == "find"}
        self._push(
            FindScreen(self._palette, self._settings, till.find, till.scan, keys, self.picture)
        )

    def picture(self, now: Path | None = None) -> None:
        """Read a picture of goods: one that is chosen there, or `now` the one that has come."""
        from pos_tui.devices.scanners.scanned_text import shop_encoding
        from pos_tui.tui.pages.picture import PictureScreen

        shop = self._settings.shop
        encoding = shop_encoding(shop.language, shop.currency)
        files = [] if self.pictures is None else self.pictures.files()
        rows_of = self._till.codes.picture_rows
        self._push(PictureScreen(self._palette, files, rows_of, self._sell_all, now, encoding))

    def _sell_all(self, codes: Sequence[str]) -> Reason | None:
        """Sell what a picture holds; why not when nothing can be sold now."""
        why = self._till.why_not_change()
        for code in () if why is not None else codes:
            self._till.scan(code)
        return why
