"""What a payment platform's client must do, and the words that its answers are put in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Literal, Protocol

from msgspec import Struct

from pos_tui.reasons import ReasonError

CHINA = timezone(timedelta(hours=8))
"""The clock of the platforms there, which knows no summer time."""

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

AnswerReason = Literal[
    "insufficient_balance",
    "code_expired",
    "code_invalid",
    "customer_cancelled",
    "limit",
    "not_allowed",
    "no_account",
    "currency_not_taken",
    "closed",
    "timeout",
    "interrupted",
    "cancelled",
    "money_returned",
    "money_returning",
    "cancelling",
    "recording",
    "waiting_for_customer",
    "platform_error",
    "connecting",
    "unreachable",
    "refund_refused",
    "refund_waiting",
    "refunded",
    "configuration",
]
"""Why an answer is as it is, for programs."""

SENTENCES: Mapping[str, str] = {
    "insufficient_balance": "The customer's balance is too low. Ask for another wallet or cash.",
    "code_expired": "The payment code is too old or used. Ask the customer for a fresh one.",
    "code_invalid": "The platform does not accept this code. Ask the customer for a fresh one.",
    "customer_cancelled": "The customer did not confirm the payment. Try again or take cash.",
    "limit": "The amount is above the customer's limit. Ask for another wallet or cash.",
    "not_allowed": "The platform refuses this payment. Ask for another wallet or cash.",
    "no_account": "This shop has no account for that kind of code. Ask for another wallet or cash.",
    "currency_not_taken": (
        "That wallet does not take this currency here. Ask for another wallet or cash."
    ),
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
    "refund_refused": "The platform refuses to give this money back. Call support.",
    "refund_waiting": "The money is being given back; the platform has not confirmed it yet.",
    "refunded": "The money has been given back to the customer.",
    "configuration": "The shop's account at the platform is not set up right. Call support.",
}


class PlatformOrder(Struct, frozen=True, kw_only=True):
    """What a platform needs to know of an order; the payment code is apart: it is never kept.

    `amount` is in minor units, `made_at` aware and the same for ever; `scene` is the code format's
    (Alipay's face payments have one), `platform_ref` the platform's own number once it is known.
    """

    merchant: str
    till: str
    order_no: str
    amount: int
    currency: str
    subject: str
    made_at: datetime
    scene: str = ""
    platform_ref: str | None = None


class PlatformRefund(Struct, frozen=True, kw_only=True):
    """Money to give back for a paid order: the same refund_no gives it back once.

    refund_no is 8-32 of [0-9A-Za-z], amount in minor units (a part or the whole), made_at aware.
    """

    refund_no: str
    amount: int
    reason: str
    made_at: datetime


class Notice(Struct, frozen=True, kw_only=True):
    """A platform's believable notice that something has become of an order, and the receipt for it.

    It is only a reason to ask: what it says about money is never believed.
    """

    order_no: str
    receipt: bytes
    content_type: str = "text/plain"


class PlatformAnswer(Struct, frozen=True, kw_only=True):
    """A platform's answer in our words: `reason` for programs, `say` for the cashier."""

    state: PlatformState
    platform_ref: str | None = None
    paid_at: datetime | None = None
    amount: int | None = None
    reason: AnswerReason | None = None
    say: str | None = None


class PlatformClient(Protocol):
    """One account at one platform. No method raises for what a platform or a network does."""

    currencies: frozenset[str]
    schedule: tuple[float, ...]
    """Seconds between one query and the next; the last one repeats."""
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

    async def refund(self, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
        """Give back what a refund says: refunded, declined (for good, with a reason) or unknown."""
        ...

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """A notice that this platform's signature makes believable; None for anything else."""
        ...


class BillError(ReasonError):
    """A bill that cannot be had now; its reason says why and what to do."""


class BillSource(Protocol):
    """A platform whose bill of a day can be fetched."""

    async def bill(self, day: date) -> str:
        """The bill of one day of the platform's (China time), as it writes it: CSV text.

        Raises BillError.
        """
        ...


def answer(state: PlatformState, reason: AnswerReason) -> PlatformAnswer:
    """An answer with the sentence that belongs to its reason."""
    return PlatformAnswer(state=state, reason=reason, say=SENTENCES[reason])


UNCLEAR = answer("unknown", "platform_error")


def believe(found: PlatformAnswer, order: PlatformOrder) -> PlatformAnswer:
    """A payment that is whole and of the order's amount, else no clear answer at all."""
    if found.state != "paid":
        return found
    if found.amount != order.amount or not found.platform_ref or found.paid_at is None:
        return UNCLEAR
    return found
