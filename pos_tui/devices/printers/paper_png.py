"""A paper as PNG: its rows one below the other, as this printer puts them on the roll."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.devices.printers.escpos_jobs import JobStyle
from pos_tui.devices.printers.label_symbols import Dots
from pos_tui.devices.printers.logos import logo_picture
from pos_tui.devices.printers.paper_symbols import draw_paper_symbol
from pos_tui.devices.printers.printer import PrinterError
from pos_tui.devices.printers.row_pictures import dots_across, row_picture

if TYPE_CHECKING:
    from PIL.Image import Image

    from pos_tui.settings import PrinterSettings

_MARGIN = 16
_GAP = 8  # above and below a symbol


def paper_png(rows: Sequence[tuple[str, JobStyle]], printer: PrinterSettings) -> bytes:
    """The rows as a PNG of this printer's paper, 203 dots an inch. A logo that cannot be drawn is
    left out, as it is on paper. Raises PrinterError.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise PrinterError("printer.no_pillow") from error
    wide = dots_across(printer)
    parts = list(_parts(rows, printer, wide))
    high = sum(part.height for part in parts)
    paper = Image.new("L", (wide + 2 * _MARGIN, high + 2 * _MARGIN), 255)
    y = _MARGIN
    for part in parts:
        paper.paste(part, (_MARGIN, y))
        y += part.height
    file = io.BytesIO()
    paper.save(file, "PNG", dpi=(203, 203), optimize=True)
    return file.getvalue()


def _parts(
    rows: Sequence[tuple[str, JobStyle]], printer: PrinterSettings, wide: int
) -> Iterator[Image]:
    for text, style in rows:
        symbol = draw_paper_symbol(text, style, wide)
        if symbol is not None:
            yield _across(*symbol, wide)
        elif style != "logo":
            yield row_picture(text, style in {"bold", "large"}, style == "large", printer)
        elif (logo := _logo(text, printer)) is not None:
            yield logo


def _logo(path: str, printer: PrinterSettings) -> Image | None:
    try:
        return logo_picture(Path(path), printer)
    except PrinterError:
        return None


def _across(dots: Dots, size: int, wide: int) -> Image:
    """A symbol in the middle of the paper, each module so many dots."""
    from PIL import Image

    small = Image.new("L", (len(dots[0]), len(dots)), 255)
    small.putdata([0 if dot else 255 for row in dots for dot in row])
    symbol = small.resize((small.width * size, small.height * size), Image.Resampling.NEAREST)
    across = Image.new("L", (wide, symbol.height + 2 * _GAP), 255)
    across.paste(symbol, ((wide - symbol.width) // 2, _GAP))
    return across
