"""A transaction order's life at the till: its states, which may follow which, its number."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

OrderState = Literal["drafted", "sent", "pending", "unknown", "paid", "declined", "cancelled"]

UNSETTLED: frozenset[OrderState] = frozenset(("drafted", "sent", "pending", "unknown"))

_MAY_FOLLOW: dict[OrderState, frozenset[OrderState]] = {
    "drafted": frozenset(("sent", "pending", "unknown", "paid", "declined", "cancelled")),
    "sent": frozenset(("pending", "unknown", "paid", "declined", "cancelled")),
    "pending": frozenset(("unknown", "paid", "declined", "cancelled")),
    "unknown": frozenset(("pending", "paid", "declined", "cancelled")),
    "paid": frozenset(),
    "declined": frozenset(),
    "cancelled": frozenset(),
}
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Order(Struct, frozen=True):
    """A transaction order as the till keeps it; the payment code itself is not kept, only masked.

    amount in minor units, made_at aware.
    """

    order_no: str
    sale_no: int
    amount: int
    currency: str
    platform: str
    masked_code: str
    state: OrderState
    made_at: datetime
    platform_ref: str = ""


def may_follow(before: OrderState, after: OrderState) -> bool:
    """Whether an order may go from one state to the other; paid, declined, cancelled are final."""
    return after in _MAY_FOLLOW[before]


def make_order_no(till: str, at: datetime, randomness: int) -> str:
    """An order number of 22 characters or a few more: time to the second, till, 40 random bits.

    Within 8-32 of [0-9A-Z], which every platform takes.
    """
    tail = "".join(_ALPHABET[randomness >> shift & 31] for shift in range(0, 40, 5))
    number = "".join(c for c in till if c.isascii() and c.isalnum())[:8]
    return f"{at:%y%m%d%H%M%S}{number}{tail}"
