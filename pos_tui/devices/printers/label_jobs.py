"""Labels as they leave the shop: jobs of the receipt printer, and pictures (PNG)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.devices.printers import escpos_commands
from pos_tui.devices.printers.escpos_jobs import JobStyle, Rows, compose
from pos_tui.devices.printers.label_symbols import Dots
from pos_tui.devices.printers.printer import PrinterError
from pos_tui.devices.printers.printer_fonts import chinese_font, font_of_size
from pos_tui.settings import PrinterSettings

if TYPE_CHECKING:
    from PIL import Image, ImageFont

_PAPER_DOTS = 384  # what each receipt printer of 58 mm has, and wider ones too
_LARGEST_MODULE = 6  # dots: 0.75 mm at 203 dots an inch
_MODULE = 6  # of a picture, in pixels
_MARGIN = 18
_WIDTH = 480
_SIZES: dict[JobStyle, int] = {"plain": 26, "bold": 34, "large": 64, "rule": 26}


def label_job(lines: Rows, symbol: Dots | None, text: str, printer: PrinterSettings | str) -> bytes:
    """The job of one label for the receipt printer: lines, the code, what it says in letters.

    The code is drawn as dots, so that a printer needs to know none. `printer` as for receipts.
    """
    pictures = []
    if symbol is not None:
        dots = min(_LARGEST_MODULE, _PAPER_DOTS // len(symbol[0]))
        rows = [[dot for dot in row for _ in range(dots)] for row in symbol for _ in range(dots)]
        pictures = [
            b"\n" + escpos_commands.centred(True),
            escpos_commands.raster(rows),
            text.encode("ascii", "replace") + b"\n",
            escpos_commands.centred(False),
        ]
    return compose(lines, printer, pictures)


def label_picture(lines: Rows, symbol: Dots | None, text: str, font: Path | None = None) -> bytes:
    """A label as a PNG of 203 dots an inch. `font` is a file with the letters that it needs.

    Raises PrinterError.
    """
    try:
        from PIL import Image, ImageDraw
    except ImportError as error:
        raise PrinterError("label.no_pillow") from error
    rows = [(words, _font(_SIZES[style], words, font), _SIZES[style]) for words, style in lines]
    code = [(text, _font(_SIZES["plain"], text, None), _SIZES["plain"])] if symbol else []
    high = sum(size + size // 3 for _, _, size in (*rows, *code))
    drawn = None if symbol is None else _drawn(symbol)
    width = max(
        _WIDTH,
        *(int(each.getlength(words)) + 2 * _MARGIN for words, each, _ in (*rows, *code)),
        0 if drawn is None else drawn.width,
    )
    high += 2 * _MARGIN + (0 if drawn is None else drawn.height + _MARGIN // 2)
    picture = Image.new("L", (width, high), 255)
    pencil, y = ImageDraw.Draw(picture), _MARGIN
    for words, each, size in rows:
        pencil.text((_MARGIN, y), words, fill=0, font=each)
        y += size + size // 3
    if drawn is not None:
        y += _MARGIN // 2
        picture.paste(drawn, ((width - drawn.width) // 2, y))
        y += drawn.height
    for words, each, _ in code:
        pencil.text(((width - each.getlength(words)) / 2, y), words, fill=0, font=each)
    file = io.BytesIO()
    picture.convert("1", dither=Image.Dither.NONE).save(file, "PNG", dpi=(203, 203))
    return file.getvalue()


def _drawn(symbol: Dots) -> Image.Image:
    from PIL import Image

    module = min(_MODULE, max(2, (_WIDTH - 2 * _MARGIN) // len(symbol[0])))
    small = Image.new("L", (len(symbol[0]), len(symbol)), 255)
    small.putdata([0 if dot else 255 for row in symbol for dot in row])
    return small.resize((small.width * module, small.height * module), Image.Resampling.NEAREST)


def _font(size: int, words: str, font: Path | None) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font with these letters. Raises PrinterError where there is none on this machine."""
    from PIL import ImageFont

    if font is None and all(ord(letter) < 0x250 for letter in words):
        return ImageFont.load_default(size)
    font = font or chinese_font()
    if font is None:
        raise PrinterError("label.no_font")
    return font_of_size(font, size)
