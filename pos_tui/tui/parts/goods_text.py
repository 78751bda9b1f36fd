"""Goods as they are typed in a field: codes and other terms with commas, groups with strokes."""

from __future__ import annotations

import re
from collections.abc import Iterable

_OUTSIDE_QUOTES = r'(?=(?:[^"]*"[^"]*")*[^"]*$)'
_COMMA = re.compile(r"[,，]" + _OUTSIDE_QUOTES)
_COUNT = re.compile(r"(\d{1,4}\s*[xX×*])\s*(.*)", re.ASCII)
_STROKE = re.compile(r"(?:^|\s)/(?=\s|$)" + _OUTSIDE_QUOTES)


def terms_of(text: str) -> list[str]:
    """What stands between the commas; a term with a comma of its own stands in quotes."""
    words = (word.strip().strip('"').strip() for word in _COMMA.split(text))
    return [word for word in words if word]


def groups_of(text: str) -> list[str]:
    """What stands between the strokes of a text that names groups of goods."""
    return _STROKE.split(text)


def quoted(term: str) -> str:
    """A term as it is typed."""
    return f'"{term}"' if _COMMA.search(term) or _STROKE.search(term) else term


def codes_text(terms: Iterable[str]) -> str:
    """Terms as they are typed, GTINs as they are printed below the bars."""
    return ", ".join(quoted(_without_zero(term)) for term in terms)


def last_words(text: str) -> str:
    """The words after the last comma or stroke."""
    return _COMMA.split(groups_of(text)[-1])[-1].strip()


def split_count(words: str) -> tuple[str, str]:
    """The number of pieces before a case's code, with its sign, and the code: 12x, 15449000000993.

    "" where there is no such number.
    """
    match = _COUNT.fullmatch(words)
    return (match[1], match[2]) if match else ("", words)


def with_code(text: str, code: str, words: str = "", count: str = "") -> tuple[str, bool]:
    """The text with a code in place of the `words` at its end; False where it was there already.

    `count` is the number of pieces that stands before it.
    """
    before = text.rstrip().removesuffix(words.strip()).rstrip()
    group = groups_of(before)[-1]
    code = count + _without_zero(code)
    if code in terms_of(group):
        return before, False
    if group.strip() and not group.rstrip().endswith((",", "，")):
        before += ","
    return f"{before} {code}, ".lstrip(), True


def _without_zero(code: str) -> str:
    """A GTIN as it is printed; it is read back the same."""
    return code[1:] if len(code) == 14 and code.isdigit() and code[0] == "0" else code
