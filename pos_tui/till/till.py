"""The till: every act is one method, and what happened is reported once the act is whole."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_tui.books import Books, BooksError, HeldSale, Product
from pos_tui.checkout import events
from pos_tui.checkout.open_payments import OpenPayment
from pos_tui.checkout.sale import Sale
from pos_tui.checkout.sale_view import SaleView, view_of
from pos_tui.checkout.settlement_list import LineChange
from pos_tui.codes import (
    ItemCode,
    PaymentCode,
    VoucherCode,
)
from pos_tui.money import round_cash
from pos_tui.pricing import Discount
from pos_tui.pricing.tax import TaxSystem
from pos_tui.reasons import Reason, ReasonError, because, plain, reason_of
from pos_tui.settings import TillSettings
from pos_tui.till.basket import BasketActs
from pos_tui.till.clock import TillClock
from pos_tui.till.context import TillContext
from pos_tui.till.dates import Dates
from pos_tui.till.lost_books import LostBooks
from pos_tui.till.paper.till_papers import TillPapers
from pos_tui.till.paying import Paying, is_payment
from pos_tui.till.reports import Reports
from pos_tui.till.scanning import Scanning
from pos_tui.till.shop_codes import ShopCodes
from pos_tui.till.staff_at_till import StaffAtTill

if TYPE_CHECKING:
    from pos_tui.devices.printers import Printer
    from pos_tui.devices.scales import ScaleReading
    from pos_tui.messages import LastOrder
    from pos_tui.payments.orders import WalletOrders
    from pos_tui.pricing.explain import Considered
    from pos_tui.till.completion import Completion
    from pos_tui.till.customer_displays import CustomerDisplays
    from pos_tui.till.discounts import Discounts
    from pos_tui.till.drawn_tenders import OverLimit
    from pos_tui.till.goods.shop_goods import ShopGoods
    from pos_tui.till.held_sales import HeldSales
    from pos_tui.till.money.shop_money import ShopMoney
    from pos_tui.till.paper.open_papers import OpenPapers
    from pos_tui.till.refunding import Refunding
    from pos_tui.till.speech import Speech
    from pos_tui.till.undo import Undo
    from pos_tui.till.weighing.weighing import Weighing

# So many sales can have been paid just before a stop that none of them has its receipt yet.
_UNDELIVERED = 3
_EXAMINE_AFTER_S = 3.0


class Till:
    """Runs one sale after another, and reports what happened through `emit`, on the event loop.

    Acts return at once; whatever waits for disk, network or paper goes on in tasks of its own.
    `unknown` is the code that was scanned last in this sale and is not in the books; `staff` is
    who is at the till. `weighing` weighs goods, None where the shop has no scale.
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
        language: str = "en",
    ) -> None:
        """`clock` gives aware times in the shop's time zone; `data` keeps receipts, which are
        printed in `language`.
        """
        self.settings = settings
        self._books = books
        self._listener = emit
        self._customer: CustomerDisplays | None = None
        self._reports = Reports(self._deliver, self._books_failed)
        self._act, self._emit = self._reports.act, self._reports.emit
        self.clock = TillClock(clock, books.latest_entry(), self._emit, self._set_latest)
        self.staff = StaffAtTill(
            settings,
            books,
            self.clock.now,
            self.clock.ticks,
            lambda: 0 if self.sale.is_empty else self.sale.number,
        )
        self._context = TillContext(
            settings,
            data,
            books,
            self.clock,
            randomness,
            self._emit,
            language,
            self.staff.who,
            lambda: self.staff.cashier,
        )
        self.codes = ShopCodes(self._context)
        self._papers = TillPapers(self._context, printer, self._do)
        self._tasks: dict[asyncio.Task[None], int] = {}
        self._services: list[asyncio.Task[None]] = []
        books.tax = _tax_system(settings)
        books.day_ends_at = settings.cash.day_ends_at
        books.refresh_offers()
        unfinished = books.unfinished_sales()
        resumed = unfinished.front
        self._resumed = resumed is not None and not resumed.is_empty
        books.use_journal_key(clock())
        sale = resumed or books.new_sale(books.next_sale_number(), clock())
        self._basket = BasketActs(self._context, Dates(self._context), sale)
        self._lost_books = LostBooks(self._context, self._basket)
        self._paying = Paying(
            self._context,
            self._basket,
            lambda: self._orders,
            lambda: self._completion,
            lambda code: self.codes.product(code) is not None,
            self._do,
            self._next_sale,
            lambda: self._refunding,
            lambda: self.staff.may("customer_account"),
        )
        self.weighing: Weighing | None = None
        if settings.scale.kind != "none":
            from pos_tui.till.weighing.weighing import Weighing

            may_type = partial(self.staff.may, "typed_weight")
            self.weighing = self._basket.weighing = Weighing(self._context, self._basket, may_type)
        self._scanning = Scanning(
            self._context,
            self.codes,
            self._basket,
            self._paying,
            self.staff,
            self.weighing,
            self._sale_of_code,
        )
        self._paying.put_back(unfinished.aside)
        if settings.customer.enabled or settings.display.kind != "none":
            self._customer = self._customer_displays()

    @property
    def sale(self) -> Sale:
        """The sale that is under way."""
        return self._basket.sale

    @property
    def unknown(self) -> str:
        """The code that was scanned last in this sale and is not in the books."""
        return self._scanning.unknown

    def forget_unknown(self) -> None:
        """The code that was not in the books is, or is no longer asked for."""
        self._scanning.unknown = ""

    @property
    def papers(self) -> OpenPapers:
        """What is not on paper."""
        return self._papers.open

    @property
    def view(self) -> SaleView:
        """The sale that is under way, as it stands now."""
        return view_of(self.sale)

    def why_not_change(self) -> Reason | None:
        """Why the list may not change now; None when it may."""
        return self.sale.why_not_change()

    def why_not_pay(self) -> Reason | None:
        """Why the sale cannot be paid as it stands; None when it can."""
        why = None if self.weighing is None else self.weighing.why_not_pay()
        return why or self.sale.why_not_pay()

    @property
    def is_paying(self) -> bool:
        """Whether this sale's money is under way, or there and not yet in the books."""
        return self.sale.under_way is not None or self.sale.is_being_written

    def notify(self, notice: events.Notice) -> None:
        """Tell whoever listens to this till something."""
        self._emit(notice)

    def report_fault(self, error: Exception) -> None:
        """Something went wrong that nobody expected: it is kept for the technician, and said."""
        from pos_tui.till.faults import keep_fault

        keep_fault(self._context.data, self.clock.now(), error)
        why = reason_of(error)
        self._notify(
            why if isinstance(error, BooksError) else because("till.fault", why=why), "error"
        )

    # ---- beginning and end -------------------------------------------------------------------

    def open(self) -> None:
        """Report where the till is: a new sale, or the one that was under way when it stopped."""
        with self._act():
            begun = self._books.begin_prices(self.clock.now())
            if begun is not None:
                begun.result()  # of several that have begun meanwhile the last one counts
        with self._act():
            sale = self.sale
            self._emit(events.SaleOpened(sale.number, resumed=self._resumed))
            for index, line in enumerate(sale.list.lines):
                self._emit(events.LineChanged(LineChange("added", index, line, sale.list.totals)))
            for warning in sale.warnings:
                self._emit(events.ItemExpired(warning))
            if sale.age_to_check:
                self._basket.report_age()
            if sale.returns:
                self._emit(events.ReturnsChanged(sale.returns, sale.due))
            if sale.customer is not None:
                self._emit(events.CustomerKnown(sale.customer))
            if self._books.unread_offers:
                self._notify(
                    because("till.unread_offers", count=self._books.unread_offers), "error"
                )
            if sale.state == "open":
                self._basket.reopen(sale)  # it was closed, and the till stopped before it was paid
            if sale.state == "open" and sale.list.lines:
                self._basket.reprice()  # since the till stopped, offers may have begun or ended
            self.clock.look()
        with self._act():
            self._lost_books.look()
        with self._act():
            self._papers.look()

    async def start(self) -> None:
        """Start what runs beside the sale, and take a payment up that was under way."""
        loop = asyncio.get_running_loop()
        if self.settings.voice.kind != "none":
            self._speech.prepare()

        def disk_trouble(why: Reason | None) -> None:
            changed = events.LinkChanged("disk", why is None, why)
            loop.call_soon_threadsafe(self._emit, changed)

        self._books.on_trouble(disk_trouble)
        self._services = [
            asyncio.create_task(self.codes.prepare()),
            asyncio.create_task(self._examine_books()),
        ]
        if self.weighing is not None:
            self._begin_reading_scale(self.weighing)
        if self.settings.backup.folder:
            self._services.append(asyncio.create_task(self._back_up()))
        if self.settings.gateway.url:
            await asyncio.to_thread(_import_wires)
        if self._customer is not None:
            await self._customer.start()
        with self._act():
            self._paying.resume()
        try:
            due = self._books.receipts_due()
            due += [
                number
                for number in reversed(self._books.last_paid_numbers(_UNDELIVERED))
                if number not in due and not self.receipt_path(number).exists()
            ]
            self._papers.begin()
            for number in due:
                self._do(self._completion.deliver_missing(*self._books.paid_sale(number)))
        except BooksError as error:
            self._books_failed(error)  # whatever the books lack, a payment goes on
        if self.settings.gateway.url:
            self._services += [asyncio.create_task(each) for each in self._orders.services()]

    def _begin_reading_scale(self, weighing: Weighing) -> None:
        from pos_tui.devices.scales import make_scale
        from pos_tui.devices.scales.watch import ScaleWatch

        loop = asyncio.get_running_loop()

        def accept(reading: ScaleReading) -> None:
            with self._act():
                weighing.accept(reading)

        def give(reading: ScaleReading) -> None:
            with contextlib.suppress(RuntimeError):  # the till is closed
                loop.call_soon_threadsafe(accept, reading)

        weighing.use(ScaleWatch(make_scale(self.settings.scale), give))

    async def compared_with_gateway(self, seconds: float = 2.0) -> None:
        """Wait until the books are compared with what the gateway remembers, or it is away.

        For whoever sells faster than a person: no number is used that a lost sale has had.
        """
        if self.settings.gateway.url:
            await self._orders.first_look(seconds)

    async def _examine_books(self) -> None:
        await asyncio.sleep(_EXAMINE_AFTER_S)
        try:
            damage = await asyncio.to_thread(self._books.examine)
        except BooksError as error:
            damage = error.reason
        if damage is not None:
            self._notify(damage, "error")

    async def _back_up(self) -> None:
        from pos_tui.till.backups import ScheduledBackups

        await ScheduledBackups(self._context, lambda: not self.sale.is_empty).run()

    async def close(self) -> None:
        """Stop; what was under way is resumed at the next start."""
        self._books.stop_examining()
        self.staff.sign_off("end")
        running = {*self._services, *self._tasks}
        while running:
            # On Python 3.11 a library may swallow one cancellation, so it is asked until it ends.
            for task in running:
                task.cancel()
            _, running = await asyncio.wait(running, timeout=0.2)
        if self.weighing is not None:
            await asyncio.to_thread(self.weighing.close)
        if self.settings.gateway.url:
            await self._orders.close()
        if self.settings.voice.kind != "none":
            self._speech.close()
        if self._customer is not None:
            await self._customer.close()
        await self._papers.close()

    async def until_idle(self, *, aside: bool = False) -> None:
        """Wait until nothing of this sale is under way any more; `aside`: of none put aside too."""
        while waited_for := [
            task for task in self._tasks if aside or not self._paying.is_aside(self._tasks[task])
        ]:
            await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)

    # ---- scanning ----------------------------------------------------------------------------

    def scan(self, text: str) -> None:
        """Accept a code, scanned or typed; `n*` before it makes it n."""
        with self._act():
            self._scanning.accept(text)

    def forget_quantity(self) -> None:
        """The next scan is for one again."""
        with self._act():
            self._basket.quantity.forget()

    def find(self, words: str) -> list[Product]:
        """Products whose name, initials or code hold these words; none where that fails."""
        try:
            return self._books.search(words)
        except BooksError as error:
            self._books_failed(error)
            return []

    def identify_customer(self, code: str) -> None:
        """The customer has shown or told this card or number; "0" forgets who it is."""
        with self._act():
            if code.strip() == "0":
                self._basket.know_customer(None)
            elif not self._scanning.know(code):
                self._notify(because("till.no_member"), "warning")

    # ---- the list ----------------------------------------------------------------------------

    def sell_at(self, product: Product, text: str, read: ItemCode | None = None) -> None:
        """Put a product on the list at a price typed by the cashier, for this sale only.

        `read` is what was read in its code: its weight, count, lot and dates.
        """
        with self._act():
            self._basket.sell_at(product, text, read)

    def set_quantity(self, number: int, text: str, approved_by: str = "") -> None:
        """Give the line with this number another quantity, as typed; where it is a weight that the
        cashier may not type alone, `approved_by` is who allowed it.
        """
        with self._act():
            self._basket.set_quantity(number, text, approved_by)

    def remove_line(self, number: int) -> None:
        """Take the line with this number off the list."""
        with self._act():
            self._basket.remove(number)

    def undo(self) -> None:
        """Take back the latest removal, quantity, discount or customer of the open sale."""
        with self._act():
            self._undo.undo()

    def confirm_expired(self) -> bool:
        """The cashier has dealt with the latest expired item; False when there is none."""
        with self._act():
            return self._basket.confirm_expired()

    def confirm_age(self) -> bool:
        """The cashier has checked the customer's age; False when there is nothing to check."""
        with self._act():
            return self._basket.confirm_age()

    def look_at_the_time(self) -> None:
        """Price again when an offer has begun or ended, and look at the dates of the list."""
        with contextlib.suppress(BooksError):  # a look-up finds the price all the same
            self._books.begin_prices(self.clock.now())
        with self._act():
            self._basket.look_at_the_time()

    def why_price(self, number: int) -> tuple[Considered, ...]:
        """Each offer that was considered for the line with this number."""
        return self._basket.why_price(number)

    # ---- discounts by hand -------------------------------------------------------------------

    def discount(self, number: int | None, discount: Discount | None) -> bool:
        """Give the line with this number a discount by hand, or the basket; None takes it away.

        False where the list cannot be changed any more.
        """
        with self._act():
            return self._basket.discount(number, discount)

    @cached_property
    def discounts(self) -> Discounts:
        """Discounts by hand as they are typed, and who may give them."""
        from pos_tui.till.discounts import Discounts

        return Discounts(self._context, self._basket)

    @cached_property
    def goods(self) -> ShopGoods:
        """The shop's goods: products, offers, deliveries, stock takes, lists, labels."""
        from pos_tui.till.goods.shop_goods import ShopGoods

        return ShopGoods(
            self._context,
            self.codes,
            self.find,
            lambda: self.papers.spool,
        )

    @cached_property
    def money(self) -> ShopMoney:
        """The shop's money: its drawer, returns, vouchers, reports."""
        from pos_tui.till.money.shop_money import ShopMoney

        return ShopMoney(
            self._context,
            self._basket,
            self.codes,
            lambda: self._refunding,
            lambda: self.papers,
            lambda: self._papers.drawer,
        )

    # ---- hold, recall, void ------------------------------------------------------------------

    def hold(self) -> None:
        """Put the sale aside, an open one or one whose payment runs on; the next one begins."""
        with self._act():
            if self.sale.state == "awaiting" and not self.sale.is_being_written:
                self._paying.put_aside()
            else:
                self._held.hold()

    def held_sales(self) -> list[HeldSale]:
        """The sales that were put aside, the latest first. Raises BooksError."""
        return self._held.sales()

    def open_payments(self) -> tuple[OpenPayment, ...]:
        """The sales that wait aside for their payments, the latest first."""
        return self._paying.open_payments()

    def recall(self, number: int) -> None:
        """Take a sale up again that was put aside.

        One that was on hold: what has expired meanwhile comes off, offers are those of now.
        """
        with self._act():
            if self._paying.is_aside(number):
                self._paying.bring_to_front(number)
            else:
                self._held.recall(number)

    def void(self) -> None:
        """Void the sale; one whose payment is under way is not voided."""
        with self._act():
            sale = self.sale
            why = sale.why_not_change() if sale.state == "awaiting" else None
            if why is not None:
                self._notify(why, "warning")
            elif sale.is_empty:
                self._notify(because("sale.nothing_to_void"))
            else:
                sale.state = "void"
                self._do(self._void(sale))

    # ---- paying ------------------------------------------------------------------------------

    def cash_due(self) -> int:
        """What is to be paid in cash now, in minor units, rounded to coins."""
        return round_cash(self.sale.due, self.settings.currency)

    def receipt_path(self, sale_no: int) -> Path:
        """Where the receipt data file of a sale is kept."""
        return self._context.receipt_path(sale_no)

    def print_again(self) -> None:
        """Print a receipt that may not be on paper; where all are, a copy of the latest."""
        with self._act():
            self._papers.print_again()

    def pay(self, text: str, *, is_approved: bool = False) -> None:
        """Accept what was typed to pay with, in major units; a payment code pays what is due.

        `20` is cash, and less than is due pays a part; `=` is exactly what is due in cash;
        `c20 4242 A1B2` a card with its last digits and authorisation; `v20 X-17` a voucher of
        others; `k20` the customer's account, beyond its limit where that `is_approved`.
        """
        if is_payment(text, self.codes.read):
            self.scan(text)
            return
        with self._act():
            if not self._scanning.weighs_first():
                self._paying.by_hand(text, is_approved=is_approved)

    def ask_customer_to_pay(self, is_asked: bool) -> None:
        """The cashier asks the customer for the money, or does not any more; their screen says
        so.
        """
        if self._customer is not None:
            self._customer.ask_to_pay(is_asked)

    def has_account(self) -> bool:
        """Whether the customer of the sale is known and may buy on account."""
        customer = self.sale.customer
        with self._act():
            account = None if customer is None else self._books.account(customer.code)
            return account is not None and account.limit is not None

    def over_limit(self, text: str) -> OverLimit | None:
        """What somebody must approve before this, as typed, can pay: the customer would owe more
        than they may. None where nobody needs to. Raises BooksError.
        """
        return self._paying.over_limit(text)

    def sell_voucher(self, text: str) -> None:
        """Put a voucher over an amount (major units, as typed) on the list."""
        with self._act():
            self._basket.sell_voucher(text)

    def settle_account(self, code: str, text: str) -> None:
        """Put money (major units, as typed) for a customer's account on the list."""
        with self._act():
            self._basket.settle_account(self._books.account(code), text)

    def pay_part(self, part: str, code: str) -> None:
        """Pay a part, typed in major units, by a payment code or a voucher; other codes are
        scanned.
        """
        found = self.codes.read(code)
        if self.weighing is not None and self.weighing.view is not None:
            self.scan(code)
            return
        if isinstance(found, VoucherCode):
            with self._act():
                self._paying.by_voucher(found.number, part)
            return
        if not isinstance(found, PaymentCode):
            self.scan(code)
            return
        with self._act():
            self._paying.by_code(found, part)

    def give_up_payment(self) -> bool:
        """Ask for the payment under way to be given up; False when there is none."""
        return self._paying.give_up()

    def ask_now(self) -> bool:
        """Ask at once how the payment under way stands; False when there is none."""
        return self._paying.ask_now()

    def give_back(self) -> None:
        """Give back what has been paid of the sale so far; its list opens again."""
        with self._act():
            self._paying.give_back()

    # ---- books that were lost, put back or damaged ---------------------------------------------

    def _books_failed(self, error: BooksError) -> None:
        """An act could not read or write the books; the list is as it was before."""
        self._notify(error.reason, "error")

    # ---- inside ------------------------------------------------------------------------------

    def _deliver(self, event: events.TillEvent) -> None:
        if isinstance(event, events.PaymentChanged):
            self._paying.remember(event)
        self._listener(event)
        if self.settings.voice.kind != "none":
            self._speech.speak_of(event)
        if self._customer is not None:
            self._customer.heed(event)

    def _notify(self, why: Reason, tone: events.Tone = "info") -> None:
        self._emit(events.Notice(why, tone))

    def _compare_with(self, last: LastOrder) -> None:
        with self._act():
            self._lost_books.compare(last)

    def _set_latest(self, at: datetime) -> None:
        self._books.set_latest_entry(at, self.staff.who(), self.sale)

    @cached_property
    def _held(self) -> HeldSales:
        from pos_tui.till.held_sales import HeldSales

        return HeldSales(self._context, self._basket)

    @cached_property
    def _undo(self) -> Undo:
        from pos_tui.till.undo import Undo

        return Undo(self._context, self._basket)

    @cached_property
    def _speech(self) -> Speech:
        from pos_tui.till.speech import Speech

        return Speech(
            self.settings.voice, self.settings.currency, self._emit, self._paying.is_aside
        )

    def _customer_displays(self) -> CustomerDisplays:
        from pos_tui.till.customer_displays import CustomerDisplays

        context = self._context
        return CustomerDisplays(
            self.settings,
            context.data,
            context.language,
            lambda: self.sale,
            self.clock.ticks,
            self._emit,
            self.report_fault,
        )

    @cached_property
    def _completion(self) -> Completion:
        from pos_tui.till.completion import Completion

        papers = self._papers
        return Completion(self._context, papers.receipts, papers.drawer, self._sale_is_paid)

    @cached_property
    def _refunding(self) -> Refunding:
        from pos_tui.till.refunding import Refunding

        return Refunding(
            self._context,
            self._basket,
            lambda: self._orders,
            lambda: self._completion,
            self._do,
            self._paying.open_again,
        )

    @cached_property
    def _orders(self) -> WalletOrders:
        from pos_tui.payments.orders import WalletOrders

        return WalletOrders(
            self.settings,
            self._books,
            self._completion,
            self.clock.now,
            self._context.randomness,
            self._emit,
            self.clock.hear,
            self._compare_with,
            self._paying.is_aside,
        )

    def _sale_of_code(self, code: str) -> int:
        return self.money.returns.sale_of_code(code)

    async def _void(self, sale: Sale) -> None:
        try:
            await asyncio.wrap_future(self._books.void(sale, self.clock.now(), self.staff.cashier))
        except BooksError as error:
            sale.state = "open"
            self._notify(because("sale.not_voided", why=reason_of(error)), "error")
            return
        self._emit(events.SaleVoided(sale.number))
        if sale is self.sale:
            self._next_sale()

    def _sale_is_paid(self, sale: Sale) -> None:
        """The next customer need not wait for this one's paper."""
        self._paying.leave_aside(sale)
        if sale is self.sale:
            self._next_sale()

    def _next_sale(self) -> None:
        self._scanning.unknown = ""
        self.codes.refresh()
        self._basket.begin_next()

    def _do(self, work: Coroutine[Any, Any, None], sale_no: int = 0) -> None:
        """Go on with this beside everything else; of a sale, where it is one's payment."""
        task = asyncio.ensure_future(work)
        self._tasks[task] = sale_no
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            why = reason_of(error) if isinstance(error, Exception) else plain(str(error))
            if not isinstance(error, ReasonError):
                why = because("till.fault", why=why)
            self._notify(why, "error")


def _tax_system(settings: TillSettings) -> TaxSystem:
    tax = settings.tax
    return TaxSystem(tax.mode, tax.rounding, tax.rates, tax.default)


def _import_wires() -> None:
    """What speaks with the servers; it is large, and imported beside the event loop."""
    import httpx
    import redis.asyncio

    from pos_tui.payments import orders

    assert httpx
    assert redis
    assert orders
