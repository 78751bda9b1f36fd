"""The till's one screen: events of the till go to its panes, keys and scans go to the till."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events as keys
from textual.app import ComposeResult
from textual.screen import Screen

from pos_tui.checkout import events
from pos_tui.checkout.sale import Customer
from pos_tui.devices.scanners.scanner import ScannerState
from pos_tui.money import format_amount
from pos_tui.settings import TillSettings
from pos_tui.tui import first_frame
from pos_tui.tui.cashier import Cashier
from pos_tui.tui.panes.edges import HeaderBar, ScanLine
from pos_tui.tui.panes.expiry import ExpiryPane
from pos_tui.tui.panes.payment import PaymentPane
from pos_tui.tui.panes.settlement import SettlementPane
from pos_tui.tui.parts.prompt import Prompt, TypedLine
from pos_tui.tui.theme import Palette

if TYPE_CHECKING:
    from pos_tui.till import Till
    from pos_tui.tui.hints import Hints
    from pos_tui.tui.picture_watch import PictureWatch


_TORN_S = 0.3
_STALLED_S = 5.0
_AT_REST_S = 2.0


class TillScreen(Screen[None]):
    """Three panes, the header, the scan line. There is one truth, and it is the till's."""

    AUTO_FOCUS = None

    def __init__(
        self,
        settings: TillSettings,
        palette: Palette,
        clock: Callable[[], datetime],
        make_till: Callable[[Callable[[events.TillEvent], None]], Till],
        hints: Hints | None,
        keymap: dict[str, str],
    ) -> None:
        super().__init__()
        self._settings = settings
        self._clock = clock
        self._hints = hints
        self._keymap = keymap
        self._typed = TypedLine()
        self._typed_at = self._key_at = 0.0
        self._paid_view = False
        self._last_sale = 0
        self._pictures: PictureWatch | None = None
        self._troubles: dict[str, str] = {}
        self.palette = palette
        self.header = HeaderBar(palette)
        self.list = SettlementPane(palette, settings.currency)
        self.expiry = ExpiryPane(palette)
        self.payment = PaymentPane(palette)
        self.scan_line = ScanLine(palette)
        self.till = make_till(self.show)
        self._cashier = Cashier(settings, self.till, self.list, self._ask, self._say, self._work)

    def compose(self) -> ComposeResult:
        """The panes, in the order of the grid."""
        yield self.header
        yield self.list
        yield self.expiry
        yield self.payment
        yield self.scan_line

    async def on_mount(self) -> None:
        """Show the sale as it stands; start what waits beside it once the frame is out."""
        self.header.show_header(left=self._who(""))
        self.list.show_list(self.till.sale.list.lines, self.till.sale.list.totals)
        self.till.open()
        if self._settings.gateway.url:
            self.scan_line.show_link("net", None)
            if self._settings.redis.url:
                self.scan_line.show_link("redis", None)
        self._tick()
        self.call_after_refresh(self._start)

    async def _start(self) -> None:
        first_frame.started()
        folder = self._settings.scanner.pictures
        if folder is not None:
            from pos_tui.tui.picture_watch import PictureWatch

            self._pictures = PictureWatch(folder)
            self.set_interval(1.0, self._look_for_pictures)
        self.run_worker(self.till.start(), exit_on_error=False)

    async def _look_for_pictures(self) -> None:
        """Open a picture that has come into the folder, once the cashier's hands are free."""
        assert self._pictures is not None
        trouble = await self._pictures.look()
        if trouble:
            self._say(trouble, "warning")
        sale = self.till.sale
        busy = self._typed.text or self._typed.prompt or sale.warnings or sale.why_not_change()
        at_rest = time.monotonic() - self._key_at > _AT_REST_S
        if (
            self.is_current
            and at_rest
            and not busy
            and (picture := self._pictures.take()) is not None
        ):
            self._do_picture(picture)

    async def on_unmount(self) -> None:
        """Stop what waits beside the sale; it is taken up at the next start."""
        await self.till.close()

    def on_resize(self, event: keys.Resize) -> None:
        """Use the room that there is."""
        self.set_class(event.size.width >= 100 and event.size.height >= 30, "-roomy")

    # ---- what the till tells -----------------------------------------------------------------

    def show(self, event: events.TillEvent) -> None:
        """Show what happened."""
        match event:
            case events.LineChanged(change=change, also=True):
                self.list.show_also(change)
            case events.LineChanged(change=change, code=code):
                self._begin_anew()
                self.list.show_change(change)
                if code:
                    self.scan_line.show_code(code)
                self._hint()
            case events.NotSold():
                self._not_sold(event)
            case events.ItemExpired() | events.ExpiryConfirmed():
                self.expiry.show_warnings(self.till.sale.warnings)
                self._hint()
                if isinstance(event, events.ItemExpired):
                    self._begin_anew()
                    warning = event.warning
                    self._say(
                        f"✗ {warning.name} expired on {warning.expires_on:%d %b}; it was taken off"
                        " the list. Put it aside, then press Enter.",
                        "error",
                    )
            case events.LookAtDate():
                self.expiry.show_note(event)
            case events.TotalsChanged(totals=totals):
                self.list.show_totals(totals)
            case events.CustomerKnown(customer=customer):
                self._customer_known(customer)
            case events.SaleHeld(number=number):
                self._say(f"Sale {number:06d} is on hold. F9 takes it up again.", "info")
            case events.QuantitySet(quantity=quantity):
                self.scan_line.show_code(f"{quantity} ×" if quantity else "")
            case events.Notice(sentence=sentence, tone=tone):
                self._say(sentence, tone)
            case events.PaymentChanged(view=view, sale_no=sale_no):
                if self._is_of_now(sale_no):
                    self.payment.show_view(view)
            case events.PaymentFailed():
                self._say("✗ Not paid. The list is open again; the pane says why.", "error")
            case events.SalePaid():
                self._sale_paid(event)
            case events.ReceiptMade(text=text, printed=printed):
                if printed == "none" and not self.till.sale.list.lines:
                    self.list.show_paper(text)
            case events.SaleVoided(number=number):
                self._say(f"Sale {number:06d} is void.", "info")
            case events.SaleOpened(number=number, resumed=resumed):
                self._sale_opened(number, resumed)
            case events.LinkChanged(link=link, ok=ok, say=say):
                self._troubles.pop(link, None)
                if say:
                    self._troubles[link] = say
                if link not in {"voice", "clock"} or not ok:
                    self.scan_line.show_link("net" if link == "gateway" else link, ok)
                else:
                    self.scan_line.drop_link(link)
                if say and link in {"disk", "printer", "voice", "clock"}:
                    self._say(say, "error")
            case _:
                pass

    def show_scanner(self, state: ScannerState) -> None:
        """Show whether a scanner is there; what is wrong with it is said."""
        self.scan_line.show_link(f"scanner {state.name}", state.ready)
        trouble = self._troubles.pop(f"scanner {state.name}", "")
        if state.say:
            self._say(state.say, "warning")
        elif trouble:
            self._say(f"The scanner {state.name} is back.", "info")
        if not state.ready:
            self._troubles[f"scanner {state.name}"] = state.say

    def _sale_opened(self, number: int, resumed: bool) -> None:
        self.header.show_header(left=self._who(""), sale=f"sale {number:06d}")
        if self.is_mounted:
            self.list.show_list(self.till.sale.list.lines, self.till.sale.list.totals)
            self.expiry.clear()
            self.expiry.show_warnings(self.till.sale.warnings)
        if resumed:
            self._say(f"Sale {number:06d} goes on where it was.", "info")
        self._hint()

    def _who(self, customer: str) -> str:
        """Shop, till and cashier, and who buys where that is known."""
        shop, till = self._settings.shop, self._settings.till
        return f"{shop.name} · till {till.number} · {till.cashier}{customer}"

    def _customer_known(self, customer: Customer | None) -> None:
        if customer is None:
            self.header.show_header(left=self._who(""))
            self._say("No member: the usual prices apply.", "info")
            return
        self.header.show_header(left=self._who(f" · for {customer.name}"))
        self._say(f"{customer.name} ({customer.group}): their prices and offers apply.", "info")

    def _sale_paid(self, event: events.SalePaid) -> None:
        self._last_sale = event.number
        self._paid_view = True
        currency = self._settings.currency
        say = f"✓ Sale {event.number:06d} is paid: {format_amount(event.total, currency)}"
        if event.tender.kind == "cash":
            say += f" · change {format_amount(event.tender.change, currency)}"
        self._say(say, "good")

    def _not_sold(self, event: events.NotSold) -> None:
        read = event.unpriced
        product = None if read is None else self.till.codes.product(event.code)
        if product is None:
            self._say(f"✗ {event.code}: {event.why}", "warning")
            return

        def sell_at(text: str) -> None:
            self.till.basket.sell_at(product, text, read)

        self._ask(Prompt(f"{product.name} has no price. Its price:", sell_at))

    def _is_of_now(self, sale_no: int) -> bool:
        """Whether a sale's payment belongs on the screen: this one's, or the last one's until
        this one has an item.
        """
        sale = self.till.sale
        return sale_no == sale.number or (sale_no == self._last_sale and not sale.list.lines)

    def _say(self, sentence: str, style: str) -> None:
        """Say something in place of what is typed; the next key shows that again."""
        self.scan_line.show_sentence(sentence, style)

    def _begin_anew(self) -> None:
        """With the first item of a sale, the last one's payment leaves the screen."""
        if self._paid_view:
            self._paid_view = False
            self.payment.show_view(None)

    def _hint(self) -> None:
        if self._hints is not None:
            sale = self.till.sale
            self.scan_line.show_hint(self._hints.hint(sale.is_empty, bool(sale.warnings)))

    def _tick(self) -> None:
        now = self._clock()
        self.header.show_header(time=f"{now:%H:%M}")
        if self.is_mounted:
            self.till.basket.look_at_the_time()
        self.set_timer(60.5 - now.second, self._tick)

    # ---- what the cashier does ---------------------------------------------------------------

    def take_scan(self, text: str, began: float | None = None) -> None:
        """A whole code from a scanner; it never becomes the answer to a question.

        What was typed before it may belong to it.
        """
        self._key_at = time.monotonic()
        prompt = self._typed.prompt
        if prompt is None:
            text = self._with_head(text, began)
            self._typed.clear()
            self.till.scan(text)
            return
        if prompt.takes_scan is None:
            self.app.bell()
            self.scan_line.show_sentence(
                "A code was scanned while a question is open; it was not taken."
                " Answer it, or press Esc, then scan again.",
                "warning",
            )
            return
        self._typed.clear()
        prompt.takes_scan(text)

    def _with_head(self, text: str, began: float | None) -> str:
        """A scan with the quantity typed before it, or with the keys that are its own head.

        A machine or a line that stalls tears a scan apart: its head comes as keys, its tail as a
        scan. The longer ago the keys came, the surer it must be that only both together are a code.
        """
        head = self._typed.text.strip()
        if not head or (head.endswith(("*", "×")) and len(head) > 1):
            return head + text
        since_s = math.inf if began is None else began - self._typed_at
        if since_s >= _STALLED_S:
            return text
        knows = self.till.codes.knows
        if since_s < _TORN_S:
            return text if knows(text) and not knows(head + text) else head + text
        return head + text if knows(head + text) and not knows(text) else text

    def take_key(self, event: keys.Key) -> None:
        """One key pressed by a person."""
        self._key_at = time.monotonic()
        typing = bool(self._typed.text or self._typed.prompt)
        if event.key in {"enter", "ctrl+m"} or (event.key in {"ctrl+j", "tab"} and typing):
            self._enter()
            return
        if event.key == "backspace" or (event.key == "delete" and typing):
            self._typed.rub_out()
            self._show_typed()
            return
        character = event.character
        plain = character is not None and character.isprintable() and len(character) == 1
        command = self._keymap.get(event.key)
        if command is not None and not (plain and typing):
            self._run_command(command)
        elif plain and character is not None:
            if character == " " and not typing and self._hints is not None:
                self._scan_next()
                return
            self._typed.put(character)
            self._typed_at = time.monotonic()
            self._show_typed()

    def _scan_next(self) -> None:
        assert self._hints is not None
        self.take_scan(self._hints.next_scan(self.till.sale.is_empty))
        self._hint()

    def _show_typed(self) -> None:
        prompt = self._typed.prompt
        secret = prompt is not None and prompt.secret
        typed = "•" * len(self._typed.text) if secret else self._typed.text
        self.scan_line.show_typed(typed, prompt.label if prompt else "")

    def _ask(self, prompt: Prompt) -> None:
        self._typed.ask(prompt)
        self._show_typed()

    def _enter(self) -> None:
        text, prompt = self._typed.take()
        if prompt is not None:
            self.scan_line.show_typed("")
            if text.strip():
                prompt.answer(text.strip())
        elif text.strip():
            self.scan_line.show_typed("")
            self.till.scan(text)
        elif self.till.basket.confirm_expired():
            self.scan_line.show_typed("")
        else:
            self.till.ask_now()

    def _run_command(self, command: str) -> None:
        prompt = self._typed.prompt
        if prompt is not None and prompt.again is not None and prompt.command == command:
            prompt.again()
            return
        act = getattr(self._cashier, command, None) or getattr(self, f"_do_{command}")
        act()

    def _do_back(self) -> None:
        self.till.forget_quantity()
        if self._typed.clear() or self.scan_line.says:
            self.scan_line.show_typed("")

    def _do_up(self) -> None:
        self.list.move(-1)

    def _do_down(self) -> None:
        self.list.move(1)

    def _do_page_up(self) -> None:
        self.list.move(-self.list.page())

    def _do_page_down(self) -> None:
        self.list.move(self.list.page())

    def _do_why(self) -> None:
        from pos_tui.tui.pages.why import WhyScreen

        if self.list.selected_line is None:
            self._say("There is no line. Scan an item, then F10 says why it costs that.", "info")
            return
        till = self.till
        self.app.push_screen(
            WhyScreen(
                self.palette,
                self._settings,
                till.sale.list.lines,
                self.list.selected,
                till.basket.why_price,
                self.take_scan,
            )
        )

    def _do_recall(self) -> None:
        from pos_tui.till import BooksError
        from pos_tui.tui.pages.recall import RecallScreen

        held = self.till.held
        try:
            page = RecallScreen(
                self.palette, self._settings, held.sales(), held.recall, self.take_scan
            )
        except BooksError as error:
            self._say(str(error), "error")
            return
        self.app.push_screen(page)

    def _do_offers(self) -> None:
        self._with_approval("The shop's offers.", self._open_offers)

    def _do_clock(self) -> None:
        if not self.till.clock.is_doubted:
            self._say("Nothing is wrong with this machine's clock.", "info")
            return
        now = f"{self._clock():%d %b %Y %H:%M}"
        self._with_approval(f"It is {now} now?", self.till.clock.confirm, ask=True)

    def _with_approval(self, what: str, act: Callable[[], None], *, ask: bool = False) -> None:
        """Do what not everybody may: with a supervisor's PIN where the shop has supervisors."""
        discounts = self.till.discounts
        if not discounts.can_be_approved():
            if ask:
                yes = {"y", "yes"}
                do = lambda answer: act() if answer.lower() in yes else None  # noqa: E731
                self._ask(Prompt(f"{what} y, then Enter:", do))
            else:
                act()
            return

        async def approve(pin: str) -> None:
            if await discounts.approved_by(pin):
                act()

        def answer(pin: str) -> None:
            self._work(approve(pin))

        self._ask(Prompt(f"{what} A supervisor's PIN:", answer, secret=True))

    def _open_offers(self) -> None:
        from pos_tui.tui.pages.offers import OffersScreen

        page = OffersScreen(self.palette, self._settings, self.till.offers, self.till.find)
        self.app.push_screen(page)

    def _work(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what must wait for the disk, beside the screen."""
        self.run_worker(work, exit_on_error=False)

    def _do_find(self) -> None:
        from pos_tui.tui.pages.find import FindScreen

        keys = {key for key, command in self._keymap.items() if command == "find"}
        page = FindScreen(
            self.palette, self._settings, self.till.find, self.till.scan, keys, self._do_picture
        )
        self.app.push_screen(page)

    def _do_picture(self, now: Path | None = None) -> None:
        from pos_tui.tui.pages.picture import PictureScreen

        files = [] if self._pictures is None else self._pictures.files()
        page = PictureScreen(self.palette, files, self.till.codes.picture_rows, self._scan_all, now)
        self.app.push_screen(page)

    def _scan_all(self, codes: Sequence[str]) -> str:
        """Sell what a picture holds; why not, in a sentence, when nothing can be sold now."""
        why = self.till.sale.why_not_change()
        for code in () if why else codes:
            self.till.scan(code)
        return why or ""

    def _do_help(self) -> None:
        from pos_tui.tui.pages.help import HelpScreen

        lines = () if self._hints is None else self._hints.help_lines()
        self.app.push_screen(HelpScreen(self.palette, tuple(self._troubles.values()), lines))

    def _do_quit(self) -> None:
        self.app.exit()
