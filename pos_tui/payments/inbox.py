"""The relay's messages at the till: checked, taken in once each, refused where not ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pos_tui.books import Books
from pos_tui.checkout import events
from pos_tui.checkout.orders import Order
from pos_tui.messages import TransactionSuccess, stream_name
from pos_tui.payments.listener import Confirmation, id_of
from pos_tui.payments.tracker import Paid, PaymentTracker
from pos_tui.reasons import Reason, because, in_short, reason_of

_REMEMBERED = 10_000


class ConfirmationInbox:
    """Takes messages in. Only one that passes every check, in this order, ever settles an order:
    signature, merchant and till, order known here, amount and currency, not paid already.

    A message is known again by its id and content, not by its place: a Redis that lost its tail
    hands out lower ids. The position in the books only ever grows, and what is read again ten
    minutes before it is known.
    """

    def __init__(
        self,
        merchant: str,
        till: str,
        books: Books,
        clock: Callable[[], datetime],
        emit: Callable[[events.TillEvent], None],
        tracker_of: Callable[[str], PaymentTracker | None],
        confirmed: Callable[[str, Paid], None],
        came_late: Callable[[Order], object] = lambda _order: None,
    ) -> None:
        """`tracker_of` finds who follows an order under way; `confirmed` writes a paid one down.

        Both get an order's number. `came_late` gets an order that was given up and is paid.
        """
        self._came_late = came_late
        self._merchant = merchant
        self._till = till
        self._stream = stream_name(merchant, till)
        self._books = books
        self._clock = clock
        self._emit = emit
        self._tracker_of = tracker_of
        self._confirmed = confirmed
        self._known: dict[tuple[str, int], None] = {}
        self._times: dict[int, int] = {}
        self._to_give_back: set[str] = set()
        self._furthest = self.position()
        self._new_since = clock() if self._furthest == "0-0" else None
        self._passed_over = False
        self.accepted = 0
        self.last_accepted = "0-0"

    def position(self) -> str:
        """The id up to which the books have the stream, as it is on disk."""
        return self._books.stream_position(self._stream)

    def accept(self, message: Confirmation) -> None:
        """Settle the message's order, or note why it changes nothing."""
        try:
            self._accept(message)
        except Exception as error:
            # A fault of this program; the message is read again after the next break, and the
            # gateway is asked about every order under way.
            why = because("confirmation.not_accepted", why=reason_of(error))
            self._emit(events.Notice(why, "error"))

    # ---- inside ------------------------------------------------------------------------------

    def _accept(self, message: Confirmation) -> None:
        is_new = not message.had and (message.id, message.content) not in self._known
        success = message.success
        if success is None:
            self._refuse(message, is_new, message.refused or because("confirmation.unsigned"))
        elif (success.merchant, success.till) != (self._merchant, self._till):
            self._refuse(message, is_new, because("confirmation.for_another_till"))
        else:
            self._accept_ours(message, success, is_new)
        self._remember(message, is_new)

    def _accept_ours(
        self, message: Confirmation, success: TransactionSuccess, is_new: bool
    ) -> None:
        order_no = success.order_no
        tracker = self._tracker_of(order_no)
        order = self._books.order(order_no)
        due = order if tracker is None else tracker.order
        if due is None:
            if not self._is_from_before_the_books(success):
                self._refuse(
                    message, is_new, because("confirmation.foreign_order", order_no=order_no)
                )
            elif is_new:
                self._pass_over(message)
            return
        if (success.amount, success.currency) != (due.amount, due.currency):
            self._refuse(message, is_new, because("confirmation.another_amount", order_no=order_no))
            return
        if tracker is not None:
            # Also one from before a break: the till may have been stopped before it was settled.
            paid = tracker.confirm(success, (message.stream, self._further(message.id)))
            if paid is not None:
                self._confirmed(order_no, paid)
                return
        is_paid = order is not None and order.state == "paid"
        if not is_new:
            return
        if is_paid or (tracker is not None and tracker.is_paid):
            self._keep(message, because("confirmation.paid_already", order_no=order_no))
            return
        why = because("confirmation.charged_not_sold", order_no=order_no)
        self._keep(message, why)
        if order is not None:
            self._came_late(order)
        if order_no not in self._to_give_back:
            self._to_give_back.add(order_no)
            self._emit(events.Notice(why, "warning"))

    def _refuse(self, message: Confirmation, is_new: bool, why: Reason) -> None:
        if not is_new:
            return
        refused = because("confirmation.refused", why=why)
        self._keep(message, refused)
        if message.content not in self._times:
            self._emit(events.Notice(refused, "error"))

    def _is_from_before_the_books(self, success: TransactionSuccess) -> bool:
        """Whether a till with new books reads of what was sold before them."""
        since, logged_at = self._new_since, success.logged_at
        return since is not None and logged_at.tzinfo is not None and logged_at < since

    def _pass_over(self, message: Confirmation) -> None:
        first, self._passed_over = not self._passed_over, True
        self._keep(message, because("confirmation.passed_over") if first else None)

    def _keep(self, message: Confirmation, note: Reason | None) -> None:
        """Keep the position, with a note; the same content is noted twice at the most."""
        if self._times.get(message.content, 0) > 1:
            note = None
        before, further = self._furthest, self._further(message.id)
        if note or further != before:
            self._books.keep_position(
                self._stream, further, self._clock(), "" if note is None else in_short(note)
            )

    def _further(self, entry_id: str) -> str:
        """The position once this message is taken in; it never goes back."""
        self._furthest = max(self._furthest, entry_id, key=id_of)
        return self._furthest

    def _remember(self, message: Confirmation, is_new: bool) -> None:
        self._known[message.id, message.content] = None
        self._times[message.content] = self._times.get(message.content, 0) + is_new
        if is_new:
            self.accepted += 1
            self.last_accepted = message.id
        while len(self._known) > _REMEMBERED:
            _, content = forgotten = next(iter(self._known))
            del self._known[forgotten]
            self._times.pop(content, None)
