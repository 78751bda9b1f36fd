"""How one kind of scale is spoken to: what it is asked, and what its answers mean."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from pos_tui.devices.scales.reading import ScaleReading


class ScaleDialect(Struct, frozen=True):
    """Bytes that ask for a weight, the byte that ends an answer, and what an answer means.

    `reading_of` gets a whole answer with its end, or what came of one. Where the answer does not
    say whether a tare is set at the scale, `tare_question` asks for it, and `has_tare` reads that
    answer: None where it says nothing of a tare.
    """

    question: bytes
    end: bytes
    reading_of: Callable[[bytes], ScaleReading]
    tare_question: bytes = b""
    has_tare: Callable[[bytes], bool | None] = lambda _answer: None


def without_parity(data: bytes) -> bytes:
    """The bytes as they would have come without a parity bit at their top."""
    return bytes(byte & 0x7F for byte in data)
