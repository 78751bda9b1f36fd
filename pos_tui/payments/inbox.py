"""The relay's messages at the till: checked, taken in once each, refused where not ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from pos_tui.books import Books
from pos_tui.checkout import events
from pos_tui.checkout.sale import Sale
from pos_tui.messages import TransactionSuccess, stream_name
from pos_tui.payments.listener import Confirmation, id_of
from pos_tui.payments.tracker import Paid, PaymentTracker

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
        trackers: Mapping[str, tuple[PaymentTracker, Sale]],
        confirmed: Callable[[Sale, Paid], None],
    ) -> None:
        """`trackers` are the orders under way, by number; `confirmed` writes a paid one down."""
        self._merchant = merchant
        self._till = till
        self._stream = stream_name(merchant, till)
        self._books = books
        self._clock = clock
        self._emit = emit
        self._trackers = trackers
        self._confirmed = confirmed
        self._known: dict[tuple[str, int], None] = {}
        self._times: dict[int, int] = {}
        self._to_give_back: set[str] = set()
        self._furthest = self.position()
        self._new_since = clock() if self._furthest == "0-0" else None
        self._passed_over = False
        self.taken = 0
        self.last_taken = "0-0"

    def position(self) -> str:
        """The id up to which the books have the stream, as it is on disk."""
        return self._books.stream_position(self._stream)

    def take_in(self, message: Confirmation) -> None:
        """Settle the message's order, or note why it changes nothing."""
        try:
            self._take_in(message)
        except Exception as error:
            # A fault of this program; the message is read again after the next break, and the
            # gateway is asked about every order under way.
            say = f"A payment message could not be taken in ({error}); tell the technician."
            self._emit(events.Notice(say, "error"))

    # ---- inside ------------------------------------------------------------------------------

    def _take_in(self, message: Confirmation) -> None:
        is_new = not message.had and (message.id, message.content) not in self._known
        success = message.success
        if success is None:
            self._refuse(message, is_new, message.refused)
        elif (success.merchant, success.till) != (self._merchant, self._till):
            self._refuse(message, is_new, "it is for another merchant or till")
        else:
            self._take_in_ours(message, success, is_new)
        self._remember(message, is_new)

    def _take_in_ours(
        self, message: Confirmation, success: TransactionSuccess, is_new: bool
    ) -> None:
        order_no = success.order_no
        tracker, sale = self._trackers.get(order_no, (None, None))
        order = self._books.order(order_no)
        due = order if tracker is None else tracker.order
        if due is None:
            if not self._is_from_before_the_books(success):
                self._refuse(message, is_new, f"order {order_no} is not this till's")
            elif is_new:
                self._pass_over(message)
            return
        if (success.amount, success.currency) != (due.amount, due.currency):
            self._refuse(message, is_new, f"order {order_no}: the amount is not the order's")
            return
        if tracker is not None and sale is not None:
            # Also one from before a break: the till may have been stopped before it was settled.
            paid = tracker.confirm(success, (message.stream, self._further(message.id)))
            if paid is not None:
                self._confirmed(sale, paid)
                return
        is_paid = order is not None and order.state == "paid"
        if not is_new:
            return
        if is_paid or (tracker is not None and tracker.is_paid):
            self._keep(
                message, f"order {order_no} was paid already; another message changes nothing"
            )
            return
        say = (
            f"Order {order_no} was not sold here, but its customer was charged."
            " Give the money back through that wallet, and tell the technician."
        )
        self._keep(message, say)
        if order_no not in self._to_give_back:
            self._to_give_back.add(order_no)
            self._emit(events.Notice(say, "warning"))

    def _refuse(self, message: Confirmation, is_new: bool, why: str) -> None:
        if not is_new:
            return
        self._keep(message, f"refused: {why}")
        if message.content in self._times:
            return
        self._emit(
            events.Notice(
                f"A payment message was refused: {why}. No sale was changed; tell the technician.",
                "error",
            )
        )

    def _is_from_before_the_books(self, success: TransactionSuccess) -> bool:
        """Whether a till with new books reads of what was sold before them."""
        since, logged_at = self._new_since, success.logged_at
        return since is not None and logged_at.tzinfo is not None and logged_at < since

    def _pass_over(self, message: Confirmation) -> None:
        first, self._passed_over = not self._passed_over, True
        self._keep(message, "messages from before these books are passed over" if first else "")

    def _keep(self, message: Confirmation, note: str) -> None:
        """Keep the position, with a note; the same content is noted twice at the most."""
        if self._times.get(message.content, 0) > 1:
            note = ""
        before, further = self._furthest, self._further(message.id)
        if note or further != before:
            self._books.keep_position(self._stream, further, self._clock(), note)

    def _further(self, entry_id: str) -> str:
        """The position once this message is taken in; it never goes back."""
        self._furthest = max(self._furthest, entry_id, key=id_of)
        return self._furthest

    def _remember(self, message: Confirmation, is_new: bool) -> None:
        self._known[message.id, message.content] = None
        self._times[message.content] = self._times.get(message.content, 0) + is_new
        if is_new:
            self.taken += 1
            self.last_taken = message.id
        while len(self._known) > _REMEMBERED:
            _, content = forgotten = next(iter(self._known))
            del self._known[forgotten]
            self._times.pop(content, None)
