"""How many colours a terminal has, by its environment and the terminal database."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos_tui.tui.theme import ColorDepth

_DEPTHS: Mapping[str | None, ColorDepth] = {
    "truecolor": "truecolor", "256": "256", "standard": "16", "windows": "16", None: "none",
}  # fmt: skip


def has_no_colors(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether none may be used (NO_COLOR), or the terminal has none, as a VT220."""
    if "NO_COLOR" in environment:
        return True
    term = environment.get("TERM", "")
    return sys.platform != "win32" and term != "" and _lacks_colors(term)


def depth_of(color_system: str | None) -> ColorDepth:
    """How many colours rich found the terminal to have."""
    return _DEPTHS[color_system]


def _lacks_colors(term: str) -> bool:
    if term in {"dumb", "unknown"} or term.startswith("vt"):
        return True
    if "color" in term or term.startswith(("xterm", "screen", "tmux", "linux")):
        return False  # known without the database, which takes its time
    colors = 8
    if sys.platform != "win32":
        import curses

        with suppress(curses.error):
            curses.setupterm(term, 1)
            colors = curses.tigetnum("colors")
    return colors < 8
