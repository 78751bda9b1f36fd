"""What a scanned or typed string means: an item code, a payment code, or nothing known.

The door is `identify.identify`; it is imported when the first code comes.
"""

from pos_tui.codes.gtin import gtin_of, has_check_digit
from pos_tui.codes.reading import ItemCode, PaymentCode, Reading, Refused, Unknown

__all__ = [
    "ItemCode",
    "PaymentCode",
    "Reading",
    "Refused",
    "Unknown",
    "gtin_of",
    "has_check_digit",
]
