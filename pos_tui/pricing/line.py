"""One line's amounts: what its offers save, what comes on top, rounded once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from pos_tui.money import allocate
from pos_tui.pricing.conditions import Reach, is_reached
from pos_tui.pricing.offers import AmountOff, Goods, NearExpiry, Occasion
from pos_tui.pricing.priced import MANUAL, Applied, Discount, PricedLine
from pos_tui.pricing.units import EXACT, UNIT, OfferPart, Pile, Rule, part_near_expiry

if TYPE_CHECKING:
    from fractions import Fraction


class LineToPrice:
    """A line as it is priced: its goods, the offers on them, and the discount given by hand."""

    __slots__ = ("coupled", "discount", "goods", "singles", "stacked", "terms")

    def __init__(self, goods: Goods, discount: Discount | None) -> None:
        self.goods = goods
        self.discount = discount
        self.terms = goods.all_terms()
        self.singles: Sequence[Rule] = ()
        self.coupled: Sequence[Rule] = ()
        self.stacked: Sequence[Rule] = ()


def best_single(line: int, each: LineToPrice, occasion: Occasion) -> OfferPart | None:
    """The best of a line's offers when none of them looks at other lines; priority goes first."""
    if not each.singles:
        return None
    size = int(each.goods.quantity * UNIT)
    pile = Pile(line, each.goods, each.terms, size, 1)
    best: OfferPart | None = None
    for rule in each.singles:
        if best is not None and rule.priority < best.rule.priority:
            break
        saving = rule.saving(pile, occasion.moment.date(), size)
        if saving > (0 if best is None else best.saving):
            best = OfferPart(rule, line, size, saving)
    return best


def price_line(
    each: LineToPrice, parts: Sequence[OfferPart], reach: Reach, occasion: Occasion
) -> PricedLine:
    """A line's amounts: what its offers save, then what comes on top; rounded once."""
    goods = each.goods
    size = int(goods.quantity * UNIT)
    whole = goods.unit_price * size * UNIT
    gross = (whole + EXACT // 2) // EXACT
    if not parts and not each.stacked and each.discount is None:
        return PricedLine(gross, gross)
    savings: dict[tuple[int, str], tuple[int | Fraction, int]] = {}
    for part in parts:
        offer = part.rule.offer
        saved, quantity = savings.get((offer.id, offer.name), (0, 0))
        savings[offer.id, offer.name] = saved + part.saving, quantity + part.quantity
    left: int | Fraction = whole - sum(saved for saved, _ in savings.values())
    for rule in each.stacked:
        if not is_reached(rule, reach, goods.code):
            continue
        saving = _stacked_saving(rule, goods, left, occasion)
        if saving > 0:
            savings[rule.offer.id, rule.offer.name] = saving, size
            left -= saving
    if each.discount is not None:
        saving = _given(each.discount, goods, left)
        savings[MANUAL, each.discount.name] = saving, size
        left -= saving
    actual = int((left + EXACT // 2) // EXACT)
    exact = [int(saved) for saved, _ in savings.values()]
    shown = allocate(gross - actual, exact) if gross > actual else [0] * len(exact)
    applied = tuple(
        Applied(offer_id, name, _quantity(quantity), part)
        for ((offer_id, name), (_, quantity)), part in zip(savings.items(), shown, strict=True)
    )
    return PricedLine(gross, actual, applied)


def _stacked_saving(
    rule: Rule, goods: Goods, left: int | Fraction, occasion: Occasion
) -> int | Fraction:
    gives = rule.gives
    if isinstance(gives, AmountOff):
        return min(left, gives.amount * int(goods.quantity * UNIT) * UNIT)
    part = rule.part
    if isinstance(gives, NearExpiry):
        part = part_near_expiry(gives, goods.good_until, occasion.moment.date())
    from fractions import Fraction

    return Fraction(left * part, UNIT)


def _given(discount: Discount, goods: Goods, left: int | Fraction) -> int | Fraction:
    """What a discount given by hand takes off a line; never more than there is."""
    from fractions import Fraction

    value = Fraction(discount.value)
    if discount.kind == "percent":
        return left * value / 100
    if discount.kind == "amount":
        return min(left, value * EXACT)
    return max(left - value * Fraction(goods.quantity) * EXACT, Fraction(0))


def _quantity(size: int) -> Decimal:
    if size % UNIT == 0:
        return Decimal(size // UNIT)
    return Decimal(size).scaleb(-6).normalize()
