"""The bars and QR codes of a paper as dots, as large as its width allows."""

from __future__ import annotations

from pos_tui.devices.printers.escpos_jobs import JobStyle
from pos_tui.devices.printers.label_symbols import Dots, SymbolKind, draw_symbol

_KINDS: dict[JobStyle, SymbolKind] = {"barcode": "code128", "qr": "qr"}
_LARGEST: dict[JobStyle, int] = {"barcode": 2, "qr": 6}  # dots a module


def draw_paper_symbol(text: str, style: JobStyle, wide: int) -> tuple[Dots, int] | None:
    """A row's symbol, and how many dots each of its modules has on paper so many dots wide; None
    for a row that is none. Raises PrinterError.
    """
    if style not in _KINDS:
        return None
    dots = draw_symbol(_KINDS[style], text)
    return dots, max(1, min(_LARGEST[style], wide // len(dots[0])))
