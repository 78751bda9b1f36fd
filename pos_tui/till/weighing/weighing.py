"""Goods that are sold by weight are weighed at the till before they are on the list."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from pos_tui.books import Product
from pos_tui.books.journal import entries as journal
from pos_tui.checkout import events
from pos_tui.checkout.line import ListedItem
from pos_tui.checkout.weighed import WeighingView
from pos_tui.checkout.weight_units import grams_of, quantity_of_weight
from pos_tui.codes import ItemCode
from pos_tui.devices.scales.reading import ScaleReading
from pos_tui.reasons import Reason, because
from pos_tui.till.context import TillContext
from pos_tui.till.quantity import quantity_of
from pos_tui.till.weighing.rule import WeightRule, WeightVerdict

if TYPE_CHECKING:
    from pos_tui.devices.scales.watch import ScaleWatch
    from pos_tui.till.basket import BasketActs

_MOST_TYPED_G = 100_000  # more is a code that was typed in the wrong place
_HALF = Decimal("0.0005")


class _Pending(Struct, frozen=True):
    """What is sold once its weight is known."""

    product: Product
    price: int | None
    code: str
    read: ItemCode | None


class Weighing:
    """One product at a time is weighed; nothing of it stops the sale of others.

    `view` is where that is, None while nothing is weighed. Readings come to `accept`, those between
    two weighings too, as long as the scale has not been seen empty. Everything runs on one thread.
    """

    def __init__(
        self, context: TillContext, basket: BasketActs, may_type: Callable[[], bool]
    ) -> None:
        """`may_type`: whether who is at the till may type a weight alone."""
        self._emit = context.emit
        self._books = context.books
        self._clock = context.clock
        self._cashier = context.cashier
        self._basket = basket
        self._may_type = may_type
        self._rule = WeightRule()
        self._watch: ScaleWatch | None = None
        self._pending: _Pending | None = None
        self._number = 0
        self._confirmed_by = ""
        self._trouble: Reason | None = None
        self.view: WeighingView | None = None

    # ---- the scale ---------------------------------------------------------------------------

    def use(self, watch: ScaleWatch) -> None:
        """Readings come from this scale from now on, if something is wanted of it."""
        self._watch = watch
        self._look()

    def close(self) -> None:
        """Stop reading the scale; takes up to some seconds."""
        if self._watch is not None:
            self._watch.close()

    def accept(self, reading: ScaleReading) -> None:
        """The scale was read."""
        self._report_link(reading)
        verdict = self._rule.judge(reading)
        pending, view = self._pending, self.view
        if pending is not None and view is not None:
            now = self._viewed(view, verdict, reading)
            if verdict.is_taken and now.quantity is not None:
                assert reading.grams is not None
                self._sell(
                    pending,
                    now.quantity,
                    "confirmed" if self._confirmed_by else "scale",
                    self._confirmed_by,
                    f"{reading.grams.normalize():f}",
                    0 if reading.is_net else view.tare,
                )
            elif now != view:
                self.view = now
                self._emit(events.WeighingChanged(now))
        self._look()

    # ---- weighing ----------------------------------------------------------------------------

    def takes_over(
        self, product: Product, price: int | None, code: str, read: ItemCode | None
    ) -> bool:
        """Whether these goods are to be weighed first, which then has begun, or is refused since
        others are on the scale.
        """
        if not is_weighed(product.unit, product.pieces, read):
            return False
        typed = self._basket.quantity.typed if self._basket.quantity.waits else None
        self._basket.quantity.forget()
        if self.view is not None:
            why = because("weighing.one_at_a_time", name=product.name, first=self.view.name)
            self._emit(events.Notice(why, "warning"))
            return True
        pending = _Pending(product, price, code, read)
        if typed is not None and self._may_type():
            self._sell(pending, typed, "typed", self._cashier())
            return True
        if typed is not None:
            self._emit(events.Notice(because("weighing.not_typed_alone"), "warning"))
        self._begin(pending)
        return True

    def why_not_typed(self, text: str) -> Reason | None:
        """Why this is no weight of what is weighed now, as it is typed; None where it is one."""
        quantity = quantity_of(text)
        if quantity is None:
            return because("weighing.no_weight", text=text)
        one = None if self.view is None else grams_of(self.view.unit)
        if self.view is not None and one is not None and quantity * one > _MOST_TYPED_G:
            return because("weighing.too_much", quantity=text, unit=self.view.unit)
        return None

    def type(self, number: int, text: str, approved_by: str) -> None:
        """Sell the goods of this weighing with a weight, net and in their unit, as it was typed."""
        pending, quantity = self._pending, quantity_of(text)
        if self._is_over(number) or pending is None:
            return
        why = self.why_not_typed(text)
        if why is not None or quantity is None or self._is_not_allowed(approved_by):
            if why is not None:
                self._emit(events.Notice(why, "warning"))
            return
        self._sell(pending, quantity, "typed", approved_by)

    def confirm(self, number: int, approved_by: str) -> None:
        """What lies on the scale is what is to be weighed, although it was not seen empty."""
        if not self._is_over(number) and not self._is_not_allowed(approved_by):
            self._confirmed_by = approved_by
            self._rule.accept_as_it_lies()

    def leave(self) -> None:
        """The goods are not weighed, and so not sold."""
        if self.view is not None:
            name = self.view.name
            self.forget()
            self._emit(events.Notice(because("weighing.left", name=name), "warning"))

    def forget(self) -> None:
        """Nothing is weighed any more; that is not said."""
        if self.view is None:
            return
        self.view = self._pending = None
        self._rule.end()
        self._emit(events.WeighingChanged(None))
        self._look()

    def why_not_pay(self) -> Reason | None:
        """Why the sale cannot be paid yet; None where nothing is on the scale."""
        if self.view is None:
            return None
        return because("weighing.before_paying", name=self.view.name)

    def needs_approval(self, item: ListedItem) -> bool:
        """Whether another quantity of a line is a weight that who is at the till may not type."""
        return self._is_of_scale(item) and not self._may_type()

    def allows_typed(self, item: ListedItem, quantity: Decimal, approved_by: str) -> bool:
        """Whether a line may have another quantity; a weight that was typed is journalled."""
        if not self._is_of_scale(item):
            return True
        if self._is_not_allowed(approved_by):
            return False
        act = self._act(item.product_id, quantity, item.unit, "typed", approved_by)
        self._books.record(self._basket.sale, self._clock.now(), act)
        return True

    # ---- inside ------------------------------------------------------------------------------

    def _begin(self, pending: _Pending) -> None:
        product = pending.product
        one = grams_of(product.unit)
        assert one is not None
        self._number += 1
        self._pending, self._confirmed_by = pending, ""
        self._rule.begin(product.tare, one * _HALF)
        self.view = WeighingView(self._number, product.name, product.unit, product.tare)
        self._emit(events.WeighingChanged(self.view))
        self._look()

    def _sell(
        self,
        pending: _Pending,
        quantity: Decimal,
        way: journal.WeighingWay,
        approved_by: str,
        grams: str = "",
        tare: int = 0,
    ) -> None:
        product = pending.product
        self._rule.use_up()
        self.forget()
        act = self._act(product.id, quantity, product.unit, way, approved_by, grams, tare)
        self._basket.sell(product, pending.price, pending.code, pending.read, act)

    def _act(
        self,
        product_id: int,
        quantity: Decimal,
        unit: str,
        way: journal.WeighingWay,
        approved_by: str = "",
        grams: str = "",
        tare: int = 0,
    ) -> journal.GoodsWeighed:
        by = self._cashier()
        approved_by = "" if approved_by == by else approved_by
        return journal.GoodsWeighed(product_id, quantity, unit, way, by, grams, tare, approved_by)

    def _viewed(
        self, before: WeighingView, verdict: WeightVerdict, reading: ScaleReading
    ) -> WeighingView:
        grams = verdict.grams
        quantity = quantity_of_weight(grams, before.unit) if grams and grams > 0 else None
        return WeighingView(
            before.number,
            before.name,
            before.unit,
            before.tare,
            verdict.state,
            quantity,
            verdict.is_net,
            reading.why,
        )

    def _is_over(self, number: int) -> bool:
        """Whether another weighing is under way, or none, which is answered."""
        is_over = self.view is None or self.view.number != number
        if is_over:
            self._emit(events.Notice(because("weighing.over_now"), "warning"))
        return is_over

    def _is_not_allowed(self, approved_by: str) -> bool:
        """Whether nobody has allowed this and who is at the till may not, which is answered."""
        is_refused = not approved_by and not self._may_type()
        if is_refused:
            self._emit(events.Notice(because("weighing.not_typed_alone"), "warning"))
        return is_refused

    def _is_of_scale(self, item: ListedItem) -> bool:
        return item.kind == "goods" and not item.by_label and grams_of(item.unit) is not None

    def _report_link(self, reading: ScaleReading) -> None:
        is_well = reading.state not in ("no_answer", "bad_data")
        trouble = None if is_well else reading.why or because("scale.silent")
        if trouble != self._trouble:
            self._trouble = trouble
            self._emit(events.LinkChanged("scale", is_well, trouble))

    def _look(self) -> None:
        """Have the scale read for as long as something is wanted of it."""
        if self._watch is None:
            return
        if self._pending is not None:
            self._watch.want("weight")
        else:
            self._watch.want("nothing" if self._rule.has_seen_zero else "zero")


def is_weighed(unit: str, pieces: int, read: ItemCode | None) -> bool:
    """Whether goods with this unit are weighed: not where their label has said a price, a weight or
    a count, nor a case of several.
    """
    is_label = read is not None and any(
        each is not None for each in (read.price, read.weight_kg, read.count)
    )
    return not is_label and pieces == 1 and grams_of(unit) is not None
