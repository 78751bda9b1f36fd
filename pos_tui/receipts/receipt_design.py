"""How a shop's receipts look: their layout, what their QR code says, the key that seals them."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from pos_tui.money import format_amount
from pos_tui.receipts.data import ReceiptData
from pos_tui.receipts.receipt_layout import ReceiptLayout
from pos_tui.settings.receipt_fields import FIELD

_FIELDS: dict[str, Callable[[ReceiptData], str]] = {
    "shop": lambda receipt: receipt.shop,
    "merchant": lambda receipt: receipt.merchant,
    "till": lambda receipt: receipt.till,
    "sale": lambda receipt: str(receipt.sale_no),
    "code": lambda receipt: receipt.code,
    "total": lambda receipt: format_amount(receipt.total, receipt.money),
    "currency": lambda receipt: receipt.currency,
    "date": lambda receipt: f"{receipt.at:%Y-%m-%d}",
    "time": lambda receipt: f"{receipt.at:%H:%M:%S}",
    "cashier": lambda receipt: receipt.cashier,
}


class ReceiptDesign(Struct, frozen=True):
    """Layout (None: the one that comes with the till for the paper's width); `qr` is "self" for a
    sealed receipt, a web address with fields in braces, or empty for no QR code.
    """

    layout: ReceiptLayout | None = None
    qr: str = ""
    key: bytes = b""

    def __repr__(self) -> str:
        """Without the key, which belongs into no log."""
        return f"ReceiptDesign(layout={self.layout!r}, qr={self.qr!r})"


_IN_URL = "%!#$&'()*+,/:;=?@[]~"
_MOST_LETTERS = 2331  # in the largest QR code, level M; of a longer one printers print the letters
USUAL_DESIGN = ReceiptDesign()


def qr_text(receipt: ReceiptData, design: ReceiptDesign) -> str:
    """What the QR code of a receipt says, in ASCII; empty where there is none, or none that is
    large enough.
    """
    if not design.qr:
        return ""
    if design.qr == "self":
        from pos_tui.receipts.sealed_receipt import seal_receipt

        return seal_receipt(receipt, design.key) if design.key else ""
    from urllib.parse import quote

    url = quote(_filled(design.qr, receipt, lambda value: quote(value, safe="")), safe=_IN_URL)
    return url if len(url) <= _MOST_LETTERS else ""


def own_text(text: str, receipt: ReceiptData) -> str:
    """A text of the shop's own with its fields filled in."""
    return _filled(text, receipt, str)


def _filled(text: str, receipt: ReceiptData, written: Callable[[str], str]) -> str:
    def fill(found: re.Match[str]) -> str:
        field = _FIELDS.get(found[1])
        return found[0] if field is None else written(field(receipt))

    return FIELD.sub(fill, text)
