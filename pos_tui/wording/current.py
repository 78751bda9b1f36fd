"""The language of this process: chosen once by the command, changed by the cashier's key."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pos_tui.reasons import Reason, ReasonValue
from pos_tui.wording.language import Wording, nearest_language

_current = Wording()


def use(language: str, keys: Mapping[str, str] | None = None) -> Wording:
    """From now on words are in this language, with keys called as `key_labels` gives them."""
    global _current  # noqa: PLW0603 - a process has one reader
    _current = Wording(language, keys)
    return _current


def current() -> Wording:
    """The wording in use."""
    return _current


def say(kind: str, /, **values: ReasonValue) -> str:
    """The sentence of a kind, in the language in use."""
    return _current(kind, **values)


def in_words(reason: Reason) -> str:
    """A reason, in the language in use."""
    return _current.of(reason)


def language_of_environment() -> str:
    """The language that the terminal's environment asks for (LC_ALL, LC_MESSAGES, LANG)."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return nearest_language(next((os.environ[name] for name in names if os.environ.get(name)), ""))
