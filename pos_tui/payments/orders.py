"""Orders by payment code: into the journal first, then sent, followed to a sure outcome."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

import msgspec

from pos_tui.books import Books, BooksError
from pos_tui.checkout import events
from pos_tui.checkout.orders import Order, make_order_no, may_follow
from pos_tui.checkout.sale import Sale, Tender
from pos_tui.codes import PaymentCode
from pos_tui.codes.payment import mask_code, platform_reason
from pos_tui.messages import LastOrder, TransactionOrder
from pos_tui.payments.acknowledge import Acknowledger
from pos_tui.payments.gateway_client import GatewayClient, NoAnswer, NothingSent, Refused
from pos_tui.payments.inbox import ConfirmationInbox
from pos_tui.payments.listener import ConfirmationListener
from pos_tui.payments.steps import WALLET_STEPS, PaymentSteps
from pos_tui.payments.tracker import NotPaid, Paid, PaymentTracker, Progress
from pos_tui.reasons import Reason, because, in_short, reason_of
from pos_tui.settings import TillSettings

_HEALTH_S = 20.0
_FAULT_S = 2.0


class Writing(NamedTuple):
    """A paid sale on its way into the books; `write` begins again after a fault of the disk."""

    sale: Sale
    tender: Tender
    order: Order | None
    at: datetime
    write: Callable[[], Future[None]]
    written: Future[None]


class Completer(Protocol):
    """What completes a sale once its money is there."""

    def write_down(
        self,
        sale: Sale,
        tender: Tender,
        order: Order | None = None,
        message: tuple[str, str] | None = None,
    ) -> Writing:
        """Start writing the sale down as paid."""

    async def complete(
        self, writing: Writing, steps: PaymentSteps, status: Reason, channel: str = ""
    ) -> None:
        """See it into the books, report it, make its receipt."""


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
    ) -> None:
        """`clock` gives aware times, `heard` gets the gateway's time, `remembered` what the
        gateway had from this till last.
        """
        self._settings = settings
        self._books = books
        self._completer = completer
        self._clock = clock
        self._randomness = randomness
        self._emit = emit
        self._client = GatewayClient(settings.gateway, settings.till.merchant, clock, heard)
        self._remembered = remembered
        self._looked = asyncio.Event()
        self._under_way: dict[str, tuple[PaymentTracker, Sale]] = {}
        self._written: dict[str, Writing] = {}
        self._listener: ConfirmationListener | None = None
        self._inbox: ConfirmationInbox | None = None
        self._gateway_ok: bool | None = None

    def services(self) -> list[Coroutine[Any, Any, None]]:
        """What runs for as long as the till does: the listener, and a look at the gateway."""
        running = [self._watch_gateway()]
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

    def draft(self, sale: Sale, code: PaymentCode) -> Order:
        """The order for a sale that is closed by this payment code; nothing has happened yet."""
        at = self._clock()
        return Order(
            order_no=make_order_no(self._settings.till.number, at, self._randomness()),
            sale_no=sale.number,
            amount=sale.list.totals.total,
            currency=self._settings.currency.code,
            platform=code.platform,
            masked_code=mask_code(code.code),
            state="drafted",
            made_at=at,
        )

    async def pay(self, sale: Sale, order: Order, auth_code: str) -> None:
        """See an order through. With an empty auth_code it is one from before the last stop."""
        platform = platform_reason(order.platform)
        title = because("payment.title_wallet", platform=platform, code=order.masked_code)
        steps = PaymentSteps(title, WALLET_STEPS, order.masked_code)
        tracker = self._start_tracker(sale, order, auth_code, steps)
        self._under_way[order.order_no] = (tracker, sale)
        try:
            if auth_code and not await self._write_order(sale, order):
                return
            steps.reach(1, order.made_at)
            first = because("payment.sending" if auth_code else "payment.resumed")
            self._emit(events.PaymentChanged(steps.view(first), order.state, sale.number))
            outcome = await self._follow(tracker, sale, steps)
            order = sale.order or order
            if isinstance(outcome, Paid):
                writing = self._written.pop(order.order_no, None)
                if writing is None:
                    writing = self._write_down(sale, order, outcome)
                paid = because(f"payment.paid_by_{outcome.channel}")
                await self._completer.complete(writing, steps, paid, outcome.channel)
            else:
                await self._reopen(sale, order, outcome, steps)
        finally:
            self._under_way.pop(order.order_no, None)

    def give_up(self, order_no: str) -> None:
        """Ask for an order under way to be cancelled."""
        if order_no in self._under_way:
            self._under_way[order_no][0].give_up()

    def ask_now(self, order_no: str) -> None:
        """Ask the gateway at once how an order under way stands."""
        if order_no in self._under_way:
            self._under_way[order_no][0].ask_now()

    # ---- inside ------------------------------------------------------------------------------

    async def _write_order(self, sale: Sale, order: Order) -> bool:
        """Into the journal before anything leaves the till; False when the disk refuses."""
        try:
            await asyncio.wrap_future(self._books.keep_order(order, self._clock(), "awaiting"))
        except BooksError as error:
            sale.state, sale.order = "open", None
            why = because("payment.not_started", why=reason_of(error))
            self._emit(events.PaymentFailed(order.order_no, "cancelled", why))
            return False
        self._emit(events.OrderMade(order))
        return True

    async def _follow(
        self, tracker: PaymentTracker, sale: Sale, steps: PaymentSteps
    ) -> Paid | NotPaid:
        """The tracker's outcome; a fault of this program never ends the asking."""
        while True:
            try:
                return await tracker.run()
            except Exception as error:
                view = steps.view(because("payment.fault", why=reason_of(error)), "error")
                self._emit(events.PaymentChanged(view, "unknown", sale.number))
                await asyncio.sleep(_FAULT_S)

    def _listening(self) -> list[Coroutine[Any, Any, None]]:
        till = self._settings.till
        inbox = self._inbox = ConfirmationInbox(
            till.merchant,
            till.number,
            self._books,
            self._clock,
            self._emit,
            self._under_way,
            self._confirmed,
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
            lambda: listener.linked and not self._under_way,
            asyncio.get_running_loop().time,
        )
        return [listener.listen(), acknowledger.run()]

    def _confirmed(self, sale: Sale, paid: Paid) -> None:
        if sale.order is not None:
            self._written[sale.order.order_no] = self._write_down(sale, sale.order, paid)

    def _link_changed(self, linked: bool, why: Reason | None) -> None:
        self._emit(events.LinkChanged("redis", linked, why))
        if not linked:
            for tracker, _ in self._under_way.values():
                tracker.link_lost()

    def _start_tracker(
        self, sale: Sale, order: Order, auth_code: str, steps: PaymentSteps
    ) -> PaymentTracker:
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
            before = sale.order or order
            if before.state != progress.state and may_follow(before.state, progress.state):
                sale.order = msgspec.structs.replace(before, state=progress.state)
                self._books.keep_order(sale.order, at, "awaiting")
            calm = progress.state in {"sent", "pending"}
            view = steps.view(progress.status, "info" if calm else "warning")
            self._emit(events.PaymentChanged(view, progress.state, sale.number))

        async def leaving() -> None:
            """On disk before it leaves: what is drafted in the books has certainly not left."""
            leaves = msgspec.structs.replace(sale.order or order, state="sent")
            await asyncio.wrap_future(self._books.keep_order(leaves, self._clock(), "awaiting"))
            sale.order = leaves

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
            waits=waits,
        )

    def _journal_head(self) -> str:
        """How far the journal is, for the gateway to keep; nothing depends on it."""
        try:
            return self._books.journal_head()
        except BooksError:
            return ""

    def _write_down(self, sale: Sale, order: Order, paid: Paid) -> Writing:
        """Start writing a paid order down, before anything else is done about it."""
        order = msgspec.structs.replace(
            order, state="paid", platform=paid.platform, platform_ref=paid.platform_ref
        )
        tender = Tender(
            kind="wallet",
            due=order.amount,
            given=order.amount,
            platform=order.platform,
            platform_ref=order.platform_ref,
            order_no=order.order_no,
            masked_code=order.masked_code,
        )
        return self._completer.write_down(sale, tender, order, paid.message)

    async def _reopen(self, sale: Sale, order: Order, failed: NotPaid, steps: PaymentSteps) -> None:
        steps.fail()
        order = msgspec.structs.replace(order, state=failed.state)
        try:
            await asyncio.wrap_future(
                self._books.keep_order(order, self._clock(), "open", in_short(failed.why))
            )
        except BooksError as error:
            self._emit(events.Notice(reason_of(error), "error"))
        sale.state, sale.order = "open", order
        view = steps.view(failed.why, "error")
        self._emit(events.PaymentChanged(view, failed.state, sale.number))
        self._emit(events.PaymentFailed(order.order_no, failed.state, failed.why))

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
