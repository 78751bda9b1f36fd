"""What moved goods post: their cost, from the stock to where they went, or the other way."""

from __future__ import annotations

from collections.abc import Iterable

from pos_tui.books.ledger import accounts
from pos_tui.books.movement import OPENING, VALUED, Movement, MovementKind

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
# Nothing was sold and nothing was lost: profit has no part in these.
_AGAINST_FOR: dict[tuple[MovementKind, str], str] = {
    ("counted", OPENING): accounts.TAKEN_OVER,
    ("revalued", VALUED): accounts.STOCK_VALUED,
}


def postings_of_goods(moved: Iterable[Movement]) -> tuple[tuple[str, int], ...]:
    """The postings of movements: each account once, its amount in minor units.

    What has no known cost posts nothing; once its cost is known, a movement "revalued" does.
    """
    sums: dict[str, int] = {}
    for each in moved:
        if each.cost:
            against = _against(each)
            sums[accounts.STOCK] = sums.get(accounts.STOCK, 0) + each.cost
            sums[against] = sums.get(against, 0) - each.cost
    return tuple(sums.items())


def _against(moved: Movement) -> str:
    if moved.kind == "written_off":
        return accounts.write_off(moved.reason)
    return _AGAINST_FOR.get((moved.kind, moved.reason)) or _AGAINST[moved.kind]
