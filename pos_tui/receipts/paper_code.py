"""The state of the journal as forty digits that anybody can type from a paper, in any language."""

from __future__ import annotations

import re

from msgspec import Struct

from pos_tui.reasons import ReasonError

_ROW, _HASH = 10, 28  # digits; then two that check them (ISO 7064, mod 97-10)
_GROUP = 5
_BETWEEN = re.compile(r"[\s\-·.]+")


class PaperCodeError(ReasonError):
    """What was typed is no code of a Z report."""


class PaperCode(Struct, frozen=True):
    """How far the journal was when a paper was printed: its last row, and the end of that row's
    hash in decimal digits.
    """

    row: int
    digits: str


def paper_digits(hashed: bytes) -> str:
    """The digits of a row's hash that a paper carries: 93 of its bits."""
    return str(int.from_bytes(hashed) % 10**_HASH).zfill(_HASH)


def paper_code(row: int, hashed: bytes) -> str:
    """Forty digits in groups of five: row, hash, two digits that find what is typed wrong."""
    digits = f"{row:0{_ROW}}{paper_digits(hashed)}"
    digits += f"{98 - int(digits) * 100 % 97:02}"
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def read_paper_code(text: str) -> PaperCode:
    """The code that was typed or scanned. Raises PaperCodeError."""
    digits = _BETWEEN.sub("", text)
    if not (digits.isascii() and digits.isdigit()) or len(digits) != _ROW + _HASH + 2:
        raise PaperCodeError("paper_code.not_a_code", count=_ROW + _HASH + 2)
    if int(digits) % 97 != 1:
        raise PaperCodeError("paper_code.wrong_digit")
    return PaperCode(int(digits[:_ROW]), digits[_ROW : _ROW + _HASH])
