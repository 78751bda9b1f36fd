"""What moved goods cost: their lot's average, else the product's, else what was paid last."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from pos_tui.books.movement import Movement
from pos_tui.books.stock.on_hand import OnHand
from pos_tui.money import prorate

Paid = tuple[int, int]  # minor units, for how many thousandths


def costed(
    wanted: Movement, there: Mapping[str, OnHand], paid_last: Callable[[], Paid | None]
) -> list[Movement]:
    """A movement with its cost, as one or more of them.

    `there` is what there is of the product by lot. Of what leaves, the part without a known cost
    goes first; the last of a lot takes what is left of its cost. What comes to a lot that is below
    zero gives its cost to what was sold before it had come ("revalued").
    """
    here = there.get(wanted.lot) or OnHand(wanted.lot)
    if wanted.quantity > 0:
        return _coming(wanted, here, there, paid_last)
    if wanted.quantity < 0 and wanted.cost is None:
        return _leaving(wanted, there, paid_last)
    return [wanted]


def leaving(
    lot: str, quantity: int, there: Mapping[str, OnHand], paid_last: Callable[[], Paid | None]
) -> list[tuple[int, int | None]]:
    """How goods of a lot leave: parts (thousandths), and the cost of each, below zero.

    What has no known cost goes first.
    """
    here = there.get(lot)
    unknown = 0 if here is None or here.uncosted <= 0 else min(quantity, here.uncosted)
    parts: list[tuple[int, int | None]] = [(unknown, None)] if unknown else []
    if quantity > unknown:
        paid = average(lot, there, paid_last)
        left = quantity - unknown
        parts.append((left, None if paid is None else -prorate(paid[0], left, paid[1])))
    return parts


def average(
    lot: str, there: Mapping[str, OnHand], paid_last: Callable[[], Paid | None]
) -> Paid | None:
    """What goods of a lot cost: an amount, and for how much; None where nothing is known."""
    own = there.get(lot)
    if own is not None and own.costed > 0 and own.cost >= 0:
        return own.cost, own.costed
    known = [each for each in there.values() if each.costed > 0 and each.cost >= 0]
    if known:
        return sum(each.cost for each in known), sum(each.costed for each in known)
    return paid_last()


def _coming(
    wanted: Movement,
    here: OnHand,
    there: Mapping[str, OnHand],
    paid_last: Callable[[], Paid | None],
) -> list[Movement]:
    if wanted.cost is None and wanted.kind not in ("received", "taken_over", "repacked"):
        paid = average(wanted.lot, there, paid_last)
        if paid is not None:
            wanted = replace(wanted, cost=prorate(paid[0], wanted.quantity, paid[1]))
    if wanted.cost is None:
        return _coming_at_no_known_cost(wanted, here)
    if here.quantity >= 0:
        return [wanted]
    moved = []
    if here.uncosted < 0:
        unknown = Movement(wanted.product_id, wanted.lot, -here.uncosted, "revalued")
        moved += [unknown, replace(unknown, quantity=here.uncosted, cost=0)]
    owed = prorate(wanted.cost, here.quantity, wanted.quantity)
    if owed != here.cost:
        cost = owed - here.cost
        moved.append(Movement(wanted.product_id, wanted.lot, 0, "revalued", cost))
    return [*moved, wanted]


def _coming_at_no_known_cost(wanted: Movement, here: OnHand) -> list[Movement]:
    """What was sold before it came, at a cost that was guessed, keeps that cost."""
    guessed = max(here.uncosted - here.quantity, 0)
    covered = min(guessed, wanted.quantity)
    if not covered:
        return [wanted]
    first = replace(wanted, quantity=covered, cost=prorate(-here.cost, covered, guessed))
    rest = wanted.quantity - covered
    return [first, replace(wanted, quantity=rest)] if rest else [first]


def _leaving(
    wanted: Movement,
    there: Mapping[str, OnHand],
    paid_last: Callable[[], Paid | None],
) -> list[Movement]:
    return [
        replace(wanted, quantity=-part, cost=cost)
        for part, cost in leaving(wanted.lot, -wanted.quantity, there, paid_last)
    ]
