"""Base 41: bytes in letters that a QR code packs tightly, two in three as base 45 does.

The blank, which scanners trim, and the signs of web addresses are not among the letters.
"""

from __future__ import annotations

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-."
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}


def encode_base41(data: bytes) -> str:
    """Two bytes in three letters, a single last one in two."""
    text = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        number = int.from_bytes(pair)
        for _ in range(len(pair) + 1):
            number, value = divmod(number, 41)
            text.append(_LETTERS[value])
    return "".join(text)


def decode_base41(text: str) -> bytes:
    """The bytes again. Raises ValueError for what is no such text."""
    data = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        if len(group) == 1 or not _VALUES.keys() >= set(group):
            raise ValueError("no base 41")
        number = sum(_VALUES[letter] * 41**place for place, letter in enumerate(group))
        try:
            data += number.to_bytes(len(group) - 1)
        except OverflowError as error:
            raise ValueError("no base 41") from error
    return bytes(data)
