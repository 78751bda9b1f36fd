"""A paper as a grid: where each letter and each symbol of its rows stands, in dots."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from pos_tui.devices.printers.escpos_jobs import JobStyle
from pos_tui.devices.printers.label_symbols import Dots
from pos_tui.devices.printers.logos import logo_picture
from pos_tui.devices.printers.paper_symbols import draw_paper_symbol
from pos_tui.devices.printers.printer import PrinterError
from pos_tui.settings import PrinterSettings
from pos_tui.text_width import characters

CELL, ROW = 12, 26
"""A letter's cell and a row, in dots of a printer (203 an inch)."""
MARGIN = 16


class PlacedLetter(Struct, frozen=True):
    """A letter with its marks: where its cells and rows begin, and how many they are."""

    text: str
    x: int
    y: int
    cells: int
    tall: int
    is_bold: bool


class PlacedRule(Struct, frozen=True):
    """A rule across the paper at this height."""

    y: int


class PlacedSymbol(Struct, frozen=True):
    """A symbol's modules, each a square of so many dots."""

    dots: Dots
    x: int
    y: int
    size: int


class PlacedPicture(Struct, frozen=True):
    """A picture (PNG), its place and size."""

    content: bytes
    x: int
    y: int
    width: int
    height: int


Placed = PlacedLetter | PlacedRule | PlacedSymbol | PlacedPicture


class PaperGrid(Struct, frozen=True):
    """A paper of this size in dots, and what stands on it."""

    width: int
    height: int
    placed: tuple[Placed, ...]


def place_rows(rows: Sequence[tuple[str, JobStyle]], columns: int) -> PaperGrid:
    """Where everything stands on paper of so many columns. Raises PrinterError for what cannot be
    drawn as a symbol.
    """
    inner = columns * CELL
    placed: list[Placed] = []
    y = MARGIN
    for text, style in rows:
        if (drawn := draw_paper_symbol(text, style, inner)) is not None:
            symbol, size = drawn
            x = MARGIN + (inner - size * len(symbol[0])) // 2
            placed.append(PlacedSymbol(symbol, x, y + ROW // 4, size))
            y += size * len(symbol) + ROW // 2
        elif style == "logo":
            picture = _picture(text, inner, y)
            if picture is not None:
                placed.append(picture)
                y += picture.height
        elif style == "rule" and set(text) == {"-"}:
            placed.append(PlacedRule(y + ROW // 2))
            y += ROW
        else:
            tall = 2 if style == "large" else 1
            placed += _letters(text, y, tall, is_bold=style in {"bold", "large"})
            y += tall * ROW
    return PaperGrid(inner + 2 * MARGIN, y + MARGIN, tuple(placed))


def _letters(text: str, y: int, tall: int, *, is_bold: bool) -> Iterator[PlacedLetter]:
    x = MARGIN
    for letter, cells in characters(text):
        if not letter.isspace():
            yield PlacedLetter(letter, x, y, cells, tall, is_bold)
        x += cells * CELL


def _picture(path: str, inner: int, y: int) -> PlacedPicture | None:
    """A logo as wide as the paper; None where it cannot be drawn, as it is left out on paper."""
    try:
        logo = logo_picture(Path(path), PrinterSettings(dots=inner))
    except PrinterError:
        return None
    file = io.BytesIO()
    logo.save(file, "PNG", optimize=True)
    return PlacedPicture(file.getvalue(), MARGIN, y, logo.width, logo.height)
