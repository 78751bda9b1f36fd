"""Sentences that must fit into a row: the name in them gives way, never their sense."""

from __future__ import annotations

from pos_tui.reasons import Reason
from pos_tui.text_width import clip, width_of
from pos_tui.wording.current import in_words

_GIVING_WAY = ("name", "shop")


def fitted(reason: Reason, columns: int, least: int = 8) -> str:
    """A reason in words, in so many cells where a shorter name, of at least `least` cells, makes
    it fit; else as it is.
    """
    words = in_words(reason)
    over = width_of(words) - columns
    for key in _GIVING_WAY if over > 0 else ():
        name = reason.values.get(key)
        if isinstance(name, str) and width_of(name) - over >= least:
            shorter = clip(name, width_of(name) - over)
            return in_words(Reason(reason.kind, {**reason.values, key: shorter}))
    return words
