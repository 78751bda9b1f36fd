"""Paying at the till by whatever there is, a part after another; given back; put aside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import msgspec

from pos_tui.books import BooksError
from pos_tui.books.written import written_at_last
from pos_tui.checkout import events
from pos_tui.checkout.open_payments import OpenPayment
from pos_tui.checkout.sale import Sale, SaleState
from pos_tui.checkout.tenders import UNDER_WAY, Tender
from pos_tui.codes import PaymentCode, Reading, RefusedCode, VoucherCode
from pos_tui.codes.payment import platform_reason
from pos_tui.codes.voucher import read_voucher
from pos_tui.money import format_amount
from pos_tui.payments.steps import CASH_STEPS, TAKEN_STEPS, PaymentSteps
from pos_tui.reasons import Reason, because
from pos_tui.till.basket import BasketActs
from pos_tui.till.context import TillContext
from pos_tui.till.drawn_tenders import (
    OverLimit,
    account_tender,
    over_limit,
    voucher_tender,
    why_no_voucher,
)
from pos_tui.till.typed_tenders import (
    SHORTEST_PAYMENT_CODE,
    cash_tender,
    exact_tender,
    read_tender,
    typed_part,
)

if TYPE_CHECKING:
    from pos_tui.books.vouchers.vouchers import Voucher
    from pos_tui.payments.orders import WalletOrders, Writing
    from pos_tui.till.completion import Completion
    from pos_tui.till.refunding import Refunding


class Paying:
    """The payments of one till: the one of the sale in front, and those that run aside."""

    def __init__(
        self,
        context: TillContext,
        basket: BasketActs,
        orders: Callable[[], WalletOrders],
        completion: Callable[[], Completion],
        is_item: Callable[[str], bool],
        do: Callable[[Coroutine[Any, Any, None], int], None],
        next_sale: Callable[[], None],
        refunding: Callable[[], Refunding],
        may_pass_limit: Callable[[], bool] = lambda: True,
    ) -> None:
        """`do` runs what must wait for a sale (its number) beside the till; `next_sale` puts a new
        sale in front; `may_pass_limit`: whether who is at the till may alone let a customer owe
        more than their limit.
        """
        self._may_pass_limit = may_pass_limit
        self._settings = context.settings
        self._books = context.books
        self._clock = context.clock
        self._emit = context.emit
        self._cashier = context.cashier
        self._basket = basket
        self._orders = orders
        self._completion = completion
        self._is_item = is_item
        self._do = do
        self._next_sale = next_sale
        self._refunding = refunding
        self._aside: dict[int, Sale] = {}
        self._views: dict[int, events.PaymentView] = {}
        self._to_resume: list[tuple[Sale, tuple[Tender, ...]]] = []

    # ---- beginning ---------------------------------------------------------------------------

    def put_back(self, aside: tuple[Sale, ...]) -> None:
        """These sales were aside as the till last stopped; the one in front was in front."""
        self._aside = {sale.number: sale for sale in aside}
        self._to_resume = [
            (sale, tuple(each for each in sale.tenders if each.state in UNDER_WAY))
            for sale in (*aside, self._basket.sale)
            if sale.state == "awaiting" or sale.number in self._aside
        ]

    def resume(self) -> None:
        """Take up what was under way as the till last stopped."""
        if self._aside:
            self._emit(events.OpenPaymentsChanged(len(self._aside)))
        for sale, under_way in self._to_resume:
            if sale.state != "awaiting":
                self._put_on_hold(sale)
            elif not under_way:
                self._show_what_is_left(sale)
            elif under_way[0].is_refund:
                self._refunding().resume(sale)
            elif under_way[0].state == "returning":
                self._do(self._give_wallets_back(sale, under_way), sale.number)
            else:
                self._do(self._resume_order(sale, under_way[0]), sale.number)

    def remember(self, event: events.PaymentChanged) -> None:
        """This is how a payment stands now, of the sale in front or one aside."""
        mine = {self._basket.sale.number, *self._aside}
        self._views = {number: view for number, view in self._views.items() if number in mine}
        if event.sale_no in mine:
            self._views[event.sale_no] = event.view

    # ---- what is due -------------------------------------------------------------------------

    def why_not(self) -> Reason | None:
        """Why the sale in front cannot be paid now: dates and prices are looked at again first."""
        sale = self._basket.sale
        why = sale.why_not_pay()
        if why is None and sale.due < 0:
            return because("refunds.goes_back", amount=self._amount(-sale.due))
        if sale.state != "open" or not sale.list.lines:
            return why
        before = sale.total
        self._basket.take_off_what_has_expired()
        self._basket.reprice()
        why = sale.why_not_pay()
        if why is None and sale.total != before:
            return because("sale.total_has_changed", total=self._amount(sale.total))
        return why

    # ---- paying ------------------------------------------------------------------------------

    def by_hand(self, text: str, *, is_approved: bool = False) -> None:
        """Accept what was typed to pay with: cash, a card, a voucher, an account, in major units.

        `is_approved`: somebody who may has let the customer owe more than their limit.
        """
        sale, typed = self._basket.sale, read_tender(text)
        if typed.kind == "voucher":
            own = read_voucher(text) or read_voucher(typed.reference or typed.amount)
            if isinstance(own, RefusedCode):
                self._notify(own.why, "warning")
                return
            if own is not None:
                self.by_voucher(own.number, typed.amount if typed.reference else "")
                return
        if (why := self.why_not()) is not None:
            self._notify(why, "warning")
            return
        currency, number = self._settings.currency, sale.next_tender_number
        tender = (
            cash_tender(typed.amount, sale.due, currency, self._is_item, number)
            if typed.kind == "cash"
            else exact_tender(typed, sale.due, currency, number)
        )
        if typed.kind == "account" and isinstance(tender, Tender):
            tender = self._on_account(sale, tender, is_approved)
        if isinstance(tender, Reason):
            self._notify(tender, "warning")
            return
        self._begin(sale, tender)

    def by_voucher(self, number: str, typed: str = "") -> None:
        """Pay with one of the shop's own vouchers: what is due, what is on it, or what was typed.

        With nothing to pay, what is on it is said.
        """
        sale = self._basket.sale
        today = self._clock.for_dates().date()
        voucher = self._books.voucher(number)
        refused = why_no_voucher(voucher, number, today)
        if voucher is None or refused is not None:
            self._notify(refused or because("voucher.not_known", number=""), "warning")
            return
        if sale.state == "open" and not sale.list.lines:
            self._notify(self._what_is_on(voucher))
            return
        if (why := self.why_not()) is not None:
            self._notify(why, "warning")
            return
        tender = voucher_tender(voucher, typed, sale, self._settings.currency)
        if isinstance(tender, Reason):
            self._notify(tender, "warning")
        else:
            self._begin(sale, tender)

    def over_limit(self, text: str) -> OverLimit | None:
        """What somebody must approve before this, as typed, can pay; None where nobody needs to, or
        where the shop has no staff: there a limit is passed by nobody.
        """
        sale, typed = self._basket.sale, read_tender(text)
        if typed.kind != "account" or sale.customer is None or not self._books.staff_roles():
            return None
        currency, account = self._settings.currency, self._books.account(sale.customer.code)
        tender = exact_tender(typed, sale.due, currency, sale.next_tender_number)
        if account is None or account.limit is None or isinstance(tender, Reason):
            return None
        return over_limit(account, tender.given, currency)

    def _on_account(self, sale: Sale, typed: Tender, is_approved: bool) -> Tender | Reason:
        currency, customer = self._settings.currency, sale.customer
        account = None if customer is None else self._books.account(customer.code)
        tender = account_tender(account, typed.given, sale, currency)
        if account is None or isinstance(tender, Reason):
            return tender
        over = over_limit(account, tender.given, currency)
        if over is None:
            return tender
        if not self._books.staff_roles():
            return because("account.beyond_limit", why=over.what)
        if is_approved or self._may_pass_limit():
            return tender
        return because("account.needs_approval", why=over.what)

    def _what_is_on(self, voucher: Voucher) -> Reason:
        shown, left = voucher.shown, self._amount(voucher.left)
        if voucher.expires_on is None:
            return because("voucher.has_left", number=shown, left=left)
        return because("voucher.has_left_until", number=shown, left=left, day=voucher.expires_on)

    def _begin(self, sale: Sale, tender: Tender) -> None:
        """Close the list with the first tender, then accept it."""
        by_cashier = msgspec.structs.replace(tender, by=self._cashier())
        self._close(lambda: self._accept(sale, by_cashier))

    def _accept(self, sale: Sale, tender: Tender) -> None:
        """Money that is here: write it down, and complete the sale with it if that is all."""
        title = because(f"payment.title_{tender.kind}", amount=self._amount(tender.given))
        steps = PaymentSteps(title, CASH_STEPS if tender.kind == "cash" else TAKEN_STEPS)
        steps.reach(1, self._clock.now())
        writing = self._completion().write_down(sale, tender)
        status = because("payment.paid")
        if tender.kind == "cash":
            status = because("payment.change", amount=self._amount(tender.change))
        elif tender.kind == "voucher" and tender.left is not None:
            status = because("payment.paid_voucher", left=self._amount(tender.left))
        elif tender.kind == "account" and tender.left is not None:
            status = because("payment.paid_account", owes=self._amount(tender.left))
        if writing.closes and tender.left is None:  # the others may still be refused
            self._emit(events.PaymentChanged(steps.view(status, "good"), "", sale.number))
        self._do(self._complete(writing, steps, status), sale.number)

    def by_code(self, code: PaymentCode, part: str = "") -> None:
        """Send an order for what is due, or for a part typed in major units, by this code."""
        sale = self._basket.sale
        why = self.why_not()
        if why is None and not self._settings.gateway.url:
            why = because("till.no_gateway")
        if why is None and sale.due == 0:
            why = because("till.nothing_to_pay")
        amount = typed_part(part, sale.due, self._settings.currency) if why is None else 0
        if isinstance(amount, Reason):
            why = amount
        if why is not None or isinstance(amount, Reason):
            self._notify(why or because("till.nothing_to_pay"), "warning")
            return
        self._close(lambda: self._order(sale, code, amount))

    def _order(self, sale: Sale, code: PaymentCode, amount: int) -> None:
        order = self._orders().draft(sale, code, amount, self._cashier())
        self._do(self._follow(sale, self._orders().pay(sale, order, code.code)), sale.number)

    def give_up(self) -> bool:
        """Ask for the payment under way to be given up; False when there is none."""
        tender = self._basket.sale.under_way
        if tender is None or tender.state == "returning" or tender.is_refund:
            return False
        self._orders().give_up(tender.order_no)
        return True

    def ask_now(self) -> bool:
        """Ask at once how the payment under way stands; False when there is none."""
        tender = self._basket.sale.under_way
        if tender is None or tender.state == "returning" or tender.is_refund:
            return False
        self._orders().ask_now(tender.order_no)
        return True

    def give_back(self) -> None:
        """Give back what has been taken of the sale in front; its list opens again."""
        sale = self._basket.sale
        if sale.state != "awaiting" or sale.why_not_pay() is not None or not sale.taken:
            self._notify(because("sale.nothing_to_give_back"))
            return
        if any(each.is_refund for each in sale.taken):
            self._notify(because("refunds.are_out"), "warning")
            return
        sale.is_being_written = True
        self._do(self._give_all_back(sale), sale.number)

    # ---- several sales -----------------------------------------------------------------------

    def open_payments(self) -> tuple[OpenPayment, ...]:
        """The sales that wait aside, the latest first."""
        found = [self._open_payment(sale) for sale in self._aside.values()]
        return tuple(sorted(found, key=lambda each: each.since, reverse=True))

    def put_aside(self) -> None:
        """Put the sale in front aside with its payment running; the next one begins."""
        sale = self._basket.sale
        self._books.put_aside(sale.number, self._clock.now(), self._cashier())
        self._aside[sale.number] = sale
        self._emit(events.SaleAside(sale.number))
        self._emit(events.OpenPaymentsChanged(len(self._aside)))
        self._next_sale()

    def is_aside(self, number: int) -> bool:
        """Whether this sale waits aside for its payment."""
        return number in self._aside

    def bring_to_front(self, number: int) -> None:
        """Take a sale up that waits aside; one in front that awaits its payment gives way."""
        front = self._basket.sale
        if front.state == "awaiting":
            self.put_aside()
        elif not front.is_empty:
            self._notify(because("sale.finish_before_recall"), "warning")
            return
        sale = self._aside.pop(number)
        self._books.put_aside(number, None, self._cashier())
        self._basket.show(sale)
        self._emit(events.OpenPaymentsChanged(len(self._aside)))
        if (view := self._views.get(number)) is not None:
            self._emit(events.PaymentChanged(view, "", number))

    def leave_aside(self, sale: Sale) -> None:
        """A sale that was aside is over."""
        self._views.pop(sale.number, None)
        if self._aside.pop(sale.number, None) is not None:
            self._emit(events.OpenPaymentsChanged(len(self._aside)))

    # ---- inside ------------------------------------------------------------------------------

    def _close(self, pay: Callable[[], None]) -> None:
        """The list is closed with the first tender; where something comes back in the sale, that
        is claimed before.
        """
        sale = self._basket.sale
        if sale.state == "open":
            self._basket.close()
            sale.state = "awaiting"
            if sale.returns:
                sale.is_being_written = True
                self._do(self._claim(sale, pay), sale.number)
                return
        pay()

    async def _claim(self, sale: Sale, pay: Callable[[], None]) -> None:
        try:
            await asyncio.wrap_future(self._books.claim_returns(sale))
        except BooksError as error:
            sale.state = "open"
            self._notify(error.reason, "error")
        sale.is_being_written = False
        if sale.state == "open":
            self.open_again(sale)
        else:
            pay()

    async def _resume_order(self, sale: Sale, tender: Tender) -> None:
        order = self._books.order(tender.order_no)
        if order is not None:
            await self._follow(sale, self._orders().pay(sale, order, ""))

    async def _complete(self, writing: Writing, steps: PaymentSteps, status: Reason) -> None:
        await self._completion().complete(writing, steps, status)
        self.open_again(writing.sale)  # where the tender was refused after all

    async def _follow(self, sale: Sale, payment: Coroutine[Any, Any, None]) -> None:
        await payment
        self.open_again(sale)

    def open_again(self, sale: Sale) -> None:
        """Nothing is paid of it any more: its list is open, in front or on hold."""
        if sale.state == "open":
            self._basket.reopen(sale)
            self._put_on_hold(sale)

    def _put_on_hold(self, sale: Sale) -> None:
        """A sale aside whose payment has failed waits among the sales on hold, its list open."""
        if sale.number not in self._aside:
            return
        self._basket.reopen(sale)
        sale.state = "held"
        self._books.hold(sale, self._clock.now(), self._cashier())
        self.leave_aside(sale)

    async def _give_all_back(self, sale: Sale) -> None:
        """Written first, told then: cash that is handed out must not count as taken later."""
        changed = [
            msgspec.structs.replace(
                tender, state="returning" if tender.kind == "wallet" else "given_back"
            )
            for tender in sale.taken
        ]
        returning = [each for each in changed if each.state == "returning"]
        state: SaleState = "awaiting" if returning else "open"
        try:
            now, by = self._clock.now(), self._cashier()
            kept = self._books.keep_tenders(sale.number, changed, now, state, by)
            await asyncio.wrap_future(kept)
        except BooksError as error:
            amount = self._amount(sum(each.amount for each in changed))
            why = because("sale.not_given_back", amount=amount, why=error.reason)
            self._show_back(sale, why, "error")
            return
        finally:
            sale.is_being_written = False
        for back in changed:
            sale.put_tender(back)
        sale.state = state
        parts = tuple(self._how_back(back) for back in changed)
        kind = "sale.going_back" if returning else "sale.given_back"
        self._show_back(sale, because(kind, parts=parts), "warning")
        self._emit(events.TendersReturned(sale.number, tuple(changed), not returning))
        if returning:
            await self._give_wallets_back(sale, tuple(returning))
        else:
            self.open_again(sale)

    async def _give_wallets_back(self, sale: Sale, returning: tuple[Tender, ...]) -> None:
        """One after the other, so that the last one knows whether the list opens again."""
        for tender in returning:
            await self._give_back(sale, tender)

    async def _give_back(self, sale: Sale, tender: Tender) -> None:
        """See a wallet's tender back to its customer; where it cannot go back, it stays taken."""
        given = await self._orders().give_back(sale, tender)
        back = msgspec.structs.replace(tender, state="given_back" if given.is_back else "taken")
        others = [each for each in sale.tenders if each.number != tender.number]
        is_open = back.state != "taken" and not any(
            each.state == "taken" or each.state in UNDER_WAY for each in others
        )
        state: SaleState = "open" if is_open else "awaiting"
        await written_at_last(
            lambda: self._books.keep_tenders(
                sale.number, [back], self._clock.now(), state, self._cashier()
            ),
            lambda why: self._notify(why, "error"),
        )
        sale.put_tender(back)
        sale.state = state
        amount = self._amount(tender.given)
        if given.why is not None:
            why = because("sale.not_given_back", amount=amount, why=given.why)
            self._show_back(sale, why, "error")
        else:
            platform = platform_reason(tender.platform)
            why = because("sale.wallet_is_back", amount=amount, platform=platform)
            self._show_back(sale, why, "info")
        self._emit(events.TendersReturned(sale.number, (back,), sale.state == "open"))
        self.open_again(sale)

    def _show_back(self, sale: Sale, why: Reason, tone: events.Tone) -> None:
        """Say what goes back, and leave it in the place of the payment that it undoes."""
        steps = PaymentSteps(because("payment.title_back"), ())
        self._emit(events.PaymentChanged(steps.view(why, tone), "", sale.number))
        self._notify(why, tone)

    def _how_back(self, tender: Tender) -> Reason:
        """What the cashier does so that a tender goes back."""
        amount = self._amount(tender.amount)
        if tender.kind == "wallet":
            platform = platform_reason(tender.platform)
            return because("sale.back_wallet", amount=amount, platform=platform)
        if tender.kind == "cash":
            return because("sale.back_cash", amount=amount)
        if tender.voucher:
            return because("sale.back_own_voucher", amount=amount, reference=tender.reference)
        if not tender.reference:
            return because(f"sale.back_{tender.kind}", amount=amount)
        return because(f"sale.back_{tender.kind}_named", amount=amount, reference=tender.reference)

    def _show_what_is_left(self, sale: Sale) -> None:
        paid = self._amount(abs(sale.total - sale.due))
        if sale.due < 0:
            steps = PaymentSteps(because("refunds.title_parts", amount=paid), ())
            left = because("refunds.left", due=self._amount(-sale.due))
            self._emit(events.PaymentChanged(steps.view(left), "", sale.number))
            return
        steps = PaymentSteps(because("payment.title_parts", amount=paid), ())
        left = because("payment.left", due=self._amount(sale.due))
        self._emit(events.PaymentChanged(steps.view(left), "", sale.number))

    def _open_payment(self, sale: Sale) -> OpenPayment:
        tender, view = sale.under_way, self._views.get(sale.number)
        named = [line.item.name for line in sale.list.lines[:1]]
        named += [each.name for each in sale.returns[:1]]
        return OpenPayment(
            sale.number,
            sale.total if tender is None else tender.given,
            "paid_in_part" if tender is None else tender.state,
            sale.opened_at if tender is None or tender.at is None else tender.at,
            named[0] if named else "",
            None if view is None else view.status,
        )

    def _notify(self, why: Reason, tone: events.Tone = "info") -> None:
        self._emit(events.Notice(why, tone))

    def _amount(self, minor: int) -> str:
        return format_amount(minor, self._settings.currency)


def is_payment(text: str, read: Callable[[str], Reading]) -> bool:
    """Whether what was typed as cash is a payment code, or a voucher, after all."""
    return len(text) >= SHORTEST_PAYMENT_CODE and isinstance(read(text), PaymentCode | VoucherCode)
