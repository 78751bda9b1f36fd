"""A text in the letters that a printer has: bytes for its code page, never what would steer it."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import combining, normalize

from pos_tui.plain_text import plain_text
from pos_tui.text_width import width_of

_MISSING = b"?"
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
    printed = b"".join(parts)
    return _refitted(text, parts, encoding) if b"  " in printed else printed


def printer_text(text: str) -> str:
    """The same for a printer whose code pages python-escpos changes by itself."""
    return normalize("NFC", plain_text(text))


def _refitted(text: str, parts: list[bytes], encoding: str) -> bytes:
    """The row, with its widest gap made narrower or wider by what other letters took or left."""
    grown = sum(_columns(part, encoding) for part in parts) - width_of(text)
    gaps = list(_GAP.finditer(text))
    if not grown or not gaps:
        return b"".join(parts)
    widest = max(gaps, key=lambda gap: gap.end() - gap.start())
    start, end = widest.span()
    room = max(end - start - grown, 1)
    return b"".join([*parts[:start], b" " * room, *parts[end:]])


def _columns(part: bytes, encoding: str) -> int:
    """How many columns a printed character takes: a byte each, an ideograph of four bytes two."""
    if encoding.lower().replace("-", "").startswith("utf"):
        return width_of(part.decode(encoding))
    return min(len(part), 2) if part[:1] >= b"\x80" else len(part)


@lru_cache(maxsize=4096)
def _bytes_of(character: str, encoding: str) -> bytes:
    own = _in_page(character, encoding)
    if own is not None:
        return own
    if combining(character) or not width_of(character):
        return b""
    for likeness in (*_LIKENESSES.get(character, "").split(), *_decomposed(character)):
        parts = [_in_page(each, encoding) for each in likeness]
        if parts and None not in parts:
            return b"".join(part for part in parts if part)
    return _MISSING


def _decomposed(character: str) -> list[str]:
    """The character without what distinguishes it, then without its accents."""
    like = normalize("NFKC", character)
    plain = "".join(each for each in normalize("NFKD", character) if not combining(each))
    slashed = plain.replace("⁄", "/")
    return [each for each in (like, plain, slashed) if each.strip() or character.isspace()]


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
