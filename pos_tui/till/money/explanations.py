"""What explains that a drawer was off, as reasons: a mistake, its amounts, where it may be."""

from __future__ import annotations

from collections.abc import Sequence

import apsw
from msgspec.structs import replace

from pos_tui.books.cash.explaining import DrawerMove, Explanation, explain_difference
from pos_tui.books.cash.shift_moves import drawer_moves
from pos_tui.money import Currency, format_amount
from pos_tui.reasons import Reason, because
from pos_tui.receipts.shift_report import ShiftReport

_MOST_NAMED = 6
_OF_SALES = frozenset(("cash_sale", "other_sale", "cash_refund", "other_refund"))


def explanations_of(
    reader: apsw.Connection, report: ShiftReport, denominations: Sequence[int], currency: Currency
) -> tuple[Reason, ...]:
    """The mistakes that come to exactly what a closing was off by, the most probable first."""
    drawer = report.drawer
    moves = drawer_moves(reader, report.shift)
    counted = {each.worth: each.pieces for each in drawer.pieces}
    if drawer.opening_float and moves:
        first = replace(moves[0], kind="float", number=0, given=0, change=0)
        moves = (replace(first, amount=drawer.opening_float), *moves)
    found = explain_difference(
        drawer.difference, moves, counted, denominations, drawer.carried or None
    )
    return tuple(_reason(each, currency) for each in found)


def _reason(found: Explanation, currency: Currency) -> Reason:
    what = because(
        f"explanation.{found.kind}",
        booked=format_amount(found.booked, currency),
        real=format_amount(found.real, currency),
        pieces=found.pieces,
    )
    if not found.acts or found.kind == "float_wrong":
        return what
    named = tuple(_name(each, currency) for each in found.acts[:_MOST_NAMED])
    more = len(found.acts) - len(named)
    kind = "explanation.at_and_more" if more else "explanation.at"
    return because(kind, what=what, where=named, more=more)


def _name(act: DrawerMove, currency: Currency) -> Reason:
    kind = "explanation.sale" if act.kind in _OF_SALES else "explanation.slip"
    amount = format_amount(act.amount, currency)
    return because(kind, number=act.number, time=f"{act.at:%H:%M}", amount=amount)
