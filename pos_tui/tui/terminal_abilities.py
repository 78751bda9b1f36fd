"""What of the short ways to say something a terminal understands, by what its environment says."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

# Linux's console is not among them: there a colour also sets how bright the next one is.
_TERSE = (
    "xterm", "screen", "tmux", "rxvt", "alacritty", "foot", "kitty", "wezterm", "konsole", "gnome",
    "vte", "st-", "contour", "ghostty", "mintty", "putty",
)  # fmt: skip
_ERASING_IN_BLACK = ("screen", "tmux")


class Abilities(NamedTuple):
    """`changes_pens`: marks come off and a colour changes without all of the style being set anew.

    `erases_in_color`: what is erased gets the background that is set.
    """

    changes_pens: bool
    erases_in_color: bool


CAREFUL = Abilities(changes_pens=False, erases_in_color=False)


def abilities_of(
    environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> Abilities:
    """What a terminal is known to do; nothing of one that is not known, or a Windows console."""
    term = environment.get("TERM", "")
    if platform == "win32" or not term.startswith(_TERSE):
        return CAREFUL
    return Abilities(changes_pens=True, erases_in_color=not term.startswith(_ERASING_IN_BLACK))
