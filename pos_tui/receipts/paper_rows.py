"""Rows of paper: text on the left and on the right of one, or in its middle."""

from __future__ import annotations

from pos_tui.plain_text import plain_text
from pos_tui.text_width import pad_left, width_of, wrap


def spread_rows(left: str, right: str, columns: int) -> list[str]:
    """Left text and right text, an amount mostly, of which nothing is lost.

    A left text that is too long goes on in rows below, as far indented as it begins; the right one
    ends the last row and stays whole, but where it is wider than the paper.
    """
    left, right = plain_text(left).rstrip(), plain_text(right)
    if width_of(left) + 1 + width_of(right) <= columns:
        return [left + pad_left(right, columns - width_of(left))]
    indent = " " * min(len(left) - len(left.lstrip()), columns // 4)
    rows = [indent + part for part in wrap(left, columns - len(indent))]
    if not rows or width_of(rows[-1]) + 1 + width_of(right) > columns:
        return [*rows, *(pad_left(part, columns) for part in wrap(right, columns))]
    return [*rows[:-1], rows[-1] + pad_left(right, columns - width_of(rows[-1]))]


def centred_rows(text: str, columns: int) -> list[str]:
    """A text in the middle, in as many rows as it needs."""
    return [" " * ((columns - width_of(part)) // 2) + part for part in wrap(text, columns)]
