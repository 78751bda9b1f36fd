"""Amounts in digits three rows tall, of Textual's own shapes."""

from __future__ import annotations

from functools import lru_cache

from textual.renderables.digits import DIGITS, DIGITS3X3_BOLD


@lru_cache(maxsize=16)
def large(amount: str) -> tuple[str, str, str]:
    """An amount as three rows, each as wide as the others."""
    rows = ["", "", ""]
    for character in amount:
        place = DIGITS.find(character)
        for row in range(3):
            if place < 0:
                rows[row] += f"{character} " if row == 2 else "  "
            else:
                rows[row] += DIGITS3X3_BOLD[place * 3 + row].ljust(3)
    return rows[0], rows[1], rows[2]


def first_difference(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """How many cells from the right end two large amounts differ; 0 where they are the same."""
    cells = max(len(before[0]), len(after[0]))
    pairs = [(a.rjust(cells), b.rjust(cells)) for a, b in zip(before, after, strict=True)]
    for at in range(cells):
        if any(a[at] != b[at] for a, b in pairs):
            return cells - at
    return 0
