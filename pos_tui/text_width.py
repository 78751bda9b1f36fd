"""How wide text is on paper and screens, in cells; text cut, filled and broken to so many of them.

Widths are those that Textual counts with, so that a row's parts add up; marks that stand beside
their letter (Hindi, Tamil) count as a cell each, as terminals draw them. What is cut, filled or
broken is plain text afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import category

from rich.cells import cell_len, split_graphemes

from pos_tui.plain_text import plain_text

_GAP = re.compile(" {2,}")
_SINGLE_CELLS = re.compile("[ -~\xa0-\xac\xae-\u02ff\u2013-\u2026\u2212\u2500-\u25fc]*")
_CLOSING = frozenset("，。、；：！？）】》」』”’…,.;:!?)")
_OPENING = frozenset("（《【「『“‘([")
_JOINED_LETTER = re.compile("\u200d([^\u2190-\u2bff\U0001f000-\U0001faff])")  # not an emoji


def width_of(text: str) -> int:
    """The cells that text takes: letters one, CJK and emoji two, marks on a letter none."""
    if text.isascii() or _SINGLE_CELLS.fullmatch(text):
        return len(text)
    # Rows hold numbers that never come again: what is kept is the width of a word, not of a row.
    if " " in text:
        return text.count(" ") + sum(map(width_of, filter(None, text.split(" "))))
    return _cells_of(text)


def characters(text: str) -> Iterator[tuple[str, int]]:
    """Each character with its marks and what is joined to it, as a reader counts; its cells."""
    start = 0
    for stop, cells in _ends(text):
        yield text[start:stop], cells
        start = stop


def clip(text: str, columns: int) -> str:
    """As much of text as fits into so many cells, with … where something is missing."""
    if not text.isprintable():
        text = plain_text(text)
    if width_of(text) <= columns:
        return text
    if columns < 1:
        return ""
    return text[: _end(text, columns - 1)] + "…"


def pad(text: str, columns: int) -> str:
    """Text clipped or filled with spaces to exactly so many cells."""
    text = clip(text, columns)
    return text + " " * (columns - width_of(text))


def pad_left(text: str, columns: int) -> str:
    """Text moved to the right of so many cells; what is longer stays whole."""
    if not text.isprintable():
        text = plain_text(text)
    return " " * (columns - width_of(text)) + text


def wrap(text: str, columns: int) -> list[str]:
    """Text as lines of at most so many cells, broken at spaces where there are any."""
    lines: list[str] = []
    for word in (text if text.isprintable() else plain_text(text)).split():
        if lines and width_of(lines[-1]) + 1 + width_of(word) <= columns:
            lines[-1] += " " + word
            continue
        lines += _cut(word, columns)
    return lines


def squeeze(line: str, columns: int) -> list[str]:
    """A row laid out for more cells as one of so many: its widest gap gives way, else it breaks.

    A rule, which is one sign all along, is shorter.
    """
    line = plain_text(line)
    over = width_of(line) - columns
    if over <= 0:
        return [line]
    if len(set(line)) == 1:
        return [clip(line, columns)[:-1] + line[0]]
    gaps = [gap.span() for gap in _GAP.finditer(line)]
    if gaps:
        start, end = max(gaps, key=lambda gap: gap[1] - gap[0])
        least = 0 if start == 0 else 1
        if end - start - over >= least:
            return [line[: end - over] + line[end:]]
    return wrap(line, columns)


@lru_cache(maxsize=1024)
def _cells_of(word: str) -> int:
    return cell_len(word) + _beside(word)


def _end(text: str, columns: int) -> int:
    """Where the characters end that fit into so many cells; none is cut in the middle."""
    used = end = 0
    for stop, cells in _ends(text):
        used += cells
        if used > columns:
            break
        end = stop
    return end


def _cut(word: str, columns: int) -> list[str]:
    """A word in pieces of at most so many cells, or of one character that is wider.

    Between ideographs, and between them and letters, it may be broken anywhere; a run of letters
    only where it is too long for a piece of its own. No piece begins with a sign that closes a
    clause, or ends with one that opens: the character before it, or the sign, goes along.
    """
    if width_of(word) <= columns:
        return [word]
    pieces, begin, end, used = [], 0, 0, 0
    last, last_cells, last_wide = 0, 0, False
    seam, after_seam = 0, 0  # where the run of letters began, and its cells
    for stop, cells in _ends(word):
        is_wide = cells > 1
        if is_wide or last_wide:
            seam, after_seam = end, 0
        if used + cells > columns and end > begin:
            is_held = word[end] in _CLOSING or word[last:end] in _OPENING
            if is_held and last > begin and last_cells + cells <= columns:
                at, kept = last, last_cells
            elif begin < seam < end and after_seam + cells <= columns:
                at, kept = seam, after_seam
            else:
                at, kept = end, 0
            pieces.append(word[begin:at])
            begin, used = at, kept
        last, last_cells, last_wide = end, cells, is_wide
        end, used, after_seam = stop, used + cells, after_seam + cells
    return [*pieces, word[begin:]]


def _ends(text: str) -> Iterator[tuple[int, int]]:
    """Where each character ends, with its marks and what is joined to it, and its cells."""
    if text.isascii():
        yield from ((stop, 1) for stop in range(1, len(text) + 1))
        return
    for start, stop, cells in split_graphemes(text)[0]:
        yield stop, cells + _beside(text[start:stop])


def _beside(text: str) -> int:
    """The cells that rich does not count: marks beside a letter, and letters behind a joiner."""
    cells = sum(category(character) == "Mc" for character in text)
    for joined in _JOINED_LETTER.findall(text):
        cells += cell_len(joined)
    return cells
