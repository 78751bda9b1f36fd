"""The till's acts, one method each: scan, change a line, confirm, pay, give up, void."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_tui.books import Books, BooksError, Product
from pos_tui.checkout import events
from pos_tui.checkout.expiry import DatePolicy
from pos_tui.checkout.orders import UNSETTLED
from pos_tui.checkout.sale import Sale
from pos_tui.checkout.settlement_list import LineChange
from pos_tui.codes import ItemCode, PaymentCode, Reading, Refused
from pos_tui.money import format_amount, round_cash
from pos_tui.payments.steps import CASH_STEPS, PaymentSteps
from pos_tui.pricing.tax import TaxSystem
from pos_tui.reasons import Reason, in_short
from pos_tui.settings import TillSettings
from pos_tui.till.basket import BasketActs
from pos_tui.till.cash import SHORTEST_PAYMENT_CODE, cash_tender
from pos_tui.till.clock import TillClock
from pos_tui.till.dates import Dates
from pos_tui.till.shop_codes import ShopCodes

if TYPE_CHECKING:
    from pos_tui.devices.printers import Printer
    from pos_tui.till.completion import Completion
    from pos_tui.till.discounts import Discounts
    from pos_tui.till.held_sales import HeldSales
    from pos_tui.till.shop_offers import ShopOffers
    from pos_tui.till.speech import Speech
    from pos_tui.till.wallet import Wallet

# So many sales can have been paid just before a stop that none of them has its receipt yet.
_UNDELIVERED = 3


class Till:
    """Runs one sale after another. Tells what happened through `emit`, on the event loop.

    Acts return at once; whatever waits for disk, network or paper goes on in tasks of its own.
    """

    def __init__(
        self,
        settings: TillSettings,
        data: Path,
        books: Books,
        emit: Callable[[events.TillEvent], None],
        clock: Callable[[], datetime],
        printer: Printer | None = None,
        randomness: Callable[[], int] = lambda: int.from_bytes(os.urandom(5), "big"),
    ) -> None:
        """`clock` gives aware times in the shop's time zone; `data` keeps receipts."""
        self.settings = settings
        self._books = books
        self._tell = emit
        self._clock = clock
        self._data = data
        self._printer = printer
        self._randomness = randomness
        self.clock = TillClock(clock, books.latest_entry(), self._emit, self._set_latest)
        self.codes = ShopCodes(settings, books, clock, emit)
        self._tasks: set[asyncio.Task[None]] = set()
        self._services: list[asyncio.Task[None]] = []
        books.tax = _tax_system(settings)
        books.refresh_offers()
        resumed = books.unfinished_sale()
        self._resumed = resumed is not None and not resumed.is_empty
        self._to_resume = resumed if resumed is not None and resumed.state == "awaiting" else None
        sale = resumed or books.new_sale(books.next_sale_number(), clock())
        policy = DatePolicy(
            settings.expiry.use_by, settings.expiry.best_before, settings.expiry.near_days
        )
        dates = Dates(books, policy, self._emit)
        self.basket = BasketActs(settings, books, self.clock, dates, sale, self._emit)

    @property
    def sale(self) -> Sale:
        """The sale that is under way."""
        return self.basket.sale

    # ---- beginning and end -------------------------------------------------------------------

    def open(self) -> None:
        """Tell where the till is: a new sale, or the one that was under way when it stopped."""
        sale = self.sale
        self._emit(events.SaleOpened(sale.number, resumed=self._resumed))
        for index, line in enumerate(sale.list.lines):
            self._emit(events.LineChanged(LineChange("added", index, line, sale.list.totals)))
        for warning in sale.warnings:
            self._emit(events.ItemExpired(warning))
        if sale.customer is not None:
            self._emit(events.CustomerKnown(sale.customer))
        if self._books.unread_offers:
            say = (
                f"{self._books.unread_offers} of the shop's offers cannot be read by this version"
                " of the program and do not apply; update it."
            )
            self._emit(events.Notice(say, "error"))
        if sale.state == "open":
            self.basket.reopen(sale)  # it was settled, and the till stopped before it was paid
        if sale.state == "open" and sale.list.lines:
            self.basket.reprice()  # since the till stopped, offers may have begun or ended
        self.clock.look()

    async def start(self) -> None:
        """Start what runs beside the sale, and take a payment up that was under way."""
        loop = asyncio.get_running_loop()

        def disk_trouble(why: Reason | None) -> None:
            changed = events.LinkChanged("disk", why is None, in_short(why) if why else "")
            loop.call_soon_threadsafe(self._emit, changed)

        self._books.on_trouble(disk_trouble)
        self._services = [asyncio.create_task(self.codes.prepare())]
        if self.settings.gateway.url:
            await asyncio.to_thread(_import_wires)
        if self._to_resume is not None and self._to_resume.order is not None:
            self._do(self._pay_by_wallet(self._to_resume, ""))
        for number in reversed(self._books.last_paid_numbers(_UNDELIVERED)):
            if not self.receipt_path(number).exists():
                self._do(self._completion.deliver_missing(*self._books.paid_sale(number)))
        if self.settings.gateway.url:
            self._services += [asyncio.create_task(each) for each in self._wallet.services()]

    async def close(self) -> None:
        """Stop; what was under way is resumed at the next start."""
        running = {*self._services, *self._tasks}
        while running:
            # On Python 3.11 a library may swallow one cancellation, so it is asked until it ends.
            for task in running:
                task.cancel()
            _, running = await asyncio.wait(running, timeout=0.2)
        if self.settings.gateway.url:
            await self._wallet.close()
        if self.settings.voice.kind != "none":
            self._speech.close()

    async def settled(self) -> None:
        """Wait until nothing of this sale is under way any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    # ---- scanning ----------------------------------------------------------------------------

    def scan(self, text: str) -> None:
        """Take a code, scanned or typed; `n*` before it makes it n."""
        from pos_tui.codes.identify import clean

        text = clean(text)
        if "*" in text or "×" in text:
            whole_is_a_code = self._books.product(text.upper()) is not None
            text = text if whole_is_a_code else self.basket.quantity.take(text)
        if not text:
            return
        quantity_waits = self.basket.quantity.waits
        found = self.codes.read(text)
        if isinstance(found, PaymentCode):
            if quantity_waits:
                self.forget_quantity()
            self._scan_payment(found)
        else:
            self._scan_item(found, text)

    def forget_quantity(self) -> None:
        """The next scan is for one again."""
        self.basket.quantity.forget()

    @cached_property
    def discounts(self) -> Discounts:
        """Discounts by hand on the open list."""
        from pos_tui.till.discounts import Discounts

        return Discounts(self.settings, self._books, self.clock, self.basket, self._emit)

    @cached_property
    def held(self) -> HeldSales:
        """The sales that are put aside."""
        from pos_tui.till.held_sales import HeldSales

        return HeldSales(self.settings, self._books, self.clock, self.basket, self._emit)

    @cached_property
    def offers(self) -> ShopOffers:
        """The shop's offers, to look at and to change."""
        from pos_tui.till.shop_offers import ShopOffers

        return ShopOffers(self._books, self.settings.currency, self._clock, self.codes.read)

    def know_customer(self, code: str) -> None:
        """The customer has shown or told this card or number; "0" forgets who it is."""
        if code.strip() == "0":
            self.basket.know_customer(None)
        elif not self._know(code):
            self._emit(events.Notice("No member has that code. The list is unchanged.", "warning"))

    def find(self, words: str) -> list[Product]:
        """Products whose name, initials or code hold these words."""
        return self._books.search(words)

    # ---- the list ----------------------------------------------------------------------------

    def void(self) -> None:
        """Void the sale; one whose payment is under way is not voided."""
        sale = self.sale
        if sale.state == "awaiting":
            self._emit(events.Notice(sale.why_not_change() or "", "warning"))
            return
        if sale.is_empty:
            self._emit(events.Notice("There is nothing to void."))
            return
        sale.state = "void"
        self._do(self._void(sale))

    # ---- paying ------------------------------------------------------------------------------

    def cash_due(self) -> int:
        """What is to be paid in cash now, in minor units, rounded to coins."""
        return round_cash(self.sale.list.totals.total, self.settings.currency)

    def receipt_path(self, sale_no: int) -> Path:
        """Where the receipt data file of a sale is kept."""
        return self._data / "receipts" / f"{sale_no:06d}.json"

    def print_again(self) -> None:
        """Print the receipt of the sale that was paid last once more."""
        sale_no = next(iter(self._books.last_paid_numbers(1)), 0)
        if not self.receipt_path(sale_no).exists():
            self._emit(events.Notice("There is no receipt to print again.", "info"))
            return
        self._do(self._completion.print_again(sale_no))

    def pay_cash(self, text: str) -> None:
        """Take cash, as typed in major units; the change is told. A payment code typed pays."""
        if len(text) >= SHORTEST_PAYMENT_CODE and isinstance(self.codes.read(text), PaymentCode):
            self.scan(text)
            return
        sale, currency = self.sale, self.settings.currency
        why = self._why_not_settle()
        if why:
            self._emit(events.Notice(why, "warning"))
            return
        tender = cash_tender(
            text, self.cash_due(), currency, lambda code: self.codes.product(code) is not None
        )
        if isinstance(tender, str):
            self._emit(events.Notice(tender, "warning"))
            return
        self.basket.settle()
        sale.state = "awaiting"
        steps = PaymentSteps(f"Cash {format_amount(tender.given, currency)}", CASH_STEPS)
        steps.reach(1, self._clock())
        say = f"Change {format_amount(tender.change, currency)}"
        self._emit(events.PaymentChanged(steps.view(say, "good"), "", sale.number))
        writing = self._completion.write_down(sale, tender)
        self._do(self._completion.complete(writing, steps, say))

    def give_up_payment(self) -> bool:
        """Ask for the payment under way to be given up; False when there is none."""
        order = self.sale.order
        if self.sale.state != "awaiting" or order is None or order.state not in UNSETTLED:
            return False
        self._wallet.give_up(order.order_no)
        return True

    def ask_now(self) -> bool:
        """Ask at once how the payment under way stands; False when there is none."""
        order = self.sale.order
        if self.sale.state != "awaiting" or order is None:
            return False
        self._wallet.ask_now(order.order_no)
        return True

    # ---- inside ------------------------------------------------------------------------------

    def _emit(self, event: events.TillEvent) -> None:
        """Tell what happened; where the shop has a voice, what must be heard is spoken too."""
        self._tell(event)
        if self.settings.voice.kind != "none":
            self._speech.speak_of(event)

    def _set_latest(self, at: datetime) -> None:
        self._books.set_latest_entry(at, self.settings.till.cashier, self.sale)

    @cached_property
    def _speech(self) -> Speech:
        from pos_tui.till.speech import Speech

        return Speech(self.settings.voice, self._tell)

    @cached_property
    def _completion(self) -> Completion:
        from pos_tui.devices.printers import make_printer
        from pos_tui.till.completion import Completion

        return Completion(
            self.settings,
            self._data,
            self.receipt_path,
            self._books,
            self._printer or make_printer(self.settings.printer),
            self._clock,
            self._emit,
            self._sale_is_paid,
        )

    @cached_property
    def _wallet(self) -> Wallet:
        from pos_tui.till.wallet import Wallet

        return Wallet(
            self.settings,
            self._books,
            self._completion,
            self._clock,
            self._randomness,
            self._emit,
            self.clock.hear,
        )

    def _scan_item(self, reading: Reading, text: str) -> None:
        collection = isinstance(reading, Refused) and not reading.others
        why = None if collection else self.sale.why_not_change()
        if why:
            self._emit(events.Notice(why, "warning"))
            return
        from pos_tui.codes.masking import shown

        code = shown(text, reading)
        found = self.codes.find(reading)
        if found is not None:
            read, product = found
            self.basket.sell(product, code=shown(text, read), read=read)
        elif self.basket.take_coupon(text) or self._know(text):
            self.forget_quantity()
        elif not isinstance(reading, ItemCode):
            self._not_sold(code, reading.why)
        elif reading.doubt and reading.like_payment:
            self._not_sold(code, f"{reading.doubt[0].upper()}{reading.doubt[1:]}.")
        elif reading.doubt:
            self._not_sold(code, f"Misread? {reading.doubt}. Scan it again.")
        else:
            self._not_sold(code, "Not in the shop's books. F3 finds it by name.")

    def _know(self, text: str) -> bool:
        """Take a scanned member's card; False when there is no member with this code."""
        customer = self._books.customer(text)
        if customer is None:
            return False
        self.basket.know_customer(customer)
        return True

    def _scan_payment(self, code: PaymentCode) -> None:
        sale = self.sale
        why = self._why_not_settle()
        if why is None and not self.settings.gateway.url:
            why = "This till has no payment gateway in its settings. Take cash."
        if why is None and sale.list.totals.total == 0:
            why = "There is nothing to pay. Take it as cash 0."
        if why:
            self._emit(events.Notice(why, "warning"))
            return
        self.basket.settle()
        sale.state = "awaiting"
        sale.order = self._wallet.draft(sale, code)
        self._do(self._pay_by_wallet(sale, code.code))

    async def _pay_by_wallet(self, sale: Sale, auth_code: str) -> None:
        assert sale.order is not None
        await self._wallet.pay(sale, sale.order, auth_code)
        if sale.state == "open":
            self.basket.reopen(sale)

    async def _void(self, sale: Sale) -> None:
        try:
            await asyncio.wrap_future(self._books.void(sale, self._clock()))
        except BooksError as error:
            sale.state = "open"
            self._emit(
                events.Notice(f"{error} The sale was not voided; its list is kept.", "error")
            )
            return
        self._emit(events.SaleVoided(sale.number))
        if sale is self.sale:
            self._next_sale()

    def _sale_is_paid(self, sale: Sale) -> None:
        """The next customer need not wait for this one's paper."""
        if sale is self.sale:
            self._next_sale()

    def _next_sale(self) -> None:
        self._books.refresh_offers()
        self.codes.refresh()
        number = max(self.sale.number + 1, self._books.next_sale_number())
        self.basket.begin(self._books.new_sale(number, self._clock()))

    def _why_not_settle(self) -> str | None:
        """Why the sale cannot be settled now: dates and prices are looked at once more first."""
        sale = self.sale
        why = sale.why_not_pay()
        if why is not None and (sale.state != "open" or not sale.list.lines):
            return why
        before = sale.list.totals.total
        self.basket.take_off_what_has_expired()
        self.basket.reprice()
        why = sale.why_not_pay()
        if why is None and sale.list.totals.total != before:
            total = format_amount(sale.list.totals.total, self.settings.currency)
            return (
                f"The total has changed to {total}: an offer began or ended."
                " Tell the customer, then take the payment."
            )
        return why

    def _not_sold(self, code: str, why: str) -> None:
        self.forget_quantity()
        self._emit(events.NotSold(code, why))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            say = f"Something went wrong ({error}). The list is kept; tell the technician."
            if isinstance(error, BooksError):
                say = str(error)
            self._emit(events.Notice(say, "error"))


def _tax_system(settings: TillSettings) -> TaxSystem:
    tax = settings.tax
    return TaxSystem(tax.mode, tax.rounding, tax.rates, tax.default)


def _import_wires() -> None:
    """What speaks with the servers; it is large, and imported beside the event loop."""
    import httpx
    import redis.asyncio

    from pos_tui.till import wallet

    assert httpx
    assert redis
    assert wallet
