"""The codes on labels as dots: zint draws them, one dot a module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pos_tui.devices.printers.printer import PrinterError

if TYPE_CHECKING:
    import zint

SymbolKind = Literal["gs1_datamatrix", "ean13", "ean8", "code128", "qr"]
Dots = tuple[tuple[bool, ...], ...]
_BAR_ROWS = 28  # how high bars are, in modules
_SQUARE = frozenset(("gs1_datamatrix", "qr"))
_QUIET = 2  # modules of white around a DataMatrix; one is needed


def draw_symbol(kind: SymbolKind, content: str) -> Dots:
    """A code's rows of modules, true where there is ink, with the white that it needs around.

    `content` of a GS1 code has its application identifiers in square brackets. Raises PrinterError.
    """
    try:
        import zint
    except ImportError as error:
        raise PrinterError("label.no_zint") from error
    symbol = zint.Symbol()
    symbol.show_text = False
    symbol.scale = 1  # two dots a module: of the least size each symbology can be drawn in
    symbol.output_options = zint.OutputOptions.BARCODE_QUIET_ZONES
    if kind == "gs1_datamatrix":
        symbol.symbology = zint.Symbology.DATAMATRIX
        symbol.input_mode = zint.InputMode.GS1
        symbol.output_options = zint.OutputOptions(0)
    elif kind == "qr":
        symbol.symbology = zint.Symbology.QRCODE
        symbol.output_options = zint.OutputOptions(0)
    else:
        symbol.symbology = _linear(kind)
        content = content[:7] if kind == "ean8" else content
    try:
        symbol.encode(content)
        symbol.buffer(0)
    except RuntimeError as error:
        raise PrinterError("label.no_symbol", code=content[:40]) from error
    bitmap = symbol.bitmap
    assert bitmap is not None
    assert bitmap.shape is not None
    height, width, _ = bitmap.shape
    ink = bytes(bitmap)
    rows = tuple(
        tuple(ink[3 * (y * width + x)] == 0 for x in range(0, width, 2))
        for y in range(0, height, 2)
    )
    if kind not in _SQUARE:
        return rows[:1] * _BAR_ROWS
    side = (False,) * _QUIET
    blank = ((False,) * (len(rows[0]) + 2 * _QUIET),) * _QUIET
    return (*blank, *((*side, *row, *side) for row in rows), *blank)


def _linear(kind: SymbolKind) -> zint.Symbology:
    import zint

    return {
        "ean13": zint.Symbology.EANX,
        "ean8": zint.Symbology.EANX,
        "code128": zint.Symbology.CODE128,
    }[kind]
