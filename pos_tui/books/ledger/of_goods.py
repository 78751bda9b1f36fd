"""What moved goods post: their cost, from the stock to where they went, or the other way."""

from __future__ import annotations

from collections.abc import Iterable

from pos_tui.books.ledger import accounts
from pos_tui.books.movement import Movement, MovementKind

_AGAINST: dict[MovementKind, str] = {
    "taken_over": accounts.TAKEN_OVER,
    "received": accounts.SUPPLIERS,
    "sold": accounts.COST_OF_GOODS,
    "returned": accounts.COST_OF_GOODS,
    "revalued": accounts.COST_OF_GOODS,
    "moved": accounts.STOCK_ELSEWHERE,
    "counted": accounts.COUNT_DIFFERENCE,
    "repacked": accounts.STOCK_REPACKED,
    "put_aside": accounts.STOCK_ASIDE,
}


def postings_of_goods(moved: Iterable[Movement]) -> tuple[tuple[str, int], ...]:
    """The postings of movements: each account once, its amount in minor units.

    What has no known cost posts nothing; once its cost is known, a movement "revalued" does.
    """
    sums: dict[str, int] = {}
    for each in moved:
        if each.cost:
            against = (
                accounts.write_off(each.reason)
                if each.kind == "written_off"
                else _AGAINST[each.kind]
            )
            sums[accounts.STOCK] = sums.get(accounts.STOCK, 0) + each.cost
            sums[against] = sums.get(against, 0) - each.cost
    return tuple(sums.items())
