"""Discounts by hand: how much of a line, or of the basket, has been given away that way."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from pos_tui.checkout.line import SettlementLine
from pos_tui.checkout.settlement_list import SettlementList
from pos_tui.pricing import Discount
from pos_tui.pricing.priced import MANUAL

_TENTH = Decimal("0.1")


def percent_of_line(listed: SettlementList, line: SettlementLine, discount: Discount) -> Decimal:
    """How many percent a line's discount takes off it, with its part of the basket's by hand."""
    before = line.actual + _by_hand(line)
    if not before:
        return Decimal(0)
    off = _off_line(line, discount)
    rest = sum(each.actual for each in listed.lines if not each.item.is_money)
    rest = rest - _deposits(listed) or 1
    off += (before - off) * min(_off_basket(listed), rest) / rest
    return (off * 100 / before).quantize(_TENTH)


def percent_of_basket(listed: SettlementList, discount: Discount) -> Decimal:
    """How many percent a basket's discount takes off it, with what its lines have by hand."""
    on_lines = sum(_by_hand(line) for line in listed.lines)
    before = listed.of_goods + _off_basket(listed) - _deposits(listed) + on_lines
    if not before:
        return Decimal(0)
    off = _of_basket(listed, discount) + on_lines
    return (off * 100 / before).quantize(_TENTH)


def off_line(line: SettlementLine, discount: Discount) -> int:
    """How much a discount takes off a line alone, in minor units."""
    return int(_off_line(line, discount).to_integral_value(ROUND_HALF_UP))


def off_basket(listed: SettlementList, discount: Discount) -> int:
    """How much a discount takes off the basket, in minor units."""
    return int(_of_basket(listed, discount).to_integral_value(ROUND_HALF_UP))


def as_amount(listed: SettlementList, discount: Discount) -> Discount:
    """A price for the whole basket as the amount that it takes off now; later goods cost more."""
    if discount.kind != "price":
        return discount
    off = listed.of_goods + _off_basket(listed) - int(discount.value)
    return Discount(
        "amount", Decimal(max(off, 0)), discount.reason, discount.by, discount.approved_by
    )


def _off_line(line: SettlementLine, discount: Discount) -> Decimal:
    before, value = line.actual + _by_hand(line), discount.value
    off = {
        "percent": before * value / 100,
        "amount": value,
        "price": before - value * line.quantity,
    }[discount.kind]
    return min(max(off, Decimal(0)), Decimal(before))


def _of_basket(listed: SettlementList, discount: Discount) -> Decimal:
    whole, value = listed.of_goods + _off_basket(listed), discount.value
    total = whole - _deposits(listed)  # nothing comes off those
    off = {"percent": total * value / 100, "amount": value, "price": whole - value}[discount.kind]
    return min(max(off, Decimal(0)), Decimal(total))


def _deposits(listed: SettlementList) -> int:
    return sum(line.actual for line in listed.lines if line.item.is_deposit)


def _by_hand(line: SettlementLine) -> int:
    return sum(each.saved for each in line.applied if each.offer_id == MANUAL)


def _off_basket(listed: SettlementList) -> int:
    return sum(each.amount for each in listed.totals.discounts if each.offer_id == MANUAL)
