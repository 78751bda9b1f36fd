"""Which marks and frames a terminal can draw, and what stands for those that it cannot.

The program writes ✓ ◐ ╭ − wherever it means them. What a terminal's font or encoding lacks is
replaced by a sign of the same width on its way out, here and nowhere else: marks, frames, large
digits and the signs inside sentences alike. This module imports nothing large: the first frame
needs it.
"""

from __future__ import annotations

import codecs
import os
import sys

TYPE_CHECKING = False  # not from typing: nothing large may come before the first frame
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal, TextIO

    Marks = Literal["full", "console", "ascii"]

REPLACE_MARKS = "pos_tui.replace_marks"
"""The error handler of streams to a terminal whose encoding may lack a sign."""

# Terminals with one small font: the consoles of Linux and the BSDs, and what is older than they.
_CONSOLES = ("linux", "cons25", "vt", "sun", "hurd", "mach", "ansi", "pcansi", "dumb", "unknown")
_NEEDED = "╭─╮│╰╯●◐○✓✗▸▁…·"

# Debian's console fonts lack ◐ ✓ ▁ and most of them ○; the kernel's own has no ● ╭ ━ … − either.
_FOR_CONSOLES = {
    "●": "*", "•": "*", "◐": ">", "◌": "o", "○": "o", "✓": "v", "✔": "v", "✗": "x", "✘": "x",
    "▸": ">", "▶": ">", "◂": "<", "▾": "v", "▼": "v", "▴": "^", "▲": "^", "◆": "*", "□": "o",
    "⚠": "!", "↵": "<", "⏎": "<", "…": "~", "−": "-", "–": "-", "—": "-", "×": "x", "“": '"',
    "”": '"', "‘": "'", "’": "'", "„": '"', "€": "E",
    "╭": "┌", "╮": "┐", "╰": "└", "╯": "┘",
    "━": "─", "┃": "│", "┏": "┌", "┓": "┐", "┗": "└", "┛": "┘", "┣": "├", "┫": "┤", "┳": "┬",
    "┻": "┴", "╋": "┼", "╸": "─", "╺": "─", "╹": "│", "╻": "│", "╴": "─", "╶": "─", "╵": "│",
    "╷": "│",
    "▁": "_", "▂": "_", "▃": "_", "▔": " ", "▏": " ", "▎": " ", "▍": " ", "▕": " ",
    "▄": "█", "▅": "█", "▆": "█", "▇": "█", "▀": "█", "▌": "█", "▋": "█", "▊": "█", "▉": "█",
    "▐": "█",
}  # fmt: skip
_FOR_ASCII = {
    "─": "-", "│": "|", "═": "=", "║": "|", "·": ".", "↑": "^", "↓": "v", "←": "<", "→": ">",
    "█": "#", "▓": "#", "▒": "#", "░": ".", "■": "#", "°": "o", "®": "R", "©": "c", "«": "<",
    "»": ">", "\xa0": " ",
    **dict.fromkeys("┌┐└┘├┤┬┴┼", "+"),
}  # fmt: skip


def marks_of(
    encoding: str | None, environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> Marks:
    """What a terminal can draw that takes this encoding, by what its environment says it is."""
    if not writes_all(encoding, _NEEDED):
        return "ascii"
    term = "" if platform == "win32" else environment.get("TERM", "")
    return "console" if term.startswith(_CONSOLES) else "full"


def writes_all(encoding: str | None, text: str) -> bool:
    """Whether every character of a text exists in an encoding."""
    try:
        text.encode(encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def drawable(text: str, marks: Marks) -> str:
    """The text with signs of the same width for those marks that the terminal cannot draw."""
    if marks == "full" or text.isascii():
        return text
    return text.translate(_table(marks))


def replace_marks_on(stream: TextIO) -> None:
    """Have a terminal's stream write what stands for a sign that its encoding lacks."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors=REPLACE_MARKS)


_tables: dict[str, dict[int, str]] = {}


def _table(marks: Marks) -> dict[int, str]:
    if marks not in _tables:
        pairs = _FOR_CONSOLES
        if marks == "ascii":
            pairs = {sign: _FOR_ASCII.get(to, to) for sign, to in pairs.items()} | _FOR_ASCII
        _tables[marks] = str.maketrans(pairs)
    return _tables[marks]


def _replacement(error: UnicodeError) -> tuple[str, int]:
    """What is written for characters that an encoding lacks: in as many cells as they take."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(map(_in_ascii, lacking)), error.end


def _in_ascii(character: str) -> str:
    known = drawable(character, "ascii")
    if known.isascii():
        return known
    from unicodedata import combining, east_asian_width, normalize

    plain = normalize("NFKD", character)[0]
    if east_asian_width(character) in "WF":
        return "??"
    if plain.isascii():
        return plain
    return "" if combining(character) else "?"


codecs.register_error(REPLACE_MARKS, _replacement)
