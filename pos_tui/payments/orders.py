"""Orders by payment code: into the journal first, then sent, followed to a sure outcome."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec

from pos_tui.books import Books, BooksError
from pos_tui.books.written import written_at_last
from pos_tui.checkout import events
from pos_tui.checkout.orders import Order, make_order_no, may_follow
from pos_tui.checkout.sale import Sale, SaleState
from pos_tui.checkout.tenders import Tender, tender_state
from pos_tui.codes import PaymentCode
from pos_tui.codes.payment import mask_code, platform_reason
from pos_tui.messages import LastOrder, TransactionOrder
from pos_tui.payments.acknowledge import Acknowledger
from pos_tui.payments.gateway_client import GatewayClient, NoAnswer, NothingSent, Refused
from pos_tui.payments.inbox import ConfirmationInbox
from pos_tui.payments.late_money import LateMoneyWatch
from pos_tui.payments.listener import ConfirmationListener
from pos_tui.payments.steps import WALLET_STEPS, PaymentSteps
from pos_tui.payments.tracker import NotPaid, Paid, PaymentTracker, Progress
from pos_tui.reasons import Reason, because, in_short, reason_of
from pos_tui.settings import TillSettings

if TYPE_CHECKING:
    from pos_tui.payments.returns import GivenBack

_HEALTH_S = 20.0
_FAULT_S = 2.0
_CALM_AFTER_S = 120.0


class Writing(NamedTuple):
    """A tender that was taken, on its way into the books; `closes` when it pays the rest.

    `write` begins again after a fault of the disk.
    """

    sale: Sale
    tender: Tender
    order: Order | None
    at: datetime
    closes: bool
    write: Callable[[], Future[None]]
    written: Future[None]


class Completer(Protocol):
    """What completes a sale once all its money is there."""

    def write_down(
        self,
        sale: Sale,
        tender: Tender,
        order: Order | None = None,
        message: tuple[str, str] | None = None,
    ) -> Writing:
        """Start writing down that a tender was taken, and the sale as paid if it pays the rest."""

    async def complete(
        self, writing: Writing, steps: PaymentSteps, status: Reason, channel: str = ""
    ) -> None:
        """See it into the books, report it; make the receipt of a sale that is paid."""


class WalletPayment:
    """One order under way: whose sale it is, how it stands, and who follows it."""

    def __init__(self, sale: Sale, order: Order, steps: PaymentSteps, began: float) -> None:
        """`began` is a time of the event loop's clock."""
        self.sale = sale
        self.order = order
        self.steps = steps
        self.began = began
        self.tracker: PaymentTracker
        self.written: Writing | None = None

    def tender(self, order: Order) -> Tender:
        """The sale's tender that goes with this order, as the order stands."""
        found = next(each for each in self.sale.tenders if each.order_no == order.order_no)
        return msgspec.structs.replace(
            found,
            state=tender_state(order.state),
            platform=order.platform,
            platform_ref=order.platform_ref,
        )


