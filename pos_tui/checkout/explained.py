"""Why a sale cost what it did: for each line, every offer that was considered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from pos_tui.checkout.line import SettlementLine
from pos_tui.checkout.settlement_list import goods_of
from pos_tui.pricing import BasketDiscount, Discount, Occasion, Offer, Pricer
from pos_tui.pricing.explain import Considered, Explainer, Verdict
from pos_tui.reasons import Reason, StoredReason, plain, restored, stored


class ExplainedOffer(Struct, frozen=True):
    """An offer that was considered, as it is kept; of older sales the books have the words."""

    offer_id: int
    name: str
    verdict: Verdict
    saved: int
    say: str = ""
    why: StoredReason | None = None

    @property
    def reason(self) -> Reason:
        """Why it applied, or did not."""
        return plain(self.say) if self.why is None else restored(self.why)


class ExplainedLine(Struct, frozen=True):
    """A line with its offers; quantity as text, amounts in minor units."""

    number: int
    name: str
    quantity: str
    unit_price: int
    gross: int
    actual: int
    share: int
    considered: tuple[ExplainedOffer, ...]


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
        if line.item.is_money:
            continue
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
                ()
                if line.item.is_money
                else tuple(_kept(each) for each in explainer.line(line.number)),
            )
            for line in lines
        ),
        pricer.discounts(),
    )


def _kept(each: Considered) -> ExplainedOffer:
    return ExplainedOffer(each.offer_id, each.name, each.verdict, each.saved, why=stored(each.why))
