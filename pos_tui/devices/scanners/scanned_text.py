"""The text of the bytes that a scanner sends, and the reasons why they are no whole code."""

from __future__ import annotations

import re

from pos_tui.reasons import because

LONGEST = 4096
"""Bytes or characters of the longest code that is believed; the largest QR code holds 2953."""

HALF_READ = because("scanner.half_read")
TOO_LONG = because("scanner.too_long", longest=LONGEST)


_LINE_ENDS = re.compile(r"\r\n|\r|\n")


def pasted_codes(text: str) -> list[str]:
    """The codes in a pasted text, one a line; only CR and LF end one, for GS belongs to it."""
    return [line for line in _LINE_ENDS.split(text) if line.strip()]


def text_of(data: bytes, encoding: str = "utf-8") -> str:
    """The text of a code's bytes: in `encoding`, else UTF-8, GB18030 or at last Latin-1."""
    for each in (encoding, "utf-8", "gb18030"):
        try:
            return data.decode(each)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")
