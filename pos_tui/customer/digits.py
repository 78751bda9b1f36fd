"""Amounts as large as the room allows: in blocks, in the till's own digits, or as plain text."""

from __future__ import annotations

from pos_tui.text_width import width_of
from pos_tui.tui.panes.large_amount import large

_SIZES = (3, 2, 1)
_BLOCK = "█"
_ROWS = 5
_DOTS: dict[str, tuple[str, ...]] = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", " # "),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", " ##", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    ".": (" ", " ", " ", " ", "#"),
    "-": ("   ", "   ", "###", "   ", "   "),
}


def large_rows(amount: str, columns: int, rows: int) -> list[str]:
    """An amount as rows of text, as large as fits into so many columns and rows; at least one."""
    for size in _SIZES:
        if rows >= _ROWS * size and all(each in _DOTS for each in amount):
            drawn = _in_blocks(amount, size)
            if width_of(drawn[0]) <= columns:
                return drawn
    usual = large(amount)
    if rows >= len(usual) and width_of(usual[0]) <= columns:
        return list(usual)
    return [amount]


def _in_blocks(amount: str, size: int) -> list[str]:
    """Each dot is twice as wide as it is high, which is square on a terminal."""
    wide = 2 * size
    drawn = []
    for row in range(_ROWS):
        text = (" " * wide).join(
            "".join((_BLOCK if dot == "#" else " ") * wide for dot in _DOTS[each][row])
            for each in amount
        )
        drawn += [text] * size
    return drawn
