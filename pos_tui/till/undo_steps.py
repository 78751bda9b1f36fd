"""What can be taken back: the acts on the open list, each with what was there before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from msgspec import Struct

from pos_tui.checkout.line import SettlementLine
from pos_tui.checkout.sale import Customer
from pos_tui.pricing import Discount

_MOST = 50


class LineWasThere(Struct, frozen=True):
    """A line was taken off the list."""

    line: SettlementLine


class QuantityWas(Struct, frozen=True):
    """A line got another quantity: so much was added to it, or taken off where it is negative."""

    number: int
    added: Decimal


class DiscountWas(Struct, frozen=True):
    """A line, or the basket where number is None, had this discount by hand before."""

    number: int | None
    discount: Discount | None


class CustomerWas(Struct, frozen=True):
    """This was the customer before."""

    customer: Customer | None


Before = LineWasThere | QuantityWas | DiscountWas | CustomerWas


class UndoSteps:
    """The acts of one sale that can be taken back, the latest last.

    What an act brings about (a discount that is over its bound afterwards) is part of its step.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[Before, ...]] = []
        self._open: list[Before] | None = None

    def forget(self) -> None:
        """From now on nothing that was done before can be taken back."""
        self._steps.clear()

    @contextmanager
    def one(self, *, keep: bool = True) -> Iterator[None]:
        """What is noted inside is one step; unless keep, or where the act fails, it is none."""
        if self._open is not None:
            yield
            return
        noted = self._open = []
        is_whole = False
        try:
            yield
            is_whole = True
        finally:
            self._open = None
            if is_whole and keep and noted:
                self._steps.append(tuple(noted))
                del self._steps[:-_MOST]

    def note(self, before: Before) -> None:
        """What was there before an act; it counts once the step is whole."""
        with self.one():
            assert self._open is not None
            self._open.append(before)

    def pop(self) -> tuple[Before, ...]:
        """The latest step, which is gone then, in the order to take it back; () for none."""
        return self._steps.pop()[::-1] if self._steps else ()
