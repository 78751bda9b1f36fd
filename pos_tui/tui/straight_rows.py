"""Rows that stay straight on any terminal: text that terminals draw differently moves nothing.

Terminals do not agree on how wide emoji, Thai, Hindi or joined letters are. Such a piece of text
gets its cells first, is drawn over them, and the cursor then stands where it should, however wide
it came out.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pos_tui.text_width import width_of

# What most frames are made of. The patterns below are large, and made when there is more.
_USUAL = (
    ("\x00", "\x7f"),
    ("\xa0", "\u02ff"),
    ("\u2010", "\u2027"),
    ("\u2030", "\u205e"),
    ("\u20a0", "\u20cf"),
    ("\u2100", "\u2bff"),
    ("\u3000", "\u3029"),
    ("\u3030", "\u3098"),
    ("\u30a0", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\uff01", "\uff9f"),
)
# Generous: a letter too much in it costs a few bytes, one too few a crooked frame.
_IN_DOUBT = (
    "\u0300-\u036f\u0483-\u0489\u0590-\u109f\u1100-\u11ff\u135d-\u135f\u1700-\u1cff\u1dc0-\u1dff"
    "\u200c\u200d\u20d0-\u20ff\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099\u309a\u3164"
    "\ua66f-\ua67d\ua6f0\ua6f1\ua802-\ua82c\ua880-\uabff\ud7b0-\ud7ff\ufb1e\ufe00-\ufe0f"
    "\ufe20-\ufe2f\uffa0\U00010000-\U0001bfff\U0001d165-\U0001d244\U0001e000-\U0001faff"
    "\U000e0000-\U000e0fff"
)
_LETTERS = "[^\x00-\x9f\u2500-\u259f]"  # nothing that steers, and no frame
_ESCAPE = "\x1b(?:\\[[0-?]*[ -/]*)?[0-~]"  # its last letter belongs to no text
_PIECE = f"{_ESCAPE}|[^\x00-\x1f\x7f-\x9f\u2500-\u259f]?{_LETTERS}*?[{_IN_DOUBT}]{_LETTERS}*"
_HAS_DOUBT = f"[{_IN_DOUBT}]"
_NEVER = "[\x80-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"


def keep_rows_straight(data: str) -> str:
    """What is written to the terminal, with the cursor put right behind each piece in doubt.

    Characters that steer a terminal and are none of ours are left out.
    """
    if has_no_doubt(data):
        return data
    if _made(_NEVER).search(data):
        data = _made(_NEVER).sub("", data)
    if not _made(_HAS_DOUBT).search(data):
        return data
    return _made(_PIECE).sub(_in_its_cells, data)


def has_no_doubt(text: str) -> bool:
    """Whether all terminals draw a text in the cells that it is counted to have."""
    return text.isascii() or all(map(_is_usual, set(text)))


@lru_cache(maxsize=4096)
def _is_usual(character: str) -> bool:
    return any(first <= character <= last for first, last in _USUAL)


@cache
def _made(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _in_its_cells(found: re.Match[str]) -> str:
    text = found[0]
    if text.startswith("\x1b"):
        return text
    cells = width_of(text)
    if not cells:
        return text
    return f"\x1b7{' ' * cells}\x1b8\x1b7{text}\x1b8\x1b[{cells}C"
