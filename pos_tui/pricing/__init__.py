"""What things cost: lines and offers in, amounts and the reason for each out. Exact, no I/O."""

from pos_tui.pricing.offers import Goods, Occasion, Offer, OfferError
from pos_tui.pricing.priced import Applied, BasketDiscount, Discount, PricedLine
from pos_tui.pricing.pricer import Pricer, price_all

__all__ = [
    "Applied",
    "BasketDiscount",
    "Discount",
    "Goods",
    "Occasion",
    "Offer",
    "OfferError",
    "PricedLine",
    "Pricer",
    "price_all",
]
