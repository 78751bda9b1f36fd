"""Rows of paper: text on the left and on the right of one, or in its middle."""

from __future__ import annotations

from pos_tui.text_width import clip, width_of, wrap


def spread_row(left: str, right: str, columns: int) -> str:
    """Left text and right text on one row; the left one gives way."""
    room = columns - width_of(right) - 1
    left = clip(left, max(room, 0))
    return clip(left + " " * (columns - width_of(left) - width_of(right)) + right, columns)


def centred_rows(text: str, columns: int) -> list[str]:
    """A text in the middle, in as many rows as it needs."""
    return [" " * ((columns - width_of(part)) // 2) + part for part in wrap(text, columns)]
