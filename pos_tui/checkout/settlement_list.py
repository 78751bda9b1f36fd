"""The settlement list: what the customer is buying, line by line, with running totals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from pos_tui.pricing import Offer, price_line


class ListedItem(Struct, frozen=True):
    """A product as a line sells it: what it was called and cost when it was scanned.

    `lot`, `expires_on` and `expires_at` (the hour, shop's time) are those of the scanned code.
    """

    product_id: int
    code: str
    name: str
    unit: str
    unit_price: int
    lot: str = ""
    expires_on: date | None = None
    expires_at: time | None = None


class SettlementLine(Struct, frozen=True):
    """One line: number (never used twice in a sale), item, quantity, amounts in minor units."""

    number: int
    item: ListedItem
    quantity: Decimal
    gross: int
    actual: int
    offer: str = ""

    @property
    def saved(self) -> int:
        """What the offer takes off this line, in minor units."""
        return self.gross - self.actual


class Totals(Struct, frozen=True):
    """The list's totals: its lines, and what is saved and due in minor units."""

    lines: int = 0
    saved: int = 0
    total: int = 0


class LineChange(Struct, frozen=True):
    """What one act did to the list: the line at `index` was added, changed or removed."""

    what: Literal["added", "changed", "removed"]
    index: int
    line: SettlementLine
    totals: Totals


_Place = tuple[int, int, str, date | None, time | None]


class SettlementList:
    """The lines of one sale, priced as they come. The thousandth scan costs what the first did."""

    def __init__(self) -> None:
        self.lines: list[SettlementLine] = []
        self.totals = Totals()
        self._places: dict[_Place, int] = {}
        self._last_number = 0

    def add(
        self,
        item: ListedItem,
        quantity: Decimal,
        offers: Sequence[Offer],
        moment: datetime,
    ) -> LineChange:
        """Add a quantity of an item: to its own line where it has one, else as a new line."""
        index = self._places.get(_place(item))
        if index is None:
            self._last_number += 1
            line = _priced(self._last_number, item, quantity, offers, moment)
            return self.put(line)
        old = self.lines[index]
        return self.put(_priced(old.number, old.item, old.quantity + quantity, offers, moment))

    def set_quantity(
        self, index: int, quantity: Decimal, offers: Sequence[Offer], moment: datetime
    ) -> LineChange:
        """Give the line at index another quantity."""
        old = self.lines[index]
        return self.put(_priced(old.number, old.item, quantity, offers, moment))

    def put(self, line: SettlementLine) -> LineChange:
        """Place a priced line: over the one with its number, or at the end."""
        index = self._places.get(_place(line.item))
        old = None if index is None else self.lines[index]
        if index is None or old is None or old.number != line.number:
            index = len(self.lines)
            self.lines.append(line)
            self._places[_place(line.item)] = index
            self._last_number = max(self._last_number, line.number)
            self._count(1, line.saved, line.actual)
            return LineChange("added", index, line, self.totals)
        self.lines[index] = line
        self._count(0, line.saved - old.saved, line.actual - old.actual)
        return LineChange("changed", index, line, self.totals)

    def remove(self, index: int) -> LineChange:
        """Take the line at index off the list."""
        line = self.lines.pop(index)
        self._places = {_place(each.item): place for place, each in enumerate(self.lines)}
        self._count(-1, -line.saved, -line.actual)
        return LineChange("removed", index, line, self.totals)

    def index_of(self, number: int) -> int | None:
        """Where the line with this number stands, if it is still on the list."""
        return next((i for i, line in enumerate(self.lines) if line.number == number), None)

    def _count(self, lines: int, saved: int, total: int) -> None:
        now = self.totals
        self.totals = Totals(now.lines + lines, now.saved + saved, now.total + total)


def _place(item: ListedItem) -> _Place:
    """What shares a line: one product at one price, of one lot where the codes tell it."""
    return item.product_id, item.unit_price, item.lot, item.expires_on, item.expires_at


def _priced(
    number: int,
    item: ListedItem,
    quantity: Decimal,
    offers: Sequence[Offer],
    moment: datetime,
) -> SettlementLine:
    priced = price_line(item.unit_price, quantity, offers, moment)
    name = "" if priced.offer is None else priced.offer.name
    return SettlementLine(number, item, quantity, priced.gross, priced.actual, name)
