"""EMVCo consumer-presented QR codes: base64 of BER-TLV, searched for the wallets' applications."""

from __future__ import annotations

import binascii
from collections.abc import Iterator

_APPLICATION_TEMPLATE, _COMMON_TEMPLATE = 0x61, 0x62
_AID = 0x4F
_DEEPEST = 4


def application_ids(code: str) -> tuple[str, ...]:
    """The application identifiers (upper-case hex) in an EMVCo CPM code, in its order.

    Generators in the wild write lengths of 128 and more as one plain byte; a template whose length
    does not fit is read that way instead. What cannot be read gives nothing, and never raises.
    """
    try:
        raw = binascii.a2b_base64(code + "=" * (-len(code) % 4))
    except binascii.Error:
        return ()
    return tuple(value.hex().upper() for tag, value in _fields(raw, 0) if tag == _AID)


def _fields(raw: bytes, depth: int) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(raw):
        tag, at = _tag(raw, at)
        length, at = _length(raw, at)
        value = raw[at : at + length]
        at += length
        yield tag, value
        if tag in {_APPLICATION_TEMPLATE, _COMMON_TEMPLATE} and depth < _DEEPEST:
            yield from _fields(value, depth + 1)


def _tag(raw: bytes, at: int) -> tuple[int, int]:
    first = raw[at]
    if first & 0x1F != 0x1F or at + 1 >= len(raw):
        return first, at + 1
    return first << 8 | raw[at + 1], at + 2


def _length(raw: bytes, at: int) -> tuple[int, int]:
    """A BER length (ISO/IEC 8825-1, 8.1.3), or the plain byte where that one cannot be right."""
    if at >= len(raw):
        return 0, at
    first = raw[at]
    if first < 0x80:
        return first, at + 1
    following = first & 0x7F
    if 1 <= following <= 2 and at + following < len(raw):
        length = int.from_bytes(raw[at + 1 : at + 1 + following])
        if length >= 0x80 and at + 1 + following + length <= len(raw):
            return length, at + 1 + following
    return first, at + 1
