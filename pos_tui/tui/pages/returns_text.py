"""Rows and amounts of goods that come back, as their page shows them."""

from __future__ import annotations

from collections.abc import Iterable

from pos_tui.checkout.refunds import RefundWay
from pos_tui.checkout.returns import ReturnableLine, ReturnLine
from pos_tui.codes.payment import platform_reason
from pos_tui.money import Currency, format_amount
from pos_tui.till.quantity import quantity_in_units
from pos_tui.wording.current import in_words, say


def returnable_cells(
    line: ReturnableLine, accepted: ReturnLine | None, currency: Currency
) -> tuple[str, ...]:
    """A line of a sale: what it was, what has come back, what comes back now."""
    return (
        line.item.name,
        quantity_in_units(line.quantity),
        quantity_in_units(line.back) if line.back else "",
        format_amount(line.sold.paid, currency),
        "" if accepted is None else quantity_in_units(accepted.quantity),
        "" if accepted is None else format_amount(-accepted.amount, currency),
        "" if accepted is None else _fate(accepted),
    )


def chosen_cells(line: ReturnLine, currency: Currency) -> tuple[str, ...]:
    """Goods that come back in the sale in front."""
    return (
        line.name,
        quantity_in_units(line.quantity),
        f"{line.sale_no:06d}" if line.sale_no else "–",
        format_amount(-line.amount, currency),
        _fate(line),
    )


def _fate(line: ReturnLine) -> str:
    if line.kind == "deposit":
        return say("returns_page.fate_empty")
    if line.is_money:
        return say(f"returns_page.fate_{line.kind}")
    return say(f"returns_page.fate_{line.fate}")


def ways_in_words(ways: Iterable[RefundWay], currency: Currency) -> str:
    """The ways by which money goes back, each with its amount."""
    return " · ".join(way_in_words(each, currency) for each in ways)


def way_in_words(way: RefundWay, currency: Currency) -> str:
    """One of them."""
    amount = format_amount(way.given, currency)
    if way.kind == "wallet" and way.part is not None:
        return f"{in_words(platform_reason(way.part.tender.platform))} {amount}"
    return say(f"returns_page.way_{way.kind}", amount=amount)
