"""A paper as PNG: drawn letter by letter on a grid, as a receipt printer puts it on the roll."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.devices.printers.escpos_jobs import JobStyle
from pos_tui.devices.printers.paper_grid import (
    CELL,
    MARGIN,
    ROW,
    PlacedLetter,
    PlacedRule,
    PlacedSymbol,
    place_rows,
)
from pos_tui.devices.printers.printer import PrinterError

if TYPE_CHECKING:
    from PIL import Image, ImageFont

    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_SIZE = 20
_BASELINE = 19
# Fonts whose letters have all the same width, where systems keep them.
_EVEN_FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/TTF/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
    "/System/Library/Fonts/Menlo.ttc",
    "C:/Windows/Fonts/consola.ttf",
)
# Fonts with Chinese letters.
_WIDE_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simhei.ttf",
)


def paper_png(
    rows: Sequence[tuple[str, JobStyle]], columns: int, font: Path | None = None
) -> bytes:
    """The rows as a PNG of paper of so many columns, 203 dots an inch. `font` is a file with the
    letters that they need. Raises PrinterError.
    """
    try:
        from PIL import Image, ImageDraw
    except ImportError as error:
        raise PrinterError("label.no_pillow") from error
    grid = place_rows(rows, columns)
    paper = Image.new("L", (grid.width, grid.height), 255)
    pencil = ImageDraw.Draw(paper)
    for each in grid.placed:
        match each:
            case PlacedLetter():
                letter = _drawn_letter(each, font)
                paper.paste(0, (each.x, each.y), letter)
            case PlacedRule():
                pencil.line((MARGIN, each.y, grid.width - MARGIN, each.y), fill=0, width=2)
            case PlacedSymbol():
                paper.paste(_drawn_symbol(each), (each.x, each.y))
    file = io.BytesIO()
    paper.save(file, "PNG", dpi=(203, 203), optimize=True)
    return file.getvalue()


def _drawn_letter(each: PlacedLetter, file: Path | None) -> Image.Image:
    """A letter in its cells, as a mask: 255 where there is ink."""
    from PIL import Image, ImageDraw

    width = each.cells * CELL
    font = _font_of(each.text, file)
    cell = Image.new("L", (max(width, 1), ROW), 0)
    x = (width - font.getlength(each.text)) / 2
    pencil = ImageDraw.Draw(cell)
    pencil.text((x, _BASELINE), each.text, fill=255, font=font, anchor="ls")
    if each.is_bold:
        pencil.text((x + 1, _BASELINE), each.text, fill=255, font=font, anchor="ls")
    if each.tall > 1:
        cell = cell.resize((cell.width, cell.height * each.tall))
    return cell


def _drawn_symbol(each: PlacedSymbol) -> Image.Image:
    from PIL import Image

    symbol = Image.new("L", (len(each.dots[0]), len(each.dots)), 255)
    symbol.putdata([0 if dot else 255 for row in each.dots for dot in row])
    size = (symbol.width * each.size, symbol.height * each.size)
    return symbol.resize(size, Image.Resampling.NEAREST)


def _font_of(letter: str, file: Path | None) -> Font:
    from PIL import ImageFont

    if file is not None:
        try:
            return ImageFont.truetype(str(file), _SIZE)
        except OSError as error:
            raise PrinterError("label.bad_font", path=str(file)) from error
    if all(ord(each) < 0x3000 for each in letter):
        return _first_font(_EVEN_FONTS) or ImageFont.load_default(_SIZE)
    font = _first_font(_WIDE_FONTS)
    if font is None:
        raise PrinterError("label.no_font")
    return font


@cache
def _first_font(paths: tuple[str, ...]) -> Font | None:
    from PIL import ImageFont

    for path in paths:
        if Path(path).is_file():
            return ImageFont.truetype(path, _SIZE)
    return None
