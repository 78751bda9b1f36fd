"""What a sale that is paid sold, line by line: what each was worth, what came off, its tax."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from pos_tui.checkout.line import LineKind
from pos_tui.checkout.settlement_list import SettlementList
from pos_tui.money import allocate
from pos_tui.pricing.tax import TaxSystem, taxes_of


class SoldLine(Struct, frozen=True):
    """One line of a paid sale; amounts in minor units.

    `paid` is what the customer paid for it: after its own offers, its share of what came off the
    basket, and with the tax that is added to prices without it. `net` is that without tax, `tax`
    its part of the sale's tax of that class. `net_before` is what it had been without any offer,
    without tax.
    `offers` are what came off, by name: its own, and its share of what came off the basket as "".
    A voucher and money for an account have no product, and no tax; `reference` is the customer's.
    """

    line: int
    product_id: int
    quantity: Decimal
    gross: int
    paid: int
    net_before: int
    net: int
    tax_class: str
    tax: int
    offers: tuple[tuple[str, int], ...] = ()
    kind: LineKind = "goods"
    reference: str = ""


def sold_lines(listed: SettlementList) -> tuple[SoldLine, ...]:
    """The lines of a list that was closed and paid.

    A class's tax over the basket is spread over its lines, so that the lines' taxes add up to what
    the receipt says.
    """
    system = listed.tax
    found = []
    for line, tax in zip(listed.lines, _taxes_of_lines(listed), strict=True):
        is_added = system.mode == "added"
        own = tuple((each.name, each.saved) for each in line.applied if each.saved)
        by_hand = line.saved - sum(saved for _, saved in own)
        if line.discount is not None and by_hand:
            own = (*own, (line.discount.name, by_hand))
        found.append(
            SoldLine(
                line=line.number,
                product_id=line.item.product_id,
                quantity=line.quantity,
                gross=line.gross,
                paid=line.actual + (tax if is_added else 0),
                net_before=line.gross
                - (0 if line.item.is_money else _included(line.gross, line.item.tax, system)),
                net=line.actual - (0 if is_added else tax),
                tax_class="" if line.item.is_money else _class_of(line.item.tax, system),
                tax=tax,
                offers=(*own, ("", line.share)) if line.share else own,
                kind=line.item.kind,
                reference=line.item.code if line.item.kind == "settlement" else "",
            )
        )
    return tuple(found)


def _taxes_of_lines(listed: SettlementList) -> list[int]:
    system = listed.tax
    if system.rounding == "line":
        return [
            0
            if each.item.is_money
            else sum(tax.tax for tax in taxes_of([(each.actual, each.item.tax)], system))
            for each in listed.lines
        ]
    members: dict[str, list[int]] = {}
    for index, line in enumerate(listed.lines):
        if line.item.is_money:
            continue
        members.setdefault(_class_of(line.item.tax, system), []).append(index)
    found = [0] * len(listed.lines)
    for each in listed.taxes():
        indexes = members[each.name]
        parts = allocate(each.tax, [listed.lines[index].actual for index in indexes])
        for index, part in zip(indexes, parts, strict=True):
            found[index] = part
    return found


def _class_of(tax_class: str, system: TaxSystem) -> str:
    return "" if system.mode == "none" else system.rate_of(tax_class)[0]


def _included(amount: int, tax_class: str, system: TaxSystem) -> int:
    if system.mode != "included":
        return 0
    return sum(each.tax for each in taxes_of([(amount, tax_class)], system))
