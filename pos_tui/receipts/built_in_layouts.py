"""The layouts that come with the till, as a shop would write them: for paper of 58 and 80 mm."""

from __future__ import annotations

from functools import cache

import msgspec

from pos_tui.receipts.receipt_layout import ReceiptLayout

_HEAD = ("shop", "address", "rule", "sale", "customer", "rule")
_MIDDLE = ("rule", "discounts", "returns", "totals", "tenders", "rule")
_FOOT = ("rule", "footer", "code", "journal", "qr", "barcode")
_WIDE = 40  # columns; paper of 80 mm has 42 or 48


def _toml(*blocks: str) -> str:
    """The text of a layout file; a block's options stand behind its name."""
    tables = []
    for block in blocks:
        name, *options = block.split("; ")
        tables.append("\n".join(("[[block]]", f'shows = "{name}"', *options)) + "\n")
    return "\n".join(tables)


BUILT_IN: dict[str, str] = {
    "58mm": _toml(*_HEAD, "lines", *_MIDDLE, "taxes", *_FOOT),
    "80mm": _toml(*_HEAD, 'lines; quantity = "beside"', *_MIDDLE, "taxes; table = true", *_FOOT),
}
"""The text of each layout file by its name, to begin one's own with."""


@cache
def built_in_layout(name: str) -> ReceiptLayout:
    """A layout by its name. Raises KeyError."""
    return msgspec.toml.decode(BUILT_IN[name], type=ReceiptLayout)


def layout_for(columns: int) -> ReceiptLayout:
    """The layout of paper of so many columns where the shop has none of its own."""
    return built_in_layout("80mm" if columns >= _WIDE else "58mm")
