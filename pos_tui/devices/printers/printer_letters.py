"""A text in the letters that a printer has, on one code page or on all; nothing that steers it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import bidirectional, category, combining, east_asian_width, normalize

from pos_tui.devices.printers.code_pages import page_of
from pos_tui.devices.printers.visual_order import visual_order
from pos_tui.plain_text import plain_text
from pos_tui.text_width import characters, width_of

CHANGES_PAGES = "auto"
"""The encoding of a printer whose code page each job changes."""

_MISSING = "?"
_GAPS = re.compile(r"( {2,})")
_DOUBLE_BYTE = (
    "gb", "cp936", "big5", "cp950", "euckr", "cp949", "eucjp", "shiftjis", "sjis", "cp932",
)  # fmt: skip
_CHINESE = "gb18030"
_SHOWS_LETTERS_AS_PICTURES = frozenset("\ufe0e\ufe0f\u200d")  # no letters of their own

_LIKENESSES = {
    "¥": "￥ ¥ Y", "￥": "¥ Y", "£": "￡ £ L", "￡": "£ L", "¢": "￠ ¢ c", "￠": "¢ c",
    "₩": "￦ W", "￦": "₩ W", "€": "EUR", "ß": "ss", "ẞ": "SS", "ł": "l", "Ł": "L", "ø": "o",
    "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "æ": "ae",
    "Æ": "AE", "œ": "oe", "Œ": "OE", "ı": "i", "ŋ": "n", "Ŋ": "N", "ħ": "h", "Ħ": "H",
    "ŧ": "t", "Ŧ": "T", "ə": "e", "Ə": "E", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "″": '"', "「": '"', "」": '"', "‘": "'", "’": "'", "‚": "'", "‹": "'", "›": "'", "′": "'",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "…": "...", "•": "· *",
    "·": "*", "×": "x", "÷": "/", "⁄": "/", "®": "(R)", "©": "(C)", "°": "o", "✓": "√ v",
    "✗": "× x", "、": ",", "。": ".", "¡": "!", "¿": "?", "№": "No", "ª": "a", "º": "o",
    "→": ">", "←": "<", "─": "-", "━": "-", "═": "=", "│": "|", "┃": "|", "║": "|",
    **dict.fromkeys("┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬╭╮╯╰┏┓┗┛┣┫┳┻╋", "+"),
    **dict.fromkeys("█▓▒░■▄▀▌▐", "#"),
}  # fmt: skip
"""What stands for a character that a printer lacks, the likest first."""


def printer_bytes(text: str, encoding: str, replacement: str = _MISSING, columns: int = 0) -> bytes:
    """A row of text as a printer of this code page takes it; as `printer_letters` writes it.

    Of GB 18030 only two-byte forms are used, since most printers know no others. No byte below
    0x20 comes out.
    """
    return printer_letters(text, encoding, replacement, columns).encode(encoding)


def printer_letters(text: str, encoding: str, replacement: str = _MISSING, columns: int = 0) -> str:
    """A row of text in letters that the printer has, with each amount where it was laid out.

    A character that the encoding lacks becomes one like it, a plain letter, or the replacement,
    which fills its place. What became wider or narrower takes from the gap behind it, at a row's
    end from the one before; where there is none a row grows up to `columns` (0: without end), and
    beyond that only forms as wide as the characters themselves are used. With "auto" the letters
    are those of all code pages. Hebrew and Arabic are in the order of the paper.
    """
    text = normalize("NFC", plain_text(text))
    if text.isascii() or _is_unicode(encoding):
        return text
    fields = _GAPS.split(text)
    room = columns - width_of(text) if columns else len(text) * 8
    for place in range(0, len(fields), 2):
        forms = [
            (_forms(character, encoding) or (_replaced(cells, encoding, replacement),), cells)
            for character, cells in characters(fields[place])
        ]
        field = "".join(written[0] for written, _ in forms)
        grown = printed_columns(field, encoding) - sum(cells for _, cells in forms)
        gap = place + 1 if place + 1 < len(fields) else place - 1
        if not grown or (gap < 0 and grown <= room):
            pass
        elif gap >= 0 and len(fields[gap]) > grown:
            fields[gap] = " " * (len(fields[gap]) - grown)
        else:
            field = "".join(_as_wide(written, cells, encoding) for written, cells in forms)
        fields[place] = visual_order(field)
    return "".join(fields)


def lacking(text: str, encoding: str) -> list[str]:
    """The characters of a row that a printer would not print as they are, or as good as that.

    A dash, a quotation mark or a sign that is written otherwise is as good; a letter without its
    marks is not, nor are letters that a printer does not join or writes from left to right.
    """
    if text.isascii() or _is_unicode(encoding):
        return []
    text = normalize("NFC", plain_text(text))
    return [
        character for character, cells in characters(text) if _is_lost(character, cells, encoding)
    ]


def is_chinese(text: str) -> bool:
    """Whether a row has ideographs, or other wide signs that printers for Chinese have."""
    return not text.isascii() and any(
        east_asian_width(character) in {"W", "F"} and _has(character, _CHINESE)
        for character in text
    )


def is_double_byte(encoding: str) -> bool:
    """Whether a printer reads this encoding in its mode for Chinese, Japanese or Korean."""
    return _plain_name(encoding).startswith(_DOUBLE_BYTE)


def printed_columns(letters: str, encoding: str) -> int:
    """The columns that letters take on paper: of two bytes two, else one; none adds to another."""
    if letters.isascii():
        return len(letters)
    if _is_unicode(encoding):
        return width_of(letters)
    return len(letters.encode(encoding)) if is_double_byte(encoding) else len(letters)


def _replaced(cells: int, encoding: str, replacement: str) -> str:
    """What stands for a character that is nowhere: the replacement, as often as it fits."""
    if not replacement.isascii() and not _has(replacement, encoding):
        replacement = _MISSING
    wide = printed_columns(replacement, encoding)
    return replacement * (cells // wide) + _MISSING * (cells % wide)


def _as_wide(forms: tuple[str, ...], cells: int, encoding: str) -> str:
    """The likest form that is as wide as the character; else the first, cut or filled."""
    for form in forms:
        if printed_columns(form, encoding) == cells:
            return form
    kept = ""
    for letter in forms[-1]:
        if printed_columns(kept + letter, encoding) <= cells:
            kept += letter
    return kept + " " * (cells - printed_columns(kept, encoding))


@lru_cache(maxsize=4096)
def _forms(character: str, encoding: str) -> tuple[str, ...]:
    """How a character, with its marks, can be written with the letters of an encoding, the likest
    first; nothing where one of its parts cannot be.
    """
    parts = [
        [way for way in _ways_to_write(part) if all(_has(each, encoding) for each in way)]
        for part in character
    ]
    if not all(parts):
        return ()
    first = "".join(ways[0] for ways in parts)
    return (first, *(parts[0] if len(parts) > 1 else parts[0][1:]))


@lru_cache(maxsize=4096)
def _is_lost(character: str, cells: int, encoding: str) -> bool:
    forms = _forms(character, encoding)
    if not forms or any(bidirectional(each) in {"R", "AL"} for each in character):
        return not character.isspace()
    written = forms[0]
    if any(combining(each) for each in written):  # printed beside its letter, not on it
        return True
    kept = "".join(each for each in character if each not in _SHOWS_LETTERS_AS_PICTURES)
    if written == "EUR" or normalize("NFKC", written) == normalize("NFKC", kept):
        return False
    return cells > 0 and (category(character[0])[0] in "LM" or category(character[0]) == "Sc")


def _ways_to_write(character: str) -> Iterator[str]:
    """The character itself, nothing for one without a width, what is like it, plainer letters."""
    yield character
    if combining(character) or not width_of(character):
        yield ""
    yield from _LIKENESSES.get(character, "").split()
    like = normalize("NFKC", character)
    plain = "".join(each for each in normalize("NFKD", character) if not combining(each))
    for text in (like, plain, plain.replace("⁄", "/")):
        if text.strip() or (text and character.isspace()):
            yield text


@lru_cache(maxsize=8192)
def _has(letter: str, encoding: str) -> bool:
    """Whether a printer of this encoding has a letter, as a byte or two that steer nothing."""
    if category(letter) == "Co":  # of nobody: each printer has another letter there, or none
        return False
    if encoding == CHANGES_PAGES:
        return page_of(letter) is not None
    try:
        found = letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return len(found) <= 2 and min(found, default=0) >= 0x20 and found != b"\x7f"


@lru_cache(maxsize=16)
def _is_unicode(encoding: str) -> bool:
    return _plain_name(encoding).startswith("utf")


@lru_cache(maxsize=16)
def _plain_name(encoding: str) -> str:
    return encoding.lower().replace("-", "").replace("_", "").replace(" ", "")
