"""The text of the bytes that a scanner sends, and the reasons why they are no whole code."""

from __future__ import annotations

import re

from pos_tui.reasons import because

LONGEST = 4096
"""Bytes or characters of the longest code that is believed; the largest QR code holds 2953."""

HALF_READ = because("scanner.half_read")
TOO_LONG = because("scanner.too_long", longest=LONGEST)


_OF_LANGUAGE = {
    "zh": "gb18030", "zh_TW": "big5", "zh_HK": "big5hkscs", "ja": "cp932", "ko": "cp949",
    "ru": "cp1251", "uk": "cp1251", "bg": "cp1251", "th": "cp874", "el": "cp1253", "tr": "cp1254",
    "he": "cp1255", "ar": "cp1256", "pl": "cp1250", "cs": "cp1250", "hu": "cp1250",
}  # fmt: skip
_OF_CURRENCY = {
    "CNY": "zh", "TWD": "zh_TW", "HKD": "zh_HK", "JPY": "ja", "KRW": "ko", "RUB": "ru",
    "UAH": "uk", "THB": "th", "TRY": "tr", "ILS": "he", "PLN": "pl", "CZK": "cs", "HUF": "hu",
}  # fmt: skip
_CLOSER = {"gb18030": "gb2312"}  # the characters that are in use; the others take in any two bytes
_LINE_ENDS = re.compile(r"\r\n|\r|\n")


def pasted_codes(text: str) -> list[str]:
    """The codes in a pasted text, one a line; only CR and LF end one, for GS belongs to it."""
    return [line for line in _LINE_ENDS.split(text) if line.strip()]


def shop_encoding(language: str, currency: str) -> str:
    """The encoding of codes without a word about theirs in a shop of this language, or currency."""
    name = language.replace("-", "_") or _OF_CURRENCY.get(currency, "")
    return _OF_LANGUAGE.get(name) or _OF_LANGUAGE.get(name.partition("_")[0], "")


def shop_text(data: bytes, guessed: str, encoding: str) -> str:
    """The text of bytes that a decoder guessed: its guess, unless it knew none and the shop does.

    Decoders know UTF-8 and Shift-JIS when they see them, and call all else Latin-1.
    """
    if not encoding or any(map(_is_known, guessed)) or _decoded(data, "utf-8") is not None:
        return guessed
    text = _decoded(data, _CLOSER.get(encoding, encoding))
    if text is None and 2 * sum(byte > 0x7F for byte in data) > len(data):
        text = _decoded(data, encoding)
    return guessed if text is None else text


def _is_known(letter: str) -> bool:
    """Whether no decoder falls back on this letter: it is neither Latin-1 nor half-width kana."""
    return letter > "\xff" and letter != "\ufffd" and not "\uff61" <= letter <= "\uff9f"


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    return text if text.isprintable() else None


def text_of(data: bytes, encoding: str = "utf-8") -> str:
    """The text of a code's bytes: in `encoding`, else UTF-8, GB18030 or at last Latin-1."""
    for each in (encoding, "utf-8", "gb18030"):
        try:
            return data.decode(each)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")
