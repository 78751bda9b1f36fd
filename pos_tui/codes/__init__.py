"""What a scanned or typed string means: an item code, a payment code, or nothing known."""

from pos_tui.codes.identify import Identified, Refused, Unknown, identify
from pos_tui.codes.item import ItemCode, gtin_of, has_check_digit
from pos_tui.codes.payment import PaymentCode

__all__ = [
    "Identified",
    "ItemCode",
    "PaymentCode",
    "Refused",
    "Unknown",
    "gtin_of",
    "has_check_digit",
    "identify",
]
