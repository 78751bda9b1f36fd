"""A text in the letters that a printer has, on one code page or on all; nothing that steers it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import combining, east_asian_width, normalize

from pos_tui.devices.printers.code_pages import page_of
from pos_tui.plain_text import plain_text
from pos_tui.text_width import width_of

_MISSING = "?"
_GAP = re.compile(r" {2,}")

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
    "→": ">", "←": "<",
}  # fmt: skip
"""What stands for a character that a printer lacks, the likest first."""


def printer_bytes(text: str, encoding: str) -> bytes:
    """A row of text as a printer of this code page takes it, as wide as it was.

    A character that the page lacks becomes one like it, a plain letter or "?"; of GB 18030 only
    two-byte forms and ideographs are used, since most printers know no others. A row that became
    wider or narrower has its widest gap changed. No byte below 0x20 comes out.
    """
    text = normalize("NFC", plain_text(text))
    if text.isascii():
        return text.encode("ascii")
    parts = [_bytes_of(character, encoding) for character in text]
    grown = sum(_columns(part, encoding) for part in parts) - width_of(text)
    start, end, room = _widest_gap(text, grown)
    return b"".join([*parts[:start], b" " * room, *parts[end:]])


def letters_of_pages(text: str) -> str:
    """A row of text in letters that stand on some code page, each a column; likewise as wide."""
    text = normalize("NFC", plain_text(text))
    if text.isascii():
        return text
    parts = [_letters_of(character) for character in text]
    start, end, room = _widest_gap(text, sum(map(len, parts)) - width_of(text))
    return "".join([*parts[:start], " " * room, *parts[end:]])


def is_chinese(text: str) -> bool:
    """Whether a row has ideographs, or other wide signs that printers for Chinese have."""
    return any(
        east_asian_width(character) in {"W", "F"} and _in_page(character, "gb18030") is not None
        for character in text
    )


def _widest_gap(text: str, grown: int) -> tuple[int, int, int]:
    """Where the widest gap of a row is, and how wide it must be for a row that has grown."""
    gaps = list(_GAP.finditer(text)) if grown else []
    if not gaps:
        return 0, 0, 0
    start, end = max(gaps, key=lambda gap: gap.end() - gap.start()).span()
    return start, end, max(end - start - grown, 1)


def _columns(part: bytes, encoding: str) -> int:
    """How many columns a printed character takes: a byte each, an ideograph of four bytes two."""
    if encoding.lower().replace("-", "").startswith("utf"):
        return width_of(part.decode(encoding))
    return min(len(part), 2) if part[:1] >= b"\x80" else len(part)


@lru_cache(maxsize=4096)
def _bytes_of(character: str, encoding: str) -> bytes:
    for text in _ways_to_write(character):
        parts = [_in_page(each, encoding) for each in text]
        if None not in parts:
            return b"".join(part for part in parts if part)
    return _MISSING.encode()


@lru_cache(maxsize=4096)
def _letters_of(character: str) -> str:
    for text in _ways_to_write(character):
        if all(page_of(each) is not None for each in text):
            return text
    return _MISSING


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


def _in_page(character: str, encoding: str) -> bytes | None:
    try:
        found = character.encode(encoding)
    except UnicodeEncodeError:
        return None
    if min(found, default=0) < 0x20 or found == b"\x7f":
        return None
    if len(found) == 4 and encoding.lower().startswith("gb") and not _is_ideograph(character):
        return None
    return found


def _is_ideograph(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"
