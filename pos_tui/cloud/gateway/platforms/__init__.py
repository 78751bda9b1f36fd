"""What every payment platform can do for the gateway, and the words its answers are put in."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

PlatformState = Literal[
    "paid",  # the money is ours; amount, order and merchant have been compared
    "paying",  # the customer must confirm on the phone
    "unpaid",  # the platform knows the order; no money, and nobody asked for it yet
    "declined",  # refused for good under this order number
    "closed",  # can never be paid any more
    "reversed",  # was paid, and the money has gone back
    "not_found",  # the platform does not know the order (yet)
    "refunded",  # a refund was accepted
    "unknown",  # no clear answer
    "unsent",  # no byte left this machine
]

SENTENCES = {
    "insufficient_balance": "The customer's balance is too low. Ask for another wallet or cash.",
    "code_expired": "The payment code is too old or used. Ask the customer for a fresh one.",
    "code_invalid": "The platform does not accept this code. Ask the customer for a fresh one.",
    "customer_cancelled": "The customer did not confirm the payment. Try again or take cash.",
    "limit": "The amount is above the customer's limit. Ask for another wallet or cash.",
    "not_allowed": "The platform refuses this payment. Ask for another wallet or cash.",
    "closed": "The platform has closed this payment. Scan a fresh code to try again.",
    "timeout": "The payment was not confirmed in time and is cancelled. Nothing was taken.",
    "interrupted": "The payment was interrupted before it was sent. Scan a fresh code.",
    "cancelled": "The payment is cancelled. Nothing was taken.",
    "money_returned": "The payment is cancelled and the customer's money has been returned.",
    "money_returning": "The payment is cancelled; the customer's money is being returned.",
    "cancelling": "The payment is being cancelled at the platform. Please wait.",
    "recording": "The payment has arrived and is being recorded. Please wait.",
    "waiting_for_customer": "The customer must confirm the payment on the phone.",
    "platform_error": "The platform has not given a clear answer yet. Please wait.",
    "connecting": "The payment platform cannot be reached; still trying. Nothing was sent yet.",
    "unreachable": "The payment platform cannot be reached; nothing was charged.",
    "configuration": "The shop's account at the platform is not set up right. Call support.",
}


class PlatformOrder(Struct, frozen=True, kw_only=True):
    """What a platform is told about an order; the payment code is apart, since it is never kept."""

    merchant: str
    till: str
    order_no: str
    amount: int
    currency: str
    subject: str


class PlatformAnswer(Struct, frozen=True, kw_only=True):
    """A platform's answer in our words: `reason` for programs, `say` for the cashier."""

    state: PlatformState
    platform_ref: str | None = None
    paid_at: datetime | None = None
    amount: int | None = None
    reason: str | None = None
    say: str | None = None


class Platform(Protocol):
    """One account at one platform. No method raises for what a platform or a network does."""

    currencies: frozenset[str]
    deadline_s: float
    """How long a customer may take before the order is cancelled."""
    cancel_after_s: float
    """How long after a pay call the platform wants no cancel."""

    async def pay(self, order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        """Charge the customer; the same order number charges once."""
        ...

    async def query(self, order: PlatformOrder) -> PlatformAnswer:
        """What has become of an order."""
        ...

    async def cancel(self, order: PlatformOrder) -> PlatformAnswer:
        """Close an unpaid order or reverse a paid one: closed, reversed, not_found, or paid."""
        ...

    async def refund(self, order: PlatformOrder, request_no: str) -> PlatformAnswer:
        """Give the whole amount back; the same request number gives it back once."""
        ...


def answer(state: PlatformState, reason: str) -> PlatformAnswer:
    """An answer with the sentence that belongs to its reason."""
    return PlatformAnswer(state=state, reason=reason, say=SENTENCES[reason])


def believe(found: PlatformAnswer, order: PlatformOrder) -> PlatformAnswer:
    """A payment that is whole and of the order's amount, else no clear answer at all."""
    if found.state != "paid":
        return found
    if found.amount != order.amount or not found.platform_ref or found.paid_at is None:
        return answer("unknown", "platform_error")
    return found
