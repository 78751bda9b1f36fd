"""The settlement list: what the customer is buying, line by line, with running totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from pos_tui.checkout.line import ListedItem, SettlementLine
from pos_tui.checkout.lines import LineList
from pos_tui.money import round_half_up
from pos_tui.pricing import BasketDiscount, Discount, Goods, Occasion, Offer, Pricer
from pos_tui.pricing.pricer import by_priority
from pos_tui.pricing.tax import NO_TAX, TaxAmount, TaxSystem, taxes_of
from pos_tui.reasons import Reason

if TYPE_CHECKING:
    from pos_tui.pricing.explain import Considered, Explainer


class Totals(Struct, frozen=True):
    """The list's totals: its lines; what is saved and due in minor units, and why.

    `discounts` come off the whole basket; `tax` is what is added to prices without tax.
    """

    lines: int = 0
    saved: int = 0
    total: int = 0
    discounts: tuple[BasketDiscount, ...] = ()
    tax: int = 0


class LineChange(Struct, frozen=True):
    """What one act did to the list: the line at `index` was added, changed or removed."""

    what: Literal["added", "changed", "removed"]
    index: int
    line: SettlementLine
    totals: Totals


_Place = tuple[int, int, str, date | None, time | None, str, str]
Changes = tuple[LineChange, ...]


class SettlementList:
    """The lines of one sale, priced as they come. An act prices again only what it touches.

    Every act gives its changes: first the line that it is about, then others whose price is
    another now because offers tie them together.
    """

    def __init__(self, offers: Iterable[Offer] = (), tax: TaxSystem = NO_TAX) -> None:
        self.lines = LineList()
        self.totals = Totals()
        self.tax = tax
        self.is_closed = False
        self._pricer = Pricer(offers)
        self._places: dict[_Place, int] = {}
        self._index: dict[int, int] = {}
        self._last_number = 0
        self._actual = self._saved = 0

    def set_offers(self, offers: tuple[Offer, ...]) -> None:
        """Price by these offers from now on."""
        if by_priority(offers) != self._pricer.offers:
            self._pricer.set_offers(offers)

    # ---- acts --------------------------------------------------------------------------------

    def add(self, item: ListedItem, quantity: Decimal, occasion: Occasion) -> Changes:
        """Add a quantity of an item: to its own line where it has one, else as a new line."""
        index = self._places.get(_place(item))
        if index is None or self.lines[index].discount is not None:
            self._last_number += 1
            line = SettlementLine(self._last_number, item, quantity, 0, 0)
            self._insert(line)
            try:
                return self._priced(line.number, occasion, is_new=True)
            except Exception:
                self.drop(line.number)  # what cannot be priced is not sold for nothing
                raise
        old = self.lines[index]
        return self._change(replace(old, quantity=old.quantity + quantity), occasion)

    def set_quantity(self, index: int, quantity: Decimal, occasion: Occasion) -> Changes:
        """Give the line at index another quantity."""
        return self._change(replace(self.lines[index], quantity=quantity), occasion)

    def set_discount(self, index: int, discount: Discount | None, occasion: Occasion) -> Changes:
        """Give the line at index a discount by hand, or take it away."""
        return self._change(replace(self.lines[index], discount=discount), occasion)

    def set_basket_discount(self, discount: Discount | None, occasion: Occasion) -> Changes:
        """Give the whole basket a discount by hand, or take it away."""
        self._pricer.set_basket_discount(discount)
        return self.reprice(occasion)

    def remove(self, index: int, occasion: Occasion) -> Changes:
        """Take the line at index off the list."""
        line = self.lines.pop(index)
        self._actual -= line.actual
        self._saved -= line.saved
        self._find_places()
        self._forget(line)
        others = self._priced(0, occasion)
        return (LineChange("removed", index, line, self.totals), *others)

    def bring_back(self, line: SettlementLine, occasion: Occasion) -> Changes:
        """Put a line that was removed in its place again, under its number, priced anew."""
        self._insert(line)
        try:
            return self._priced(line.number, occasion, is_new=True)
        except Exception:
            self.drop(line.number)
            raise

    def reprice(self, occasion: Occasion) -> Changes:
        """Price again what is different on this occasion: another time, customer or coupon."""
        return self._priced(0, occasion)

    def apply_basket_discounts(self, occasion: Occasion) -> Changes:
        """Spread what comes off the basket over the lines: from now on they add up to the total,
        and each says what is given back for it.
        """
        self.is_closed = True
        return self._set_shares(self._pricer.shares())

    def reopen(self) -> Changes:
        """Go back to before the list was closed."""
        self.is_closed = False
        return self._set_shares({})

    # ---- looking -----------------------------------------------------------------------------

    def index_of(self, number: int) -> int | None:
        """Where the line with this number stands, if it is still on the list."""
        return self._index.get(number)

    def explain(
        self, index: int, occasion: Occasion, amount: Callable[[int], str]
    ) -> tuple[Considered, ...]:
        """Each offer that was considered for the line at index; `amount` writes minor units."""
        line = self.lines[index]
        return () if line.item.is_money else self.explainer(occasion, amount).line(line.number)

    def explainer(self, occasion: Occasion, amount: Callable[[int], str]) -> Explainer:
        """What explains the lines as they are priced now."""
        from pos_tui.pricing.explain import Explainer

        return Explainer(self._pricer, occasion, amount)

    @property
    def of_goods(self) -> int:
        """What the goods come to (minor units): the total without vouchers and settled accounts."""
        return self.totals.total - sum(each.actual for each in self.lines if each.item.is_money)

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The offers that this list is priced by."""
        return self._pricer.offers

    def changed_offers(self) -> tuple[frozenset[str], frozenset[str]]:
        """The names of the offers on these goods that have ended and begun since last asked."""
        turned = self._pricer.ended, self._pricer.begun
        self._pricer.ended = self._pricer.begun = frozenset()
        return turned

    def offers_out_of_play(self) -> Mapping[str, Reason]:
        """The offers that could not be counted since last asked, by name, and why."""
        faulty, self._pricer.out_of_play = self._pricer.out_of_play, {}
        return faulty

    @property
    def basket_discount(self) -> Discount | None:
        """The discount by hand on the whole basket."""
        return self._pricer.basket.manual

    @property
    def valid_until(self) -> datetime | None:
        """Until when (UTC) no offer begins or ends by itself."""
        return self._pricer.valid_until

    def taxes(self) -> tuple[TaxAmount, ...]:
        """The taxes of the list as it stands."""
        shares = {} if self.is_closed else self._pricer.shares()
        amounts = (
            (each.actual - shares.get(each.number, 0), each.item.tax)
            for each in self.lines
            if not each.item.is_money
        )
        return taxes_of(amounts, self.tax)

    # ---- as it was written down --------------------------------------------------------------

    def put(self, line: SettlementLine) -> None:
        """Place a line as it was priced once: over the one with its number, or in its place."""
        index = self._index.get(line.number)
        if index is None:
            self._insert(line)
            self._last_number = max(self._last_number, line.number)
        else:
            self._hand_on(line)
        self._write(line)

    def add_up(self) -> None:
        """Make the totals of lines that were put, before anything is priced."""
        self._total(self.totals.discounts)

    def drop(self, number: int) -> None:
        """Take a line away without pricing the others; they were written down too."""
        index = self._index.get(number)
        if index is not None:
            line = self.lines.pop(index)
            self._actual -= line.actual
            self._saved -= line.saved
            self._find_places()
            self._forget(line)

    def put_basket_discount(self, discount: Discount | None) -> None:
        """Set the discount by hand on the whole basket without pricing."""
        self._pricer.set_basket_discount(discount)

    def put_closed(self, discounts: tuple[BasketDiscount, ...], shares: Mapping[int, int]) -> None:
        """Set what came off the basket when the list was closed."""
        self.is_closed = True
        self._set_shares(shares, discounts)

    # ---- inside ------------------------------------------------------------------------------

    def _insert(self, line: SettlementLine) -> None:
        """Lines stand in the order of their numbers."""
        place = len(self.lines)
        while place and self.lines[place - 1].number > line.number:
            place -= 1
        self.lines.insert(place, replace(line, gross=0, actual=0, share=0))
        if place == len(self.lines) - 1:
            self._places[_place(line.item)] = self._index[line.number] = place
        else:
            self._find_places()
        self._hand_on(line)

    def _hand_on(self, line: SettlementLine) -> None:
        """Offers look at goods only."""
        if not line.item.is_money:
            self._pricer.put(line.number, goods_of(line), line.discount)

    def _forget(self, line: SettlementLine) -> None:
        if not line.item.is_money:
            self._pricer.remove(line.number)

    def _find_places(self) -> None:
        self._places = {_place(each.item): place for place, each in enumerate(self.lines)}
        self._index = {each.number: place for place, each in enumerate(self.lines)}

    def _change(self, line: SettlementLine, occasion: Occasion) -> Changes:
        index = self._index[line.number]
        self._hand_on(line)
        self.lines.put(index, line)
        return self._priced(line.number, occasion)

    def _priced(self, first: int, occasion: Occasion, *, is_new: bool = False) -> Changes:
        """Price; the line `first` is told in any case, and before the others."""
        changed = self._pricer.price(occasion)
        changed.discard(first)
        numbers = sorted(changed, key=self._index.__getitem__)
        if first:
            numbers.insert(0, first)
        for number in numbers:
            line = self.lines[self._index[number]]
            if line.item.is_money:
                whole = round_half_up(line.item.unit_price * line.quantity)
                self._write(replace(line, gross=whole, actual=whole))
                continue
            priced = self._pricer.priced[number]
            self._write(
                replace(
                    line,
                    gross=priced.gross,
                    actual=priced.actual,
                    offer=priced.label,
                    applied=priced.applied,
                )
            )
        self._total(self._pricer.discounts())
        return tuple(
            LineChange(
                "added" if is_new and number == first else "changed",
                self._index[number],
                self.lines[self._index[number]],
                self.totals,
            )
            for number in numbers
        )

    def _write(self, line: SettlementLine) -> None:
        index = self._index[line.number]
        old = self.lines[index]
        self._actual += line.actual - old.actual
        self._saved += line.saved - old.saved
        self.lines.put(index, line)

    def _set_shares(
        self, shares: Mapping[int, int], discounts: tuple[BasketDiscount, ...] | None = None
    ) -> Changes:
        changed = []
        for line in list(self.lines):
            share = shares.get(line.number, 0)
            if share != line.share:
                self._write(replace(line, actual=line.actual + line.share - share, share=share))
                changed.append(line.number)
        self._total(self.totals.discounts if discounts is None else discounts)
        return tuple(
            LineChange("changed", self._index[n], self.lines[self._index[n]], self.totals)
            for n in changed
        )

    def _total(self, discounts: tuple[BasketDiscount, ...]) -> None:
        off = sum(each.amount for each in discounts)
        tax = 0
        shared = self.is_closed and off
        due = self._actual if shared else self._actual - off
        if self.tax.mode == "added":
            tax = sum(each.tax for each in self.taxes())
        self.totals = Totals(len(self.lines), self._saved + off, due + tax, discounts, tax)


def _place(item: ListedItem) -> _Place:
    """What shares a line: one product at one price, of one lot where the codes tell it."""
    return (
        item.product_id,
        item.unit_price,
        item.lot,
        item.expires_on,
        item.expires_at,
        item.kind,
        "" if item.product_id else item.code,  # money has no product, but may have a customer
    )


def goods_of(line: SettlementLine) -> Goods:
    """A line as offers look at it."""
    item = line.item
    return Goods(
        item.code,
        item.unit_price,
        line.quantity,
        item.terms,
        item.good_until,
        f"{item.lot} {item.expires_on} {item.expires_at}" if item.lot or item.expires_on else "",
        item.by_label,
        item.is_deposit,
    )
