"""The till's one screen: events of the till go to its panes, keys and scans go to the till."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual import events as keys
from textual.app import ComposeResult
from textual.screen import Screen

from pos_tui.checkout import events
from pos_tui.checkout.sale import Customer
from pos_tui.checkout.sale_view import SaleView
from pos_tui.devices.scanners.scanner import ScannerState
from pos_tui.money import format_amount
from pos_tui.reasons import Reason, because, reason_of
from pos_tui.settings import TillSettings
from pos_tui.tui import first_frame
from pos_tui.tui.cashier import Cashier
from pos_tui.tui.commands import COMMAND_OF_ID, Controls, key_bar
from pos_tui.tui.entry import ScanEntry
from pos_tui.tui.page_opener import PageOpener
from pos_tui.tui.panes.edges import HeaderBar, ScanLine, link_label
from pos_tui.tui.panes.expiry import ExpiryPane
from pos_tui.tui.panes.payment import PaymentPane
from pos_tui.tui.panes.settlement import SettlementPane
from pos_tui.tui.parts.prompt import Prompt
from pos_tui.tui.theme import Palette

if TYPE_CHECKING:
    from pos_tui.till import Till
    from pos_tui.tui.hints import Hints

_AT_REST_S = 2.0


class TillScreen(Screen[None]):
    """Three panes, the header, the scan line. There is one truth, and it is the till's.

    `view` is the sale as it stood when the till last reported.
    """

    AUTO_FOCUS = None

    def __init__(
        self,
        settings: TillSettings,
        palette: Palette,
        clock: Callable[[], datetime],
        make_till: Callable[[Callable[[events.TillEvent], None]], Till],
        hints: Hints | None,
        keymap: Mapping[str, str],
        next_language: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`keymap` gives the id of each key's command; `next_language` changes the language;
        `monotonic` gives the seconds by which keys and scans are timed.
        """
        super().__init__()
        self._settings = settings
        self._clock = clock
        self._monotonic = monotonic
        self._hints = hints
        self._keymap = keymap
        self._paid_view = False
        self._last_sale = 0
        self.palette = palette
        self.header = HeaderBar(palette)
        self.list = SettlementPane(palette, settings.currency)
        self.expiry = ExpiryPane(palette)
        self.payment = PaymentPane(palette)
        self.scan_line = ScanLine(palette, key_bar())
        self.till = make_till(self.show)
        self.view: SaleView = self.till.view
        self.entry = ScanEntry(self.scan_line, self.till, self._ring, monotonic)
        self._pages = PageOpener(
            palette,
            settings,
            self.till,
            self.list,
            keymap,
            self._push,
            self.entry.accept_scan,
            self._say,
        )
        self._pages.hints = hints
        self._controls = Controls(
            self.entry,
            self.list,
            Cashier(
                settings, self.till, self.list, self.entry.ask, self._say, self._work, self._clock
            ),
            self._pages,
            next_language,
            self._leave,
        )

    def compose(self) -> ComposeResult:
        """The panes, in the order of the grid."""
        yield self.header
        yield self.list
        yield self.expiry
        yield self.payment
        yield self.scan_line

    async def on_mount(self) -> None:
        """Show the sale as it stands; start what waits beside it once the frame is out."""
        self._show_who(None)
        self.list.show_list(self.view.lines, self.view.totals)
        self.till.open()
        if self._settings.gateway.url:
            self._show_link("gateway", None)
            if self._settings.redis.url:
                self._show_link("redis", None)
        self._tick()
        self.call_after_refresh(self._start)

    async def _start(self) -> None:
        first_frame.started()
        folder = self._settings.scanner.pictures
        if folder is not None:
            from pos_tui.tui.picture_watch import PictureWatch

            self._pages.pictures = PictureWatch(folder)
            self.set_interval(1.0, self._look_for_pictures)
        self.run_worker(self.till.start(), exit_on_error=False)

    async def _look_for_pictures(self) -> None:
        """Open a picture that has come into the folder, once the cashier's hands are free."""
        watch = self._pages.pictures
        assert watch is not None
        trouble = await watch.look()
        if trouble is not None:
            self._say(trouble, "warning")
        busy = self.entry.is_used or self.view.warnings or self.till.why_not_change()
        at_rest = self._monotonic() - self.entry.key_at > _AT_REST_S
        if self.is_current and at_rest and not busy and (picture := watch.pop()) is not None:
            self._pages.picture(picture)

    async def on_unmount(self) -> None:
        """Stop what waits beside the sale; it is resumed at the next start."""
        await self.till.close()

    def on_resize(self, event: keys.Resize) -> None:
        """Use the room that there is."""
        self.set_class(event.size.width >= 100 and event.size.height >= 30, "-roomy")

    # ---- what the till reports ---------------------------------------------------------------

    def show(self, event: events.TillEvent) -> None:
        """Show what happened."""
        self.view = view = self.till.view
        match event:
            case events.LineChanged(change=change, also=True):
                self.list.show_also(change, view.lines)
            case events.LineChanged(change=change, code=code):
                self._begin_anew()
                self.list.show_change(change, view.lines)
                if code:
                    self.scan_line.show_code(code)
                self._hint()
            case events.NotSold():
                self._not_sold(event)
            case events.ItemExpired(warning=warning):
                self.entry.warn()
                self.expiry.show_warnings(view.warnings)
                self._hint()
                self._begin_anew()
                name, day = warning.name, warning.expires_on
                self._say(because("sale.expired", name=name, day=day), "error")
            case events.ExpiryConfirmed():
                self.expiry.show_warnings(view.warnings)
                self._hint()
            case events.LookAtDate():
                self.expiry.show_note(event)
            case events.TotalsChanged(totals=totals):
                self.list.show_totals(totals)
            case events.CustomerKnown(customer=customer):
                self._customer_known(customer)
            case events.SaleHeld(number=number):
                self._say(because("sale.held", number=number), "info")
            case events.QuantitySet(quantity=quantity):
                self.scan_line.show_code(f"{quantity} ×" if quantity else "")
            case events.Notice(reason=reason, tone=tone):
                self._say(reason, tone)
            case events.PaymentChanged(view=payment, sale_no=sale_no):
                if self._is_of_now(sale_no):
                    self.payment.show_view(payment)
            case events.PaymentFailed():
                self._say(because("sale.not_paid"), "error")
            case events.SalePaid():
                self._sale_paid(event)
            case events.ReceiptMade(text=text, printed=printed):
                if printed == "none" and not view.lines:
                    self.list.show_paper(text)
            case events.SaleVoided(number=number):
                self._say(because("sale.voided", number=number), "info")
            case events.SaleOpened(number=number, resumed=resumed):
                self._sale_opened(number, resumed)
            case events.LinkChanged(link=link, ok=ok, why=why):
                self._link_changed(link, ok, why)
            case _:
                pass

    def show_scanner(self, state: ScannerState) -> None:
        """Show whether a scanner is there; say what is wrong with it."""
        name = f"scanner {state.name}"
        label = because("screen.link_scanner", name=state.name)
        self.scan_line.show_link(name, label, state.ready)
        trouble = self._pages.troubles.pop(name, None)
        if state.why is not None:
            self._say(state.why, "warning")
        elif trouble is not None:
            self._say(because("screen.scanner_back", name=state.name), "info")
        if not state.ready and state.why is not None:
            self._pages.troubles[name] = state.why

    def report_fault(self, error: Exception) -> None:
        """Say that something went wrong; list and screen stay as they are."""
        try:
            self.till.report_fault(error)
        except Exception as again:
            self._say(because("till.fault", why=reason_of(again)), "error")

    def redraw(self) -> None:
        """Draw everything again: words are in another language now."""
        for pane in (self.header, self.list, self.expiry, self.payment, self.scan_line):
            pane.refresh()

    def _link_changed(self, link: events.Link, ok: bool, why: Reason | None) -> None:
        self._pages.troubles.pop(link, None)
        if why is not None:
            self._pages.troubles[link] = why
        if link not in {"voice", "clock"} or not ok:
            self._show_link(link, ok)
        else:
            self.scan_line.drop_link(link)
        if why is not None and link in {"disk", "printer", "voice", "clock"}:
            self._say(why, "error")

    def _show_link(self, link: events.Link, ok: bool | None) -> None:
        self.scan_line.show_link(link, link_label("net" if link == "gateway" else link), ok)

    def _sale_opened(self, number: int, resumed: bool) -> None:
        self._show_who(None)
        self.header.show_header(sale=because("screen.sale", number=number))
        if self.is_mounted:
            self.list.show_list(self.view.lines, self.view.totals)
            self.expiry.clear()
            self.expiry.show_warnings(self.view.warnings)
        if resumed:
            self._say(because("sale.resumed", number=number), "info")
        self._hint()

    def _show_who(self, customer: Customer | None) -> None:
        """Shop, till and cashier, and who buys where that is known."""
        who = {
            "shop": self._settings.shop.name,
            "till": self._settings.till.number,
            "cashier": self._settings.till.cashier,
        }
        if customer is None:
            self.header.show_header(left=because("screen.who", **who))
        else:
            self.header.show_header(left=because("screen.who_for", customer=customer.name, **who))

    def _customer_known(self, customer: Customer | None) -> None:
        self._show_who(customer)
        if customer is None:
            self._say(because("sale.no_member"), "info")
        else:
            self._say(because("sale.member", name=customer.name, group=customer.group), "info")

    def _sale_paid(self, event: events.SalePaid) -> None:
        self._last_sale = event.number
        self._paid_view = True
        currency, number = self._settings.currency, event.number
        total = format_amount(event.total, currency)
        paid = because("sale.paid", number=number, total=total)
        if event.tender.kind == "cash":
            change = format_amount(event.tender.change, currency)
            paid = because("sale.paid_with_change", number=number, total=total, change=change)
        self._say(paid, "good")

    def _not_sold(self, event: events.NotSold) -> None:
        read = event.unpriced
        product = None if read is None else self.till.codes.product(event.code)
        if product is None:
            self._say(because("screen.not_sold", code=event.code, why=event.why), "warning")
            return

        def sell_at(text: str) -> None:
            self.till.sell_at(product, text, read)

        self.entry.ask(Prompt(because("item.asks_price", name=product.name), sell_at))

    def _is_of_now(self, sale_no: int) -> bool:
        """Whether a sale's payment belongs on the screen: this one's, or the last one's until
        this one has an item.
        """
        sale = self.view
        return sale_no == sale.number or (sale_no == self._last_sale and not sale.lines)

    def _say(self, sentence: Reason, style: str) -> None:
        """Say something in place of what is typed; the next key shows that again."""
        self.scan_line.show_sentence(sentence, style)

    def _begin_anew(self) -> None:
        """With the first item of a sale, the last one's payment leaves the screen."""
        if self._paid_view:
            self._paid_view = False
            self.payment.show_view(None)

    def _hint(self) -> None:
        if self._hints is not None:
            hint = self._hints.hint(self.view.is_empty, bool(self.view.warnings))
            self.scan_line.show_hint(hint)

    def _tick(self) -> None:
        now = self._clock()
        self.header.show_header(time=f"{now:%H:%M}")
        if self.is_mounted:
            try:
                self.till.look_at_the_time()
            except Exception as error:  # a clock that ends would never price an offer again
                self.report_fault(error)
        self.set_timer(60.5 - now.second, self._tick)

    # ---- what the cashier does ---------------------------------------------------------------

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """A whole code from a scanner; it never becomes the answer to a question."""
        try:
            self.entry.accept_scan(text, began)
        except Exception as error:
            self.report_fault(error)

    def accept_key(self, event: keys.Key) -> None:
        """One key pressed by a person: a command, or typing."""
        try:
            self._accept_key(event)
        except Exception as error:
            self.report_fault(error)

    def _accept_key(self, event: keys.Key) -> None:
        bound_to = self._keymap.get(event.key)
        hints = self._hints
        if hints is not None and event.key == "space" and not (bound_to or self.entry.is_used):
            self.entry.accept_scan(hints.next_scan(self.view.is_empty))
            self._hint()
            return
        command = self.entry.accept_key(event, bound_to)
        if command is not None:
            COMMAND_OF_ID[command].run(self._controls)

    def _work(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what must wait for the disk, beside the screen."""
        self.run_worker(self._finish(work), exit_on_error=False)

    async def _finish(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            self.report_fault(error)

    def _ring(self) -> None:
        self.app.bell()

    def _push(self, page: Screen[None]) -> None:
        self.app.push_screen(page)

    def _leave(self) -> None:
        self.app.exit()
