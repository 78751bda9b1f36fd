"""A sale as it stands at one moment: values that a screen may keep, for they never change."""

from __future__ import annotations

from msgspec import Struct

from pos_tui.checkout.lines import Lines
from pos_tui.checkout.returns import ReturnLine
from pos_tui.checkout.sale import Customer, ExpiryWarning, Sale, SaleState
from pos_tui.checkout.settlement_list import Totals
from pos_tui.checkout.tenders import Tender


class SaleView(Struct, frozen=True):
    """One sale for a screen: its list, its warnings, who buys, and what may be done with it.

    `taken` are the tenders whose money is here, `due` is what is left to pay (minor units); below
    zero money goes back. `total` is the list's less what goes back for `returns`.
    """

    number: int
    state: SaleState
    lines: Lines
    totals: Totals
    warnings: tuple[ExpiryWarning, ...]
    customer: Customer | None
    is_empty: bool
    taken: tuple[Tender, ...] = ()
    due: int = 0
    is_under_way: bool = False
    returns: tuple[ReturnLine, ...] = ()
    total: int = 0


def view_of(sale: Sale) -> SaleView:
    """The sale as it stands now."""
    return SaleView(
        sale.number,
        sale.state,
        sale.list.lines.now(),
        sale.list.totals,
        tuple(sale.warnings),
        sale.customer,
        sale.is_empty,
        sale.taken,
        sale.due,
        sale.under_way is not None or sale.is_being_written,
        sale.returns,
        sale.total,
    )
