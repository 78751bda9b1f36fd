"""A receipt as plain text."""

from __future__ import annotations

from msgspec.structs import replace

from pos_tui.receipts.data import ReceiptData
from pos_tui.receipts.layout import lay_out, lines_as_text
from pos_tui.receipts.receipt_design import USUAL_DESIGN, ReceiptDesign


def as_text(receipt: ReceiptData, columns: int = 42, design: ReceiptDesign = USUAL_DESIGN) -> str:
    """The receipt as lines of at most so many columns, each ended by a line feed; without its QR
    code, which is no text, and what stands below that.
    """
    return lines_as_text(lay_out(receipt, columns, design=replace(design, qr="")))
