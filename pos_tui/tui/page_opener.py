"""Opens the pages that lie over the till's screen; each is imported when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

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
        self.give_money: Callable[[], None] = lambda: None
        self.void: Callable[[], None] = lambda: None

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
            return *running, *seen[len(running)], *till.money.late.rows()

        def take_up(number: int) -> None:
            """A sale; of one that is over, what came late for it has been seen."""
            is_late = till.money.late.see(number)
            numbers = {each.sale_no for each in till.open_payments()}
            numbers |= {each.number for each in till.held_sales()}
            if number in numbers or not is_late:
                till.recall(number)

        def give_up(number: int) -> None:
            take_up(number)
            if till.view.number == number:
                self.void()

        try:
            page = RecallScreen(
                self._palette,
                self._settings,
                rows,
                till.clock.now,
                take_up,
                give_up,
                {key for key, command in self._keymap.items() if command == "void"},
                self._accept_scan,
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
            "drawer": self.drawer,
            "returns": self.returns,
            "vouchers": self._vouchers,
            "accounts": self._accounts,
            "reports": self._reports,
            "clearing": self._clearing,
            "papers": self._papers,
        }
        self._push(SubjectsMenu(self._palette, lambda word: say(f"money_menu.{word}"), pages))

    def returns(self, number: int = 0) -> None:
        """Goods that come back: of the sale of this number, 0: it is asked for."""

        def open_page(_: str) -> None:
            from pos_tui.tui.pages.returns import ReturnsScreen

            self._push(
                ReturnsScreen(
                    self._palette,
                    self._settings,
                    self._till.money.returns,
                    number,
                    self._with_permission,
                    self.give_money,
                )
            )

        self._with_permission("return", because("permission.open_returns"), open_page)

    def drawer(self) -> None:
        """The drawer: shifts, money in and out beside sales, X and Z reports."""
        from pos_tui.tui.pages.drawer import DrawerScreen

        drawer, staff = self._till.money.drawer, self._till.staff
        self._push(
            DrawerScreen(
                self._palette,
                drawer,
                staff.who,
                self._with_permission,
                lambda: staff.may("reports"),
            )
        )

    def _vouchers(self) -> None:
        from pos_tui.tui.pages.vouchers import VouchersScreen

        till = self._till
        self._push(
            VouchersScreen(
                self._palette,
                till.money.vouchers,
                till.sell_voucher,
                till.why_not_change,
                self._with_permission,
            )
        )

    def _accounts(self) -> None:
        from pos_tui.tui.pages.accounts import AccountsScreen

        till = self._till
        self._push(
            AccountsScreen(
                self._palette,
                till.money.accounts,
                till.settle_account,
                till.why_not_change,
                self._with_permission,
            )
        )

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

    def _papers(self) -> None:
        from pos_tui.tui.pages.papers import PapersPage

        self._push(PapersPage(self._palette, self._till.papers, self._with_permission))

    def _goods_in(self) -> None:
        from pos_tui.tui.pages.goods_in import GoodsInScreen

        till = self._till
        self._push(
            GoodsInScreen(self._palette, till.goods.deliveries, till.find, self._received_product)
        )

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
        till, scanned = self._till, self._till.unknown

        def sell(_: object) -> None:
            till.forget_unknown()
            till.scan(scanned)

        try:
            self._push(self._new_product("counter_title", scanned, "", sell))
        except ReasonError as error:
            self._say(reason_of(error), "warning")

    def _received_product(
        self, scanned: str, supplier: str, kept: Callable[[object], None]
    ) -> Screen[None]:
        return self._new_product("received_title", scanned, supplier, kept)

    def _new_product(
        self,
        title: Literal["counter_title", "received_title"],
        scanned: str,
        supplier: str,
        kept: Callable[[object], None],
    ) -> Screen[None]:
        """The page of a product with a code that no product has. Raises ReasonError."""
        from pos_tui.till.goods.products import ProductRecord
        from pos_tui.tui.pages.product import COUNTER_FIELDS, ProductPage
        from pos_tui.wording.current import say

        products = self._till.goods.products
        code = products.code_of(scanned)
        words = say(f"products_page.{title}", code=code.lstrip("0") or code)
        new = ProductRecord((code,), "", supplier=supplier)
        return ProductPage(
            self._palette, self._settings, products, words, new, {}, kept, names=COUNTER_FIELDS
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
        from pos_tui.tui.parts.counting_shop import CountingShop

        till, goods, find = self._till, self._till.goods, self._till.find
        counting = CountingShop(
            self._palette,
            self._settings,
            goods.counts,
            find,
            till.staff.who,
            self._with_permission,
        )
        self._push(
            StockListsMenu(
                self._palette,
                self._settings,
                goods.stock,
                goods.labels,
                goods.offers,
                find,
                counting,
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
