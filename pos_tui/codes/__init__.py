"""What a scanned or typed string means: an item code, a payment code, or nothing known.

`identify.identify` answers it; it is imported when the first code comes.
"""

from pos_tui.codes.gtin import gtin_of, has_check_digit
from pos_tui.codes.reading import (
    ItemCode,
    PaymentCode,
    Reading,
    ReceiptCode,
    RefusedCode,
    UnknownCode,
    VoucherCode,
)

__all__ = [
    "ItemCode",
    "PaymentCode",
    "Reading",
    "ReceiptCode",
    "RefusedCode",
    "UnknownCode",
    "VoucherCode",
    "gtin_of",
    "has_check_digit",
]
