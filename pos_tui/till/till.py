"""The till's acts, one method each: scan, change a line, confirm, pay, give up, void."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_tui.books import Books, BooksError, Product, journal
from pos_tui.checkout import events
from pos_tui.checkout.orders import UNSETTLED
from pos_tui.checkout.sale import Sale
from pos_tui.checkout.settlement_list import LineChange, ListedItem
from pos_tui.codes import ItemCode, PaymentCode, Reading, Refused
from pos_tui.money import AmountError, format_amount, parse_amount, round_cash
from pos_tui.settings import TillSettings
from pos_tui.till.cash import SHORTEST_PAYMENT_CODE, cash_tender
from pos_tui.till.dates import Dated, Dates, dated
from pos_tui.till.quantity import NextQuantity, measure_of, quantity_of
from pos_tui.till.shop_codes import ShopCodes
from pos_tui.till.timeline import CASH_STEPS, Timeline

if TYPE_CHECKING:
    from pos_tui.devices.printers import Printer
    from pos_tui.till.completion import Completion
    from pos_tui.till.wallet import Wallet


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
        self._emit = emit
        self._clock = clock
        self._data = data
        self._printer = printer
        self._randomness = randomness
        self._quantity = NextQuantity(emit)
        self._dates = Dates(books, emit)
        self.codes = ShopCodes(settings, books, clock, emit)
        self._tasks: set[asyncio.Task[None]] = set()
        self._services: list[asyncio.Task[None]] = []
        resumed = books.unfinished_sale()
        self._resumed = resumed is not None and not resumed.is_empty
        self._to_resume = resumed if resumed is not None and resumed.state == "awaiting" else None
        self.sale = resumed or Sale(books.next_sale_number(), clock())

    # ---- beginning and end -------------------------------------------------------------------

    def open(self) -> None:
        """Tell where the till is: a new sale, or the one that was under way when it stopped."""
        self._books.refresh_offers()
        sale = self.sale
        self._emit(events.SaleOpened(sale.number, resumed=self._resumed))
        for index, line in enumerate(sale.list.lines):
            self._emit(events.LineChanged(LineChange("added", index, line, sale.list.totals)))
        for warning in sale.warnings:
            self._emit(events.ItemExpired(warning))

    async def start(self) -> None:
        """Start what runs beside the sale, and take a payment up that was under way."""
        loop = asyncio.get_running_loop()

        def disk_trouble(say: str | None) -> None:
            changed = events.LinkChanged("disk", say is None, say or "")
            loop.call_soon_threadsafe(self._emit, changed)

        self._books.on_trouble(disk_trouble)
        self._services = [asyncio.create_task(self.codes.prepare())]
        if self.settings.gateway.url:
            await asyncio.to_thread(_import_wires)
        if self._to_resume is not None and self._to_resume.order is not None:
            self._do(self._pay_by_wallet(self._to_resume, ""))
        last = self._books.last_paid_number()
        if last and not self.receipt_path(last).exists():
            self._do(self._completion.deliver_missing(*self._books.paid_sale(last)))
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
            text = text if whole_is_a_code else self._quantity.take(text)
        if not text:
            return
        quantity_waits = self._quantity.waits
        found = self.codes.read(text)
        if isinstance(found, PaymentCode):
            if quantity_waits:
                self.forget_quantity()
            self._scan_payment(found)
        else:
            self._scan_item(found, text)

    def sell(
        self,
        product: Product,
        price: int | None = None,
        code: str = "",
        read: ItemCode | None = None,
    ) -> None:
        """Put a product on the list; price (minor units) where it has none, code as scanned.

        What was read in the code (its price, weight, count, lot, dates) goes before what the books
        say.
        """
        why = self.sale.why_not_change()
        if why:
            self._emit(events.Told(why, "warning"))
            return
        moment = self._clock()
        date = dated(read, product.shelf_life_days, moment)
        if self._dates.is_expired(self.sale, product.id, product.name, moment, date):
            self.forget_quantity()
            return
        if price is None:
            price = read.price if read is not None else None
        unit_price = product.price if price is None else price
        if unit_price <= 0:
            unpriced = read or ItemCode(product.code, "")
            self._emit(events.NotSold(product.code, f"{product.name} has no price.", unpriced))
            return
        quantity = self._quantity.use() * measure_of(read)
        item = ListedItem(product.id, product.code, product.name, product.unit, unit_price, *date)
        offers = self._books.offers_on(product.id)
        change = self.sale.list.add(item, quantity, offers, moment)
        self._changed(change, moment, code or product.code)
        if read is not None and read.doubt and read.gtin:
            say = f"{product.name} is sold, but {read.doubt}. Look at its date."
            self._emit(events.Told(say, "warning"))

    def sell_at(self, product: Product, text: str, read: ItemCode | None = None) -> None:
        """Put a product on the list at a price typed by the cashier, for this sale only.

        `read` is what was read in its code: its weight, count, lot and dates.
        """
        try:
            price = parse_amount(text, self.settings.currency)
        except AmountError as error:
            self._emit(events.Told(str(error), "warning"))
            return
        self.sell(product, price, product.code, read)

    def forget_quantity(self) -> None:
        """The next scan is for one again."""
        self._quantity.forget()

    def find(self, words: str) -> list[Product]:
        """Products whose name, initials or code hold these words."""
        return self._books.search(words)

    # ---- the list ----------------------------------------------------------------------------

    def set_quantity(self, index: int, text: str) -> None:
        """Give a line another quantity, as typed."""
        why = self.sale.why_not_change()
        quantity = quantity_of(text)
        if why is None and quantity is None:
            why = f"“{text}” is no quantity; type a number from 0.001 to 9999."
        if why or quantity is None or index >= len(self.sale.list.lines):
            self._emit(events.Told(why or "There is no such line.", "warning"))
            return
        moment = self._clock()
        line = self.sale.list.lines[index]
        offers = self._books.offers_on(line.item.product_id)
        self._changed(self.sale.list.set_quantity(index, quantity, offers, moment), moment)

    def set_quantity_of(self, number: int, text: str) -> None:
        """Give the line with this number another quantity, as typed."""
        index = self.sale.list.index_of(number)
        self.set_quantity(len(self.sale.list.lines) if index is None else index, text)

    def remove(self, index: int) -> None:
        """Take a line off the list."""
        why = self.sale.why_not_change()
        if why or index >= len(self.sale.list.lines):
            self._emit(events.Told(why or "There is no line to remove.", "warning"))
            return
        change = self.sale.list.remove(index)
        self._books.record(self.sale, self._clock(), journal.LineRemoved(change.line.number))
        self._emit(events.LineChanged(change))

    def confirm_expired(self) -> bool:
        """The cashier has dealt with the oldest expired item; False when there is none."""
        sale = self.sale
        if not sale.warnings:
            return False
        warning = sale.warnings.pop(0)
        act = journal.ExpiryConfirmed(self.settings.till.cashier, warning)
        self._books.record(sale, self._clock(), act)
        self._emit(events.ExpiryConfirmed(len(sale.warnings)))
        return True

    def void(self) -> None:
        """Void the sale; one whose payment is under way is not voided."""
        sale = self.sale
        if sale.state == "awaiting":
            self._emit(events.Told(sale.why_not_change() or "", "warning"))
            return
        if sale.is_empty:
            self._emit(events.Told("There is nothing to void."))
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
        sale_no = self._books.last_paid_number()
        if not self.receipt_path(sale_no).exists():
            self._emit(events.Told("There is no receipt to print again.", "info"))
            return
        self._do(self._completion.print_again(sale_no))

    def pay_cash(self, text: str) -> None:
        """Take cash, as typed in major units; the change is told. A payment code typed pays."""
        if len(text) >= SHORTEST_PAYMENT_CODE and isinstance(self.codes.read(text), PaymentCode):
            self.scan(text)
            return
        sale, currency = self.sale, self.settings.currency
        self._take_off_what_has_expired()
        why = sale.why_not_pay()
        if why:
            self._emit(events.Told(why, "warning"))
            return
        tender = cash_tender(
            text, self.cash_due(), currency, lambda code: self.codes.product(code) is not None
        )
        if isinstance(tender, str):
            self._emit(events.Told(tender, "warning"))
            return
        sale.state = "awaiting"
        timeline = Timeline(f"Cash {format_amount(tender.given, currency)}", CASH_STEPS)
        timeline.reach(1, self._clock())
        say = f"Change {format_amount(tender.change, currency)}"
        self._emit(events.PaymentChanged(timeline.view(say, "good"), "", sale.number))
        writing = self._completion.write_down(sale, tender)
        self._do(self._completion.complete(writing, timeline, say))

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
            self.settings, self._books, self._completion, self._clock, self._randomness, self._emit
        )

    def _scan_item(self, reading: Reading, text: str) -> None:
        collection = isinstance(reading, Refused) and not reading.others
        why = None if collection else self.sale.why_not_change()
        if why:
            self._emit(events.Told(why, "warning"))
            return
        from pos_tui.codes.showing import shown

        code = shown(text, reading)
        found = self.codes.find(reading)
        if found is not None:
            read, product = found
            self.sell(product, code=shown(text, read), read=read)
        elif not isinstance(reading, ItemCode):
            self._not_sold(code, reading.why)
        elif reading.doubt and reading.like_payment:
            self._not_sold(code, f"{reading.doubt[0].upper()}{reading.doubt[1:]}.")
        elif reading.doubt:
            self._not_sold(code, f"Misread? {reading.doubt}. Scan it again.")
        else:
            self._not_sold(code, "Not in the shop's books. F3 finds it by name.")

    def _scan_payment(self, code: PaymentCode) -> None:
        sale = self.sale
        self._take_off_what_has_expired()
        why = sale.why_not_pay()
        if why is None and not self.settings.gateway.url:
            why = "This till has no payment gateway in its settings. Take cash."
        if why is None and sale.list.totals.total == 0:
            why = "There is nothing to pay. Take it as cash 0."
        if why:
            self._emit(events.Told(why, "warning"))
            return
        sale.state = "awaiting"
        sale.order = self._wallet.draft(sale, code)
        self._do(self._pay_by_wallet(sale, code.code))

    async def _pay_by_wallet(self, sale: Sale, auth_code: str) -> None:
        assert sale.order is not None
        await self._wallet.pay(sale, sale.order, auth_code)

    async def _void(self, sale: Sale) -> None:
        try:
            await asyncio.wrap_future(self._books.void(sale, self._clock()))
        except BooksError as error:
            sale.state = "open"
            self._emit(events.Told(f"{error} The sale was not voided; its list is kept.", "error"))
            return
        self._emit(events.SaleVoided(sale.number))
        if sale is self.sale:
            self._next_sale()

    def _sale_is_paid(self, sale: Sale) -> None:
        """The next customer need not wait for this one's paper."""
        if sale is self.sale:
            self._next_sale()

    def _next_sale(self) -> None:
        self._quantity.forget()
        self._books.refresh_offers()
        self.codes.refresh()
        number = max(self.sale.number + 1, self._books.next_sale_number())
        self.sale = Sale(number, self._clock())
        self._emit(events.SaleOpened(self.sale.number))

    def _take_off_what_has_expired(self) -> None:
        """What has expired since it was scanned comes off before the sale is settled."""
        if self.sale.state != "open":
            return
        moment = self._clock()
        for line in list(self.sale.list.lines):
            item, index = line.item, self.sale.list.index_of(line.number)
            code = Dated(item.lot, item.expires_on, item.expires_at)
            if index is not None and self._dates.has_expired(item.product_id, moment, code):
                self.remove(index)
                self._dates.is_expired(self.sale, item.product_id, item.name, moment, code)

    def _changed(self, change: LineChange, moment: datetime, code: str = "") -> None:
        self._books.record(self.sale, moment, journal.LinePut(change.line))
        self._emit(events.LineChanged(change, code))

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
            self._emit(events.Told(say, "error"))


def _import_wires() -> None:
    """What speaks with the servers; it is large, and imported beside the event loop."""
    import httpx
    import redis.asyncio

    from pos_tui.till import wallet

    assert httpx
    assert redis
    assert wallet
