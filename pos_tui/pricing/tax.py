"""Tax on what was sold: included in the prices or added to them, by line or over the basket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from pos_tui.money import round_half_up

_HUNDRED = Decimal(100)


class TaxSystem(Struct, frozen=True):
    """How a shop's prices are taxed: percentages by tax class, and where the tax is rounded."""

    mode: Literal["none", "included", "added"] = "none"
    rounding: Literal["basket", "line"] = "basket"
    rates: Mapping[str, Decimal] = {}
    default: str = ""

    def rate_of(self, tax_class: str) -> tuple[str, Decimal]:
        """The class that counts, and its percentage; an unknown class is the default one."""
        name = tax_class if tax_class in self.rates else self.default
        return name, self.rates.get(name, Decimal(0))


class TaxAmount(Struct, frozen=True):
    """The tax of one class: its percentage, what it is on without tax, and the tax itself."""

    name: str
    percent: Decimal
    net: int
    tax: int


NO_TAX = TaxSystem()


def taxes_of(amounts: Iterable[tuple[int, str]], system: TaxSystem) -> tuple[TaxAmount, ...]:
    """The taxes of amounts (minor units, with their tax classes), one for each class, sorted.

    Rounds half up: each line's tax, or each class's over the basket. Included tax is
    amount x rate / (100 + rate); the net amount is what is left, so that both add up.
    """
    if system.mode == "none":
        return ()
    totals: dict[str, tuple[int, int]] = {}
    for amount, tax_class in amounts:
        name, rate = system.rate_of(tax_class)
        before, tax = totals.get(name, (0, 0))
        if system.rounding == "line":
            tax += _tax(amount, rate, system)
        totals[name] = before + amount, tax
    found = []
    for name, (amount, by_line) in sorted(totals.items()):
        _, rate = system.rate_of(name)
        tax = by_line if system.rounding == "line" else _tax(amount, rate, system)
        net = amount - tax if system.mode == "included" else amount
        found.append(TaxAmount(name, rate, net, tax))
    return tuple(found)


def _tax(amount: int, rate: Decimal, system: TaxSystem) -> int:
    whole = _HUNDRED + rate if system.mode == "included" else _HUNDRED
    return round_half_up(amount * rate / whole)
