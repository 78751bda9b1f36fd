"""A code's dots as rows of half blocks, for a terminal."""

from __future__ import annotations

from pos_tui.devices.printers.label_symbols import Dots

_MARKS = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


def half_blocks(dots: Dots, *, on_dark: bool) -> tuple[str, ...]:
    """Two rows of dots a row of text; on a dark terminal the letters are what is light."""
    lit = [tuple(dot != on_dark for dot in row) for row in dots]
    pairs = zip(lit[::2], (*lit[1::2], (on_dark,) * len(lit[0])), strict=False)
    return tuple(
        "".join(_MARKS[top, low] for top, low in zip(*pair, strict=True)) for pair in pairs
    )
