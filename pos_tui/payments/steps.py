"""The steps of a payment as the cashier sees them, each with the time it was reached."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pos_tui.checkout.events import PaymentView, Step, StepName, StepState
from pos_tui.checkout.orders import OrderState
from pos_tui.reasons import Reason

WALLET_STEPS: tuple[StepName, ...] = (
    "order_written",
    "order_sent",
    "customer",
    "confirmed",
    "receipt",
)
CASH_STEPS: tuple[StepName, ...] = ("cash_received", "receipt")
TAKEN_STEPS: tuple[StepName, ...] = ("taken", "receipt")  # a card, a voucher, an account
RECEIPT_STEPS: tuple[StepName, ...] = ("receipt",)

Tone = Literal["info", "warning", "error", "good"]

_REACHED: dict[OrderState, int] = {"drafted": 1, "sent": 2, "pending": 2, "unknown": 2}


class PaymentSteps:
    """Remembers when each step was reached; gives the view to draw."""

    def __init__(self, title: Reason, steps: tuple[StepName, ...], masked_code: str = "") -> None:
        self._title = title
        self._names = steps
        self._masked_code = masked_code
        self._times: list[datetime | None] = [None] * len(steps)
        self._reached = 0
        self._failed = False
        self._status: tuple[Reason | None, Tone] = (None, "info")

    def reach(self, count: int, at: datetime) -> None:
        """So many steps are done by now; a large count means all of them."""
        count = min(count, len(self._names))
        for step in range(self._reached, count):
            self._times[step] = at
        self._reached = max(self._reached, count)

    def reach_state(self, state: OrderState, at: datetime) -> None:
        """The order is in this state now."""
        self.reach(_REACHED.get(state, 0), at)

    def confirm(self, at: datetime) -> None:
        """The money is there; only the receipt is left."""
        self.reach(len(self._names) - 1, at)

    def leave_out_receipt(self) -> None:
        """This payment is a part; the receipt is made with the last one."""
        if self._names[-1:] == RECEIPT_STEPS:
            self._names, self._times = self._names[:-1], self._times[:-1]

    def fail(self) -> None:
        """The step that was being taken will not be."""
        self._failed = True

    def view(self, status: Reason | None = None, tone: Tone = "info") -> PaymentView:
        """The steps as they stand, with what to do now; without it, with what was said last."""
        if status is not None:
            self._status = status, tone
        status, tone = self._status
        steps = tuple(
            Step(name, self._state_of(place), self._times[place])
            for place, name in enumerate(self._names)
        )
        return PaymentView(self._title, steps, status, tone, self._masked_code)

    def _state_of(self, place: int) -> StepState:
        if place < self._reached:
            return "done"
        if place > self._reached:
            return "todo"
        return "failed" if self._failed else "doing"
