"""A paper as SVG: text on a grid, rules, and symbols as rectangles."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from pos_tui.devices.printers.escpos_jobs import JobStyle
from pos_tui.devices.printers.label_symbols import Dots
from pos_tui.devices.printers.paper_grid import (
    CELL,
    MARGIN,
    PlacedLetter,
    PlacedPicture,
    PlacedRule,
    PlacedSymbol,
    place_rows,
)

_FONTS = "'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace"
_BASELINE = 19  # of a row of 26
_SIZE = 20


def paper_svg(rows: Sequence[tuple[str, JobStyle]], columns: int) -> str:
    """The rows as a picture of paper of so many columns, a dot of the printer a unit.

    Raises PrinterError for what cannot be drawn as a symbol.
    """
    grid = place_rows(rows, columns)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{grid.width}" height="{grid.height}"'
        f' viewBox="0 0 {grid.width} {grid.height}">',
        f'<rect width="{grid.width}" height="{grid.height}" fill="#fff"/>',
        f'<g font-family="{_FONTS}" font-size="{_SIZE}" xml:space="preserve">',
    ]
    for each in grid.placed:
        match each:
            case PlacedLetter():
                parts.append(_letter(each))
            case PlacedRule():
                end = grid.width - MARGIN
                parts.append(f'<path d="M{MARGIN} {each.y}H{end}" stroke="#000"/>')
            case PlacedPicture():
                data = b64encode(each.content).decode()
                where = f'x="{each.x}" y="{each.y}" width="{each.width}" height="{each.height}"'
                parts.append(f'<image {where} href="data:image/png;base64,{data}"/>')
            case PlacedSymbol():
                path = "".join(_runs(each.dots, each.x, each.y, each.size))
                parts.append(f'<path d="{path}" shape-rendering="crispEdges"/>')
    return "\n".join((*parts, "</g>", "</svg>", ""))


def _letter(each: PlacedLetter) -> str:
    weight = ' font-weight="bold"' if each.is_bold else ""
    x, length = each.x, each.cells * CELL
    fitted = f' textLength="{length}" lengthAdjust="spacingAndGlyphs"' if each.cells > 1 else ""
    if each.tall == 1:
        where = f'x="{x}" y="{each.y + _BASELINE}"'
    else:
        where = f'x="{x}" y="{_BASELINE}" transform="translate(0 {each.y}) scale(1 {each.tall})"'
    return f"<text {where}{weight}{fitted}>{escape(each.text)}</text>"


def _runs(dots: Dots, x: int, y: int, size: int) -> Iterator[str]:
    """A rectangle for each run of ink in each row."""
    for down, row in enumerate(dots):
        start = None
        for along, ink in enumerate((*row, False)):
            if ink and start is None:
                start = along
            elif not ink and start is not None:
                width = (along - start) * size
                yield f"M{x + start * size} {y + down * size}h{width}v{size}h-{width}z"
                start = None
