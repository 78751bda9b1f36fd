"""A row against the header of its table: how wide it is, and how long its cells are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pos_tui.reasons import Reason, because

MOST_COLUMNS = 1_000
LONGEST_CELL = 32_767  # characters; a spreadsheet's cell holds no more


def fit_row(cells: Sequence[str], width: int, *, exact: bool = False) -> tuple[str, ...] | Reason:
    """The row with as many cells as the header has, or why it is none.

    Cells left out at its end are empty, but not where it has to be `exact`; empty ones beyond the
    header are cut.
    """
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return because("tables.row_cell_long", most=LONGEST_CELL)
    if any(cell.strip() for cell in cells[width:]) or (exact and len(cells) < width):
        return because("tables.row_width", count=len(cells), wanted=width)
    return tuple(cells[:width]) if len(cells) >= width else (*cells, *[""] * (width - len(cells)))


def nearest_header(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The row that looks most like a header where none is: the first of the usual width."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return tuple(rows[0]) if rows else ()
    usual, _ = max(widths.items(), key=lambda each: (each[1], each[0]))
    return tuple(next(row for row in rows if len(row) == usual))[:20]
