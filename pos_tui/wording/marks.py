"""What marks a sentence of a table for translation: N_ one form, P_ two, by a count."""

from __future__ import annotations

Entry = str | tuple[str, str]
Table = dict[str, Entry]


def N_(sentence: str) -> str:  # noqa: N802 - the name that extractors of gettext know
    """A sentence that is translated as a whole."""
    return sentence


def P_(one: str, many: str) -> tuple[str, str]:  # noqa: N802
    """A sentence in two forms: for a value `count` of one, and for any other."""
    return one, many
