"""A tender that was taken: into the books; the last one completes the sale and its receipt."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from decimal import ROUND_CEILING
from pathlib import Path
from typing import Literal

import msgspec

from pos_tui.books import BooksError
from pos_tui.books.connection import AlreadyFinishedError, TenderRefusedError
from pos_tui.books.movement import thousandths
from pos_tui.books.sales.completing import Closing, NewVouchers
from pos_tui.books.stock.lots import SoldGoods
from pos_tui.books.vouchers.vouchers import Voucher
from pos_tui.checkout import events
from pos_tui.checkout.expiry import expires_on
from pos_tui.checkout.explained import ExplainedSale, explain_sale
from pos_tui.checkout.orders import Order
from pos_tui.checkout.sale import Sale
from pos_tui.checkout.sold_lines import sold_lines
from pos_tui.checkout.tenders import Tender
from pos_tui.files.owner import make_private_folder, write_for_owner
from pos_tui.files.replacing import remove_file, rename_file
from pos_tui.money import format_amount
from pos_tui.payments.orders import Writing
from pos_tui.payments.steps import RECEIPT_STEPS, PaymentSteps
from pos_tui.pricing.offers import Threshold, pieces_of
from pos_tui.reasons import Reason, because, reason_of
from pos_tui.receipts.data import (
    ReceiptData,
    decode_receipt,
    encode_receipt,
    make_receipt,
    receipt_with_returns,
)
from pos_tui.till.context import TillContext
from pos_tui.till.dates import date_policy
from pos_tui.till.paper.drawer_opener import DrawerOpener
from pos_tui.till.paper.receipts import ReceiptPrinting

_RETRY_S = 2.0


class Completion:
    """Finishes paid sales of one till, in this order, each step only after the one before."""

    def __init__(
        self,
        context: TillContext,
        printing: ReceiptPrinting,
        drawer: DrawerOpener,
        paid: Callable[[Sale], None],
    ) -> None:
        """`paid` gets a sale once it is in the books, before its receipt is made."""
        self._settings = context.settings
        self._language = context.language
        self._receipt_path = context.receipt_path
        self._books = context.books
        self._clock = context.clock.now
        self._till_clock = context.clock
        self._randomness = context.randomness
        self._emit = context.emit
        self._printing = printing
        self._drawer = drawer
        self._paid = paid
        self._cash_before = 0
        self._refused = date_policy(context.settings).refused

    def write_down(
        self,
        sale: Sale,
        tender: Tender,
        order: Order | None = None,
        message: tuple[str, str] | None = None,
    ) -> Writing:
        """Start writing down that a tender was taken: its money is here.

        The sale is paid with it when nothing is due any more.
        """
        at = self._clock()
        tender = msgspec.structs.replace(tender, state="taken", at=at)
        sale.put_tender(tender)
        sale.is_being_written = True
        closing: Closing | None = None
        if sale.due == 0:
            total = sale.list.totals.total
            closing = Closing(
                total,
                sale.taken,
                uses_of(sale),
                self._printing.has_printer,
                sold_goods(sale),
                self._cashier_of(sale.taken),
                self._refused,
                sold_lines(sale.list),
                sale.returns,
                sale.voids,
            )
        by = self._cashier_of(sale.taken)
        vouchers = self._new_vouchers(sale, tender, is_closing=closing is not None)

        def write() -> Future[None]:
            return self._books.accept_tender(
                sale.number, at, tender, order, message, closing, by, vouchers
            )

        return Writing(sale, tender, order, at, closing is not None, write, write())

    async def complete(
        self, writing: Writing, steps: PaymentSteps, status: Reason, channel: str = ""
    ) -> None:
        """See a tender into the books, report it; make the receipt of a sale that is paid."""
        sale, tender, at = writing.sale, writing.tender, writing.at
        written = writing.written
        while True:
            try:
                if not written.done():
                    await asyncio.wrap_future(written)
                written.result()
                break
            except AlreadyFinishedError as error:
                why = because("till.tell_the_technician", why=reason_of(error))
                self._emit(events.Notice(why, "error"))
                return
            except TenderRefusedError as error:
                self._take_back(sale, tender, steps, reason_of(error))
                return
            except BooksError as error:
                trouble = self._not_written(reason_of(error), tender)
                view = steps.view(trouble, "error")
                self._emit(events.PaymentChanged(view, "", sale.number))
                await asyncio.sleep(_RETRY_S)
                written = writing.write()
        sale.is_being_written = False
        state: Literal["paid", ""] = "paid" if writing.order else ""
        if not writing.closes:
            self._emit(events.TenderTaken(sale.number, tender, sale.due, channel))
            steps.leave_out_receipt()
            steps.reach(99, self._clock())
            due = format_amount(abs(sale.due), self._settings.currency)
            left = because("refunds.left" if sale.due < 0 else "payment.left", due=due)
            self._emit(events.PaymentChanged(steps.view(left, "good"), state, sale.number))
            await self._cash_came(tender)
            return
        sale.state = "paid"
        self._emit(events.SalePaid(sale.number, sale.total, sale.taken, channel))
        steps.confirm(self._clock())
        self._emit(events.PaymentChanged(steps.view(status, "good"), state, sale.number))
        self._paid(sale)
        await self._cash_came(tender)
        receipt = self._receipt_of(sale, at, sale.taken)
        await self._deliver(receipt, steps, self._vouchers_of(sale))
        settled_at = at if writing.order is None else writing.order.made_at
        self._books.explain(await asyncio.to_thread(self._explained, sale, settled_at))

    async def _cash_came(self, tender: Tender) -> None:
        """Cash: the drawer opens, and where there is much in it, a drop is suggested."""
        if tender.kind == "cash":
            await self._drawer.open_for_cash()
            if self._settings.cash.drop_above:
                self._suggest_drop()

    def _suggest_drop(self) -> None:
        """Say that much is in the drawer, once until it is less again."""
        currency = self._settings.currency
        limit = self._settings.cash.drop_above * 10**currency.exponent
        try:
            now = self._books.cash_in_drawer()
        except BooksError:
            return
        if now > limit and (self._cash_before <= limit or now < self._cash_before):
            amount = format_amount(limit, currency)
            self._emit(events.Notice(because("shift.wants_drop", amount=amount), "warning"))
        self._cash_before = now

    def _take_back(self, sale: Sale, tender: Tender, steps: PaymentSteps, why: Reason) -> None:
        """What was to pay does not: the sale is as it was before."""
        sale.put_tender(msgspec.structs.replace(tender, state="failed"))
        sale.is_being_written = False
        if not sale.taken:
            sale.state = "open"
        steps.fail()
        self._emit(events.PaymentChanged(steps.view(why, "error"), "", sale.number))
        self._emit(events.Notice(why, "error"))

    def _new_vouchers(self, sale: Sale, tender: Tender, *, is_closing: bool) -> NewVouchers | None:
        """Those that are sold, once all is paid; and the one by which money goes back."""
        amounts = tuple(
            line.item.unit_price
            for line in sale.list.lines
            if is_closing and line.item.kind == "voucher"
            for _ in range(int(line.quantity))
        )
        if tender.kind == "voucher" and tender.given < 0:
            amounts = (*amounts, -tender.given)
        if not amounts:
            return None
        months, day = self._settings.vouchers.months, self._till_clock.for_dates().date()
        last_day = expires_on(day, months, "months") if months else None
        return NewVouchers(amounts, last_day, self._randomness)

    def _not_written(self, why: Reason, tender: Tender) -> Reason:
        """What the cashier gives back, and why a paid sale is not in the books yet."""
        is_damage = why.kind in {"books.damaged", "books.tables_missing"}  # these say what to do
        trouble = because("payment.not_written", why=why)
        if is_damage:
            trouble = because("payment.not_written_damaged", why=why)
        if not tender.change:
            return trouble
        amount = format_amount(tender.change, self._settings.currency)
        return because("payment.change_first", amount=amount, why=trouble)

    def _explained(self, sale: Sale, at: datetime) -> ExplainedSale:
        currency = self._settings.currency
        listed = sale.list
        return explain_sale(
            sale.number,
            listed.totals.total,
            tuple(listed.lines),
            listed.offers,
            listed.basket_discount,
            sale.occasion(at),
            lambda amount: format_amount(amount, currency),
        )

    async def deliver_missing(self, sale: Sale, at: datetime, tenders: tuple[Tender, ...]) -> None:
        """Make and print the receipt of a paid sale whose till was stopped before it had done so.

        One that is made already stays as it is.
        """
        steps = PaymentSteps(because("payment.title_receipt", number=sale.number), RECEIPT_STEPS)
        vouchers = self._vouchers_of(sale)
        try:
            path = self._receipt_path(sale.number)
            receipt = decode_receipt(await asyncio.to_thread(path.read_bytes))
        except (OSError, UnicodeDecodeError, msgspec.MsgspecError):
            await self._deliver(self._receipt_of(sale, at, tenders), steps, vouchers)
        else:
            await self._printing.print_first(receipt, steps, vouchers)

    def _receipt_of(self, sale: Sale, at: datetime, tenders: tuple[Tender, ...]) -> ReceiptData:
        try:
            head = self._books.paid_head(sale.number)
        except BooksError:
            head = ""  # the customer gets a receipt all the same
        receipt = make_receipt(
            self._settings.shop,
            msgspec.structs.replace(self._settings.till, cashier=self._cashier_of(tenders)),
            self._settings.currency,
            sale.number,
            sale.list.lines,
            sale.list.totals,
            tenders,
            at,
            sale.list.taxes(),
            "" if sale.customer is None else sale.customer.name,
            self._language,
        )
        if sale.returns:
            receipt = receipt_with_returns(receipt, sale.returns, sale.voids)
        return msgspec.structs.replace(receipt, journal=head)

    def _cashier_of(self, tenders: tuple[Tender, ...]) -> str:
        """Whose sale it is: who was at the till as it was paid, not who is there now."""
        return next((each.by for each in reversed(tenders) if each.by), self._settings.till.cashier)

    def _vouchers_of(self, sale: Sale) -> list[Voucher]:
        """The vouchers that were sold, or given for what came back: each gets a slip of its own."""
        by_voucher = any(each.kind == "voucher" and each.given < 0 for each in sale.taken)
        if not by_voucher and not any(line.item.kind == "voucher" for line in sale.list.lines):
            return []
        try:
            issued = self._books.vouchers_of_sale(sale.number)
        except BooksError as error:
            self._emit(events.Notice(reason_of(error), "error"))
            return []
        if issued and not self._printing.has_printer:
            self._emit(events.Notice(because("voucher.no_printer"), "warning"))
        return issued

    async def _deliver(
        self, receipt: ReceiptData, steps: PaymentSteps, vouchers: Sequence[Voucher]
    ) -> None:
        try:
            path = self._receipt_path(receipt.sale_no)
            kept = await asyncio.to_thread(keep_receipt, path, encode_receipt(receipt))
            if kept != path:
                why = because("receipt_file.number_used", number=receipt.sale_no, path=str(kept))
                self._emit(events.Notice(why, "error"))
        except OSError as error:
            steps.fail()  # the change stays in its place
            self._emit(events.PaymentChanged(steps.view(), "", receipt.sale_no))
            why = because("receipt_file.not_kept", why=error.strerror or str(error))
            self._emit(events.Notice(why, "error"))
            return
        await self._printing.print_first(receipt, steps, vouchers)


def sold_goods(sale: Sale) -> tuple[SoldGoods, ...]:
    """What a sale takes out of the stock, a line each; deposits and money are no stock."""
    return tuple(
        SoldGoods(line.number, line.item.product_id, line.item.lot, thousandths(line.quantity))
        for line in sale.list.lines
        if line.item.kind == "goods"
    )


def uses_of(sale: Sale) -> dict[int, int]:
    """How often each offer whose uses are counted applied in a sale, by its id."""
    counted = {offer.id: offer for offer in sale.list.offers if offer.limit_total is not None}
    uses: dict[int, int] = {}
    for line in sale.list.lines:
        for applied in line.applied:
            if applied.offer_id in counted:
                pieces = int(applied.quantity.to_integral_value(rounding=ROUND_CEILING))
                uses[applied.offer_id] = uses.get(applied.offer_id, 0) + pieces
    for offer_id, pieces in uses.items():
        uses[offer_id] = -(-pieces // pieces_of(counted[offer_id].gives))
    for discount in sale.list.totals.discounts:
        if discount.offer_id in counted:
            gives = counted[discount.offer_id].gives
            times = 1
            if isinstance(gives, Threshold) and gives.every and gives.amount:
                times = max(discount.amount // gives.amount, 1)
            uses[discount.offer_id] = times
    return uses


def keep_receipt(path: Path, content: bytes) -> Path:
    """Write a receipt whole or not at all, and see it onto the disk; returns where it is now.

    Another one that lies there already is never written over: this one gets a name beside it.
    Raises OSError.
    """
    make_private_folder(path.parent)
    draft = path.with_suffix(".new")
    remove_file(draft)  # after a power cut it can be the receipt itself, by another name
    write_for_owner(draft, content, exclusive=True)
    try:
        for place in (path, *(path.with_stem(f"{path.stem}-{n}") for n in range(2, 100))):
            if place.exists() and place.read_bytes() == content:
                return place
            try:
                _put_once(draft, place)
            except FileExistsError:
                continue
            return place
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    finally:
        remove_file(draft)


def _put_once(draft: Path, place: Path) -> None:
    """Give a file its name, unless there is one of this name. Raises OSError, FileExistsError."""
    try:
        os.link(draft, place)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: FAT, some network folders
        if place.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place)) from None
        rename_file(draft, place)
