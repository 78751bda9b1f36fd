"""`3*` before a scan: how many the next one is for."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from pos_tui.books.movement import from_thousandths
from pos_tui.checkout import events
from pos_tui.codes import ItemCode
from pos_tui.reasons import because

_BEFORE_A_CODE = re.compile(r"(\d{1,4}(?:[.,]\d{1,3})?)\s*[*×]\s*(.*)", re.ASCII | re.DOTALL)
_LIKE_A_QUANTITY = re.compile(r"([-+−]?[\d.,]*\d[\d.,]*)\s*[*×].*", re.ASCII | re.DOTALL)
_ONE = Decimal(1)


class NextQuantity:
    """The quantity that was typed, until a scan uses it or something else makes it forgotten."""

    def __init__(self, emit: Callable[[events.TillEvent], None]) -> None:
        self._emit = emit
        self._typed = ""

    @property
    def waits(self) -> bool:
        """Whether one was typed and not yet used."""
        return bool(self._typed)

    @property
    def typed(self) -> Decimal:
        """The quantity of the next scan, which stays."""
        return quantity_of(self._typed) or _ONE

    def split_off(self, text: str) -> str:
        """Take `n*` off the front of a scan; returns the code behind it, which may be empty."""
        match = _BEFORE_A_CODE.fullmatch(text)
        wrong = _LIKE_A_QUANTITY.fullmatch(text) if match is None else match
        if wrong is not None and quantity_of(wrong[1]) is None:
            self._emit(events.Notice(because("item.no_quantity", text=wrong[1]), "warning"))
            return ""
        if match is None:
            return text
        self._typed = match[1]
        self._emit(events.QuantitySet(match[1]))
        return match[2].strip()

    def use(self) -> Decimal:
        """The quantity of this scan; the next one is for one again."""
        quantity = self.typed
        self.forget()
        return quantity

    def forget(self) -> None:
        """The next scan is for one."""
        if self._typed:
            self._typed = ""
            self._emit(events.QuantitySet(""))


def without_quantity(text: str) -> str:
    """The code behind `n*`; the text itself when nothing of the kind is before it."""
    match = _BEFORE_A_CODE.fullmatch(text)
    return text if match is None else match[2].strip()


def measure_of(code: ItemCode | None) -> Decimal:
    """How much one label stands for: its weight (kg) or its count; 1 where it has its own price."""
    if code is None or code.price is not None:
        return _ONE
    return code.weight_kg or Decimal(code.count or 1)


def quantity_of(text: str) -> Decimal | None:
    """A quantity as typed, from 0.001 to 9999.999; None when it is none."""
    plain = text.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", plain, re.ASCII):
        return None
    return Decimal(plain) or None


def quantity_in_units(quantity: int) -> str:
    """A quantity in thousandths as people write it: 842 is "0.842", 2000 is "2"."""
    return str(from_thousandths(quantity))
