"""Plain text: what may be shown, printed, logged or sent of a text that came from elsewhere.

Control characters can open a cash drawer, wipe a screen or forge a line of a log; marks that turn
the direction of writing show a name other than it is. Neither is ever part of a name or a price.
"""

from __future__ import annotations

import re
from unicodedata import category

_BREAKS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")
_JOINERS = frozenset("\u200c\u200d")  # Persian, Hindi and emoji are not written without them
_JOINS_NOTHING = re.compile(
    "(?<![^\x00-\xa0\u3000])[\u200c\u200d]+"
    "|(?<![\u200c\u200d])[\u200c\u200d]++(?![^\x00-\xa0\u3000])"
)
_NUMBER_SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
_EMOJI_TAGS = range(0xE0020, 0xE0080)  # flags of regions
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


class _Plain(dict[int, str]):
    """What becomes of each character, found out when it is first met."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        kept = " " if character in _BREAKS else character if _is_kept(character) else ""
        if len(self) < 4096:
            self[number] = kept
        return kept


class _Escaped(dict[int, str]):
    """How each character is written where a program may read it too."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        kept = character if _is_kept(character) and character not in _BREAKS else _escape(number)
        if len(self) < 4096:
            self[number] = kept
        return kept


_plain = _Plain()
_escaped = _Escaped()
_escaped_lines = _Escaped({ord("\n"): "\n", ord("\t"): "\t"})


def plain_text(text: str) -> str:
    """A text without what does not belong into one line of text.

    Tabs and ends of lines become blanks. Control characters, marks of direction, lone surrogates,
    and characters that Unicode does not know are left out; joiners stay, for emoji and Hindi.
    """
    if text.isprintable():
        return text
    return _JOINS_NOTHING.sub("", text.translate(_plain))


def is_plain(text: str) -> bool:
    """Whether `plain_text` would leave a text as it is."""
    return text.isprintable() or plain_text(text) == text


def escaped_text(text: str) -> str:
    r"""A text with each character that is not plain written as JSON writes it: \u001b.

    So JSON stays what it was, and what a person reads shows what was there.
    """
    return text if text.isprintable() else text.translate(_escaped)


def escaped_lines(text: str) -> str:
    """The same for lines of text, whose ends and tabs stay."""
    return text if text.isprintable() else text.translate(_escaped_lines)


def _is_kept(character: str) -> bool:
    if category(character) not in _REFUSED:
        return True
    return character in _JOINERS or character in _NUMBER_SIGNS or ord(character) in _EMOJI_TAGS


def _escape(number: int) -> str:
    if number < 0x10000:
        return f"\\u{number:04x}"
    number -= 0x10000
    return f"\\u{0xD800 + (number >> 10):04x}\\u{0xDC00 + (number & 0x3FF):04x}"
