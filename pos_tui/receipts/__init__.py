"""Receipts: the receipt data file, and the layouts made from it. Pure."""

from pos_tui.receipts.data import ReceiptData, ReceiptLine, decode_receipt, encode_receipt
from pos_tui.receipts.layout import PrintLine, lay_out
from pos_tui.receipts.text import as_text

__all__ = [
    "PrintLine",
    "ReceiptData",
    "ReceiptLine",
    "as_text",
    "decode_receipt",
    "encode_receipt",
    "lay_out",
]
