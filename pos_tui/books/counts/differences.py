"""How a count differs from the books: counted less what was on hand at the moment of counting.

Sales after that moment simply subtract. Corrections that counts post are no goods that came or
went: they count whenever they were posted, so that two counts of the same goods never correct the
same error twice.

Between two runs of one product goods may have been sold, and nobody knows from which place. As it
stands they are from a place that was not counted yet: then what was on hand at the last run is
right. Whoever approves can say of a product that they were from a place counted before: then it is
what was on hand at the first run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import apsw
from msgspec import Struct

from pos_tui.books.counts.entries import CountedLot, counted_lots
from pos_tui.books.movement import NOT_COUNTED, Movement
from pos_tui.books.stock.costing import average
from pos_tui.books.stock.movements import paid_last
from pos_tui.books.stock.on_hand import OnHand, lots_there
from pos_tui.money import prorate

# Of a lot: as it was at a movement, with the corrections since.
_AT = (
    "SELECT lot, sum(quantity) FROM movements WHERE product_id = ?"
    " AND (seq <= ? OR kind = 'counted') GROUP BY lot"
)
_MEANWHILE = (
    "SELECT lot, quantity, kind, sale_no, document, at FROM movements"
    " WHERE product_id = ? AND seq > ? AND seq <= ? AND kind <> 'revalued' ORDER BY seq"
)
_FOR_EVER = 2**62


class MovedMeanwhile(NamedTuple):
    """Goods that moved while they were counted: by which sale, or other document."""

    quantity: int
    kind: str
    sale_no: int
    document: str
    at: datetime


class CountedProduct(NamedTuple):
    """A counted product's name, own code and unit."""

    name: str
    code: str
    unit: str


class CountDifference(Struct, frozen=True):
    """What was counted of a lot ("": of the product's other lots), against the books.

    In thousandths. `then` is what was on hand at the moment of the last run, `then_first` of the
    first; `between` moved from the one to the other, `since` after it. `cost` is the difference's
    value in minor units, None where no cost is known. `corrected_by` are documents of other counts
    that corrected the product since.
    """

    counted: CountedLot
    name: str
    code: str
    unit: str
    then: int
    then_first: int
    is_earlier: bool
    between: tuple[MovedMeanwhile, ...]
    since: int
    cost: int | None
    corrected_by: tuple[str, ...] = ()

    @property
    def difference(self) -> int:
        """Counted less what was on hand."""
        return self.counted.quantity - (self.then_first if self.is_earlier else self.then)


def count_differences(
    reader: apsw.Connection, number: int, earlier: Collection[int] = ()
) -> list[CountDifference]:
    """The differences of a count that are not posted, by name.

    `earlier`: products whose goods sold between two runs were from a place counted before.
    """
    lots = [each for each in counted_lots(reader, number) if not each.is_posted]
    named = lots_named(lots)
    names = names_of(reader, {each.product_id for each in lots})
    found = [
        _difference(
            reader,
            number,
            each,
            named.get(each.product_id, frozenset()),
            names[each.product_id],
            each.product_id in earlier,
        )
        for each in lots
    ]
    return sorted(found, key=lambda each: (each.name, each.counted.product_id, each.counted.lot))


def lots_named(lots: Iterable[CountedLot]) -> dict[int, frozenset[str]]:
    """The lots that were counted apart, by product."""
    named: dict[int, frozenset[str]] = {}
    for each in lots:
        if each.lot:
            named[each.product_id] = named.get(each.product_id, frozenset()) | {each.lot}
    return named


def on_hand_then(
    reader: apsw.Connection, counted: CountedLot, named: Collection[str], moment: int
) -> int:
    """What was on hand of what was counted, at a movement, in thousandths.

    Goods counted without a lot are all of the product but the lots in `named`.
    """
    return sum(
        int(str(quantity))
        for lot, quantity in reader.execute(_AT, (counted.product_id, moment))
        if _concerns(counted, named, str(lot))
    )


