"""Money that goes back for goods: planned, written down, given back way by way, resumed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from pos_tui.books import BooksError
from pos_tui.books.written import written_at_last
from pos_tui.checkout import events
from pos_tui.checkout.orders import make_order_no
from pos_tui.checkout.refunds import (
    PaidPart,
    RefundWay,
    another_way,
    refund_tender,
    refund_ways,
)
from pos_tui.checkout.sale import Sale, SaleState
from pos_tui.checkout.tenders import UNDER_WAY, Tender, TenderKind
from pos_tui.codes.payment import platform_reason
from pos_tui.money import format_amount
from pos_tui.payments.steps import RECEIPT_STEPS, PaymentSteps
from pos_tui.reasons import Reason, because, reason_of
from pos_tui.till.basket import BasketActs
from pos_tui.till.context import TillContext

if TYPE_CHECKING:
    from pos_tui.payments.orders import WalletOrders
    from pos_tui.till.completion import Completion


class Refunding:
    """Gives money back in the sale in front, and in those that run aside."""

    def __init__(
        self,
        context: TillContext,
        basket: BasketActs,
        orders: Callable[[], WalletOrders],
        completion: Callable[[], Completion],
        do: Callable[[Coroutine[Any, Any, None], int], None],
        open_again: Callable[[Sale], None],
    ) -> None:
        """`open_again` is called for a sale of which nothing is paid or given back any more."""
        self._settings = context.settings
        self._books = context.books
        self._clock = context.clock
        self._randomness = context.randomness
        self._cashier = context.cashier
        self._emit = context.emit
        self._basket = basket
        self._orders = orders
        self._completion = completion
        self._do = do
        self._open_again = open_again

    def ways(self, kind: TenderKind | None = None) -> tuple[RefundWay, ...]:
        """The ways by which the money of the sale in front goes back; all by `kind` where it is
        given. Raises BooksError.
        """
        sale, currency = self._basket.sale, self._settings.currency
        if sale.due >= 0:
            return ()
        returned: dict[int, int] = {}
        for each in sale.returns:
            returned[each.sale_no] = returned.get(each.sale_no, 0) + each.amount
        parts: list[PaidPart] = []
        for number in sorted(returned):
            if number:
                parts += self._books.paid_parts(number)
        gone = [each for each in sale.taken if each.is_refund]
        found = refund_ways(-sale.due, *_less_gone(returned, parts, gone), currency)
        return found if kind is None else another_way(found, kind, currency)

    def why_not(self, ways: tuple[RefundWay, ...]) -> Reason | None:
        """Why money cannot go back by these ways now; None when it can."""
        sale = self._basket.sale
        if (why := sale.why_not_pay()) is not None:
            return why
        if not ways:
            return because("refunds.nothing")
        by_wallet = [each for each in ways if each.kind == "wallet"]
        if any(each.part is None or each.is_another for each in by_wallet):
            return because("refunds.not_by_wallet")
        if by_wallet and not self._settings.gateway.url:
            return because("refunds.no_gateway")
        return None

    def refund(self, kind: TenderKind | None = None) -> None:
        """Give the money of the sale in front back, the way it came; all by `kind` where given.

        Whether that may be done must be asked before.
        """
        sale = self._basket.sale
        changed = self._look_at_new_goods(sale)
        ways = self.ways(kind)
        if (why := changed or self.why_not(ways)) is not None:
            self._notify(why, "warning")
            return
        at, number = self._clock.now(), sale.next_tender_number
        plan = [
            refund_tender(way, number + place, at, self._refund_no(way))
            for place, way in enumerate(ways)
        ]
        if sale.state == "open":
            self._basket.close()
            sale.state = "awaiting"
        sale.is_being_written = True
        self._do(self._begin(sale, plan), sale.number)

    def resume(self, sale: Sale) -> None:
        """Go on with what was planned when the till last stopped."""
        self._do(self._go_on(sale, resumed=True), sale.number)

    # ---- inside ------------------------------------------------------------------------------

    def _look_at_new_goods(self, sale: Sale) -> Reason | None:
        """Dates and prices of goods that are sold in exchange are those of now."""
        if sale.state != "open" or not sale.list.lines:
            return None
        before = sale.total
        self._basket.take_off_what_has_expired()
        self._basket.reprice()
        if sale.total == before:
            return None
        return because("sale.total_has_changed", total=self._amount(sale.total))

    def _refund_no(self, way: RefundWay) -> str:
        """A wallet's refund has a number of its own, the same each time it is asked."""
        if way.kind != "wallet":
            return ""
        now = self._clock.now()
        return f"{make_order_no(self._settings.till.number, now, self._randomness())}R"

    async def _begin(self, sale: Sale, plan: list[Tender]) -> None:
        """What comes back is claimed and the plan is on disk before any money leaves."""
        at, by = self._clock.now(), self._cashier()
        try:
            await asyncio.wrap_future(self._books.claim_returns(sale))
            kept = self._books.keep_tenders(sale.number, plan, at, "awaiting", by)
            await asyncio.wrap_future(kept)
        except BooksError as error:
            sale.state = "awaiting" if sale.taken else "open"
            self._show(sale, because("refunds.not_begun", why=reason_of(error)), "error")
            return
        finally:
            sale.is_being_written = False
            self._open_again(sale)
        for tender in plan:
            sale.put_tender(tender)
        await self._go_on(sale)

    async def _go_on(self, sale: Sale, *, resumed: bool = False) -> None:
        """Way after way as planned; one that fails ends the plan, and the cashier decides anew."""
        while (tender := _next(sale)) is not None:
            if tender.kind == "wallet":
                why = await self._ask_wallet(sale, tender, resumed=resumed)
            else:
                why = await self._hand_over(sale, tender)
            if why is not None:
                await self._withdraw(sale, why)
                return

    async def _hand_over(self, sale: Sale, tender: Tender) -> Reason | None:
        """Cash, a card's terminal, a voucher: it is gone as soon as it is in the books, which issue
        the voucher in the same moment.
        """
        steps = PaymentSteps(self._title(tender), RECEIPT_STEPS)
        writing = self._completion().write_down(sale, tender)
        await self._completion().complete(writing, steps, self._what_to_do(tender))
        return None

    async def _ask_wallet(self, sale: Sale, tender: Tender, *, resumed: bool) -> Reason | None:
        """Ask the gateway until it is sure; None when the money goes back."""
        was_asked = resumed and tender.state != "drafted"
        tender = await self._put(sale, msgspec.structs.replace(tender, state="pending"))
        steps = PaymentSteps(self._title(tender), RECEIPT_STEPS)
        asking = because("refunds.asking", platform=platform_reason(tender.platform))
        self._emit(events.PaymentChanged(steps.view(asking), "pending", sale.number))

        def waits(why: Reason) -> None:
            sale.put_tender(msgspec.structs.replace(tender, state="unknown"))
            view = steps.view(because("refunds.not_known", why=why), "warning")
            self._emit(events.PaymentChanged(view, "unknown", sale.number))

        given = await self._orders().refund(tender, waits, was_asked=was_asked)
        if not given.is_back:
            return given.why or because("payment.no_clear_answer")
        writing = self._completion().write_down(sale, tender)
        await self._completion().complete(writing, steps, self._what_to_do(tender))
        return None

    async def _withdraw(self, sale: Sale, why: Reason) -> None:
        """The rest of the plan is not carried out; what has gone back stays given."""
        failed = [
            msgspec.structs.replace(each, state="failed")
            for each in sale.tenders
            if each.is_refund and each.state in UNDER_WAY
        ]
        state: SaleState = "awaiting" if sale.taken else "open"
        await written_at_last(
            lambda: self._books.keep_tenders(
                sale.number, failed, self._clock.now(), state, self._cashier()
            ),
            lambda trouble: self._notify(trouble, "error"),
        )
        for each in failed:
            sale.put_tender(each)
        sale.state = state
        amount = self._amount(-failed[0].given)
        self._show(sale, because("refunds.failed", amount=amount, why=why), "error")
        self._open_again(sale)

    async def _put(self, sale: Sale, tender: Tender) -> Tender:
        await written_at_last(
            lambda: self._books.keep_tenders(
                sale.number, [tender], self._clock.now(), "awaiting", self._cashier()
            ),
            lambda trouble: self._notify(trouble, "error"),
        )
        sale.put_tender(tender)
        return tender

    def _title(self, tender: Tender) -> Reason:
        return because("refunds.title", amount=self._amount(-tender.given))

    def _what_to_do(self, tender: Tender) -> Reason:
        amount = self._amount(-tender.given)
        if tender.kind == "wallet":
            return because(
                "refunds.by_wallet", amount=amount, platform=platform_reason(tender.platform)
            )
        if tender.kind == "card" and tender.reference:
            return because("refunds.by_card_named", amount=amount, reference=tender.reference)
        if tender.kind == "voucher":
            return because("refunds.by_voucher", amount=amount)
        return because(
            "refunds.by_card" if tender.kind == "card" else "refunds.by_cash", amount=amount
        )

    def _show(self, sale: Sale, why: Reason, tone: events.Tone) -> None:
        steps = PaymentSteps(because("payment.title_back"), ())
        self._emit(events.PaymentChanged(steps.view(why, tone), "", sale.number))
        self._notify(why, tone)

    def _notify(self, why: Reason, tone: events.Tone = "info") -> None:
        self._emit(events.Notice(why, tone))

    def _amount(self, minor: int) -> str:
        return format_amount(minor, self._settings.currency)


def _next(sale: Sale) -> Tender | None:
    return next((each for each in sale.tenders if each.is_refund and each.state in UNDER_WAY), None)


def _less_gone(
    returned: Mapping[int, int], parts: list[PaidPart], gone: list[Tender]
) -> tuple[dict[int, int], list[PaidPart]]:
    """What is left to go back of each sale and part, where some of it has gone in this sale."""
    left = dict(returned)
    for each in gone:
        left[each.of_sale] = left.get(each.of_sale, 0) + each.covers
        parts = [
            msgspec.structs.replace(part, back=part.back - each.covers)
            if (part.sale_no, part.tender.number) == (each.of_sale, each.of_tender)
            else part
            for part in parts
        ]
    return left, parts
