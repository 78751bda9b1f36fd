"""Texts that stand on a customer's bill: printable, and cut to what a platform takes. Pure."""

from __future__ import annotations

import re

# Controls, line and paragraph separators, what turns the direction of text, halves of characters
# and code points that are none. A joiner within an emoji stays.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
    "\ufdd0-\ufdef\ufffe\uffff]+"
)
_JOINER = "\u200d"


def fit_bytes(text: str, most: int) -> str:
    """As much of a text as so many bytes of UTF-8 hold, in whole characters; "" for nothing."""
    return _whole(_plain(text).encode()[:most].decode("utf-8", "ignore"))


def fit_characters(text: str, most: int) -> str:
    """So many characters of a text at most; "" where nothing of it can be printed."""
    return _whole(_plain(text)[:most])


def _plain(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text).strip()


def _whole(text: str) -> str:
    return text.rstrip(_JOINER).rstrip()
