"""Whose till a SAF-T file is of, and how it writes amounts, rates and sides."""

from __future__ import annotations

from msgspec import Struct

from pos_tui.books.saft.codes import identification
from pos_tui.money import Currency, format_amount

_NO_TAX = "0"


class SaftShop(Struct, frozen=True, kw_only=True):
    """Whose till it is; `percents` are the tax classes' percentages, as text."""

    name: str
    address: str
    merchant: str
    till: str
    currency: Currency
    version: str
    percents: dict[str, str]

    @property
    def register(self) -> str:
        """The cash register's own number."""
        return f"{self.merchant}-{self.till}"

    def money(self, minor: int) -> str:
        """An amount as the schema wants it, with two decimals."""
        written = format_amount(minor, self.currency)
        return written if self.currency.exponent == 2 else f"{written}.00"

    def percent(self, tax_class: str) -> str:
        """A tax class's percentage; 0 where the shop has none of that name any more."""
        return self.percents.get(tax_class, "0")


def vat_code(tax_class: str) -> str:
    """The code of a tax class; that of no tax where it has no name."""
    return identification(tax_class)[:20] or _NO_TAX


def side_of(amount: int) -> str:
    """Credit for what was sold, debit for what goes back."""
    return "D" if amount < 0 else "C"
