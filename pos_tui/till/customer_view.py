"""What the customer of the sale in front is to see, from what happens at the till."""

from __future__ import annotations

from collections.abc import Callable

from pos_tui.checkout import events
from pos_tui.checkout.orders import OrderState
from pos_tui.checkout.sale import Sale
from pos_tui.receipts.customer_screen import (
    CustomerShop,
    JustPaid,
    closed_snapshot,
    idle_snapshot,
    paid_snapshot,
    sale_snapshot,
    waiting_snapshot,
)
from pos_tui.receipts.customer_snapshot import CustomerSnapshot, CustomerState

_UNDER_WAY: frozenset[str] = frozenset(("drafted", "sent", "pending", "unknown"))
THANKS_S = 20.0
"""For so long a customer is thanked, unless the next one comes before."""


class CustomerView:
    """Remembers what no sale says by itself, and makes a snapshot when it is asked for one.

    Only the sale in front is looked at: others, aside or on hold, are nobody's business here.
    """

    def __init__(
        self, shop: CustomerShop, sale: Callable[[], Sale], seconds: Callable[[], float]
    ) -> None:
        """`sale` gives the one in front; `seconds` is a clock that only rises."""
        self._shop = shop
        self._sale = sale
        self._seconds = seconds
        self._latest = 0
        self._order: OrderState | None = None
        self._has_failed = False
        self._is_asked = False
        self._is_closed = False
        self._paid: tuple[JustPaid, float] | None = None
        self._seq = 0

    def heed(self, event: events.TillEvent) -> bool:
        """Whether the customer is to see something else after this event."""
        front = self._sale().number
        match event:
            case events.LineChanged(change=change, also=False):
                self._latest = 0 if change.what == "removed" else change.line.number
                self._has_failed = self._is_asked = False
                self._paid = None
            case events.LineChanged() | events.TotalsChanged():
                pass
            case events.ReturnsChanged(returns=returns):
                self._has_failed = self._is_asked = False
                if returns:
                    self._paid = None
            case events.SaleOpened():
                self._latest = 0
                self._order = None
                self._has_failed = self._is_asked = False
            case events.PaymentChanged(state=state, sale_no=number) if number == front:
                self._order = state or None
                self._is_asked = False
                if state in _UNDER_WAY:
                    self._has_failed = False
            case events.TenderTaken(sale_no=number) if number == front:
                self._has_failed = False
            case events.TendersReturned(sale_no=number) if number == front:
                pass
            case events.ItemExpired() | events.CustomerKnown() if self._paid is not None:
                self._paid = None  # the next customer is there
            case events.PaymentFailed(sale_no=number) if number == front:
                self._has_failed = True
                self._is_asked = False
            case events.SalePaid(number=number, total=total, tenders=tenders) if number == front:
                handed_back = sum(each.change for each in tenders if each.change > 0)
                self._paid = JustPaid(total, handed_back), self._seconds()
            case _:
                return False
        return True

    def ask_to_pay(self, is_asked: bool) -> bool:
        """The cashier asks for the money, or does not any more; whether that is news."""
        is_news = is_asked != self._is_asked
        self._is_asked = is_asked
        if is_asked and is_news:
            self._has_failed = False
        return is_news

    def close(self) -> None:
        """Nobody is served any more."""
        self._is_closed = True

    def snapshot(self) -> CustomerSnapshot:
        """What is to be seen now, whole."""
        self._seq += 1
        sale = self._sale()
        if self._is_closed:
            return closed_snapshot(self._shop, self._seq)
        if sale.list.lines or sale.returns:
            return sale_snapshot(self._shop, self._seq, sale, self._state_of(sale), self._latest)
        if self._paid is not None:
            paid, since = self._paid
            if self._seconds() - since < THANKS_S:
                return paid_snapshot(self._shop, self._seq, paid)
            self._paid = None
        return idle_snapshot(self._shop, self._seq)

    def waiting(self) -> CustomerSnapshot:
        """What stands in the place of a snapshot that could not be made."""
        self._seq += 1
        return waiting_snapshot(self._shop, self._seq)

    def _state_of(self, sale: Sale) -> CustomerState:
        under_way = sale.under_way
        if under_way is not None:
            # Of a sale that was brought to the front only its tender says how far it is.
            order = self._order or under_way.state
            goes_back = under_way.is_refund or under_way.state == "returning"
            return "confirming" if order == "pending" and not goes_back else "waiting"
        if sale.is_being_written or sale.state in {"paid", "void"}:
            return "waiting"
        if self._has_failed:
            return "not_paid"
        if sale.due > 0 and (sale.state == "awaiting" or self._is_asked):
            return "paying"
        return "waiting" if sale.state == "awaiting" else "scanning"
