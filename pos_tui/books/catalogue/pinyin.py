"""How a Chinese name is typed in Latin letters: its syllables, and their initials.

pypinyin's tables are asked where they are installed, and only while goods are imported or by a
process that ends: they take longer to load than the till takes to start, and 60 MB.
"""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from unicodedata import category, normalize

from msgspec import Struct

_HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff]+")
_MOST_KNOWN = 50_000
_PATIENCE_S = 30
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    f" from {__name__} import pinyin_of;"
    " sys.stdout.buffer.write(pinyin_of(sys.stdin.buffer.read().decode()).encode())"
)
if sys.platform == "win32":
    _NO_WINDOW = subprocess.CREATE_NO_WINDOW
else:
    _NO_WINDOW = 0
_LONGEST = 4  # characters of a word whose reading is looked up as a whole


class _Readings(Struct, frozen=True):
    """The usual reading of each character, and those of words that are read otherwise."""

    syllables: dict[int, str]
    initials: dict[int, str]
    words: dict[str, tuple[str, ...]]
    odd: re.Pattern[str]  # a character that such a word gives another reading
    known: dict[str, tuple[str, str]]


def has_pinyin() -> bool:
    """Whether names can be turned into pinyin here."""
    return find_spec("pypinyin") is not None


def has_han(name: str) -> bool:
    """Whether a name has Chinese characters."""
    return not name.isascii() and _HAN.search(name) is not None


def pinyin_of(name: str) -> str:
    """A name's syllables, a blank, and their initials: "kekoukele330ml kkkl330ml".

    "" for a name without Chinese characters, or where pypinyin is not installed.
    """
    readings = _readings() if has_han(name) else None
    if readings is None:
        return ""
    parts = [_typed_word(word, readings) for word in name.casefold().split()]
    return f"{''.join(part for part, _ in parts)} {''.join(part for _, part in parts)}"


def pinyin_apart(name: str) -> str:
    """A name's pinyin as `pinyin_of` gives it, worked out by another process.

    It takes about a second. "" where it cannot be worked out.
    """
    if not has_han(name) or not has_pinyin():
        return ""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _PROGRAM, str(Path(__file__).parents[3])],
            input=name.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
            check=True,
            creationflags=_NO_WINDOW,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode()


def _typed_word(text: str, readings: _Readings) -> tuple[str, str]:
    """A text's syllables and their initials; many names of goods have words in common."""
    found = readings.known.get(text)
    if found is None:
        found = _by_words(text, readings)
        if len(readings.known) < _MOST_KNOWN:
            readings.known[text] = found
    return found


def _by_words(text: str, readings: _Readings) -> tuple[str, str]:
    syllables, initials = readings.syllables, readings.initials
    whole, short, at = "", "", 0
    for odd in readings.odd.finditer(text):
        if odd.start() < at:
            continue
        start, word = _word_around(text, odd.start(), at, readings)
        if word is not None:
            before = text[at:start]
            whole += before.translate(syllables) + "".join(word)
            short += before.translate(initials) + "".join(part[:1] for part in word)
            at = start + len(word)
    return whole + text[at:].translate(syllables), short + text[at:].translate(initials)


def _word_around(
    text: str, place: int, first: int, readings: _Readings
) -> tuple[int, tuple[str, ...] | None]:
    """The longest word that a character is part of and that is read otherwise, and its place."""
    for length in range(_LONGEST, 1, -1):
        for start in range(max(first, place - length + 1), place + 1):
            word = readings.words.get(text[start : start + length])
            if word is not None:
                return start, word
    return place, None


@cache
def _readings() -> _Readings | None:
    try:
        from pypinyin.phrases_dict import phrases_dict
        from pypinyin.pinyin_dict import pinyin_dict
    except ImportError:
        return None
    syllables = {sign: _typed(several.split(",")[0]) for sign, several in pinyin_dict.items()}
    words: dict[str, tuple[str, ...]] = {}
    odd = set[str]()
    for word, readings in phrases_dict.items():
        if not 1 < len(word) <= _LONGEST or len(readings) != len(word):
            continue
        typed = tuple(_typed(several[0]) for several in readings)
        other = {
            sign for sign, part in zip(word, typed, strict=True) if syllables.get(ord(sign)) != part
        }
        if other:
            words[word] = typed
            odd |= other
    initials = {sign: syllable[:1] for sign, syllable in syllables.items()}
    return _Readings(syllables, initials, words, re.compile(f"[{''.join(sorted(odd))}]"), {})


@cache
def _typed(syllable: str) -> str:
    """A syllable as it is typed: without its tone, v for ü."""
    apart = normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(sign for sign in apart if category(sign) != "Mn")