def correcting_movements(
    counted: CountedLot,
    named: Collection[str],
    there: Iterable[OnHand],
    difference: int,
    document: str,
) -> list[Movement]:
    """The movements that bring the books to a count; `there` is what is on hand now, by lot.

    What is missing without a lot is taken from no lot first, then from the lots in order of their
    dates; what is too much goes to the lot whose quantity nobody knows, which sales take from, else
    to no lot. Lots below zero are brought to zero by it. There is always one movement: from it on
    it is known how much there is.
    """
    product_id = counted.product_id
    if counted.lot:
        return [
            Movement(
                product_id,
                counted.lot,
                difference,
                "counted",
                document=document,
                counted=counted.quantity,
            )
        ]
    others = {each.lot: each for each in there if each.lot not in named}
    none = others.pop("", OnHand(""))
    dated = sorted(others.values(), key=lambda each: (each.expires_on is not None,
                                                      str(each.expires_on), each.lot))  # fmt: skip
    wanted = sum(each.quantity for each in (none, *dated)) + difference
    left = {each.lot: max(each.quantity, 0) for each in (none, *dated)}
    too_much = sum(left.values()) - wanted
    for lot, quantity in tuple(left.items()):
        taken = min(quantity, max(too_much, 0))
        left[lot] -= taken
        too_much -= taken
    if too_much:
        unknown = (each.lot for each in dated if not each.is_known and each.expires_on)
        left[next(unknown, "") if too_much < 0 else ""] -= too_much
    moved = [
        Movement(
            product_id,
            each.lot,
            left[each.lot] - each.quantity,
            "counted",
            reason="" if each.is_known else NOT_COUNTED,
            document=document,
        )
        for each in dated
        if left[each.lot] != each.quantity
    ]
    return [
        Movement(
            product_id,
            "",
            left[""] - none.quantity,
            "counted",
            document=document,
            counted=counted.quantity,
        ),
        *moved,
    ]


def _difference(
    reader: apsw.Connection,
    number: int,
    counted: CountedLot,
    named: frozenset[str],
    product: CountedProduct,
    is_earlier: bool,
) -> CountDifference:
    product_id = counted.product_id
    then = on_hand_then(reader, counted, named, counted.last)
    then_first = then
    between: list[MovedMeanwhile] = []
    if counted.first != counted.last:
        then_first = on_hand_then(reader, counted, named, counted.first)
        rows = reader.execute(_MEANWHILE, (product_id, counted.first, counted.last))
        between = [
            MovedMeanwhile(
                int(str(row[1])),
                str(row[2]),
                int(str(row[3])),
                str(row[4]),
                datetime.fromisoformat(str(row[5])),
            )
            for row in rows
            if row[2] != "counted" and _concerns(counted, named, str(row[0]))
        ]
    since, corrected = 0, dict[str, None]()
    for lot, quantity, kind, _, document, _ in reader.execute(
        _MEANWHILE, (product_id, counted.last, _FOR_EVER)
    ):
        if kind == "counted":
            corrected[str(document)] = None
        elif _concerns(counted, named, str(lot)):
            since += int(str(quantity))
    difference = counted.quantity - (then_first if is_earlier else then)
    moves = correcting_movements(
        counted,
        named,
        lots_there(reader, product_id).values(),
        difference,
        f"count {number}",
    )
    return CountDifference(
        counted,
        *product,
        then,
        then_first,
        is_earlier,
        tuple(between),
        since,
        _value(reader, moves),
        tuple(corrected),
    )


def _concerns(counted: CountedLot, named: Collection[str], lot: str) -> bool:
    return lot == counted.lot if counted.lot else lot not in named


def _value(reader: apsw.Connection, moves: Iterable[Movement]) -> int | None:
    """What movements are worth, at the cost that they will be posted at as near as can be."""
    total = 0
    for each in moves:
        if not each.quantity:
            continue
        there = lots_there(reader, each.product_id)
        paid = average(each.lot, there, lambda id=each.product_id: paid_last(reader, id))  # type: ignore[misc]
        if paid is None:
            return None
        total += prorate(paid[0], each.quantity, paid[1])
    return total


def names_of(reader: apsw.Connection, products: Collection[int]) -> dict[int, CountedProduct]:
    """What products are called; one that is not there any more goes by its number."""
    found: dict[int, CountedProduct] = {}
    for product_id in products:
        row = reader.execute(
            "SELECT p.name, coalesce(m.code, ''), p.unit FROM products p LEFT JOIN item_codes m"
            " ON m.product_id = p.id AND m.alternative = 0 WHERE p.id = ?",
            (product_id,),
        ).fetchone()
        texts = map(str, row or (f"[{product_id}]", "", ""))
        found[product_id] = CountedProduct(*texts)
    return found
