"""A row of text as a picture of dots, each letter in the columns that it was laid out in.

Wide letters take two columns, as on a terminal. What is joined (Arabic, Hindi) is drawn as one and
fitted into its columns, from right to left where it is written so. What no font has is a box.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category, normalize

from pos_tui.devices.printers.escpos_commands import packed_raster
from pos_tui.devices.printers.printer_fonts import (
    font_of_size,
    font_with,
    fonts_for,
    is_shaping_there,
)
from pos_tui.devices.printers.visual_order import is_leftward, visual_order
from pos_tui.plain_text import plain_text
from pos_tui.text_width import characters, width_of, wrap

if TYPE_CHECKING:
    from PIL.Image import Image

    from pos_tui.settings import PrinterSettings

_USUAL_COLUMN = 12  # dots of the letters that printers begin with
_USUAL_DOTS = 576  # of paper of 80 mm
_INK = 112  # of 255: from here on a dot is printed
_GAPS = re.compile(r"( {2,})")
_JOINED = re.compile(
    "[\u0590-\u08ff\u0900-\u109f\u1780-\u17ff\u1a20-\u1aaf\ua8e0-\ua8ff\ufb1d-\ufdff\ufe70-\ufeff]"
)
_PART_OF_EMOJI = re.compile("[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")


class Grid(NamedTuple):
    """The place for a row's letters, in dots: a column's width, and how many columns."""

    column: int
    columns: int

    @property
    def high(self) -> int:
        """How high letters are: twice as high as a column is wide."""
        return 2 * self.column

    @property
    def leading(self) -> int:
        """What is free above letters and below them, for marks and as distance between rows."""
        return self.column // 4

    @property
    def row_high(self) -> int:
        """How high a row is."""
        return self.high + 2 * self.leading

    @property
    def wide(self) -> int:
        """How wide a row is, in whole bytes."""
        return -(-self.column * self.columns // 8) * 8


class _Look(NamedTuple):
    column: int
    is_bold: bool
    is_large: bool
    fonts: tuple[Path, ...]

    @property
    def scale(self) -> int:
        return 2 if self.is_large else 1


def grid_of(printer: PrinterSettings) -> Grid:
    """The grid of this paper: 12 dots a column as printers have it, as far as the paper goes."""
    most = _USUAL_DOTS if printer.model == "generic" else printer.of_model.dots or _USUAL_DOTS
    dots = printer.dots or min(_USUAL_COLUMN * printer.columns, most)
    return Grid(max(dots // printer.columns, 4), printer.columns)


def dots_across(printer: PrinterSettings) -> int:
    """How many dots a row of this printer has, in whole bytes."""
    return printer.dots // 8 * 8 or grid_of(printer).wide


def row_raster(text: str, is_bold: bool, is_large: bool, printer: PrinterSettings) -> bytes:
    """The commands that print a row as a picture. Raises PrinterError without Pillow or a font."""
    return _raster(text, is_bold, is_large, grid_of(printer), fonts_for(printer.font))


def row_picture(text: str, is_bold: bool, is_large: bool, printer: PrinterSettings) -> Image:
    """The same as a picture of one bit a dot, black where there is ink. Raises PrinterError."""
    return _picture(text, is_bold, is_large, grid_of(printer), fonts_for(printer.font))


def undrawable(characters_wanted: list[str], printer: PrinterSettings) -> list[str]:
    """Those characters that no font of this machine has."""
    fonts = fonts_for(printer.font)
    return [each for each in characters_wanted if _font_of(each, fonts) is None]


@lru_cache(maxsize=256)
def _raster(text: str, is_bold: bool, is_large: bool, grid: Grid, fonts: tuple[Path, ...]) -> bytes:
    from PIL import ImageChops

    picture = _picture(text, is_bold, is_large, grid, fonts)
    return packed_raster(picture.width // 8, ImageChops.invert(picture).tobytes())


def _picture(
    text: str, is_bold: bool, is_large: bool, grid: Grid, fonts: tuple[Path, ...]
) -> Image:
    from PIL import Image

    text = normalize("NFC", plain_text(text))
    rows = [text] if width_of(text) <= grid.columns else wrap(text, grid.columns)
    look = _Look(grid.column, is_bold, is_large, fonts)
    high = grid.row_high * look.scale
    ink = Image.new("L", (grid.wide, high * len(rows)), 0)
    for number, row in enumerate(rows):
        column = 0
        for field in _GAPS.split(row):
            if not field.isspace():
                _draw_field(ink, field, column * grid.column, number * high, look)
            column += width_of(field)
    return ink.point([0 if dot >= _INK else 255 for dot in range(256)], "1")


def _draw_field(ink: Image, field: str, x: int, y: int, look: _Look) -> None:
    """What stands between two gaps: its runs from left to right, or from right to left."""
    if not is_shaping_there():
        _draw_letters(ink, visual_order(field), x, y, look)
        return
    turns = is_leftward(field)
    if turns:
        x += look.column * width_of(field)
    for run, is_joined in _runs_of(field):
        wide = look.column * width_of(run)
        if turns:
            x -= wide
        if is_joined:
            ink.paste(_joined_run(run, wide, turns, look), (x, y))
        else:
            _draw_letters(ink, run, x, y, look)
        if not turns:
            x += wide


def _draw_letters(ink: Image, run: str, x: int, y: int, look: _Look) -> None:
    for part, cells in characters(run):
        if cells and not part.isspace():
            ink.paste(_letter(part, cells, look), (x, y))
        x += cells * look.column


def _runs_of(field: str) -> list[tuple[str, bool]]:
    """A field as runs of letters that are joined, with what stands between them, and others.

    In a field that is written from right to left, figures and signs belong to the joined run, in
    which they get their places by the rules of Unicode.
    """
    turns = is_leftward(field)
    runs: list[tuple[str, bool]] = []
    for part, _ in characters(field):
        is_joined = bool(_JOINED.match(part))
        is_weak = not is_joined and category(part[0])[0] not in "LS"
        if is_weak and runs and (runs[-1][1] and (turns or part == " ")):
            is_joined = True
        if runs and runs[-1][1] == is_joined:
            runs[-1] = (runs[-1][0] + part, is_joined)
        else:
            runs.append((part, is_joined))
    return runs


@lru_cache(maxsize=2048)
def _letter(part: str, cells: int, look: _Look) -> Image:
    """One character in its columns, on the common base line."""
    shown, font = part, _font_of(part, look.fonts)
    if font is None:
        return _box(cells, look)
    if _PART_OF_EMOJI.search(part):
        shown = _whole_or_first(part, font)
    return _drawn(shown, cells * look.column, font, look, "middle", cells > 1, None)


@lru_cache(maxsize=256)
def _joined_run(run: str, wide: int, turns: bool, look: _Look) -> Image:
    font = font_with(run.replace(" ", ""), look.fonts) or _font_of_letters(run, look.fonts)
    if font is None:
        return _box(max(wide // look.column, 1), look)
    direction = "rtl" if is_leftward(run) else "ltr"
    side = "right" if turns else "left"
    return _drawn(run.strip(), wide, font, look, side, False, direction)


def _drawn(
    text: str, wide: int, path: Path, look: _Look, side: str, is_wide: bool, direction: str | None
) -> Image:
    """Letters in a place so many dots wide; what would stand over is made narrower or lower."""
    from PIL import Image, ImageChops, ImageDraw

    scale = look.scale
    grid = Grid(look.column, 1)
    room, high = wide * scale, grid.row_high * scale
    font = font_of_size(path, _size(path, look.column, is_wide) * scale)
    left, top, right, bottom = (
        round(edge) for edge in font.getbbox(text, anchor="ls", direction=direction)
    )
    step = round(font.getlength(text, direction=direction))
    block = Image.new("L", (room, high), 0)
    if not room:  # marks that take no column, with nothing to stand on
        return block
    if right <= left or bottom <= top:
        return _made_large(block, wide, look)
    ink = Image.new("L", (right - left, bottom - top), 0)
    ImageDraw.Draw(ink).text(
        (-left, -top), text, fill=255, font=font, anchor="ls", direction=direction
    )
    if look.is_bold:
        bold = Image.new("L", (ink.width + scale, ink.height), 0)
        bold.paste(ink, (scale, 0))
        copy = Image.new("L", bold.size, 0)
        copy.paste(ink, (0, 0))
        ink = ImageChops.lighter(bold, copy)
    base = (grid.leading + round(grid.high * 0.84)) * scale
    if ink.width > room or ink.height > high:
        smaller = (min(ink.width, room), min(ink.height, high))
        ink = ink.resize(smaller, Image.Resampling.LANCZOS)
    free = max(room - step, 0)
    x = {"left": 0, "middle": free // 2, "right": free}[side] + left
    x = max(0, min(x, room - ink.width))
    y = max(0, min(base + top, high - ink.height))
    block.paste(ink, (x, y))
    return _made_large(block, wide, look)


def _made_large(block: Image, wide: int, look: _Look) -> Image:
    """Drawn in twice the size, a large row is as wide as others again: twice as high only."""
    from PIL import Image

    return block.resize((wide, block.height), Image.Resampling.BOX) if look.is_large else block


def _box(cells: int, look: _Look) -> Image:
    from PIL import Image, ImageDraw

    grid, scale = Grid(look.column, cells), look.scale
    block = Image.new("L", (cells * look.column, grid.row_high * scale), 0)
    edge, foot = grid.leading * scale, (grid.leading + grid.high) * scale
    inside = (1, edge + 2 * scale, block.width - 2, foot - 4 * scale)
    ImageDraw.Draw(block).rectangle(inside, outline=255, width=2)
    return block


@lru_cache(maxsize=64)
def _size(path: Path, column: int, is_wide: bool) -> int:
    """The size in which a font's figures, or its wide letters, fill their columns."""
    if is_wide:
        return 2 * column
    step = font_of_size(path, 200).getlength("0")
    return max(4, min(round(200 * column / step), 2 * column)) if step else column * 5 // 3


def _font_of(part: str, fonts: tuple[Path, ...]) -> Path | None:
    """A font with a character and its marks, else with the character alone."""
    letters = _PART_OF_EMOJI.sub("", part) or part
    return font_with(letters, fonts) or font_with(letters[0], fonts)


def _font_of_letters(run: str, fonts: tuple[Path, ...]) -> Path | None:
    """A font with the letters that are joined; what else stands between them may be missing."""
    return font_with("".join(_JOINED.findall(run)), fonts)


def _whole_or_first(part: str, path: Path) -> str:
    """An emoji as its font joins it; its first part where the font knows it in parts only."""
    font = font_of_size(path, 32)
    first = _PART_OF_EMOJI.split(part)[0] or part
    return part if font.getlength(part) <= 1.3 * font.getlength(first) else first
