"""The words of receipts and of the voice, in the language that is asked for."""

from __future__ import annotations

from functools import lru_cache

from pos_tui.wording.language import Wording


@lru_cache(maxsize=8)
def words_in(language: str) -> Wording:
    """The wording of a language such as "zh_CN"; English where there is none of that name."""
    return Wording(language)