class WalletOrders:
    """The orders of one till that are under way, and what they need: a client, a listener."""

    def __init__(
        self,
        settings: TillSettings,
        books: Books,
        completer: Completer,
        clock: Callable[[], datetime],
        randomness: Callable[[], int],
        emit: Callable[[events.TillEvent], None],
        heard: Callable[[datetime], None],
        remembered: Callable[[LastOrder], None] = lambda _last: None,
        is_aside: Callable[[int], bool] = lambda _sale_no: False,
    ) -> None:
        """`clock` gives aware times, `heard` gets the gateway's time, `remembered` what the
        gateway had from this till last; `is_aside` knows the sales that nobody waits for.
        """
        self._settings = settings
        self._books = books
        self._completer = completer
        self._clock = clock
        self._randomness = randomness
        self._emit = emit
        self._client = GatewayClient(settings.gateway, settings.till.merchant, clock, heard)
        self._remembered = remembered
        self._is_aside = is_aside
        self._looked = asyncio.Event()
        self._under_way: dict[str, WalletPayment] = {}
        self._listener: ConfirmationListener | None = None
        self._inbox: ConfirmationInbox | None = None
        self._gateway_ok: bool | None = None

    def services(self) -> list[Coroutine[Any, Any, None]]:
        """What runs for as long as the till does: the listener, and a look at the gateway."""
        late = LateMoneyWatch(
            self._client, self._books, self._clock, self._emit, self._settings.currency
        )
        running = [self._watch_gateway(), late.run()]
        if self._settings.redis.url:
            running += self._listening()
        return running

    async def first_look(self, seconds: float) -> None:
        """Wait until the gateway has said what it remembers of this till, or is away; no longer."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), seconds)

    async def close(self) -> None:
        """Close the connection to the gateway."""
        await self._client.close()

    def draft(self, sale: Sale, code: PaymentCode, amount: int, by: str = "") -> Order:
        """The order for an amount of a sale that is paid by this code; nothing has happened yet.

        The sale gets a tender for it, which `by` has accepted.
        """
        at = self._clock()
        order = Order(
            order_no=make_order_no(self._settings.till.number, at, self._randomness()),
            sale_no=sale.number,
            amount=amount,
            currency=self._settings.currency.code,
            platform=code.platform,
            masked_code=mask_code(code.code),
            state="drafted",
            made_at=at,
        )
        sale.put_tender(
            Tender(
                kind="wallet",
                due=sale.due,
                given=amount,
                platform=order.platform,
                order_no=order.order_no,
                masked_code=order.masked_code,
                number=sale.next_tender_number,
                state="drafted",
                at=at,
                by=by,
            )
        )
        return order

    async def pay(self, sale: Sale, order: Order, auth_code: str) -> None:
        """See an order through. With an empty auth_code it is one from before the last stop."""
        platform = platform_reason(order.platform)
        title = because("payment.title_wallet", platform=platform, code=order.masked_code)
        steps = PaymentSteps(title, WALLET_STEPS, order.masked_code)
        payment = WalletPayment(sale, order, steps, asyncio.get_running_loop().time())
        payment.tracker = self._start_tracker(payment, auth_code)
        self._under_way[order.order_no] = payment
        try:
            if auth_code and not await self._write_order(payment):
                return
            steps.reach(1, order.made_at)
            first = because("payment.sending" if auth_code else "payment.resumed")
            self._emit(events.PaymentChanged(steps.view(first), order.state, sale.number))
            outcome = await self._follow(payment)
            if isinstance(outcome, Paid):
                writing = payment.written or self._write_down(payment, outcome)
                paid = because(f"payment.paid_by_{outcome.channel}")
                await self._completer.complete(writing, steps, paid, outcome.channel)
            else:
                await self._fail(payment, outcome)
        finally:
            self._under_way.pop(order.order_no, None)

    def give_up(self, order_no: str) -> None:
        """Ask for an order under way to be cancelled."""
        if order_no in self._under_way:
            self._under_way[order_no].tracker.give_up()

    def ask_now(self, order_no: str) -> None:
        """Ask the gateway at once how an order under way stands."""
        if order_no in self._under_way:
            self._under_way[order_no].tracker.ask_now()

    async def give_back(self, sale: Sale, tender: Tender) -> GivenBack:
        """Give a paid order's money back, asked for until the gateway's answer is clear."""
        from pos_tui.payments.returns import give_back

        def waits(why: Reason) -> None:
            steps = PaymentSteps(because("payment.title_back"), ())
            view = steps.view(because("payment.going_back", why=why), "warning")
            self._emit(events.PaymentChanged(view, "", sale.number))

        return await give_back(self._client, tender.order_no, tender.given, waits)

    async def refund(
        self, tender: Tender, waits: Callable[[Reason], None], *, was_asked: bool
    ) -> GivenBack:
        """Give a part of a paid order back, as its refund says, until the answer is clear."""
        from pos_tui.payments.returns import give_back

        return await give_back(
            self._client,
            tender.order_no,
            -tender.given,
            waits,
            tender.refund_no,
            "returned",
            was_asked=was_asked,
        )

    # ---- inside ------------------------------------------------------------------------------

    async def _write_order(self, payment: WalletPayment) -> bool:
        """Into the journal before anything leaves the till; False when the disk refuses."""
        sale, order, at = payment.sale, payment.order, self._clock()
        tender = payment.tender(order)
        try:
            kept = self._books.keep_order(order, at, "awaiting", tender=tender)
            await asyncio.wrap_future(kept)
        except BooksError as error:
            sale.put_tender(msgspec.structs.replace(tender, state="failed"))
            sale.state = "awaiting" if sale.taken else "open"
            why = because("payment.not_started", why=reason_of(error))
            self._emit(events.PaymentFailed(order.order_no, "cancelled", why, sale.number))
            return False
        self._emit(events.OrderMade(order))
        return True

    async def _follow(self, payment: WalletPayment) -> Paid | NotPaid:
        """The tracker's outcome; a fault of this program never ends the asking."""
        while True:
            try:
                return await payment.tracker.run()
            except Exception as error:
                why = because("payment.fault", why=reason_of(error))
                view = payment.steps.view(why, "error")
                self._emit(events.PaymentChanged(view, "unknown", payment.sale.number))
                await asyncio.sleep(_FAULT_S)

    def _listening(self) -> list[Coroutine[Any, Any, None]]:
        till = self._settings.till
        inbox = self._inbox = ConfirmationInbox(
            till.merchant,
            till.number,
            self._books,
            self._clock,
            self._emit,
            self._tracker_of,
            self._confirmed,
            lambda order: self._books.note_late_money(order, "here", self._clock()),
        )
        listener = self._listener = ConfirmationListener(
            self._settings.redis.url,
            self._settings.gateway.key,
            till.merchant,
            till.number,
            inbox.position,
            inbox.accept,
            self._link_changed,
            self._clock,
            lambda: (self._randomness() & 0xFFFFFFFF) / 2**32,
        )
        acknowledger = Acknowledger(
            self._client,
            till.number,
            inbox,
            lambda: listener.linked and self._is_calm(),
            asyncio.get_running_loop().time,
        )
        return [listener.listen(), acknowledger.run()]

    def _tracker_of(self, order_no: str) -> PaymentTracker | None:
        payment = self._under_way.get(order_no)
        return None if payment is None else payment.tracker

    def _confirmed(self, order_no: str, paid: Paid) -> None:
        payment = self._under_way[order_no]
        payment.written = self._write_down(payment, paid)

    def _is_calm(self) -> bool:
        """Whether no customer stands there with a payment that has just begun."""
        now = asyncio.get_running_loop().time()
        return all(now - each.began > _CALM_AFTER_S for each in self._under_way.values())

    def _link_changed(self, linked: bool, why: Reason | None) -> None:
        self._emit(events.LinkChanged("redis", linked, why))
        if not linked:
            for payment in self._under_way.values():
                payment.tracker.link_lost()

    def _start_tracker(self, payment: WalletPayment, auth_code: str) -> PaymentTracker:
        sale, order, steps = payment.sale, payment.order, payment.steps
        sent = TransactionOrder(
            merchant=self._settings.till.merchant,
            till=self._settings.till.number,
            order_no=order.order_no,
            amount=order.amount,
            currency=order.currency,
            auth_code=auth_code,
            subject=f"{self._settings.shop.name} {order.sale_no:06d}",
            made_at=order.made_at.astimezone(UTC),
            sale_no=order.sale_no,
            journal=self._journal_head(),
        )

        def changed(progress: Progress) -> None:
            if progress.state in {"drafted", "pending"}:
                self._set_gateway(progress.state == "pending")
            at = self._clock()
            steps.reach_state(progress.state, at)
            before = payment.order
            if before.state != progress.state and may_follow(before.state, progress.state):
                payment.order = msgspec.structs.replace(before, state=progress.state)
                sale.put_tender(payment.tender(payment.order))
                self._books.keep_order(payment.order, at, "awaiting")
            calm = progress.state in {"sent", "pending"}
            view = steps.view(progress.status, "info" if calm else "warning")
            self._emit(events.PaymentChanged(view, progress.state, sale.number))

        async def leaving() -> None:
            """On disk before it leaves: what is drafted in the books has certainly not left."""
            leaves = msgspec.structs.replace(payment.order, state="sent")
            await asyncio.wrap_future(self._books.keep_order(leaves, self._clock(), "awaiting"))
            payment.order = leaves
            sale.put_tender(payment.tender(leaves))

        def waits(asked: int, seconds: float) -> None:
            again = self._clock() + timedelta(seconds=seconds)
            self._emit(events.PaymentAsked(sale.number, asked, again))

        never_left = not auth_code and order.state == "drafted"
        return PaymentTracker(
            self._client,
            sent,
            self._is_linked,
            changed,
            leaving,
            never_left=never_left,
            is_aside=lambda: self._is_aside(sale.number),
            waits=waits,
        )

    def _journal_head(self) -> str:
        """How far the journal is, for the gateway to keep; nothing depends on it."""
        try:
            return self._books.journal_head()
        except BooksError:
            return ""

    def _write_down(self, payment: WalletPayment, paid: Paid) -> Writing:
        """Start writing a paid order down, before anything else is done about it."""
        order = payment.order = msgspec.structs.replace(
            payment.order, state="paid", platform=paid.platform, platform_ref=paid.platform_ref
        )
        return self._completer.write_down(payment.sale, payment.tender(order), order, paid.message)

    async def _fail(self, payment: WalletPayment, failed: NotPaid) -> None:
        """The order will not be paid: the sale is open again, or as far paid as it was."""
        sale, steps = payment.sale, payment.steps
        steps.fail()
        order = payment.order = msgspec.structs.replace(payment.order, state=failed.state)
        tender = payment.tender(order)
        state: SaleState = "awaiting" if sale.taken else "open"
        why = in_short(failed.why)
        await written_at_last(
            lambda: self._books.keep_order(order, self._clock(), state, why, tender),
            lambda trouble: self._emit(events.Notice(trouble, "error")),
        )
        sale.put_tender(tender)
        sale.state = state
        view = steps.view(failed.why, "error")
        self._emit(events.PaymentChanged(view, failed.state, sale.number))
        self._emit(events.PaymentFailed(order.order_no, failed.state, failed.why, sale.number))

    def _is_linked(self) -> bool:
        return self._listener is not None and self._listener.linked

    async def _watch_gateway(self) -> None:
        asked = False
        while True:
            is_there = await self._client.is_there()
            if is_there and not asked:
                asked = await self._ask_for_last_order()
            self._set_gateway(is_there)
            self._looked.set()
            await asyncio.sleep(_HEALTH_S if self._gateway_ok else 1.0)

    async def _ask_for_last_order(self) -> bool:
        """What the gateway had from this till last, once; it also proves the key. False: again."""
        try:
            last = await self._client.last_order(self._settings.till.number)
        except NothingSent:
            return False
        except (NoAnswer, Refused):
            return True  # one that is older, or a key that is not accepted: payments will say so
        if last is not None:
            self._remembered(last)
        return True

    def _set_gateway(self, ok: bool) -> None:
        if ok != self._gateway_ok:
            self._gateway_ok = ok
            why = None if ok else because("gateway_client.away")
            self._emit(events.LinkChanged("gateway", ok, why))
