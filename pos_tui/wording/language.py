"""One language: sentences found by kind, translated, their values filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import TYPE_CHECKING

from pos_tui.plain_text import plain_text
from pos_tui.reasons import Reason, ReasonValue
from pos_tui.wording.keymap import key_labels
from pos_tui.wording.marks import Entry, Table

if TYPE_CHECKING:
    from gettext import GNUTranslations

SOURCE_LANGUAGE = "en"
_CATALOGUES = Path(__file__).with_name("languages")
_PARSED = Formatter()
_ENDS_A_REASON = tuple(".;),。；），")


@lru_cache
def languages() -> tuple[str, ...]:
    """The languages there are: English, in which the tables are written, and each catalogue."""
    return (SOURCE_LANGUAGE, *sorted(file.stem for file in _CATALOGUES.glob("*.mo")))


def nearest_language(wanted: str) -> str:
    """The language that fits a tag such as "zh-Hans" or "zh_CN.UTF-8"; English where none does."""
    return find_language(wanted) or SOURCE_LANGUAGE


def find_language(wanted: str) -> str | None:
    """The language that fits a tag; None where none does."""
    tag = wanted.partition(".")[0].replace("-", "_")
    there = languages()
    if tag in there:
        return tag
    first = tag.partition("_")[0].lower()
    return next((name for name in there if name.partition("_")[0] == first), None)


class Wording:
    """Turns reasons into words: one language, with the keys as they are bound at this till."""

    def __init__(
        self, language: str = SOURCE_LANGUAGE, keys: Mapping[str, str] | None = None
    ) -> None:
        """`keys` is what `key_labels` gives; without it keys are called as they come."""
        self.language = nearest_language(language)
        self._keys = MappingProxyType(dict(key_labels() if keys is None else keys))
        self._catalogue = _catalogue(self.language)

    def __call__(self, kind: str, /, **values: ReasonValue) -> str:
        """The sentence of a kind with these values: say("sale.held", number=148)."""
        return self._fill(self._sentence(kind, values), values)

    def of(self, reason: Reason) -> str:
        """A reason in words."""
        return self._fill(self._sentence(reason.kind, reason.values), reason.values)

    def knows(self, kind: str) -> bool:
        """Whether there is a sentence of this kind."""
        return _entry(kind) is not None

    def key(self, command: str) -> str:
        """What the key of a command is called here."""
        return self._keys.get(command, "")

    # ---- inside ------------------------------------------------------------------------------

    def _sentence(self, kind: str, values: Mapping[str, ReasonValue]) -> str:
        entry = _entry(kind)
        if entry is None:
            # A newer server's reason: better its own words, or its name, than nothing.
            return "{text}" if values.get("text") else plain_text(kind)
        if isinstance(entry, tuple):
            count = values.get("count", 0)
            number = int(count) if isinstance(count, int | Decimal) else 0
            if self._catalogue is None:
                return entry[number != 1]
            found = self._catalogue.ngettext(kind, kind, number)
            return entry[number != 1] if found == kind else found
        if self._catalogue is None or not entry:
            return entry
        found = self._catalogue.gettext(kind)
        return entry if found == kind else found

    def _fill(self, sentence: str, values: Mapping[str, ReasonValue]) -> str:
        if "{" not in sentence and "}" not in sentence:
            return sentence
        parts: list[str] = []
        after_reason = False
        for literal, name, form in _fields(sentence):
            if after_reason and literal[:1] in _ENDS_A_REASON:
                # A whole sentence inside another one: "({why})." must not end in ".).".
                parts[-1] = parts[-1].rstrip(".。")
            parts.append(literal)
            after_reason = isinstance(values.get(name), Reason)
            if name == "key":
                parts.append(self.key(form))
            elif name:
                parts.append(self._in_words(values[name], form))
        return "".join(parts)

    def _in_words(self, value: ReasonValue, form: str) -> str:
        match value:
            case Reason():
                words = self.of(value)
                return words[:1].upper() + words[1:] if form == "first" else words
            case tuple():
                return self("words.list_separator").join(self._in_words(each, "") for each in value)
            case datetime() if form == "time":
                return f"{value:%H:%M}"
            case datetime():
                return f"{self._day(value, form)} {value:%H:%M}"
            case date():
                return self._day(value, form)
            case Decimal():
                return f"{value.normalize():f}"
            case _:
                # What came from elsewhere is a piece of a sentence and steers nothing.
                text = format(value, form)
                return text if text.isprintable() else plain_text(text)

    def _day(self, day: date, form: str) -> str:
        """A day as it is written here: 20 Nov 2026, or with two digits of the year for "short"."""
        month = self(f"words.month_{day.month}")
        year = f"{day.year % 100:02}" if form == "short" else str(day.year)
        return self("words.day", day=day.day, month=month, number=day.month, year=year)


@lru_cache(maxsize=4096)
def _fields(sentence: str) -> tuple[tuple[str, str, str], ...]:
    """A sentence in pieces: text, then the name and the form of the value behind it."""
    return tuple(
        (literal, name or "", form or "") for literal, name, form, _ in _PARSED.parse(sentence)
    )


def _entry(kind: str) -> Entry | None:
    subject, _, name = kind.partition(".")
    return _table(subject).get(name)


@lru_cache
def _table(subject: str) -> Table:
    if not subject.isidentifier():
        return {}
    try:
        module = import_module(f"pos_tui.wording.tables.{subject}")
    except ModuleNotFoundError:
        return {}
    table: Table = module.TABLE
    return table


@lru_cache
def _catalogue(language: str) -> GNUTranslations | None:
    """The translations into a language, by kind; None for that of the tables."""
    if language == SOURCE_LANGUAGE:
        return None
    from gettext import GNUTranslations

    with (_CATALOGUES / f"{language}.mo").open("rb") as stream:
        return GNUTranslations(stream)
