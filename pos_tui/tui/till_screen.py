"""The till's one screen: events of the till go to its panes, keys and scans go to the till."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual import events as keys
from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.timer import Timer

from pos_tui.checkout import events
from pos_tui.checkout.by_piece import is_by_piece
from pos_tui.checkout.line import SettlementLine
from pos_tui.checkout.sale import Customer
from pos_tui.checkout.sale_view import SaleView
from pos_tui.checkout.settlement_list import LineChange
from pos_tui.devices.scanners.scanner import ScannerState
from pos_tui.money import Currency, format_amount
from pos_tui.reasons import Reason, because, reason_of
from pos_tui.settings import TillSettings
from pos_tui.tui import first_frame
from pos_tui.tui.cashier import Cashier
from pos_tui.tui.commands import COMMAND_OF_ID, Controls
from pos_tui.tui.entry import ScanEntry
from pos_tui.tui.lean_update import LeanCompositor
from pos_tui.tui.page_opener import PageOpener
from pos_tui.tui.panes.expiry import ExpiryPane
from pos_tui.tui.panes.header import HeaderBar
from pos_tui.tui.panes.key_bar import BarState
from pos_tui.tui.panes.payment import PaymentPane
from pos_tui.tui.panes.scan_line import ScanLine, ScannedItem, link_label, paper_label
from pos_tui.tui.panes.settlement import PaidAmounts, SettlementPane
from pos_tui.tui.panes.standing import StandingMessage, standing
from pos_tui.tui.parts.news_row import NewsRow
from pos_tui.tui.parts.permission import asking_permission
from pos_tui.tui.parts.prompt import Prompt
from pos_tui.tui.signing_on import FOR_ALL, SigningOn
from pos_tui.tui.theme import Palette
from pos_tui.tui.weighing import WeighingQuestion

if TYPE_CHECKING:
    from pos_tui.till import Till
    from pos_tui.tui.hints import Hints
    from pos_tui.tui.pages.help import Moment

_AT_REST_S = 2.0
_ROWS_OF_THE_OTHERS = 1 + 7 + 4  # header, expiry, foot


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
        self._compositor = LeanCompositor()
        self._settings = settings
        self._clock = clock
        self._monotonic = monotonic
        self._hints = hints
        self._keymap = keymap
        self._paid_view = False
        self._last_sale = 0
        self._tried: set[int] = set()
        self._paper = events.PaperChanged("", 0, 0)
        self._paid_aside: set[int] = set()
        self._seconds: Timer | None = None
        self.palette = palette
        self.header = HeaderBar(palette)
        self.list = SettlementPane(palette, settings.currency)
        self.expiry = ExpiryPane(palette)
        self.payment = PaymentPane(palette)
        self.scan_line = ScanLine(palette)
        self.till = make_till(self.show)
        self.view: SaleView = self.till.view
        self.entry = ScanEntry(self.scan_line, self.till, self._ring, monotonic, self.accept_badge)
        self._signing = SigningOn(
            self.till,
            self.entry,
            self._say,
            self._ring,
            self._work,
            self._staff_changed,
            monotonic,
            settings.staff.lock_after_minutes * 60,
        )
        self._active_at = monotonic()
        with_permission = asking_permission(palette, self.till.staff, self._push_and_wait)
        self._pages = PageOpener(
            palette,
            settings,
            self.till,
            self.list,
            keymap,
            self._push,
            with_permission,
            self.entry.accept_scan,
            self._say,
            self._moment,
        )
        self._pages.hints = hints
        self._weighing = WeighingQuestion(
            self.till, self.entry, self._ask, self._say, self._ring, with_permission
        )
        self._controls = Controls(
            self.entry,
            self.list,
            Cashier(
                settings,
                self.till,
                self.list,
                self._ask,
                self._say,
                self._clock,
                self._pages.choose_reason,
                with_permission,
            ),
            self._pages,
            self._signing,
            next_language,
            self._leave,
        )
        self._pages.give_money = self._controls.cashier.pay
        self._pages.void = self._controls.cashier.void

    def compose(self) -> ComposeResult:
        """The panes, in the order of the grid."""
        yield self.header
        yield self.list
        yield self.expiry
        yield self.payment
        yield self.scan_line

    async def on_mount(self) -> None:
        """Show the sale as it stands; start what waits beside it once the frame is out."""
        self._fit(self.app.size)
        self._show_who()
        self.list.show_list(self.view.lines, self.view.totals)
        self.list.show_returned(len(self.view.returns), _returned(self.view))
        self.till.open()
        self._signing.begin()
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
        if self._hints is None:  # the demo says what to do next
            self.run_worker(self._look_at_shift(), exit_on_error=False)

    async def _look_at_shift(self) -> None:
        """Say once, while nothing else is to be said, that nobody has opened a shift."""
        why = await asyncio.to_thread(self.till.money.shift_notice)
        if why is not None and not self.entry.is_used and self.scan_line.message is None:
            self._say(why, "info")

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

    def on_screen_resume(self) -> None:
        """No page lies over the till any more: what is done next is the cashier's."""
        if self.app.screen is self:
            self.till.staff.act_as("")

    async def on_unmount(self) -> None:
        """Stop what waits beside the sale; it is resumed at the next start."""
        await self.till.close()

    def on_resize(self, event: keys.Resize) -> None:
        """Use the room that there is."""
        self._fit(event.size)

    def _fit(self, size: Size) -> None:
        self.set_class(size.width >= 100 and size.height >= 30, "-roomy")
        self._fit_payment()

    def _fit_payment(self) -> None:
        """What is to be said of money has room: in a small window the pane above gives way."""
        usual = self.app.size.height - _ROWS_OF_THE_OTHERS
        self.set_class(self.payment.rows_needed() > usual and not self.view.warnings, "-cramped")

    # ---- what the till reports ---------------------------------------------------------------

    def show(self, event: events.TillEvent) -> None:
        """Show what happened."""
        self.view = self.till.view
        self._show(event)
        self.scan_line.show_bar(self._bar_state())

    def _show(self, event: events.TillEvent) -> None:
        view = self.view
        match event:
            case events.LineChanged(change=change, also=True):
                self.list.show_also(change, view.lines)
            case events.LineChanged(change=change, code=code):
                self._begin_anew()
                self.list.show_change(change, view.lines)
                self._show_line(change, code)
                self._hint()
            case events.NotSold():
                self._not_sold(event)
            case events.ItemExpired(warning=warning):
                self.entry.warn()
                self.expiry.show_warnings(view.warnings)
                self._hint()
                self._begin_anew()
                self._say(because("sale.expired", name=warning.name), "error")
            case events.ExpiryConfirmed():
                self.expiry.show_warnings(view.warnings)
                self._hint()
            case events.LookAtDate():
                self.expiry.show_note(event)
            case events.AgeToCheck(years=years, born_by=day, name=name):
                self.expiry.show_age(event if years else None)
                if years:
                    self.entry.warn()
                    self._say(because("sale.check_age", name=name, day=day, years=years), "warning")
            case events.TotalsChanged(totals=totals):
                self.list.show_totals(totals)
            case events.ReturnsChanged():
                self._begin_anew()
                self.list.show_returned(len(view.returns), _returned(view))
            case events.ReceiptScanned(sale_no=number):
                self._pages.returns(number)
            case events.CustomerKnown(customer=customer):
                self._customer_known(customer)
            case events.SaleHeld(number=number):
                self._say(because("sale.held", number=number), "info")
            case events.QuantitySet(quantity=quantity):
                self.scan_line.show_quantity(quantity)
            case events.WeighingChanged(view=weighing):
                self._weighing.show(weighing)
            case events.Notice(reason=reason, tone=tone):
                self._say(reason, tone)
            case events.SaleVoided(number=number):
                self._say(because("sale.voided", number=number), "info")
            case events.SaleOpened(number=number, resumed=resumed):
                self._sale_opened(number, resumed)
            case events.LinkChanged(link=link, ok=ok, why=why):
                self._link_changed(link, ok, why)
            case _:
                self._show_payment(event)

    def _show_payment(self, event: events.TillEvent) -> None:
        """Show what happened to a payment: of the sale in front, the last one, or one aside."""
        match event:
            case events.PaymentChanged(view=payment, sale_no=sale_no):
                self._payment_changed(payment, sale_no)
            case events.PaymentAsked(sale_no=sale_no):
                if self._is_of_now(sale_no):
                    self.payment.show_asked(event, self._clock())
            case events.PaymentFailed(sale_no=sale_no):
                self._payment_failed(sale_no, event.why)
            case events.TenderTaken(sale_no=sale_no, tender=tender, due=due):
                self._part_paid(sale_no, tender.amount, due)
            case events.TendersReturned():
                self._show_due()
            case events.SaleAside(number=number):
                self.payment.show_view(None)
                self.list.show_paid(None)
                self.scan_line.drop_message("payment")
                self._say(because("sale.aside", number=number), "info")
            case events.OpenPaymentsChanged(count=count):
                opened = because("screen.open_payments", count=count)
                self.header.show_payments(opened if count else None)
            case events.SalePaid():
                self._sale_paid(event)
            case events.ReceiptMade():
                self._receipt_made(event)
            case events.PaperChanged():
                self._paper = event
                self._show_link("printer", not event.trouble)
                if not event.offered:
                    self.scan_line.drop_message("papers_in_doubt")
                if not event.waiting:
                    self.scan_line.drop_message("papers_waiting")
            case _:
                pass

    def show_scanner(self, state: ScannerState) -> None:
        """Show whether a scanner is there; say what is wrong with it."""
        name = f"scanner {state.name}"
        self.scan_line.show_link(name, link_label("scanner"), state.ready)
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
        self.list.redraw()
        for pane in (self.header, self.expiry, self.payment, self.scan_line):
            pane.refresh()

    def _link_changed(self, link: events.Link, ok: bool, why: Reason | None) -> None:
        self._pages.troubles.pop(link, None)
        if why is not None:
            self._pages.troubles[link] = why
        if link not in {"voice", "clock", "scale"} or not ok:
            self._show_link(link, ok)
        else:
            self.scan_line.drop_link(link)
        if ok:
            self.scan_line.drop_message(link)
        elif link == "gateway" and not self.view.is_under_way:
            no_wallets = because("screen.no_wallets")
            self.scan_line.show_message(StandingMessage(no_wallets, "warning", about=link))
        elif why is not None and link in {"disk", "printer", "voice", "clock", "scale"}:
            self.scan_line.show_message(StandingMessage(why, "error", "paper", link))

    def _show_link(self, link: events.Link, ok: bool | None) -> None:
        if link == "printer" and (label := paper_label(self._paper)) is not None:
            unsure = None if ok else False
            self.scan_line.show_link(link, label, unsure, link_label(link))
            return
        self.scan_line.show_link(link, link_label("net" if link == "gateway" else link), ok)

    def _show_line(self, change: LineChange, code: str) -> None:
        """Show on the scan line what was scanned: name and price."""
        if change.what == "removed":
            self.scan_line.show_item(None)
        elif code:
            self.scan_line.show_item(_scanned(change.line, code, self._settings.currency))

    def _payment_changed(self, payment: events.PaymentView, sale_no: int) -> None:
        if sale_no == self.view.number and self.view.is_under_way:
            self.scan_line.drop_message("payment")
        if self._is_of_now(sale_no):
            self.payment.show_view(payment)
            self._fit_payment()
        self._count_seconds()
        self._hint()

    def _count_seconds(self) -> None:
        """Once a second while a payment is under way, and not a moment longer."""
        if self._seconds is None and self.view.is_under_way:
            self._seconds = self.set_interval(1.0, self._second_passed)
        elif self._seconds is not None and not self.view.is_under_way:
            self._seconds.stop()
            self._seconds = None

    def _second_passed(self) -> None:
        self._count_seconds()
        if self._seconds is not None:
            self.payment.show_time(self._clock())

    def _receipt_made(self, event: events.ReceiptMade) -> None:
        if event.printed == "none":
            is_anothers = event.sale_no in self._paid_aside  # not of who stands there now
            self._paid_aside.discard(event.sale_no)
            if not self.view.lines and not is_anothers:
                self.list.show_paper(event.text)
            return
        is_first = event.sale_no == self._last_sale and event.sale_no not in self._tried
        self._tried.add(event.sale_no)
        if not is_first and event.printed in {"printed", "sent"}:
            self._say(because("screen.printed_again", number=event.sale_no), "info")

    def _sale_opened(self, number: int, resumed: bool) -> None:
        self._show_who()
        self.header.show_header(sale=because("screen.sale", number=number))
        if self.is_mounted:
            self.list.show_list(self.view.lines, self.view.totals)
            self.expiry.clear()
            self.expiry.show_warnings(self.view.warnings)
            self.list.show_returned(len(self.view.returns), _returned(self.view))
            if self.view.taken:
                self._show_due()
        if not self.entry.is_used:
            self.scan_line.show_item(None)
        if resumed:
            self._say(because("sale.resumed", number=number), "info")
        self._hint()

    def _show_who(self) -> None:
        """Shop, till and cashier, and who buys where that is known."""
        staff, customer = self.till.staff, self.view.customer
        nobody = staff.must_sign_on
        who = {
            "shop": self._settings.shop.name,
            "till": self._settings.till.number,
            "cashier": because("screen.nobody_on") if nobody else staff.cashier,
        }
        if customer is None:
            self.header.show_header(left=because("screen.who", **who))
        else:
            self.header.show_header(left=because("screen.who_for", customer=customer.name, **who))

    def _staff_changed(self) -> None:
        """Somebody else is at the till, or nobody."""
        self._show_who()
        self.scan_line.show_bar(self._bar_state())

    def _customer_known(self, customer: Customer | None) -> None:
        self._show_who()
        if customer is None:
            self._say(because("sale.no_member"), "info")
        else:
            self._say(because("sale.member", name=customer.name, group=customer.group), "info")

    def _payment_failed(self, sale_no: int, why: Reason) -> None:
        """A payment will not come: of the sale in front, or of one aside, with a bell."""
        if sale_no != self.view.number:
            self._ring()
            self._say_of_payment(because("sale.not_paid_aside", number=sale_no, why=why), "error")
        elif self.view.taken:
            due = format_amount(self.view.due, self._settings.currency)
            self._say_of_payment(because("sale.part_not_paid", due=due), "error")
        else:
            self._say_of_payment(because("sale.not_paid"), "error")

    def _part_paid(self, sale_no: int, amount: int, due: int) -> None:
        currency = self._settings.currency
        if due < 0:
            if sale_no == self.view.number:
                self._show_due()
            left = {
                "amount": format_amount(-amount, currency),
                "due": format_amount(-due, currency),
            }
            self._say_of_payment(because("sale.part_back", number=sale_no, **left), "good")
            return
        shown = {"amount": format_amount(amount, currency), "due": format_amount(due, currency)}
        if sale_no == self.view.number:
            self._show_due()
            self._say_of_payment(because("sale.part_paid", **shown), "good")
        else:
            self._ring()
            self._say_of_payment(because("sale.part_paid_aside", number=sale_no, **shown), "good")

    def _show_due(self) -> None:
        """Show what is left to pay in the place of the total, once something is paid."""
        view, currency = self.view, self._settings.currency
        if not view.taken:
            self.list.show_paid(None)
            return
        paid = format_amount(abs(view.total - view.due), currency)
        total = format_amount(abs(view.total), currency)
        is_refund = view.due < 0
        beside = (
            because("screen.back_so_far" if is_refund else "screen.paid_so_far", amount=paid),
            because("screen.of_total", amount=total),
        )
        due = format_amount(abs(view.due), currency)
        label = because("screen.left_back" if is_refund else "screen.left")
        self.list.show_paid(PaidAmounts(label, due, beside))

    def _sale_paid(self, event: events.SalePaid) -> None:
        if event.number != self.view.number:
            self._ring()
            self._paid_aside.add(event.number)
            total = format_amount(event.total, self._settings.currency)
            paid = because("sale.paid_aside", number=event.number, total=total)
            self._say_of_payment(paid, "good")
            return
        self._last_sale = event.number
        self._paid_view = True
        currency, number = self._settings.currency, event.number
        total = format_amount(event.total, currency)
        paid = because("sale.paid", number=number, total=total)
        shown = PaidAmounts(
            because("screen.paid"), total, (because("screen.of_sale", number=number),)
        )
        if event.total < 0:
            back = format_amount(-event.total, currency)
            in_cash = -sum(each.amount for each in event.tenders if each.kind == "cash")
            paid = because("sale.gone_back", number=number, amount=back)
            if in_cash:
                back = format_amount(in_cash, currency)
            label = because("screen.back_in_cash" if in_cash else "screen.gone_back")
            shown = PaidAmounts(label, back, (because("screen.of_sale", number=number),))
        elif event.tender.kind == "cash":
            change = format_amount(event.tender.change, currency)
            given = format_amount(event.tender.given, currency)
            paid = because("sale.paid_with_change", number=number, total=total, change=change)
            beside = (
                because("screen.given", amount=given),
                because("screen.of_total", amount=total),
            )
            shown = PaidAmounts(because("screen.change"), change, beside)
        self.list.show_paid(shown)
        self._say_of_payment(paid, "good")

    def _not_sold(self, event: events.NotSold) -> None:
        read = event.unpriced
        product = None if read is None else self.till.codes.product(event.code)
        if product is None:
            self._say(because("screen.not_sold", code=event.code, why=event.why), "warning")
            return

        def sell_at(text: str) -> None:
            self.till.sell_at(product, text, read)

        self._ask(Prompt(because("item.asks_price", name=product.name), sell_at))

    def _is_of_now(self, sale_no: int) -> bool:
        """Whether a sale's payment belongs on the screen: this one's, or the last one's until
        this one has an item.
        """
        sale = self.view
        return sale_no == sale.number or (
            sale_no == self._last_sale and not sale.lines and not sale.returns
        )

    def _ask(self, prompt: Prompt) -> None:
        """Ask a question, with the keys that answer it: also where a page's answer asks it."""
        self.entry.ask(prompt)
        self.scan_line.show_bar(self._bar_state())

    def _say(self, sentence: Reason, style: str) -> None:
        """Say something in the row of messages."""
        self.scan_line.show_message(standing(sentence, style))

    def _say_of_payment(self, sentence: Reason, style: str) -> None:
        """Say how a payment ended, with the bell on a page that lies over the till."""
        message = standing(sentence, style)
        self.scan_line.show_message(message)
        page = self.app.screen if self.is_mounted else self
        if page is not self:
            self._ring()
            page.query(NewsRow).remove()
            page.mount(NewsRow(self.palette, message))

    def _moment(self, troubles: tuple[Reason, ...]) -> Moment:
        """What the help is about now."""
        from pos_tui.tui.pages.help import Moment

        now: str = self._bar_state()
        if now == "selling" and self.view.warnings:
            now = "expired"
        elif now == "selling" and not self.view.lines:
            now = "empty"
        message = self.scan_line.message
        if message is not None and message.style in {"warning", "error"}:
            troubles = (message.reason, *(each for each in troubles if each != message.reason))
        lamps = tuple((label, _behind(name)) for name, label in self.scan_line.lamps.items())
        return Moment(because(f"help.now_{now}"), troubles, lamps)

    def _bar_state(self) -> BarState:
        """Which keys matter now."""
        if self.till.staff.must_sign_on:
            return "closed"
        if self.entry.asks:
            return "cash" if self.entry.asks == "pay" else "question"
        if self.view.is_under_way:
            return "pending"
        if self.view.taken:
            return "part"
        return "paid" if self._paid_view and not self.view.lines else "selling"

    def _begin_anew(self) -> None:
        """With the first item of a sale, the last one's payment leaves the screen."""
        if self._paid_view:
            self._paid_view = False
            self.payment.show_view(None)
            self._fit_payment()
            self.scan_line.drop_message("payment")

    def _hint(self) -> None:
        if self.view.state == "awaiting":
            self.scan_line.show_hint(None)
        elif self._hints is not None:
            hint = self._hints.hint(self.view.is_empty, bool(self.view.warnings))
            self.scan_line.show_hint(hint)

    def _tick(self) -> None:
        now = self._clock()
        self.header.show_header(time=f"{now:%H:%M}")
        self.look_at_idle()
        if self.is_mounted:
            try:
                self.till.look_at_the_time()
            except Exception as error:  # a clock that ends would never price an offer again
                self.report_fault(error)
        self.set_timer(60.5 - now.second, self._tick)

    def note_activity(self) -> None:
        """Somebody is there: a key was pressed, or something scanned."""
        self._active_at = self._monotonic()

    def look_at_idle(self) -> None:
        """Where nothing was done for long, pages are left and whoever was there is signed off."""
        if self.is_mounted and self._signing.is_idle(self._monotonic() - self._active_at):
            while len(self.app.screen_stack) > 1:
                self.app.pop_screen()
            self._signing.leave()

    # ---- what the cashier does ---------------------------------------------------------------

    def accept_badge(self, code: str) -> None:
        """A badge was scanned: it signs its holder on, and answers nothing."""
        self._signing.accept_badge(code)

    def refuse_badge(self) -> None:
        """A badge was scanned on a page that has no use for it."""
        self._say_of_payment(because("staff.badge_is_no_answer"), "warning")

    def accept_scan(self, text: str, began: float | None = None) -> None:
        """A whole code from a scanner; it never becomes the answer to a question."""
        try:
            if not self._signing.keeps(text, began):
                self.entry.accept_scan(text, began)
        except Exception as error:
            self.report_fault(error)
        self.till.ask_customer_to_pay(self.entry.asks == "pay")
        self.scan_line.show_bar(self._bar_state())

    def accept_key(self, event: keys.Key) -> None:
        """One key pressed by a person: a command, or typing."""
        try:
            self._accept_key(event)
        except Exception as error:
            self.report_fault(error)
        self.till.ask_customer_to_pay(self.entry.asks == "pay")
        self.scan_line.show_bar(self._bar_state())

    def _accept_key(self, event: keys.Key) -> None:
        bound_to = self._keymap.get(event.key)
        hints = self._hints
        if self.till.staff.must_sign_on:
            self._signing.look()
            hints, bound_to = None, bound_to if bound_to in FOR_ALL else None
        if hints is not None and event.key == "space" and not (bound_to or self.entry.is_used):
            self.entry.accept_scan(hints.next_scan(self.view.is_empty))
            self._hint()
            return
        command = self.entry.accept_key(event, bound_to)
        if command is not None and not self._signing.stops(command):
            COMMAND_OF_ID[command].run(self._controls)
        self._signing.look()
        self._weighing.look()

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

    def _push_and_wait(self, page: Screen[str], then: Callable[[str | None], None]) -> None:
        self.app.push_screen(page, then)

    def _leave(self) -> None:
        self.app.exit()


def _scanned(line: SettlementLine, code: str, currency: Currency) -> ScannedItem:
    """What the scan line shows of a line: how much where it is not one, what it costs."""
    item, amount = line.item, format_amount(line.actual, currency)
    if line.saved:
        amount += f" (−{format_amount(line.saved, currency)})"
    if line.quantity != 1:
        unit = "×" if is_by_piece(item.unit, item.code) else item.unit
        amount = f"{line.quantity} {unit}  {amount}"
    return ScannedItem(item.name, amount, code)


def _returned(view: SaleView) -> int:
    """What goes back for what comes back, in minor units."""
    return sum(each.amount for each in view.returns)


def _behind(link: str) -> Reason:
    """What a link of the till is, for the technician."""
    kind, _, name = link.partition(" ")
    if kind == "scanner":
        return because("help.lamp_scanner", name=name)
    return because(f"help.lamp_{kind}")
