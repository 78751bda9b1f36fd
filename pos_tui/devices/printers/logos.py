"""A picture of the shop's, such as its logo, as dots that fit the paper. Pillow is loaded late."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.devices.printers import escpos_commands
from pos_tui.devices.printers.printer import PrinterError
from pos_tui.devices.printers.row_pictures import dots_across

if TYPE_CHECKING:
    from PIL.Image import Image

    from pos_tui.settings import PrinterSettings

_BAND = 240  # rows of dots in one command: what small printers have room for
_HIGHEST = 1200  # 15 cm


def logo_raster(path: Path, printer: PrinterSettings) -> bytes:
    """The commands that print a PNG or JPEG file in the middle of this printer's paper.

    Raises PrinterError: no such picture, no Pillow.
    """
    return _raster(path, _changed_at(path), dots_across(printer))


def logo_picture(path: Path, printer: PrinterSettings) -> Image:
    """The same as a picture of one bit a dot, as wide as the paper. Raises PrinterError."""
    return _picture(path, dots_across(printer))


@lru_cache(maxsize=8)
def _raster(path: Path, _changed: int, wide: int) -> bytes:
    from PIL import ImageChops

    ink = ImageChops.invert(_picture(path, wide)).tobytes()
    band = _BAND * wide // 8
    bands = (ink[at : at + band] for at in range(0, len(ink), band))
    return b"".join(escpos_commands.packed_raster(wide // 8, each) for each in bands)


def _changed_at(path: Path) -> int:
    """When a file was changed last, in ns: another picture in its place is another picture."""
    try:
        return path.stat().st_mtime_ns
    except (OSError, ValueError) as error:
        raise PrinterError("printer.no_picture", path=str(path)) from error


def _picture(path: Path, wide: int) -> Image:
    """Made smaller where it is wider than the paper, never larger; greys as dots (dithered)."""
    try:
        from PIL import Image, ImageOps
    except ImportError as error:
        raise PrinterError("printer.no_pillow") from error
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as file:
            upright = ImageOps.exif_transpose(file).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PrinterError("printer.no_picture", path=str(path)) from error
    paper = Image.new("RGBA", upright.size, "white")
    grey = Image.alpha_composite(paper, upright).convert("L")
    grey.thumbnail((wide, _HIGHEST), Image.Resampling.LANCZOS)
    across = Image.new("L", (wide, grey.height), 255)
    across.paste(grey, ((wide - grey.width) // 2, 0))
    return across.convert("1")
