"""The text of the bytes that a scanner sends, and what is said when they are no whole code."""

from __future__ import annotations

LONGEST = 4096
"""Bytes or characters of the longest code that is believed; the largest QR code holds 2953."""

HALF_READ = "Half a code was read and thrown away; scan it again."
TOO_LONG = (
    f"More than {LONGEST} characters came without an end and were thrown away. Scan it again; if"
    " that does not help, look at the scanner's settings."
)


def text_of(data: bytes, encoding: str = "utf-8") -> str:
    """The text of a code's bytes: in `encoding`, else UTF-8, GB18030 or at last Latin-1."""
    for each in (encoding, "utf-8", "gb18030"):
        try:
            return data.decode(each)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")
