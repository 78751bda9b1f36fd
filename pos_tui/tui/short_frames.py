"""Frames as short as they can be: what a terminal need not be sent to show the same.

Textual ends each row that it repaints with a line feed, and sets each style back before it sets the
next. A slow line (ssh over a telephone, a serial console) carries each of those bytes.
"""

from __future__ import annotations

import re

_MOVE = r"\x1b\[\d+;\d+H"
# A line feed or a move that another move follows at once goes nowhere.
_IDLE = re.compile(rf"(?:{_MOVE}|\r?\n)+(?={_MOVE})")
_STEERING = re.compile(r"(\x1b\[[\d;]*[mH])")
_RESET = "\x1b[0m"
_PLAIN = (_RESET, "\x1b[m")


def shorten(data: str) -> str:
    """What is written to the terminal, with the same on the screen after it, in fewer bytes."""
    if "\x1b[" not in data:
        return data
    return _without_repeats(_IDLE.sub("", data))


def _without_repeats(data: str) -> str:
    """Each style set only where it is another one; wherever the cursor goes between."""
    written: list[str] = []
    style, waits = "", ""  # a reset that is perhaps not needed
    for piece in _STEERING.split(data):
        if piece in _PLAIN:
            if waits:
                written.append(waits)
            waits = piece
        elif piece.endswith("m") and piece.startswith("\x1b["):
            if not waits or piece.startswith("\x1b[0"):
                written += (waits, piece)
            elif piece != style:
                written.append(f"{_RESET[:-1]};{piece[2:]}")
            style, waits = piece, ""
        elif piece:
            if waits and not (piece.endswith("H") and piece.startswith("\x1b[")):
                written.append(waits)
                waits, style = "", ""
            written.append(piece)
    written.append(waits)
    return "".join(written)
