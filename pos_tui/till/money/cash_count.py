"""Cash as it is counted: so many notes and coins of one worth a line, or sums."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books.cash.drawer_acts import DrawerCount
from pos_tui.money import AmountError, Currency, format_amount, parse_amount
from pos_tui.reasons import ReasonError
from pos_tui.receipts.shift_report import CountedPieces

_PIECES = re.compile(r"\s*(\d{1,9})\s*[xX×*]\s*(\S+)\s*\Z")
_MOST_PIECES = 99_999
_MOST = 10**11  # minor units; a drawer with more was counted wrong


class CashCountError(ReasonError):
    """What was typed is no count of cash; its reason says how to type it."""


class CashSoFar(Struct, frozen=True):
    """What has been counted so far: pieces by worth, and sums (minor units) without pieces."""

    pieces: tuple[CountedPieces, ...] = ()
    loose: int = 0

    @property
    def total(self) -> int:
        """All of it, in minor units."""
        return self.loose + sum(each.worth * each.pieces for each in self.pieces)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been counted yet."""
        return not self.pieces and not self.loose

    def as_count(self) -> DrawerCount:
        """The count as the books keep it; pieces only where all of it was counted in pieces."""
        return DrawerCount(self.total, () if self.loose else self.pieces)


def counted_with(
    so_far: CashSoFar, text: str, currency: Currency, denominations: Sequence[int]
) -> CashSoFar:
    """A count with one more line: `3x50` is three of 50, `0x50` forgets those of 50, `12.30` a sum.

    Another line of the same worth is added. Raises CashCountError.
    """
    found = _PIECES.match(text)
    if found is None:
        loose = so_far.loose + _counted(text, currency)
        return _sound(replace(so_far, loose=loose), currency)
    pieces = int(found[1])
    worth = _counted(found[2], currency)
    if worth not in denominations:
        known = tuple(format_amount(each, currency) for each in denominations)
        typed = format_amount(worth, currency)
        raise CashCountError("cash_count.no_such_worth", worth=typed, known=known)
    by_worth = {each.worth: each.pieces for each in so_far.pieces}
    by_worth[worth] = by_worth.get(worth, 0) + pieces if pieces else 0
    if by_worth[worth] > _MOST_PIECES:
        raise CashCountError("cash_count.too_many", count=by_worth[worth])
    rows = sorted(by_worth.items(), reverse=True)
    counted = tuple(CountedPieces(each, many) for each, many in rows if many)
    return _sound(replace(so_far, pieces=counted), currency)


def read_cash(text: str, currency: Currency) -> int:
    """An amount of cash as typed, in minor units: not below zero, of coins that there are.

    Raises CashCountError: for nan, inf, signs, letters, and more than a drawer holds.
    """
    try:
        amount = parse_amount(text, currency)
    except AmountError as error:
        raise CashCountError(error.reason) from error
    return _in_range(amount, currency)


def _counted(text: str, currency: Currency) -> int:
    try:
        return read_cash(text, currency)
    except CashCountError as error:
        if error.reason.kind == "cash_count.too_much":
            raise
        raise CashCountError("cash_count.not_counted", why=error.reason) from error


def _sound(counted: CashSoFar, currency: Currency) -> CashSoFar:
    _in_range(counted.total, currency)
    return counted


def _in_range(amount: int, currency: Currency) -> int:
    if amount > _MOST:
        raise CashCountError("cash_count.too_much", amount=format_amount(amount, currency))
    return amount
