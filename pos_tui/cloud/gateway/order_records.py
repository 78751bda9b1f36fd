"""What the gateway keeps of an order and of a refund, their states, and what may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from pos_tui.cloud.gateway.database.dialect import Value
from pos_tui.cloud.platforms.protocol import SENTENCES
from pos_tui.messages import TransactionLogEntry

GatewayOrderState = Literal["sent", "pending", "paid", "declined", "cancelling", "cancelled"]
GatewayRefundState = Literal["due", "done", "refused"]
OrderKey = tuple[str, str]

TERMINAL: tuple[GatewayOrderState, ...] = ("paid", "declined", "cancelled")

TRANSITIONS: Mapping[GatewayOrderState, tuple[GatewayOrderState, ...]] = {
    "sent": ("pending", "paid", "declined", "cancelling", "cancelled"),
    "pending": ("paid", "declined", "cancelling", "cancelled"),
    "cancelling": ("cancelled",),
    "paid": (),
    "declined": (),
    "cancelled": (),
}
"""Which states an order may go on to; every other change is refused."""


def states_before(state: GatewayOrderState) -> tuple[GatewayOrderState, ...]:
    """The states that an order may come to this one from."""
    return tuple(before for before, after in TRANSITIONS.items() if state in after)


class OrderRow(Struct, frozen=True, kw_only=True):
    """One order as the gateway keeps it; the payment code is only in its fingerprint.

    `platform` is the wallet, `channel` and `account` are what is asked. `made_at`, `next_at` and
    `leased_until` are seconds since 1970; `waited` counts the customer's seconds while somebody
    works on the order. `to_log`: paid, but its line is not known to be in the log named `log`.
    `sale_no` and `journal` are the till's own, kept for it.
    """

    merchant: str
    order_no: str
    till: str
    amount: int
    currency: str
    subject: str
    fingerprint: bytes | None
    platform: str | None
    channel: str | None
    account: str | None
    scene: str
    made_at: float
    state: GatewayOrderState
    waited: float = 0.0
    tries: int = 0
    next_at: float | None = None
    platform_ref: str | None = None
    paid_at: str | None = None
    reason: str | None = None
    say: str | None = None
    to_log: int = 0
    log: str | None = None
    sale_no: int = 0
    journal: str = ""
    owner: str | None = None
    leased_until: float | None = None

    @property
    def key(self) -> OrderKey:
        """What identifies an order: merchant and order number."""
        return self.merchant, self.order_no

    def entry(self, logged_at: datetime) -> TransactionLogEntry:
        """The line that a paid order has in the transaction log."""
        if self.paid_at is None:
            raise ValueError(f"{self.order_no} is not paid")
        return TransactionLogEntry(
            merchant=self.merchant,
            till=self.till,
            order_no=self.order_no,
            amount=self.amount,
            currency=self.currency,
            platform=self.platform or "",
            platform_ref=self.platform_ref or "",
            paid_at=datetime.fromisoformat(self.paid_at),
            logged_at=logged_at,
        )


class RefundRow(Struct, frozen=True, kw_only=True):
    """Money that is to go back, or has gone.

    `late` marks the refund of a payment that came after its order had ended.
    """

    merchant: str
    order_no: str
    refund_no: str
    amount: int
    wanted: str
    late: int
    made_at: float
    state: GatewayRefundState = "due"
    tries: int = 0
    next_at: float | None = None
    done_at: str | None = None
    reason: str | None = None
    say: str | None = None


class OrderUpdate(Struct, frozen=True, kw_only=True):
    """What changes of an order beside its state; what is left out stays as it is.

    The sentence for the cashier follows from the reason. Units are those of OrderRow.
    """

    reason: str | UnsetType | None = UNSET
    platform_ref: str | UnsetType | None = UNSET
    paid_at: str | UnsetType = UNSET
    to_log: Literal[0, 1] | UnsetType = UNSET
    log: str | UnsetType = UNSET
    waited: float | UnsetType = UNSET
    tries: int | UnsetType = UNSET
    next_at: float | UnsetType | None = UNSET

    def columns(self) -> dict[str, Value]:
        """The columns that change, with their new values."""
        return _changed(self)

    def applied_to(self, row: OrderRow, state: GatewayOrderState) -> OrderRow:
        """The order as it is once it has changed so."""
        return msgspec.structs.replace(row, state=state, **self.columns())


class RefundUpdate(Struct, frozen=True, kw_only=True):
    """What changes of a refund; what is left out stays as it is."""

    state: GatewayRefundState | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    done_at: str | UnsetType = UNSET
    tries: int | UnsetType = UNSET
    next_at: float | UnsetType | None = UNSET

    def columns(self) -> dict[str, Value]:
        """The columns that change, with their new values."""
        return _changed(self)


class RecordedRefund(Struct, frozen=True):
    """A refund for whoever reconciles: amount in minor units, `done_at` aware."""

    refund_no: str
    amount: int
    state: GatewayRefundState
    done_at: datetime | None


class RecordedPayment(Struct, frozen=True, kw_only=True):
    """An order for whoever reconciles, paid or not: amount in minor units, `paid_at` aware.

    It stays paid after refunds. Their amounts are in the order's currency.
    """

    merchant: str
    order_no: str
    channel: str
    state: GatewayOrderState
    amount: int
    currency: str
    platform_ref: str | None
    paid_at: datetime | None
    refunds: tuple[RecordedRefund, ...] = ()


def _changed(update: OrderUpdate | RefundUpdate) -> dict[str, Value]:
    columns: dict[str, Value] = {}
    for name in update.__struct_fields__:
        value = getattr(update, name)
        if value is not UNSET:
            columns[name] = value
    if update.reason is not UNSET:
        columns["say"] = SENTENCES.get(update.reason or "")
    return columns
