"""Why a sale cost what it did: for each line, every offer that was considered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from pos_tui.checkout.line import SettlementLine
from pos_tui.checkout.settlement_list import goods_of
from pos_tui.pricing import BasketDiscount, Discount, Occasion, Offer, Pricer
from pos_tui.pricing.explain import Considered, Explainer


class ExplainedLine(Struct, frozen=True):
    """A line with its offers; quantity as text, amounts in minor units."""

    number: int
    name: str
    quantity: str
    unit_price: int
    gross: int
    actual: int
    share: int
    considered: tuple[Considered, ...]


class ExplainedSale(Struct, frozen=True):
    """A whole sale explained, as it is kept with it."""

    sale_no: int
    total: int
    lines: tuple[ExplainedLine, ...]
    discounts: tuple[BasketDiscount, ...] = ()


def explain_sale(
    sale_no: int,
    total: int,
    lines: Sequence[SettlementLine],
    offers: Iterable[Offer],
    basket_discount: Discount | None,
    occasion: Occasion,
    amount: Callable[[int], str],
) -> ExplainedSale:
    """Explain a sale from its lines as they were settled; `amount` writes minor units."""
    pricer = Pricer(offers)
    pricer.set_basket_discount(basket_discount)
    for line in lines:
        pricer.put(line.number, goods_of(line), line.discount)
    pricer.price(occasion)
    explainer = Explainer(pricer, occasion, amount)
    return ExplainedSale(
        sale_no,
        total,
        tuple(
            ExplainedLine(
                line.number,
                line.item.name,
                f"{line.quantity.normalize():f}",
                line.item.unit_price,
                line.gross,
                line.actual,
                line.share,
                explainer.line(line.number),
            )
            for line in lines
        ),
        pricer.discounts(),
    )
