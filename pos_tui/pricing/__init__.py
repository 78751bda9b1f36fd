"""What things cost: lines and offers in, amounts and the reason for each out. Exact, no I/O."""

from pos_tui.pricing.line import NO_OFFERS, PricedLine, price_line
from pos_tui.pricing.offers import Offer, OfferError, OfferKind, offer_label, parse_offer

__all__ = [
    "NO_OFFERS",
    "Offer",
    "OfferError",
    "OfferKind",
    "PricedLine",
    "offer_label",
    "parse_offer",
    "price_line",
]
