"""Frames as short as they can be: what a terminal need not be sent to show the same.

Textual ends each row that it repaints with a line feed, and sets each style back before it sets the
next. A slow line (ssh over a telephone, a serial console) carries each of those bytes.
"""

from __future__ import annotations

import re

_MOVE = r"\x1b\[\d+;\d+H"
# A line feed or a move that another move follows at once goes nowhere.
_IDLE = re.compile(rf"(?:{_MOVE}|\r?\n)+(?={_MOVE})")
# Back to the plain style and on to another one are one step, wherever the cursor goes between.
_TWO_STYLES = re.compile(rf"\x1b\[0?m({_MOVE})?\x1b\[([1-9][\d;]*)m")


def shorten(data: str) -> str:
    """What is written to the terminal, with the same on the screen after it, in fewer bytes."""
    if "\x1b[" not in data:
        return data
    return _TWO_STYLES.sub("\\1\x1b[0;\\2m", _IDLE.sub("", data))
