"""Goods that are named by a scanned or typed code where they are not sold but moved."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from pos_tui.books import Product
from pos_tui.codes import ItemCode, PaymentCode, Reading, RefusedCode
from pos_tui.codes.masking import shown
from pos_tui.reasons import Reason, ReasonError, because
from pos_tui.till.quantity import quantity_of

_SHOWN = 40


class EntryError(ReasonError):
    """An answer that cannot be read, and how it is written; a code that names no goods."""


class NamedGoods(NamedTuple):
    """The product that a code names, what else stands in the code, how many were typed before."""

    product: Product
    code: ItemCode
    typed: Decimal | None = None

    @property
    def quantity(self) -> Decimal | None:
        """How much it is by the code and what was typed; None where neither says so."""
        measure = self.code.weight_kg
        if measure is None and self.code.count is not None:
            measure = Decimal(self.code.count)
        if self.product.pieces > 1:
            measure = (measure or 1) * Decimal(self.product.pieces)
        if measure is None or self.typed is None:
            return self.typed if measure is None else measure
        return measure * self.typed


class GoodsByCode:
    """Reads codes by the shop's settings, and finds their goods in its books."""

    def __init__(
        self,
        read: Callable[[str], Reading],
        find: Callable[[Reading], tuple[ItemCode, Product] | None],
    ) -> None:
        """`read` tells what a scan means, `find` which product a reading names."""
        self._read = read
        self._find = find

    def named(self, text: str) -> NamedGoods:
        """The goods of a code, with `n*` before it or without. Raises EntryError, BooksError."""
        typed, code = _split(text)
        reading = self._read(code)
        if isinstance(reading, PaymentCode):
            raise EntryError("delivery.payment_code")
        found = self._find(reading)
        if found is None and typed is not None:
            typed, found = None, self._find(self._read(text))
        if found is None:
            raise EntryError(_why_not(reading, code))
        item, product = found
        return NamedGoods(product, item, typed)


def code_alone(text: str) -> str:
    """A code without the quantity that may stand before it: 12*4000417025005."""
    return _split(text)[1]


def _why_not(reading: Reading, code: str) -> Reason:
    """Why a code names no goods of the shop; what may be a wallet's code is not shown whole."""
    if isinstance(reading, RefusedCode):
        return reading.why
    return because("delivery.not_in_books", text=shown(code, reading)[:_SHOWN])


def _split(text: str) -> tuple[Decimal | None, str]:
    """A quantity typed before a code, and the code."""
    before, star, code = text.replace("×", "*").partition("*")
    quantity = quantity_of(before) if star and code.strip() else None
    return (None, text) if quantity is None else (quantity, code.strip())
