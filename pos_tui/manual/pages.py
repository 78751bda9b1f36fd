"""The manual's pages: the text of a topic in a language, with the keys as they are bound here."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

TOPICS = (
    "index",
    "selling",
    "codes",
    "goods",
    "stock",
    "money",
    "printing",
    "backup",
    "offers",
    "expiry",
    "payments",
    "people",
    "settings",
    "servers",
    "redis",
    "merchants",
    "commands",
    "troubles",
)
"""The pages in reading order; each is a file of this name in each language's folder."""

NO_KEY = "—"

_HERE = Path(__file__).parent
_KEY = re.compile(r"\{key:([a-z_]+)\}")
_COMMENT_LINE = re.compile(r"^<!--.*-->\n", re.MULTILINE)


class UnknownTopic(LookupError):
    """There is no page on this topic; its only argument is the topic that was asked for."""


def manual_languages() -> tuple[str, ...]:
    """The languages that the manual is written in: en, zh_CN."""
    return tuple(
        sorted(folder.name for folder in _HERE.iterdir() if (folder / "index.md").exists())
    )


def page_file(topic: str, language: str) -> Path:
    """Where a page is kept. Raises UnknownTopic; in an unknown language it is the English page."""
    if topic not in TOPICS:
        raise UnknownTopic(topic)
    return _HERE / (language if language in manual_languages() else "en") / f"{topic}.md"


def manual_page(topic: str, language: str, key: Callable[[str], str]) -> str:
    """A page as Markdown. Raises UnknownTopic.

    `key` gives what the key of a command is called here, "void" → "F12", as `Wording.key` does; it
    takes the place of `{key:void}`. A command without a key ("") has a dash there.
    """
    text = page_file(topic, language).read_text(encoding="utf-8")
    return with_keys(_COMMENT_LINE.sub("", text), key)


def with_keys(text: str, key: Callable[[str], str]) -> str:
    """A text with every `{key:id}` replaced by what that key is called."""
    return _KEY.sub(lambda found: key(found[1]) or NO_KEY, text)


def keys_named(text: str) -> set[str]:
    """The ids of all commands whose keys a text speaks of."""
    return set(_KEY.findall(text))
