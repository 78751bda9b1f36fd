"""How wide text is on paper and screens: Chinese, Japanese and Korean characters take two cells."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import combining, east_asian_width


@lru_cache(maxsize=4096)
def width_of(text: str) -> int:
    """The cells that text takes (Unicode Standard Annex 11: W and F are wide)."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def clip(text: str, columns: int) -> str:
    """As much of text as fits into so many cells, with … where something is missing."""
    if width_of(text) <= columns:
        return text
    if columns < 1:
        return ""
    kept, used = [], 1
    for character in text:
        used += _cells(character)
        if used > columns:
            break
        kept.append(character)
    return "".join(kept) + "…"


def pad(text: str, columns: int) -> str:
    """Text clipped or filled with spaces to exactly so many cells."""
    text = clip(text, columns)
    return text + " " * (columns - width_of(text))


def pad_left(text: str, columns: int) -> str:
    """Text moved to the right of so many cells; what is longer stays whole."""
    return " " * (columns - width_of(text)) + text


def wrap(text: str, columns: int) -> list[str]:
    """Text as lines of at most so many cells, broken at spaces where there are any."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(lines[-1]) + 1 + width_of(word) <= columns:
            lines[-1] += " " + word
            continue
        rest = word
        while width_of(rest) > columns:
            taken, used = 0, 0
            while used + _cells(rest[taken]) <= columns:
                used += _cells(rest[taken])
                taken += 1
            lines.append(rest[: max(taken, 1)])
            rest = rest[max(taken, 1) :]
        lines.append(rest)
    return lines


def _cells(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
